import { filled, type Names } from "../sdk/names";
import type { Source } from "./part";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Why a release that is to be published can't be made here; undefined when it can.
 *
 * @param env that of the process; the variables are GitHub's:
 *   https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function refusal({ names, version }: Source, env: Environment): string | undefined {
  if (env["GITHUB_ACTIONS"] !== "true") {
    return "releases are made by .github/workflows/release.yml; to build everything here, add --dry-run";
  }
  const tag = env["GITHUB_REF_NAME"] ?? "";
  if (env["GITHUB_REF_TYPE"] !== "tag" || tag !== `v${version}`) {
    return `the tag has to be v${version}, as in package.json; it is ${JSON.stringify(tag)}`;
  }
  const place = env["GITHUB_REPOSITORY"] ?? "";
  return placeOf(names) === place
    ? undefined
    : `package.names.json is for ${placeOf(names)}: npm run gen:sdk -- --owner ${place}`;
}

function placeOf(names: Names): string {
  const { owner, repository } = filled(names);
  return `${owner}/${repository}`;
}
