/** What a registry asks for in `WWW-Authenticate` (RFC 9110 §11.6.1). */
export type Challenge =
  | { readonly scheme: "basic" }
  | { readonly scheme: "bearer"; readonly realm: string; readonly service?: string };

interface Asked {
  readonly scheme: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const SCHEME = /[\s,]*([A-Za-z][\w-]*)(?=[\s,]|$)(?!\s*=)/y;
const PARAMETER = /[\s,]*([A-Za-z][\w-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]*))/y;

/** The challenge to answer: a token where one can be had, else name and password; undefined where there is neither. */
export function readChallenge(header: string): Challenge | undefined {
  const asked = readAll(header);
  const bearer = asked.find(({ scheme }) => scheme === "bearer")?.parameters;
  const realm = bearer?.get("realm");
  const service = bearer?.get("service");
  if (realm !== undefined) {
    return service === undefined
      ? { scheme: "bearer", realm }
      : { scheme: "bearer", realm, service };
  }
  return asked.some(({ scheme }) => scheme === "basic") ? { scheme: "basic" } : undefined;
}

function readAll(header: string): readonly Asked[] {
  const asked: Asked[] = [];
  let at = 0;
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };
  for (let start = match(SCHEME); start !== null; start = match(SCHEME)) {
    const parameters = new Map<string, string>();
    for (let pair = match(PARAMETER); pair !== null; pair = match(PARAMETER)) {
      const [, name = "", quoted, plain = ""] = pair;
      parameters.set(name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, "$1") ?? plain);
    }
    asked.push({ scheme: (start[1] ?? "").toLowerCase(), parameters });
  }
  return asked;
}
