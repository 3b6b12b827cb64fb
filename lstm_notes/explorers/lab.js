import { Drawing } from "./drawing.js";
import { button, choice, live, make, put, row, slider, spoken, task } from "./kit.js";
import { formatNumber, mean, wrapped } from "./numbers.js";

const SEEDS = 3;
const NAMES = ["states", "windows", "weights", "split", "scaler"];
// What each choice means, right and wrong, in a line.
const MEANS = {
  states: ["each window begins with h = C = 0", "it begins with what other windows left"],
  windows: ["it learns from all training windows", "it learns from one stretch of days"],
  weights: ["one set for all steps of a window", "a set for each step of a window"],
  split: ["the test days come after the training", "test targets stand in training windows"],
  scaler: ["it knows nothing of the test days", "it knows the test days' mean and spread"],
};
// These make the number untrue, each in its way; the others make another network.
const LEAKS = { split: "training has seen test days", scaler: "the scaler has seen the test days" };
const ROWS = [
  ["What you see, on the test days", "the error you see"],
  ["What is so, on later days", "the error on later days"],
];
const TICKS = [0.5, 1, 2, 5]; // of the ratio to persistence, a logarithmic axis
const LIMITS = [0.5, 5];
const [WIDE, NARROW] = [900, 420];
const WIN = 0.95; // of persistence's error: what the course calls a win is below
const CARD = 416; // a card's width

// -- The results, as lab.py computes them: for a setting four lists with an error for each seed ----------------------

/** The present setting's result, that of everything right (`best`), and what is `wrong`. A result is undefined where
 *  there is none (yet); where the page is `alone` it is the recorded one. */
function lookUp(state) {
  const { results, alone, fixed } = state;
  const [result, best] = keys(state).map((key) => results[key] ?? (alone ? fixed.recorded[key] : undefined));
  return { result, best, wrong: NAMES.filter((name) => state[name] !== fixed.choices[name][0]) };
}

/** The names of the present setting and of everything right, as in lab.py. */
function keys(state) {
  const right = NAMES.map((name) => state.fixed.choices[name][0]);
  return [NAMES.map((name) => state[name]), right].map((values) => [state.data, ...values].join("/"));
}

/** Of a result the errors seen (when = 0) or on later days (1), and persistence's on the same days. */
const two = (result, when, seeds) => [when, when + 2].map((k) => result[k].slice(0, seeds));
const ratios = ([errors, rivals]) => errors.map((error, k) => error / Math.max(rivals[k], 1e-9));

/** The mean ratio to persistence, seen and on later days. */
const means = (result, seeds) => [0, 1].map((when) => mean(ratios(two(result, when, seeds))));

/** What stands where a result will be. */
function instead(state) {
  if (state.trouble || state.alone) return state.trouble || "not trained: no kernel";
  const done = state.progress[keys(state)[0]];
  return done ? `training… ${done} of ${SEEDS} seeds` : "training…";
}

// -- The days: which of them train, and at which levels --------------------------------------------------------------

/** Of the walk of a seed its `values`, how many of them are `later` days, which days are targets of `training` and of the
 *  `test`, and the `low` and `high` of all that the network was trained on. */
function daysOf({ data, split, windows, fixed }, seed) {
  const { walks, later, splits } = fixed.series[data];
  const values = walks[seed % walks.length];
  const { roles, one } = splits[split][seed];
  const numbers = (role) => [...roles].flatMap((each, k) => (each === role ? [k] : []));
  const training = windows === "one" ? [one] : numbers("t");
  const known = training.flatMap((k) => [...values.slice(k, k + fixed.look_back), values[k + fixed.target]]);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const targets = (found) => found.map((k) => k + fixed.target);
  return { values, later, training: targets(training), test: targets(numbers("s")), low, high };
}

/** How far the later days lie beyond the levels trained on, on average. */
const beyond = ({ values, later, low, high }) =>
  mean(values.slice(-later).map((value) => Math.max(low - value, value - high, 0)));

/** The same, the mean over the seeds shown. */
const unknown = (state) => mean(Array.from({ length: state.seeds }, (_, seed) => beyond(daysOf(state, seed))));

// -- The picture -----------------------------------------------------------------------------------------------------

function spread(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const words = [low, high].map((value) => formatNumber(value, high < 100 ? 2 : 0));
  return words[0] === words[1] ? words[0] : words.join(" – ");
}

/** Whether the number can be believed, what it seems to say and what is so, and what the levels have to do with it: three
 *  lines of words. */
function verdict(state) {
  const { result, wrong } = lookUp(state);
  if (!result) return [instead(state).slice(0, 100)];
  const leaks = wrong.filter((name) => name in LEAKS);
  const right = "Nothing is wrong with the experiment: one stretch of days, honestly seen.";
  const trust = leaks.length
    ? `Do not believe the error you see: ${LEAKS[leaks[0]]}.`
    : wrong.length
      ? "Nothing leaks: what you see is honest, but the network is set up wrong."
      : right;
  return [trust, outcome(state, leaks), levels(state)];
}

/** A ratio in words: what is within 5% of persistence is level with it. */
const how = (ratio) => (ratio < WIN ? "beat" : ratio > 1 / WIN ? "lose to" : "are level with");

/** What is seen beside what is so; of leaks alone, too, whether they flatter. */
function outcome(state, leaks) {
  const { result, best, wrong } = lookUp(state);
  const [seen, later] = means(result, state.seeds);
  const [now, then] = [how(seen), how(later)];
  if (now !== then)
    return `You ${now === "beat" ? "seem to" : "see that you"} ${now} persistence; on later days you ${then} it.`;
  if (now === "beat" && leaks.length)
    return "You seem to beat persistence, and this time you do on later days; nothing guaranteed it.";
  if (!leaks.length || wrong.length > leaks.length || !best) return `You ${now} persistence, and on later days, too.`;
  const all = means(best, state.seeds)[0];
  const [here, there] = [seen, all].map((ratio) => formatNumber(ratio));
  const gain = here === there ? "No gain" : seen < all ? "The leak flatters" : "The leak does not even flatter";
  return `You ${now} persistence on both. ${gain}: you see ${here}, with everything right ${there}.`;
}

/** Where the later days lie. */
function levels(state) {
  const { unit } = state.fixed.series[state.data];
  const right = Object.fromEntries(NAMES.map((name) => [name, state.fixed.choices[name][0]]));
  const [here, there] = [unknown(state), unknown({ ...state, ...right })].map((far) => formatNumber(far, 1));
  if (here === "0.0" && here === there) return "The later days stay at levels that the network was trained on (grey).";
  const average = state.seeds > 1 ? ", on average" : "";
  const far = `Later days lie ${here}${unit && ` ${unit}`} beyond the levels trained on (grey)${average}`;
  return here === there ? `${far}.` : `${far}; with everything right ${there}.`;
}

/** A switch: right or wrong, what it changes, and what that means. */
function card(d, k, state, wrong, { first, step }) {
  const name = NAMES[k],
    off = wrong.includes(name);
  const top = first + step * k,
    bottom = top + step - 10,
    middle = (top + bottom) / 2 - 12;
  const [sign, look] = off ? ["✗", "f"] : ["✓", "i"];
  const changes = name in LEAKS ? "wrong test: a leak" : "wrong network";
  d.text(26, middle, sign, { size: 26, bold: true, look, part: `sign-${name}` });
  d.frame(48, middle - 12, 92, middle + 12, look, { radius: 12, part: `track-${name}` });
  d.dot(off ? 60 : 80, middle, look, { radius: 9, part: `knob-${name}` });
  d.text(100, middle, `${name}: ${state[name]}`, { size: 17, bold: true, anchor: "start", part: `is-${name}` });
  const said = { size: 13, bold: true, anchor: "end", part: `changes-${name}` };
  d.text(CARD - 12, middle, off ? changes : "right", { ...said, look });
  d.text(100, middle + 24, MEANS[name][Number(off)], { size: 14, anchor: "start", part: `means-${name}` });
  const place = { x: 2, y: top, width: CARD - 2, height: bottom - top, rx: 8, fill: "transparent", "stroke-width": 2 };
  const more = { "data-touch": `card ${name}`, "data-thing": name };
  d.add("rect", { class: "frame", ...place }, { part: `card-${name}`, more });
}

/** Of a walk the levels that the network was trained on (grey), and a bar for each target: of training, and below it of
 *  the test or a later day. */
function walk(d, seed, state, { left, top, width, narrow }) {
  const { values, later, training, test, low, high } = daysOf(state, seed);
  const { unit, walks } = state.fixed.series[state.data];
  const far = `${formatNumber(beyond({ values, later, low, high }), 1)} ${unit}`.trim();
  const head = { size: 13, anchor: "start" };
  const name = walks.length > 1 || state.split === "random" ? `seed ${seed}` : ""; // else all have the same days
  if (narrow) d.text(left, top, name || "all seeds", { ...head, bold: true });
  const words = narrow ? `${far} beyond grey` : `${name && `${name}: `}later days lie ${far} beyond the grey`;
  d.text(left, top + (narrow ? 15 : 0), words, { ...head, part: `beyond-${seed}` });
  const place = top + (narrow ? 26 : 11);
  const axes = d.axes(left, place, width, 48, [0, values.length], [Math.min(...values), Math.max(...values)], {
    part: `walk-${seed}`,
  });
  const says = `the levels trained on: ${formatNumber(low, 1)} to ${formatNumber(high, 1)} ${unit}`.trim();
  const known = { width: 0, part: `known-${seed}`, more: { "data-says": says } };
  d.frame(left, axes.y(high), left + width, axes.y(low), "truth", known);
  d.curve(axes, values, "truth", { width: 1.4, part: `values-${seed}` });
  marks(d, axes, training, place + 54, "truth", `training-${seed}`);
  marks(d, axes, test, place + 62, "LSTM", `test-${seed}`);
  const first = values.length - later;
  d.frame(axes.x(first), place + 59, left + width, place + 65, "LSTM", {
    width: 1.2,
    radius: 0,
    part: `later-${seed}`,
  });
}

/** A short bar for each of the days, as one path. */
function marks(d, axes, days, y, look, part) {
  const day = axes.x(1) - axes.x(0);
  const path = days.map((k) => `M${axes.x(k).toFixed(1)} ${y}h${Math.max(day, 1).toFixed(1)}`);
  d.add("path", { class: look, d: path.join(""), fill: "none", "stroke-width": 6 }, { part });
}

/** What the bars and the grey mean. */
function key(d, left, y, narrow) {
  const words = { size: 13, anchor: "start" };
  const rows = [
    ["trained on", (x, at) => d.bar(x, at - 3, 16, 6, "truth")],
    ["test days: what you see", (x, at) => d.bar(x, at - 3, 16, 6, "LSTM")],
    [
      "later days: nobody has them yet",
      (x, at) => d.frame(x, at - 3, x + 16, at + 3, "LSTM", { width: 1.2, radius: 0 }),
    ],
    ["levels trained on", (x, at) => d.frame(x, at - 7, x + 16, at + 7, "truth", { width: 0 })],
  ];
  const places = narrow
    ? [
        [0, 0],
        [150, 0],
        [150, 1],
        [0, 1],
      ]
    : [
        [0, 0],
        [130, 0],
        [345, 0],
        [640, 0],
      ];
  rows.forEach(([said, mark], k) => {
    const [x, at] = [left + places[k][0], y + 19 * places[k][1]];
    mark(x, at);
    d.text(x + 22, at, said, words);
  });
}

/** Of this setting and of everything right the ratios on a scale, seen or on later days: a dot and a ring for a seed. */
function strip(d, when, { state, result, best }, { left, top, width, lane }, xticks) {
  const { seeds } = state;
  const { unit } = state.fixed.series[state.data];
  const end = left + width;
  const axes = d.axes(left + 50, top + 46, width - 60, 3.5 * lane, LIMITS.map(Math.log10), [0, 1], {
    xticks,
    part: `ratio-${when}`,
  });
  d.curve(axes, [0, 1], "persistence", { xs: [0, 0] });
  d.text(left, top + 10, ROWS[when][0], { size: 17, bold: true, anchor: "start" });
  const head = { size: 17, bold: true, look: "LSTM", anchor: "end", part: `mean-words-${when}` };
  const across = (ratio) => axes.x(Math.log10(ratio));
  const down = (seed) => top + 46 + lane * (1.75 + seed - (seeds - 1) / 2);
  for (let seed = 0; seed < seeds; seed++) d.text(left, down(seed), `seed ${seed}`, { size: 13, anchor: "start" });
  const before = best && ratios(two(best, when, seeds));
  /** A seed's error in words. */
  const told = (found, seed) => {
    const [error, rival] = two(found, when, seeds).map((errors) => formatNumber(errors[seed]));
    return `error ${error}, persistence ${rival}`;
  };
  if (!result) {
    d.text(left, top + 32, instead(state).slice(0, 50), { ...head, size: 14, anchor: "start" });
  } else {
    const [errors, rivals] = two(result, when, seeds);
    const now = ratios([errors, rivals]);
    d.text(end, top + 10, `${formatNumber(mean(now))} times`, head);
    const words = `LSTM's error ${spread(errors)} ${unit}`.trim();
    d.text(left, top + 32, words, { size: 14, look: "LSTM", anchor: "start", part: `words-${when}` });
    const rival = `persistence's ${spread(rivals)}`;
    d.text(end, top + 32, rival, { size: 14, look: "persistence", anchor: "end", part: `rival-${when}` });
    d.bar(across(mean(now)) - 2, top + 47, 4, 3.5 * lane - 2, "LSTM", { part: `mean-${when}` });
    const places = now.map((ratio, seed) => [across(ratio), down(seed)]);
    places.forEach(([x, y], seed) => {
      if (before) d.arrow([across(before[seed]), y, x, y], { head: false, width: 1.2, part: `way-${when}-${seed}` });
    });
    places.forEach(([x, y], seed) => {
      const says = `seed ${seed}: ${told(result, seed)}: ${formatNumber(now[seed])} times`;
      d.dot(x, y, "LSTM", { radius: 6, part: `dot-${when}-${seed}`, more: { "data-says": says } });
    });
  }
  before?.forEach((ratio, seed) => {
    const says = `everything right, seed ${seed}: ${told(best, seed)}: ${formatNumber(ratio)} times`;
    ring(d, across(ratio), down(seed), { part: `ring-${when}-${seed}`, more: { "data-says": says } });
  });
}

const ring = (d, cx, cy, named) =>
  d.add("circle", { class: "ring", cx: Number(cx.toFixed(2)), cy, r: 8, fill: "none", "stroke-width": 1.8 }, named);

/** What the marks mean. */
function legend(d, left, y, seeds) {
  const words = { size: 13, anchor: "start" };
  d.dot(left + 8, y, "LSTM", { radius: 6 });
  d.text(left + 20, y, "this setting", words);
  ring(d, left + 122, y);
  d.text(left + 136, y, "everything right", words);
  d.bar(left + 260, y - 8, 4, 16, "LSTM");
  d.text(left + 272, y, seeds === 1 ? "1 seed" : `mean of ${seeds} seeds`, { ...words, part: "seeds" });
  d.add("path", { class: "persistence curve", d: `M${left} ${y + 21}h26`, "stroke-width": 2.2 });
  d.text(left + 34, y + 21, "persistence: as today, the last day known. It is 1.", words);
}

/** The days, the five switches, what is seen and what is so on a scale of persistence's error, and what to believe. */
export function scene(state, narrow) {
  const found = { state, ...lookUp(state) };
  const { about, walks } = state.fixed.series[state.data];
  const cards = narrow ? { first: 192, step: 72 } : { first: 142, step: 73 };
  const below = cards.first + NAMES.length * cards.step;
  const place = narrow
    ? { left: 2, top: below + 12, width: CARD - 2, lane: 24 }
    : { left: 446, top: cards.first - 2, width: WIDE - 448, lane: 24 };
  const { lane } = place;
  const second = place.top + 66 + 3.5 * lane;
  const axis = second + 46 + 3.5 * lane + 34;
  const end = Math.max(axis + 54, below);
  const d = new Drawing(narrow ? NARROW : WIDE, end + (narrow ? 146 : 82), "The lab: what you see, and what is so");
  wrapped(about, narrow ? 58 : 110).forEach((line, k) =>
    d.text(d.width / 2, 12 + 19 * k, line, { size: narrow ? 13 : 14, part: `about-${k}` }),
  );
  const count = Math.min(walks.length, state.seeds);
  const room = (d.width - 4 + 12) / count;
  const days = { top: narrow ? 52 : 33, width: room - 12, narrow };
  for (let seed = 0; seed < count; seed++) walk(d, seed, state, { ...days, left: 2 + room * seed });
  key(d, 2, days.top + (narrow ? 103 : 89), narrow);
  NAMES.forEach((name, k) => card(d, k, state, found.wrong, cards));
  const xticks = TICKS.map((tick) => [Math.log10(tick), `${tick}`]);
  strip(d, 0, found, place, []);
  strip(d, 1, found, { ...place, top: second }, xticks);
  const middle = place.left + place.width / 2;
  d.text(middle, axis, "← better · times persistence's error, logarithmic · worse →", { size: 13, part: "axis" });
  legend(d, middle - 196, axis + 23, state.seeds);
  const lines = verdict(state);
  const fitting = lines.flatMap((line, k) =>
    wrapped(line, narrow ? [46, 58, 58][k] : 105).map((words) => [words, k === 0]),
  );
  fitting.forEach(([words, bold], k) =>
    d.text(4, end + 18 + (narrow ? 21 : 24) * k, words, {
      size: narrow ? 14 : 16,
      bold,
      anchor: "start",
      part: `line-${k}`,
    }),
  );
  d.description = `${about}. ${inWords(found)} ${lines.join(" ")}`;
  return d;
}

/** What the dots show, in words. */
function inWords({ state, result, best, wrong }) {
  const { seeds } = state;
  const { unit } = state.fixed.series[state.data];
  const settings = [
    [wrong.length ? `Wrong: ${wrong.map((name) => `${name} ${state[name]}`).join(", ")}` : "Everything right", result],
    ...(wrong.length ? [["Everything right", best]] : []),
  ];
  const said = settings.map(([setting, found]) => {
    if (!found) return `${setting}: ${instead(state)}`;
    const each = ROWS.map(([, what], when) => {
      const [errors, rivals] = two(found, when, seeds);
      const times = formatNumber(mean(ratios([errors, rivals])));
      return `${what} ${`${spread(errors)} ${unit}`.trim()}, persistence ${spread(rivals)}, on average ${times} times`;
    });
    return `${setting}: ${each.join("; ")}`;
  });
  return `${said.join(". ")}.`;
}

// -- The task --------------------------------------------------------------------------------------------------------

/** Whether one switch alone makes an illusion on the autoregression: what is seen is a win over persistence by more than
 *  5%, what is so is none. And in words how it is. */
export function illusion(state) {
  const { result, wrong } = lookUp(state);
  if (state.data !== "autoregression") return [false, "This is not the autoregression."];
  const who = wrong.length > 1 ? `${wrong.length} wrong` : wrong.length ? `${wrong[0]} alone` : "Everything right";
  if (!result) return [false, `${who}: ${instead(state)}`];
  const [seen, later] = means(result, SEEDS);
  const words = `${who}: you see ${formatNumber(seen)}, later ${formatNumber(later)}, over ${SEEDS} seeds.`;
  return [wrong.length === 1 && seen < WIN && later >= 1, words];
}

/** The task's memory: it begins with everything right, counts which switches were tried alone, and stays done. */
function hunt() {
  const tried = new Set();
  let begun = false;
  let found = "";
  return (state) => {
    const { result, wrong } = lookUp(state);
    const [is, words] = illusion(state);
    if (state.data === "autoregression") {
      begun ||= result && wrong.length === 0;
      if (begun && wrong.length === 1) tried.add(wrong[0]);
    }
    if (begun && is)
      found ||= `${words} ${tried.size === 1 ? "Your first guess was right." : `Found at guess ${tried.size}.`}`;
    if (found) return [true, found];
    if (!begun) return [false, "Begin with everything right."];
    const others = wrong.length > 1 ? " Only one alone counts." : "";
    return [false, `Guesses: ${[...tried].join(", ") || "none"}. ${words}${others}`];
  };
}

// -- The page --------------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const { choices, series } = model.get("fixed");
  const page = live(model, el, scene);
  page.svg.classList.add("gliding"); // a switch moves its knob, and the dots
  const options = (values) => Object.fromEntries(values.map((value) => [value, [value]]));
  const switches = Object.fromEntries(NAMES.map((name) => [name, choice(model, name, name, options(choices[name]))]));
  for (const [name, element] of Object.entries(switches)) element.dataset.thing = name;
  const data = choice(model, "data", "series", options(Object.keys(series)));
  data.hidden = Object.keys(series).length === 1;
  const all = (k) => put(model, Object.fromEntries(NAMES.map((name) => [name, choices[name][k]])));
  const goal = task(
    page.top,
    "on the autoregression these networks hardly beat persistence (as today). Which switch alone makes it seem so: you " +
      "see less than 0.95, while later days say 1 or more? A press is a guess.",
  );
  goal.hidden = !("autoregression" in series);
  page.side.append(make("div", { class: "groups" }, data, ...Object.values(switches)));
  row(
    page.side,
    button("Everything right", () => all(0), { style: "flex: 1; max-width: 170px" }),
    button("Everything wrong", () => all(1), { style: "flex: 1; max-width: 170px" }),
  );
  row(page.side, slider(model, "seeds", { label: "seeds", words: "seeds shown", min: 1, max: SEEDS, step: 1 }));
  const said = make("p", {}, "");
  page.side.append(said);
  page.touch({
    card: {
      tap: (name) => ({ [name]: choices[name].find((value) => value !== model.get(name)) }),
      control: (name) => switches[name],
    },
  });
  const say = spoken(page.root);
  const check = hunt();
  page.kernel.follow((gone) => model.set("alone", gone));
  return page.follow((state) => {
    const { result, best } = lookUp(state);
    page.svg.style.maxWidth = page.narrow ? "470px" : ""; // the switches and what they move are to be seen together
    page.kernel.works(!state.trouble && !(result && best));
    const note = state.alone
      ? "Recorded results: no kernel trains here."
      : result
        ? "Trained in your kernel."
        : "Training…";
    if (said.textContent !== note) said.textContent = note;
    goal.check(...check(state));
    say(verdict(state).join(" "));
  });
}

export default { render };
