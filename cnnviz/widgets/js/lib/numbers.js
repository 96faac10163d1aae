// How a number is written: in a cell, in a sentence, aloud. A true minus sign everywhere.

const MINUS = "\u2212";
export const EXACT = 1e-6; // a float32 0.1 is 0.100000001: still written 0.1

/** @param {string} text */
function withMinus(text) {
  return text.replaceAll("-", MINUS);
}

/** @param {number} value */
function notFinite(value) {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "∞" : `${MINUS}∞`;
}

/** @param {number} value @param {number} digits */
function fixed(value, digits) {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text;
}

/**
 * A number for a sentence: short when it is exact, else two decimals, or two significant digits below 0.1.
 * @param {number} value
 */
export function formatNumber(value) {
  if (!Number.isFinite(value)) return notFinite(value);
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e6 || size < 1e-4) return withMinus(value.toExponential(1).replace(".0", "").replace("+", ""));
  for (const digits of [0, 1, 2, 3]) {
    const rounded = Number(value.toFixed(digits));
    if (Math.abs(rounded - value) <= EXACT * size) return withMinus(fixed(value, digits));
  }
  if (size >= 1000) return withMinus(fixed(value, 0));
  const digits = size >= 0.1 ? 2 : 1 - Math.floor(Math.log10(size));
  return withMinus(fixed(value, digits));
}

/**
 * A number for a cell that has room for `room` characters: exact zero is "0", a small remainder "0.0".
 * @param {number} value
 * @param {number} room
 */
export function formatCell(value, room) {
  if (!Number.isFinite(value)) return notFinite(value);
  if (value === 0) return "0";
  const size = Math.abs(value);
  const wanted = size >= 9.95 ? 0 : size >= 0.995 ? 1 : 2;
  for (let digits = Number.isInteger(value) && size >= 10 ? 0 : wanted; digits >= 0; digits--) {
    const text = withMinus(shortened(value, digits));
    if (text.length <= room) return text;
  }
  return size >= 1e3 ? withMinus(value.toExponential(0).replace("e+", "e")) : withMinus(fixed(value, 0));
}

/** A number with so many decimals, or as one digit and an exponent. @param {number} value @param {number} digits @param {boolean} [exponent] */
export function withDecimals(value, digits, exponent = false) {
  return withMinus(exponent ? value.toExponential(digits).replace("e+", "e") : fixed(value, digits));
}

/** 0.50 is 0.5 and 1.00 is 1.0: one decimal is enough when it is exact. @param {number} value @param {number} digits */
function shortened(value, digits) {
  const text = fixed(value, digits);
  return digits === 2 && text.endsWith("0") ? text.slice(0, -1) : text;
}

/** @param {number} value a number as it is said */
export function spokenNumber(value) {
  if (Number.isNaN(value)) return "not a number";
  if (!Number.isFinite(value)) return value > 0 ? "infinity" : "minus infinity";
  return formatNumber(value);
}

/** The number that a reader who believes the text would add up with. @param {string} text */
export function readBack(text) {
  return Number(text.replaceAll(MINUS, "-").replace("∞", "Infinity"));
}

/** "1 cell", "2 cells". @param {number} count @param {string} noun */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
