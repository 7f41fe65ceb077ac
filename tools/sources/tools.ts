import type { Platform } from "./platform";
import type { Download, GoBuild, Tool } from "./tool";

const githubDownload = (repository: string, tag: string, file: string): string =>
  `https://github.com/${repository}/releases/download/${tag}/${file}`;

const pulumiVersion = "3.259.0";

function pulumiDownload({ os, arch }: Platform): Download {
  const tag = `v${pulumiVersion}`;
  const file = `pulumi-${tag}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`;
  return {
    url: githubDownload("pulumi/pulumi", tag, file),
    checksums: githubDownload("pulumi/pulumi", tag, `pulumi-${pulumiVersion}-checksums.txt`),
    archiveFolder: "pulumi",
  };
}

const etcdVersion = "3.6.6";

function etcdDownload({ os, arch }: Platform): Download {
  const tag = `v${etcdVersion}`;
  const name = `etcd-${tag}-${os}-${arch}`;
  // On macOS etcd publishes zip files; tar unpacks those there too.
  const file = `${name}.${os === "darwin" ? "zip" : "tar.gz"}`;
  return {
    url: githubDownload("etcd-io/etcd", tag, file),
    checksums: githubDownload("etcd-io/etcd", tag, "SHA256SUMS"),
    archiveFolder: name,
  };
}

const kubernetesVersion = "1.35.4";
const componentVersion = "k8s.io/component-base/version";

/** Kubernetes publishes its server programs for Linux only. */
function kubernetesDownload(program: string, { os, arch }: Platform): Download | undefined {
  if (os !== "linux") return undefined;
  const url = `https://dl.k8s.io/release/v${kubernetesVersion}/bin/${os}/${arch}/${program}`;
  return { url, checksums: `${url}.sha256` };
}

function kubernetesBuild(program: string, expected: string): GoBuild {
  const [major = "", minor = ""] = kubernetesVersion.split(".");
  return {
    folder: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${program}`,
    stamps: {
      [`${componentVersion}.gitVersion`]: `v${kubernetesVersion}`,
      [`${componentVersion}.gitMajor`]: major,
      [`${componentVersion}.gitMinor`]: minor,
    },
    expected,
  };
}

const kubernetesTool = (program: string, expected: string): Tool => ({
  title: program,
  program,
  version: kubernetesVersion,
  // Controllers and API server of one minor are what upstream tests together.
  accepts: "~1.35.0",
  versionArguments: ["--version"],
  download: (platform) => kubernetesDownload(program, platform),
  go: kubernetesBuild(program, expected),
});

const kwokVersion = "0.7.0";
const registryVersion = "3.0.0";

function registryDownload({ os, arch }: Platform): Download | undefined {
  if (os !== "linux") return undefined;
  const tag = `v${registryVersion}`;
  const file = `registry_${registryVersion}_${os}_${arch}.tar.gz`;
  const url = githubDownload("distribution/distribution", tag, file);
  return { url, checksums: `${url}.sha256`, archiveFolder: ".", archiveProgram: "registry" };
}

/** Flux publishes its controllers as container images only, and they print no version. */
function controllerTool(program: string, version: string, expected: string): Tool {
  const module = `github.com/fluxcd/${program}`;
  return {
    title: program,
    program,
    version,
    accepts: `~${version}`,
    versionModule: module,
    go: { folder: program, package: module, stamps: {}, expected },
  };
}

/** A downloaded Pulumi CLI brings its language plugins; of those, Go can build the ones that are modules of their own. */
function languageTool(language: string, module: string, version: string): Tool {
  const program = `pulumi-language-${language.toLowerCase()}`;
  return {
    title: `Pulumi's language plugin for ${language}`,
    program,
    version,
    accepts: `^${version}`,
    versionModule: module,
    go: {
      folder: "pulumi-languages",
      package: `${module}/cmd/${program}`,
      stamps: { [`${module}/version.Version`]: `v${version}` },
      expected: "about 2 minutes",
    },
  };
}

const kubernetesPluginVersion = "4.25.0";

/** The newest Kubernetes plugin that the Go module proxy has; tools/kubernetes-plugin.ts prefers a newer one. */
function kubernetesPluginTool(): Tool {
  const program = "pulumi-resource-kubernetes";
  const module = "github.com/pulumi/pulumi-kubernetes/provider/v4";
  const embedded = ["schema.json", "terraform-mapping.json"];
  return {
    title: "Pulumi's Kubernetes plugin",
    program,
    version: kubernetesPluginVersion,
    // The commit of the tag v4.25.0: the repository has no tags for this module.
    accepts: "4.0.0-20260115033456-f47bc2d6f199",
    versionModule: module,
    go: {
      folder: "kubernetes-plugin",
      package: ".",
      stamps: { [`${module}/pkg/version.Version`]: kubernetesPluginVersion },
      embeds: { module, files: embedded.map((file) => `cmd/${program}/${file}`) },
      expected: "about 10 minutes",
    },
  };
}

/**
 * Every tool, by the name that `provide` takes. A further tool is one entry here and, when it is
 * built from source, one folder `tools/go/<folder>` with its own go.mod and go.sum.
 * Expected durations are for two cores.
 */
export const tools = {
  pulumi: {
    title: "the Pulumi CLI",
    program: "pulumi",
    version: pulumiVersion,
    accepts: `^${pulumiVersion}`,
    versionArguments: ["version"],
    download: pulumiDownload,
    go: {
      folder: "pulumi",
      package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      stamps: {
        "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumiVersion}`,
      },
      expected: "about 7 minutes",
    },
  },
  etcd: {
    title: "etcd",
    program: "etcd",
    version: etcdVersion,
    accepts: ">=3.4.13 <4",
    versionArguments: ["--version"],
    download: etcdDownload,
    debian: { package: "etcd-server", file: "usr/bin/etcd" },
    go: {
      folder: "etcd",
      package: "go.etcd.io/etcd/server/v3",
      stamps: {},
      expected: "about 1 minute",
    },
  },
  "kube-apiserver": kubernetesTool("kube-apiserver", "about 6 minutes"),
  "kube-controller-manager": kubernetesTool("kube-controller-manager", "about 2 minutes"),
  "kube-scheduler": kubernetesTool("kube-scheduler", "about 1 minute"),
  kwok: {
    title: "kwok",
    program: "kwok",
    version: kwokVersion,
    accepts: `~${kwokVersion}`,
    versionArguments: ["--version"],
    download: ({ os, arch }) => ({
      url: githubDownload("kubernetes-sigs/kwok", `v${kwokVersion}`, `kwok-${os}-${arch}`),
    }),
    go: {
      folder: "kwok",
      package: "sigs.k8s.io/kwok/cmd/kwok",
      stamps: {},
      expected: "about 2 minutes",
    },
  },
  registry: {
    title: "the OCI registry",
    program: "docker-registry",
    version: registryVersion,
    accepts: ">=2.8.0 <4",
    versionArguments: ["--version"],
    download: registryDownload,
    debian: { package: "docker-registry", file: "usr/bin/docker-registry" },
    go: {
      folder: "registry",
      package: "github.com/distribution/distribution/v3/cmd/registry",
      stamps: {
        "github.com/distribution/distribution/v3/version.version": `v${registryVersion}`,
      },
      expected: "about 1 minute",
    },
  },
  "kubernetes-plugin": kubernetesPluginTool(),
  // Only tests need the two.
  "pulumi-language-java": languageTool("Java", "github.com/pulumi/pulumi-java/pkg", "1.21.2"),
  "pulumi-language-yaml": languageTool("YAML", "github.com/pulumi/pulumi-yaml", "1.32.0"),
  // Controllers of Flux 2.9; only tests need them.
  "source-controller": controllerTool("source-controller", "1.9.2", "about 5 minutes"),
  "kustomize-controller": controllerTool("kustomize-controller", "1.9.4", "about 3 minutes"),
  "helm-controller": controllerTool("helm-controller", "1.6.3", "about 2 minutes"),
} as const satisfies Readonly<Record<string, Tool>>;

/** The name of a tool, as `provide` takes it. */
export type ToolName = keyof typeof tools;

/** All tool names, in the order in which they are provided. */
export const toolNames = Object.keys(tools) as readonly ToolName[];

/** The entry of the table, as the general type. */
export const toolOf = (name: ToolName): Tool => tools[name];
