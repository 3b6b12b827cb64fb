// The network that trains, as cell.py, network.py and training.py have it: the LSTM, a linear head with one output, BPTT,
// clipping, SGD and Adam. All is float64, unless the vector of weights is a Float32Array: then what is kept is float32, and
// only a sum on its way is float64. One vector holds all weights, as NetworkWeights.vector does: W (4·units,
// units + features + 1), whose rows are the gates i, f, C, o and whose columns [h, x, 1]; the head's kernel; its bias.
// Inside, a window is a column, the windows of a batch stand side by side, and every buffer is made once.

const sigmoid = (z) => 1 / (1 + Math.exp(-z));

export const parameters = (units, features = 1) => 4 * units * (units + features + 1) + units + 1;

export class Network {
  /** `most` windows of `look_back` steps at once; `vector` is changed by whoever trains it. */
  constructor(vector, units, look_back, most, features = 1) {
    const [size, columns] = [units * most, units + features + 1];
    const numbers = (length) => new vector.constructor(length);
    const steps = (length, count = look_back) => Array.from({ length: count }, () => numbers(length));
    Object.assign(this, { vector, units, look_back, features, columns, gradient: numbers(vector.length) });
    this.W = vector.subarray(0, 4 * units * columns);
    this.head = vector.subarray(this.W.length);
    this.hx = steps(columns * most, look_back + 1); // [h_{t−1}; x_t; 1], at the end h_T
    this.c = steps(size, look_back + 1); // C_{t−1}, first 0, at the end C_T
    this.gates = steps(4 * size);
    this.tanh_c = steps(size);
    this.forecast = numbers(most);
    [this.dh, this.dc, this.dc_after, this.dz] = [numbers(size), numbers(size), numbers(size), numbers(4 * size)];
    this.by_step = [numbers(look_back), numbers(look_back)]; // ‖∂L/∂h_t‖ and ‖∂L/∂C_t‖, over the batch and all units
  }

  /** The forecasts for the windows of `series` (time, features) that begin at the steps begins[first], begins[first + 1],
   *  …, `count` of them. */
  forward(series, begins, first, count) {
    const { units, look_back, features, columns, hx, head, forecast } = this;
    hx[0].fill(0, 0, units * count);
    for (let t = 0; t < look_back; t++) {
      for (let k = 0; k < features; k++) {
        for (let b = 0; b < count; b++) hx[t][(units + k) * count + b] = series[(begins[first + b] + t) * features + k];
      }
      hx[t].fill(1, (columns - 1) * count, columns * count);
      step(this, t, count);
    }
    for (let b = 0; b < count; b++) {
      forecast[b] = head[units];
      for (let k = 0; k < units; k++) forecast[b] += head[k] * hx[look_back][k * count + b];
    }
    return forecast;
  }

  /** BPTT: `gradient` and `by_step` of the windows that went forwards last, from ∂L/∂forecast. */
  backward(d_forecast, count) {
    const { units, look_back, hx, W, head, gradient, dh, dc, dc_after, by_step } = this;
    const [last, of_head] = [hx[look_back], W.length];
    gradient.fill(0);
    dc_after.fill(0);
    for (let b = 0; b < count; b++) gradient[of_head + units] += d_forecast[b];
    for (let k = 0; k < units; k++) {
      for (let b = 0; b < count; b++) {
        gradient[of_head + k] += last[k * count + b] * d_forecast[b];
        dh[k * count + b] = head[k] * d_forecast[b];
      }
    }
    for (let t = look_back - 1; t >= 0; t--) {
      by_step[0][t] = norm(dh, 0, units * count);
      step_back(this, t, count);
      by_step[1][t] = norm(dc, 0, units * count);
      add_gradient(this, t, count);
    }
  }
}

// Each product below goes through the four gates of a unit at once: its sums stay in the processor's registers.

/** One time step: from [h_{t−1}; x_t; 1] and C_{t−1} the gates, C_t and h_t. */
export function step({ W, units, columns, hx, c, gates, tanh_c }, t, count) {
  const [x, before, gate, after, read, h] = [hx[t], c[t], gates[t], c[t + 1], tanh_c[t], hx[t + 1]];
  const [block, size] = [units * columns, units * count];
  for (let unit = 0; unit < units; unit++) {
    for (let b = 0; b < count; b++) {
      let z_i = 0,
        z_f = 0,
        z_C = 0,
        z_o = 0;
      for (let k = 0, w = unit * columns; k < columns; k++, w++) {
        const value = x[k * count + b];
        z_i += W[w] * value;
        z_f += W[w + block] * value;
        z_C += W[w + 2 * block] * value;
        z_o += W[w + 3 * block] * value;
      }
      const k = unit * count + b;
      const i = (gate[k] = sigmoid(z_i));
      const f = (gate[k + size] = sigmoid(z_f));
      const g = (gate[k + 2 * size] = Math.tanh(z_C));
      const o = (gate[k + 3 * size] = sigmoid(z_o));
      after[k] = f * before[k] + i * g;
      h[k] = o * (read[k] = Math.tanh(after[k]));
    }
  }
}

/** One step of BPTT: from ∂L/∂h_t (`dh`) and the part of ∂L/∂C_t that comes through C_{t+1} (`dc_after`) ∂L/∂z (`dz`) and
 *  the total ∂L/∂C_t (`dc`); then `dh` is ∂L/∂h_{t−1}, and `dc_after` what goes on to C_{t−1}. */
export function step_back({ W, units, columns, c, gates, tanh_c, dh, dc, dc_after, dz }, t, count) {
  const [gate, before, tanh] = [gates[t], c[t], tanh_c[t]];
  const [block, size] = [units * columns, units * count];
  for (let k = 0; k < size; k++) {
    const i = gate[k];
    const f = gate[k + size];
    const g = gate[k + 2 * size];
    const o = gate[k + 3 * size];
    dc[k] = dc_after[k] + dh[k] * (o * (1 - tanh[k] * tanh[k]));
    dz[k] = dc[k] * (g * i * (1 - i));
    dz[k + size] = dc[k] * (before[k] * f * (1 - f));
    dz[k + 2 * size] = dc[k] * (i * (1 - g * g));
    dz[k + 3 * size] = dh[k] * (tanh[k] * o * (1 - o));
    dc_after[k] = dc[k] * f;
  }
  for (let into = 0; into < units; into++) {
    for (let b = 0; b < count; b++) {
      let sum = 0;
      for (let k = b, w = into; k < size; k += count, w += columns) {
        sum +=
          W[w] * dz[k] +
          W[w + block] * dz[k + size] +
          W[w + 2 * block] * dz[k + 2 * size] +
          W[w + 3 * block] * dz[k + 3 * size];
      }
      dh[into * count + b] = sum;
    }
  }
}

/** Step t's part of ∂L/∂W, ∂L/∂z · [h_{t−1}; x_t; 1]ᵀ, added to the others': all steps share W. */
function add_gradient({ units, columns, hx, gradient, dz }, t, count) {
  const [x, block, size] = [hx[t], units * columns, units * count];
  for (let unit = 0; unit < units; unit++) {
    for (let from = 0; from < columns; from++) {
      let i = 0,
        f = 0,
        g = 0,
        o = 0;
      for (let b = 0, k = unit * count; b < count; b++, k++) {
        const value = x[from * count + b];
        i += dz[k] * value;
        f += dz[k + size] * value;
        g += dz[k + 2 * size] * value;
        o += dz[k + 3 * size] * value;
      }
      const w = unit * columns + from;
      gradient[w] += i;
      gradient[w + block] += f;
      gradient[w + 2 * block] += g;
      gradient[w + 3 * block] += o;
    }
  }
}

// -- From gradients to better weights --------------------------------------------------------------------------------

/** The length of values[start], …, values[end − 1]. */
export function norm(values, start = 0, end = values.length) {
  let sum = 0;
  for (let k = start; k < end; k++) sum += values[k] * values[k];
  return Math.sqrt(sum);
}

/** Shorten `gradient` to the length `limit` if it is longer. */
export function clip_by_global_norm(gradient, limit) {
  const length = norm(gradient);
  if (!(length > limit)) return;
  const share = limit / length;
  for (let k = 0; k < gradient.length; k++) gradient[k] *= share;
}

/** w ← w − learning_rate · gradient. */
export class SGD {
  update(weights, gradient, learning_rate) {
    for (let k = 0; k < weights.length; k++) weights[k] -= learning_rate * gradient[k];
  }
}

/** Adam as Keras computes it, ε outside the bias correction. */
export class Adam {
  constructor(length, kind = Float64Array) {
    Object.assign(this, { updates: 0, m: new kind(length), v: new kind(length) });
  }

  update(weights, gradient, learning_rate) {
    const { m, v } = this;
    const [beta_1, beta_2, epsilon] = [0.9, 0.999, 1e-7];
    this.updates += 1;
    const alpha = (learning_rate * Math.sqrt(1 - beta_2 ** this.updates)) / (1 - beta_1 ** this.updates);
    for (let k = 0; k < weights.length; k++) {
      m[k] += (1 - beta_1) * (gradient[k] - m[k]);
      v[k] += (1 - beta_2) * (gradient[k] * gradient[k] - v[k]);
      weights[k] -= (alpha * m[k]) / (Math.sqrt(v[k]) + epsilon);
    }
  }
}
