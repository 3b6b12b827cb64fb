import { Drawing } from "./drawing.js";
import { button, choice, live, make, put, row, slider, spoken, task } from "./kit.js";
import { formatNumber, mean } from "./numbers.js";

const SEEDS = 3;
const [PATIENCE, LONGEST] = [1500, 30000]; // milliseconds until a kernel has to have heard, and to have trained
const LABELS = {
  states: "states",
  windows: "training on windows",
  weights: "weights of the steps",
  split: "split",
  scaler: "scaler fitted on",
};
const NAMES = Object.keys(LABELS);
const REASONS = {
  states: "States carried: a window begins with what other windows left; their order is part of the forecast.",
  windows: "One window: the network has seen one stretch of days, and makes all its forecasts of that.",
  weights: "Separate weights: a set for each step, and for each only its own day of the window to learn from.",
  split: "Random split: test targets stand inside training windows. Later days have no such neighbours.",
  scaler: "Scaler on all days: it knows mean and spread of the test days. Often little changes; it is a leak.",
};
const SOUND = "Nothing is wrong with the experiment. Whether the forecast is any good, the numbers say.";
const LEAKS = ["split", "scaler"]; // these make the number untrue; the others make another network
const WHAT = ["the error you see", "the error on later days"];
const TICKS = [0.5, 1, 2, 5, 10, 20, 50]; // of the ratio to persistence, a logarithmic axis
const LIMITS = [0.5, 50];
const [ROW, TOP] = [62, 150]; // of the dots

// -- The results, as lab.py computes them: for a setting four lists with an error for each seed ----------------------

/** The present setting's `key` and result, that of `everything right`, and what is `wrong`. A result is undefined where
 *  there is none (yet); where the page is `alone` it is the recorded one. */
function lookUp({ data, results, alone, fixed, ...state }) {
  const right = NAMES.map((name) => fixed.choices[name][0]);
  const keys = [NAMES.map((name) => state[name]), right].map((values) => [data, ...values].join("/"));
  const [result, best] = keys.map((key) => results[key] ?? (alone ? fixed.recorded[key] : undefined));
  return { key: keys[0], result, best, wrong: NAMES.filter((name, k) => state[name] !== right[k]) };
}

/** Of a result the errors seen (when = 0) or on later days (1), and persistence's on the same days. */
const two = (result, when, seeds) => [when, when + 2].map((k) => result[k].slice(0, seeds));
const ratios = ([errors, rivals]) => errors.map((error, k) => error / Math.max(rivals[k], 1e-9));

/** The mean ratio to persistence, seen and on later days. */
const means = (result, seeds) => [0, 1].map((when) => mean(ratios(two(result, when, seeds))));

// -- The picture -----------------------------------------------------------------------------------------------------

function spread(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(value));
  return low === high ? low : `${low} – ${high}`;
}

/** What the numbers say and which of them can be believed, and why not: lines of words. */
function verdict(state) {
  const { result, wrong } = lookUp(state);
  if (!result) return [state.trouble.slice(0, 100) || "Training…"];
  const [seen, later] = means(result, state.seeds).map((value) => formatNumber(value));
  return [
    wrong.some((name) => LEAKS.includes(name))
      ? "Do not believe the error you see."
      : "Nothing leaks: one stretch of days each, honestly seen.",
    `On average you see ${seen} times persistence's error; on later days it is ${later} times.`,
    ...(wrong.length ? wrong.map((name) => REASONS[name]) : [SOUND]),
  ];
}

/** The setting, four rows of dots on a scale of persistence's error, and what can be believed. */
export function scene(state) {
  const { seeds, trouble } = state;
  const { result, best, wrong } = lookUp(state);
  const [unit, about] = state.fixed.series[state.data];
  const d = new Drawing(920, 600, "The lab: what you see, and what is so");
  d.text(460, 20, about, { size: 15, part: "about" });
  NAMES.forEach((name, k) => {
    const x = 96 + 182 * k;
    const words = `${wrong.includes(name) ? "✗" : "✓"} ${state[name]}`;
    d.box(x, 68, 174, 56, null);
    d.text(x, 57, words, { size: 15, bold: true, part: `is-${name}` });
    d.text(x, 80, name, { size: 14 });
  });
  const xticks = TICKS.map((tick) => [Math.log10(tick), `${tick}`]);
  const axes = d.axes(250, TOP - 31, 400, 4 * ROW, LIMITS.map(Math.log10), [0, 1], { xticks, part: "ratio" });
  const many = seeds === 1 ? "1 seed" : `a dot for each of ${seeds} seeds`;
  d.text(450, 402, `error over persistence's on the same days; ${many}`, { size: 14, part: "axis" });
  d.curve(axes, [0, 1], "persistence", { xs: [0, 0] });
  const middle = TOP + 1.5 * ROW;
  d.arrow(
    [
      [20, middle],
      [900, middle],
    ],
    { head: false, dashed: true },
  );
  const said = [];
  [
    ["this setting", result, 0],
    ["this setting", result, 1],
    ["everything right", best, 0],
    ["everything right", best, 1],
  ].forEach(([setting, found, when], k) => {
    const y = TOP + ROW * k;
    const beside = { size: 15, look: "LSTM", bold: true, anchor: "start", part: `words-${k}` };
    d.text(235, y - 10, setting, { size: 15, bold: true, anchor: "end" });
    d.text(235, y + 11, WHAT[when], { size: 14, anchor: "end" });
    if (!found) {
      d.text(665, y - 10, trouble.slice(0, 28) || "training…", beside);
      return;
    }
    const [errors, rivals] = two(found, when, seeds);
    ratios([errors, rivals]).forEach((ratio, seed) =>
      d.dot(axes.x(Math.log10(ratio)), y - 12 + 12 * seed, "LSTM", { radius: 6, part: `dot-${k}-${seed}` }),
    );
    const words = `${spread(errors)} ${unit}`.trim();
    const rival = `persistence ${spread(rivals)}`;
    d.text(665, y - 10, words, beside);
    d.text(665, y + 11, rival, { size: 14, look: "persistence", anchor: "start", part: `rival-${k}` });
    said.push(`${setting}, ${WHAT[when]}: ${words}, ${rival}`);
  });
  const lines = verdict(state);
  lines.forEach((line, k) =>
    d.text(20, 452 + 22 * k, line, { size: 15, bold: k === 0, anchor: "start", part: `line-${k}` }),
  );
  const sentences = said.length ? `${about}. ${said.join("; ")}` : about;
  d.description = `${sentences}. ${lines.join(" ")}`;
  return d;
}

// -- The page --------------------------------------------------------------------------------------------------------

/** Whether what is seen on the random walk beats persistence, and how far the reader is. */
function illusion(state) {
  if (state.data !== "random walk") return [false, "This is not the random walk."];
  const { result } = lookUp(state);
  if (!result) return [false, ""];
  const [seen, later] = means(result, SEEDS);
  const words = `You see ${formatNumber(seen)} times persistence's error`;
  return seen < 1 ? [true, `${words}; on later days it is ${formatNumber(later)} times.`] : [false, `${words}.`];
}

function render({ model, el }) {
  const { choices, series, recorded } = model.get("fixed");
  if (model.host === "page") put(model, { alone: true });
  const page = live(model, el, scene);
  const { root } = page;
  const options = (values) => Object.fromEntries(values.map((value) => [value, [value]]));
  const switches = NAMES.map((name) => choice(model, name, LABELS[name], options(choices[name])));
  const all = (k) => put(model, Object.fromEntries(NAMES.map((name) => [name, choices[name][k]])));
  if (Object.keys(series).length > 1) row(root, choice(model, "data", "series", options(Object.keys(series))));
  row(root, ...switches.slice(0, 3));
  row(root, ...switches.slice(3));
  row(
    root,
    button("Everything right", () => all(0)),
    button("Everything wrong", () => all(1)),
    slider(model, "seeds", { label: "seeds shown", words: "seeds shown", min: 1, max: SEEDS, step: 1, thing: "LSTM" }),
  );
  const said = make("p", {}, "");
  root.append(said, page.svg.parentElement); // the picture below its switches
  const goal = task(
    root,
    "take the random walk, where nothing can beat persistence, and make an experiment that seems to: " +
      "on average over three seeds, what you see is below 1. Then look at the later days.",
  );
  goal.hidden = !("random walk" in series);
  const say = spoken(root);

  let waiting = null;
  /** Waits for the kernel, first to hear of the setting, then to train it; for ever it does not wait. */
  function expect({ alone, trouble, heard }, { key, result, best }) {
    clearTimeout(waiting);
    if (alone || trouble || (result && best) || !Object.keys(recorded).length) return;
    waiting = setTimeout(() => put(model, { alone: true }), heard === key ? LONGEST : PATIENCE);
  }

  const revive = () => model.get("alone") && put(model, { alone: false });
  for (const name of ["heard", "results"]) model.on(`change:${name}`, revive);
  const stop = page.follow((state) => {
    const found = lookUp(state);
    const note = state.alone
      ? "Recorded results: no kernel trains here."
      : found.result
        ? "Trained in your kernel."
        : "Training…";
    if (said.textContent !== note) said.textContent = note;
    goal.check(...illusion(state));
    say(verdict(state).slice(0, 2).join(" "));
    expect(state, found);
  });
  return () => {
    stop();
    for (const name of ["heard", "results"]) model.off(`change:${name}`, revive);
    clearTimeout(waiting);
  };
}

export default { render };
