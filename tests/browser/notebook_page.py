"""A page that shows figures as a notebook does: each from its own copy of the code, drawn before it is in the page."""

from typing import Any

import anywidget
import traitlets
from ipywidgets import widget_serialization


class Notebook(anywidget.AnyWidget):
    """Its cells are other widgets. In the page, `notebook.open(i)` adds a view of a cell, `close()` the newest away.

    `notebook.keys` has what reached the page, as JupyterLab hears it: at the document, when everything else has.
    """

    _esm = """
    export default {
      async render({ model, el }) {
        const views = [];
        const cells = await Promise.all(model.get("cells").map(async (name) => {
          const cell = await model.widget_manager.get_model(name);
          const source = new Blob([cell.get("_esm")], { type: "text/javascript" });
          return { cell, widget: (await import(URL.createObjectURL(source))).default };
        }));
        const notebook = {
          keys: [],
          models: cells.map(({ cell }) => cell),
          async open(i, before = true) {
            const output = document.createElement("div");
            if (!before) el.append(output);
            const { cell, widget } = cells[i];
            views.push({ output, ended: await widget.render({ model: cell, el: output }) });
            if (before) el.append(output);
            await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
          },
          close() {
            const { output, ended } = views.pop();
            ended();
            output.remove();
          },
          outputs: () => views.map(({ output }) => output),
        };
        document.addEventListener("keydown", ({ key }) => notebook.keys.push(key));
        window.notebook = notebook;
        el.append("A notebook");
      },
    };
    """
    cells = traitlets.List(traitlets.Instance(anywidget.AnyWidget)).tag(sync=True, **widget_serialization)


def notebook(*cells: Any) -> Notebook:
    return Notebook(cells=list(cells))
