// @ts-check

/**
 * @typedef {{about: string, words?: string[], options?: Record<string, {about: string, words: string[]}>}} Entry
 *
 * @typedef {object} Vocabulary
 * @property {Record<string, Entry>} kinds
 * @property {Record<string, Entry>} common
 * @property {Record<string, Entry>} keys
 *
 * @typedef {{label: string, about: string, insert: string, type: "kind" | "option" | "key" | "network" | "value"}} Word
 */

const NAMED = /(?:^|[\s{,-])(network|extends):\s*(["']?)([\w/.-]*)$/;
const VALUE = /(?:^|[\s{,])([a-z_]+):\s*([\w.-]*)$/;
const TYPED = /[\w]*$/;

/**
 * Return what may be typed at a place, and what of it is typed already; null where anything may be.
 * @param {string} before the lines before this one @param {string} line this one up to the place
 * @param {Vocabulary} vocabulary @param {string[]} networks @returns {{words: Word[], typed: string} | null}
 */
export function offered(before, line, vocabulary, networks) {
  if (/(^|\s)#/.test(line)) return null;
  const named = NAMED.exec(line);
  if (named) return { typed: named[3], words: networks.map((name) => ({ label: name, about: "", insert: name, type: "network" })) };
  const typed = TYPED.exec(line)?.[0] ?? "";
  const ahead = line.slice(0, line.length - typed.length);
  const value = VALUE.exec(line);
  if (value) return values(value[1], value[2], around(before, line), vocabulary);
  if (/^\s*$/.test(ahead)) return atTheStart(before, ahead.length, typed, vocabulary);
  if (/^\s*(- )+\{?\s*$/.test(ahead) || /[[,]\s*\{?\s*$/.test(ahead) && !inBraces(line)) return { typed, words: kinds(vocabulary, !ahead.includes("{")) };
  if (/[{,]\s*$/.test(ahead)) return { typed, words: options(around(before, line), vocabulary) };
  return null;
}

/** @param {Vocabulary} vocabulary @param {boolean} bare @returns {Word[]} */
function kinds(vocabulary, bare) {
  return Object.entries(vocabulary.kinds).map(([label, { about, options }]) => {
    const takes = Object.keys(options ?? {}).length > 0 || about.startsWith("a block") || about.startsWith("the layers");
    const insert = !takes ? label : bare ? `{${label}: ` : `${label}: `;
    return { label, about, insert, type: "kind" };
  });
}

/** @param {string} kind @param {Vocabulary} vocabulary @returns {Word[]} */
function options(kind, vocabulary) {
  const own = vocabulary.kinds[kind]?.options;
  if (!own) return kinds(vocabulary, false);
  return Object.entries({ ...own, ...vocabulary.common }).map(([label, { about }]) => ({ label, about, insert: `${label}: `, type: "option" }));
}

/** @param {string} option @param {string} typed @param {string} kind @param {Vocabulary} vocabulary */
function values(option, typed, kind, vocabulary) {
  const words = vocabulary.kinds[kind]?.options?.[option]?.words ?? [];
  /** @type {Word[]} */
  const found = words.map((label) => ({ label, about: "", insert: label, type: "value" }));
  return found.length ? { typed, words: found } : null;
}

/** Offer keys of a file at the margin, and options of a layer that is written over several lines. */
function atTheStart(/** @type {string} */ before, /** @type {number} */ indent, /** @type {string} */ typed, /** @type {Vocabulary} */ vocabulary) {
  if (indent === 0) {
    /** @type {Word[]} */
    const words = Object.entries(vocabulary.keys).map(([label, { about }]) => ({ label, about, insert: `${label}: `, type: "key" }));
    return { typed, words };
  }
  for (const line of before.split("\n").reverse()) {
    const item = /^(\s*- )([a-z_]+):/.exec(line);
    if (item && item[1].length === indent) return { typed, words: options(item[2], vocabulary) };
    if (line.trim() && line.search(/\S/) < indent) return null;
  }
  return null;
}

/** Whether a brace is open at the end of a line. @param {string} line */
function inBraces(line) {
  return line.lastIndexOf("{") > line.lastIndexOf("}");
}

/** Return the kind of the layer that is written at a place. @param {string} before @param {string} line */
function around(before, line) {
  const within = line.slice(line.lastIndexOf("{") + 1);
  if (inBraces(line)) return /^\s*([a-z_]+)/.exec(within)?.[1] ?? "";
  const indent = line.search(/\S|$/);
  const above = before.split("\n").reverse().find((other) => /^\s*- [a-z_]+:/.test(other) && other.search(/\S/) + 2 === indent);
  return /^\s*- ([a-z_]+):/.exec(above ?? "")?.[1] ?? "";
}
