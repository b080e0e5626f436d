import assert from "node:assert/strict";
import { test } from "node:test";
import { offered } from "../../archcalc/pages/live/words.js";

const about = (text) => ({ about: text, words: [] });
const vocabulary = {
  kinds: {
    conv: { about: "Convolution.", options: { conv: about("channels"), kernel: about("size"), padding: { about: "", words: ["same", "valid"] } } },
    relu: { about: "Rectified.", options: {} },
  },
  common: { name: about("name of the layer") },
  keys: { input: about("size"), layers: about("the layers") },
};
const NETWORKS = ["alexnet", "torchvision/vgg16"];
const labels = (before, line) => offered(before, line, vocabulary, NETWORKS)?.words.map(({ label }) => label) ?? null;
const inserted = (before, line, label) => offered(before, line, vocabulary, NETWORKS).words.find((word) => word.label === label).insert;

test("at the margin the keys of a file are offered", () => assert.deepEqual(labels("", "in"), ["input", "layers"]));
test("an item of a list is a layer", () => {
  assert.deepEqual(labels("layers:\n", "  - co"), ["conv", "relu"]);
  assert.equal(inserted("layers:\n", "  - co", "conv"), "{conv: ");
  assert.equal(inserted("layers:\n", "  - {co", "conv"), "conv: ");
  assert.equal(inserted("layers:\n", "  - re", "relu"), "relu");
});
test("within a layer its options are offered, and those of all layers", () => {
  assert.deepEqual(labels("", "  - {conv: 64, ke"), ["conv", "kernel", "padding", "name"]);
  assert.deepEqual(labels("  - conv: 64\n", "    ke"), ["conv", "kernel", "padding", "name"]);
});
test("an option with words offers them", () => assert.deepEqual(labels("", "  - {conv: 64, padding: s"), ["same", "valid"]));
test("a number is not completed", () => assert.equal(labels("", "  - {conv: 6"), null));
test("networks are offered by name, also with a slash", () => {
  const found = offered("", "extends: torchvision/v", vocabulary, NETWORKS);
  assert.equal(found.typed, "torchvision/v");
  assert.deepEqual(found.words.map(({ label }) => label), NETWORKS);
});
test("a comment is left alone", () => assert.equal(labels("", "  - relu  # co"), null));
test("layers in place, one after the other", () => assert.deepEqual(labels("", "layers: [relu, {conv: 3}, re"), ["conv", "relu"]));
