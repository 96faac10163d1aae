// The network explorer: traits in, the reader's choices out.

import { ExplorerView } from "./lib/explorer_view.js";
import { serveLabIfWorker } from "./lib/lab_worker.js";
import { keepKeys } from "./lib/notebook.js";

const TRAITS = { nodes: "nodes", records: "records", compare: "compare", images: "images", classNames: "class_names", note: "note", scale: "scale", shift: "shift", background: "background", title: "title", image: "image", picture: "picture", shared: "shared", show: "show", precision: "precision", overlay: "overlay", target: "target" };

serveLabIfWorker();

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const ended = new AbortController();
  const state = Object.fromEntries(Object.entries(TRAITS).map(([name, trait]) => [name, model.get(trait)]));
  const view = new ExplorerView(el, /** @type {any} */ ({ ...state, source: model.get("_esm") ?? "" }), ended.signal, (changes) => {
    for (const [name, value] of Object.entries(changes)) model.set(name, value);
    model.save_changes();
  });
  keepKeys(el, ended.signal);
  const follow = (/** @type {"image" | "shared" | "precision" | "overlay" | "target"} */ name) => {
    const same = () => JSON.stringify(view.state[name]) === JSON.stringify(model.get(name));
    const changed = () => same() || view.set({ [name]: model.get(name) });
    model.on(`change:${name}`, changed);
    ended.signal.addEventListener("abort", () => model.off(`change:${name}`, changed), { once: true });
  };
  follow("image");
  follow("shared");
  follow("precision");
  follow("overlay");
  follow("target");
  return () => ended.abort();
}

export default { render };
