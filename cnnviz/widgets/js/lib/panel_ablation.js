// Switching channels off, and what that does to the classes: before and after as a table.

import { button } from "./controls.js";
import { element } from "./element.js";
import { byProbability, sayPercent } from "./explorer_words.js";
import { ProbabilityTable } from "./panel_probabilities.js";
import { throttled } from "./panel_throttle.js";

/** @import { Lab } from "./lab.js" */

export class AblationView {
  #asked = 0;

  /** @param {Lab} lab @param {{say: (text: string) => void, restored: () => void}} hooks @param {AbortSignal} signal */
  constructor(lab, { say, restored }, signal) {
    this.lab = lab;
    this.say = say;
    this.restored = restored;
    this.signal = signal;
    this.el = element("div", "cnnviz-ablation");
    this.words = element("p", "");
    this.table = new ProbabilityTable("class probabilities, with everything on and with some switched off", ["all on", "now", "points"]);
    this.restore = button("restore all", () => this.#restore(), signal, "restore all: everything on again");
    this.el.append(this.words, this.table.el, this.restore);
    lab.on("run", throttled(() => void this.refresh(), signal), signal);
    void this.refresh();
  }

  /** The button goes with what it restores: the focus must not. */
  #restore() {
    this.lab.restoreAll();
    this.restored();
    this.say("Everything is on again.");
  }

  async refresh() {
    const { lab } = this;
    const off = offWords(lab);
    this.el.hidden = off === "";
    if (off === "") return;
    const asked = ++this.#asked;
    const before = lab.probabilities(await lab.runOn(lab.picture, {}));
    if (asked !== this.#asked || this.signal.aborted) return;
    const after = lab.probabilities();
    this.table.show(lab.classNames, before, after);
    this.words.textContent = `Switched off: ${off}.${before && after ? changeWords(lab.classNames, before, after) : ""}`;
    this.say(this.words.textContent);
    // Whoever switches here sees what it does, which may stand below the screen.
    if (this.el.parentElement?.contains(document.activeElement)) this.el.scrollIntoView({ block: "nearest" });
  }
}

/**
 * What is off, layer by layer.
 * @param {Lab} lab
 * @param {Set<string>} [but]  nodes that are told of elsewhere
 * @returns {string} "" where all is on
 */
export function offWords({ ablated, shapes }, but = new Set()) {
  const parts = [...ablated].filter(([name]) => !but.has(name)).map(([name, channels]) => {
    const all = channels.size === shapes.get(name)?.[1];
    return all ? `all of ${name}` : `${name} ${[...channels].sort((a, b) => a - b).join(", ")}`;
  });
  return parts.join("; ");
}

/** @param {string[]} classNames @param {ArrayLike<number>} before @param {ArrayLike<number>} after */
function changeWords(classNames, before, after) {
  const [first] = byProbability(before);
  const [now] = byProbability(after);
  if (first !== now) return ` The network now says ${classNames[now]}, ${sayPercent(after[now])}, and no longer ${classNames[first]}.`;
  return ` The network still says ${classNames[now]}: ${sayPercent(before[now])} before, ${sayPercent(after[now])} now.`;
}

/**
 * Switch channels of a layer off or on; the others stay as they are.
 * @param {Lab} lab
 * @param {string} name
 * @param {number[]} channels
 * @param {boolean} off
 */
export function switchChannels(lab, name, channels, off) {
  const now = new Set(lab.ablated.get(name));
  for (const channel of channels) {
    if (off) now.add(channel);
    else now.delete(channel);
  }
  lab.ablate(name, [...now]);
}
