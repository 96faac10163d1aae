// The network itself with fewer bits a weight: how many the reader chooses, and what that means.

import { element } from "./element.js";
import { bitsOf, mostOf, PRECISIONS, roundedNetwork } from "./precision.js";
import { slider } from "./tools_slider.js";

/** @import { Lab } from "./lab.js" */
/** @import { RoundedNetwork } from "./precision.js" */

const FIRST = "int8";
const SIGNIFICANT = { float16: "11 significant bits", bfloat16: "8 significant bits, and float32's range" };

export class BitsRow {
  precision = FIRST;
  /** @type {{precision: string, network: Promise<RoundedNetwork>} | null} the last one asked for */ #made = null;

  /**
   * @param {Lab} lab
   * @param {string} precision  one of PRECISIONS; "": not chosen yet
   * @param {(precision: string) => void} chosen
   * @param {AbortSignal} signal
   */
  constructor(lab, precision, chosen, signal) {
    this.lab = lab;
    this.el = element("div", "cnnviz-compare-bits");
    this.bits = slider("weights in", { min: 0, max: PRECISIONS.length - 1, step: 1 }, (value) => {
      this.choose(PRECISIONS[value]);
      chosen(this.precision);
    }, signal);
    this.words = element("p", "cnnviz-quiet");
    this.el.append(this.bits.el, this.words);
    this.choose(precision || FIRST);
  }

  /** The parameters in the precision that is chosen. @returns {Promise<RoundedNetwork>} */
  network() {
    const { lab, precision } = this;
    if (this.#made?.precision !== precision) this.#made = { precision, network: roundedNetwork(lab.nodes, precision) };
    return this.#made.network;
  }

  /** @param {string} precision */
  choose(precision) {
    this.precision = precision;
    this.bits.show(PRECISIONS.indexOf(precision), precision);
  }

  /** What is seen now. @param {RoundedNetwork} network */
  tell(network) {
    this.words.textContent = sayRounded(this.precision, network);
  }
}

/** @param {string} precision @param {RoundedNetwork} network */
function sayRounded(precision, { same, bytes, before }) {
  const most = mostOf(precision);
  const what = precision in SIGNIFICANT
    ? `every parameter keeps ${SIGNIFICANT[/** @type {keyof typeof SIGNIFICANT} */ (precision)]}`
    : `the weights of convolutions and linear layers become whole numbers from −${most} to ${most}, times one scale a filter`;
  const size = `${sayBytes(bytes)} of parameters, in float32 ${sayBytes(before)}.`;
  const none = same ? " No weight changes: this page has them with no more bits than these." : "";
  return `${bitsOf(precision)} bits a weight: ${what}. ${size} The arithmetic is the same.${none}`;
}

/** @param {number} bytes */
function sayBytes(bytes) {
  const [size, unit] = bytes >= 1e6 ? [bytes / 1e6, "MB"] : [bytes / 1e3, "kB"];
  return `${size.toFixed(size < 10 ? 1 : 0)}\u00a0${unit}`;
}
