// What a figure owes the notebook around it: JupyterLab, Notebook, VS Code, where every figure has its own copy of our code.

const COUNT = Symbol.for("cnnviz.names"); // on the document: a module's own variable would begin anew with every figure

/**
 * A name for an id, or for a group of radio buttons, that no other figure of the page has.
 * @param {string} what
 * @returns {string}
 */
export function uniqueName(what) {
  const page = /** @type {{[COUNT]?: number}} */ (/** @type {unknown} */ (document));
  page[COUNT] = (page[COUNT] ?? 0) + 1;
  return `cnnviz-${what}-${page[COUNT]}`;
}

/**
 * A notebook acts on plain keys wherever its focus is: arrows go to the next cell, "d d" deletes one. A figure's keys
 * stay in the figure; with Ctrl, Alt or the command key they are still the notebook's (save, for one).
 * @param {HTMLElement} el
 * @param {AbortSignal} signal
 */
export function keepKeys(el, signal) {
  const keep = (/** @type {KeyboardEvent} */ event) => {
    if (!event.ctrlKey && !event.altKey && !event.metaKey) event.stopPropagation();
  };
  el.addEventListener("keydown", keep, { signal });
}
