import assert from "node:assert/strict";
import test from "node:test";
import { channelCells, fromTrait, placeOf, ravel, shapeText, sizeOf, tensor, unravel } from "../../cnnviz/widgets/js/lib/tensor.js";

test("unravel is the inverse of ravel, in C order", () => {
  const shape = [2, 3, 4, 5];
  assert.equal(ravel([1, 2, 3, 4], shape), 119);
  for (let flat = 0; flat < sizeOf(shape); flat++) assert.equal(ravel(unravel(flat, shape), shape), flat);
});

test("a scalar has one number and no index", () => {
  assert.deepEqual([sizeOf([]), unravel(0, []), ravel([], []), shapeText([])], [1, [], 0, "()"]);
});

test("shapes are written as Python writes them", () => {
  assert.deepEqual([shapeText([3]), shapeText([1, 2])], ["(3,)", "(1, 2)"]);
});

test("a tensor keeps a Float32Array, copies a list, and is of zeros without numbers", () => {
  const data = Float32Array.of(1, 2);
  assert.equal(tensor([2], data).data, data);
  assert.deepEqual(tensor([1, 2], [3, 4]).data, Float32Array.of(3, 4));
  assert.deepEqual(tensor([2, 0]).data, new Float32Array(0));
});

test("numbers that do not fill the shape are refused", () => {
  assert.throws(() => tensor([2, 3], [1, 2]), {
    message: "tensor needs 6 numbers for the shape (2, 3), got 2: mend the shape",
  });
});

test("a trait's float32 is read from any place in a buffer, into memory of its own", () => {
  const bytes = new Uint8Array(9);
  bytes.set(new Uint8Array(Float32Array.of(1.5, -2).buffer), 1);
  const made = fromTrait({ shape: [2], dtype: "float32", data: new DataView(bytes.buffer, 1, 8) });
  bytes.fill(0);
  assert.deepEqual(made, tensor([2], [1.5, -2]));
});

test("a trait's uint8 becomes the same numbers in float32", () => {
  const made = fromTrait({ shape: [1, 3], dtype: "uint8", data: new DataView(Uint8Array.of(0, 7, 255).buffer) });
  assert.deepEqual(made, tensor([1, 3], [0, 7, 255]));
});

test("a trait of another type is refused", () => {
  const packed = /** @type {any} */ ({ shape: [1], dtype: "int64", data: new DataView(new ArrayBuffer(8)) });
  assert.throws(() => fromTrait(packed), { message: /^fromTrait needs float32, float16, int16, int12 or int8 .* numbers, got int64: / });
  const unscaled = /** @type {any} */ ({ shape: [1], dtype: "int8", data: Int8Array.of(1) });
  assert.throws(() => fromTrait(unscaled), { message: /got int8: / });
});

test("every one of the 65,536 halves is read, as the definition says", () => {
  const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
  const { data } = fromTrait({ shape: [65536], dtype: "float16", data: bits });
  for (let i = 0; i < 65536; i++) {
    const [exponent, fraction] = [Math.floor(i / 1024) % 32, i % 1024];
    const special = fraction ? NaN : Infinity;
    const size = exponent === 31 ? special : exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024);
    assert.ok(Object.is(data[i], i < 32768 ? size : -size), `half ${i}: ${data[i]}`);
  }
});

test("int8 is multiplied by the scale of its row of the first axis, wherever it stands in a buffer", () => {
  const bytes = new Uint8Array(13);
  bytes.set(new Uint8Array(Float32Array.of(0.5, 3).buffer), 1);
  const scale = new DataView(bytes.buffer, 1, 8);
  const made = fromTrait({ shape: [2, 2], dtype: "int8", data: Int8Array.of(-127, 2, 1, 0), scale });
  assert.deepEqual(made, tensor([2, 2], [-63.5, 1, 3, 0]));
});

test("int12 has its upper bits first, then its lower ones by twos; each scale is for as many numbers", () => {
  const data = Uint8Array.of(0x7f, 0x80, 0xff, 0x1f, 0x0f); // 0x7ff, 0x801 and 0xfff
  const made = fromTrait({ shape: [3], dtype: "int12", data, scale: Float32Array.of(1, 0.5) });
  assert.deepEqual(made, tensor([3], [2047, -2047, -0.5]));
});

test("int16 is little-endian, and has a scale for each row", () => {
  const made = fromTrait({ shape: [2, 1], dtype: "int16", data: Uint8Array.of(1, 2, 0xff, 0xff), scale: Float32Array.of(1, 4) });
  assert.deepEqual(made, tensor([2, 1], [513, -4]));
});

test("a place is channel, row and column of the last axes; a vector is one row", () => {
  assert.deepEqual(placeOf(119, [2, 3, 4, 5]), { row: 3, col: 4, channel: 2 });
  assert.deepEqual(placeOf(7, [2, 5]), { row: 0, col: 2, channel: 0 });
  assert.deepEqual(placeOf(3, [5]), { row: 0, col: 3, channel: 0 });
});

test("the cells of a channel are its planes over the batch", () => {
  assert.deepEqual(channelCells([2, 3, 1, 2], 1), [2, 3, 8, 9]);
});
