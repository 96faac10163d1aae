// What the reader does with the picture: draw, shift, bring another, hide a part of it, and ask what the answer rests on.

import { element } from "./element.js";
import { paintTools } from "./paint_tools.js";
import { bringTools } from "./tools_bring.js";
import { LookRow } from "./tools_look.js";
import { Occluder } from "./tools_occlude.js";

/** @import { Lab } from "./lab.js" */
/** @import { PaintBoard, PenMode } from "./paint.js" */
/** @import { Overlay } from "./tools_look.js" */
/**
 * @typedef {object} ToolsHost
 * @property {HTMLElement} root    where pictures can be dropped and pasted
 * @property {(data: Uint8Array, name: string) => void} take  a picture that the reader brings
 * @property {() => void} covered  the board shows something else than the picture, or that again
 * @property {(overlay: Overlay) => void} chosen  by the reader, to be looked for
 * @property {(text: string) => void} say
 */

/**
 * @param {Lab} lab      a live one
 * @param {PaintBoard} board
 * @param {ToolsHost} host
 * @param {AbortSignal} signal
 */
export function mountTools(lab, board, { root, take, covered, chosen, say }, signal) {
  const tell = () => chosen({ method: look.method, layer: look.layer, strength: look.strength, square: occluder.square.side });
  const look = new LookRow({ lab, board, side: () => occluder.square.side, changed: () => show(), chosen: tell, say }, signal);
  const sized = () => {
    tell();
    if (look.method === "occlusion") look.refresh();
  };
  const occluder = new Occluder({ lab, board, covered, sized, map }, signal);
  const bar = paintTools(board, bringTools({ root, wanted: board.picture, take, say }, signal), signal);
  const under = element("div", "cnnviz-look-under");
  under.append(look.el, occluder.el);
  let mode = board.mode;
  function map() {
    if (look.mapping) look.stop();
    else look.use("occlusion");
  }
  function show() {
    occluder.el.hidden = mode !== "occlude" && look.method !== "occlusion";
    occluder.showMapping(look.mapping !== null);
  }
  show();
  return {
    bar: bar.el,
    under,
    /** @param {PenMode} to */
    showMode(to) {
      bar.showMode(to);
      if (to === mode) return;
      if (mode === "occlude") occluder.stop();
      mode = to;
      if (mode === "occlude") occluder.start();
      show();
    },
    /** The picture on the board is another one. */
    changed: () => occluder.changed(),
    draw: () => look.draw(),
    /** As if the reader had chosen it, and nobody told. @param {Overlay} overlay */
    look(overlay) {
      if (overlay.square) occluder.setSide(overlay.square);
      look.begin(overlay);
    },
    /** What is to be said of a square on the picture, before the verdict. */
    said: () => occluder.said,
    /** A class was clicked. @param {number} i @returns {boolean} whether it is looked for now, and nothing else is to happen */
    lookFor(i) {
      if (!look.method) return false;
      lab.target = lab.target === i ? null : i;
      return true;
    },
  };
}
