import js from "@eslint/js";
import globals from "globals";

const shared = { Expressions: "readonly", grouped: "readonly", Tree: "readonly", Detail: "readonly" };

export default [
  { ignores: ["archcalc/pages/live/editor.js", "web/node_modules/**"] },
  js.configs.recommended,
  {
    files: ["archcalc/pages/**/*.js", "web/**/*.js"],
    languageOptions: { globals: { ...globals.browser, ...globals.worker } },
    rules: {
      "eqeqeq": "error", "no-var": "error", "prefer-const": "error", "no-implicit-coercion": "error", "no-eval": "error",
      "no-new-func": "error", "no-restricted-properties": ["error", { property: "innerHTML" }, { property: "outerHTML" }, { property: "insertAdjacentHTML" }],
    },
  },
  { files: ["archcalc/pages/*.js"], languageOptions: { sourceType: "script", globals: shared }, rules: { "no-redeclare": ["error", { builtinGlobals: false }], "no-unused-vars": ["error", { varsIgnorePattern: "^(Expressions|Tree|Detail|grouped|element|fieldPicture)$" }] } },
  { files: ["archcalc/pages/live/*.js"], languageOptions: { globals: shared } },
  { files: ["web/*.js", "web/tests/*.js"], languageOptions: { globals: globals.node } },
];
