// Numbers kept between two bounds: what ReLU, ReLU6 and hardtanh compute. NaN stays NaN.

import { kernel, places } from "./kernel.js";

const LEAST_COUNT = 2_000; // numbers below which the way into the module's memory costs more

/**
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} least
 * @param {number} most
 */
export function clip(from, to, least, most) {
  const exports = from.length < LEAST_COUNT ? null : kernel();
  if (!exports) {
    for (let i = 0; i < to.length; i++) to[i] = Math.min(Math.max(from[i], least), most);
    return;
  }
  const { starts: [at], floats } = places(exports, [from.length]);
  floats.set(from, at / 4);
  exports.clip(at, 4 * from.length, least, most);
  to.set(floats.subarray(at / 4, at / 4 + to.length));
}
