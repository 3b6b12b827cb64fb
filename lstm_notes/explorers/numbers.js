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
