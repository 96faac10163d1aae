// Which theme the page is in, whoever the host is, and a call when the reader switches it.

const THEME_ATTRIBUTES = ["data-theme", "data-jp-theme-light", "data-vscode-theme-kind", "theme", "class"];

/** @returns {boolean} whether the page around the figure is dark */
function isDark() {
  const root = document.documentElement;
  const body = document.body;
  const named = root.dataset.theme ?? root.getAttribute("theme"); // Jupyter Book and Sphinx; Colab
  if (named === "dark" || named === "light") return named === "dark";
  if (body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false"; // JupyterLab and Notebook 7
  const kind = body.dataset.vscodeThemeKind; // VS Code
  if (kind) return kind.includes("dark") || kind === "vscode-high-contrast";
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

/**
 * Keep `el` in the page's theme: sets the class that tokens.css reads, then calls `changed` now and at every switch.
 * A notebook may draw a figure before it stands in the page, where no token has a colour: then again once it does.
 * @param {HTMLElement} el
 * @param {() => void} changed
 * @param {AbortSignal} signal
 */
export function followTheme(el, changed, signal) {
  /** @type {boolean | undefined} */
  let shown;
  let begun = false;
  const update = () => {
    const dark = isDark();
    if (dark === shown || (begun && !el.isConnected)) return;
    begun = true;
    if (el.isConnected) shown = dark;
    el.classList.toggle("cnnviz-dark", dark);
    changed();
  };
  const observer = new MutationObserver(update);
  for (const node of [document.documentElement, document.body]) {
    observer.observe(node, { attributes: true, attributeFilter: THEME_ATTRIBUTES });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", update, { signal });
  const placed = new ResizeObserver(update);
  placed.observe(el);
  signal.addEventListener("abort", () => [observer, placed].forEach((one) => one.disconnect()), { once: true });
  update();
}
