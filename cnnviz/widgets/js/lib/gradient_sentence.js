// The backward view's sentences: a gradient as the sum over the outputs a cell feeds, and what a cell feeds.

import { formatNumber, plural, readBack } from "./numbers.js";
import { addedUp, equals, firstFew, inputLink, numberToken, plainToken, quietToken } from "./sentence.js";
import { terms } from "./ops.js";

/** @import { Call, Cell, GradientPart, Term, Terms } from "./ops.js" */
/** @import { Link, Said, Token } from "./sentence.js" */

/**
 * @typedef {object} Source     where the slope of a part comes from: a weight, an input cell, or nowhere that can be shown
 * @property {"input" | "parameter" | undefined} role
 * @property {Link[]} links
 */

/**
 * The number that d(output)/d(cell) is: the weight on a term of the cell, or the input that the entry multiplies.
 * @param {Call} call
 * @param {Cell} cell
 * @param {number} out
 * @returns {Source}
 */
export function slopeSource(call, cell, out) {
  const made = lately(call, out);
  const own = made.terms.filter((term) => isTermOf(term, cell));
  if ("param" in cell) return own.length ? { role: "input", links: own.map(inputLink) } : { role: undefined, links: [] };
  const partner = made.how === "product" && made.terms.find(({ input }) => input !== cell.input);
  if (partner) return { role: "input", links: [inputLink(partner)] };
  const weights = own.filter((term) => term.param && made.how === "sum");
  return { role: weights.length ? "parameter" : undefined, links: weights.map(({ param, paramAt }) => ({ grid: param, at: paramAt })) };
}

const KEPT_OUTPUTS = 16; // outputs of a call
/** @type {WeakMap<Call, Map<number, Terms>>} */
const termsOfLate = new WeakMap();

/** Terms that were asked for lately: the cells that a figure samples are fed by the same outputs. @param {Call} call @param {number} out @returns {Terms} */
function lately(call, out) {
  const known = termsOfLate.get(call) ?? new Map();
  termsOfLate.set(call, known);
  const made = known.get(out) ?? terms(call, out);
  if (known.size >= KEPT_OUTPUTS && !known.has(out)) known.clear();
  known.set(out, made);
  return made;
}

/** @param {Term} term @param {Cell} cell */
function isTermOf(term, cell) {
  if ("param" in cell) return term.param === cell.param && term.paramAt === cell.at;
  return term.input === cell.input && term.at === cell.at;
}

/**
 * @typedef {object} GradientWording
 * @property {string} grid     the grid whose gradient it is
 * @property {number} room
 * @property {GradientPart[]} own   the parts in the output plane that is shown
 * @property {GradientPart[]} others
 */

/**
 * "0.5·1 + −1·1 + 2.1 (5 more outputs) = −0.5".
 * @param {Call} call
 * @param {Cell} cell
 * @param {number} value
 * @param {GradientWording} wording
 * @returns {Token[]}
 */
export function gradientSentence(call, cell, value, { grid, room, own, others }) {
  const counted = own.filter((part) => part.slope !== 0 || !Number.isFinite(part.grad));
  const shown = firstFew(counted, room);
  const groups = shown.map((part) => partSaid(call, cell, part));
  const rest = counted.slice(shown.length);
  if (rest.length) groups.push(restSaid(rest, plural(rest.length, "more output")));
  const zeros = own.length - counted.length;
  if (zeros) groups.push({ tokens: [plainToken("0"), quietToken(` (${plural(zeros, "output")} with slope 0)`)], written: 0 });
  if (others.length) groups.push(restSaid(others, `${plural(others.length, "output")} elsewhere`));
  if (!groups.length) groups.push({ tokens: [plainToken("0"), quietToken(" (it feeds no output)")], written: 0 });
  const { tokens, written } = addedUp(groups);
  const result = numberToken(value, "param" in cell ? "parameter" : "input", [{ grid, at: cell.at }]);
  return [...tokens, equals(written, value), { ...result, gradient: true, strong: true }];
}

/** @param {Call} call @param {Cell} cell @param {GradientPart} part @returns {Said} */
function partSaid(call, cell, part) {
  const { role, links } = slopeSource(call, cell, part.out);
  /** @type {Token} */
  const slope = role ? numberToken(part.slope, role, links) : { text: formatNumber(part.slope) };
  const grad = { ...numberToken(part.grad, "output", [{ grid: "output", at: part.out }]), gradient: true };
  return { tokens: [slope, plainToken("·"), grad], written: readBack(slope.text) * readBack(grad.text) };
}

/** @param {GradientPart[]} parts @param {string} name @returns {Said} */
function restSaid(parts, name) {
  const sum = parts.reduce((total, { grad, slope }) => total + grad * slope, 0);
  const links = parts.map(({ out }) => ({ grid: "output", at: out }));
  const token = { ...numberToken(sum, "output", links), gradient: true };
  return { tokens: [token, quietToken(` (${name})`)], written: readBack(token.text) };
}

/**
 * "1 feeds 9 outputs: by 0.5 row 1, column 2; …": what one input cell or weight goes into.
 * @param {Token} start     the number itself
 * @param {GradientPart[]} parts
 * @param {(out: number) => string} nameOf  how an output cell is called
 * @param {number} room
 * @returns {Token[]}
 */
export function feedsSentence(start, parts, nameOf, room) {
  if (!parts.length) return [start, plainToken(" feeds no output: no window reaches it")];
  const shown = parts.slice(0, Math.max(1, Math.floor(room / 2)));
  const tokens = shown.flatMap((part, i) => [
    plainToken(i ? "; " : ": "),
    { text: nameOf(part.out), role: /** @type {const} */ ("output"), links: [{ grid: "output", at: part.out }] },
    plainToken(` by ${formatNumber(part.slope)}`),
  ]);
  const more = parts.length > shown.length ? [quietToken(`; and ${parts.length - shown.length} more`)] : [];
  const links = parts.map(({ out }) => ({ grid: "output", at: out }));
  const count = { text: plural(parts.length, "output"), role: /** @type {const} */ ("output"), links };
  return [start, plainToken(" feeds "), count, ...tokens, ...more];
}
