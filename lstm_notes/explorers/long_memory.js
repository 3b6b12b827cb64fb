import { endTicks, logLimits, niceLimit } from "./axes.js";
import { Training, left } from "./carried.js";
import training from "./carried.js" with { type: "text" };
import { Drawing } from "./drawing.js";
import { here, trainer } from "./elsewhere.js";
import { choice, live, make, put, slider, spoken, task } from "./kit.js";
import { clamp, figures, floats, formatNumber, mean, wrapped } from "./numbers.js";

const HEAD = ["update", "solved", "look_back", "features", "units", "target", "forecast"]; // as in long_memory.py
const [LAST, SHARE] = [25, 0.1]; // losses whose mean counts; of guessing's, below which it is solved
const [SHORTEST, LONGEST] = [10, 200]; // look_back
// Where things are: left, top, width, height of each panel's axes.
const WIDE = {
  width: 900,
  height: 606,
  loss: [62, 94, 440, 128],
  ghosts: [62, 258],
  units: [580, 94, 300, 128],
  x: [62, 312, 818, 50],
  gates: [62, 430, 818, 74],
  C: [62, 540, 818, 44],
};
const NARROW = {
  width: 420,
  height: 966,
  loss: [50, 126, 345, 126],
  ghosts: [8, 290],
  units: [50, 400, 345, 90],
  x: [50, 590, 345, 56],
  gates: [50, 738, 345, 90],
  C: [50, 874, 345, 60],
};
const [STEPS, SOON] = [100, 200]; // of the first task: the steps to carry over, the updates it may take
const [KEEPS, OPENS] = [0.95, 5]; // of the second: f at the median; how many times as high i is where marked

// -- What is shown, and its words ------------------------------------------------------------------------------------

const median = (values) => {
  const sorted = [...values].sort((one, other) => one - other);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
};

const known = new WeakMap(); // of a state: a picture and both tasks ask for the same

function shown(state) {
  if (!known.has(state)) known.set(state, apart(state));
  return known.get(state);
}

/** The frame taken apart, and of the unit at hand f, i and C by step. `marked` are the steps, from 0, that matter. */
function apart(state) {
  const { frame, fixed } = state;
  const run = Object.fromEntries(HEAD.map((name, k) => [name, frame[k]]));
  const { look_back, features, units } = run;
  const size = look_back * units;
  const x = frame.subarray(HEAD.length, HEAD.length + look_back * features);
  const first = HEAD.length + x.length;
  const at = (block, unit) =>
    Array.from({ length: look_back }, (_, t) => frame[first + block * size + t * units + unit]);
  const values = Array.from({ length: look_back }, (_, t) => x[t * features]);
  const steps = values.map((_, t) => t);
  const marked = features === 1 ? [0] : steps.filter((t) => x[t * features + 1] === 1);
  const others = steps.filter((t) => !marked.includes(t));
  const unit = Math.min(state.hidden_unit, units - 1); // of the task before there may have been more
  const [all_f, all_i] = [0, 1].map((block) => Array.from({ length: units }, (_, k) => at(block, k)));
  const [f, i, C] = [all_f[unit], all_i[unit], at(2, unit)];
  const of_task = features === 1 ? "recall" : "adding";
  const losses = [...frame.subarray(first + 3 * size)];
  const shares = losses.map((loss) => loss / fixed.guessing[of_task]);
  const means = [];
  for (let k = LAST; k <= shares.length; k++) means.push(mean(shares.slice(k - LAST, k)));
  return {
    ...run,
    task: of_task,
    unit,
    ghosts: state.ghosts,
    x,
    losses,
    values,
    marked,
    f,
    i,
    C,
    shares,
    means,
    medians: { f: all_f.map(median), i: all_i.map(median) },
    opens: all_i.map((values) => mean(marked.map((t) => values[t]))),
    shut: all_i.map((values) => median(others.map((t) => values[t]))),
    kept: f.slice(1).reduce((product, value) => product * value, 1),
  };
}

/** How a run's gates start, as its settings have it: "chrono", or the forget bias. */
const startOf = ({ start, forget_bias }) => (start === "chrono" ? start : forget_bias);

const startInWords = (start) => (typeof start === "number" ? `forget bias ${formatNumber(start, 1)}` : start);

/** The settings of a run, past or present. */
const settingsInWords = ({ task, look_back, start }) => `${task} over ${look_back} steps, ${startInWords(start)}`;

const resultInWords = (solved, update) =>
  solved ? `solved after ${solved} batches` : update ? `not solved after ${update} updates` : "not trained yet";

/** A small number by its power of ten, others as they are. */
const small = (value) => (value >= 0.01 ? formatNumber(value, 2) : figures(value, 1));

/** What the unit's gates do, in a sentence. */
function gatesInWords({ unit, medians, opens, shut, kept, task }) {
  const where = task === "recall" ? "at step 1" : "where marked";
  return (
    `unit ${unit}: f ${formatNumber(medians.f[unit], 2)} at the median; ` +
    `i ${formatNumber(opens[unit], 2)} ${where}, ${formatNumber(shut[unit], 2)} elsewhere; of C₁ ${small(kept)} is left`
  );
}

function describe(state, run) {
  const [share] = run.means.slice(-1);
  return (
    `The long memory: ${run.task} over ${run.look_back} steps with ${run.units} units, start ${startInWords(startOf(state))}. ` +
    `${resultInWords(run.solved, run.update)}` +
    (share === undefined ? "" : `; the mean of the last ${LAST} losses is ${figures(share)} of guessing's`) +
    `. In the window that is shown, target ${formatNumber(run.target)} and forecast ${formatNumber(run.forecast)}, ` +
    `${gatesInWords(run)}.` +
    run.ghosts
      .map(({ settings, solved, points }) => ` Earlier: ${settingsInWords(settings)}: ${ended(solved, points)}.`)
      .join("")
  );
}

const ended = (solved, points) => resultInWords(solved, points.at(-1)[0]);

// -- The picture -----------------------------------------------------------------------------------------------------

/** The losses, every unit's gates, and one unit's gates and state along a window. */
export function scene(state, narrow = false) {
  const run = shown(state);
  const places = narrow ? NARROW : WIDE;
  const d = new Drawing(places.width, places.height, "The long memory");
  const left = narrow ? 8 : 20;
  const what = settingsInWords({ ...run, start: startOf(state) });
  d.text(left, 18, what, { size: narrow ? 15 : 17, bold: true, anchor: "start", part: "settings" });
  const result = resultInWords(run.solved, run.update);
  if (narrow) d.text(left, 42, result, { look: "LSTM", size: 15, anchor: "start", part: "result" });
  else d.text(880, 18, result, { look: "LSTM", anchor: "end", part: "result" });
  losses(d, run, places, narrow);
  units(d, run, places.units);
  series(d, run, places, narrow);
  d.description = describe(state, run);
  return d;
}

/** A panel's title, and the names of its curves. */
function heading(d, [left, top], title, curves) {
  d.text(left, top - 34, title, { size: 15, bold: true, anchor: "start" });
  names(d, [left, top], curves);
}

/** The names of a panel's curves, [look, words, how far to the right] each, with a piece of their line. */
function names(d, [left, top], curves) {
  for (const [look, words, at] of curves) {
    const [x, y] = [left + at, top - 13];
    d.add("path", { class: `${look} curve`, d: `M ${x} ${y} h 20`, fill: "none", "stroke-width": 2.2 });
    d.text(x + 25, y, words, { look, size: 14, anchor: "start" });
  }
}

const FAINT = 0.6;
const DASHES = ["none", "7 4", "2 3"]; // of the ghosts

function losses(d, run, places, narrow) {
  const { shares, means, ghosts, update } = run;
  const last = niceLimit(update, 50);
  heading(d, places.loss, "loss by update (guessing is 1)", [
    ["W", "each batch", 0],
    ["LSTM", `mean of the last ${LAST}`, 120],
  ]);
  const limits = logLimits([0.05, 1.5, ...shares.filter((share) => share > 1e-6)]);
  const axes = d.axes(...places.loss, [0, last], limits, {
    log: "y",
    grid: true,
    xticks: endTicks(0, last),
    part: "loss",
  });
  d.curve(axes, [1, 1], "persistence", { xs: [0, last], width: 1.6, part: "guessing" });
  d.curve(axes, [SHARE, SHARE], "i", { xs: [0, last], width: 1.6, part: "solved" });
  d.text(axes.left + axes.width - 5, axes.y(SHARE) + 10, "solved below", { look: "i", size: 13, anchor: "end" });
  d.text(axes.left + axes.width - 5, axes.y(1) + 10, "guessing", { look: "persistence", size: 13, anchor: "end" });
  const [left, top] = places.ghosts;
  ghosts.forEach(({ settings, solved, points }, k) => {
    const inside = points.filter(([x]) => x <= last);
    const more = { opacity: FAINT, style: `stroke-dasharray: ${DASHES[k]}` };
    const [xs, values] = [0, 1].map((column) => inside.map((point) => point[column]));
    d.curve(axes, values, "LSTM", { xs, width: 1.6, part: `ghost-${k}`, more });
    const [x, y] = narrow ? [left, top + 18 * k] : [left + 272 * k, top];
    const line = { class: "LSTM curve", d: `M ${x} ${y} h 18`, fill: "none", "stroke-width": 1.6 };
    d.add("path", line, { part: `ghost-line-${k}`, more });
    const start = typeof settings.start === "number" ? `b ${formatNumber(settings.start, 1)}` : settings.start;
    const words = `${settings.task} ${settings.look_back}, ${start}: ${solved ? `solved, ${solved}` : "not solved"}`;
    const says = { "data-says": `earlier: ${settingsInWords(settings)}: ${ended(solved, points)}` };
    d.text(x + 24, y, words, { size: 13, anchor: "start", part: `ghost-words-${k}`, more: says });
  });
  if (!ghosts.length) {
    const words = "Earlier runs stay, as faint curves named here.";
    d.text(left, top, words, { size: 13, anchor: "start", part: "ghost-hint" });
  }
  const xs = shares.map((_, k) => k);
  d.curve(axes, shares, "W", { xs, width: 1, dot: shares.length < LAST, part: "losses" });
  d.curve(axes, means, "LSTM", { from: LAST - 1, width: 2.6, dot: true, part: "means" });
}

/** Every unit's f and i at the median, as bars; a press takes the unit. */
function units(d, run, place) {
  const { medians, unit } = run;
  heading(d, place, "each unit, median over the steps", [
    ["f", "f", 0],
    ["i", "i", 60],
  ]);
  const ticks = { xticks: [], yticks: endTicks(0, 1), part: "units" };
  const axes = d.axes(...place, [0, run.units], [0, 1], ticks);
  const wide = axes.width / run.units;
  for (let k = 0; k < run.units; k++) {
    const left = axes.x(k);
    ["f", "i"].forEach((gate, n) => {
      const y = axes.y(medians[gate][k]);
      const bar = [left + wide * (0.14 + 0.37 * n), y, wide * 0.34, axes.top + axes.height - y, gate];
      d.bar(...bar, { part: `${gate}-${k}` });
    });
    const small = wide < 20 && k % 2;
    if (!small) d.text(left + wide / 2, axes.top + axes.height + 14, String(k), { size: 13, bold: k === unit });
    const says = `unit ${k}: f ${formatNumber(medians.f[k])}, i ${formatNumber(medians.i[k])} at the median`;
    const more = { "data-says": says };
    d.handle(left, axes.top, left + wide, axes.top + axes.height, `hidden_unit ${k}`, null, {
      part: `unit-${k}`,
      more,
    });
  }
  d.frame(axes.x(unit), axes.top, axes.x(unit + 1), axes.top + axes.height, null, { radius: 0, part: "unit" });
}

/** The window's values, and of the unit at hand its gates and its state, one below the other along the same steps. */
function series(d, run, places, narrow) {
  const { look_back, values, marked, f, i, C, target, forecast, task: name } = run;
  const steps = [0.5, look_back + 0.5];
  const xticks = [1, Math.round(look_back / 2), look_back].map((step) => [step, String(step)]);
  const high = Math.max(...values.map(Math.abs), 1);
  const of = name === "recall" ? "the sign of step 1" : "the sum of the two that are marked";
  const answer = `target, ${of}: ${formatNumber(target)}; forecast ${formatNumber(forecast)}`;
  lines(d, places.x, 24, `x by step; ${answer}`, narrow, { look: "x", part: "answer" });
  const low = name === "recall" ? -high : 0;
  const xs = d.axes(...places.x, steps, [low, high], {
    yticks: endTicks(low, high).filter((_, k) => k !== 1),
    part: "x",
  });
  const wide = Math.max(xs.width / look_back - 1, 1.5);
  const zero = xs.y(0);
  values.forEach((value, t) => {
    const [x, y] = [xs.x(t + 1), xs.y(value)];
    const at = marked.includes(t);
    const bar = [x - wide / 2, Math.min(y, zero), wide, Math.max(Math.abs(y - zero), 1)];
    const more = { "data-says": `step ${t + 1}: ${formatNumber(value)}`, ...(!at && { "fill-opacity": 0.4 }) };
    d.bar(...bar, "x", { part: `x-${t}`, more });
    if (at) d.arrow([x, xs.top - 11, x, xs.top - 1], { width: 2, part: `mark-${t}` });
  });
  lines(d, places.gates, 34, gatesInWords(run), narrow, { bold: true, part: "gates-words" });
  names(d, places.gates, [
    ["f", "fₜ, forget: what is kept", 0],
    ["i", "iₜ, input: what is let in", narrow ? 184 : 260],
  ]);
  const gates = d.axes(...places.gates, steps, [0, 1], { yticks: endTicks(0, 1), grid: true, part: "gates" });
  d.curve(gates, i, "i", { from: 1, width: 1.8, part: "i" });
  d.curve(gates, f, "f", { from: 1, width: 2.4, part: "f" });
  const size = niceLimit(Math.max(...C.map(Math.abs)), 0.1);
  d.text(places.C[0], places.C[1] - 12, "Cₜ, the cell state", { size: 14, look: "C", anchor: "start" });
  const state = d.axes(...places.C, steps, [-size, size], { xticks, yticks: endTicks(-size, size), part: "C-axes" });
  d.curve(state, [0, 0], "axes", { xs: steps, width: 0.6 });
  d.curve(state, C, "C", { from: 1, width: 2.4, dot: true, part: "C" });
  for (const t of marked) {
    for (const { top, height } of [gates, state]) {
      const x = gates.x(t + 1);
      d.arrow([x, top, x, top + height], { head: false, dashed: true, width: 0.8, part: `at-${t}-${top}` });
    }
  }
}

/** Words above a panel, their last line so far above it; on a phone broken into lines. */
function lines(d, [left, top], above, words, narrow, { part, ...look }) {
  const broken = narrow ? wrapped(words, 54) : [words];
  broken.forEach((line, k) => {
    const y = top - above - 18 * (broken.length - 1 - k);
    d.text(narrow ? 8 : left, y, line, { size: 14, anchor: "start", part: `${part}-${k}`, ...look });
  });
}

// -- The tasks -------------------------------------------------------------------------------------------------------

/** Whether a sign was carried far enough, soon enough, and how far it is. */
export function carried(state) {
  const { task: name, look_back, solved, update } = shown(state);
  if (name !== "recall") return [false, "That is the other task's; choose recall."];
  const far = look_back >= STEPS;
  if (far && solved && solved <= SOON) return [true, `${look_back} steps, after ${solved} batches.`];
  if (!far) return [false, `Now ${look_back} steps${solved ? `, ${resultInWords(solved)}` : ""}.`];
  if (update >= SOON) return [false, "Too late now: another start."];
  return [false, `${update} of ${SOON} updates.`];
}

/** Whether the unit at hand carries the sum: trained, its f high, its i open where it has to be. */
export function carries(state) {
  const { task: name, solved, unit, medians, opens, shut } = shown(state);
  if (name !== "adding") return [false, "Choose adding."];
  if (!solved) return [false, "It is not solved yet."];
  const able = (k) => medians.f[k] >= KEEPS && opens[k] >= OPENS * shut[k];
  const words =
    `Unit ${unit}: f ${formatNumber(medians.f[unit])}; i ${formatNumber(opens[unit])} where marked, ` +
    `${formatNumber(shut[unit])} elsewhere.`;
  if (!medians.f.some((_, k) => able(k))) return [false, `${words} No unit does, here: another start, or train on.`];
  return [able(unit), words];
}

// -- The explorer ----------------------------------------------------------------------------------------------------

const SETTINGS = ["task", "look_back", "start", "forget_bias", "speed"];

/** What the page needs to train by itself, and the earlier runs, the one that the kernel leaves included. */
function begin(model, settings) {
  const fixed = model.get("fixed");
  const state = { frame: floats(model.get("frame")), fixed, hidden_unit: 0, ghosts: [] };
  const { task: name, look_back, x, target, losses, solved } = shown(state);
  const run = { task: name, look_back, start: startOf(settings) };
  const ghosts = left(model.get("ghosts"), run, losses, solved, fixed.guessing[name]);
  const window = { task: name, look_back, values: [Float64Array.from(x), [target]] };
  return [{ ...fixed, starts: floats(model.get("_starts"), Float64Array), window }, ghosts];
}

function render({ model, el }) {
  const page = live(model, el, scene);
  const { kernel } = page;
  const asked = { name: "carried.js", text: training, Training, settings: SETTINGS };
  const own = here(model, { ...asked, begin: (settings) => begin(model, settings) });
  const { time, turn, rest, stop: leave } = trainer(model, kernel, own, SETTINGS);

  const speed = choice(model, "speed", "speed", { slow: ["slow"], normal: ["normal"], fast: ["fast"] });
  const what = choice(model, "task", "task", { recall: ["recall"], adding: ["adding"] });
  const starts = { "forget bias": ["one forget bias"], chrono: ["chrono"] };
  const start = choice(model, "start", "start", starts);
  const steps = slider(model, "look_back", {
    label: "steps",
    words: "steps of a window",
    min: SHORTEST,
    max: LONGEST,
    step: 10,
    thing: "x",
    change: ({ look_back }) => put(model, { look_back: clamp(Math.round(look_back), SHORTEST, LONGEST) }),
  });
  const bias = slider(model, "forget_bias", {
    label: "forget bias",
    words: "forget bias at the start",
    min: -2,
    max: 6,
    step: 0.5,
    thing: "f",
  });
  const unit = slider(model, "hidden_unit", {
    label: "unit",
    words: "unit of the LSTM, counted from 0",
    min: 0,
    max: 7,
    step: 1,
  });
  const goals = [
    [task(page.top, `carry the sign of recall over ${STEPS} steps or more, within ${SOON} updates.`), carried],
    [
      task(
        page.top,
        "let adding be learnt, and find a unit that carries the sum: f above 0.95, i open at the marks alone.",
      ),
      carries,
    ],
  ];
  const said = make("p", { role: "status" }, "");
  const anew = make("p", {}, make("small", {}, "a change starts anew:"));
  page.side.append(time, speed, unit, make("div", { class: "group" }, anew, what, start, bias, steps), said);
  const say = spoken(page.root);

  let last = 0; // of the units
  page.touch({
    hidden_unit: {
      press: (at) => ({ hidden_unit: Number(at) }),
      drag: (_, [x]) => ({ hidden_unit: clamp(Math.floor(page.drawing.scales.units.fromX(x)), 0, last) }),
      control: () => unit,
    },
  });

  function update(state) {
    const run = shown(state);
    for (const input of bias.querySelectorAll("input")) input.disabled = state.start === "chrono";
    last = run.units - 1;
    unit.limit(last);
    const words = turn(state, run.update);
    if (said.textContent !== words) said.textContent = words;
    for (const [goal, check] of goals) goal.check(...check(state));
    say(`Update ${run.update}: ${resultInWords(run.solved, run.update)}.`);
  }

  const stop = page.follow(update, rest);
  return () => {
    leave();
    stop();
  };
}

export default { render };
