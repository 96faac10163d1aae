// Numbers with a shape: row-major (C order) float32, N C H W where there are four axes.

/** @typedef {{shape: number[], data: Float32Array}} Tensor */
/** @typedef {{shape: number[], dtype: "float32" | "uint8", data: ArrayBufferView}} Packed  as Python's `pack` makes */

/**
 * How many numbers a shape holds; 1 for a scalar's [].
 * @param {number[]} shape
 */
export function sizeOf(shape) {
  return shape.reduce((product, length) => product * length, 1);
}

/** @param {number[]} shape  @returns {string} as Python writes it: (2, 3), (2,), () */
export function shapeText(shape) {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/**
 * A tensor around `data` (a Float32Array is kept, anything else is copied), or of zeros.
 * @param {number[]} shape
 * @param {ArrayLike<number>} [data]
 * @returns {Tensor}
 */
export function tensor(shape, data) {
  const given = data ?? new Float32Array(sizeOf(shape));
  const numbers = given instanceof Float32Array ? given : Float32Array.from(given);
  if (numbers.length !== sizeOf(shape)) {
    throw new Error(
      `tensor needs ${sizeOf(shape)} numbers for the shape ${shapeText(shape)}, got ${numbers.length}: mend the shape`,
    );
  }
  return { shape: [...shape], data: numbers };
}

/**
 * The tensor that a trait carries, in memory of its own.
 * @param {Packed} packed
 * @returns {Tensor}
 */
export function fromTrait({ shape, dtype, data }) {
  // Copy: a view's byteOffset need not be a multiple of 4.
  const bytes = new Uint8Array(data.byteLength);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  if (dtype === "uint8") return tensor(shape, Float32Array.from(bytes));
  if (dtype === "float32") return tensor(shape, new Float32Array(bytes.buffer));
  throw new Error(`fromTrait needs float32 or uint8 numbers, got ${dtype}: send what cnnviz.widgets._base.pack makes`);
}

/**
 * Place in memory of one cell.
 * @param {number[]} index
 * @param {number[]} shape
 */
export function ravel(index, shape) {
  let flat = 0;
  for (let axis = 0; axis < shape.length; axis++) flat = flat * shape[axis] + index[axis];
  return flat;
}

/**
 * The cell at a place in memory: the inverse of `ravel`.
 * @param {number} flat
 * @param {number[]} shape
 */
export function unravel(flat, shape) {
  const index = new Array(shape.length);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    index[axis] = flat % shape[axis];
    flat = Math.floor(flat / shape[axis]);
  }
  return index;
}

/**
 * Where a drawing puts a cell: channel, row and column of the last three axes; a vector is one row.
 * @param {number} flat
 * @param {number[]} shape
 */
export function placeOf(flat, shape) {
  const index = unravel(flat, shape);
  const rank = shape.length;
  return {
    row: rank > 2 ? index[rank - 2] : 0,
    col: rank > 0 ? index[rank - 1] : 0,
    channel: rank > 2 ? index[rank - 3] : 0,
  };
}

/**
 * All cells of one channel, over the batch.
 * @param {number[]} shape  N C H W
 * @param {number} channel
 */
export function channelCells([batch, channels, height, width], channel) {
  const plane = height * width;
  return Array.from({ length: batch * plane }, (_, i) => {
    const n = Math.floor(i / plane);
    return (n * channels + channel) * plane + (i - n * plane);
  });
}
