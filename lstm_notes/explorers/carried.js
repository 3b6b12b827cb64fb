// The long memory's training where no kernel answers: what Carried is in long_memory.py, with the same start weights, the
// same tasks and the same network. The windows are others: how NumPy draws normal numbers would be more code than the
// training.

import { Adam, Network, clip_by_global_norm, parameters } from "./lstm.js";
import { Player } from "./player.js";
import { Order } from "./run.js";

const [BATCH, LAST, SHARE, LEARNING_RATE, CLIP_NORM] = [32, 25, 0.1, 0.02, 1]; // as in long_memory.py and its studies
const [POINTS, GHOSTS] = [100, 3];
const FEATURES = { recall: 1, adding: 2 };

/** Numbers between 0 and 1, and what follows from them. */
export class Chance {
  constructor(order) {
    this.order = new Order(order);
  }

  uniform() {
    return this.order.bits() / 2 ** 32;
  }

  whole(least, below) {
    return least + Math.floor(this.uniform() * (below - least));
  }

  /** Box and Muller's. */
  normal() {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }
}

/** `windows` of a task, as studies/tasks.py has them: x (windows · look_back · features), y (windows). */
export function draw(task, windows, look_back, chance) {
  const features = FEATURES[task];
  const x = new Float64Array(windows * look_back * features);
  const y = new Float64Array(windows);
  for (let b = 0; b < windows; b++) {
    const first = b * look_back;
    if (task === "recall") {
      for (let t = 1; t < look_back; t++) x[first + t] = 0.2 * chance.normal();
      x[first] = y[b] = chance.uniform() < 0.5 ? -1 : 1;
    } else {
      for (let t = 0; t < look_back; t++) x[2 * (first + t)] = chance.uniform();
      const half = Math.floor(look_back / 2);
      for (const t of [chance.whole(0, half), chance.whole(half, look_back)]) {
        x[2 * (first + t) + 1] = 1;
        y[b] += x[2 * (first + t)];
      }
    }
  }
  return [x, y];
}

/** One training. `material` is what Python hands over: the `starts` of both tasks one after the other, their `units`, what
 *  `guessing` scores, the state of a generator, `order`, and the window that is shown as long as it fits. */
export class Carried {
  constructor({ starts, units: all, guessing, order, window }, { task, look_back, start, forget_bias }) {
    const [units, features] = [all[task], FEATURES[task]];
    const first = task === "recall" ? 0 : parameters(all.recall, FEATURES.recall);
    const weights = starts.slice(first, first + parameters(units, features));
    const chance = new Chance(order);
    const columns = units + features + 1;
    for (let k = 0; k < units; k++) {
      const [b_i, b_f] = [k, units + k].map((row) => row * columns + columns - 1);
      weights[b_f] = forget_bias;
      if (start === "forget bias") continue;
      weights[b_f] = Math.log(1 + chance.uniform() * (look_back - 2));
      weights[b_i] = -weights[b_f];
    }
    const settings = { task, look_back, start: start === "chrono" ? start : forget_bias };
    Object.assign(this, { task, look_back, units, features, weights, chance, settings, guessing: guessing[task] });
    this.network = new Network(weights, units, look_back, BATCH, features);
    this.optimizer = new Adam(weights.length);
    this.begins = Int32Array.from({ length: BATCH }, (_, b) => b * look_back);
    this.slope = new Float64Array(BATCH); // ∂L/∂forecast
    const drawn = draw(task, 1, look_back, chance);
    this.window = window.task === task && window.look_back === look_back ? window.values : drawn;
    this.losses = [];
    this.solved = 0;
    this.measure();
  }

  /** One update, and the loss of the batch that comes next. */
  step() {
    const { gradient } = this.network;
    clip_by_global_norm(gradient, CLIP_NORM);
    this.optimizer.update(this.weights, gradient, LEARNING_RATE);
    this.measure();
    const count = this.losses.length;
    if (this.solved || count < LAST) return;
    if (this.losses.slice(-LAST).reduce((sum, loss) => sum + loss, 0) / LAST < SHARE * this.guessing)
      this.solved = count;
  }

  measure() {
    const { network, slope, begins } = this;
    this.drawn = draw(this.task, BATCH, this.look_back, this.chance);
    const [x, y] = this.drawn;
    const forecast = network.forward(x, begins, 0, BATCH);
    let sum = 0;
    for (let b = 0; b < BATCH; b++) {
      slope[b] = (2 * (forecast[b] - y[b])) / BATCH;
      sum += (forecast[b] - y[b]) ** 2;
    }
    network.backward(slope, BATCH);
    this.losses.push(sum / BATCH);
  }

  /** What the picture shows, as `present` in long_memory.py: one float32 array. */
  frame() {
    const { network, units, look_back, features, losses } = this;
    const [x, y] = this.window;
    const [forecast] = network.forward(x, [0], 0, 1); // which leaves the gradient of the batch that comes next
    const size = look_back * units;
    const frame = new Float32Array(7 + x.length + 3 * size + losses.length);
    frame.set([losses.length - 1, this.solved, look_back, features, units, y[0], forecast]);
    frame.set(x, 7);
    const first = 7 + x.length;
    for (let t = 0; t < look_back; t++) {
      const [gates, c] = [network.gates[t], network.c[t + 1]];
      for (let k = 0; k < units; k++) {
        frame[first + t * units + k] = gates[units + k]; // f
        frame[first + size + t * units + k] = gates[k]; // i
        frame[first + 2 * size + t * units + k] = c[k];
      }
    }
    frame.set(losses, first + 3 * size);
    return frame;
  }
}

/** What stays of runs when another begins: `ghosts`, and of this one its settings, how it ended and its curve. Of long
 *  enough runs only, of each settings the last, and few. */
export function left(ghosts, settings, losses, solved, guessing) {
  if (losses.length <= LAST) return ghosts;
  const points = [];
  const count = losses.length - LAST + 1;
  for (let k = 0; k < count; k += Math.ceil(count / POINTS)) {
    const sum = losses.slice(k, k + LAST).reduce((total, loss) => total + loss, 0);
    points.push([k + LAST - 1, Number((sum / LAST / guessing).toPrecision(3))]);
  }
  const same = (ghost) => Object.entries(settings).every(([name, value]) => ghost.settings[name] === value);
  return [...ghosts.filter((ghost) => !same(ghost)), { settings, solved, points }].slice(-GHOSTS);
}

export class Training extends Player {
  restarts = ["task", "look_back", "start", "forget_bias"]; // these settings begin another run

  make() {
    return new Carried(this.material, this.settings);
  }

  advance() {
    this.run.step();
  }

  over() {
    return false;
  }

  present() {
    return { frame: this.run.frame() };
  }

  left() {
    const { settings, losses, solved, guessing } = this.run;
    return left(this.ghosts, settings, losses, solved, guessing);
  }
}
