// Numbers and words that pictures and controls share. No page is needed.

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

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

// An equation in words: its numbers are rounded, and still it has to be true as it stands there.

/** What a written number is worth. */
export const worth = (words) => Number(words.replaceAll("−", "-"));

/** A number with its sign: +0.30, −0.30; 0.00 has none. */
export function signed(value, digits = 2) {
  const words = formatNumber(value, digits);
  return worth(words) > 0 ? `+${words}` : words;
}

/** "=" where `value`, computed from numbers as they are written, rounds to what is written of it; otherwise "≈". */
export function sign(value, words) {
  const [mantissa, power = "0"] = words.replaceAll("−", "-").split("e");
  const unit = 10 ** (Number(power) - (mantissa.split(".")[1] ?? "").length);
  return Math.abs(value - worth(words)) <= (unit / 2) * (1 + 1e-6) ? "=" : "≈"; // a half may go either way
}

/** The words that `write` makes with the fewest more digits, 0 to 3, that need no "≈" and have at most `room` letters;
 *  where there are none, those with no more digits. */
export function closing(write, room = Infinity) {
  for (let more = 0; more <= 3; more++) {
    const words = write(more);
    if (!words.includes("≈") && words.length <= room) return words;
  }
  return write(0);
}

/** "a · b + c · d = e" of `pairs` and their `result`. */
export function products(pairs, result, digits = 2) {
  const written = pairs.map((pair) => pair.map((value) => formatNumber(value, digits)));
  const value = written.reduce((sum, [a, b]) => sum + worth(a) * worth(b), 0);
  const words = formatNumber(result, digits);
  return `${written.map((pair) => pair.join(" · ")).join(" + ")} ${sign(value, words)} ${words}`;
}

/** A whole number in small figures below the line. */
export const subscript = (whole) => String(whole).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

/** `texts`, with … in the middle where there are more than `most`. */
export function shortened(texts, most) {
  const ends = Math.floor(most / 2);
  return texts.length <= most ? texts : [...texts.slice(0, ends), "…", ...texts.slice(texts.length - ends)];
}

/** Words as lines of at most so many letters, broken between words; a longer word is a line. */
export const wrapped = (words, letters) => words.match(new RegExp(`\\S.{0,${letters - 1}}(?= |$)|\\S+`, "g"));

/** The float32 numbers of a Bytes trait, or of another `kind`. */
export function floats(view, kind = Float32Array) {
  const bytes = view.buffer ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view);
  return new kind(bytes.slice().buffer);
}

/** A number by its first `digits` figures, without zeros at the end: 0.02, 12.5, 1e−7. */
export function figures(value, digits = 3) {
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const plain = size === 0 || (size >= 1e-4 && size < 1e5);
  return (plain ? String(rounded) : rounded.toExponential().replace("e+", "e")).replaceAll("-", "−");
}
