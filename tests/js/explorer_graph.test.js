import assert from "node:assert/strict";
import test from "node:test";
import { readNodes, readPictures, readRecords } from "../../cnnviz/widgets/js/lib/explorer_graph.js";
import { channelOf, mapsOf, sayPlane } from "../../cnnviz/widgets/js/lib/explorer_shapes.js";
import { tensor } from "../../cnnviz/widgets/js/lib/tensor.js";

test("maps are maps, a table is one map, and a vector's units are maps of one cell", () => {
  assert.deepEqual(mapsOf([1, 8, 28, 20]), { count: 8, height: 28, width: 20, vector: false });
  assert.deepEqual(mapsOf([1, 2, 4, 28, 20]), { count: 8, height: 28, width: 20, vector: false });
  assert.deepEqual(mapsOf([1, 49, 16]), { count: 1, height: 49, width: 16, vector: false });
  assert.deepEqual(mapsOf([1, 10]), { count: 10, height: 1, width: 1, vector: true });
  assert.deepEqual(mapsOf([1]), { count: 1, height: 1, width: 1, vector: true });
});

test("the channel of a unit is its map, or itself in a vector", () => {
  assert.equal(channelOf([1, 8, 3, 3], 40), 4);
  assert.equal(channelOf([1, 10], 7), 7);
});

test("the size of maps is said, and that vectors have none", () => {
  assert.equal(sayPlane([1, 8, 28, 20]), "28 × 20");
  assert.equal(sayPlane([1, 8]), "vectors");
});

test("packed parameters are read into tensors, and the rest of a node is kept", () => {
  const data = new DataView(Float32Array.of(1, 2).buffer);
  const [node] = readNodes([{ name: "n", op: "linear", args: {}, params: { weight: { shape: [1, 2], dtype: "float32", data } }, inputs: ["input"] }]);
  assert.deepEqual(node.params.weight, tensor([1, 2], [1, 2]));
  assert.deepEqual(node.inputs, ["input"]);
});

test("pictures are read one by one", () => {
  const data = new DataView(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer);
  const pictures = readPictures({ shape: [2, 1, 2, 2], dtype: "uint8", data });
  assert.deepEqual(pictures[1], { channels: 1, height: 2, width: 2, data: Uint8Array.of(5, 6, 7, 8) });
});

test("a network that was not recorded has no records", () => {
  assert.equal(readRecords({}), undefined);
  const data = new DataView(Float32Array.of(1, 2).buffer);
  assert.deepEqual(readRecords({ a: { shape: [2, 1], dtype: "float32", data } }), { a: tensor([2, 1], [1, 2]) });
});
