// Plays steps at a speed; several at once where the screen is slower than the speed.

const FRAME = 1 / 30; // seconds: faster than this, a tick takes several steps

const MOTION = 200; // milliseconds; tokens.css has the same
const STILL = 150; // steps closer together than this do not slide

/** How long a step slides, in milliseconds. @param {number} speed steps a second while playing, else 0 */
export function slideTime(speed) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return 0;
  const apart = speed ? 1000 / speed : Infinity;
  return apart < STILL ? 0 : Math.min(MOTION, apart * 0.6);
}

export class Player {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {(steps: number) => boolean} step takes some steps; false at the end
   * @param {() => number} speed  steps a second
   * @param {(playing: boolean) => void} changed
   * @param {AbortSignal} signal
   */
  constructor(step, speed, changed, signal) {
    this.step = step;
    this.speed = speed;
    this.changed = changed;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  get playing() {
    return this.#timer !== undefined;
  }

  play() {
    if (this.playing) return;
    this.#schedule();
    this.changed(true);
  }

  pause() {
    if (!this.playing) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.changed(false);
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  #schedule() {
    const seconds = Math.max(FRAME, 1 / this.speed());
    this.#timer = setTimeout(() => {
      if (this.step(Math.max(1, Math.round(seconds * this.speed())))) this.#schedule();
      else this.pause();
    }, seconds * 1000);
  }
}
