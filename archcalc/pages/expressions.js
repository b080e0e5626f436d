// @ts-check
"use strict";

/** @typedef {number | string} Coded a number, its digits, or "@7" for node 7 */
/** @typedef {bigint | null} Value null where a division by zero leaves none */

/** @type {Record<string, (...numbers: bigint[]) => bigint>} */
const OPERATORS = {
  "+": (...terms) => terms.reduce((sum, term) => sum + term, 0n),
  "-": (a, b) => a - b,
  "*": (...factors) => factors.reduce((product, factor) => product * factor, 1n),
  "neg": (a) => -a,
  "**": (a, b) => a ** b,
  "//": floored,
  "ceildiv": (a, b) => -floored(-a, b),
  "%": (a, b) => a - b * floored(a, b),
  "min": (...numbers) => numbers.reduce((least, number) => (number < least ? number : least)),
  "max": (...numbers) => numbers.reduce((most, number) => (number > most ? number : most)),
};

/**
 * Divide and round down, as Python does for all signs.
 * @param {bigint} a @param {bigint} b
 */
function floored(a, b) {
  const quotient = a / b;
  return quotient * b !== a && (a < 0n) !== (b < 0n) ? quotient - 1n : quotient;
}

/** The expressions of a record, evaluated exactly with the values of some letters. */
class Expressions {
  /** @param {Coded[][]} nodes */
  constructor(nodes) {
    this.nodes = nodes;
    /** @type {Value[]} */
    this.values = [];
  }

  /**
   * Evaluate all nodes; each refers to earlier ones only.
   * @param {Record<string, bigint>} letters
   */
  evaluate(letters) {
    this.values = [];
    for (const [operator, ...operands] of this.nodes) {
      this.values.push(operands.length ? this._applied(String(operator), operands) : letters[operator]);
    }
  }

  /** @param {string} operator @param {Coded[]} operands @returns {Value} */
  _applied(operator, operands) {
    const numbers = operands.map((operand) => this.value(operand));
    try {
      return OPERATORS[operator](...numbers.map((number) => /** @type {bigint} */ (number)));
    } catch {
      return null; // divided by zero, or an operand has no value
    }
  }

  /** @param {Coded} coded @returns {Value} */
  value(coded) {
    const isNode = typeof coded === "string" && coded.startsWith("@");
    return isNode ? this.values[Number(coded.slice(1))] : BigInt(coded);
  }

  /** Write a value with commas. @param {Coded} coded */
  text(coded) {
    return grouped(this.value(coded));
  }

  /** Write sizes side by side. @param {Coded[]} sizes */
  shape(sizes) {
    return sizes.map((size) => String(this.value(size) ?? "?")).join("×");
  }
}

/** Write a number with commas. @param {Value} number */
function grouped(number) {
  if (number === null) return "?";
  const digits = String(number < 0n ? -number : number).replace(/\B(?=(\d{3})+$)/g, ",");
  return number < 0n ? `−${digits}` : digits;
}
