import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const restrict = (patterns) => ({ "no-restricted-imports": ["error", { patterns }] });

export default ts.config(
  { ignores: ["dist/", "node_modules/"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser } } },
  {
    rules: {
      // An index that a loop or a test just made is not a risk; the compiler checks the others (noUncheckedIndexedAccess).
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-invalid-void-type": "off",
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      // Text of items comes from a data base: it is drawn as text, never as markup.
      "svelte/no-at-html-tags": "error",
      // The content security policy of the server forbids style attributes.
      "svelte/no-inline-styles": "error",
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  // Imports point one way: exam | proctor | office → ui → api, i18n; the core of the exam knows no framework and no screen.
  { files: ["src/api/**", "src/i18n/**"], rules: restrict(["**/ui/*", "**/exam/**", "**/proctor/**", "**/office/**"]) },
  { files: ["src/ui/**"], rules: restrict(["**/exam/**", "**/proctor/**", "**/office/**"]) },
  { files: ["src/exam/**"], rules: restrict(["**/proctor/**", "**/office/**"]) },
  { files: ["src/proctor/**"], rules: restrict(["**/exam/**", "**/office/**"]) },
  { files: ["src/office/**"], rules: restrict(["**/exam/**", "**/proctor/**"]) },
  { files: ["src/exam/core/**"], rules: restrict(["svelte", "svelte/*", "**/ui/*", "**/i18n/*", "**/views/*", "**/*.svelte"]) },
  { files: ["*.config.*"], languageOptions: { globals: globals.node } },
);
