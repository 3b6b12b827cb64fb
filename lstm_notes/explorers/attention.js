import { niceLimit, roundLevels, spreadOut } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, choice, live, make, put, row, slider, spoken, task } from "./kit.js";
import { clamp, figures, formatNumber, mean, sign, signed, worth, wrapped } from "./numbers.js";

const TITLE = "Which days a forecast attended to, and which it hangs on";
const LOOKS = { learned: "LSTM", even: "g", elsewhere: "g" }; // of each kind of weights
const KINDS = Object.keys(LOOKS);

// Where things are: left, top, width, height of axes, the three of a window one below the other; of words where they
// begin and how many letters a line has; of the table where its columns end.
const WIDE = {
  size: [880, 546],
  year: [52, 50, 816, 48],
  window: [52, 152, 558, 98],
  weights: [52, 286, 558, 82],
  moved: [52, 404, 558, 88],
  titles: 52,
  table: { top: 292, row: 21, left: 632, ends: [760, 816, 868] },
  step: [632, 412],
  same: [52, 534, 90],
};
const NARROW = {
  size: [420, 804],
  year: [48, 50, 362, 48],
  window: [48, 156, 240, 120],
  weights: [48, 312, 240, 90],
  moved: [48, 438, 240, 100],
  titles: 8,
  table: { top: 682, row: 21, left: 8, ends: [200, 290, 380] },
  step: [8, 578],
  same: [8, 774, 54],
};

// -- The day at hand -------------------------------------------------------------------------------------------------

const largest = (values) => values.reduce((most, value, k) => (value > values[most] ? k : most), 0);

/** The place of one of `values` among them, the largest first, from 1. */
const rank = (values, k) => 1 + values.filter((value) => value > values[k]).length;

/** The day, the day of its window and the kind of weights that are there, whatever an address said, with what follows:
 *  `series`, the first window and all test days; of this day its `window`, `forecasts` and `shares` by kind of weights;
 *  `moved`, how far the forecast moves without each day, and the `sizes` of that; `most`, the day with the largest
 *  learned weight, and `hangs`, the one without which it moves most, both from 0. */
function today({ day: asked, step: read, weights, about, data }) {
  const { days, look_back: T, dates } = about;
  const day = clamp(Math.round(asked) || 0, 0, days - 1);
  const kind = KINDS.includes(weights) ? weights : KINDS[0];
  const series = data.subarray(0, T + days);
  const all = Object.fromEntries(KINDS.map((name, k) => [name, data.subarray(T + (1 + k) * days, T + (2 + k) * days)]));
  const [learned, elsewhere, moved] = [0, 1, 2].map((k) => {
    const from = T + 4 * days + (k * days + day) * T;
    return Array.from(data.subarray(from, from + T));
  });
  const shares = { learned, even: Array(T).fill(1 / T), elsewhere };
  const sizes = moved.map(Math.abs);
  return {
    ...about,
    T,
    day,
    step: clamp(Math.round(read) || 1, 1, T),
    kind,
    series,
    all,
    date: dates[day + T],
    window: Array.from(series.subarray(day, day + T)),
    measured: series[day + T],
    forecasts: Object.fromEntries(KINDS.map((name) => [name, all[name][day]])),
    shares,
    moved,
    sizes,
    most: largest(learned),
    hangs: largest(sizes),
  };
}

const one = (value) => formatNumber(value, 1);
const share = (value) => formatNumber(value, 3);

/** How far the forecast moves with other weights, with "≈" where the forecasts, as they are written, do not give it. */
function moveOf({ forecasts }, kind) {
  const [own, other] = [forecasts.learned, forecasts[kind]].map((value) => formatNumber(value));
  const words = signed(forecasts[kind] - forecasts.learned);
  return (sign(worth(other) - worth(own), words) === "=" ? "" : "≈ ") + words;
}

/** How much of the weight lies on other days than learned, in percent. */
const elsewhereOf = ({ shares: { learned, elsewhere } }) =>
  formatNumber(50 * learned.reduce((sum, value, k) => sum + Math.abs(elsewhere[k] - value), 0), 0);

// -- The picture -----------------------------------------------------------------------------------------------------

/** The year; the day's window with forecast and truth; below each of its days its weight, and how far the forecast moves
 *  without it. */
export function scene(state, narrow = false) {
  const now = today(state);
  const places = narrow ? NARROW : WIDE;
  const d = new Drawing(...places.size, TITLE);
  theYear(d, now, places);
  theWindow(d, now, places);
  theWeights(d, now, places);
  theMoves(d, now, places);
  theTable(d, now, places);
  theStep(d, now, places, narrow);
  const { T, day, days, date, dates, unit, window, measured, forecasts, shares, moved, most, hangs, mae, same } = now;
  const others = KINDS.slice(1).map(
    (kind) => `${kind} ${formatNumber(forecasts[kind])} ${unit}, MAE ${formatNumber(mae[kind])}`,
  );
  d.description =
    `${TITLE}: ${date}, day ${day} of ${days} test days. Its window of ${T} days from ${dates[day]} ends at ` +
    `${one(window.at(-1))} ${unit}; the forecast is ${formatNumber(forecasts.learned)} ${unit}, measured was ` +
    `${one(measured)}. Below each day its weight: the largest learned one is ${share(shares.learned[most])}, of day ` +
    `${most + 1}, an even share ${share(1 / T)}. Below that, how far the forecast moves when the day is put to the ` +
    `training mean, ${one(now.mean)}: most without day ${hangs + 1}, by ${signed(moved[hangs])} ${unit}; without day ` +
    `${most + 1} by ${signed(moved[most])}. Over all test days the MAE is ${formatNumber(mae.learned)}. With other ` +
    `weights: ${others.join("; ")}. Drawn are the weights "${now.kind}". In ${same} of ${days} windows the two days ` +
    "are one.";
  return d;
}

/** Round values as the ends of an axis, and as its ticks. */
const ends = (levels) => [levels[0], levels.at(-1)];
const ticks = (levels) => levels.map((value) => [value, figures(value)]);

/** All test days and the first window, the day's own window marked. */
function theYear(d, { T, day, days, date, dates, unit, series, forecasts, kind }, { year, titles }) {
  const [left, top, width, height] = year;
  d.text(titles, 16, `test day ${day}: ${date}`, { bold: true, anchor: "start", part: "title" });
  const levels = roundLevels(series, 4, 0.1);
  const axes = d.axes(...year, [0, T + days - 1], ends(levels), { yticks: ticks(levels), part: "year" });
  const words = `measured${unit && `, ${unit}`} (press or drag: another day)`;
  d.text(titles, top - 13, words, { size: 13, look: "truth", anchor: "start" });
  const [from, to] = [axes.x(day), axes.x(day + T - 1)];
  d.frame(from, top, to, top + height, "window", { radius: 0, width: 1.5, part: "year-window" });
  d.curve(axes, series, "truth", { width: 1.2, part: "year-curve" });
  const at = axes.x(day + T);
  d.arrow([at, top, at, top + height], { head: false, part: "mark" });
  d.dot(at, axes.y(forecasts[kind]), LOOKS[kind], { part: "mark-dot" });
  [0, Math.floor((T + days - 1) / 2), T + days - 1].forEach((k, j) => {
    d.text(axes.x(k), top + height + 15, dates[k], { size: 13, anchor: ["start", "middle", "end"][j] });
  });
  d.handle(left - 3, top - 3, left + width + 3, top + height + 3, "day", "day");
}

/** Axes across a window's days and the day ahead, with a title above, and the day that is at hand. */
function ofTheWindow(d, { T, step }, place, ys, yticks, name, title, titles) {
  const [left, top, , height] = place;
  const axes = d.axes(...place, [-0.5, T + 0.5], ys, { yticks, part: name });
  d.text(titles, top - 13, title, { size: 13, anchor: "start", part: `${name}-title` });
  const x = axes.x(step - 1);
  d.arrow([x, top, x, top + height], { head: false, width: 1.2, part: `step-${name}` });
  d.handle(left, top, axes.x(T - 0.5), top + height, `step ${name}`, "step");
  return axes;
}

/** What the network read, and on the day ahead its forecast and the truth. */
function theWindow(d, now, { window: place, titles }) {
  const { T, step, kind, series, all, unit, window, measured, forecasts } = now;
  const [left, top, width, height] = place;
  const levels = roundLevels([...series, ...KINDS.flatMap((name) => Array.from(all[name])), now.mean], 6, 0.1);
  const title = `its window of ${T} days${unit && `, ${unit}`}; dashed: the training mean, ${one(now.mean)}`;
  const axes = ofTheWindow(d, now, place, ends(levels), ticks(levels), "window", title, titles);
  const level = axes.y(now.mean);
  d.arrow([left, level, axes.x(T - 0.5), level], { head: false, dashed: true, width: 1, part: "mean" });
  d.frame(axes.x(T - 0.5), top, axes.x(T + 0.5), top + height, "window", { radius: 0, width: 1, part: "ahead" });
  const more = { "pointer-events": "none" };
  d.curve(axes, window, "truth", { part: "window-curve", more });
  d.dot(axes.x(step - 1), axes.y(window[step - 1]), "truth", { part: "step-dot", more });
  const heights = [measured, forecasts[kind]].map((value) => axes.y(value));
  const labels = spreadOut(heights, 19, top + 8, top + height - 8);
  [
    ["truth", `measured ${one(measured)}`],
    [LOOKS[kind], `forecast ${formatNumber(forecasts[kind])}`],
  ].forEach(([look, words], k) => {
    const name = k ? "forecast" : "measured";
    const right = left + width;
    const way = [axes.x(T), heights[k], right + 2, heights[k], right + 14, labels[k]];
    d.arrow(way, { look, head: false, width: 1.2, part: `line-${name}` });
    d.dot(axes.x(T), heights[k], look, { part: `dot-${name}` });
    d.text(right + 17, labels[k], words, { look, anchor: "start", size: 13, bold: true, part: `label-${name}` });
  });
}

/** A bar for each day's weight; where it is not the learned one, that as an outline. */
function theWeights(d, now, { weights: place, titles }) {
  const { T, kind, shares } = now;
  const [left, , width] = place;
  const limit = niceLimit(Math.max(...shares[kind], ...shares.learned), 1e-3);
  const title = {
    learned: `weights of attention, learned; dashed: the even share, ${share(1 / T)}`,
    even: `even weights, ${share(1 / T)} each; outlined: the learned ones`,
    elsewhere: `same forecast, ${elsewhereOf(now)}% of the weight elsewhere; outlined: learned`,
  }[kind];
  const axes = ofTheWindow(d, now, place, [0, limit], ticks([0, limit]), "weights", title, titles);
  const wide = (width / (T + 1)) * 0.7;
  const more = { "pointer-events": "none" };
  shares[kind].forEach((value, k) => {
    const [x, y] = [axes.x(k) - wide / 2, axes.y(value)];
    d.bar(x, y, wide, axes.y(0) - y, LOOKS[kind], { part: `weight-${k + 1}`, more });
    if (kind === "learned") return;
    const own = axes.y(shares.learned[k]);
    d.frame(x, own, x + wide, axes.y(0), "", { radius: 0, width: 1.2, part: `learned-${k + 1}`, more });
  });
  const level = axes.y(1 / T);
  d.arrow([left, level, axes.x(T - 0.5), level], { head: false, dashed: true, width: 1, part: "even", more });
}

/** A stem with a head for each day: how far the forecast moves, up or down, when the day is put to the training mean. */
function theMoves(d, now, { moved: place, titles, same: [across, below, letters] }) {
  const { T, day, days, date, dates, unit, moved, same } = now;
  const [left, top, width, height] = place;
  const levels = roundLevels([0, ...moved], 4, 0.01);
  const title = `the forecast moves${unit && `, ${unit},`} if a day is put to the mean, ${one(now.mean)}`;
  const axes = ofTheWindow(d, now, place, ends(levels), ticks(levels), "moved", title, titles);
  const [zero, right] = [axes.y(0), axes.x(T - 0.5)];
  const more = { "pointer-events": "none" };
  d.arrow([left, zero, right, zero], { head: false, width: 1, part: "zero", more });
  moved.forEach((value, k) => {
    const [x, y] = [axes.x(k), axes.y(value)];
    d.arrow([x, zero, x, y], { look: "f", head: false, width: 2.5, part: `stem-${k + 1}`, more });
    d.dot(x, y, "f", { radius: Math.min(4.5, width / (T + 1) / 2.4), part: `moved-${k + 1}`, more });
  });
  d.text(left, top + height + 15, dates[day], { size: 13, anchor: "start", part: "from" });
  d.text(left + width, top + height + 15, date, { size: 13, bold: true, anchor: "end", part: "target" });
  const words = `The day with the largest weight is the one that moves it most in ${same} of ${days} windows.`;
  wrapped(words, letters).forEach((line, k) => {
    d.text(across, below + 17 * k, line, { size: 13, anchor: "start", part: `same-${k}` });
  });
}

/** A row for each kind of weights: the forecast, how far it moves, and the error over all test days. */
function theTable(d, now, { table: { top, row, left, ends } }) {
  const { kind: shown, forecasts, mae } = now;
  ["weights", "forecast", "moves", "MAE"].forEach((words, k) => {
    d.text(k ? ends[k - 1] : left, top, words, { size: 13, anchor: k ? "end" : "start" });
  });
  KINDS.forEach((kind, k) => {
    const y = top + row * (k + 1);
    const look = { size: 13, bold: kind === shown };
    d.text(left, y, kind, { ...look, look: LOOKS[kind], anchor: "start", part: `kind-${kind}` });
    const move = k ? moveOf(now, kind) : "";
    [formatNumber(forecasts[kind]), move, formatNumber(mae[kind])].forEach((words, n) => {
      d.text(ends[n], y, words, { ...look, anchor: "end", part: `${["forecast", "move", "mae"][n]}-${kind}` });
    });
  });
}

/** The day of the window that is at hand: its weight, and how far the forecast moves without it, and how these stand
 *  among the days. */
function theStep(d, now, { step: [left, top] }) {
  const { T, day, step, kind, dates, unit, window, shares, moved, sizes } = now;
  const k = step - 1;
  const away = worth(one(window[k])) - worth(one(now.mean));
  const lines = [
    [`${dates[day + k]}, day ${step}: ${one(window[k])} ${unit}`],
    [`${one(Math.abs(away))} ${unit} ${away < 0 ? "below" : "above"} the mean`],
    [`learned weight ${share(shares.learned[k])}: rank ${rank(shares.learned, k)} of ${T}`, LOOKS.learned],
    [`moves it ${signed(moved[k])} ${unit}: rank ${rank(sizes, k)} of ${T}`, "f"],
    ...(kind === "learned" ? [] : [[`its weight, ${kind}: ${share(shares[kind][k])}`, LOOKS[kind]]]),
  ];
  lines.forEach(([words, look], n) => {
    d.text(left, top + 19 * n, words, { size: 13, bold: !n, look, anchor: "start", part: `step-words-${n}` });
  });
}

/** What a pointer is told at the place `x` of the axes `name`: of a forecast of the year, or of a day of the window. */
export function told(state, name, x) {
  const { T, days, day, dates, unit, window, shares, kind, moved } = today(state);
  if (name === "year") {
    const other = today({ ...state, day: clamp(Math.round(x) - T, 0, days - 1) });
    return (
      `${other.date}: forecast ${formatNumber(other.forecasts[kind])}, measured ${one(other.measured)} ${unit}\n` +
      `most weight on day ${other.most + 1}, moves most without day ${other.hangs + 1}`
    );
  }
  const k = clamp(Math.round(x), 0, T - 1);
  return (
    `${dates[day + k]}, day ${k + 1}: ${one(window[k])} ${unit}\n` +
    `weight ${share(shares[kind][k])}; without it ${signed(moved[k])} ${unit}`
  );
}

// -- The tasks -------------------------------------------------------------------------------------------------------

/** Whether the day that is selected has most weight, and hardly moves the forecast, though it is far from the mean. */
export function idle(state) {
  const now = today(state);
  const { step, unit, window, shares, sizes, most, hangs, hardly, far } = now;
  const k = step - 1;
  if (k !== most) return [false, `Day ${step} is rank ${rank(shares.learned, k)} by weight: select the first.`];
  const away = Math.abs(window[k] - now.mean);
  const part = sizes[k] / sizes[hangs];
  const percent = formatNumber(100 * part, part < 0.02 ? 2 : 0);
  const words =
    `Day ${step}: weight ${share(shares.learned[k])}, moves it by ${formatNumber(sizes[k], 3)} ${unit}, ` +
    `${percent}% of what day ${hangs + 1} does; ${formatNumber(away)} ${unit} from the mean.`;
  return [part < hardly && away > far, words];
}

/** Whether even weights move this forecast as far as any, and what that is over all days. */
export function evened(state) {
  const { kind, date, unit, forecasts, all, mae, days, threshold } = today(state);
  if (kind !== "even") return [false, "Choose even weights."];
  const size = (k) => Math.abs(all.even[k] - all.learned[k]);
  const moved = Math.abs(forecasts.even - forecasts.learned);
  const words = `${date}: it moves by ${formatNumber(moved, 3)} ${unit}.`;
  if (moved <= threshold) return [false, words];
  const average = mean(Array.from({ length: days }, (_, k) => size(k)));
  const [learned, even] = [mae.learned, mae.even].map((value) => formatNumber(value));
  const over = `Over all ${days} days it moves by ${formatNumber(average)} ${unit} on average`;
  return [true, `${words} ${over}; the MAE is ${even}, with the learned weights ${learned}.`];
}

// -- The explorer ----------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const { days, look_back, unit, far, hardly, threshold, asked } = model.get("about");
  const page = live(model, el, scene);
  const goals = [
    [
      idle,
      `find a test day whose largest weight lies on a day that hardly moves the forecast, under ${100 * hardly}% of what ` +
        `another does, though over ${figures(far)} ${unit} from the mean.`,
    ],
    [evened, `choose even weights, and find a forecast that moves by more than ${figures(threshold)} ${unit}.`],
  ]
    .filter((_, k) => asked[k])
    .map(([judge, words]) => [judge, task(page.top, words)]);
  const chosen = slider(model, "day", { label: "test day", words: "test day, from 0", min: 0, max: days - 1, step: 1 });
  const step = slider(model, "step", {
    label: "in window",
    words: "day in the window, from 1",
    min: 1,
    max: look_back,
    step: 1,
  });
  row(page.side, chosen, step).style.setProperty("--names", "5.3em");
  const kinds = Object.fromEntries(KINDS.map((kind) => [kind, [kind, LOOKS[kind]]]));
  row(page.side, choice(model, "weights", "weights", kinds));
  const read = (name) => put(model, { step: today(page.state())[name] + 1 });
  row(
    page.side,
    button("Largest weight", () => read("most")),
    button("Moves it most", () => read("hangs")),
  ).classList.add("even");
  page.side.append(make("p", {}, "Press a day of the window: its weight, and what it moves."));
  const say = spoken(page.root);

  // A forecast is picked in the year, a day of its window below, with the pointer.
  const where = (name, [x]) => page.drawing.scales[name].fromX(x);
  const pick = (_, place) => ({ day: clamp(Math.round(where("year", place)) - look_back, 0, days - 1) });
  const select = (name, place) => ({ step: clamp(Math.round(where(name, place)) + 1, 1, look_back) });
  page.touch({
    day: {
      press: pick,
      drag: pick,
      control: () => chosen,
      says: (_, place) => told(page.state(), "year", where("year", place)),
    },
    step: {
      press: select,
      drag: select,
      control: () => step,
      says: (name, place) => told(page.state(), name, where(name, place)),
    },
  });
  return page.follow((state) => {
    const { T, date, kind, forecasts, measured, shares, moved } = today(state);
    for (const [judge, goal] of goals) goal.check(...judge(state));
    const k = clamp(state.step, 1, T) - 1;
    say(
      `${date}: forecast ${formatNumber(forecasts[kind])}, measured ${one(measured)} ${unit}. Day ${k + 1}: weight ` +
        `${share(shares[kind][k])}, without it the forecast moves by ${signed(moved[k])} ${unit}`,
    );
  });
}

export default { render };
