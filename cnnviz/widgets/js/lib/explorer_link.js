// What a unit looks at: outlined in the layers that it reads, and through all of them on the picture.

import { fieldOf, sourcesOf } from "./explorer_graph.js";

/** @import { LayerBand } from "./explorer_band.js" */
/** @import { GraphNode } from "./graph.js" */
/** @import { Call } from "./ops.js" */
/** @import { PaintBoard } from "./paint.js" */

/**
 * @param {{bands: LayerBand[], board: PaintBoard, nodes: GraphNode[], calls: Map<string, Call>}} figure
 * @param {LayerBand} band
 * @param {number | null} at  the unit's flat index; null removes all outlines
 */
export function outlineSources({ bands, board, nodes, calls }, band, at) {
  for (const other of bands) other.outline([]);
  board.outline(null);
  const call = calls.get(band.node.name);
  if (at === null || !call) return;
  const sources = sourcesOf(call, at);
  band.node.inputs.forEach((name, i) => {
    const own = sources.filter(({ input }) => input === i).map((source) => source.at);
    bands.find(({ node }) => node.name === name)?.outline(own);
  });
  const field = fieldOf(nodes, calls, band.node.name, at);
  if (!field) return;
  const { top, left, bottom, right } = field;
  board.outline({ row: top, col: left, rows: bottom - top + 1, cols: right - left + 1 });
}
