// The arithmetic of one output cell, as words and numbers that know their cell: from the terms alone, for any operation.

import { functionForm } from "./function_forms.js";
import { formatNumber, plural, readBack, spokenNumber } from "./numbers.js";

/** @import { ParamTerm, Term, Terms } from "./ops.js" */

/** @typedef {"input" | "parameter" | "output"} Role */
/** @typedef {{grid: string, at: number, row?: number, col?: number}} Link  a cell; row and col where it is padding */
/**
 * @typedef {object} Token
 * @property {string} text
 * @property {Role} [role]        whose colour it has; without one it is plain
 * @property {boolean} [gradient] it is a gradient: drawn hatched
 * @property {boolean} [quiet]    an explanation, not a number of the sum
 * @property {boolean} [strong]   the result, or the number that won
 * @property {Link[]} [links]     the cells that it stands for
 * @property {string} [say]       what is said instead
 */
/**
 * @typedef {object} Wording
 * @property {number} channel  input channel whose terms are spelled out
 * @property {number} room     how many terms may be spelled out
 * @property {number} at       flat index of the output cell
 * @property {Partial<Record<string, Link>>} [stored]  cells that hold the mean and the variance, where they are stored
 */

/** @param {string} text @returns {Token} */
export const plainToken = (text) => ({ text });
/** @param {string} text @returns {Token} */
export const quietToken = (text) => ({ text, quiet: true });

/** @param {number} value @param {Role} role @param {Link[]} links @returns {Token} */
export function numberToken(value, role, links) {
  return { text: formatNumber(value), say: spokenNumber(value), role, links };
}

/** The grid's name of an operation's i-th input. @param {number} i */
export function inputName(i) {
  return i === 0 ? "input" : `input ${i + 1}`;
}

/** @param {Term} term @returns {Link} */
export function inputLink({ input, at, row, col }) {
  return { grid: inputName(input), at, row, col };
}

/** @param {Term} term */
const valueToken = (term) => numberToken(term.value, "input", [inputLink(term)]);

/**
 * As many as there is room for; two more rather than "2 more terms".
 * @template T
 * @param {T[]} list
 * @param {number} room
 */
export function firstFew(list, room) {
  return list.length <= room + 2 ? list : list.slice(0, room);
}

/**
 * As many, those that count most, in their own order: nine zeros of 784 inputs say nothing.
 * @param {Term[]} list
 * @param {number} room
 * @param {(term: Term) => number} part  what a term adds
 */
function largestFew(list, room, part) {
  const few = firstFew(list, room);
  if (few.length === list.length) return few;
  const size = (/** @type {Term} */ term) => (Number.isNaN(part(term)) ? Number.MAX_VALUE : Math.min(Number.MAX_VALUE, Math.abs(part(term))));
  const chosen = new Set([...list].sort((a, b) => size(b) - size(a)).slice(0, few.length));
  return list.filter((term) => chosen.has(term));
}

/** @param {ParamTerm | undefined} param @returns {Token[]} */
const paramToken = (param) => (param ? [numberToken(param.value, "parameter", [{ grid: param.param, at: param.at }])] : []);

/**
 * Tokens with something between them.
 * @param {Token[][]} parts
 * @param {string} between
 */
function joinTokens(parts, between) {
  return parts.flatMap((part, i) => (i ? [plainToken(between), ...part] : part));
}

/**
 * The whole sentence: `=` when the numbers as written add up to the result as written, else `≈`.
 * @param {Terms} made
 * @param {Wording} wording
 * @returns {Token[]}
 */
export function sentenceOf(made, wording) {
  const { tokens, written } = sentenceForms[made.how](made, wording);
  const result = numberToken(made.value, "output", [{ grid: "output", at: wording.at }]);
  return [...tokens, equals(written, made.value), { ...result, strong: true }];
}

/** @param {number} written what the numbers as written come to @param {number} value @returns {Token} */
export function equals(written, value) {
  const same = formatNumber(written) === formatNumber(value);
  return same ? plainToken(" = ") : { text: " ≈ ", say: " = about " };
}

/** @param {number} value as written */
const asWritten = (value) => readBack(formatNumber(value));

/** @typedef {{tokens: Token[], written: number, minus?: boolean}} Said  minus: the tokens are taken away */

/** @type {Record<Terms["how"], (made: Terms, wording: Wording) => Said>} */
const sentenceForms = {
  sum(made, wording) {
    const bias = made.params.filter((p) => !made.terms.some((t) => t.param === p.param));
    const pair = made.terms.length > 1 && made.terms.every((term, i) => term.input === i);
    const said = pair ? made.terms.map(productSaid) : spelled(made.terms, wording, productSaid);
    const groups = [...said, ...bias.map(biasSaid)];
    return addedUp(groups.length ? groups : [{ tokens: [plainToken("0")], written: 0 }]);
  },

  mean(made, wording) {
    const count = made.constants.count ?? Math.round(1 / made.terms[0].factor);
    const { tokens, written } = addedUp(spelled(made.terms, wording, valueSaid));
    return { tokens: [plainToken("("), ...tokens, plainToken(") / "), plainToken(String(count))], written: written / count };
  },

  max({ terms, constants }, { room }) {
    const winner = terms[constants.winner];
    const shown = [...firstFew(terms, room)];
    if (winner && !shown.includes(winner)) shown[shown.length - 1] = winner;
    /** @type {Token[][]} */
    const parts = shown.map((term) => [{ ...valueToken(term), strong: term === winner }]);
    if (terms.length > shown.length) parts.push([quietToken(`${terms.length - shown.length} more`)]);
    return { tokens: [plainToken("max("), ...joinTokens(parts, ", "), plainToken(")")], written: winner?.value ?? -Infinity };
  },

  function(made) {
    const [before, after] = functionForm(made);
    const bracket = made.terms[0].value < 0 && before.endsWith("−");
    const x = valueToken(made.terms[0]);
    /** @type {Token[]} */
    const tokens = bracket ? [plainToken("("), x, plainToken(")")] : [x];
    // A curve's value is rounded, never added up: it is written as it is.
    return { tokens: [plainToken(before), ...tokens, plainToken(after)], written: made.value };
  },

  product: (made) => pairSaid(made, "·", asWritten(made.terms[0].value) * asWritten(made.terms[1].value)),

  quotient: (made) => pairSaid(made, " / ", asWritten(made.terms[0].value) / asWritten(made.terms[1].value)),

  ratio({ name, terms, constants, value }, { room }) {
    const largest = constants.max;
    const own = terms[constants.own];
    const minus = [plainToken(" − "), quietToken(formatNumber(largest))];
    const power = (/** @type {Term} */ term) => Math.exp(term.value - largest);
    const shown = firstFew(terms, room);
    const rest = terms.slice(shown.length);
    const parts = shown.map((term) => [numberToken(power(term), "input", [inputLink(term)])]);
    if (rest.length) {
      parts.push([
        numberToken(rest.reduce((sum, t) => sum + power(t), 0), "input", rest.map(inputLink)),
        quietToken(` (${plural(rest.length, "more input")})`),
      ]);
    }
    const sum = [...joinTokens(parts, " + "), plainToken(")")];
    // Not as the logarithm of a quotient: that may be too small for a number.
    if (name === "log_softmax") return { tokens: [valueToken(own), ...minus, plainToken(" − log("), ...sum], written: value };
    const top = own ? [plainToken("exp("), valueToken(own), ...minus, plainToken(")")] : [];
    return { tokens: [...top, plainToken(" / ("), ...sum], written: value };
  },

  normalise({ terms, params, constants, value }, { stored = {} }) {
    const entry = (/** @type {string} */ name) => params.find(({ param }) => param === name);
    const gamma = paramToken(entry("weight"));
    const beta = paramToken(entry("bias"));
    const own = terms[constants.own] ?? terms[0];
    /** @param {"mean" | "variance"} name @returns {Token[]} */
    const statistic = (name) => {
      const link = stored[name];
      if (link) return [numberToken(constants[name], "parameter", [link])];
      return [numberToken(constants[name], "input", terms.map(inputLink)), quietToken(` ${name}`)];
    };
    const tokens = [
      plainToken("("),
      valueToken(own),
      plainToken(" − "),
      ...statistic("mean"),
      plainToken(") / √("),
      ...statistic("variance"),
      plainToken(" + "),
      quietToken(formatNumber(constants.eps)),
      plainToken(")"),
      ...(gamma.length ? [plainToken(" · "), ...gamma] : []),
      ...(beta.length ? [plainToken(" + "), ...beta] : []),
    ];
    return { tokens, written: value };
  },

  copy({ terms, params, value }) {
    return { tokens: terms.length ? [valueToken(terms[0])] : paramToken(params[0]), written: value };
  },
};

/** @param {Said[]} groups @returns {Said} */
export function addedUp(groups) {
  return {
    tokens: groups.flatMap(({ tokens, minus }, i) => (i ? [plainToken(minus ? " − " : " + "), ...tokens] : tokens)),
    written: groups.reduce((sum, { written, minus }) => (minus ? sum - written : sum + written), 0),
  };
}

/** @param {Term} term @returns {Said} */
function productSaid(term) {
  if (!term.param && Math.abs(term.factor) === 1) return { ...valueSaid(term), minus: term.factor < 0 };
  if (!term.param) {
    const share = formatNumber(term.factor);
    return { tokens: [plainToken(`${share}·`), valueToken(term)], written: readBack(share) * asWritten(term.value) };
  }
  const weight = numberToken(term.factor, "parameter", [{ grid: term.param, at: term.paramAt }]);
  return { tokens: [weight, plainToken("·"), valueToken(term)], written: asWritten(term.factor) * asWritten(term.value) };
}

/** @param {Term} term @returns {Said} */
function valueSaid(term) {
  return { tokens: [valueToken(term)], written: asWritten(term.value) };
}

/** @param {Terms} made @param {string} between @param {number} written @returns {Said} */
function pairSaid({ terms: [first, second] }, between, written) {
  return { tokens: [valueToken(first), plainToken(between), valueToken(second)], written };
}

/** @param {ParamTerm} param @returns {Said} */
function biasSaid(param) {
  return { tokens: [...paramToken(param), quietToken(` ${param.param}`)], written: asWritten(param.value) };
}

/**
 * The terms of one channel spelled out, as far as there is room; what is left as sums, so that all still adds up.
 * @param {Term[]} terms
 * @param {Wording} wording
 * @param {(term: Term) => Said} say
 * @returns {Said[]}
 */
function spelled(terms, { channel, room }, say) {
  const isSum = say === productSaid;
  const part = (/** @type {Term} */ term) => (isSum ? term.factor : 1) * term.value;
  const own = terms.filter((term) => term.channel === channel);
  const counted = own.filter((term) => !(term.param && term.factor === 0 && Number.isFinite(term.value)));
  const shown = largestFew(counted, room, part);
  const groups = shown.map(say);
  const rest = counted.filter((term) => !shown.includes(term));
  if (rest.length) groups.push(groupSaid(rest, plural(rest.length, "more term"), part));
  if (own.length > counted.length) {
    groups.push(groupSaid(own.filter((term) => !counted.includes(term)), plural(own.length - counted.length, "zero weight"), part));
  }
  return [...groups, ...otherChannels(terms, channel, part)];
}

/** @param {Term[]} terms @param {number} channel @param {(term: Term) => number} part @returns {Said[]} */
function otherChannels(terms, channel, part) {
  /** @type {Map<number, Term[]>} */
  const byChannel = new Map();
  for (const term of terms) {
    if (term.channel === channel) continue;
    const list = byChannel.get(term.channel);
    if (list) list.push(term);
    else byChannel.set(term.channel, [term]);
  }
  if (byChannel.size <= 3) return [...byChannel].map(([c, list]) => groupSaid(list, `channel ${c}`, part));
  const all = [...byChannel.values()].flat();
  return [groupSaid(all, `${all.length} more terms from ${byChannel.size} channels`, part)];
}

/** @param {Term[]} terms @param {string} name @param {(term: Term) => number} part @returns {Said} */
function groupSaid(terms, name, part) {
  const sum = terms.reduce((total, term) => total + part(term), 0);
  return { tokens: [{ ...numberToken(sum, "input", terms.map(inputLink)) }, quietToken(` (${name})`)], written: asWritten(sum) };
}

/** The sentence as it is read aloud. @param {Token[]} tokens @returns {string} */
export function spoken(tokens) {
  return tokens
    .map(({ text, say }) => say ?? text)
    .join("")
    .replaceAll("·", " times ")
    .replaceAll(" + ", " plus ")
    .replaceAll(" / ", " divided by ")
    .replaceAll(" − ", " minus ")
    .replaceAll("√(", "the square root of (")
    .replaceAll("Φ(", "the normal distribution's share below (")
    .replaceAll("∂", "the gradient of ")
    .replace(/\s+/g, " ")
    .trim();
}
