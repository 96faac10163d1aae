// A list of buttons as one tab stop: arrows, Home and End go from one to the next.

const ROVE_STEPS = /** @type {Record<string, number>} */ ({ ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 });

/**
 * @param {HTMLElement} el  its buttons may come and go; call the result after they have
 * @param {AbortSignal} signal
 * @returns {(stop?: number) => void} makes one button the tab stop: the last that had it, or the one named
 */
export function rovingButtons(el, signal) {
  /** @returns {HTMLElement[]} */
  const buttons = () => [...el.querySelectorAll("button")];
  let current = 0;
  const settle = (stop = current) => {
    const all = buttons();
    current = Math.min(Math.max(0, stop), Math.max(0, all.length - 1));
    all.forEach((one, i) => (one.tabIndex = i === current ? 0 : -1));
  };
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const all = buttons();
    const now = all.indexOf(/** @type {HTMLElement} */ (event.target));
    const step = ROVE_STEPS[event.key];
    const to = { Home: 0, End: all.length - 1 }[event.key] ?? (step && now + step);
    if (now < 0 || to === undefined || !all[to] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    all[to].focus();
  };
  el.addEventListener("keydown", onKey, { signal });
  el.addEventListener("focusin", ({ target }) => settle(buttons().indexOf(/** @type {HTMLElement} */ (target))), { signal });
  return settle;
}

/**
 * Escape closes, wherever the focus is inside; first it ends what the stepper or an open field does with it.
 * @param {HTMLElement} el
 * @param {() => void} close
 * @param {AbortSignal} signal
 */
export function escapeCloses(el, close, signal) {
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const inside = /** @type {HTMLElement} */ (event.target);
    if (event.key !== "Escape" || inside.matches("input:not([type=range]), select")) return;
    if (inside.querySelector(".is-cursor:not(.is-off)")) return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  el.addEventListener("keydown", onKey, { signal, capture: true });
}
