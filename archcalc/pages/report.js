// @ts-check
"use strict";

/**
 * @typedef {object} Control a letter that the reader sets
 * @property {string} label
 * @property {number} value
 * @property {number} most
 * @property {string} [with] the letter that follows this one while both are kept alike
 */

const record = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("record")).textContent ?? "{}");
const expressions = new Expressions(record.nodes);
/** @type {Record<string, bigint>} */
const letters = {};
for (const [letter, control] of Object.entries(record.controls)) letters[letter] = BigInt(control.value);

const place = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const graph = place("graph");
const detail = new Detail(place("detail"), record.workings, expressions, record.inputs, record.layouts);
expressions.evaluate(letters);
const tree = new Tree(/** @type {HTMLTableElement} */ (place("layers")), record.rows, expressions, told);

/** The boxes of the graph by the path of what they show, with the text that says its output. */
const boxes = new Map();
for (const picture of graph.querySelectorAll("svg")) {
  for (const box of picture.querySelectorAll("g[data-path]")) {
    const path = /** @type {HTMLElement} */ (box).dataset.path ?? "";
    boxes.set(path, [...(boxes.get(path) ?? []), box]);
    box.addEventListener("click", () => chooseByPath(path));
  }
}
for (const branch of tree.all()) {
  const shape = expressions.shape(branch.data.output);
  for (const box of boxes.get(branch.data.path) ?? []) {
    const text = [...box.querySelectorAll("text")].find((words) => words.textContent === shape);
    if (text) text.dataset.output = "";
  }
}

/** Show all numbers for the letters as they are set. */
function update() {
  expressions.evaluate(letters);
  const small = record.conditions.filter((/** @type {[string, Coded]} */ [, size]) => (expressions.value(size) ?? 0n) < 1n);
  place("invalid").textContent = small.length ? `too small: ${small[0][0]} has no output at this size` : "";
  for (const name of ["params", "macs", "activations"]) place(name).textContent = expressions.text(record.totals[name]);
  for (const branch of tree.all()) {
    for (const box of boxes.get(branch.data.path) ?? []) {
      const text = box.querySelector("text[data-output]");
      if (text) text.textContent = expressions.shape(branch.data.output);
    }
  }
  tree.update(record.totals);
  if (tree.current) detail.show(tree.current.data);
}

/** Tell of a row, and mark its boxes. @param {Branch} branch */
function told(branch) {
  detail.show(branch.data);
  for (const marked of graph.querySelectorAll(".chosen")) marked.classList.remove("chosen");
  for (const box of boxes.get(shown(branch)) ?? []) {
    box.classList.add("chosen");
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** Return the path of the box that shows a row: its own, or that of a closed block around it. @param {Branch} branch */
function shown(branch) {
  for (let at = /** @type {Branch | null} */ (branch); at; at = at.above) if (boxes.has(at.data.path)) return at.data.path;
  return "";
}

/** @param {string} path */
function chooseByPath(path) {
  const found = [...tree.all()].filter((branch) => branch.data.path === path);
  const branch = found.find((other) => !other.children.length) ?? found[0];
  if (branch) tree.choose(branch);
}

/** Set a letter, and with it the one that is kept like it. @param {string} letter @param {number} value */
function set(letter, value) {
  if (!Number.isInteger(value) || value < 1) return;
  const other = record.controls[letter].with;
  const alike = /** @type {HTMLInputElement | null} */ (document.getElementById("alike"));
  for (const name of other && alike?.checked ? [letter, other] : [letter]) {
    letters[name] = BigInt(value);
    for (const kind of ["range", "number"]) {
      const input = /** @type {HTMLInputElement} */ (place(`${kind}-${name}`));
      if (input !== document.activeElement) input.value = String(value);
    }
  }
  update();
}

for (const letter of Object.keys(record.controls)) {
  for (const kind of ["range", "number"]) {
    const input = /** @type {HTMLInputElement} */ (place(`${kind}-${letter}`));
    input.addEventListener("input", () => set(letter, Number(input.value)));
  }
}
place("filter").addEventListener("input", (event) => {
  tree.filter(/** @type {HTMLInputElement} */ (event.target).value);
});
place("open").addEventListener("click", () => tree.toggleAll(true));
place("close").addEventListener("click", () => tree.toggleAll(false));
addEventListener("beforeprint", () => tree.toggleAll(true));
update();
if (tree.top.length) tree.choose(tree.top[0], true);
