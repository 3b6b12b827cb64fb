import { endTicks, niceLimit } from "./axes.js";
import { Drawing } from "./drawing.js";
import { here, trainer } from "./elsewhere.js";
import { choice, live, make, put, slider, spoken, task } from "./kit.js";
import { clamp, figures, floats, formatNumber, wrapped } from "./numbers.js";
import { Training, left, turnOver } from "./twins.js";
import training from "./twins.js" with { type: "text" };

const COLUMNS = 3; // of the frame, as in digits.py: update, difference of a weight, difference of a forecast
const HIGHEST = 22; // the highest bit that can be turned over
const MANTISSA = { float64: 52, float32: 23 }; // bits
const WRITTEN = { float64: 17, float32: 9 }; // digits that tell every number from its neighbours
const [LOWEST, TOP, TENTH] = [1e-18, 100, 0.1]; // of the axis; °C that a reader would see
const WIDE = {
  width: 900,
  height: 616,
  bits: [20, 84, 860, 24],
  pair: [20, 160, 22],
  curves: [70, 306, 810, 226],
  ghosts: [20, 598],
};
const NARROW = {
  width: 420,
  height: 696,
  bits: [8, 106, 404, 26],
  pair: [8, 184, 17],
  curves: [56, 358, 350, 216],
  ghosts: [8, 640],
};

// -- What is shown, and its words ------------------------------------------------------------------------------------

/** The frame taken apart. */
function shown({ frame, pair, precision }) {
  const column = (k) => Array.from({ length: frame.length / COLUMNS }, (_, row) => frame[COLUMNS * row + k]);
  const [updates, weights, forecasts] = [0, 1, 2].map(column);
  const [one, other] = pair.map((value) => value.toPrecision(WRITTEN[precision]).replace("-", "−"));
  let same = 0; // letters from the left
  while (same < one.length && one[same] === other[same]) same++;
  const digits = one.slice(0, same).replace(/^[−0.]+|\D/g, "").length;
  const now = { update: updates.at(-1), weight: weights.at(-1), forecast: forecasts.at(-1) };
  return { updates, weights, forecasts, one, other, same, digits, ...now };
}

/** The start weight whose bit is turned over, as the second network has it: its value, and its bits from the last one. */
function turned({ training: name, precision, bit, fixed }) {
  const kind = precision === "float32" ? Float32Array : Float64Array;
  const number = kind.of(fixed.weight[name === "wild" ? "wild" : "calm"]);
  turnOver(number, bit);
  const view = new DataView(number.buffer);
  const bits = Array.from({ length: MANTISSA[precision] }, (_, k) => {
    return (view.getUint32(k < 32 ? 0 : 4, true) >>> (k % 32)) & 1;
  });
  return { value: number[0], bits };
}

const bitInWords = (bit) => (bit ? `bit ${bit} before the last` : "the last bit");

const settingsInWords = ({ training: name, precision, bit }) => `${name}, ${precision}, ${bitInWords(bit)} turned over`;

const apart = (value, unit = "") => (value ? `${figures(value, 1)}${unit}` : "nothing");

const resultInWords = ({ update, weight, forecast }) =>
  `update ${update}: a weight differs by up to ${apart(weight)}, a forecast by ${apart(forecast, " °C")}`;

const agreeing = ({ digits, one, other }) =>
  one === other
    ? "all digits agree"
    : digits === 1
      ? "the first digit agrees"
      : digits
        ? `the first ${digits} digits agree`
        : "not one digit agrees";

function describe(state, run) {
  return (
    `Two trainings that differ in one bit: ${settingsInWords(state)}. After ${resultInWords(run)}. ` +
    `The forecasts for January 1 are ${run.one} and ${run.other} °C: ${agreeing(run)}.` +
    state.ghosts.map(({ settings, points }) => ` Earlier: ${settingsInWords(settings)}: ${ended(points)}.`).join("")
  );
}

const ended = (points) => `${apart(points.at(-1)[1], " °C")} after update ${points.at(-1)[0]}`;

// -- The picture -----------------------------------------------------------------------------------------------------

/** The bits of the weight, both forecasts in full, and how far apart the two have been by update. */
export function scene(state, narrow = false) {
  const run = shown(state);
  const places = narrow ? NARROW : WIDE;
  const d = new Drawing(places.width, places.height, "How many digits are real?");
  const start = narrow ? 8 : 20;
  const heading = (y, words, part, more) => d.text(start, y, words, { size: 15, anchor: "start", part, ...more });
  heading(18, settingsInWords(state), "settings", { bold: true, size: narrow ? 15 : 17 });
  bits(d, state, places, narrow);
  forecasts(d, run, places, narrow);
  curves(d, state, run, places, narrow);
  d.description = describe(state, run);
  return d;
}

/** The mantissa of the weight: a filled square is a 1. */
function bits(d, state, places, narrow) {
  const { value, bits: all } = turned(state);
  const [left, top, width, height] = places.bits;
  const written = value.toPrecision(WRITTEN[state.precision]).replace("-", "−");
  const what = `the ${all.length} bits of recurrent_kernel[0, 0]’s mantissa in the second network:`;
  const lines = narrow ? wrapped(`${what} ${written}`, 50) : [`${what} ${written}`];
  lines.forEach((line, k) => {
    const y = top - 36 + 20 * (k + 1 - lines.length);
    d.text(left, y, line, { size: 14, anchor: "start", part: `weight-${k}` });
  });
  const wide = Math.min(width / all.length, 24);
  const place = (k) => left + wide * (all.length - 1 - k);
  all.forEach((one, k) => {
    const [x, gap] = [place(k), narrow ? 0.7 : 1.2];
    const look = k === state.bit ? "f" : "W";
    const part = { part: `bit-${k}` };
    if (one) d.bar(x + gap, top, wide - 2 * gap, height, look, part);
    else
      d.frame(x + gap, top, x + wide - gap, top + height, k === state.bit ? "f" : null, {
        radius: 0,
        width: 1,
        ...part,
      });
  });
  const x = place(state.bit) + wide / 2;
  d.arrow([x, top - 16, x, top - 3], { look: "f", width: 2, part: "turned" });
  d.handle(place(HIGHEST), top - 2, place(0) + wide, top + height + 2, "bit", null, { part: "touch-bit" });
}

/** Both forecasts for January 1 in full, the digits on which they agree in bold. */
function forecasts(d, run, places, narrow) {
  const [left, top, size] = places.pair;
  const words = `forecast for January 1, 2014, °C: ${agreeing(run)}`;
  d.text(left, top - 22, words, { size: 14, anchor: "start", part: "agree" });
  const from = left + (narrow ? 116 : 170);
  const meet = from + 0.62 * size * run.same; // where the digits that agree end
  ["one", "other"].forEach((name, k) => {
    const y = top + 8 + k * (size + 12);
    d.text(left, y, k ? "one bit turned" : "as it is", { size: 14, anchor: "start" });
    const [same, rest] = [run[name].slice(0, run.same), run[name].slice(run.same)];
    const pieces = [
      [same, { anchor: "end", bold: true, look: "LSTM", part: `${name}-same` }],
      [rest, { anchor: "start", look: "f", part: `${name}-rest` }],
    ];
    for (const [digits, look] of pieces) if (digits) d.text(meet, y, digits, { size, ...look });
  });
}

/** How far apart weights and forecasts have been, by update; earlier runs stay. */
function curves(d, state, run, places, narrow) {
  const { updates, weights, forecasts: apartBy } = run;
  const [left, top] = places.curves;
  const result = resultInWords(run);
  const lines = narrow ? result.split(/, (?=a forecast)/) : [result];
  lines.forEach((line, k) =>
    d.text(narrow ? 8 : 20, top - 66 + (narrow ? 20 * k - 26 : 0), line, {
      size: 15,
      anchor: "start",
      part: `result-${k}`,
    }),
  );
  const names = [
    ["LSTM", "a forecast, °C, largest of January", 0, 0],
    ["W", "a weight, largest of all", narrow ? 0 : 280, narrow ? 20 : 0],
  ];
  for (const [look, words, right, down] of names) {
    const [x, y] = [left + right, top - 34 + down];
    d.add("path", { class: `${look} curve`, d: `M ${x} ${y} h 20`, fill: "none", "stroke-width": 2.2 });
    d.text(x + 25, y, words, { look, size: 14, anchor: "start" });
  }
  const last = niceLimit(run.update, 50);
  const xs = { xticks: endTicks(0, last), xlabel: "updates", part: "apart" };
  const axes = d.axes(...places.curves, [0, last], [LOWEST, TOP], { log: "y", grid: true, ...xs });
  d.curve(axes, [TENTH, TENTH], "persistence", { xs: [0, last], width: 1.6, part: "tenth" });
  const words = "a tenth of a degree";
  d.text(axes.left + 6, axes.y(TENTH) - 10, words, { look: "persistence", size: 13, anchor: "start" });
  const [ghostLeft, ghostTop] = places.ghosts;
  state.ghosts.forEach(({ settings, points }, k) => {
    const more = { opacity: 0.6, style: `stroke-dasharray: ${["none", "7 4", "2 3"][k]}` };
    const inside = points.filter(([x]) => x <= last);
    const [at, values] = [0, 1].map((column) => inside.map((point) => point[column]));
    d.curve(axes, values, "LSTM", { xs: at, width: 1.4, part: `ghost-${k}`, more });
    const [x, y] = narrow ? [ghostLeft, ghostTop + 20 * k] : [ghostLeft + 290 * k, ghostTop];
    const line = { class: "LSTM curve", d: `M ${x} ${y} h 18`, fill: "none", "stroke-width": 1.6 };
    d.add("path", line, { part: `ghost-line-${k}`, more });
    const words = `${settings.training}, ${settings.precision}, bit ${settings.bit}: ${figures(points.at(-1)[1], 1)} °C`;
    const says = { "data-says": `earlier: ${settingsInWords(settings)}: ${ended(points)}` };
    d.text(x + 24, y, words, { size: 13, anchor: "start", part: `ghost-words-${k}`, more: says });
  });
  if (!state.ghosts.length) {
    const words = "Earlier runs stay, as faint curves named here.";
    d.text(ghostLeft, ghostTop, words, { size: 13, anchor: "start", part: "ghost-hint" });
  }
  d.curve(axes, weights, "W", { xs: updates, width: 1.8, dot: true, part: "weights" });
  d.curve(axes, apartBy, "LSTM", { xs: updates, width: 2.6, dot: true, part: "forecasts" });
}

// -- The task --------------------------------------------------------------------------------------------------------

/** Whether the last bit has reached the forecast's tenth of a degree. */
export function visible(state) {
  const [one, other] = state.pair;
  const away = Math.abs(one - other);
  if (state.bit) return [false, `Now it is bit ${state.bit}; the last one is bit 0.`];
  const size = away >= TENTH ? formatNumber(away, 1) : figures(away, 1);
  return [away >= TENTH, `${away ? `${size} °C apart` : "Not apart"} after ${shown(state).update} updates.`];
}

// -- The explorer ----------------------------------------------------------------------------------------------------

const SETTINGS = ["training", "precision", "bit", "speed"];

/** What the page needs to train by itself, and the earlier runs, the one that the kernel leaves included. */
function begin(model, { training: name, precision, bit }) {
  const [series, starts] = ["_series", "_starts"].map((each) => floats(model.get(each), Float64Array));
  const ghosts = left(model.get("ghosts"), floats(model.get("frame")), { training: name, precision, bit });
  return [{ series, starts, fixed: model.get("fixed") }, ghosts];
}

function render({ model, el }) {
  const page = live(model, el, scene);
  const { kernel } = page;
  const asked = { name: "twins.js", text: training, Training, settings: SETTINGS };
  const own = here(model, { ...asked, begin: (settings) => begin(model, settings) });
  const { time, turn, rest, stop: leave } = trainer(model, kernel, own, SETTINGS);

  const speed = choice(model, "speed", "speed", { slow: ["slow"], normal: ["normal"], fast: ["fast"] });
  const how = choice(model, "training", "training", { calm: ["calm"], bold: ["bold"], wild: ["wild"] });
  const precision = choice(model, "precision", "precision", { float64: ["float64"], float32: ["float32"] });
  const set = ({ bit }) => put(model, { bit: clamp(Math.round(bit), 0, HIGHEST) });
  const words = "bit that is turned over, 0 is the last";
  const bit = slider(model, "bit", { label: "bit", words, min: 0, max: HIGHEST, step: 1, thing: "f", change: set });
  const goal = task(page.top, "let the last bit be seen in the tenth of a degree of the forecast for January 1.");
  const said = make("p", { role: "status" }, "");
  const otherwise = make(
    "p",
    { hidden: "" },
    make("small", {}, "This page keeps float32 and adds up in float64: another machine than Python's."),
  );
  const anew = make("p", {}, make("small", {}, "a change starts anew:"));
  page.side.append(time, speed, make("div", { class: "group" }, anew, how, precision, bit), said, otherwise);
  const say = spoken(page.root);

  const at = ([x]) => {
    const [start, , width] = (page.narrow ? NARROW : WIDE).bits;
    const count = MANTISSA[model.get("precision")];
    const wide = Math.min(width / count, 24);
    return { bit: clamp(count - 1 - Math.floor((x - start) / wide), 0, HIGHEST) };
  };
  page.touch({ bit: { press: (_, place) => at(place), drag: (_, place) => at(place), control: () => bit } });

  function update(state) {
    const run = shown(state);
    const now = turn(state, run.update);
    if (said.textContent !== now) said.textContent = now;
    otherwise.hidden = !(kernel.gone && state.precision === "float32");
    goal.check(...visible(state));
    say(`Update ${run.update}: ${agreeing(run)}.`);
  }

  const stop = page.follow(update, rest);
  return () => {
    leave();
    stop();
  };
}

export default { render };
