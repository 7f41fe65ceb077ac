import eslint from "@eslint/js";
import pulumi from "@pulumi/eslint-plugin";
import prettier from "eslint-config-prettier/flat";
import tseslint from "typescript-eslint";

/** Each ring may import only the rings below it; the message says which. */
const ring = (files, regex, message) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns: [{ regex, message }] }] },
});

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "release/",
      "sdk/",
      "coverage/",
      "examples/",
      "tests/sdk/nodejs/",
      "distribution/v*/",
    ],
  },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  prettier,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    plugins: { "@pulumi": pulumi },
    rules: {
      eqeqeq: ["error", "always"],
      "@pulumi/no-output-in-template-literal": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["provider/**"],
    ignores: ["provider/main.ts", "provider/cli/main.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "Read the environment only in provider/main.ts and provider/cli/main.ts.",
        },
        {
          object: "AbortSignal",
          property: "any",
          message: "It may lose an abort; take firstOf of provider/io/signal.ts.",
        },
      ],
    },
  },
  ring(
    ["provider/core/**"],
    "^@pulumi/|^node:(?!assert|buffer|crypto|path|zlib)|/(io|resources|cli)/",
    "core is pure: no Pulumi, no I/O.",
  ),
  ring(["provider/io/**"], "^@pulumi/|/(resources|cli)/", "io may import core only."),
  ring(["provider/resources/**"], "/cli/", "resources may import core and io."),
  ring(
    ["provider/resources/!(children).ts"],
    "/cli/|^@pulumi/kubernetes",
    "resources may import core and io; only children.ts knows @pulumi/kubernetes.",
  ),
  ring(["provider/cli/**"], "^@pulumi/|/resources/", "the CLI may import core and io."),
  {
    // What is loaded by a function that can't wait for import(), or must not be a copy (provider/quiet.ts).
    files: [
      "provider/core/distribution/release-yaml.ts",
      "provider/core/patch/regex.ts",
      "provider/quiet.ts",
    ],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["tests/**"],
    rules: {
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["**/*.mjs"],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: { console: "readonly", process: "readonly", URL: "readonly" },
    },
    rules: {
      ...tseslint.configs.disableTypeChecked.rules,
      "@pulumi/no-output-in-template-literal": "off",
    },
  },
);
