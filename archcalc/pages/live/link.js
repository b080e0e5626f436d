// @ts-check

/**
 * @typedef {object} Text a spec on the page
 * @property {string} text
 * @property {string} variant
 *
 * @typedef {object} State what a link carries
 * @property {Text} spec
 * @property {Text | null} other
 * @property {string} view
 */

/** Write a state as the part of an address behind #. @param {State} state @returns {Promise<string>} */
export async function written(state) {
  const packed = await through(new Blob([JSON.stringify(state)]), new CompressionStream("deflate-raw"));
  let bytes = "";
  for (const byte of packed) bytes += String.fromCharCode(byte);
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Read the part of an address behind #; null where it carries no state. @param {string} hash @returns {Promise<State | null>} */
export async function read(hash) {
  try {
    const bytes = Uint8Array.from(atob(hash.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
    const unpacked = await through(new Blob([bytes]), new DecompressionStream("deflate-raw"));
    const state = JSON.parse(new TextDecoder().decode(unpacked));
    return isText(state.spec) ? { spec: state.spec, other: isText(state.other) ? state.other : null, view: String(state.view) } : null;
  } catch {
    return null;
  }
}

const MOST = 4_000_000;

/** @param {Blob} blob @param {CompressionStream | DecompressionStream} stream @returns {Promise<Uint8Array>} */
async function through(blob, stream) {
  const parts = [];
  let size = 0;
  const reader = blob.stream().pipeThrough(stream).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > MOST) throw new Error("the link carries too much");
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** @param {any} value @returns {value is Text} */
function isText(value) {
  return typeof value?.text === "string" && typeof value.variant === "string";
}
