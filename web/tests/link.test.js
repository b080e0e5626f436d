import assert from "node:assert/strict";
import { test } from "node:test";
import { read, written } from "../../archcalc/pages/live/link.js";

const state = { spec: { text: "input: 3x8x8 # ü 卷\nlayers: [relu]\n", variant: "" }, other: null, view: "graph" };

test("a link carries the state, in signs that addresses may have", async () => {
  const hash = await written(state);
  assert.match(hash, /^[\w-]+$/);
  assert.deepEqual(await read(hash), state);
});
test("a damaged link carries nothing", async () => {
  const hash = await written(state);
  for (const damaged of ["", "x", "%%%", hash.slice(0, -9), btoa("{}")]) assert.equal(await read(damaged), null);
});
test("a link that unpacks to too much is refused", async () => {
  const large = await written({ ...state, spec: { text: "a".repeat(5_000_000), variant: "" } });
  assert.equal(await read(large), null);
});
test("what is no spec is not taken for one", async () => {
  const other = await written({ spec: { text: 7 }, other: null, view: "table" });
  assert.equal(await read(other), null);
});
