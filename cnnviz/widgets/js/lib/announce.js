// Words for a screen reader: polite, and not more than one sentence a second.

const PAUSE = 1000;

/**
 * @param {HTMLElement} parent
 * @param {AbortSignal} signal
 * @returns {(text: string) => void} says the latest text; what came in between is left out
 */
export function announcer(parent, signal) {
  const region = document.createElement("div");
  region.className = "cnnviz-hidden";
  region.setAttribute("aria-live", "polite");
  parent.append(region);
  let waiting = 0;
  let last = -Infinity;
  let latest = "";
  const speak = () => {
    waiting = 0;
    last = performance.now();
    if (region.textContent !== latest) region.textContent = latest;
  };
  signal.addEventListener("abort", () => clearTimeout(waiting), { once: true });
  return (text) => {
    latest = text;
    waiting ||= window.setTimeout(speak, Math.max(0, last + PAUSE - performance.now()));
  };
}
