// A grey square that the reader moves over the picture; the network answers for every place.

import { button } from "./controls.js";
import { element } from "./element.js";
import { byProbability, sayPercent } from "./explorer_words.js";
import { coveredPicture, squareWithin } from "./tools_cover.js";
import { slider } from "./tools_slider.js";

/** @import { Lab } from "./lab.js" */
/** @import { PaintBoard } from "./paint.js" */
/** @import { PicturePoint } from "./pixels.js" */
/** @import { Square } from "./tools_cover.js" */
/**
 * @typedef {object} OccludeHost
 * @property {Lab} lab
 * @property {PaintBoard} board
 * @property {() => void} covered  the square lies elsewhere, or is lifted
 * @property {() => void} sized    the square is larger or smaller
 * @property {() => void} map      the reader wants it everywhere, or stops that
 */

const FIRST_SHARE = 4; // of the picture's side at first

export class Occluder {
  /** @type {Square} */ square;
  /** @type {Float32Array | null} the classes' probabilities without the square */ #whole = null;

  /** @param {OccludeHost} host @param {AbortSignal} signal */
  constructor(host, signal) {
    this.host = host;
    const { height, width } = host.board.picture;
    const side = Math.max(1, Math.round(Math.min(height, width) / FIRST_SHARE));
    this.most = Math.max(1, Math.floor(Math.min(height, width) / 2));
    this.square = squareWithin({ row: (height - side) / 2, col: (width - side) / 2, side }, host.board.picture);
    this.el = element("div", "cnnviz-occlude");
    this.size = slider("square", { min: 1, max: this.most, step: 1 }, (value) => this.resizeTo(value), signal);
    this.mapIt = button("map it", () => host.map(), signal, "map it: the square at every place");
    this.sentence = element("p", "cnnviz-quiet");
    this.el.append(this.size.el, this.mapIt, this.sentence);
    this.outline = element("div", "cnnviz-board-square");
    host.lab.on("run", () => this.#tell(), signal);
    host.lab.on("ablate", () => (this.#whole = null), signal);
    this.showMapping(false);
    this.#showSize();
  }

  /** What the last pass says of the square; "" where none lies on the picture. */
  get said() {
    return this.sentence.textContent ?? "";
  }

  /** From now on the board's pointer and arrows move the square. */
  start() {
    this.host.board.grip = this;
    this.#lay(this.square);
  }

  stop() {
    this.host.board.grip = null;
    this.lift();
  }

  lift() {
    if (!this.host.board.over) return;
    this.host.board.lay(null);
    this.changed();
    this.host.covered();
  }

  /** Another picture: what the network said of the one before says nothing of it. */
  changed() {
    this.#whole = null;
    this.outline.remove();
    this.sentence.textContent = "";
  }

  /** @param {PicturePoint} middle */
  to({ x, y }) {
    const { side } = this.square;
    this.#lay({ row: y - side / 2, col: x - side / 2, side });
  }

  /** @param {number} down @param {number} right */
  by(down, right) {
    const { row, col, side } = this.square;
    this.#lay({ row: row + down, col: col + right, side });
  }

  /** @param {number} by */
  resize(by) {
    this.resizeTo(Math.max(1, Math.min(this.most, this.square.side + by)));
  }

  /** By the reader. @param {number} side */
  resizeTo(side) {
    this.setSide(side);
    this.host.sized();
  }

  /** About the same middle. @param {number} side */
  setSide(side) {
    const { row, col, side: before } = this.square;
    const by = (before - side) / 2;
    const square = { row: row + by, col: col + by, side };
    if (this.host.board.grip === this) this.#lay(square);
    else this.square = squareWithin(square, this.host.board.picture);
    this.#showSize();
  }

  /** @param {boolean} mapping */
  showMapping(mapping) {
    this.mapIt.textContent = mapping ? "stop" : "map it";
    this.mapIt.setAttribute("aria-label", mapping ? "stop mapping" : "map it: the square at every place");
  }

  #showSize() {
    const { side } = this.square;
    this.size.show(side, `${side} × ${side}`);
  }

  /** @param {Square} square */
  #lay(square) {
    const { board, covered } = this.host;
    this.square = squareWithin(square, board.picture);
    const { row, col, side } = this.square;
    board.lay(coveredPicture(board.picture, this.square));
    board.place(this.outline, { row, col, rows: side, cols: side });
    if (!this.outline.isConnected) board.board.append(this.outline);
    covered();
  }

  /** After a pass: of the whole picture, or of the covered one. */
  #tell() {
    const { lab, board } = this.host;
    const shares = lab.probabilities();
    if (!board.over) this.#whole = shares;
    if (!board.over || !shares) return;
    const { row, col, side } = this.square;
    const where = `Rows ${row} to ${row + side - 1}, columns ${col} to ${col + side - 1} hidden`;
    this.sentence.textContent = `${where}: ${this.#sayFall(shares)}.`;
  }

  /** @param {Float32Array} shares */
  #sayFall(shares) {
    const { lab } = this.host;
    const one = lab.target ?? byProbability(this.#whole ?? shares)[0];
    const before = this.#whole ? `${sayPercent(this.#whole[one])} → ` : "";
    return `${lab.classNames[one]} ${before}${sayPercent(shares[one])}`;
  }
}
