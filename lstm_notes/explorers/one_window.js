import { exponent, power } from "./axes.js";
import { Drawing } from "./drawing.js";
import { arrows, live, make, player, put, row, slider, spoken, task } from "./kit.js";
import {
  clamp,
  closing,
  figures,
  formatNumber,
  products,
  shortened,
  sign,
  signed,
  subscript,
  worth,
} from "./numbers.js";

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
const LEVELS = 20; // of a map's colour
const DOTS = 60; // of the window's values, at most
// Where things stand: everything between `left` and `right`, days one below the other; `gate` and `state` are the heights
// of a map, `above` that of the words over it, `small` that of its rows' numbers.
const WIDE = { width: 900, left: 152, right: 888, series: 56, days: 80, gate: 56, state: 72, above: 8, small: 11 };
const NARROW = { width: 420, left: 50, right: 412, series: 80, days: 70, gate: 46, state: 56, above: 25, small: 13 };

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
    limits: Object.fromEntries([..."gCh"].map((name) => [name, fullAt(steps, units, (t, k) => value(name, t, k))])),
    unit: state.unit && ` ${state.unit}`,
    inputs: part(0, steps),
    measured: part(steps, all - horizon),
    forecast: part(all - horizon, all),
    value,
    change: (t, k) => value("C", t, k) - value("C", t - 1, k),
  };
}

/** Where a signed map's colour is at its full: at the window's largest value, rounded up, so that each change is seen. */
function fullAt(steps, units, value) {
  let most = 0.01;
  for (let t = 1; t <= steps; t++) for (let k = 0; k < units; k++) most = Math.max(most, Math.abs(value(t, k)));
  const unit = power(exponent(most));
  return [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((size) => size * unit).find((limit) => limit >= most);
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
      moved = signed(change(step, hidden_unit)),
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
  // Over the numbers of the maps' rows.
  const row = narrow ? { size: 14, ...line } : { size: 14, bold: true, anchor: "end" };
  d.text(narrow ? 8 : place.left - 2, top - (narrow ? 5 : 2), `unit ${hidden_unit}`, { ...row, part: "unit" });
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
  const every = [1, 2, 5, 10, 20, 50, 100].find((stride) => stride * column > 24);
  for (let t = 1; t <= steps; t++) {
    if (t > 1 && t < steps && (t % every || Math.min(t - 1, steps - t) * column < 24)) continue;
    d.text(axes.x(t), top + 17, t > 1 ? `${t}` : "t = 1", { size: 13, part: `tick-${t}` });
  }
  let y = top + 39;
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
  const edge = left + width,
    last = horizon > 1 ? `–${steps + horizon}` : "";
  d.frame(edge, series, right, series + days, null, { radius: 0, width: 1, part: "after" });
  d.text((edge + right) / 2, series + days + 12, `t = ${steps + 1}${last}`, { size: 13, part: "after-words" });
  const line = { size: narrow ? 14 : 15, anchor: "start" };
  if (step < steps) {
    d.text(8, 40, `the forecast comes after step ${steps}`, { ...line, look: "LSTM", part: "LSTM-words" });
    return axes;
  }
  // Side by side, since they may be the same.
  const pitch = (right - edge) / (horizon + 1),
    apart = Math.min(pitch / 4, 7),
    after = (j) => edge + (j + 1) * pitch;
  forecast.heights.forEach((height, j) =>
    d.bar(after(j) - apart - 5, axes.y(height) - 5, 10, 10, "LSTM", { part: `LSTM-${j}` }),
  );
  measured.heights.forEach((height, j) =>
    d.dot(after(j) + apart, axes.y(height), "truth", { radius: 5, part: `truth-${j}` }),
  );
  const [expected, found] = outcome(now);
  d.text(8, 40, `■ ${expected}`, { ...line, look: "LSTM", part: "LSTM-words" });
  if (found) {
    const at = narrow ? [8, 62] : [40 + 8.4 * expected.length, 40];
    d.text(...at, `● ${found}`, { ...line, look: "truth", part: "truth-words" });
  }
  return axes;
}

/** Units by steps: one path for each sign and strength, a cell being a thick line in it; what comes after the present
 *  step is pale. */
function map(d, now, name, { left, top, height, width, column, above, small, narrow }) {
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
  legend(d, name, narrow ? 248 : 44, narrow ? row : row + 38, limits[name]);
  const lines = [
    ...Array.from({ length: steps - 1 }, (_, j) => `M${(left + (j + 1) * column).toFixed(1)} ${top}v${height}`),
    ...Array.from({ length: units - 1 }, (_, k) => `M${left} ${(top + (k + 1) * line).toFixed(1)}h${width.toFixed(1)}`),
  ];
  d.add(
    "path",
    { class: "axes", d: lines.join(""), "stroke-width": 0.5, "stroke-opacity": 0.6 },
    { part: `grid-${name}` },
  );
  const paths = {},
    dash = Math.min(0.4 * column, 7);
  for (let j = 0; j < steps; j++) {
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
  if (step < steps)
    d.bar(from, top, left + width - from, height, "page", { part: `unread-${name}`, more: { "fill-opacity": 0.72 } });
  d.axes(left, top, width, height, [0, steps], [units, 0], { part: `map-${name}` });
  d.frame(left, middle - line / 2, left + width, middle + line / 2, null, {
    radius: 0,
    width: Math.min(2, line / 3),
    part: `row-${name}`,
  });
  for (const k of new Set([0, units - 1])) {
    if (Math.abs(k - hidden_unit) * line < 0.85 * small) continue;
    d.text(left - 14, top + (k + 0.5) * line, `${k}`, { size: small, anchor: "end", part: `tick-${name}-${k}` });
  }
  d.text(left - 14, middle, `${hidden_unit}`, { size: small, bold: true, anchor: "end", part: `unit-${name}` });
  d.arrow([left - 12, middle, left - 2, middle], { width: 1, part: `unit-${name}-mark` });
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
function carried(d, now, axes, middles, { left, right, series, days, gate, state }, edge, column) {
  const { step, steps, inputs } = now,
    top = middles.f - gate / 2,
    bottom = middles.h + state / 2;
  if (step) {
    const x = left + (step - 0.5) * column;
    d.arrow([x, axes.y(inputs.heights[step - 1]) + 5, x, top - 2], { look: "x", part: "reads" });
  }
  if (step > 1 && column > 20) {
    const x = left + (step - 1) * column, // between two columns: no cell is covered
      from = x - column / 2;
    d.arrow([from, bottom, from, bottom + 6, x, bottom + 6, x, top - 6, x + Math.min(column / 2 - 5, 11), top - 6], {
      look: "h",
      width: 3,
      part: "fed-back",
    });
  }
  const x = (edge + right) / 2,
    half = Math.min((right - edge) / 2 - 3, 23), // of the head
    done = step === steps,
    middle = (middles.i + middles.g) / 2;
  const way = { look: done ? "h" : "x", dashed: !done, width: done ? 3 : 1.2 };
  d.arrow([edge, middles.h, x, middles.h, x, middle + 14], { ...way, part: "to-head" });
  d.arrow([x, middle - 14, x, series + days + 22], { ...way, look: done ? "LSTM" : "x", part: "from-head" });
  d.frame(x - half, middle - 14, x + half, middle + 14, done ? "W" : null, { radius: 0, part: "head" });
  d.text(x, middle, "head", { size: half < 23 ? 13 : 14, bold: done, look: done ? "W" : "ink" });
}

/** Where the reader is, in words. */
function where(now) {
  if (!now.step) return `step 0 of ${now.steps}, nothing read yet`;
  return `step ${now.step} of ${now.steps}: ${readAt(now, now.step)}`;
}

/** What step t reads, in words. */
const readAt = ({ inputs, unit }, t) => `x${subscript(t)} = ${inputs.words[t - 1]}${unit}`;

/** A cell of a map, in words. */
function cellAt({ value, change }, name, { step: made, hidden_unit }) {
  const step = made || 1, // the left edge is the first column's
    symbol = MAPS[name][0].replace("ₜ", subscript(step)),
    moved = name === "C" ? `, a change of ${signed(change(step, hidden_unit))}` : "";
  return `unit ${hidden_unit}, step ${step}: ${symbol} = ${formatNumber(value(name, step, hidden_unit))}${moved}`;
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
    home: "step 0, before the first day",
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
    "Click or drag in a map; arrow keys go on from there. A column is a step, a row a unit. At each step f, i, C̃ and o " +
    "read xₜ and every unit's hₜ₋₁. Red with a line is below 0; faint columns are still to come. ≈: as rounded.";
  page.side.append(make("p", {}, words));
  const say = spoken(page.root);

  let now;
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
    series: { press: day, drag: day, control: () => sliders.step, says: (_, [x]) => readAt(now, stepAt(x) || 1) },
    map: {
      press: cell,
      drag: cell,
      control: () => (units > 1 ? sliders.hidden_unit : sliders.step),
      says: (name, place) => cellAt(now, name, cell(name, place)),
    },
  });
  arrows(sliders.hidden_unit, (right, down) => {
    const to = { step: now.step + right, hidden_unit: now.hidden_unit + down };
    put(model, { step: clamp(to.step, 0, steps), hidden_unit: clamp(to.hidden_unit, 0, units - 1) });
  });
  return page.follow((state) => {
    now = opened(state);
    const { step, hidden_unit, value } = now;
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
    const differ = (digits) => formatNumber(Math.abs(here), digits) !== formatNumber(most, digits),
      digits = [2, 3, 4].find(differ) ?? 5;
    return [false, `Here: ${signed(here, digits)}; the largest, up or down, is ${formatNumber(most, digits)} in size.`];
  }
  const [f, i, g] = ["f", "i", "g"].map((name) => value(name, step, hidden_unit)),
    before = value("C", step - 1, hidden_unit);
  const split = (more) => {
    const moved = signed(here),
      [lost, written] = [(f - 1) * before, i * g].map((value) => signed(value, 2 + more));
    const is = sign(worth(lost) + worth(written), moved) === "=" ? "is" : "≈";
    return `${moved} ${is} ${lost} from forgetting, (fₜ − 1) · Cₜ₋₁, and ${written} from writing, iₜ · C̃ₜ.`;
  };
  return [true, closing(split)];
}

export default { render };
