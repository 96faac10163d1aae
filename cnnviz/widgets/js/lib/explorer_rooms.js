// How the width of the rows is shared out: the rail, the names beside the strips, the maps. Knows no DOM.

import { railWidth } from "./explorer_rail_draw.js";

/** @import { BandRoom } from "./explorer_band.js" */

const ROOMY = 620; // CSS pixels from which a small network's maps are drawn larger
const MOST_RAIL = { wide: 76, narrow: 40 };
const SIDE_BY_SIDE = 440; // CSS pixels from which a strip stands beside its name
const INDENT = 12; // CSS pixels of each block around in a deep network, as css/rows_deep.css

/** @typedef {{rail: number, name: number, narrow: boolean, rest: number, inset: number, zoom: number}} Rooms   name: 0 where it stands above its strip; inset: of each block around */

/** @param {number} width CSS pixels @param {{deep: boolean, lanes: number}} list  lanes: 0 without a rail @returns {Rooms} */
export function shareRoom(width, { deep, lanes }) {
  const most = width >= SIDE_BY_SIDE ? MOST_RAIL.wide : MOST_RAIL.narrow;
  const rail = lanes ? railWidth(lanes, most) + 8 : 0;
  const rest = width - rail;
  const narrow = rest < SIDE_BY_SIDE;
  const name = narrow ? 0 : Math.round(Math.min(300, rest * 0.42));
  return { rail, name, narrow, rest, inset: deep ? INDENT : 0, zoom: !deep && width >= ROOMY ? 1.4 : 1 };
}

/** What a row inside so many blocks has. @param {Rooms} rooms @param {number} depth @returns {BandRoom} */
export function roomAt({ rest, name, inset, zoom }, depth) {
  const around = inset * depth;
  return { rest: rest - around, strip: name ? rest - name : rest - around, zoom };
}
