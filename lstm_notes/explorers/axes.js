// Axes: their scale, where they end, where their ticks and their labels are. No page is needed.

import { clamp, figures } from "./numbers.js";

/** How far `value` is on the way from one end to the other, 0 … 1. */
const share = (scale, value, from, to) => clamp((scale(value) - scale(from)) / (scale(to) - scale(from)), 0, 1);

/** A rectangle with a scale: `x` and `y` take values to places, kept inside it; `fromX` and `fromY` are the
 *  way back. `log` is the side that is logarithmic, "x" or "y", or both, "xy". */
export class Axes {
  constructor(left, top, width, height, [x0, x1], [y0, y1], log = "") {
    const [across, up] = ["x", "y"].map((side) => (log.includes(side) ? Math.log10 : (value) => value));
    Object.assign(this, { left, top, width, height, x0, x1, y0, y1, log, across, up });
  }

  x(value) {
    return this.left + this.width * share(this.across, value, this.x0, this.x1);
  }

  y(value) {
    return this.top + this.height * share(this.up, value, this.y1, this.y0);
  }

  fromX(place) {
    const part = (place - this.left) / this.width;
    return this.log.includes("x") ? this.x0 * (this.x1 / this.x0) ** part : this.x0 + part * (this.x1 - this.x0);
  }

  fromY(place) {
    const part = (place - this.top) / this.height;
    return this.log.includes("y") ? this.y1 * (this.y0 / this.y1) ** part : this.y1 - part * (this.y1 - this.y0);
  }
}

// -- Ends and ticks ---------------------------------------------------------------------------------------------------

/** The size of an axis that holds `size` on both sides of 0: 1, 2 or 5 times a power of ten. */
export function niceLimit(size, least = 1) {
  const at = Math.max(size, least);
  const power = 10 ** Math.floor(Math.log10(at));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= at * (1 - 1e-9));
}

/** The ticks of an axis at its ends and in its middle: [value, words] each. */
export const endTicks = (low, high) => [low, (low + high) / 2, high].map((value) => [value, figures(value)]);

/** Powers of ten from their digits, since log10 and ** are not the same in every engine. */
export const exponent = (value) => Number(value.toExponential(9).split("e")[1]);
export const power = (exponent) => Number(`1e${exponent}`);

/** Round values in equal steps, at most `most` (4 or more) of them, from below all `values` to above them; their span
 *  is taken to be `least` or more. */
export function roundLevels(values, most, least) {
  const low = values.reduce((one, other) => Math.min(one, other));
  const high = values.reduce((one, other) => Math.max(one, other));
  const unit = power(exponent(Math.max(high - low, least) / 10));
  const choices = [1, 2, 2.5, 5, 10, 20, 50, 100].map((size) => {
    const first = Math.floor(low / (size * unit));
    const steps = Math.max(Math.ceil(high / (size * unit)) - first, 1);
    return Array.from({ length: steps + 1 }, (_, k) => Number(((first + k) * size * unit).toFixed(12)));
  });
  return choices.find((levels) => levels.length <= most);
}

/** The ends of an axis for `values`: round numbers, a tenth of their span or more beyond them. */
export function roundLimits(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const span = high - low || 1;
  const unit = Number(`5e${Math.floor(Math.log10(span)) - 1}`);
  return [unit * Math.floor((low - span / 10) / unit), unit * Math.ceil((high + span / 10) / unit)];
}

// The marks of logarithmic axes, 1, 2, 5, 10, 20, …, are counted: n = 0, 1, 2, 3, 4, …
const mark = (n) => Number(`${[1, 2, 5][((n % 3) + 3) % 3]}e${Math.floor(n / 3)}`);

/** The number of the largest mark that is not above `value`. */
function markBelow(value) {
  const [digits, power] = value.toExponential().split("e").map(Number);
  return 3 * power + (digits >= 2) + (digits >= 5);
}

/** The ends of a logarithmic axis for `values` above 0: marks, or of them only each `step`th (3: powers of ten). */
export function logLimits(values, step = 1) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => Math.floor(markBelow(value) / step));
  return [mark(low * step), mark((high + 1) * step)];
}

/** The ticks of a logarithmic axis, [value, words] each, `most` of them at most: marks; where these are many, powers of
 *  ten, each or every second, third, fifth, … */
export function logTicks(low, high, most = 7) {
  const [first, last] = [low, high].map(markBelow);
  const stride = [1, 3, 6, 9, 15, 30, 60, 150, 300].find((each) => Math.floor((last - first) / each) < most);
  const ticks = [];
  for (let n = Math.ceil(first / stride) * stride; n <= last; n += stride) ticks.push(mark(n));
  return ticks.filter((value) => value >= low).map((value) => [value, figures(value)]);
}

/** The ends of an axis for `values`: two steps of 1, 2 or 5 times a power of ten, at least `least`. */
export function axisLimits(values, least) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  let step = niceLimit((high - low) / 2, least);
  while (Math.floor(low / step) * step + 2 * step < high) step = niceLimit(step * 1.01, least);
  const start = Math.floor(low / step) * step;
  return [start, start + 2 * step];
}

/** The same places, moved so that no two are nearer than `gap`, in their order, between `low` and `high`. */
export function spreadOut(places, gap, low, high) {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b]);
  const spread = [...places];
  let before = low - gap;
  let after = high + gap;
  for (const k of order) before = spread[k] = Math.max(spread[k], before + gap);
  for (const k of order.reverse()) after = spread[k] = Math.min(spread[k], after - gap);
  return spread;
}
