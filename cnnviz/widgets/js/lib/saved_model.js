// What anywidget promises a figure: get, set, on, off, save_changes, send. Nobody answers behind it.

export class SavedModel {
  /**
   * @param {Record<string, any>} state
   * @param {string} source  the page names one where a kernel sends its text
   * @param {(reference: string) => Promise<SavedModel>} modelOf  the widgets that it refers to
   */
  constructor(state, source, modelOf) {
    this.state = state;
    this.source = source;
    /** @type {Record<string, Set<Function>>} */
    this.listeners = {};
    this.widget_manager = { get_model: modelOf };
  }

  /** @param {string} name */
  get(name) {
    return name === "_esm" ? this.source : this.state[name];
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
