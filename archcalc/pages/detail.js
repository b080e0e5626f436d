// @ts-check
"use strict";

/**
 * @typedef {object} Working a quantity worked out
 * @property {string} quantity
 * @property {string} symbol
 * @property {Coded} result
 * @property {string} [rule]
 * @property {Coded[]} [line] texts, with references to values between them
 * @property {string[]} [remarks]
 */

/** The panel that tells everything of one layer: its numbers worked out, and its receptive field on the input. */
class Detail {
  /**
   * @param {HTMLElement} panel @param {Working[]} workings @param {Expressions} expressions
   * @param {Record<string, Coded[]>} inputs @param {Record<string, string>} layouts
   */
  constructor(panel, workings, expressions, inputs, layouts) {
    this.panel = panel;
    this.workings = workings;
    this.expressions = expressions;
    this.inputs = Object.entries(inputs);
    this.layouts = layouts;
  }

  /** @param {RowData} data */
  show(data) {
    const title = element("h2", data.path);
    const facts = [data.kind ?? data.label, data.window, `→ ${this.expressions.shape(data.output)}`];
    const about = element("p", facts.filter(Boolean).join(" "), "quiet");
    const reads = data.reads?.length ? [element("p", `reads ${data.reads.join(", ")}`, "quiet")] : [];
    const worked = (data.work ?? []).map((number) => this._worked(this.workings[number]));
    const block = data.children?.length ? [this._sums(data)] : [];
    this.panel.replaceChildren(title, about, ...reads, ...block, ...worked, ...this._field(data));
  }

  /** @param {RowData} data */
  _sums(data) {
    const { params, macs } = data.counts;
    return element("p", `${this.expressions.text(params)} parameters, ${this.expressions.text(macs)} MACs in all`);
  }

  /** @param {Working} work */
  _worked(work) {
    const lines = [work.quantity];
    const start = `  ${work.symbol} = `;
    const next = `${" ".repeat(start.length - 2)}= `;
    if (work.rule && work.line) {
      const numbers = work.line.map((part, place) => (place % 2 ? this.expressions.text(part) : part)).join("");
      lines.push(start + work.rule, next + numbers);
    }
    lines.push((work.rule ? next : start) + this.expressions.text(work.result));
    lines.push(...(work.remarks ?? []).map((remark) => `  ${remark}`));
    return element("pre", lines.join("\n"));
  }

  /**
   * Draw the field of the middle unit on the input, to scale.
   * @param {RowData} data @returns {Element[]}
   */
  _field(data) {
    const [name, sizes] = this.inputs[0] ?? ["", []];
    const sides = (this.layouts[name] === "TF" ? sizes.slice(0, 1) : sizes.slice(1)).map((n) => this._number(n));
    if (typeof data.field === "string" || !sides.length || sides.length !== data.field.length) return [];
    const heading = element("h3", "Receptive field of the middle unit");
    const outputs = (this.layouts[name] === "TF" ? data.output.slice(0, 1) : data.output.slice(1)).map((n) => this._number(n));
    const spans = data.field.map(([size, stride, padding], axis) => {
      const unit = Math.floor((outputs[axis] - 1) / 2);
      const first = unit * this._fraction(stride) - this._fraction(padding);
      return { first, size: this._number(size), side: sides[axis] };
    });
    const [up, across] = spans.length === 1 ? [{ first: 0, size: 1, side: 1 }, spans[0]] : spans.slice(-2);
    const told = `${data.path}: ${up.size}×${across.size} of ${up.side}×${across.side}`;
    return [heading, fieldPicture(up, across, told), element("p", told, "quiet")];
  }

  /** @param {Coded} coded */
  _number(coded) {
    return Number(this.expressions.value(coded));
  }

  /** @param {Coded} coded a number, or a fraction as a text */
  _fraction(coded) {
    const [above, below] = String(coded).split("/");
    return below ? Number(above) / Number(below) : this._number(coded);
  }
}

/** @typedef {{first: number, size: number, side: number}} Span */

const LARGEST = 220;
const DRAWN = "http://www.w3.org/2000/svg";

/** Draw an input and a field on it. @param {Span} up @param {Span} across @param {string} told */
function fieldPicture(up, across, told) {
  const low = (/** @type {Span} */ span) => Math.min(0, span.first);
  const high = (/** @type {Span} */ span) => Math.max(span.side, span.first + span.size);
  const scale = LARGEST / Math.max(high(up) - low(up), high(across) - low(across), 1);
  const picture = document.createElementNS(DRAWN, "svg");
  const [width, height] = [across, up].map((span) => (high(span) - low(span)) * scale + 4);
  picture.setAttribute("width", String(width));
  picture.setAttribute("height", String(height));
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", told);
  const add = (/** @type {number[]} */ [x, y, wide, tall], /** @type {string} */ kind) => {
    const shape = document.createElementNS(DRAWN, "rect");
    for (const [key, value] of Object.entries({ x, y, width: wide, height: tall })) shape.setAttribute(key, String(value));
    shape.setAttribute("class", kind);
    picture.append(shape);
  };
  const [x, y] = [across, up].map((span) => 2 - low(span) * scale);
  add([x, y, across.side * scale, up.side * scale], "input");
  add([x + across.first * scale, y + up.first * scale, across.size * scale, up.size * scale], "field");
  return picture;
}

/** Return an element with a text. @param {string} tag @param {string} text @param {string} [kind] */
function element(tag, text, kind = "") {
  const made = document.createElement(tag);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}
