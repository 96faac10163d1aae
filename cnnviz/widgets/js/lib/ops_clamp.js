// Functions of one number that are flat beyond their bounds: ReLU6, hardtanh (clamp), hard sigmoid and swish; and a
// number times a number plus a number.

import { clip } from "./clip.js";
import { refuse } from "./ops_check.js";
import { clamping, pointwise } from "./ops_point.js";

/** @import { Op } from "./ops.js" */

/** @type {Op} */
export const relu6Op = {
  ...clamping(
    "relu6",
    (x) => Math.min(Math.max(x, 0), 6),
    (x) => (x <= 0 || x >= 6 ? 0 : 1),
  ),

  forward: ({ inputs: [{ data }], output }) => clip(data, output.data, 0, 6),
};

export const hardsigmoidOp = clamping(
  "hardsigmoid",
  (x) => Math.min(Math.max(x + 3, 0), 6) / 6,
  (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
);

export const hardswishOp = clamping(
  "hardswish",
  (x) => (x * Math.min(Math.max(x + 3, 0), 6)) / 6,
  (x) => {
    if (x <= -3) return 0;
    return x < 3 ? x / 3 + 0.5 : 1;
  },
);

/** The bounds of a hardtanh, in float32 as the numbers that may lie on them; null is none. @param {Record<string, any>} args */
const boundsOf = ({ min_val, max_val }) => [Math.fround(min_val ?? -Infinity), Math.fround(max_val ?? Infinity)];

/** @type {Op} */
export const hardtanhOp = {
  ...clamping(
    "hardtanh",
    (x, args) => {
      const [least, most] = boundsOf(args);
      return Math.min(Math.max(x, least), most);
    },
    (x, _y, args) => {
      const [least, most] = boundsOf(args);
      if (args.closed) return x >= least && x <= most ? 1 : 0; // torch's clamp, whose gradient passes on its bounds
      return x <= least || x >= most ? 0 : 1;
    },
  ),

  shape([input], _params, args) {
    const [least, most] = boundsOf(args);
    if (!(least <= most)) refuse("hardtanh", "min_val not above max_val", `${least} and ${most}`, "swap them");
    return [...input];
  },
};

export const scaleOp = pointwise(
  "scale",
  (x, { factor, offset }) => x * factor + offset,
  (_x, _y, { factor }) => factor,
);
