// Kernels that everyone should meet once, and how one is laid into a kernel of another size.

/** @type {Record<string, number[][]>} */
export const presets = {
  identity: [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
  edge: [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
  "Sobel x": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
  "Sobel y": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
  blur: [[1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9], [1 / 9, 1 / 9, 1 / 9]],
  sharpen: [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
  emboss: [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
};

/**
 * A kernel in the middle of a rows x cols one: cut if it is larger, with zeros around it if it is smaller.
 * @param {number[][]} kernel
 * @param {number} rows
 * @param {number} cols
 * @returns {number[]} in row-major order
 */
export function fitKernel(kernel, rows, cols) {
  const down = Math.floor((rows - kernel.length) / 2);
  const right = Math.floor((cols - kernel[0].length) / 2);
  return Array.from({ length: rows * cols }, (_, k) => {
    const row = Math.floor(k / cols) - down;
    return kernel[row]?.[(k % cols) - right] ?? 0;
  });
}

/** Both axes of each rows x cols kernel reversed. @param {Float32Array} data @param {number} size rows * cols */
export function flipKernels(data, size) {
  const flipped = new Float32Array(data.length);
  for (let start = 0; start < data.length; start += size) {
    for (let k = 0; k < size; k++) flipped[start + k] = data[start + size - 1 - k];
  }
  return flipped;
}
