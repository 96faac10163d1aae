// Beside the layers: the pictures, the board, what the network says of it, and how far a long run has come.

import { fromTrait } from "./tensor.js";
import { element } from "./grid.js";
import { PaintBoard } from "./paint.js";
import { paintTools } from "./paint_tools.js";
import { Picker } from "./picker.js";
import { Verdict } from "./verdict.js";

/** @import { Lab } from "./lab.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Packed } from "./tensor.js" */
/**
 * @typedef {object} SideEvents
 * @property {(picture: Picture, index: number) => void} onPicture  another picture is on the board, or the same changed
 * @property {(index: number) => void} onPicked
 * @property {(picture: Packed) => void} onDrawn    the reader's own picture rests
 * @property {(i: number) => void} onClass          a class was clicked
 * @property {(text: string) => void} say
 */

export class ExplorerSide {
  /**
   * @param {Lab} lab
   * @param {number[]} background  one value a channel
   * @param {SideEvents} events
   * @param {AbortSignal} signal
   */
  constructor(lab, background, events, signal) {
    this.lab = lab;
    this.events = events;
    this.el = element("div", "cnnviz-explorer-side");
    this.board = this.#makeBoard(background, signal);
    this.tools = lab.live ? paintTools(this.board, signal) : null;
    this.picker = new Picker(lab.pictures, (i) => this.pick(i, true), signal);
    this.verdict = lab.classNames.length ? new Verdict(lab.classNames, events.onClass, signal) : null;
    this.progress = this.#makeProgress();
    const parts = [this.picker.el, this.board.board, this.progress, this.verdict?.sentence, this.tools?.el ?? this.#sayRecorded()];
    this.el.append(...parts.flatMap((part) => part ?? []), ...(this.verdict ? [this.verdict.el] : []));
  }

  /** @param {number[]} background @param {AbortSignal} signal */
  #makeBoard(background, signal) {
    const { channels, height, width, data } = this.lab.pictures[0];
    const size = `the picture, ${channels} × ${height} × ${width}`;
    return new PaintBoard(
      {
        picture: { channels, height, width, data: data.slice() },
        background,
        still: !this.lab.live,
        label: this.lab.live ? `${size}: draw on it` : size,
        onChange: () => this.#changed(),
        onEnd: () => this.#drawn(),
        onMode: (mode) => this.tools?.showMode(mode),
        say: this.events.say,
      },
      signal,
    );
  }

  #makeProgress() {
    const bar = element("div", "cnnviz-progress");
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-label", "the network is computed");
    bar.append(element("div", ""));
    return bar;
  }

  #sayRecorded() {
    const count = this.lab.pictures.length;
    const which = count === 1 ? "this picture" : `these ${count} pictures`;
    return element("p", "cnnviz-quiet cnnviz-explorer-note", `Recorded: this page has the outputs of ${which}, not the network's arithmetic.`);
  }

  draw() {
    this.picker.draw();
    this.board.draw();
  }

  /** How far a run is. @param {number | null} share 0 to 1; null: nothing runs */
  busy(share) {
    this.progress.classList.toggle("is-busy", share !== null);
    this.progress.setAttribute("aria-valuenow", String(Math.round(100 * (share ?? 1))));
    /** @type {HTMLElement} */ (this.progress.firstElementChild).style.transform = `scaleX(${share ?? 1})`;
  }

  /** @param {number} i one of the pictures @param {boolean} [byReader] */
  pick(i, byReader = false) {
    this.picker.show(i);
    if (byReader) this.events.onPicked(i);
    this.board.show(this.lab.pictures[i].data);
    this.events.onPicture(this.board.picture, i);
  }

  /** A picture that was drawn before. @param {Packed} picture */
  restore(picture) {
    this.board.show(Uint8Array.from(fromTrait(picture).data));
    this.#changed();
  }

  #changed() {
    this.picker.show(-1);
    this.events.onPicture(this.board.picture, -1);
  }

  #drawn() {
    const { channels, height, width, data } = this.board.picture;
    this.events.onDrawn({ shape: [channels, height, width], dtype: "uint8", data: new DataView(data.slice().buffer) });
    this.#changed();
  }
}
