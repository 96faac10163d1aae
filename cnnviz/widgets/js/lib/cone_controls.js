// What changes a chain: which chain, which layer, its four numbers, a layer more or less.

import { CONE_FIELDS } from "./cone_chain.js";
import { button, numberField, select } from "./controls.js";
import { element } from "./element.js";

/** @import { ConeLayer } from "./cone_chain.js" */
/** @typedef {{chain: (name: string) => void, enter: (field: number, value: number) => string, step: (field: number, by: number) => void, add: () => void, drop: () => void, back: () => void}} ConeDoes */

/** @param {ConeDoes} does @param {AbortSignal} signal */
export function coneControls(does, signal) {
  const chains = select("chain", does.chain, signal);
  const top = element("div", "cnnviz-row");
  top.append(chains.el);
  const name = element("span", "cnnviz-cone-edited");
  const fields = CONE_FIELDS.map((label, field) => {
    const entered = (/** @type {string} */ text) => does.enter(field, text.trim() === "" ? NaN : Number(text));
    return numberField(label, entered, (by) => does.step(field, by), signal);
  });
  const row = element("div", "cnnviz-row cnnviz-cone-fields");
  row.append(name, ...fields.map(({ el }) => el));
  const add = button("add a layer", does.add, signal);
  const drop = button("remove this layer", does.drop, signal);
  const buttons = element("div", "cnnviz-row");
  buttons.append(add, drop, button("start again", does.back, signal));
  return {
    top,
    fields: row,
    buttons,
    /** @param {{names: string[], name: string, layers: ConeLayer[], edited: number, most: number}} state */
    show({ names, name: chosen, layers, edited, most }) {
      chains.show(names.map((one) => [one, one]), chosen);
      top.hidden = names.length < 2;
      name.textContent = `layer ${edited}`;
      fields.forEach((field, k) => field.show(`${layers[edited - 1][k]}`));
      add.disabled = layers.length >= most;
      drop.disabled = layers.length < 2;
    },
  };
}
