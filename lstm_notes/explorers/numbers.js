// Numbers and words that pictures and controls share. No page is needed.

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** As format_number in Python writes it: digits after the point, a minus sign that is one, powers of ten beyond 1e5. */
export function formatNumber(value, digits = 2) {
  if (Math.abs(value) >= 1e5) return value.toExponential(1).replace("e+", "e").replaceAll("-", "−");
  const text = value.toFixed(digits).replace("-", "−");
  return /^−0\.?0*$/.test(text) ? text.slice(1) : text;
}

/** A whole number in small figures below the line. */
export const subscript = (whole) => String(whole).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

/** `texts`, with … in the middle where there are more than `most`. */
export function shortened(texts, most) {
  const ends = Math.floor(most / 2);
  return texts.length <= most ? texts : [...texts.slice(0, ends), "…", ...texts.slice(-ends)];
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

/** The ends of an axis for `values`: two steps of 1, 2 or 5 times a power of ten, at least `least`. */
export function axisLimits(values, least) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  let step = niceLimit((high - low) / 2, least);
  while (Math.floor(low / step) * step + 2 * step < high) step = niceLimit(step * 1.01, least);
  const start = Math.floor(low / step) * step;
  return [start, start + 2 * step];
}
