// The rail beside the rows, as a version control system draws its history: one lane a live tensor. Knows no DOM.

/** @typedef {{id: string, reads: string[]}} RailRow   reads: ids of rows before it, each once */
/**
 * @typedef {object} RailLine   a tensor between two rows that follow one another
 * @property {number} gap      the row that it leads to; it comes from the row before
 * @property {number} from     lane
 * @property {number} to
 * @property {number} source   the row whose output it is
 * @property {boolean} ends    in that row's dot; else it passes by
 */
/** @typedef {{dots: number[], lines: RailLine[], lanes: number}} Rail   dots: the lane of each row */

/**
 * A row takes over the lane of what it is the last to read. What is read on later moves aside, so that a way round a
 * block leaves the main way straight, and parallel branches stand side by side.
 * @param {RailRow[]} rows in order
 * @returns {Rail}
 */
export function railOf(rows) {
  const places = new Map(rows.map(({ id }, i) => [id, i]));
  const reads = rows.map((row) => row.reads.flatMap((id) => places.get(id) ?? []));
  const lastUse = lastUses(reads);
  /** @type {Map<number, number>} the lane of each tensor that is still read */
  const live = new Map();
  /** @type {RailLine[]} */
  const lines = [];
  const dots = rows.map((_, row) => {
    const before = new Map(live);
    for (const source of reads[row]) if (lastUse[source] === row) live.delete(source);
    const ending = reads[row].filter((source) => lastUse[source] === row);
    const lane = Math.min(...(ending.length ? ending : reads[row]).map((source) => before.get(source) ?? 0));
    const dot = reads[row].length ? lane : freeLane(live, 0);
    for (const [source, at] of live) if (at === dot) live.set(source, freeLane(live, dot + 1, before));
    for (const [source, from] of before) {
      const to = live.get(source);
      if (reads[row].includes(source)) lines.push({ gap: row, from, to: dot, source, ends: true });
      if (to !== undefined) lines.push({ gap: row, from, to, source, ends: false });
    }
    if (lastUse[row] > row) live.set(row, dot);
    return dot;
  });
  return { dots, lines, lanes: 1 + Math.max(0, ...dots, ...lines.map(({ to }) => to)) };
}

/** @param {number[][]} reads @returns {number[]} the last row that reads each row, or -1 */
function lastUses(reads) {
  const last = reads.map(() => -1);
  reads.forEach((sources, row) => {
    for (const source of sources) last[source] = row;
  });
  return last;
}

/** @param {Map<number, number>} live @param {number} least @param {Map<number, number>} [alsoTaken] */
function freeLane(live, least, alsoTaken = new Map()) {
  const taken = new Set([...live.values(), ...alsoTaken.values()]);
  let lane = least;
  while (taken.has(lane)) lane++;
  return lane;
}

/**
 * The rows of the rail: what each row reads of the others, whatever is folded into it.
 * @param {{id: string, first: number, last: number}[]} rows   together all nodes, in order
 * @param {{name: string, inputs: string[]}[]} nodes
 * @param {string} input  how nodes name the network's own input
 * @returns {RailRow[]} the input's row first
 */
export function railRows(rows, nodes, input) {
  /** @type {Map<string, string>} */
  const owners = new Map([[input, input]]);
  for (const { id, first, last } of rows) {
    for (let i = first; i <= last; i++) owners.set(nodes[i].name, id);
  }
  const readsOf = (/** @type {{id: string, first: number, last: number}} */ { id, first, last }) => {
    const sources = nodes.slice(first, last + 1).flatMap(({ inputs }) => inputs.map((name) => owners.get(name) ?? input));
    return [...new Set(sources)].filter((source) => source !== id);
  };
  return [{ id: input, reads: [] }, ...rows.map((row) => ({ id: row.id, reads: readsOf(row) }))];
}
