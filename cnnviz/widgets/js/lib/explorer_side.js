// Beside the layers: the pictures, the board, what the network says of it, and how far a long run has come.

import { element } from "./element.js";
import { fromTrait } from "./tensor.js";
import { SwitchedOff } from "./explorer_off.js";
import { PaintBoard } from "./paint.js";
import { Picker } from "./picker.js";
import { mountTools } from "./tools.js";
import { Verdict } from "./verdict.js";

/** @import { Lab } from "./lab.js" */
/** @import { Picture } from "./pixels.js" */
/** @import { Packed } from "./tensor.js" */
/** @import { Overlay } from "./tools_look.js" */
/**
 * @typedef {object} SideEvents
 * @property {(picture: Picture, index: number) => void} onPicture  another picture is on the board, or the same changed
 * @property {(index: number) => void} onPicked
 * @property {(overlay: Overlay) => void} onOverlay  something else is looked for in the picture
 * @property {(picture: Packed) => void} onDrawn    the reader's own picture rests
 * @property {(i: number) => void} onClass          a class was clicked, and not to look for it in the picture
 * @property {() => void} onRestored                everything is on again
 * @property {(text: string) => void} say
 */

export class ExplorerSide {
  /** @type {Picture[]} brought by the reader: in the picker after the lab's */ #own = [];
  /** Which of the lab's pictures is on the board; -1: the reader's own. */ #index = -1;

  /**
   * @param {Lab} lab
   * @param {number[]} background  one value a channel
   * @param {HTMLElement} root  of the figure
   * @param {SideEvents} events
   * @param {AbortSignal} signal
   */
  constructor(lab, background, root, events, signal) {
    this.lab = lab;
    this.events = events;
    this.el = element("div", "cnnviz-explorer-side");
    this.board = this.#makeBoard(background, signal);
    this.tools = lab.live ? this.#makeTools(root, signal) : null;
    this.picker = new Picker(lab.pictures, (i) => this.pick(i, true), signal);
    this.verdict = lab.classNames.length ? new Verdict(lab.classNames, (i) => this.tools?.lookFor(i) || events.onClass(i), signal) : null;
    this.progress = this.#makeProgress();
    this.trouble = this.#makeTrouble(signal);
    this.off = new SwitchedOff(lab, events.onRestored, signal);
    const parts = [this.picker.el, this.board.board, this.progress, this.trouble, this.tools?.under, this.off.el, this.verdict?.sentence, this.tools?.bar ?? this.#sayRecorded(), this.verdict?.el];
    this.el.append(...parts.flatMap((part) => part ?? []));
    const measured = new ResizeObserver(() => this.el.style.setProperty("--tall", `${this.el.offsetHeight}px`));
    measured.observe(this.el);
    signal.addEventListener("abort", () => measured.disconnect(), { once: true });
  }

  /** @param {HTMLElement} root @param {AbortSignal} signal */
  #makeTools(root, signal) {
    const { onOverlay, say } = this.events;
    const covered = () => this.#show();
    return mountTools(this.lab, this.board, { root, take: this.#take.bind(this), covered, chosen: onOverlay, say }, signal);
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

  /** What went wrong beside the page. @param {AbortSignal} signal */
  #makeTrouble(signal) {
    const words = element("p", "cnnviz-explorer-note cnnviz-error");
    words.setAttribute("role", "alert");
    this.lab.on("trouble", () => (words.textContent = this.lab.trouble), signal);
    return words;
  }

  #sayRecorded() {
    const count = this.lab.pictures.length;
    const which = count === 1 ? "this picture" : `these ${count} pictures`;
    return element("p", "cnnviz-quiet cnnviz-explorer-note", `Recorded: this page has the outputs of ${which}, not the network's arithmetic. So they cannot be drawn on, nor others brought, nor parts of them hidden or looked for.`);
  }

  draw() {
    this.picker.draw();
    this.board.draw();
    this.tools?.draw();
  }

  /** How far a run is. @param {number | null} share 0 to 1; null: nothing runs */
  busy(share) {
    this.progress.classList.toggle("is-busy", share !== null);
    this.progress.setAttribute("aria-valuenow", String(Math.round(100 * (share ?? 1))));
    /** @type {HTMLElement} */ (this.progress.firstElementChild).style.transform = `scaleX(${share ?? 1})`;
  }

  /** @param {number} i of the picker's: one of the lab's pictures, or the reader's own @param {boolean} [byReader] */
  pick(i, byReader = false) {
    const own = this.#own[i - this.lab.pictures.length];
    this.#index = own ? -1 : i;
    this.picker.show(i);
    this.board.show((own ?? this.lab.pictures[i]).data);
    if (own) this.#keep();
    else if (byReader) this.events.onPicked(i);
    this.#show();
  }

  /** A picture that was drawn before. @param {Packed} picture */
  restore(picture) {
    this.board.show(Uint8Array.from(fromTrait(picture).data));
    this.#changed();
  }

  /** A picture that the reader brings: it joins the others, and undo takes it off the board. @param {Uint8Array} data @param {string} name */
  #take(data, name) {
    this.#own.push({ ...this.board.picture, data });
    const place = this.picker.add({ ...this.board.picture, data }, name);
    this.board.take(data);
    this.#keep();
    this.#changed();
    this.picker.show(place);
  }

  #changed() {
    this.#index = -1;
    this.picker.show(-1);
    this.#show();
  }

  /** To the network goes what is seen: the picture, or what lies over it. */
  #show() {
    if (!this.board.over) this.tools?.changed();
    this.events.onPicture(this.board.seen, this.board.over ? -1 : this.#index);
  }

  #drawn() {
    this.#keep();
    this.#changed();
  }

  #keep() {
    const { channels, height, width, data } = this.board.picture;
    this.events.onDrawn({ shape: [channels, height, width], dtype: "uint8", data: new DataView(data.slice().buffer) });
  }
}
