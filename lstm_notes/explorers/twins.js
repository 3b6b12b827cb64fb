// Two trainings that differ in one bit, where no kernel answers: what Pair is in digits.py, with the same start weights and
// the same batches. In float64 the sums are made in another order than NumPy's; in float32 what is kept is float32, and a
// sum on its way is float64. So this page is another machine, and it says so.

import { Adam, Network, parameters } from "./lstm.js";
import { Player } from "./player.js";
import { Order } from "./run.js";

const [BATCH, TRAINED, ROWS, COLUMNS] = [32, 731, 300, 3]; // windows a batch, days of training; as in digits.py
const [SHORT, POINTS, GHOSTS] = [10, 100, 3];

/** Turn over one bit of the first number of a Float64Array or Float32Array; 0 is the last one. */
export function turnOver(numbers, bit) {
  const view = new DataView(numbers.buffer, numbers.byteOffset);
  view.setUint32(0, view.getUint32(0, true) ^ (1 << bit), true);
}

/** One pair. `material` is what Python hands over: the scaled `series`, both `starts` one after the other, and `fixed`. */
export class Pair {
  constructor({ series, starts, fixed }, { training, precision, bit }) {
    const { units, look_back, days, mean, scale, rates, order } = fixed;
    const kind = precision === "float32" ? Float32Array : Float64Array;
    const [size, first] = [parameters(units), training === "wild" ? parameters(units) : 0];
    const weights = [0, 1].map(() => kind.from(starts.subarray(first, first + size)));
    turnOver(weights[1], bit);
    const later = Int32Array.from({ length: days }, (_, k) => TRAINED - look_back + k);
    const settings = { training, precision, bit };
    Object.assign(this, { series, weights, later, look_back, mean, scale, settings, rate: rates[training] });
    this.networks = weights.map((each) => new Network(each, units, look_back, BATCH));
    this.optimizers = weights.map(() => new Adam(size, kind));
    this.slope = new kind(BATCH); // ∂L/∂forecast
    this.generator = new Order(order);
    this.order = new Int32Array(TRAINED - look_back); // windows begin where they are numbered
    this.next = this.order.length;
    Object.assign(this, { update: 0, rows: [], every: 1 });
    this.measure();
  }

  /** One update of both. */
  step() {
    const { order, series, slope, look_back } = this;
    if (this.next >= order.length) {
      this.generator.permute(order);
      this.next = 0;
    }
    const count = Math.min(BATCH, order.length - this.next);
    this.networks.forEach((network, k) => {
      const forecast = network.forward(series, order, this.next, count);
      for (let b = 0; b < count; b++) {
        const miss = forecast[b] - series[order[this.next + b] + look_back];
        slope[b] = (2 * miss) / count;
      }
      network.backward(slope, count);
      this.optimizers[k].update(this.weights[k], network.gradient, this.rate);
    });
    this.next += count;
    this.update += 1;
    this.measure();
  }

  measure() {
    const { series, later, mean, scale, weights } = this;
    const [one, other] = this.networks.map((network) =>
      Array.from(network.forward(series, later, 0, later.length).subarray(0, later.length), (z) => mean + scale * z),
    );
    this.pair = [one[0], other[0]];
    this.row = [this.update, furthest(...weights), furthest(one, other)];
    if (this.update % this.every === 0) this.rows.push(this.row);
    if (this.rows.length <= ROWS) return;
    this.rows = this.rows.filter((_, k) => k % 2 === 0);
    this.every *= 2;
  }

  /** The rows, the present one last. */
  curves() {
    return this.rows.at(-1) === this.row ? this.rows : [...this.rows, this.row];
  }

  frame() {
    return Float32Array.from(this.curves().flat());
  }
}

const furthest = (one, other) => one.reduce((most, value, k) => Math.max(most, Math.abs(value - other[k])), 0);

/** What stays of runs when another begins: `ghosts`, and of the run in `frame` its settings and how far apart its forecasts
 *  were. Of long enough runs only, of each settings the last, and few. */
export function left(ghosts, frame, settings) {
  const count = frame.length / COLUMNS;
  if (frame[COLUMNS * (count - 1)] < SHORT) return ghosts;
  const points = [];
  for (let row = 0; row < count; row++) {
    if (row % Math.ceil(count / POINTS) > 0 && row < count - 1) continue;
    points.push([frame[COLUMNS * row], Number(frame[COLUMNS * row + 2].toPrecision(3))]);
  }
  const same = (ghost) => Object.entries(settings).every(([name, value]) => ghost.settings[name] === value);
  return [...ghosts.filter((ghost) => !same(ghost)), { settings, points }].slice(-GHOSTS);
}

export class Training extends Player {
  restarts = ["training", "precision", "bit"]; // these settings begin another run

  make() {
    return new Pair(this.material, this.settings);
  }

  advance() {
    this.run.step();
  }

  over() {
    return false;
  }

  present() {
    return { frame: this.run.frame(), pair: this.run.pair };
  }

  left() {
    return left(this.ghosts, this.run.frame(), this.run.settings);
  }
}
