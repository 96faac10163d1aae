// Shows every anywidget of a page that no kernel stands behind: a classic script, so that it also runs from file://.
// The page holds the widgets' state as Jupyter embeds it, and one placeholder a view; cnnviz/page.py writes both.
(() => {
  const SLICE = 50; // milliseconds of unpacking, after which the page may paint and scroll
  /** @typedef {{path: (string | number)[], encoding?: string, size?: number, stride?: number, data: string}} Buffer */
  /** @typedef {{state: Record<string, any>, buffers?: Buffer[]}} Saved */
  /** @type {Record<string, Saved>} */
  const states = {};
  const sources = /** @type {Record<string, string>} */ (/** @type {any} */ (window).anywidgetSources ?? {});
  for (const script of document.querySelectorAll('script[type="application/vnd.jupyter.widget-state+json"]')) {
    Object.assign(states, JSON.parse(script.textContent ?? "{}").state);
  }

  // What anywidget promises a figure: get, set, on, off, save_changes, send. Nobody answers behind it.
  class Model {
    /** @param {Record<string, any>} state */
    constructor(state) {
      this.state = state;
      /** @type {Record<string, Set<Function>>} */
      this.listeners = {};
      this.widget_manager = { get_model: modelOf };
    }
    /** The page names a source where a kernel sends its text. @param {string} name */
    get(name) {
      return name === "_esm" ? sources[this.state._esm] : this.state[name];
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
      for (const listener of [...(this.listeners[event] ?? [])]) listener(this, ...values);
    }
    /** @param {string} events @param {Function} listener */
    on(events, listener) {
      for (const event of events.split(/\s+/)) (this.listeners[event] ??= new Set()).add(listener);
    }
    /** @param {string | null} [events] @param {Function | null} [listener] */
    off(events, listener) {
      for (const event of events?.split(/\s+/) ?? Object.keys(this.listeners)) {
        if (listener) this.listeners[event]?.delete(listener);
        else delete this.listeners[event];
      }
    }
    save_changes() {}
    send() {}
  }

  /** A state with its bytes at their places. @param {Saved} saved */
  async function wholeState({ state, buffers = [] }) {
    let turn = performance.now();
    for (const buffer of buffers) {
      if (performance.now() - turn > SLICE) {
        await new Promise((resolve) => setTimeout(resolve));
        turn = performance.now();
      }
      const holder = buffer.path.slice(0, -1).reduce((at, key) => at[key], state);
      holder[buffer.path[buffer.path.length - 1]] = new DataView(bytesOf(buffer).buffer);
    }
    return state;
  }

  /** In base64, as they are or compressed: cnnviz/_buffers.py tells how. @param {Buffer} buffer */
  function bytesOf({ encoding, size, stride = 0, data }) {
    const bytes = fromBase64(data);
    if (encoding !== "lzma") return bytes;
    const numbers = /** @type {any} */ (window).unpackLzma(bytes, size);
    for (let i = stride; stride && i < numbers.length; i++) numbers[i] += numbers[i - stride]; // modulo 256
    return numbers;
  }

  /** The browser's own way is ten times as fast, where there is one. @param {string} data @returns {Uint8Array} */
  function fromBase64(data) {
    const own = /** @type {any} */ (Uint8Array).fromBase64;
    if (own) return own.call(Uint8Array, data);
    const text = atob(data);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  /** Each model and each source is made once. @template T @param {(name: string) => Promise<T>} make */
  function once(make) {
    /** @type {Record<string, Promise<T>>} */
    const made = {};
    return (/** @type {string} */ name) => (made[name] ??= make(name));
  }

  const moduleOf = once(async (name) => {
    const found = await import(URL.createObjectURL(new Blob([sources[name]], { type: "text/javascript" })));
    const widget = found.default ?? found;
    return typeof widget === "function" ? widget() : widget;
  });

  const modelNamed = once(async (/** @type {string} */ id) => {
    const saved = states[id];
    if (!saved) throw new Error("it needs a kernel: run this notebook to use it");
    const model = new Model(await wholeState(saved));
    const widget = await moduleOf(model.state._esm);
    await widget.initialize?.({ model, signal: new AbortController().signal, experimental: {} });
    return model;
  });

  /** A widget refers to another as "IPY_MODEL_" and its id. @param {string} reference */
  function modelOf(reference) {
    return modelNamed(reference.replace("IPY_MODEL_", ""));
  }

  /** @param {HTMLElement} el */
  async function mount(el) {
    try {
      const model = await modelOf(String(el.dataset.anywidget));
      const widget = await moduleOf(model.state._esm);
      el.replaceChildren();
      await widget.render({ model, el, signal: new AbortController().signal, experimental: {} });
      el.dataset.mounted = "yes";
    } catch (error) {
      el.textContent = `This figure did not start: ${error instanceof Error ? error.message : error}.`;
      el.dataset.mounted = "failed";
      console.error("anywidget", el.dataset.anywidget, error);
    }
  }

  for (const el of document.querySelectorAll("[data-anywidget]")) mount(/** @type {HTMLElement} */ (el));
})();
