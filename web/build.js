// Bundles the editor into one file of the package, with the licences of what is in it.
import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const TARGET = new URL("../archcalc/pages/live/", import.meta.url);

const { metafile } = await build({
  entryPoints: ["editor.js"], bundle: true, minify: true, format: "esm", target: "es2022", legalComments: "none",
  metafile: true, outfile: new URL("editor.js", TARGET).pathname, logLevel: "warning",
});

const PACKAGE = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//;
const packages = new Set(Object.keys(metafile.inputs).map((path) => PACKAGE.exec(path)?.[1]).filter(Boolean));
const licences = await Promise.all([...packages].sort().map(async (name) => `${name}\n\n${await readFile(`node_modules/${name}/LICENSE`, "utf8")}`));
await writeFile(new URL("editor.LICENSES.txt", TARGET), `editor.js contains:\n\n${licences.join("\n\n")}`);
