// permute (transpose), slice, cat and pixel_shuffle: numbers in another order, fewer of them, or several inputs joined.

import { movingOp } from "./moves.js";
import { checkImages, refuse } from "./ops_check.js";
import { axesOf, axisOf } from "./ops_route.js";
import { shapeText, sizeOf, stepsOf, stridedCells } from "./tensor.js";

export const permuteOp = movingOp("permute", {
  shape([input], _params, { dims }) {
    const axes = axesOf("permute", dims, input);
    if (axes.length !== input.length) {
      const todo = "give every axis a place; a transpose names all the others in order";
      refuse("permute", `dims as all ${input.length} axes`, JSON.stringify(dims), todo);
    }
    return axes.map((axis) => input[axis]);
  },

  sources({ inputs: [{ shape }], args, output }) {
    const steps = stepsOf(shape);
    const axes = axesOf("permute", args.dims, shape);
    return { input: null, at: stridedCells(output.shape, axes.map((axis) => steps[axis]), 0) };
  },
});

export const sliceOp = movingOp("slice", {
  shape([input], _params, args) {
    const { axis, count } = sliceOf(input, args);
    return input.map((length, i) => (i === axis ? count : length));
  },

  sources({ inputs: [{ shape }], args, output }) {
    const { axis, start, step } = sliceOf(shape, args);
    const steps = stepsOf(shape);
    const along = steps.map((cells, i) => (i === axis ? cells * step : cells));
    return { input: null, at: stridedCells(output.shape, along, start * steps[axis]) };
  },
});

/**
 * Where a slice begins and how many it takes; as in Python, negative places count from the end, and beyond it is the end.
 * @param {number[]} shape
 * @param {Record<string, any>} args
 */
function sliceOf(shape, { dim, start, stop, step }) {
  const axis = axisOf("slice", dim, shape);
  const ends = [start ?? 0, stop ?? shape[axis]];
  if (!ends.every(Number.isInteger)) {
    refuse("slice", "start and stop as whole numbers, or null", `${start} and ${stop}`, "null is the axis's own end");
  }
  if (!Number.isInteger(step) || step < 1) {
    refuse("slice", "step as a whole number of at least 1", JSON.stringify(step) ?? "nothing", "flip is no slice");
  }
  const [from, to] = ends.map((place) => Math.min(Math.max(place < 0 ? place + shape[axis] : place, 0), shape[axis]));
  return { axis, start: from, step, count: Math.max(0, Math.ceil((to - from) / step)) };
}

export const catOp = movingOp("cat", {
  arity: 2,
  more: true,

  shape(inputs, _params, { dim }) {
    const axis = axisOf("cat", dim, inputs[0]);
    for (const shape of inputs) {
      if (shape.length !== inputs[0].length || shape.some((length, i) => i !== axis && length !== inputs[0][i])) {
        const came = `${shapeText(inputs[0])} and ${shapeText(shape)}`;
        refuse("cat", `inputs alike but for axis ${axis}`, came, "bring all to one size");
      }
    }
    const joined = inputs.reduce((sum, shape) => sum + shape[axis], 0);
    return inputs[0].map((length, i) => (i === axis ? joined : length));
  },

  sources({ inputs, args, output }) {
    const axis = axisOf("cat", args.dim, output.shape);
    const [input, at] = [new Int32Array(output.data.length), new Int32Array(output.data.length)];
    const runs = inputs.map(({ shape }) => sizeOf(shape.slice(axis)));
    for (let outer = 0, to = 0; to < at.length; outer++) {
      runs.forEach((run, k) => {
        input.fill(k, to, to + run);
        for (let i = 0; i < run; i++) at[to++] = outer * run + i;
      });
    }
    return { input, at };
  },
});

export const pixelShuffleOp = movingOp("pixel_shuffle", {
  shape([input], _params, { upscale_factor: factor }) {
    if (!Number.isInteger(factor) || factor < 1) {
      const came = JSON.stringify(factor) ?? "nothing";
      refuse("pixel_shuffle", "upscale_factor as a whole number of at least 1", came, "2 doubles height and width");
    }
    checkImages("pixel_shuffle", input, "C");
    const [batch, channels, height, width] = input;
    if (channels % factor ** 2) {
      const todo = "each pixel is laid out from that many channels";
      refuse("pixel_shuffle", `a multiple of ${factor ** 2} channels`, `${channels}`, todo);
    }
    return [batch, channels / factor ** 2, height * factor, width * factor];
  },

  sources({ inputs: [{ shape: [batch, , height, width] }], args: { upscale_factor: factor }, output }) {
    // As axes: image, channel out, row, row within the pixel, column, column within the pixel.
    const plane = height * width;
    const channels = output.shape[1];
    const shape = [batch, channels, height, factor, width, factor];
    const steps = [channels * factor ** 2 * plane, factor ** 2 * plane, width, factor * plane, 1, plane];
    return { input: null, at: stridedCells(shape, steps, 0) };
  },
});
