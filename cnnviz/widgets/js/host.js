// Shows every anywidget of a page that no kernel stands behind: a classic script, so that it also runs from file://.
// The page holds the widgets' state as Jupyter embeds it, and one placeholder a view; cnnviz/page.py writes both.
(() => {
  /** @typedef {{path: (string | number)[], encoding: "base64", data: string}} Buffer */
  /** @typedef {{state: Record<string, any>, buffers?: Buffer[]}} Saved */

  /** @type {any} */ const page = window;
  /** @type {Map<string, Promise<any>>} */ const modules = new Map();
  /** @type {Map<string, Promise<Model>>} */ const models = new Map();

  // What anywidget promises a figure: get, set, on, off, save_changes, send; nobody answers behind it.
  class Model {
    /** @param {Record<string, any>} state */
    constructor(state) {
      this.state = state;
      /** @type {Map<string, Set<Function>>} */ this.listeners = new Map();
      this.widget_manager = { get_model: modelOf };
    }
    /** @param {string} name */
    get(name) {
      return this.state[name];
    }
    /** @param {string | Record<string, any>} name @param {any} [value] */
    set(name, value) {
      const changes = typeof name === "string" ? { [name]: value } : name;
      const changed = Object.keys(changes).filter((key) => this.state[key] !== changes[key]);
      Object.assign(this.state, changes);
      for (const key of changed) this.emit(`change:${key}`, changes[key]);
      if (changed.length) this.emit("change");
    }
    /** @param {string} event @param {any[]} values */
    emit(event, ...values) {
      for (const listener of [...(this.listeners.get(event) ?? [])]) listener(this, ...values);
    }
    /** @param {string} events @param {Function} listener */
    on(events, listener) {
      for (const event of events.split(/\s+/)) {
        this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
      }
    }
    /** @param {string} [events] @param {Function} [listener] */
    off(events, listener) {
      for (const event of events?.split(/\s+/) ?? [...this.listeners.keys()]) {
        if (listener) this.listeners.get(event)?.delete(listener);
        else this.listeners.delete(event);
      }
    }
    save_changes() {}
    send() {}
  }

  /** @param {Saved} saved */
  function restore({ state, buffers = [] }) {
    for (const { path, data } of buffers) {
      const holder = path.slice(0, -1).reduce((at, key) => at[key], state);
      // Copy: a widget may read 4-byte numbers, and a view's byteOffset must then be a multiple of 4.
      holder[path[path.length - 1]] = new DataView(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer);
    }
    return state;
  }

  /** @param {string} name the source's name in window.anywidgetSources */
  function moduleOf(name) {
    if (!modules.has(name)) {
      const address = URL.createObjectURL(new Blob([page.anywidgetSources[name]], { type: "text/javascript" }));
      const loaded = import(address).then((found) => found.default ?? found);
      modules.set(name, loaded.then((widget) => (typeof widget === "function" ? widget() : widget)));
    }
    return /** @type {Promise<any>} */ (modules.get(name));
  }

  /** @param {string} id @returns {Promise<Model>} */
  function modelOf(id) {
    if (!models.has(id)) models.set(id, load(id.replace("IPY_MODEL_", "")));
    return /** @type {Promise<Model>} */ (models.get(id));
  }

  /** @param {string} id */
  async function load(id) {
    const saved = states[id];
    if (!saved) throw new Error("it is not one that works without a kernel: run this notebook to use it");
    const model = new Model(restore(saved));
    const widget = await moduleOf(model.get("_esm"));
    await widget.initialize?.({ model, signal: new AbortController().signal, experimental: {} });
    return model;
  }

  /** @param {HTMLElement} el */
  async function mount(el) {
    try {
      const model = await modelOf(String(el.dataset.anywidget));
      const widget = await moduleOf(model.get("_esm"));
      el.replaceChildren();
      await widget.render({ model, el, signal: new AbortController().signal, experimental: {} });
      el.dataset.mounted = "yes";
    } catch (error) {
      el.textContent = `This figure did not start: ${error instanceof Error ? error.message : error}.`;
      el.dataset.mounted = "failed";
      console.error("anywidget", el.dataset.anywidget, error);
    }
  }

  /** @type {Record<string, Saved>} */ const states = {};
  for (const script of document.querySelectorAll('script[type="application/vnd.jupyter.widget-state+json"]')) {
    Object.assign(states, JSON.parse(script.textContent ?? "{}").state);
  }
  for (const el of document.querySelectorAll("[data-anywidget]")) mount(/** @type {HTMLElement} */ (el));
})();
