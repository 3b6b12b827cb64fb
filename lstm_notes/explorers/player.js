// A training that goes on by itself, in a worker or in the page: it plays and pauses, and takes new settings between
// updates. What trains is the subclass's own: make() begins a run, with `material` and `settings`; advance() makes an
// update; over() says that there is no going on; present() is what there is to show. The kernel's counterpart is Player in
// _live.py.

const AT_MOST = 3000; // updates until it pauses
const PACES = { slow: [1, 500], normal: [2, 1000 / 15], fast: [AT_MOST, 0] }; // updates and milliseconds of a frame

export class Player {
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
    const anew = this.restarts.some((name) => settings[name] !== this.settings[name]);
    this.settings = settings;
    if (anew) this.anew();
  }

  /** Another run, with the present settings; it goes on playing where it plays. */
  anew() {
    if (this.run) this.ghosts = this.left();
    this.run = this.make();
    this.show();
  }

  show() {
    this.tell({ ...this.present(), ghosts: this.ghosts, playing: this.#timer !== null });
  }

  play() {
    if (this.#timer !== null || this.over()) return;
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
    this.advance();
    this.pause();
  }

  reset() {
    this.pause();
    this.anew();
  }

  #go() {
    const begun = Date.now();
    const [pace, wait] = PACES[this.settings.speed];
    const updates = Math.min(pace, AT_MOST - this.#made);
    for (let k = 0; k < updates && (k === 0 || Date.now() - begun < this.slice); k++, this.#made++) this.advance();
    if (this.over() || this.#made >= AT_MOST) return this.pause();
    this.#timer = setTimeout(() => this.#go(), Math.max(wait - (Date.now() - begun), 0));
    this.show();
  }
}
