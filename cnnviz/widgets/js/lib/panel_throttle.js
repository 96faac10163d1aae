// Something that need not follow every stroke: at most so often, and always once after the last.

const APART = 120; // milliseconds

/** @param {() => void} work @param {AbortSignal} signal @returns {() => void} */
export function throttled(work, signal) {
  let waiting = 0;
  let last = -Infinity;
  const now = () => {
    waiting = 0;
    last = performance.now();
    work();
  };
  signal.addEventListener("abort", () => clearTimeout(waiting), { once: true });
  return () => {
    waiting ||= window.setTimeout(now, Math.max(0, last + APART - performance.now()));
  };
}
