// Short plain text with `code` in it, as DOM nodes: what a question is written in. Never read as HTML.

/** @typedef {{code: boolean, text: string}} Run */
/** @typedef {{table: boolean, runs: Run[]}} Block   a paragraph, or lines to keep as they stand (indented by four spaces) */

/**
 * The blocks of a text: blank lines part them.
 * @param {string} text
 * @returns {Block[]}
 */
export function proseBlocks(text) {
  const parts = text.split(/\n\s*\n/).filter((part) => part.trim());
  return parts.map((part) => {
    const lines = part.replace(/^\n+|\s+$/g, "").split("\n");
    const table = lines.every((line) => line.startsWith("    "));
    if (table) return { table, runs: [{ code: true, text: lines.map((line) => line.slice(4)).join("\n") }] };
    return { table, runs: proseRuns(lines.map((line) => line.trim()).join(" ")) };
  });
}

/**
 * One line's runs: what stands between backticks is code. A backtick without a partner is a backtick.
 * @param {string} line
 * @returns {Run[]}
 */
export function proseRuns(line) {
  const parts = line.split(/`([^`]+)`/);
  return parts.map((text, k) => ({ code: k % 2 === 1, text })).filter(({ text }) => text);
}

/**
 * @param {Run[]} runs
 * @returns {Node[]}
 */
export function proseNodes(runs) {
  return runs.map(({ code, text }) => {
    if (!code) return document.createTextNode(text);
    const el = document.createElement("code");
    el.textContent = text;
    return el;
  });
}

/**
 * @param {Block[]} blocks
 * @returns {HTMLElement[]} a paragraph or a preformatted element each
 */
export function proseElements(blocks) {
  return blocks.map(({ table, runs }) => {
    const el = document.createElement(table ? "pre" : "p");
    el.append(...proseNodes(runs));
    return el;
  });
}
