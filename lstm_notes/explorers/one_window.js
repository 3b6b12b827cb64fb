import { Drawing } from "./drawing.js";
import { live, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, closing, formatNumber, products, shortened, sign, subscript, worth } from "./numbers.js";

// The maps by their places, three in a row.
const MAPS = {
  f: ["fₜ", "forget gate"],
  i: ["iₜ", "input gate"],
  g: ["C̃ₜ", "candidate"],
  C: ["Cₜ", "cell state"],
  o: ["oₜ", "output gate"],
  h: ["hₜ", "hidden state"],
};
const NAMES = Object.keys(MAPS);
const [LEFT, WIDTH, GAP] = [70, 254, 30]; // of the maps
const LEVELS = 10; // of a map's colour
const DOTS = 60; // of the window's values, at most

function signed(value, digits = 2) {
  const words = formatNumber(value, digits);
  return worth(words) > 0 ? `+${words}` : words;
}

/** The state with what it says of the window shown: its inputs, what was measured after them (nothing, where it is not
 *  known) and the forecast, each with `words` and `heights`; value(name, t, k), what unit k holds after step t. */
function opened(state) {
  const { window } = state,
    { windows, steps, units, horizon } = state.sizes,
    all = state.words.length / windows; // the values of a window
  const part = (from, to) => ({
    words: state.words.slice(window * all + from, window * all + to),
    heights: state.heights.slice(window * all + from, window * all + to),
  });
  const value = (name, t, k) =>
    t ? state.maps[((NAMES.indexOf(name) * windows + window) * steps + t - 1) * units + k] : 0;
  return {
    ...state,
    ...state.sizes,
    unit: state.unit && ` ${state.unit}`,
    inputs: part(0, steps),
    measured: part(steps, all - horizon),
    forecast: part(all - horizon, all),
    value,
    change: (t, k) => value("C", t, k) - value("C", t - 1, k),
  };
}

/** Where the reader is, in words. */
function place({ step, steps, inputs, unit }) {
  if (!step) return `step 0 of ${steps}, nothing read yet`;
  return `step ${step} of ${steps}: x${subscript(step)} = ${inputs.words[step - 1]}${unit}`;
}

/** The forecast and what was measured, in words. */
function outcome({ steps, forecast, measured, unit }) {
  const listed = ({ words }) => `${shortened(words, 3).join(", ")}${unit}`;
  return [
    `forecast, summed from every h${subscript(steps)}: ${listed(forecast)}`,
    ...(measured.words.length ? [`measured ${listed(measured)}`] : []),
  ];
}

/** The two lines of the cell, with the numbers of the chosen unit at the present step. */
function formulas({ step, hidden_unit, value, change }) {
  if (!step) return ["Before the first step C₀ = 0,", "and h₀ = 0, in every unit and every window."];
  const [f, i, g, C, o, h] = NAMES.map((name) => value(name, step, hidden_unit));
  const before = value("C", step - 1, hidden_unit),
    pairs = [
      [f, before],
      [i, g],
    ];
  const cell = (more) => {
    const [old, now] = [before, C].map((value) => formatNumber(value, 2 + more)),
      moved = signed(change(step, hidden_unit), 2 + more),
      about = sign(worth(now) - worth(old), moved) === "=" ? "" : "≈ ";
    return `Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ = ${products(pairs, C, 2 + more)}, a change of ${about}${moved}`;
  };
  return [closing(cell), closing((more) => `hₜ = oₜ · tanh(Cₜ) = ${products([[o, Math.tanh(C)]], h, 2 + more)}`)];
}

/** The window's values, six maps of units by steps filled up to the present step, and one unit's numbers. */
export function scene(state) {
  const now = opened(state),
    { window, step, hidden_unit, steps, units, feature, features, largest } = now;
  const height = Math.min(34 * units, 128), // of a map
    tops = [248, 248 + height + 62],
    below = tops[1] + height;
  const d = new Drawing(900, below + 118, "One window, step by step");
  const about = features > 1 ? `; feature ${feature} of ${features} is drawn` : "",
    headline = `window ${window}, ${place(now)}${about}`;
  d.text(LEFT, 20, headline, { bold: true, anchor: "start", part: "headline" });
  values(d, now);
  d.text(450, 207, "at each step f, i, C̃ and o read xₜ, and the hₜ₋₁ of every unit", { size: 15 });
  NAMES.forEach((name, k) => map(d, now, name, LEFT + (k % 3) * (WIDTH + GAP), tops[Math.floor(k / 3)], height));
  tops.forEach((top, r) => {
    const y = top + ((hidden_unit + 0.5) * height) / units;
    d.text(LEFT - 6, y, `unit ${hidden_unit}`, { size: 13, anchor: "end", part: `unit-${r}` });
  });
  const [cell, shown] = formulas(now);
  d.text(LEFT, below + 44, cell, { size: 15, look: "C", anchor: "start", part: "C-formula" });
  d.text(LEFT, below + 68, shown, { size: 15, look: "h", anchor: "start", part: "h-formula" });
  const legend = `The stronger the colour, the larger: at its full it is 1, for C ${formatNumber(largest)}.`;
  d.text(LEFT, below + 96, `${legend} Cells with a gap are negative.`, { size: 13, anchor: "start" });
  const plural = (count) => (count > 1 ? "s" : "");
  d.description =
    `A window of ${steps} step${plural(steps)} through an LSTM of ${units} unit${plural(units)}: ${headline}. ` +
    `Maps of the gates f, i, C̃ and o, of C and of h, units by steps, are filled up to step ${step}. ` +
    (step ? `Of unit ${hidden_unit}: ${cell}; ${shown}. ` : `${cell} ${shown} `) +
    (step === steps ? `Then: ${outcome(now).join("; ")}.` : `The forecast comes after step ${steps}.`);
  return d;
}

/** The window's values, those read in bold; after the last step the forecast, and what was measured. */
function values(d, now) {
  const { step, steps, horizon, inputs, measured, forecast, heights, words } = now;
  const ends = [Math.min, Math.max].map((end) => heights.indexOf(heights.reduce((a, b) => end(a, b))));
  const axes = d.axes(LEFT, 66, 760, 100, [0.5, steps + horizon + 0.5], [0, 1], {
    yticks: [...new Set(ends)].map((k) => [heights[k], words[k]]),
    xticks: [[1, "t = 1"], ...(steps > 1 ? [[steps, `${steps}`]] : [])],
  });
  const at = Math.max(step, 1);
  d.frame(axes.x(at - 0.5), 66, axes.x(at + 0.5), 166, "window", { part: "now" });
  d.curve(axes, inputs.heights, "x", { from: 1, width: 1.2, part: "window" });
  d.curve(axes, inputs.heights.slice(0, step), "x", { from: 1, width: 4, part: "read" });
  if (steps <= DOTS) inputs.heights.forEach((height, j) => d.dot(axes.x(j + 1), axes.y(height), "x", { radius: 4 }));
  const line = { size: 15, anchor: "start" };
  if (step < steps) {
    d.text(LEFT, 46, `the forecast comes after step ${steps}`, { ...line, look: "LSTM", part: "LSTM-words" });
    return;
  }
  forecast.heights.forEach((height, j) =>
    d.bar(axes.x(steps + 1 + j) - 7, axes.y(height) - 7, 14, 14, "LSTM", { part: `LSTM-${j}` }),
  );
  measured.heights.forEach((height, j) =>
    d.dot(axes.x(steps + 1 + j), axes.y(height), "truth", { radius: 4, part: `truth-${j}` }),
  );
  const [expected, found] = outcome(now);
  d.text(LEFT, 46, `■ ${expected}`, { ...line, look: "LSTM", part: "LSTM-words" });
  if (found) d.text(620, 46, `● ${found}`, { ...line, look: "truth", part: "truth-words" });
}

/** Units by steps, up to the present step: one path for each sign and strength, a cell being a thick line in it. */
function map(d, now, name, left, top, height) {
  const { step, hidden_unit, steps, units, largest, value } = now,
    [symbol, title] = MAPS[name];
  const [column, line] = [WIDTH / steps, height / units],
    start = "Ch".includes(name) ? `${name}₀ = 0` : symbol,
    words = step ? `${symbol} = ${formatNumber(value(name, step, hidden_unit))}` : start;
  d.text(left, top - 14, words, { size: 16, look: name, bold: true, anchor: "start", part: `${name}-words` });
  d.text(left + WIDTH, top - 14, title, { size: 14, look: name, anchor: "end" });
  d.axes(left, top, WIDTH, height, [0, steps], [units, 0], {
    xticks: [[0.5, "1"], ...(steps > 1 ? [[steps - 0.5, `${steps}`]] : [])],
    part: `map-${name}`,
  });
  const third = (0.34 * column).toFixed(1);
  const across = {
    plus: `h${(0.92 * column).toFixed(1)}`,
    minus: `h${third}m${(0.24 * column).toFixed(1)} 0h${third}`,
  };
  const paths = {};
  for (let j = 0; j < step; j++) {
    for (let k = 0; k < units; k++) {
      const here = value(name, j + 1, k),
        sign = here < 0 ? "minus" : "plus";
      const strength = Math.abs(here) / (name === "C" ? largest : 1);
      const part = `${sign}-${clamp(Math.ceil(strength * LEVELS), 1, LEVELS)}`;
      const from = `M${(left + (j + 0.04) * column).toFixed(1)} ${(top + (k + 0.5) * line).toFixed(1)}`;
      paths[part] = (paths[part] ?? "") + from + across[sign];
    }
  }
  for (const [part, path] of Object.entries(paths)) {
    const look = { "stroke-opacity": part.split("-")[1] / LEVELS, "stroke-width": Number((0.92 * line).toFixed(2)) };
    d.add("path", { class: name, d: path, fill: "none", ...look }, { part: `${name}-${part}` });
  }
  const [x, y] = [left + (step - 1) * column, top + hidden_unit * line];
  d.frame(left, y, left + WIDTH, y + line, null, { radius: 0, part: `row-${name}` });
  if (step) d.frame(x, top, x + column, top + height, null, { radius: 0, part: `column-${name}` });
}

function render({ model, el }) {
  const page = live(model, el, scene),
    { root } = page,
    { windows, steps, units } = model.get("sizes");
  const control = (name, label, text, max) => {
    const element = slider(model, name, { label, words: text, min: 0, max, step: 1 });
    element.hidden = max === 0;
    return element;
  };
  const time = player({
    step() {
      const step = model.get("step") + 1;
      if (step > steps) return null;
      put(model, { step });
      return step < steps;
    },
    reset: () => put(model, { step: 0 }),
  });
  row(root, control("step", "step t", "step t, 0 before the first day", steps), time);
  row(
    root,
    control("window", "window", "window, counted from 0", windows - 1),
    control("hidden_unit", "unit", "unit of the LSTM, counted from 0", units - 1),
  );
  const goal = task(root, "find the unit and the step at which C changes most in this window, up or down.");
  const say = spoken(root);

  // Pointing at a cell of a map is choosing its unit and step.
  page.svg.style.cursor = "pointer";
  page.svg.addEventListener("click", (event) => {
    const [x, y] = page.place(event);
    for (const name of NAMES) {
      const { left, top, width, height } = page.drawing.scales[`map-${name}`];
      const [step, hidden_unit] = [Math.ceil(((x - left) / width) * steps), Math.floor(((y - top) / height) * units)];
      if (step >= 1 && step <= steps && hidden_unit >= 0 && hidden_unit < units) put(model, { step, hidden_unit });
    }
  });
  return page.follow((state) => {
    const now = opened(state),
      { step, hidden_unit, value } = now;
    goal.check(...answer(state));
    const [C, h] = ["C", "h"].map((name) => formatNumber(value(name, step, hidden_unit)));
    say(step ? `step ${step}, unit ${hidden_unit}: C is ${C}, h is ${h}` : place(now));
  });
}

/** Whether the present unit and step are those at which C changes most, and how far the reader is. */
export function answer(state) {
  const { step, hidden_unit, steps, units, value, change } = opened(state);
  if (!step) return [false, "No step made yet."];
  let most = 0;
  for (let t = 1; t <= steps; t++) {
    for (let k = 0; k < units; k++) most = Math.max(most, Math.abs(change(t, k)));
  }
  const here = change(step, hidden_unit);
  if (Math.abs(here) < most) {
    return [false, `Here C changes by ${signed(here)}; the largest change has size ${formatNumber(most)}.`];
  }
  const [f, i, g] = ["f", "i", "g"].map((name) => value(name, step, hidden_unit)),
    before = value("C", step - 1, hidden_unit);
  const split = (more) => {
    const [moved, lost, written] = [here, (f - 1) * before, i * g].map((value) => signed(value, 2 + more));
    const is = sign(worth(lost) + worth(written), moved) === "=" ? "is" : "≈";
    return `${moved} ${is} ${lost} from forgetting, (fₜ − 1) · Cₜ₋₁, and ${written} from writing, iₜ · C̃ₜ.`;
  };
  return [true, closing(split)];
}

export default { render };
