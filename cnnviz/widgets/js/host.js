// Shows every anywidget of a page that no kernel stands behind. The page holds the widgets' state as Jupyter embeds it,
// and one placeholder a view; cnnviz/page.py writes both, and joins these modules to a classic script, which also runs
// from file://.

import { wholeState } from "./lib/saved_bytes.js";
import { SavedModel } from "./lib/saved_model.js";

/** @import { SavedState } from "./lib/saved_bytes.js" */

/** @type {Record<string, SavedState>} */
const states = {};
const sources = /** @type {Record<string, string>} */ (/** @type {any} */ (window).anywidgetSources ?? {});
for (const script of document.querySelectorAll('script[type="application/vnd.jupyter.widget-state+json"]')) {
  Object.assign(states, JSON.parse(script.textContent ?? "{}").state);
}

/** Each model and each source is made once. @template T @param {(name: string) => Promise<T>} make */
function once(make) {
  /** @type {Record<string, Promise<T>>} */
  const made = {};
  return (/** @type {string} */ name) => (made[name] ??= make(name));
}

const moduleOf = once(async (name) => {
  const found = await import(URL.createObjectURL(new Blob([sources[name]], { type: "text/javascript" })));
  const widget = found.default ?? found;
  return typeof widget === "function" ? widget() : widget;
});

const modelNamed = once(async (/** @type {string} */ id) => {
  const saved = states[id];
  if (!saved) throw new Error("it needs a kernel: run this notebook to use it");
  const model = new SavedModel(await wholeState(saved), sources[saved.state._esm], modelOf);
  const widget = await moduleOf(model.state._esm);
  await widget.initialize?.({ model, signal: new AbortController().signal, experimental: {} });
  return model;
});

/**
 * A widget refers to another as "IPY_MODEL_" and its id.
 * @param {string} reference
 * @returns {Promise<SavedModel>}
 */
function modelOf(reference) {
  return modelNamed(reference.replace("IPY_MODEL_", ""));
}

/** @param {HTMLElement} el */
async function mount(el) {
  try {
    const model = await modelOf(String(el.dataset.anywidget));
    const widget = await moduleOf(model.state._esm);
    el.replaceChildren();
    await widget.render({ model, el, signal: new AbortController().signal, experimental: {} });
    el.dataset.mounted = "yes";
  } catch (error) {
    el.textContent = `This figure did not start: ${error instanceof Error ? error.message : error}.`;
    el.dataset.mounted = "failed";
    console.error("anywidget", el.dataset.anywidget, error);
  }
}

for (const el of document.querySelectorAll("[data-anywidget]")) mount(/** @type {HTMLElement} */ (el));
