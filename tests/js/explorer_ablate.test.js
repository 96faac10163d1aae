import assert from "node:assert/strict";
import test from "node:test";
import { canBeSilent, silencingOf } from "../../cnnviz/widgets/js/lib/explorer_ablate.js";
import { allBlocks, blockTree } from "../../cnnviz/widgets/js/lib/explorer_blocks.js";

/** @param {string} spec  "name op input input; ..." */
const network = (spec) => spec.split(";").map((one) => {
  const [name, op, ...inputs] = one.trim().split(/\s+/);
  return { name, op, inputs };
});
/** @param {string} spec @param {string} name of a block */
function silenced(spec, name) {
  const nodes = network(spec);
  const block = allBlocks(blockTree(nodes, () => [1, 4, 8, 8])).find((one) => one.name === name);
  return silencingOf(/** @type {any} */ (block), nodes);
}

const BASIC = `stem conv2d input;
  l.0.conv1 conv2d stem; l.0.relu relu l.0.conv1; l.0.conv2 conv2d l.0.relu; l.0.bn2 batch_norm l.0.conv2;
  l.0.down.0 conv2d stem; l.0.down.1 batch_norm l.0.down.0; l.0.add add l.0.bn2 l.0.down.1; l.0.relu_1 relu l.0.add;
  l.1.conv1 conv2d l.0.relu_1; l.1.relu relu l.1.conv1; l.1.conv2 conv2d l.1.relu; l.1.add add l.0.relu_1 l.1.conv2;
  fc linear l.1.add`;

test("of a residual block the branch is silent, on whichever side of the sum it stands, and the way round goes on", () => {
  assert.deepEqual(silenced(BASIC, "l.0"), { names: ["l.0.bn2"], words: "the branch of l.0, which ends in l.0.bn2" });
  assert.deepEqual(silenced(BASIC, "l.1").names, ["l.1.conv2"]);
});

test("of a stage of residual blocks all branches are silent", () => {
  assert.deepEqual(silenced(BASIC, "l"), { names: ["l.0.bn2", "l.1.conv2"], words: "the branches of the 2 residual blocks in l" });
});

test("of a plain block the output is silent, and of one that others read at several places all of them", () => {
  const unet = `down.conv conv2d input; down.relu relu down.conv; low conv2d down.relu; up.cat cat low down.relu; up.conv conv2d up.cat;
    twice.a conv2d up.conv; twice.b conv2d twice.a; end.add add twice.a twice.b; end.relu relu end.add`;
  assert.deepEqual(silenced(unet, "down"), { names: ["down.relu"], words: "the output of down" });
  assert.deepEqual(silenced(unet, "twice"), { names: ["twice.a", "twice.b"], words: "the 2 outputs of twice" });
  assert.deepEqual(silenced(unet, "up.conv"), { names: ["up.conv"], words: "all of up.conv" });
});

test("a sum of two branches with nonlinearities of their own is no residual", () => {
  const two = `stem conv2d input; b.left conv2d stem; b.relu relu b.left; b.right conv2d stem; b.right2 conv2d b.right; b.act relu b.right2;
    b.add add b.relu b.act; fc linear b.add`;
  assert.deepEqual(silenced(two, "b").names, ["b.add"]);
});

test("everything can be switched off but the probabilities", () => {
  const nodes = network("a.conv conv2d input; a.fc linear a.conv; softmax softmax a.fc");
  const blocks = allBlocks(blockTree(nodes, () => [1, 4]));
  assert.deepEqual(blocks.filter((block) => !canBeSilent(block, nodes)).map(({ name }) => name), ["softmax"]);
});
