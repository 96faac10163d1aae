// A page of nothing but a lab and what the picture's tools compute with it, for test_tools_maps.py.

import { readNodes, readPictures } from "./../../cnnviz/widgets/js/lib/explorer_graph.js";
import { Lab } from "./../../cnnviz/widgets/js/lib/lab.js";
import { mapByGradient, mapByOcclusion } from "./../../cnnviz/widgets/js/lib/tools_attribute.js";

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const ended = new AbortController();
  const [nodes, pictures] = [readNodes(model.get("nodes")), readPictures(model.get("images"))];
  const [scale, shift, classNames] = ["scale", "shift", "class_names"].map((trait) => model.get(trait));
  const lab = new Lab({ nodes, pictures, scale, shift, classNames, signal: ended.signal });
  const map = async (/** @type {any} */ method, /** @type {number} */ picture, /** @type {number | null} */ target, /** @type {any} */ detail, shown = picture) => {
    lab.show(pictures[shown], shown);
    lab.target = target;
    const made = method === "occlusion"
      ? await mapByOcclusion(lab, pictures[picture], detail, () => {}, ended.signal)
      : await mapByGradient(lab, method, detail);
    return made && { ...made, values: [...made.values] };
  };
  el.append("a lab");
  Object.assign(window, { map });
  return () => ended.abort();
}

export default { render };
