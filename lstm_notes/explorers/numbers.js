// Numbers and words that pictures and controls share. No page is needed.

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** As format_number in Python writes it: digits after the point, a minus sign that is one, powers of ten beyond 1e5. */
export function formatNumber(value, digits = 2) {
  if (Math.abs(value) >= 1e5) return rounded(value, "toExponential", 1).replace("e+", "e").replaceAll("-", "−");
  const text = rounded(value, "toFixed", digits).replace("-", "−");
  return /^−0\.?0*$/.test(text) ? text.slice(1) : text;
}

/** Python rounds an exact half to the even digit, toFixed and toExponential away from 0. */
function rounded(value, method, digits) {
  const down = /[02468]\.?50{24}(e|$)/.test(value[method](digits + 25));
  return (down ? value * (1 - Number.EPSILON) : value)[method](digits);
}

/** A whole number in small figures below the line. */
export const subscript = (whole) => String(whole).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

/** `texts`, with … in the middle where there are more than `most`. */
export function shortened(texts, most) {
  const ends = Math.floor(most / 2);
  return texts.length <= most ? texts : [...texts.slice(0, ends), "…", ...texts.slice(texts.length - ends)];
}

/** The float32 numbers of a Bytes trait. */
export function floats(view) {
  const bytes = view.buffer ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view);
  return new Float32Array(bytes.slice().buffer);
}

/** The size of an axis that holds `size` on both sides of 0: 1, 2 or 5 times a power of ten. */
export function niceLimit(size, least = 1) {
  const at = Math.max(size, least);
  const power = 10 ** Math.floor(Math.log10(at));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= at * (1 - 1e-9));
}

/** A number by its first `digits` figures, without zeros at the end: 0.02, 12.5, 1e−7. */
export function figures(value, digits = 3) {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const plain = size === 0 || (size >= 1e-4 && size < 1e5);
  return (plain ? String(rounded) : rounded.toExponential().replace("e+", "e")).replaceAll("-", "−");
}

/** The ticks of an axis at its ends and in its middle: [value, words] each. */
export const endTicks = (low, high) => [low, (low + high) / 2, high].map((value) => [value, figures(value)]);

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
