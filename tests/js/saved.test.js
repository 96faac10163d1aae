// A page's state without a kernel: bytes come to their places, and a model tells its listeners, and nobody else.
import assert from "node:assert/strict";
import { test } from "node:test";

import { wholeState } from "../../cnnviz/widgets/js/lib/saved_bytes.js";
import { SavedModel } from "../../cnnviz/widgets/js/lib/saved_model.js";

test("bytes come to their places in nested traits", async () => {
  const data = Buffer.from([7, 0, 255]).toString("base64");
  const saved = { state: { nodes: [{ params: { weight: { shape: [3] } } }] }, buffers: [{ path: ["nodes", 0, "params", "weight", "data"], data }] };
  const { weight } = (await wholeState(saved)).nodes[0].params;
  assert.deepEqual([...new Uint8Array(weight.data.buffer)], [7, 0, 255]);
  assert.deepEqual(weight.shape, [3]);
});

function counter() {
  const alone = () => Promise.reject(new Error("it refers to no other"));
  return new SavedModel({ count: 1, name: "a", _esm: "digest" }, "export default {}", alone);
}

test("a model answers with its traits, and with its source's text where the state has a digest", () => {
  const model = counter();
  assert.equal(model.get("count"), 1);
  assert.equal(model.get("_esm"), "export default {}");
});

test("only a trait that changes is told of, and then the whole once", () => {
  const model = counter();
  /** @type {unknown[][]} */
  const told = [];
  model.on("change:count change:name", (/** @type {unknown} */ _, /** @type {unknown} */ value) => told.push(["trait", value]));
  model.on("change", () => told.push(["change"]));
  model.set({ count: 2, name: "a" });
  model.set("count", 2);
  assert.deepEqual(told, [["trait", 2], ["change"]]);
});

test("a listener, an event or all can be taken off", () => {
  const model = counter();
  let heard = 0;
  const hear = () => heard++;
  for (const off of [() => model.off("change:count", hear), () => model.off("change:count"), () => model.off()]) {
    model.on("change:count", hear);
    off();
    model.set("count", model.get("count") + 1);
  }
  assert.equal(heard, 0);
});
