// An output stays veiled until the reader has answered the question that asks for it, or asks to see it anyway.

import { button } from "./controls.js";
import { element } from "./element.js";

/**
 * @param {string} question  its id; "": nothing is veiled
 * @param {(veiled: boolean) => void} changed  called now, and when the veil falls
 * @param {AbortSignal} signal
 * @param {string} [what]  what the answer brings
 * @returns {HTMLElement | null} what stands in the output's place meanwhile
 */
export function veil(question, changed, signal, what = "the output is shown") {
  if (!question || answeredBefore(question)) {
    changed(false);
    return null;
  }
  const el = element("div", "cnnviz-veil");
  let lifted = false;
  const lift = () => {
    if (lifted) return;
    lifted = true;
    el.remove();
    changed(false);
  };
  el.append(element("p", "", `Answer the question above first: then ${what}.`), button("show it anyway", lift, signal));
  document.addEventListener(
    "cnnviz:answered",
    (event) => {
      if (/** @type {CustomEvent} */ (event).detail?.id === question) lift();
    },
    { signal },
  );
  // The question may stand in another frame: Colab has one for each output.
  window.addEventListener("storage", () => answeredBefore(question) && lift(), { signal });
  changed(true);
  return el;
}

/** @param {string} question */
function answeredBefore(question) {
  try {
    return localStorage.getItem(`cnnviz:answer:${question}`) !== null;
  } catch {
    return false; // a page may be refused its storage: then the reader answers again
  }
}
