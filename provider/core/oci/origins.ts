import { isLoopback } from "./reference";

/** Domains under which strangers have names beside each other, besides those like `co.uk`. */
const SHARED_DOMAINS = [
  "azurecr.io",
  "azurecr.cn",
  "amazonaws.com",
  "pkg.dev",
  "jfrog.io",
  "run.app",
];

/** Token servers of a registry under another registered domain than its own. */
const FURTHER_REALMS: Readonly<Record<string, readonly string[]>> = {
  "registry-1.docker.io": ["auth.docker.io"],
};

/**
 * True where the credentials of a registry may go to a token server: the registry's own host, one in its registered
 * domain, or a known one, and only over TLS unless the registry itself is without. The registry names the server, so
 * this keeps a password from going to whatever a manipulated answer names.
 */
export function isTrustedRealm(registry: URL, realm: URL): boolean {
  if (!isSafeTarget(registry, realm)) return false;
  if (isLoopback(registry.hostname)) return isLoopback(realm.hostname);
  return (
    realm.hostname === registry.hostname ||
    registeredDomain(realm.hostname) === registeredDomain(registry.hostname) ||
    (FURTHER_REALMS[registry.hostname] ?? []).includes(realm.hostname)
  );
}

/**
 * True where a request to a registry may be sent on to, without credentials: over TLS, from loopback to loopback, or
 * within a host that is spoken to without TLS anyway.
 */
export function isSafeTarget(registry: URL, target: URL): boolean {
  if (target.username !== "" || target.password !== "") return false;
  if (target.protocol === "https:") return true;
  if (target.protocol !== "http:") return false;
  if (isLoopback(registry.hostname)) return isLoopback(target.hostname);
  return registry.protocol === "http:" && target.hostname === registry.hostname;
}

/**
 * The part of a host name that one owner has: two labels, three under domains like `co.uk`, and the whole name under
 * shared domains and for addresses. A guess without the public suffix list, on the narrow side.
 */
function registeredDomain(hostname: string): string {
  const labels = hostname.split(".");
  const address = hostname.includes(":") || /^[\d.]+$/.test(hostname);
  const shared = SHARED_DOMAINS.some((domain) => hostname.endsWith(`.${domain}`));
  if (address || shared || labels.length < 2) return hostname;
  const [second = "", top = ""] = labels.slice(-2);
  const underCountry = top.length === 2 && second.length <= 3;
  return labels.slice(underCountry ? -3 : -2).join(".");
}
