// Numbers with a shape: row-major (C order) float32, N C H W where there are four axes.

/** @typedef {{shape: number[], data: Float32Array}} Tensor */
/**
 * @typedef {object} Packed   as Python's `pack` makes
 * @property {number[]} shape
 * @property {"float32" | "float16" | "int16" | "int12" | "int8" | "uint8"} dtype
 * @property {ArrayBufferView} data
 * @property {ArrayBufferView} [scale]   of whole numbers: float32, each for so many of them that all are multiplied
 */

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
export function fromTrait({ shape, dtype, data, scale }) {
  const bytes = ownBytes(data);
  if (dtype === "uint8") return tensor(shape, Float32Array.from(bytes));
  if (dtype === "float32") return tensor(shape, new Float32Array(bytes.buffer));
  if (dtype === "float16") return tensor(shape, fromHalves(new Uint16Array(bytes.buffer)));
  if (dtype.startsWith("int") && scale) {
    const whole = dtype === "int16" ? new Int16Array(bytes.buffer) : dtype === "int12" ? twelveBits(bytes) : new Int8Array(bytes.buffer);
    return tensor(shape, scaledRuns(whole, new Float32Array(ownBytes(scale).buffer)));
  }
  throw new Error(
    `fromTrait needs float32, float16, int16, int12 or int8 with its scale, or uint8 numbers, got ${dtype}: ` +
      "send what cnnviz.widgets._base.pack makes",
  );
}

/** A copy: a view's byteOffset need not be a multiple of 4. @param {ArrayBufferView} view */
function ownBytes(view) {
  const bytes = new Uint8Array(view.byteLength);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return bytes;
}

/**
 * Half precision (IEEE 754 binary16): 1 sign, 5 exponent and 10 fraction bits. Float16Array is not in every browser.
 * @param {Uint16Array} halves
 */
function fromHalves(halves) {
  const numbers = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const exponent = (halves[i] >> 10) & 31;
    const fraction = halves[i] & 1023;
    let size = (1024 + fraction) * 2 ** (exponent - 25);
    if (exponent === 0) size = fraction * 2 ** -24; // subnormal
    else if (exponent === 31) size = fraction ? NaN : Infinity;
    numbers[i] = halves[i] >> 15 ? -size : size;
  }
  return numbers;
}

/** The upper eight bits of each number, then the lower four, two in a byte. @param {Uint8Array} bytes */
function twelveBits(bytes) {
  const whole = new Int16Array(Math.floor((bytes.length * 2) / 3));
  const upper = new Int8Array(bytes.buffer);
  for (let i = 0, at = whole.length; i < whole.length; i += 2, at++) {
    whole[i] = upper[i] * 16 + (bytes[at] & 15);
    whole[i + 1] = upper[i + 1] * 16 + (bytes[at] >> 4); // after the last of an odd count nothing is written
  }
  return whole;
}

/** @param {Int8Array | Int16Array} whole @param {Float32Array} scale  one a run of numbers, of which the last may be shorter */
function scaledRuns(whole, scale) {
  const length = Math.ceil(whole.length / scale.length);
  const numbers = new Float32Array(whole.length);
  for (let run = 0; run < scale.length; run++) {
    const end = Math.min(whole.length, (run + 1) * length);
    for (let i = run * length; i < end; i++) numbers[i] = whole[i] * scale[run];
  }
  return numbers;
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

/** Cells from one to the next along each axis. @param {number[]} shape */
export function stepsOf(shape) {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/**
 * Cells of a tensor read in steps: for every cell of `shape`, `first` plus its index times `steps` along each axis.
 * @param {number[]} shape
 * @param {number[]} steps  0 repeats a cell
 * @param {number} first
 */
export function stridedCells(shape, steps, first) {
  let cells = Int32Array.of(first);
  shape.forEach((length, axis) => {
    const longer = new Int32Array(cells.length * length);
    for (let i = 0, to = 0; i < cells.length; i++) {
      for (let k = 0; k < length; k++) longer[to++] = cells[i] + k * steps[axis];
    }
    cells = longer;
  });
  return cells;
}

/**
 * Where a drawing puts a cell: channel, row and column of the last three axes; a vector is one row.
 * @param {number} flat
 * @param {number[]} shape
 */
export function placeOf(flat, shape) {
  const rank = shape.length;
  const cols = rank > 0 ? shape[rank - 1] : 1;
  if (rank < 3) return { row: 0, col: flat % cols, channel: 0 };
  const line = Math.floor(flat / cols); // no array of all indices: terms ask this of every cell they read
  return { row: line % shape[rank - 2], col: flat % cols, channel: Math.floor(line / shape[rank - 2]) % shape[rank - 3] };
}

/**
 * All cells of one channel, over the batch.
 * @param {number[]} shape  N C, and any others
 * @param {number} channel
 */
export function channelCells([batch, channels, ...rest], channel) {
  const plane = sizeOf(rest);
  return Array.from({ length: batch * plane }, (_, i) => {
    const n = Math.floor(i / plane);
    return (n * channels + channel) * plane + (i - n * plane);
  });
}
