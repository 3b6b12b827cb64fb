import { Drawing } from "./drawing.js";
import { live, make, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, closing, figures, formatNumber, products, shortened, sign, subscript, worth } from "./numbers.js";

// The maps, from top to bottom.
const MAPS = {
  f: ["fₜ", "forget gate"],
  i: ["iₜ", "input gate"],
  g: ["C̃ₜ", "candidate"],
  o: ["oₜ", "output gate"],
  C: ["Cₜ", "cell state"],
  h: ["hₜ", "hidden state"],
};
const NAMES = Object.keys(MAPS);
const LEVELS = 10; // of a map's colour
const DOTS = 60; // of the window's values, at most
// Where things stand: everything between `left` and `right`, days one below the other; `gate` and `state` are the heights
// of a map, `above` that of the words over it.
const WIDE = { width: 900, left: 152, right: 888, series: 56, days: 80, gate: 56, state: 72, above: 8 };
const NARROW = { width: 420, left: 50, right: 412, series: 80, days: 70, gate: 46, state: 56, above: 25 };

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

/** The forecast and what was measured, in words. */
function outcome({ steps, forecast, measured, unit }) {
  const listed = ({ words }) => `${shortened(words, 3).join(", ")}${unit}`;
  return [
    `forecast, from h${subscript(steps)} alone: ${listed(forecast)}`,
    ...(measured.words.length ? [`measured ${listed(measured)}`] : []),
  ];
}

/** The lines of the cell, C's and h's, with the numbers of the chosen unit at the present step. */
function formulas({ step, hidden_unit, value, change }) {
  if (!step) return [["Before the first step C₀ = 0,"], ["and h₀ = 0, in every unit and every window."]];
  const [f, i, g, o, C, h] = NAMES.map((name) => value(name, step, hidden_unit));
  const before = value("C", step - 1, hidden_unit),
    pairs = [
      [f, before],
      [i, g],
    ];
  const cell = (more) => {
    const [old, now] = [before, C].map((value) => formatNumber(value, 2 + more)),
      moved = signed(change(step, hidden_unit), 2 + more),
      about = sign(worth(now) - worth(old), moved) === "=" ? "" : "≈ ";
    return `= ${products(pairs, C, 2 + more)},\na change of ${about}${moved}`;
  };
  return [
    ["Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ", ...closing(cell).split("\n")],
    [closing((more) => `hₜ = oₜ · tanh(Cₜ) = ${products([[o, Math.tanh(C)]], h, 2 + more)}`)],
  ];
}

/** The window's values; below them, a column a step, six maps of a row a unit, filled up to the present step; one unit's
 *  numbers. */
export function scene(state, narrow) {
  const now = opened(state),
    place = narrow ? NARROW : WIDE,
    { window, step, hidden_unit, steps, units, horizon, feature, features } = now,
    across = place.right - place.left,
    width = across * clamp(steps / (steps + horizon), 0.6, 0.87), // of the maps; the rest is for what comes after them
    column = width / steps,
    d = new Drawing(place.width, 0, "One window, step by step");
  const about = features > 1 ? `; feature ${feature} of ${features} is drawn` : "",
    headline = `window ${window}, ${where(now)}${about}`,
    right = place.left + width;
  const line = { bold: true, anchor: "start" };
  d.text(8, 16, narrow ? headline.replace(about, "") : headline, { size: narrow ? 15 : 17, ...line, part: "headline" });
  let top = place.series + place.days + (narrow ? 26 : 18);
  d.text(8, top - (narrow ? 5 : 0), `unit ${hidden_unit}`, { size: 14, ...line, part: "unit" });
  const axes = values(d, now, place, narrow, width);
  const middles = {};
  for (const name of NAMES) {
    top += place.above;
    const height = "Ch".includes(name) ? place.state : place.gate;
    map(d, now, name, { ...place, top, height, width, column, narrow });
    middles[name] = top + height / 2;
    top += height;
  }
  carried(d, now, axes, middles, place, right, column);
  if (step) {
    const x = place.left + (step - 1) * column;
    d.frame(x, place.series, x + column, top, "x", {
      radius: 3,
      width: 2,
      part: "column",
      more: { "fill-opacity": 0 },
    });
  }
  for (const [part, { left, top, width, height }] of Object.entries(d.scales)) {
    const name = part.split("-")[1]; // of a map
    d.handle(left, top, left + width, top + height, name ? `map ${name}` : part, name ?? "step", {
      part: `touch-${part}`,
    });
  }
  for (const t of new Set([1, steps])) {
    d.text(axes.x(t), top + 12, t > 1 ? `${t}` : "t = 1", { size: 13, part: `tick-${t}` });
  }
  let y = top + 34;
  formulas(now).forEach((lines, k) => {
    const look = ["C", "h"][k],
      texts = narrow ? lines : [lines.join(" ")];
    texts.forEach((text, n) => {
      d.text(8, y, text, { size: narrow ? 14 : 15, look, anchor: "start", part: `${look}-formula-${n}` });
      y += 20;
    });
  });
  d.height = y - 6;
  const [cell, shown] = formulas(now).map((lines) => lines.join(" ")),
    plural = (count) => (count > 1 ? "s" : "");
  d.description =
    `A window of ${steps} step${plural(steps)} through an LSTM of ${units} unit${plural(units)}: ${headline}. ` +
    `Maps of the gates f, i, C̃ and o, of C and of h, a column a step and a row a unit, are filled up to step ${step}. ` +
    (step ? `Of unit ${hidden_unit}: ${cell}; ${shown}. ` : `${cell} ${shown} `) +
    (step === steps ? `Then: ${outcome(now).join("; ")}.` : `The forecast comes after step ${steps}.`);
  return d;
}

/** The window's values, each over its step's column; after the last step the forecast, and what was measured. */
function values(d, now, { left, right, series, days }, narrow, width) {
  const { step, steps, horizon, inputs, measured, forecast, heights, words } = now;
  const ends = [Math.min, Math.max].map((end) => heights.indexOf(heights.reduce((a, b) => end(a, b))));
  const axes = d.axes(left, series, width, days, [0.5, steps + 0.5], [0, 1], {
    yticks: [...new Set(ends)].map((k) => [heights[k], figures(worth(words[k]))]),
    part: "series",
  });
  if (step) d.frame(axes.x(step - 0.5), series, axes.x(step + 0.5), series + days, "window", { part: "now" });
  d.curve(axes, inputs.heights, "x", { from: 1, width: 1.2, part: "window" });
  d.curve(axes, inputs.heights.slice(0, step), "x", { from: 1, width: 4, part: "read" });
  if (steps <= DOTS) inputs.heights.forEach((height, j) => d.dot(axes.x(j + 1), axes.y(height), "x", { radius: 4 }));
  const line = { size: narrow ? 14 : 15, anchor: "start" };
  if (step < steps) {
    d.text(8, 40, `the forecast comes after step ${steps}`, { ...line, look: "LSTM", part: "LSTM-words" });
    return axes;
  }
  const after = (j) => left + width + ((j + 1) / (horizon + 1)) * (right - left - width);
  forecast.heights.forEach((height, j) =>
    d.bar(after(j) - 7, axes.y(height) - 7, 14, 14, "LSTM", { part: `LSTM-${j}` }),
  );
  measured.heights.forEach((height, j) => d.dot(after(j), axes.y(height), "truth", { radius: 4, part: `truth-${j}` }));
  const [expected, found] = outcome(now);
  d.text(8, 40, `■ ${expected}`, { ...line, look: "LSTM", part: "LSTM-words" });
  if (found)
    d.text(narrow ? 8 : right, narrow ? 62 : 40, `● ${found}`, {
      ...line,
      look: "truth",
      anchor: narrow ? "start" : "end",
      part: "truth-words",
    });
  return axes;
}

/** Units by steps, up to the present step: one path for each sign and strength, a cell being a thick line in it. */
function map(d, now, name, { left, top, height, width, column, above, narrow }) {
  const { step, hidden_unit, steps, units, limits, value } = now,
    [symbol, title] = MAPS[name],
    limit = limits[name] ?? 1,
    line = height / units,
    [from, middle] = [left + step * column, top + (hidden_unit + 0.5) * line];
  const start = "Ch".includes(name) ? `${name}₀ = 0` : symbol,
    words = step ? `${symbol} = ${formatNumber(value(name, step, hidden_unit))}` : start,
    row = narrow ? top - above + 12 : top + 9;
  d.text(8, row, words, { size: 16, look: name, bold: true, anchor: "start", part: `${name}-words` });
  d.text(narrow ? 120 : 8, narrow ? row : row + 19, title, { size: 13, look: name, anchor: "start" });
  legend(d, name, narrow ? 258 : 48, narrow ? row : row + 38, limits[name]);
  d.axes(left, top, width, height, [0, steps], [units, 0], { part: `map-${name}` });
  if (step < steps)
    d.bar(from, top, left + width - from, height, "x", { part: `unread-${name}`, more: { "fill-opacity": 0.07 } });
  const paths = {},
    dash = Math.min(0.4 * column, 7);
  for (let j = 0; j < step; j++) {
    for (let k = 0; k < units; k++) {
      const here = value(name, j + 1, k),
        level = Math.round(Math.min(Math.abs(here) / limit, 1) * LEVELS);
      if (!level) continue;
      const part = `${here < 0 ? "minus" : "plus"}-${level}`;
      const at = `M${(left + (j + 0.03) * column).toFixed(1)} ${(top + (k + 0.5) * line).toFixed(1)}`;
      paths[part] = (paths[part] ?? "") + at + `h${(0.94 * column).toFixed(1)}`;
      if (here < 0 && level > 1) {
        const from = left + (j + 0.5) * column - dash / 2;
        paths.sign = `${paths.sign ?? ""}M${from.toFixed(1)} ${(top + (k + 0.5) * line).toFixed(1)}h${dash.toFixed(1)}`;
      }
    }
  }
  const { sign: signs, ...strengths } = paths;
  for (const [part, path] of Object.entries(strengths)) {
    const [way, level] = part.split("-"),
      look = { "stroke-opacity": level / LEVELS, "stroke-width": Number((0.9 * line).toFixed(2)) };
    d.add("path", { class: limits[name] ? way : name, d: path, fill: "none", ...look }, { part: `${name}-${part}` });
  }
  if (signs)
    d.add("path", { class: "sign", d: signs, "stroke-width": Math.min(line / 5, 1.5) }, { part: `${name}-signs` });
  d.frame(left, middle - line / 2, left + width, middle + line / 2, null, {
    radius: 0,
    width: Math.min(2, line / 3),
    part: `row-${name}`,
  });
  d.text(left - 8, middle, "▸", { size: 16, part: `unit-${name}` });
}

/** What a map's colours say: signed where there is a limit, otherwise 0 … 1. */
function legend(d, name, left, y, limit) {
  const strengths = limit ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
  const [low, high] = limit ? [`−${figures(limit)}`, `+${figures(limit)}`] : ["0", "1"];
  d.text(left - 4, y, low, { size: 13, anchor: "end" });
  strengths.forEach((strength, k) => {
    const [x, top] = [left + 9 * k, y - 6];
    if (limit) d.shade(x, top, 9, 12, strength, 1);
    else d.bar(x, top, 9, 12, name, { more: { "fill-opacity": strength } });
  });
  d.frame(left, y - 6, left + 45, y + 6, null, { width: 1 });
  d.text(left + 49, y, high, { size: 13, anchor: "start" });
}

/** What goes from where to where: x and the last h into the gates, the last h of all into the head. */
function carried(d, now, axes, middles, { left, right, series, days, gate }, edge, column) {
  const { step, steps, inputs } = now,
    gates = "figo".split("");
  if (step) {
    const x = left + (step - 0.5) * column;
    d.arrow([x, axes.y(inputs.heights[step - 1]) + 5, x, middles.f - gate / 2 - 2], { look: "x", part: "reads" });
  }
  if (step > 1 && column > 20) {
    const x = left + (step - 1) * column,
      [first, ...others] = gates.map((name) => middles[name]);
    d.arrow([x - column / 2, middles.h, x, middles.h, x, first, x + 12, first], {
      look: "h",
      width: 3,
      part: "fed-back",
    });
    for (const y of others) d.arrow([x, y, x + 12, y], { look: "h", width: 3 });
  }
  const x = (edge + right) / 2,
    done = step === steps,
    middle = (middles.i + middles.g) / 2;
  const way = { look: done ? "h" : "x", dashed: !done, width: done ? 3 : 1.2 };
  d.arrow([edge, middles.h, x, middles.h, x, middle + 14], { ...way, part: "to-head" });
  d.arrow([x, middle - 14, x, series + days + 4], { ...way, look: done ? "LSTM" : "x", part: "from-head" });
  d.frame(x - 23, middle - 14, x + 23, middle + 14, done ? "W" : null, { radius: 0, part: "head" });
  d.text(x, middle, "head", { size: 14, bold: done, look: done ? "W" : "ink" });
}

/** Where the reader is, in words. */
function where({ step, steps, inputs, unit }) {
  if (!step) return `step 0 of ${steps}, nothing read yet`;
  return `step ${step} of ${steps}: x${subscript(step)} = ${inputs.words[step - 1]}${unit}`;
}

function render({ model, el }) {
  const page = live(model, el, scene),
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
  const sliders = {
    step: control("step", "step t", "step t, 0 before the first day", steps),
    hidden_unit: control("hidden_unit", "unit", "unit of the LSTM, counted from 0", units - 1),
    window: control("window", "window", "window, counted from 0", windows - 1),
  };
  const goal = task(page.top, "find the unit and the step at which C changes most in this window, up or down.");
  page.side.style.setProperty("--names", "4.4em");
  row(page.side, ...Object.values(sliders));
  row(page.side, time);
  const words =
    "Click or drag in a map: a column is a step, a row a unit. Each step, f, i, C̃ and o read xₜ and every unit's hₜ₋₁. " +
    "Red with a line is below 0; a colour at its full is that much or more.";
  page.side.append(make("p", {}, words));
  const say = spoken(page.root);

  const stepAt = (x) => {
    const { left, width } = page.drawing.scales.series;
    return clamp(Math.ceil(((x - left) / width) * steps), 0, steps);
  };
  const day = (_, [x]) => ({ step: stepAt(x) });
  const cell = (name, [x, y]) => {
    const { top, height } = page.drawing.scales[`map-${name}`];
    return { step: stepAt(x), hidden_unit: clamp(Math.floor(((y - top) / height) * units), 0, units - 1) };
  };
  page.svg.classList.add("sideways");
  page.touch({
    series: { press: day, drag: day, control: () => sliders.step },
    map: { press: cell, drag: cell, control: () => (units > 1 ? sliders.hidden_unit : sliders.step) },
  });
  return page.follow((state) => {
    const now = opened(state),
      { step, hidden_unit, value } = now;
    goal.check(...answer(state));
    const [C, h] = ["C", "h"].map((name) => formatNumber(value(name, step, hidden_unit)));
    say(step ? `step ${step}, unit ${hidden_unit}: C is ${C}, h is ${h}` : where(now));
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
    return [false, `Here: ${signed(here)}; the largest has size ${formatNumber(most)}.`];
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
