// From a folder on disk a page may not fetch its neighbours: the search then shows titles without excerpts.
if (location.protocol === "file:" && typeof DOCUMENTATION_OPTIONS === "object") {
  DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
}

// docutils says that a bibliography is a list, and then gives it entries that are no list items.
document.addEventListener("DOMContentLoaded", () => {
  for (const list of document.querySelectorAll('.citation-list[role="list"]')) list.removeAttribute("role");
});

// The formulas' font is asked for before the first of them is laid out.
document.fonts?.load('16px "Book Math"');
