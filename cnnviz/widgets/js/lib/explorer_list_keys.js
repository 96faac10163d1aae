// The keys of the rows: from row to row, open and fold, back from a layer's units to its row.

/** @import { LayerList, ListRow } from "./explorer_list.js" */

/** @param {LayerList} list @param {ListRow | undefined} row that has the focus @param {KeyboardEvent} event */
export function onRowKey(list, row, event) {
  if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
  const onName = event.target === row.name;
  if (!onName && event.target !== row.band?.sheet?.element) return;
  if (event.key === "x") row.off.pressed?.();
  const down = { PageUp: -1, PageDown: 1, ...(onName ? { ArrowUp: -1, ArrowDown: 1 } : {}) }[event.key];
  if (down) list.go(row, down);
  else if (onName) {
    if (!onNameKey(list, row, event.key)) return;
  } else if (event.key === "Escape") row.name.focus();
  else return;
  event.preventDefault();
}

/** @param {LayerList} list @param {ListRow} row @param {string} key @returns {boolean} whether it means something */
function onNameKey(list, row, key) {
  const folded = row.band !== null && row.band.view !== "maps";
  if (key === "ArrowRight" && folded) list.toggle(row, true);
  else if (key === "ArrowLeft" && !folded) list.toggle(row, true);
  else if (key === "ArrowLeft") list.focusRow(headAround(list, row));
  else if (key === "Home") list.focusRow(list.rows[0]);
  else if (key === "End") list.focusRow(list.rows[list.rows.length - 1]);
  else return false;
  return true;
}

/** The head of the block that a row lies in. @param {LayerList} list @param {ListRow} row */
function headAround({ rows }, { block }) {
  return rows.findLast(({ band, block: { first, last } }) => !band && first <= block.first && block.last <= last);
}
