// @ts-check
import { fromHtml, fromSvg, make, place } from "./elements.js";

/**
 * @typedef {import("./engine.js").Answer} Answer
 * @typedef {(action: string, more: Answer) => Promise<Answer | null>} Ask
 */

/** The numbers of a record without controls; what has letters in it is a text. */
class ClosedForms extends Expressions {
  /** @param {Answer} record */
  constructor(record) {
    super(record.nodes);
    this.texts = /** @type {Record<string, [string, boolean]>} */ (record.texts);
  }

  /** @param {Coded} coded @returns {Value} */
  value(coded) {
    return coded in this.texts ? null : super.value(coded);
  }

  /** @param {Coded} coded */
  text(coded) {
    return this.texts[coded]?.[0] ?? super.text(coded);
  }

  /** @param {Coded[]} sizes */
  shape(sizes) {
    return sizes.map((size) => {
      const [text, needsBrackets] = this.texts[size] ?? [String(this.value(size)), false];
      return needsBrackets && sizes.length > 1 ? `(${text})` : text;
    }).join("×");
  }
}

/** The table of layers, with the tools above it; what is open stays open from one spec to the next. */
export class LayerTable {
  /** @param {HTMLElement} panel @param {(path: string) => void} chosen */
  constructor(panel, chosen) {
    this.panel = panel;
    this.chosen = chosen;
    /** @type {Set<string>} */
    this.open = new Set();
    this.filter = "";
  }

  /** @param {Answer} record @param {string} path the row that is chosen */
  show(record, path) {
    if (this.tree) this._remember();
    const expressions = new ClosedForms(record);
    const table = make("table", { class: "layers", role: "treegrid", "aria-label": "Layers" });
    let begun = false;
    this.tree = new Tree(table, record.rows, expressions, (branch) => {
      if (begun) this.chosen(branch.data.path);
    });
    for (const branch of this.tree.all()) branch.open = this.open.has(branch.data.path) && branch.children.length > 0;
    this.tree.sorted = this.sorted ?? this.tree.sorted;
    this.tree.update(record.totals);
    const branch = [...this.tree.all()].find((other) => other.data.path === path);
    if (branch) this.tree.choose(branch, true);
    begun = true;
    if (this.filter) this.tree.filter(this.filter);
    else this.tree.arrange();
    const place = { top: this.panel.scrollTop, left: this.panel.scrollLeft };
    const shown = this.panel.querySelector(".layers");
    if (shown) shown.replaceWith(table);
    else this.panel.replaceChildren(this._tools(), table);
    this.panel.scrollTo(place);
  }

  _remember() {
    this.sorted = this.tree?.sorted;
    for (const branch of this.tree?.all() ?? []) {
      if (branch.open) this.open.add(branch.data.path);
      else this.open.delete(branch.data.path);
    }
  }

  _tools() {
    const filter = make("input", { type: "search", id: "filter" });
    filter.value = this.filter;
    filter.addEventListener("input", () => {
      this.filter = filter.value;
      this.tree?.filter(filter.value);
    });
    const all = (/** @type {string} */ text, /** @type {boolean} */ open) => {
      const button = make("button", { type: "button" }, text);
      button.addEventListener("click", () => this.tree?.toggleAll(open));
      return button;
    };
    return make("div", { class: "tools" }, make("label", { for: "filter" }, "Filter"), filter, all("Open all", true), all("Close all", false));
  }
}

/** Show a picture, in which boxes can be clicked. @param {HTMLElement} panel @param {string} svg @param {(path: string) => void} chosen */
export function showPicture(panel, svg, chosen) {
  const picture = fromSvg(svg);
  for (const box of /** @type {NodeListOf<SVGElement>} */ (picture.querySelectorAll("g[data-path]"))) {
    box.addEventListener("click", () => chosen(box.dataset.path ?? ""));
  }
  const at = { top: panel.scrollTop, left: panel.scrollLeft };
  panel.replaceChildren(picture);
  panel.scrollTo(at);
}

/** Mark the boxes of a layer. @param {string} path */
export function markBoxes(path) {
  for (const box of document.querySelectorAll("#view g[data-path]")) {
    box.classList.toggle("chosen", /** @type {SVGElement} */ (box).dataset.path === path);
  }
}

/** Write the title and the totals. @param {Answer} found */
export function showHeadline(found) {
  const { title, totals } = found.record;
  const expressions = new ClosedForms(found.record);
  place("title").textContent = title;
  place("citation").textContent = found.citation;
  for (const name of ["params", "macs", "activations"]) place(name).textContent = expressions.text(totals[name]);
  place("depth").textContent = String(totals.weighted_depth);
  document.title = `${title} – archcalc`;
}

/**
 * List mistakes; each leads to its place.
 * @param {Answer} found @param {(line: number, column: number) => void} goTo
 */
export function showProblems(found, goTo) {
  const panel = place("problems");
  const problems = /** @type {Answer[]} */ (found.problems ?? []);
  panel.classList.toggle("none", !problems.length);
  if (!problems.length) {
    panel.replaceChildren(make("p", {}, "No errors."));
    return;
  }
  const more = found.more ? [make("li", {}, `and ${found.more} more`)] : [];
  panel.replaceChildren(make("ul", {}, ...problems.map((problem) => problemItem(problem, goTo)), ...more));
}

/** @param {Answer} problem @param {(line: number, column: number) => void} goTo */
function problemItem(problem, goTo) {
  const where = problem.line ? `line ${problem.line}: ` : problem.elsewhere ? `${problem.elsewhere}: ` : "";
  const button = make("button", { type: "button" }, `${where}${problem.path ? `${problem.path}: ` : ""}${problem.message}`);
  button.addEventListener("click", () => goTo(problem.line ?? 1, problem.column ?? 1));
  const hints = problem.hint.map((/** @type {string} */ line) => make("div", { class: "quiet hint" }, line));
  return make("li", {}, button, ...hints);
}

/** Show the worked solution of a layer. @param {Answer | null} found */
export function showLayer(found) {
  if (found?.html) place("told").replaceChildren(...fromHtml(found.html));
}
