// @ts-check
"use strict";

/**
 * @typedef {object} RowData a layer or a block of the record
 * @property {string} path
 * @property {string} name
 * @property {Coded[]} output
 * @property {Record<string, Coded>} counts
 * @property {Coded[][] | string} field
 * @property {number} [times]
 * @property {string} [label]
 * @property {boolean} [head]
 * @property {string[]} [folded]
 * @property {string} [kind]
 * @property {string} [window]
 * @property {number[]} [work]
 * @property {string[]} [reads]
 * @property {RowData[]} [children]
 */

/**
 * @typedef {object} Branch a row on the page
 * @property {RowData} data
 * @property {HTMLTableRowElement} line
 * @property {Branch[]} children
 * @property {Branch | null} above
 * @property {number} level
 * @property {boolean} open
 * @property {boolean} matches
 */

const COLUMNS = ["name", "kind", "window", "output", "params", "macs", "activations", "field"];
const HEADINGS = ["layer", "kind", "kernel", "output", "parameters", "MACs", "activations", "RF"];
const BARS = ["params", "macs"];

/** The table of layers: a tree that folds, sorts and filters, and is walked through with the keyboard. */
class Tree {
  /**
   * @param {HTMLTableElement} table @param {RowData[]} rows @param {Expressions} expressions
   * @param {(branch: Branch) => void} chosen what is done with the row that is chosen
   */
  constructor(table, rows, expressions, chosen) {
    this.table = table;
    this.expressions = expressions;
    this.chosen = chosen;
    /** @type {Branch | null} */
    this.current = null;
    this.sorted = { column: "", down: false };
    this.body = document.createElement("tbody");
    this.top = rows.map((row) => this._branch(row, null, 1));
    table.append(this._head(), this.body);
    table.addEventListener("keydown", (event) => this._key(event));
    this.arrange();
  }

  /** Yield all rows. @param {Branch[]} [branches] @returns {Generator<Branch>} */
  *all(branches = this.top) {
    for (const branch of branches) {
      yield branch;
      yield* this.all(branch.children);
    }
  }

  /** @param {RowData} data @param {Branch | null} above @param {number} level @returns {Branch} */
  _branch(data, above, level) {
    const line = document.createElement("tr");
    /** @type {Branch} */
    const branch = { data, line, children: [], above, level, open: false, matches: true };
    branch.children = (data.children ?? []).map((child) => this._branch(child, branch, level + 1));
    line.setAttribute("role", "row");
    line.setAttribute("aria-level", String(level));
    line.dataset.path = data.path;
    line.classList.toggle("head", Boolean(data.head));
    for (const [place, column] of COLUMNS.entries()) line.append(this._cell(branch, column, place));
    line.addEventListener("click", () => this.choose(branch));
    return branch;
  }

  /** @param {Branch} branch @param {string} column @param {number} place */
  _cell(branch, column, place) {
    const cell = document.createElement("td");
    cell.setAttribute("role", "gridcell");
    cell.dataset.column = column;
    if (place > 3) cell.className = "right";
    if (column === "name") cell.append(...this._name(branch));
    if (column === "kind") cell.textContent = branch.data.kind ?? branch.data.label ?? "";
    if (column === "window") cell.textContent = branch.data.window ?? "";
    return cell;
  }

  /** @param {Branch} branch */
  _name(branch) {
    const button = document.createElement("span");
    button.className = branch.children.length ? "fold" : "fold none";
    button.setAttribute("aria-hidden", "true");
    button.addEventListener("click", (event) => {
      event.stopPropagation();
      this.toggle(branch);
    });
    const name = document.createElement("span");
    name.textContent = branch.data.name + (branch.data.times ? ` ×${branch.data.times}` : "");
    const aside = document.createElement("small");
    aside.textContent = (branch.data.folded ?? []).join(" ");
    button.style.marginLeft = `${(branch.level - 1) * 1.1}em`;
    return [button, name, " ", aside];
  }

  _head() {
    const head = document.createElement("thead");
    const line = head.insertRow();
    line.setAttribute("role", "row");
    for (const [place, column] of COLUMNS.entries()) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.setAttribute("role", "columnheader");
      cell.setAttribute("aria-sort", "none");
      if (place > 3) cell.className = "right";
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = HEADINGS[place];
      button.addEventListener("click", () => this.sort(column));
      cell.append(button);
      line.append(cell);
    }
    return head;
  }

  /** Write the numbers of all rows. @param {Record<string, Coded>} totals */
  update(totals) {
    for (const branch of this.all()) {
      for (const cell of branch.line.cells) this._fill(cell, branch.data, totals);
    }
  }

  /** @param {HTMLTableCellElement} cell @param {RowData} data @param {Record<string, Coded>} totals */
  _fill(cell, data, totals) {
    const column = cell.dataset.column ?? "";
    if (column === "output") cell.textContent = this.expressions.shape(data.output);
    if (column === "field") cell.textContent = this._field(data.field);
    if (!(column in data.counts)) return;
    const value = this.expressions.value(data.counts[column]);
    cell.textContent = value === 0n ? "–" : this.expressions.text(data.counts[column]);
    if (!BARS.includes(column) || data.head) return;
    const whole = this.expressions.value(totals[column]);
    const share = value !== null && whole ? Number((1000n * value) / whole) / 10 : 0;
    cell.style.setProperty("--share", `${share}%`);
    cell.title = value ? `${share}% of the network` : "";
  }

  /** @param {Coded[][] | string} field */
  _field(field) {
    if (typeof field === "string") return field;
    return [...new Set(field.map(([size]) => this.expressions.text(size)))].join("×");
  }

  /** Choose a row: it is marked, shown and told. @param {Branch} branch @param {boolean} [quietly] */
  choose(branch, quietly = false) {
    for (let above = branch.above; above; above = above.above) above.open = true;
    for (const other of this.all()) {
      other.line.setAttribute("aria-selected", String(other === branch));
      other.line.tabIndex = other === branch ? 0 : -1;
    }
    this.current = branch;
    this.arrange();
    if (!quietly) {
      branch.line.focus({ preventScroll: true });
      branch.line.scrollIntoView({ block: "nearest" });
    }
    this.chosen(branch);
  }

  /** Open or close a block. @param {Branch} branch @param {boolean} [open] */
  toggle(branch, open = !branch.open) {
    if (!branch.children.length) return;
    branch.open = open;
    this.arrange();
  }

  /** Open or close all blocks. @param {boolean} open */
  toggleAll(open) {
    for (const branch of this.all()) branch.open = open && branch.children.length > 0;
    this.arrange();
  }

  /** Show the rows with a text in their path or kind, and what is around them. @param {string} text */
  filter(text) {
    const wanted = text.trim().toLowerCase();
    for (const branch of this.all()) {
      const words = `${branch.data.path} ${branch.data.kind ?? ""} ${branch.data.label ?? ""}`.toLowerCase();
      branch.matches = words.includes(wanted);
      if (wanted && branch.matches) for (let above = branch.above; above; above = above.above) above.open = true;
    }
    this.arrange();
  }

  /** Sort the rows of each block by a column: down, up, and as they run. @param {string} column */
  sort(column) {
    const { column: before, down } = this.sorted;
    this.sorted = before !== column ? { column, down: true } : down ? { column, down: false } : { column: "", down: false };
    for (const [place, cell] of [...this.table.tHead?.rows[0].cells ?? []].entries()) {
      const sorted = this.sorted.column === COLUMNS[place];
      cell.setAttribute("aria-sort", !sorted ? "none" : this.sorted.down ? "descending" : "ascending");
    }
    this.arrange();
  }

  /** Put the rows in order, and show those that are to be seen. */
  arrange() {
    /** @type {HTMLTableRowElement[]} */
    const lines = [];
    const add = (/** @type {Branch[]} */ branches) => {
      for (const branch of this._ordered(branches)) {
        if (!this._seen(branch)) continue;
        if (branch.children.length) branch.line.setAttribute("aria-expanded", String(branch.open));
        lines.push(branch.line);
        if (branch.open) add(branch.children);
      }
    };
    add(this.top);
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    this.body.replaceChildren(...lines);
    if (focused && this.body.contains(focused)) focused.focus({ preventScroll: true });
    const reached = lines.some((line) => line.tabIndex === 0);
    if (!reached && lines.length) lines[0].tabIndex = 0;
  }

  /** @param {Branch} branch @returns {boolean} */
  _seen(branch) {
    return branch.matches || branch.children.some((child) => this._seen(child)) || this._within(branch);
  }

  /** Whether a block around a row matches. @param {Branch} branch */
  _within(branch) {
    for (let above = branch.above; above; above = above.above) if (above.matches) return true;
    return false;
  }

  /** @param {Branch[]} branches */
  _ordered(branches) {
    const { column, down } = this.sorted;
    if (!column) return branches;
    const key = (/** @type {Branch} */ branch) => this._key_of(branch.data, column);
    return [...branches].sort((a, b) => {
      const [one, other] = [key(a), key(b)];
      const order = one < other ? -1 : one > other ? 1 : 0;
      return down ? -order : order;
    });
  }

  /** @param {RowData} data @param {string} column @returns {bigint | string} */
  _key_of(data, column) {
    if (column in data.counts) return this.expressions.value(data.counts[column]) ?? -1n;
    if (column === "output") return data.output.reduce((all, size) => all * (this.expressions.value(size) ?? 0n), 1n);
    if (column === "field") return typeof data.field === "string" ? -1n : this.expressions.value(data.field[0][0]) ?? -1n;
    return String(data[/** @type {"name" | "kind" | "window"} */ (column)] ?? "");
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const lines = [...this.body.rows];
    const place = lines.indexOf(/** @type {HTMLTableRowElement} */ (document.activeElement));
    const branch = place < 0 ? null : [...this.all()].find((other) => other.line === lines[place]);
    if (!branch) return;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowDown: () => this._focus(lines[place + 1]),
      ArrowUp: () => this._focus(lines[place - 1]),
      Home: () => this._focus(lines[0]),
      End: () => this._focus(lines[lines.length - 1]),
      ArrowRight: () => this.toggle(branch, true),
      ArrowLeft: () => (branch.open ? this.toggle(branch, false) : this._focus(branch.above?.line)),
      Enter: () => this.choose(branch),
      " ": () => this.choose(branch),
    };
    if (!(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  }

  /** @param {HTMLTableRowElement} [line] */
  _focus(line) {
    if (!line) return;
    for (const other of this.body.rows) other.tabIndex = -1;
    line.tabIndex = 0;
    line.focus();
  }
}
