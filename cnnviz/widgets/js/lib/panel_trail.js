// The reader's way through a network: from the unit that was opened, by terms, down to a pixel; and back. Knows no DOM.

/** @typedef {{name: string, at: number}} Stop  a unit: its node's name and its flat index */

export class Trail {
  /** @type {Stop[]} the first is where the reader began */ stops = [];

  /** Where the reader is. @returns {Stop | undefined} */
  get here() {
    return this.stops[this.stops.length - 1];
  }

  /** A new trail. @param {Stop} stop */
  begin(stop) {
    this.stops = [stop];
  }

  /** @param {Stop} stop one that the present one is made of */
  follow(stop) {
    this.stops = [...this.stops, stop];
  }

  /** Another unit of the same layer in the present one's place. @param {number} at */
  move(at) {
    if (this.here) this.stops = [...this.stops.slice(0, -1), { name: this.here.name, at }];
  }

  /** Back to a stop; those after it are forgotten. @param {number} index */
  backTo(index) {
    this.stops = this.stops.slice(0, Math.max(1, index + 1));
  }
}
