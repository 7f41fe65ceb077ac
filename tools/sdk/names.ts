/** The content of package.names.json: who publishes the package, what it is called and where it is found. */
export interface Names {
  /** The account on GitHub. */
  readonly owner: string;
  /** The repository of that account. */
  readonly repository: string;
  readonly displayName: string;
  readonly publisher: string;
  readonly urls: Readonly<Record<"repository" | "homepage" | "logo" | "plugin", string>>;
  /** By the place where a language finds packages. */
  readonly packages: Readonly<Record<"npm" | "pypi" | "go" | "java" | "nuget", string>>;
}

/** An account of GitHub. No account can have the committed one, so that nothing is fetched from a stranger's. */
const OWNER = /^[A-Za-z0-9](?:[A-Za-z0-9]|-(?=[A-Za-z0-9]))*$/;

/** The oldest Pulumi SDK for Java that the generated one asks for. */
export const JAVA_SDK = "1.20.0";

/**
 * The names for another owner.
 *
 * @param place `OWNER/REPOSITORY`, as a workflow of GitHub knows it
 * @throws Error when GitHub can't have it
 */
export function ownedBy(names: Names, place: string): Names {
  const [owner = "", repository = "", ...rest] = place.split("/");
  if (!OWNER.test(owner) || !/^[\w.-]+$/.test(repository) || rest.length > 0) {
    throw new Error(`expected OWNER/REPOSITORY of GitHub, got ${JSON.stringify(place)}`);
  }
  return { ...names, owner, repository };
}

/** The names with `{owner}`, `{repository}` and `{javaOwner}` filled in; the last is the owner as a Java package. */
export function filled(names: Names): Names {
  const { owner, repository } = names;
  const javaOwner = owner.toLowerCase().replaceAll("-", "").replace(/^(?=\d)/, "_");
  const values: Readonly<Record<string, string>> = { owner, repository, javaOwner };
  const text = JSON.stringify(names).replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  return JSON.parse(text) as Names;
}

/** Metadata of schema.json that the names decide. */
export function metadataOf(names: Names): Readonly<Record<string, unknown>> {
  const { displayName, publisher, urls, packages } = filled(names);
  const [base, last] = splitAtLast(packages.java);
  return {
    displayName,
    publisher,
    homepage: urls.homepage,
    repository: urls.repository,
    logoUrl: urls.logo,
    pluginDownloadURL: urls.plugin,
    language: {
      nodejs: { packageName: packages.npm, respectSchemaVersion: true },
      python: {
        packageName: packages.pypi.replaceAll("-", "_"),
        respectSchemaVersion: true,
        pyproject: { enabled: true },
      },
      go: {
        importBasePath: packages.go,
        generateResourceContainerTypes: true,
        respectSchemaVersion: true,
      },
      java: {
        basePackage: base,
        packages: { "flux-instance": last },
        dependencies: { "com.pulumi:pulumi": JAVA_SDK },
      },
      csharp: {
        rootNamespace: "Pulumi",
        namespaces: { "flux-instance": "FluxInstance" },
        respectSchemaVersion: true,
      },
    },
  };
}

function splitAtLast(name: string): readonly [string, string] {
  const dot = name.lastIndexOf(".");
  return [name.slice(0, dot), name.slice(dot + 1)];
}
