// The training that the training room shows where no kernel answers: what Run is in _run.py, to rounding the same
// numbers. What is random comes from Python: the start weights as they are, for every number of units, and the state of
// the generator that shuffles the windows, whose numbers are few enough to be drawn here (PCG64, O'Neill 2014).

import { Adam, Network, SGD, clip_by_global_norm, norm, parameters } from "./lstm.js";

const [BATCH, LONGEST, ROWS, HEAD, COLUMNS] = [32, 30, 300, 6, 7]; // as in _run.py
const [NEAR, MARKS, POINTS, GHOSTS, SHORT] = [20, 6, 100, 3, 10];

const [LOW, ALL, FACTOR] = [(1n << 64n) - 1n, (1n << 128n) - 1n, 0x2360ed051fc65da44385df649fccf645n];

/** NumPy's Generator, drawing from PCG64 with such a state. */
export class Order {
  constructor({ state, inc }) {
    Object.assign(this, { state: BigInt(state), inc: BigInt(inc), kept: null });
  }

  /** 64 random bits. */
  word() {
    this.state = (this.state * FACTOR + this.inc) & ALL;
    const [turn, mixed] = [this.state >> 122n, (this.state >> 64n) ^ (this.state & LOW)];
    return ((mixed >> turn) | (mixed << (64n - turn))) & LOW;
  }

  /** 32 of them: the lower half of 64, then the upper. */
  bits() {
    if (this.kept !== null) {
      const upper = this.kept;
      this.kept = null;
      return upper;
    }
    const word = this.word();
    this.kept = Number(word >> 32n);
    return Number(word & 0xffffffffn);
  }

  /** A number from 0 up to 1. */
  uniform() {
    return Number(this.word() >> 11n) / 2 ** 53;
  }

  /** Put 0, …, order.length − 1 into `order`, shuffled. */
  permute(order) {
    for (let k = 0; k < order.length; k++) order[k] = k;
    for (let k = order.length - 1; k > 0; k--) {
      const mask = 2 ** (32 - Math.clz32(k)) - 1;
      let other;
      do other = (this.bits() & mask) >>> 0;
      while (other > k);
      [order[k], order[other]] = [order[other], order[k]];
    }
  }
}

/** The state with which NumPy's default_rng(seed) begins, for a seed below 2³²: SeedSequence spreads its bits over a pool of
 *  four words (after O'Neill 2015, "Developing a seed_seq Alternative"), and PCG64 takes eight words of that. */
export function seeded(seed) {
  const fold = (value) => (value ^ (value >>> 16)) >>> 0;
  const mixer = (constant, factor) => (value) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, factor);
    return fold(Math.imul(mixed, constant));
  };
  const into = mixer(0x43b0d7e5, 0x931e8875);
  const pool = [seed, 0, 0, 0].map(into);
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (to === from) continue;
      pool[to] = fold(Math.imul(0xca01f9dd, pool[to]) - Math.imul(0x4973f715, into(pool[from])));
    }
  }
  const words = [...pool, ...pool].map(mixer(0x8b51f9dd, 0x58f38ded));
  const whole = (first) => [1, 0, 3, 2].reduce((sum, k) => (sum << 32n) | BigInt(words[first + k]), 0n);
  const inc = ((whole(4) << 1n) | 1n) & ALL;
  return { state: ((inc + whole(0)) * FACTOR + inc) & ALL, inc };
}

/** One training, measured after every update. `material` is what Python hands over: the scaled `series`, the day `start`
 *  from which nothing is trained on, `mean` and `scale` of the scaler, the `starts` of all units one after the other, and
 *  the `order`'s generator. */
export class Run {
  constructor({ series, start, mean, scale, starts, order }, { look_back, units, forget_bias, optimizer }) {
    let first = 0;
    for (let fewer = 1; fewer < units; fewer++) first += parameters(fewer);
    const weights = starts.slice(first, first + parameters(units));
    for (let k = units; k < 2 * units; k++) weights[k * (units + 2) + units + 1] = forget_bias;
    const later = Int32Array.from({ length: series.length - start }, (_, k) => start - look_back + k);
    const settings = { look_back, units, forget_bias, optimizer };
    Object.assign(this, { series, mean, scale, weights, later, units, look_back, settings });
    this.network = new Network(weights, units, look_back, BATCH);
    this.optimizer = optimizer === "Adam" ? new Adam(weights.length) : new SGD();
    this.generator = new Order(order);
    this.order = new Int32Array(start - look_back); // windows begin where they are numbered
    this.next = this.order.length; // in the order, of the batch that comes next
    this.slope = new Float64Array(BATCH); // ∂L/∂forecast
    this.forecast = new Float64Array(later.length);
    this.rows = new Float64Array((ROWS + 1) * COLUMNS);
    this.row = new Float64Array(COLUMNS);
    Object.assign(this, { update: 0, kept: 0, every: 1, acting: null, marks: [] });
    this.measure();
  }

  /** The settings that it was trained with, as far as it was. */
  get used() {
    return { ...this.settings, ...this.acting };
  }

  get epoch() {
    return this.update / Math.ceil(this.order.length / BATCH);
  }

  /** Whether a loss has left the range of the float32 numbers in which it is drawn. */
  get diverged() {
    return ![this.loss, this.validation].every((loss) => Number.isFinite(Math.fround(loss)));
  }

  /** One update with the batch at hand; nothing once the loss is no number any more. */
  step(learning_rate, clip_norm) {
    if (this.diverged) return;
    this.mark({ learning_rate, clip_norm });
    const { gradient } = this.network;
    if (clip_norm !== null) clip_by_global_norm(gradient, clip_norm);
    this.optimizer.update(this.weights, gradient, learning_rate);
    this.update += 1;
    this.measure();
  }

  /** Remember where a setting that acts at once was changed, once for a drag. */
  mark(acting) {
    for (const name of Object.keys(acting)) {
      if (acting[name] === (this.acting ?? acting)[name]) continue;
      const others = this.marks.filter(([update, other]) => other !== name || this.update - update > NEAR);
      this.marks = [...others, [this.update, name, acting[name]]].slice(-MARKS);
    }
    this.acting = acting;
  }

  measure() {
    const { network, order, later, row, slope, units } = this;
    if (this.next >= order.length) {
      this.generator.permute(order);
      this.next = 0;
    }
    const count = Math.min(BATCH, order.length - this.next);
    this.loss = this.error(order, this.next, count) / count;
    for (let b = 0; b < count; b++) slope[b] /= count;
    network.backward(slope, count);
    this.next += count;
    this.norm = norm(network.gradient);
    this.validation = 0;
    for (let first = 0; first < later.length; first += BATCH) {
      const some = Math.min(BATCH, later.length - first);
      this.validation += this.error(later, first, some);
      for (let b = 0; b < some; b++) this.forecast[first + b] = network.forecast[b];
    }
    this.validation /= later.length;
    row[0] = this.update;
    row[1] = this.loss;
    row[2] = this.validation;
    const block = units * (units + 2);
    for (let gate = 0; gate < 4; gate++) row[3 + gate] = norm(this.weights, gate * block, (gate + 1) * block);
    [row[3], row[4]] = [row[4], row[3]]; // f before i
    this.keep();
  }

  /** The sum of the squared errors of some windows' forecasts; `slope` is its gradient. */
  error(begins, first, count) {
    const forecast = this.network.forward(this.series, begins, first, count);
    let sum = 0;
    for (let b = 0; b < count; b++) {
      const difference = forecast[b] - this.series[begins[first + b] + this.look_back];
      this.slope[b] = 2 * difference;
      sum += difference ** 2;
    }
    return sum;
  }

  /** The row of this update, or every second, fourth, … of them. */
  keep() {
    const { rows, row } = this;
    if (this.update % this.every === 0) {
      rows.set(row, COLUMNS * this.kept);
      this.kept += 1;
    }
    if (this.kept <= ROWS) return;
    this.kept = Math.ceil(this.kept / 2);
    this.every *= 2;
    for (let k = 1; k < this.kept; k++) rows.copyWithin(COLUMNS * k, 2 * COLUMNS * k, 2 * COLUMNS * k + COLUMNS);
  }

  /** What the picture shows, as `present` and `curves` in _run.py together: one float32 array. */
  frame() {
    const { kept, rows, row, forecast, look_back, mean, scale } = this;
    const lacking = rows[COLUMNS * (kept - 1)] !== row[0];
    const curves = HEAD + 2 * LONGEST + forecast.length;
    const frame = new Float32Array(curves + COLUMNS * (kept + lacking)).fill(NaN, HEAD, HEAD + 2 * LONGEST);
    frame.set([this.update, this.epoch, this.loss, this.validation, this.norm, look_back]);
    this.network.by_step.forEach((values, k) => frame.set(values, HEAD + k * LONGEST));
    for (let k = 0; k < forecast.length; k++) frame[HEAD + 2 * LONGEST + k] = forecast[k] * scale + mean;
    frame.set(rows.subarray(0, COLUMNS * kept), curves);
    if (lacking) frame.set(row, curves + COLUMNS * kept);
    return frame;
  }
}

/** What stays of runs when another begins: `ghosts`, and of the run in `frame` its settings and the curve of its
 *  validation loss, and whether settings were `changed` on the way. Of long enough runs only, of each settings the last, and few. */
export function left(ghosts, frame, days, settings, changed) {
  const updates = frame[0];
  if (updates < SHORT) return ghosts;
  const first = HEAD + 2 * LONGEST + days;
  const count = (frame.length - first) / COLUMNS;
  const points = [];
  for (let row = 0; row < count; row += 1) {
    if (row % Math.ceil(count / POINTS) > 0 && row < count - 1) continue;
    const [update, loss] = [0, 2].map((k) => frame[first + COLUMNS * row + k]);
    if (Number.isFinite(loss)) points.push([update, Number(loss.toPrecision(4))]);
  }
  const same = (ghost) =>
    ghost.changed === changed && Object.entries(settings).every(([name, value]) => ghost.settings[name] === value);
  return [...ghosts.filter((ghost) => !same(ghost)), { settings, changed, points }].slice(-GHOSTS);
}
