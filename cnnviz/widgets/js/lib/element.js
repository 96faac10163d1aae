// An element of a figure with its classes and its text.

/**
 * @param {string} tag
 * @param {string} name its classes
 * @param {string} [text]
 * @returns {HTMLElement}
 */
export function element(tag, name, text) {
  const el = document.createElement(tag);
  if (name) el.className = name;
  if (text !== undefined) el.textContent = text;
  return el;
}
