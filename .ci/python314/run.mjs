// Run the README's commands on CPython 3.14 (Pyodide, made ready by prepare.sh) and on the Python of the machine, and
// compare exit codes, standard output, standard error and written files byte for byte:
//
//   node run.mjs ROOM README.md [ARCHCALC]      ARCHCALC is the program to compare with, `archcalc` if not given
//
// Prints one line per command, and exits with 1 if anything differs. Each command has a fresh folder and fresh modules.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [room, readme, program = "archcalc"] = process.argv.slice(2);
const LEFT_OUT = /^ *archcalc serve|timm:/; // a server, and a model of PyTorch
const environment = { COLUMNS: "80", NO_COLOR: "1", PYTHONUTF8: "1" };
const folder = () => mkdtempSync(join(tmpdir(), "archcalc-"));

// The words of a line, as a shell splits it: quoted words, and no comment.
function words(line) {
    const found = line.replace(/\s#.*$/, "").match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g);
    return found.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, "$1$2"));
}

// What a command leaves in its folder, which is removed.
function taken(place) {
    const files = readdirSync(place).sort().map((name) => `${name}\n${readFileSync(join(place, name), "latin1")}`);
    rmSync(place, { recursive: true });
    return files.join("\n");
}

function onThisMachine(given) {
    const cwd = folder();
    const env = { ...process.env, ...environment };
    const done = spawnSync(program, given, { cwd, env, input: "", maxBuffer: 2 ** 28, encoding: "latin1" });
    if (done.error) throw new Error(`${program} cannot be run: ${done.error.message}`);
    return { code: done.status, out: done.stdout, err: done.stderr, files: taken(cwd) };
}

const { loadPyodide } = await import(pathToFileURL(resolve(room, "node_modules/pyodide/pyodide.mjs")).href);
const python = await loadPyodide({ env: { ...environment, HOME: "/" }, stdin: () => null });
const written = { out: "", err: "" };
const into = (stream) => ({ write: (bytes) => ((written[stream] += Buffer.from(bytes).toString("latin1")), bytes.length) });
python.setStdout(into("out"));
python.setStderr(into("err"));
function mount(root, place) {
    python.FS.mkdirTree(place);
    python.FS.mount(python.FS.filesystems.NODEFS, { root }, place);
}
mount(resolve(room, "site"), "/site");
python.runPython(readFileSync(new URL("run.py", import.meta.url), "utf8"));
const run = python.globals.get("run");

function on314(given, place) {
    const root = folder();
    mount(root, place);
    Object.assign(written, { out: "", err: "" });
    const code = run(place, ...given);
    return { code, ...written, files: taken(root) };
}

const lines = readFileSync(readme, "utf8").split("\n").filter((line) => /^ {4}archcalc /.test(line));
if (!lines.length) throw new Error(`no commands in ${readme}`);
const commands = ["archcalc show alexnet", ...lines.filter((line) => !LEFT_OUT.test(line))].map(words);
let different = 0;
for (const [number, [, ...given]] of commands.entries()) {
    const [here, there] = [onThisMachine(given), on314(given, `/here/${number}`)];
    const wrong = Object.keys(here).filter((part) => here[part] !== there[part]);
    console.log(`${wrong.length ? `differs in ${wrong}` : "same"}: archcalc ${given.join(" ")}`);
    for (const part of wrong) {
        for (const [text, whose] of [[here[part], "here"], [there[part], "3.14"]]) {
            console.log(`--- ${part}, ${whose}\n${Buffer.from(String(text), "latin1").toString().slice(-900)}`);
        }
    }
    different += wrong.length > 0;
}
console.log(`Python ${python.runPython("sys.version.split()[0]")}: ${commands.length - different} same, ${different} different`);
process.exit(different ? 1 : 0);
