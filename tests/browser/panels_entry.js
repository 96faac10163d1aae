// A page of nothing but the panels: what the shell of the explorer gives them, and nothing that it draws itself.

import { readNodes, readPictures } from "./../../cnnviz/widgets/js/lib/explorer_graph.js";
import { Lab } from "./../../cnnviz/widgets/js/lib/lab.js";
import { mountChannels } from "./../../cnnviz/widgets/js/lib/panel_channels.js";
import { mountCompare } from "./../../cnnviz/widgets/js/lib/panel_compare.js";
import { mountUnitPanel } from "./../../cnnviz/widgets/js/lib/panel_unit.js";
import { PRECISIONS, rounded } from "./../../cnnviz/widgets/js/lib/precision.js";
import { fromTrait, tensor } from "./../../cnnviz/widgets/js/lib/tensor.js";
import { followTheme } from "./../../cnnviz/widgets/js/lib/theme.js";

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const ended = new AbortController();
  const { signal } = ended;
  const records = Object.entries(model.get("records")).map(([name, packed]) => [name, fromTrait(packed)]);
  const lab = new Lab({
    nodes: readNodes(model.get("nodes")),
    pictures: readPictures(model.get("images")),
    scale: model.get("scale"),
    shift: model.get("shift"),
    classNames: model.get("class_names"),
    records: records.length ? Object.fromEntries(records) : undefined,
    signal,
  });
  const root = document.createElement("section");
  root.className = "cnnviz";
  const start = document.createElement("button");
  start.textContent = "start";
  root.append(start);
  followTheme(root, () => {}, signal);
  const panel = (/** @type {string} */ name) => {
    const place = document.createElement("section");
    place.dataset.panel = name;
    root.append(place);
    return place;
  };
  el.append(root);
  /** @type {[string, ...any[]][]} */
  const told = [];
  const unit = mountUnitPanel(panel("unit"), lab, { moved: (stop) => told.push(["moved", stop]) }, signal);
  lab.show(lab.pictures[0], 0);
  const channels = (/** @type {string} */ name) => {
    const hooks = { open: unit.open, closed: (/** @type {string} */ layer) => told.push(["closed", layer]) };
    return mountChannels(panel("channels"), lab, name, hooks, signal);
  };
  const others = readNodes(model.get("others"));
  const params = others.length ? Object.fromEntries(others.map((node) => [node.name, node.params])) : undefined;
  const compare = (precision = "") => {
    const chosen = (/** @type {string} */ now) => told.push(["rounded", now]);
    return mountCompare(panel("compare"), lab, { params, label: "halved weights", precision, rounded: chosen }, signal);
  };
  /** Every precision's numbers. @param {number[]} shape @param {number[]} values */
  const roundAll = (shape, values) =>
    Object.fromEntries(PRECISIONS.map((precision) => [precision, [...rounded(tensor(shape, values), precision).data]]));
  Object.assign(window, { lab, unit, channels, compare, roundAll, told, end: () => ended.abort() });
  return () => ended.abort();
}

export default { render };
