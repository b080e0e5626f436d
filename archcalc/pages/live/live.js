// @ts-check
import { downloads } from "./downloads.js";
import { fromHtml, fromSvg, make, place, select, tabs } from "./elements.js";
import { Editor } from "./editor.js";
import { Engine } from "./engine.js";
import { Homework } from "./homework.js";
import { read, written } from "./link.js";
import { LayerTable, markBoxes, showHeadline, showLayer, showPicture, showProblems } from "./results.js";
import { offered } from "./words.js";

/**
 * @typedef {import("./engine.js").Answer} Answer
 * @typedef {import("./link.js").Text} Text
 */

const VIEWS = {
  table: "Table", graph: "Graph", cost: "Cost", volumes: "Volumes", rf: "Receptive field", compare: "Compare",
  homework: "Homework",
};
const OF_LAYERS = ["table", "graph", "cost", "rf"];
const FIRST = "alexnet";
const SAVED_AFTER = 400;

/** @type {Record<"spec" | "other", Text | null>} */
const texts = { spec: { text: "", variant: "" }, other: null };
/** @type {"spec" | "other"} */
let current = "spec";
let view = "table";
let chosen = "";
/** whether the reader chose it */
let picked = false;
/** @type {{found: Answer, spec: Text} | null} the last spec without mistakes, and its table */
let good = null;
/** @type {{networks: string[], vocabulary: import("./words.js").Vocabulary}} */
const known = { networks: [], vocabulary: { kinds: {}, common: {}, keys: {} } };

const site = await fetch("site.json").then((found) => found.json());
const engine = new Engine(site, say);
const panel = place("view");
const results = place("results");
const network = /** @type {HTMLInputElement} */ (place("network"));
const other = /** @type {HTMLInputElement} */ (place("other"));
const variant = /** @type {HTMLSelectElement} */ (place("variant"));
const dark = matchMedia("(prefers-color-scheme: dark)");
const editor = new Editor({
  parent: place("editor"),
  changed: (text) => {
    texts[current] = { text, variant: texts[current]?.variant ?? "" };
    void computed();
  },
  offered: (before, line) => offered(before, line, known.vocabulary, known.networks),
});
const table = new LayerTable(panel, choose);
const homework = new Homework(panel, place("told"), ask);

/** Say what is going on. @param {string} text */
function say(text) {
  place("status").textContent = text;
}

/** Ask the engine about the last specs without mistakes. @param {string} action @param {Answer} [more] */
function ask(action, more = {}) {
  return engine.ask(action, { spec: good?.spec ?? texts.spec, other: texts.other, ...more });
}

/** Compute the text that is edited, and what is seen of it. */
async function computed() {
  save();
  const which = current;
  const spec = /** @type {Text} */ ({ ...texts[which] }); // which may be another one when the answer is there
  const found = await ask("table", { spec });
  if (!found || which !== current) return;
  if (found.failed) {
    say(found.failed);
    return;
  }
  told(found);
  if (found.record && which === "spec") {
    good = { found, spec: { ...spec, variant: found.variant } };
    showHeadline(found);
  }
  if (found.record || !panel.hasChildNodes()) await show();
}

/** Show the mistakes of the text that is edited, and its variants. @param {Answer} found */
function told(found) {
  const problems = /** @type {Answer[]} */ (found.problems ?? []);
  editor.underline(problems.filter((problem) => problem.in).map(mark));
  showProblems(found, (line, column) => editor.goTo(line, column));
  results.classList.toggle("stale", problems.length > 0);
  say(problems.length ? "The last valid spec is shown" : "");
  if (!found.record) return;
  variant.disabled = !found.variants.length;
  const names = found.variants.length ? found.variants : ["none"];
  variant.replaceChildren(...names.map((/** @type {string} */ name) => make("option", {}, name)));
  variant.value = found.variant || "none";
  const text = texts[current];
  if (text) text.variant = found.variant;
}

/** @param {Answer} problem */
function mark({ line, column, width, message, hint }) {
  return { line, column, width, message: [message, ...hint].join("\n") };
}

/** Show the view that is chosen, for the last specs without mistakes. */
async function show() {
  if (!good) return;
  results.classList.toggle("alone", !OF_LAYERS.includes(view) && view !== "homework");
  listed(flat(good.found.record.rows));
  if (view === "table") table.show(good.found.record, chosen);
  else if (view === "homework") await homework.show();
  else if (view === "compare") await compared();
  else await drawn(view);
  if (OF_LAYERS.includes(view)) await explained();
}

/** List the layers to choose from. @param {string[]} paths */
function listed(paths) {
  if (!paths.includes(chosen)) [chosen, picked] = [paths[0] ?? "", false];
  const list = /** @type {HTMLSelectElement} */ (place("path"));
  const before = [...list.options].map((option) => option.value);
  if (before.join("\n") !== paths.join("\n")) list.replaceChildren(...paths.map((path) => make("option", {}, path)));
  list.value = chosen;
  list.parentElement?.toggleAttribute("hidden", view === "homework");
}

/** @param {Answer[]} rows @returns {string[]} */
function flat(rows) {
  return rows.flatMap((row) => [row.path, ...flat(row.children ?? [])]);
}

/** @param {string} kind */
async function drawn(kind) {
  const layer = kind === "rf" && picked ? { layer: chosen } : {};
  const found = await ask("picture", { kind, dark: dark.matches, ...layer });
  if (!found || view !== kind) return;
  if (found.svg) showPicture(panel, found.svg, choose);
  else panel.replaceChildren(...excuse(found));
  markBoxes(chosen);
}

/** @param {Answer} found */
function excuse(found) {
  return /** @type {Answer[]} */ (found.problems ?? []).map(({ message, hint }) => make("p", {}, [message, ...hint].join(": ")));
}

async function compared() {
  if (!texts.other) {
    const about = "Select a network under “Compare with”, or compare later changes with the current spec.";
    const keep = make("button", { type: "button" }, "Compare with the current spec");
    keep.addEventListener("click", () => against(/** @type {Text} */ ({ ...texts.spec }), "the earlier spec"));
    panel.replaceChildren(make("p", {}, about), keep);
    return;
  }
  const found = await ask("compare");
  const picture = await ask("picture", { kind: "diff", dark: dark.matches });
  if (!found || view !== "compare") return;
  if (!found.html) panel.replaceChildren(...excuse(found));
  else panel.replaceChildren(...fromHtml(found.html), ...(picture?.svg ? [fromSvg(picture.svg)] : []));
}

async function explained() {
  const found = await ask("layer", { layer: chosen });
  if (found) showLayer(found);
}

/** Choose a layer by its path. @param {string} path */
function choose(path) {
  [chosen, picked] = [path, true];
  /** @type {HTMLSelectElement} */ (place("path")).value = path;
  markBoxes(path);
  if (view === "rf") void show();
  else void explained();
}

/** Edit one of the two texts. @param {"spec" | "other"} which */
function edit(which) {
  current = texts[which] ? which : "spec";
  select(place("texts"), `text-${current}`);
  place("editor").setAttribute("aria-labelledby", `text-${current}`);
  editor.open(texts[current]?.text ?? "");
  void computed();
}

/** Compare with a text, or with none. @param {Text | null} text @param {string} name */
function against(text, name) {
  texts.other = text;
  other.value = text ? name : "";
  place("text-other").hidden = !text;
  place("text-other").textContent = `Compared with ${name}`;
  if (text) showView("compare");
  edit(text ? current : "spec");
}

/** Open a shipped network. @param {string} name @returns {Promise<Text | null>} */
async function shipped(name) {
  const found = await engine.ask("open", { name });
  if (found?.text !== undefined) return { text: found.text, variant: found.variant };
  if (found) {
    const [{ message, hint }] = found.problems ?? [{ message: found.failed, hint: [] }];
    say([message, ...hint].join(": "));
  }
  return null;
}

network.addEventListener("change", async () => {
  const text = network.value.trim() && (await shipped(network.value.trim()));
  if (!text) return;
  texts.spec = text;
  chosen = example.value = "";
  edit("spec");
});
other.addEventListener("change", async () => {
  const name = other.value.trim();
  const text = name ? await shipped(name) : null;
  if (text || !name) against(text, name);
});
const example = /** @type {HTMLSelectElement} */ (place("example"));
example.addEventListener("change", () => {
  if (!example.value) return;
  [texts.spec, chosen] = [{ text: example.value, variant: "" }, ""];
  network.value = "";
  edit("spec");
});
variant.addEventListener("change", () => {
  const text = texts[current];
  if (text) text.variant = variant.value;
  void computed();
});
place("path").addEventListener("change", () => {
  choose(/** @type {HTMLSelectElement} */ (place("path")).value);
  if (view === "table" && good) table.show(good.found.record, chosen);
});
tabs(place("texts"), (tab) => edit(tab.id === "text-other" ? "other" : "spec"));

const views = place("views");
for (const [name, label] of Object.entries(VIEWS)) {
  views.append(make("button", { type: "button", role: "tab", id: `view-${name}`, "aria-controls": "view", "data-name": label }, label));
}
tabs(views, (tab) => {
  showView(tab.id.replace("view-", ""));
  void show();
});

/** @param {string} name */
function showView(name) {
  const before = view;
  view = name in VIEWS ? name : "table";
  select(views, `view-${view}`);
  panel.setAttribute("aria-labelledby", `view-${view}`);
  if (before !== view) panel.replaceChildren();
  if (before !== view) place("told").replaceChildren();
  save();
}

dark.addEventListener("change", () => void show());

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saving;

/** Keep the address such that it carries what is on the page. */
function save() {
  clearTimeout(saving);
  saving = setTimeout(async () => history.replaceState(null, "", `#${await written(state())}`), SAVED_AFTER);
}

function state() {
  return { spec: /** @type {Text} */ (texts.spec), other: texts.other, view };
}

place("link").addEventListener("click", async () => {
  const hash = await written(state());
  history.replaceState(null, "", `#${hash}`);
  try {
    await navigator.clipboard.writeText(location.href);
    say("Link copied; it contains the spec");
  } catch {
    say("The link in the address bar contains the spec");
  }
});
downloads(place("downloads"), ask, () => panel.querySelector("svg"), say);

/** Begin with what a link carries, with what the server was given, or with a network. */
async function begin() {
  const carried = location.hash.length > 1 ? await read(location.hash.slice(1)) : null;
  if (location.hash.length > 1 && !carried) say("Invalid link; it contains no spec");
  showView(carried?.view ?? "table");
  const start = site.start ?? {};
  texts.spec = carried?.spec ?? (start.text === undefined ? null : { text: start.text, variant: start.variant ?? "" });
  if (!texts.spec) {
    const name = start.name ?? FIRST;
    network.value = name;
    texts.spec = (await shipped(name)) ?? { text: "", variant: "" };
  }
  if (carried?.other) {
    texts.other = carried.other;
    place("text-other").hidden = false;
  }
  edit("spec");
  const names = await engine.ask("networks", {});
  known.networks = names?.networks ?? [];
  const small = await engine.ask("examples", {});
  for (const { text } of small?.examples ?? []) {
    example.append(make("option", { value: text }, /^title: (.*)$/m.exec(text)?.[1] ?? ""));
  }
  place("networks").replaceChildren(...known.networks.map((value) => make("option", { value })));
  const words = await engine.ask("vocabulary", {});
  if (words?.kinds) known.vocabulary = { kinds: words.kinds, common: words.common, keys: words.keys };
}

addEventListener("hashchange", async () => {
  const carried = await read(location.hash.slice(1));
  if (!carried) return;
  texts.spec = carried.spec;
  showView(carried.view);
  against(carried.other, "the linked spec");
  showView(carried.view);
  edit("spec");
});
await begin();
