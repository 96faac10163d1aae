// Pictures that the reader brings: chosen as a file, dropped on the figure, or pasted.

import { button } from "./controls.js";
import { element } from "./element.js";
import { decodePicture } from "./tools_decode.js";

/**
 * @typedef {object} BringHost
 * @property {HTMLElement} root   where pictures are dropped and pasted
 * @property {{channels: number, height: number, width: number}} wanted
 * @property {(data: Uint8Array, name: string) => void} take
 * @property {(text: string) => void} say
 */

/**
 * @param {BringHost} host
 * @param {AbortSignal} signal
 * @returns {HTMLElement} its buttons, and a line that says where the picture stays
 */
export function bringTools(host, signal) {
  const el = element("div", "cnnviz-bring");
  const word = element("p", "cnnviz-quiet", "A picture that you bring stays in this page.");
  const tell = (/** @type {string} */ said) => {
    word.textContent = said;
    host.say(said);
  };
  const bring = async (/** @type {Blob | null | undefined} */ file) => {
    tell(file ? await bringOne(host, file, signal) : "There is no picture in what you brought. Nothing has changed.");
  };
  const refuse = () => tell("The browser keeps its clipboard from this page: press Ctrl+V with the focus in this figure.");
  const input = fileInput(bring, signal);
  const row = element("div", "cnnviz-choice");
  row.append(button("upload", () => input.click(), signal, "upload a picture; it stays in this page"));
  if ("read" in (navigator.clipboard ?? {})) row.append(button("paste", () => void readClipboard().then(bring, refuse), signal, "paste a picture"));
  el.append(row, input, word);
  listenForPaste(host.root, bring, signal);
  listenForDrop(host.root, bring, signal);
  return el;
}

/** @param {BringHost} host @param {Blob} file @param {AbortSignal} signal @returns {Promise<string>} what became of it */
async function bringOne({ wanted, take }, file, signal) {
  try {
    const data = await decodePicture(file, wanted);
    if (signal.aborted) return "";
    const name = "name" in file && typeof file.name === "string" ? file.name : "pasted picture";
    take(data, name);
    const grey = wanted.channels === 1 ? ", made grey" : "";
    return `${name}: its middle, ${wanted.height} × ${wanted.width}${grey}. It stays in this page.`;
  } catch (error) {
    return /** @type {Error} */ (error).message;
  }
}

/** @param {(file: File | undefined) => void} bring @param {AbortSignal} signal */
function fileInput(bring, signal) {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept: "image/*", hidden: true, tabIndex: -1 });
  input.setAttribute("aria-label", "a picture of your own");
  input.addEventListener("change", () => {
    if (input.files?.length) bring(input.files[0]);
    input.value = ""; // the same file again is a choice too
  }, { signal });
  return input;
}

/** @returns {Promise<Blob | null>} */
async function readClipboard() {
  for (const item of await navigator.clipboard.read()) {
    const type = item.types.find((one) => one.startsWith("image/"));
    if (type) return item.getType(type);
  }
  return null;
}

/** @param {HTMLElement} root @param {(file: File | undefined) => void} bring @param {AbortSignal} signal */
function listenForPaste(root, bring, signal) {
  root.addEventListener("paste", (event) => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith("image/"));
    const typing = /** @type {HTMLElement} */ (event.target).closest("input:not([type=range], [type=checkbox])");
    if (!file && typing) return;
    event.preventDefault();
    bring(file);
  }, { signal });
}

/** @param {HTMLElement} root @param {(file: File | undefined) => void} bring @param {AbortSignal} signal */
function listenForDrop(root, bring, signal) {
  const mark = (/** @type {boolean} */ on) => root.classList.toggle("is-drop", on);
  const over = (/** @type {DragEvent} */ event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    mark(true);
  };
  root.addEventListener("dragover", over, { signal });
  root.addEventListener("dragleave", () => mark(false), { signal });
  root.addEventListener("drop", (event) => {
    mark(false);
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    bring(event.dataTransfer.files[0]);
  }, { signal });
}
