// A run that goes on by itself, in a worker or in the page: it plays and pauses, and takes new settings between updates.
// The kernel's counterpart is TrainingRoom itself.

import { Run, left } from "./run.js";

const ANEW = ["look_back", "units", "forget_bias", "optimizer"]; // these settings begin another run
const AT_MOST = 3000; // updates until it pauses
const PACES = { slow: [1, 500], normal: [2, 1000 / 15], fast: [AT_MOST, 0] }; // updates and milliseconds of a frame

export class Training {
  #timer = null;
  #made = 0; // updates since it plays

  /** `tell` is called with what there is to show; `slice` is how many milliseconds it trains before it looks up. */
  constructor(tell, slice) {
    Object.assign(this, { tell, slice });
  }

  /** One of the verbs below, with what belongs to it. */
  hear([verb, ...given]) {
    this[verb](...given);
  }

  begin(material, settings, ghosts) {
    Object.assign(this, { material, settings, ghosts });
    this.anew();
  }

  set(settings) {
    const anew = ANEW.some((name) => settings[name] !== this.settings[name]);
    this.settings = settings;
    if (anew) this.anew();
  }

  /** Another run, with the present settings; it goes on playing where it plays. */
  anew() {
    const { run, material, settings } = this;
    if (run) this.ghosts = left(this.ghosts, run.frame(), run.forecast.length, run.used);
    this.run = new Run(material, settings);
    this.show();
  }

  show() {
    const { run, ghosts } = this;
    this.tell({ frame: run.frame(), marks: run.marks, ghosts, playing: this.#timer !== null });
  }

  play() {
    if (this.#timer !== null || this.run.diverged) return;
    this.#made = 0;
    this.#timer = setTimeout(() => this.#go(), 0);
    this.show();
  }

  pause() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.show();
  }

  step() {
    this.#update();
    this.pause();
  }

  reset() {
    this.pause();
    this.anew();
  }

  #update() {
    const { learning_rate, clipping, clip_norm } = this.settings;
    this.run.step(learning_rate, clipping === "on" ? clip_norm : null);
  }

  #go() {
    const begun = Date.now();
    const [pace, wait] = PACES[this.settings.speed];
    const updates = Math.min(pace, AT_MOST - this.#made);
    for (let k = 0; k < updates && (k === 0 || Date.now() - begun < this.slice); k++, this.#made++) this.#update();
    if (this.run.diverged || this.#made >= AT_MOST) return this.pause();
    this.#timer = setTimeout(() => this.#go(), Math.max(wait - (Date.now() - begun), 0));
    this.show();
  }
}
