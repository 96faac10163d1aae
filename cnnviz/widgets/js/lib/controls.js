// The parts that every figure's controls are made of: buttons with words, selects, fields with steps, a transport.

import { element } from "./element.js";

/**
 * @param {string} text
 * @param {() => void} pressed
 * @param {AbortSignal} signal
 * @param {string} [label] the full name, where the word alone is too little
 * @returns {HTMLButtonElement}
 */
export function button(text, pressed, signal, label) {
  const el = /** @type {HTMLButtonElement} */ (element("button", "cnnviz-button", text));
  el.type = "button";
  if (label) el.setAttribute("aria-label", label);
  el.addEventListener("click", pressed, { signal });
  return el;
}

/**
 * Buttons of which exactly one is on.
 * @param {string} label
 * @param {[value: string, text: string][]} options
 * @param {(value: string) => void} chosen
 * @param {AbortSignal} signal
 */
export function choice(label, options, chosen, signal) {
  const el = element("div", "cnnviz-choice");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", label);
  /** @type {Map<string, HTMLButtonElement>} */
  const buttons = new Map();
  for (const [value, text] of options) {
    const one = button(text, () => chosen(value), signal);
    buttons.set(value, one);
    el.append(one);
  }
  return {
    el,
    /** @param {string} value */
    show(value) {
      for (const [name, one] of buttons) one.setAttribute("aria-pressed", String(name === value));
    },
  };
}

/**
 * A select with its name beside it.
 * @param {string} label
 * @param {(value: string) => void} chosen
 * @param {AbortSignal} signal
 */
export function select(label, chosen, signal) {
  const el = element("label", "cnnviz-field", label);
  const box = document.createElement("select");
  el.append(box);
  box.addEventListener("change", () => chosen(box.value), { signal });
  let known = "";
  return {
    el,
    /** @param {[value: string, text: string][]} options @param {string} value */
    show(options, value) {
      const wanted = JSON.stringify(options);
      if (wanted !== known) box.replaceChildren(...options.map(([name, text]) => new Option(text, name)));
      known = wanted;
      box.value = value;
      el.hidden = options.length < 2;
    },
  };
}

/**
 * A field for one number or several, with a step down and up. `entered` returns what is wrong with the text, or "".
 * @param {string} label
 * @param {(text: string) => string} entered
 * @param {(by: number) => void} stepped
 * @param {AbortSignal} signal
 */
export function numberField(label, entered, stepped, signal) {
  const el = element("div", "cnnviz-field cnnviz-number");
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", label);
  const name = element("span", "", label);
  const input = document.createElement("input");
  input.setAttribute("aria-label", label);
  input.inputMode = "decimal";
  input.autocomplete = "off";
  const commit = () => {
    const wrong = entered(input.value);
    input.setCustomValidity(wrong);
    input.setAttribute("aria-invalid", String(wrong !== ""));
    input.title = wrong;
  };
  input.addEventListener("change", commit, { signal });
  const down = button("−", () => stepped(-1), signal, `${label} less`);
  const up = button("+", () => stepped(1), signal, `${label} more`);
  el.append(name, down, input, up);
  return {
    el,
    /** @param {string} text */
    show(text) {
      input.value = text;
      input.setCustomValidity("");
      input.removeAttribute("aria-invalid");
      input.title = "";
    },
  };
}

/**
 * @param {string} label
 * @param {(on: boolean) => void} changed
 * @param {AbortSignal} signal
 */
export function checkbox(label, changed, signal) {
  const el = element("label", "cnnviz-field cnnviz-check");
  const box = document.createElement("input");
  box.type = "checkbox";
  box.addEventListener("change", () => changed(box.checked), { signal });
  el.append(box, label);
  return {
    el,
    /** @param {boolean} on */
    show(on) {
      box.checked = on;
    },
  };
}

/**
 * @typedef {object} Transport
 * @property {HTMLElement} el
 * @property {HTMLElement} speed  the select, to stand where there is room
 * @property {(state: {cell: number, count: number, place: string, playing: boolean, speed: number}) => void} show
 */

const SPEEDS = [1, 2, 4, 10, 30, 100]; // cells a second

/**
 * First, back, play, on, last; a scrubber over all cells; where it is; how fast.
 * @param {{to: (cell: number) => void, by: (cells: number) => void, play: () => void, scrub: (cell: number) => void, speed: (value: number) => void, last: () => void}} does
 * @param {AbortSignal} signal
 * @returns {Transport}
 */
export function transport(does, signal) {
  const el = element("div", "cnnviz-transport");
  const play = button("play", does.play, signal);
  play.classList.add("is-main");
  const buttons = element("div", "cnnviz-buttons");
  buttons.append(
    button("first", () => does.to(0), signal, "first cell"),
    button("back", () => does.by(-1), signal, "one cell back"),
    play,
    button("on", () => does.by(1), signal, "one cell on"),
    button("last", does.last, signal, "last cell"),
  );
  const scrubber = document.createElement("input");
  scrubber.type = "range";
  scrubber.min = "0";
  scrubber.className = "cnnviz-scrubber";
  scrubber.setAttribute("aria-label", "cell");
  scrubber.addEventListener("input", () => does.scrub(Number(scrubber.value)), { signal });
  const where = element("span", "cnnviz-where cnnviz-quiet");
  const speed = select("speed", (value) => does.speed(Number(value)), signal);
  const slide = element("div", "cnnviz-slide");
  slide.append(scrubber, where);
  el.append(buttons, slide);
  return {
    el,
    speed: speed.el,
    show({ cell, count, place, playing, speed: rate }) {
      play.textContent = playing ? "pause" : "play";
      scrubber.max = String(Math.max(0, count - 1));
      scrubber.value = String(cell);
      scrubber.style.setProperty("--share", String(count > 1 ? cell / (count - 1) : 0));
      scrubber.setAttribute("aria-valuetext", place);
      where.textContent = place;
      const rates = [...new Set([...SPEEDS, rate])].sort((a, b) => a - b);
      speed.show(rates.map((value) => [String(value), `${value} / s`]), String(rate));
      for (const one of buttons.querySelectorAll("button")) one.disabled = count === 0;
      scrubber.disabled = count === 0;
    },
  };
}
