// What a unit looks at: outlined in the layers that it reads, and through all of them on the picture.

import { fieldOf, sourcesOf } from "./explorer_field.js";

/** @import { LayerBand } from "./explorer_band.js" */
/** @import { Lab } from "./lab.js" */
/** @import { PaintBoard } from "./paint.js" */

/**
 * @param {{bandOf: (name: string) => LayerBand | undefined, bands: Iterable<LayerBand>, board: PaintBoard, lab: Lab}} figure
 *   bandOf: the row that shows a node's output; bands: all that are made
 * @param {LayerBand} band
 * @param {number | null} at  the unit's flat index; null removes all outlines
 */
export function outlineSources({ bandOf, bands, board, lab }, band, at) {
  for (const other of bands) other.outline([]);
  board.outline(null);
  const call = lab.calls.get(band.node.name);
  if (at === null || !call) return;
  const sources = sourcesOf(call, at);
  band.node.inputs.forEach((name, i) => {
    bandOf(name)?.outline(sources.filter(({ input }) => input === i).map((source) => source.at));
  });
  const field = fieldOf(lab.nodes, lab.calls, band.node.name, at);
  if (!field) return;
  const { top, left, bottom, right } = field;
  board.outline({ row: top, col: left, rows: bottom - top + 1, cols: right - left + 1 });
}
