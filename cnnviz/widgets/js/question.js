// One question with its options: predicted and locked before the figure shows it, or recalled with every option explained.

import { keepKeys, uniqueName } from "./lib/notebook.js";
import { proseBlocks, proseElements, proseNodes, proseRuns } from "./lib/prose.js";
import { followTheme } from "./lib/theme.js";

/** @typedef {{text: string, why: string, right: boolean}} Option */

const WORDS = {
  predict: { name: "Predict", commit: "lock my answer" },
  recall: { name: "Recall", commit: "check" },
};

/** The answer that this browser keeps; a page may be refused its storage, then it is kept until the page is left. */
const kept = {
  /** @param {string} id @returns {string | null} */
  read(id) {
    try {
      return localStorage.getItem(`cnnviz:answer:${id}`);
    } catch {
      return null;
    }
  },
  /** @param {string} id @param {string} text */
  write(id, text) {
    try {
      localStorage.setItem(`cnnviz:answer:${id}`, text);
    } catch {
      // Refused, or full: the answer stands in the model, and the event has gone out.
    }
  },
};

class QuestionFigure {
  /** @type {HTMLInputElement[]} */ radios = [];
  /** @type {HTMLElement[]} */ marks = [];

  /** @param {{model: any, el: HTMLElement, signal: AbortSignal}} context */
  constructor({ model, el, signal }) {
    this.model = model;
    this.id = String(model.get("question"));
    this.predict = model.get("kind") === "predict";
    /** @type {Option[]} */
    this.options = model.get("options");
    this.words = this.predict ? WORDS.predict : WORDS.recall;
    this.group = uniqueName("question");
    this.form = document.createElement("form");
    this.commit = this.#button(this.words.commit);
    this.compare = this.#button("compare");
    this.feedback = document.createElement("div");
    this.root = this.#build();
    el.append(this.root);
    this.#listen(signal);
    followTheme(this.root, () => {}, signal);
    this.#restore();
    this.show();
  }

  #build() {
    const root = document.createElement("section");
    root.className = "cnnviz cnnviz-question";
    root.dataset.kind = this.predict ? "predict" : "recall";
    const blocks = proseBlocks(this.model.get("prompt"));
    const asked = blocks.pop();
    const title = document.createElement("p");
    const chapter = this.model.get("chapter");
    title.className = "cnnviz-question-kind";
    title.append(this.words.name, ...(chapter ? [` · from the chapter ${chapter}`] : []));
    const fieldset = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.append(...proseNodes(asked?.runs ?? []));
    fieldset.append(legend, ...this.options.map((option, k) => this.#option(option, k)));
    const foot = document.createElement("div");
    foot.className = "cnnviz-question-foot";
    this.feedback.className = "cnnviz-question-feedback";
    this.feedback.setAttribute("role", "status");
    foot.append(this.commit, this.feedback, this.compare);
    this.form.append(fieldset, foot);
    root.append(title, ...proseElements(blocks), this.form);
    root.setAttribute("aria-label", title.textContent ?? "");
    return root;
  }

  /** @param {Option} option @param {number} index */
  #option({ text }, index) {
    const label = document.createElement("label");
    label.className = "cnnviz-option";
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = this.group;
    radio.value = String(index);
    const words = document.createElement("span");
    words.append(...proseNodes(proseRuns(text)));
    const mark = document.createElement("span");
    mark.className = "cnnviz-option-mark";
    this.radios.push(radio);
    this.marks.push(mark);
    label.append(radio, words, mark);
    return label;
  }

  /** @param {string} text */
  #button(text) {
    const el = document.createElement("button");
    el.type = "button";
    el.className = "cnnviz-button";
    el.textContent = text;
    return el;
  }

  /** @param {AbortSignal} signal */
  #listen(signal) {
    // Nothing is submitted: a frame that a host has sandboxed may not.
    const commit = () => this.#answer(this.radios.findIndex((radio) => radio.checked));
    const entered = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Enter" || event.target === this.commit || event.target === this.compare) return;
      event.preventDefault();
      commit();
    };
    this.commit.addEventListener("click", commit, { signal });
    this.form.addEventListener("keydown", entered, { signal });
    this.compare.addEventListener("click", () => this.#set({ revealed: true }), { signal });
    const show = () => this.show();
    this.model.on("change:answer change:revealed", show);
    signal.addEventListener("abort", () => this.model.off("change:answer change:revealed", show), { once: true });
  }

  /** @param {number} index */
  #answer(index) {
    if (index < 0) {
      this.feedback.textContent = "Choose an option first.";
      return;
    }
    if (this.predict && this.model.get("answer") >= 0) return;
    const here = this.form.contains(document.activeElement);
    this.#set({ answer: index });
    if (!this.predict) return;
    kept.write(this.id, this.options[index].text);
    this.#tell();
    if (here) this.compare.focus(); // the button that had the focus is gone
  }

  /** @param {Record<string, any>} changes */
  #set(changes) {
    for (const [name, value] of Object.entries(changes)) this.model.set(name, value);
    this.model.save_changes();
  }

  /** A prediction made earlier, in this browser or in this notebook, stands. */
  #restore() {
    if (!this.predict) return;
    if (this.model.get("answer") < 0) {
      const text = kept.read(this.id);
      const index = this.options.findIndex((option) => option.text === text);
      if (index >= 0) this.#set({ answer: index });
    }
    if (this.model.get("answer") >= 0) this.#tell();
  }

  /** Figures that wait for this answer listen on the document. */
  #tell() {
    document.dispatchEvent(new CustomEvent("cnnviz:answered", { detail: { id: this.id } }));
  }

  show() {
    const answer = this.model.get("answer");
    const answered = answer >= 0;
    const locked = this.predict && answered;
    const explained = this.predict ? answered && this.model.get("revealed") : answered;
    this.root.classList.toggle("is-locked", locked);
    if (answered) this.radios[answer].checked = true;
    this.radios.forEach((radio, k) => (radio.disabled = locked && k !== answer));
    this.commit.hidden = locked;
    this.compare.hidden = !locked || explained;
    this.options.forEach(({ right }, k) => this.#mark(k, { chosen: k === answer, right, explained }));
    this.feedback.replaceChildren(...(answered ? this.#words(answer, explained) : []));
  }

  /** @param {number} index @param {{chosen: boolean, right: boolean, explained: boolean}} state */
  #mark(index, { chosen, right, explained }) {
    const known = explained && (chosen || (this.predict && right));
    const verdict = known ? (right ? "✓ right" : "✗ not this") : "";
    const mine = this.predict && chosen ? "your answer" : "";
    this.marks[index].textContent = [verdict, mine].filter(Boolean).join(" · ");
    this.marks[index].classList.toggle("is-wrong", known && !right);
    this.marks[index].parentElement?.classList.toggle("is-chosen", chosen);
  }

  /** @param {number} answer @param {boolean} explained */
  #words(answer, explained) {
    if (!explained) return proseElements(proseBlocks("Locked. Look at what happens, then compare."));
    const { right, why } = this.options[answer];
    const truth = this.options.find((option) => option.right);
    const told = right ? [`Right. ${why}`] : [`Not this. ${why}`];
    if (!right && this.predict && truth) told.push(`What is right: ${truth.text}. ${truth.why}`);
    return proseElements(proseBlocks(told.join("\n\n")));
  }
}

/** @param {{model: any, el: HTMLElement}} context */
function render({ model, el }) {
  const controller = new AbortController();
  const figure = new QuestionFigure({ model, el, signal: controller.signal });
  keepKeys(el, controller.signal);
  return () => {
    controller.abort();
    figure.root.remove();
  };
}

export default { render };
