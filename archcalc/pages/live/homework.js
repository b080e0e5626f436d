// @ts-check
import { fromHtml, make } from "./elements.js";

/**
 * @typedef {import("./engine.js").Answer} Answer
 * @typedef {(action: string, more: Answer) => Promise<Answer | null>} Ask
 * @typedef {{layer: string, kind: string, given: string, asked: string[]}} Row
 */

/** @type {Record<string, string>} */
const SIGNS = { right: "✓", rounded: "≈", "right-given-yours": "✓", wrong: "✗" };
/** @type {Record<string, string>} */
const NAMES = {
  output: "output", weights: "weights", biases: "biases", params: "parameters", macs: "MACs",
  activations: "activations", rf: "receptive field",
};
const ASKED = ["output", "params", "macs"];
const MORE = 3;

/** A worksheet to fill: each answer is marked as it is left, and hints are given when they are asked for. */
export class Homework {
  /** @param {HTMLElement} panel @param {HTMLElement} hints where hints are written @param {Ask} ask */
  constructor(panel, hints, ask) {
    this.panel = panel;
    this.hints = hints;
    this.ask = ask;
    /** @type {Map<string, string>} */
    this.answers = new Map();
    this.columns = [...ASKED];
    /** @type {Row[]} */
    this.rows = [];
    /** @type {Map<string, HTMLElement>} */
    this.cells = new Map();
    /** @type {Map<string, number>} */
    this.levels = new Map();
    /** @type {Record<string, string>} what each verdict is called */
    this.said = {};
  }

  async show() {
    const found = await this.ask("worksheet", { columns: this.columns.join(",") });
    if (!found?.rows) return;
    this.rows = found.rows;
    this.columns = found.columns;
    this.said = found.verdicts;
    this.cells.clear();
    this.levels.clear();
    this.score = make("p", { class: "score", role: "status" });
    const head = ["layer", "kind", "given", ...this.columns.map((column) => NAMES[column])];
    const table = make("table", {},
      make("thead", {}, make("tr", {}, ...head.map((text) => make("th", { scope: "col" }, text)))),
      make("tbody", {}, ...this.rows.map((row) => this._line(row))));
    this.panel.replaceChildren(make("div", { class: "homework" }, this._choice(), this.score, make("div", { class: "scroll" }, table)));
    this._hint("Each answer is graded when you leave its cell. Your answers stay on this computer.");
    await this._mark();
  }

  _choice() {
    const boxes = Object.entries(NAMES).map(([column, name]) => {
      const box = make("input", { type: "checkbox", id: `ask-${column}` });
      box.checked = this.columns.includes(column);
      box.addEventListener("change", () => this._asked(column, box.checked));
      return make("label", { for: box.id }, box, ` ${name}`);
    });
    const blank = make("button", { type: "button" }, "Clear answers");
    blank.addEventListener("click", () => {
      this.answers.clear();
      void this.show();
    });
    return make("fieldset", {}, make("legend", {}, "Columns"), ...boxes, blank);
  }

  /** @param {string} column @param {boolean} wanted */
  async _asked(column, wanted) {
    const columns = wanted ? [...this.columns, column] : this.columns.filter((other) => other !== column);
    if (columns.length) this.columns = columns;
    await this.show();
    document.getElementById(`ask-${column}`)?.focus();
  }

  /** @param {Row} row */
  _line(row) {
    const told = [row.layer, row.kind, row.given].map((text) => make("td", {}, text));
    return make("tr", {}, ...told, ...this.columns.map((column) => this._cell(row, column)));
  }

  /** @param {Row} row @param {string} column */
  _cell(row, column) {
    if (!row.asked.includes(column)) return make("td", {}, "–");
    const key = `${row.layer}|${column}`;
    const name = `${row.layer}, ${NAMES[column]}`;
    const input = make("input", { class: "answer", "aria-label": name, autocomplete: "off", spellcheck: "false" });
    input.value = this.answers.get(key) ?? "";
    input.addEventListener("change", () => {
      this.answers.set(key, input.value);
      this.levels.delete(key);
      void this._mark();
    });
    const ask = make("button", { type: "button", class: "ask", "aria-label": `Hint for ${name}` }, "?");
    ask.addEventListener("click", () => this._hinted(row.layer, column));
    const cell = make("td", { class: "answer" }, input, make("span", { class: "verdict", role: "img" }), ask);
    this.cells.set(key, cell);
    return cell;
  }

  _given() {
    return this.rows.map(({ layer }) => {
      const row = /** @type {Record<string, string>} */ ({ layer });
      for (const column of this.columns) row[column] = this.answers.get(`${layer}|${column}`) ?? "";
      return row;
    });
  }

  async _mark() {
    const found = await this.ask("mark", { answers: this._given() });
    if (!found?.cells) return;
    for (const cell of this.cells.values()) this._verdict(cell, "");
    for (const { layer, column, status } of found.cells) {
      const cell = this.cells.get(`${layer}|${column}`);
      if (cell) this._verdict(cell, status);
    }
    if (this.score) this.score.textContent = found.cells.length ? found.score : "";
  }

  /** @param {HTMLElement} cell @param {string} status */
  _verdict(cell, status) {
    const sign = /** @type {HTMLElement} */ (cell.querySelector(".verdict"));
    cell.className = `answer is-${status || "blank"}`;
    sign.textContent = SIGNS[status] ?? "";
    sign.setAttribute("aria-label", this.said[status] ?? "not answered");
    cell.querySelector("input")?.setAttribute("aria-invalid", String(status === "wrong"));
  }

  /** Give a hint; each further one for the same answer tells more. @param {string} layer @param {string} column */
  async _hinted(layer, column) {
    const key = `${layer}|${column}`;
    const level = Math.min((this.levels.get(key) ?? 0) + 1, MORE);
    this.levels.set(key, level);
    const found = await this.ask("hint", { answers: this._given(), layer, column, level });
    if (!found) return;
    const lines = (found.lines ?? []).map((/** @type {string} */ line) => make("p", {}, line));
    const none = !lines.length && !found.html ? [make("p", {}, "No further hint for this answer.")] : [];
    const more = level < MORE ? [make("p", { class: "quiet" }, "Press ? again for a further hint.")] : [];
    this._hint(make("h2", {}, `${layer}, ${NAMES[column]}`), ...lines, ...fromHtml(found.html ?? ""), ...none, ...more);
  }

  /** @param {(Node | string)[]} content */
  _hint(...content) {
    this.hints.replaceChildren(...content.map((part) => (typeof part === "string" ? make("p", { class: "quiet" }, part) : part)));
  }
}
