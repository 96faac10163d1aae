// The page's quick products, in WebAssembly with SIMD: AssemblyScript, of which scripts/build_wasm.mjs makes
// js/lib/kernel_wasm.js. Places and lengths are in bytes, numbers are float32; who calls lays the memory out.

/**
 * A convolution of planes already padded. `taps` says for each of the `count` weights of an output channel how far from
 * the window's place it reads; groups lie `xGroup` apart. Output rows are `pitch` long, a multiple of 32: what stands
 * beyond the last column is worthless, and so far beyond the input is read.
 */
export function convolve(
  x: usize, xGroup: usize, taps: usize, count: usize, w: usize, bias: usize, out: usize,
  groups: usize, narrow: usize, rows: usize, rowStep: usize, pitch: usize,
): void {
  const kernel = count << 2;
  const plane = rows * pitch;
  for (let g: usize = 0; g < groups; g++) {
    for (let y: usize = 0; y < rows; y++) {
      const from = x + g * xGroup + y * rowStep;
      let o = g * narrow;
      const end = o + narrow;
      for (; o + 4 <= end; o += 4) {
        fourRows(from, taps, kernel, w + o * kernel, bias + (o << 2), out + o * plane + y * pitch, plane, pitch);
      }
      if (o + 2 <= end) {
        twoRows(from, taps, kernel, w + o * kernel, bias + (o << 2), out + o * plane + y * pitch, plane, pitch);
        o += 2;
      }
      if (o < end) oneRow(from, taps, kernel, w + o * kernel, bias + (o << 2), out + o * plane + y * pitch, pitch);
    }
  }
}

/** A row of four output channels, eight columns at a time: their eight sums stay in registers. */
function fourRows(from: usize, taps: usize, kernel: usize, w: usize, bias: usize, to: usize, plane: usize, pitch: usize): void {
  const tapsEnd = taps + kernel;
  for (let col: usize = 0; col < pitch; col += 32) {
    let a0 = v128.load_splat<f32>(bias), b0 = v128.load_splat<f32>(bias, 4);
    let c0 = v128.load_splat<f32>(bias, 8), d0 = v128.load_splat<f32>(bias, 12);
    let a1 = a0, b1 = b0, c1 = c0, d1 = d0;
    let wa = w, wb = w + kernel, wc = wb + kernel, wd = wc + kernel;
    for (let tap = taps; tap < tapsEnd; tap += 4) {
      const at = from + col + load<u32>(tap);
      const p = v128.load(at), q = v128.load(at, 16);
      const fa = v128.load_splat<f32>(wa);
      a0 = f32x4.add(a0, f32x4.mul(fa, p));
      a1 = f32x4.add(a1, f32x4.mul(fa, q));
      const fb = v128.load_splat<f32>(wb);
      b0 = f32x4.add(b0, f32x4.mul(fb, p));
      b1 = f32x4.add(b1, f32x4.mul(fb, q));
      const fc = v128.load_splat<f32>(wc);
      c0 = f32x4.add(c0, f32x4.mul(fc, p));
      c1 = f32x4.add(c1, f32x4.mul(fc, q));
      const fd = v128.load_splat<f32>(wd);
      d0 = f32x4.add(d0, f32x4.mul(fd, p));
      d1 = f32x4.add(d1, f32x4.mul(fd, q));
      wa += 4;
      wb += 4;
      wc += 4;
      wd += 4;
    }
    let cell = to + col;
    v128.store(cell, a0);
    v128.store(cell, a1, 16);
    cell += plane;
    v128.store(cell, b0);
    v128.store(cell, b1, 16);
    cell += plane;
    v128.store(cell, c0);
    v128.store(cell, c1, 16);
    cell += plane;
    v128.store(cell, d0);
    v128.store(cell, d1, 16);
  }
}

/** A row of two output channels: one alone would wait for each of its two sums. */
function twoRows(from: usize, taps: usize, kernel: usize, w: usize, bias: usize, to: usize, plane: usize, pitch: usize): void {
  for (let col: usize = 0; col < pitch; col += 32) {
    let a0 = v128.load_splat<f32>(bias), b0 = v128.load_splat<f32>(bias, 4);
    let a1 = a0, b1 = b0;
    for (let k: usize = 0; k < kernel; k += 4) {
      const at = from + col + load<u32>(taps + k);
      const p = v128.load(at), q = v128.load(at, 16);
      const fa = v128.load_splat<f32>(w + k);
      a0 = f32x4.add(a0, f32x4.mul(fa, p));
      a1 = f32x4.add(a1, f32x4.mul(fa, q));
      const fb = v128.load_splat<f32>(w + kernel + k);
      b0 = f32x4.add(b0, f32x4.mul(fb, p));
      b1 = f32x4.add(b1, f32x4.mul(fb, q));
    }
    v128.store(to + col, a0);
    v128.store(to + col, a1, 16);
    v128.store(to + plane + col, b0);
    v128.store(to + plane + col, b1, 16);
  }
}

/** A row of one output channel. */
function oneRow(from: usize, taps: usize, kernel: usize, w: usize, bias: usize, to: usize, pitch: usize): void {
  for (let col: usize = 0; col < pitch; col += 32) {
    let a0 = v128.load_splat<f32>(bias), a1 = a0;
    for (let k: usize = 0; k < kernel; k += 4) {
      const at = from + col + load<u32>(taps + k);
      const factor = v128.load_splat<f32>(w + k);
      a0 = f32x4.add(a0, f32x4.mul(factor, v128.load(at)));
      a1 = f32x4.add(a1, f32x4.mul(factor, v128.load(at, 16)));
    }
    v128.store(to + col, a0);
    v128.store(to + col, a1, 16);
  }
}

/** The largest number under each place of the window; NaN where there is one. `taps`, rows and pitch as in `convolve`. */
export function largest(
  x: usize, xPlane: usize, taps: usize, count: usize, out: usize,
  planes: usize, rows: usize, rowStep: usize, pitch: usize,
): void {
  const end = taps + (count << 2);
  for (let p: usize = 0; p < planes; p++) {
    for (let y: usize = 0; y < rows; y++) {
      const from = x + p * xPlane + y * rowStep;
      for (let col: usize = 0; col < pitch; col += 32) {
        let a0 = f32x4.splat(-Infinity), a1 = a0;
        for (let tap = taps; tap < end; tap += 4) {
          const at = from + col + load<u32>(tap);
          a0 = f32x4.max(a0, v128.load(at));
          a1 = f32x4.max(a1, v128.load(at, 16));
        }
        v128.store(out, a0);
        v128.store(out, a1, 16);
        out += 32;
      }
    }
  }
}

/** Numbers not below `least` nor above `most`, in place; NaN stays. `bytes` is rounded up to a multiple of 16. */
export function clip(at: usize, bytes: usize, least: f32, most: f32): void {
  const low = f32x4.splat(least), high = f32x4.splat(most);
  for (const end = at + bytes; at < end; at += 16) {
    v128.store(at, f32x4.min(f32x4.max(v128.load(at), low), high));
  }
}

/** Rows of `broad` numbers, in each the columns 0, 2, 4 ... first, then 1, 3, 5 ...: for windows two columns apart. */
export function split(from: usize, to: usize, rows: usize, broad: usize): void {
  const eights = broad >> 3;
  for (let row: usize = 0; row < rows; row++) {
    let even = to, odd = to + (((broad + 1) >> 1) << 2);
    for (let i: usize = 0; i < eights; i++) {
      const p = v128.load(from), q = v128.load(from, 16);
      v128.store(even, v128.shuffle<f32>(p, q, 0, 2, 4, 6));
      v128.store(odd, v128.shuffle<f32>(p, q, 1, 3, 5, 7));
      from += 32;
      even += 16;
      odd += 16;
    }
    for (let col = eights << 3; col < broad; col++) {
      if (col & 1) {
        store<f32>(odd, load<f32>(from));
        odd += 4;
      } else {
        store<f32>(even, load<f32>(from));
        even += 4;
      }
      from += 4;
    }
    to += broad << 2;
  }
}

/** Lines of `bytes` that lie `pitch` apart, moved together. */
export function pack(at: usize, lines: usize, pitch: usize, bytes: usize): void {
  for (let i: usize = 1; i < lines; i++) memory.copy(at + i * bytes, at + i * pitch, bytes);
}

/** out[o] = bias[o] + the sum of w[o, i] * x[i]; `bytes` of x are a multiple of 32, filled up with zeros, as are w's rows. */
export function multiply(x: usize, bytes: usize, w: usize, bias: usize, out: usize, outs: usize): void {
  for (let o: usize = 0; o < outs; o++) {
    let a = f32x4.splat(0), b = a;
    for (let i: usize = 0; i < bytes; i += 32) {
      a = f32x4.add(a, f32x4.mul(v128.load(x + i), v128.load(w + i)));
      b = f32x4.add(b, f32x4.mul(v128.load(x + i, 16), v128.load(w + i, 16)));
    }
    a = f32x4.add(a, b);
    const sum = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 1) + (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
    store<f32>(out + (o << 2), load<f32>(bias + (o << 2)) + sum);
    w += bytes;
  }
}
