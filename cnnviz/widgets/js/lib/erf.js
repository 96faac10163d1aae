// The error function, which JavaScript has not.

const COEFFICIENTS = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223,
  0.17087277,
];

/**
 * 1 − erf(x), to 1.2e-7 of its own size, so that it is exact enough far out on either side.
 * W. H. Press et al., Numerical Recipes (1992), section 6.2.
 * @param {number} x
 */
function erfc(x) {
  const t = 1 / (1 + Math.abs(x) / 2);
  const series = COEFFICIENTS.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
  const tail = t * Math.exp(-x * x + series);
  return x < 0 ? 2 - tail : tail;
}

/**
 * The share of a standard normal distribution that lies below x.
 * @param {number} x
 */
export function normalBelow(x) {
  return erfc(-x / Math.SQRT2) / 2;
}
