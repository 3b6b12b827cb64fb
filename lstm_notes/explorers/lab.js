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
const LEAKS = ["split", "scaler"]; // these make the number untrue; the others make another network
const ROWS = [
  ["What you see", "the error you see"],
  ["On later days", "the error on later days"],
];
const TICKS = [0.5, 1, 2, 5, 10, 20, 50]; // of the ratio to persistence, a logarithmic axis
const LIMITS = [0.5, 50];
const [WIDE, NARROW] = [900, 420];
const CARD = 416; // a card's width

// -- The results, as lab.py computes them: for a setting four lists with an error for each seed ----------------------

/** The present setting's result, that of everything right (`best`), and what is `wrong`. A result is undefined where
 *  there is none (yet); where the page is `alone` it is the recorded one. */
function lookUp({ data, results, alone, fixed, ...state }) {
  const right = NAMES.map((name) => fixed.choices[name][0]);
  const keys = [NAMES.map((name) => state[name]), right].map((values) => [data, ...values].join("/"));
  const [result, best] = keys.map((key) => results[key] ?? (alone ? fixed.recorded[key] : undefined));
  return { result, best, wrong: NAMES.filter((name, k) => state[name] !== right[k]) };
}

/** Of a result the errors seen (when = 0) or on later days (1), and persistence's on the same days. */
const two = (result, when, seeds) => [when, when + 2].map((k) => result[k].slice(0, seeds));
const ratios = ([errors, rivals]) => errors.map((error, k) => error / Math.max(rivals[k], 1e-9));

/** The mean ratio to persistence, seen and on later days. */
const means = (result, seeds) => [0, 1].map((when) => mean(ratios(two(result, when, seeds))));

/** What stands where a result will be. */
const instead = ({ trouble, alone }) => trouble || (alone ? "not trained: no kernel" : "training…");

// -- The picture -----------------------------------------------------------------------------------------------------

function spread(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const words = [low, high].map((value) => formatNumber(value, high < 100 ? 2 : 0));
  return words[0] === words[1] ? words[0] : words.join(" – ");
}

/** Whether the number can be believed, what it seems to say and what is so: two lines of words. */
function verdict(state) {
  const { result, wrong } = lookUp(state);
  if (!result) return [instead(state).slice(0, 100)];
  const [seen, later] = means(result, state.seeds).map((ratio) => ratio < 1);
  const trust = wrong.some((name) => LEAKS.includes(name))
    ? "Do not believe the error you see."
    : wrong.length
      ? "Nothing leaks: it is another network, honestly seen."
      : "Nothing is wrong with the experiment: one stretch of days, honestly seen.";
  const so = seen
    ? [
        "You seem to beat persistence; on later days you do not.",
        "You seem to beat persistence, and on later days you do.",
      ]
    : [
        "You see persistence is better, and on later days it is.",
        "You seem to lose to persistence; later you beat it.",
      ];
  return [trust, so[Number(later)]];
}

/** A switch: right or wrong, what it changes, and what that means. */
function card(d, k, state, wrong, { first, step }) {
  const name = NAMES[k],
    off = wrong.includes(name);
  const top = first + step * k,
    bottom = top + step - 10,
    middle = (top + bottom) / 2 - 12;
  const [sign, look] = off ? ["✗", "f"] : ["✓", "i"];
  const changes = LEAKS.includes(name) ? "a leak" : "another network";
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

/** Of this setting and of everything right the ratios on a scale, seen or on later days: a dot and a ring for a seed. */
function strip(d, when, { state, result, best }, { left, top, width, lane }, xticks) {
  const { seeds } = state;
  const [unit] = state.fixed.series[state.data];
  const end = left + width;
  const axes = d.axes(left + 10, top + 46, width - 20, 3.5 * lane, LIMITS.map(Math.log10), [0, 1], {
    xticks,
    part: `ratio-${when}`,
  });
  d.curve(axes, [0, 1], "persistence", { xs: [0, 0] });
  d.text(left, top + 10, ROWS[when][0], { size: 18, bold: true, anchor: "start" });
  const head = { size: 18, bold: true, look: "LSTM", anchor: "end", part: `mean-words-${when}` };
  const across = (ratio) => axes.x(Math.log10(ratio));
  const down = (seed) => top + 46 + lane * (1.75 + seed - (seeds - 1) / 2);
  const before = best && ratios(two(best, when, seeds)).map(across);
  if (!result) {
    d.text(end, top + 10, instead(state).slice(0, 28), head);
  } else {
    const [errors, rivals] = two(result, when, seeds);
    const now = ratios([errors, rivals]);
    d.text(end, top + 10, `${formatNumber(mean(now))} times persistence's`, head);
    const words = `LSTM ${spread(errors)} ${unit}`.trim();
    d.text(left, top + 32, words, { size: 14, look: "LSTM", anchor: "start", part: `words-${when}` });
    const rival = `persistence ${spread(rivals)}`;
    d.text(end, top + 32, rival, { size: 14, look: "persistence", anchor: "end", part: `rival-${when}` });
    d.bar(across(mean(now)) - 2, top + 47, 4, 3.5 * lane - 2, "LSTM", { part: `mean-${when}` });
    const places = now.map((ratio, seed) => [across(ratio), down(seed)]);
    places.forEach(([x, y], seed) => {
      if (before) d.arrow([before[seed], y, x, y], { head: false, width: 1.2, part: `way-${when}-${seed}` });
    });
    places.forEach(([x, y], seed) => d.dot(x, y, "LSTM", { radius: 6, part: `dot-${when}-${seed}` }));
  }
  before?.forEach((x, seed) => ring(d, x, down(seed), `ring-${when}-${seed}`));
}

const ring = (d, cx, cy, part) =>
  d.add("circle", { class: "ring", cx: Number(cx.toFixed(2)), cy, r: 8, fill: "none", "stroke-width": 1.8 }, { part });

/** What the marks mean. */
function legend(d, left, y, seeds) {
  const words = { size: 13, anchor: "start" };
  d.dot(left + 8, y, "LSTM", { radius: 6 });
  d.text(left + 20, y, "this setting", words);
  ring(d, left + 122, y);
  d.text(left + 136, y, "everything right", words);
  d.bar(left + 260, y - 8, 4, 16, "LSTM");
  d.text(left + 272, y, seeds === 1 ? "1 seed" : `mean of ${seeds} seeds`, { ...words, part: "seeds" });
}

/** The five switches, what is seen and what is so on a scale of persistence's error, and what can be believed. */
export function scene(state, narrow) {
  const found = { state, ...lookUp(state) };
  const about = state.fixed.series[state.data][1];
  const cards = narrow ? { first: 48, step: 72 } : { first: 32, step: 90 };
  const below = cards.first + NAMES.length * cards.step;
  const place = narrow
    ? { left: 2, top: below + 12, width: CARD - 2, lane: 24 }
    : { left: 446, top: cards.first - 2, width: WIDE - 448, lane: 32 };
  const { lane } = place;
  const second = place.top + 68 + 3.5 * lane;
  const axis = second + 46 + 3.5 * lane + 36;
  const end = Math.max(axis + 36, below);
  const d = new Drawing(narrow ? NARROW : WIDE, end + (narrow ? 92 : 56), "The lab: what you see, and what is so");
  wrapped(about, narrow ? 58 : 110).forEach((line, k) =>
    d.text(d.width / 2, 12 + 19 * k, line, { size: narrow ? 13 : 15, part: `about-${k}` }),
  );
  NAMES.forEach((name, k) => card(d, k, state, found.wrong, cards));
  const xticks = TICKS.map((tick) => [Math.log10(tick), `${tick}`]);
  strip(d, 0, found, place, []);
  strip(d, 1, found, { ...place, top: second }, xticks);
  const middle = place.left + place.width / 2;
  d.text(middle, axis, "← better · error as a multiple of persistence's · worse →", { size: 14, part: "axis" });
  legend(d, middle - 196, axis + 25, state.seeds);
  const lines = verdict(state);
  const fitting = lines.flatMap((line, k) =>
    wrapped(line, narrow ? [46, 58][k] : 100).map((words) => [words, k === 0]),
  );
  fitting.forEach(([words, bold], k) =>
    d.text(4, end + 20 + 24 * k, words, { size: narrow ? 14 : 17, bold, anchor: "start", part: `line-${k}` }),
  );
  d.description = `${about}. ${inWords(found)} ${lines.join(" ")}`;
  return d;
}

/** What the dots show, in words. */
function inWords({ state, result, best, wrong }) {
  const { seeds } = state;
  const [unit] = state.fixed.series[state.data];
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

/** Whether one switch alone makes an illusion on the random walk: what is seen beats persistence, what is so does not.
 *  And in words how it is. */
export function illusion(state) {
  const { result, wrong } = lookUp(state);
  if (state.data !== "random walk") return [false, "This is not the random walk."];
  if (!result) return [false, `${instead(state)}.`];
  const [seen, later] = means(result, SEEDS);
  const who = wrong.length > 1 ? `${wrong.length} wrong` : wrong.length ? `${wrong[0]} alone` : "Everything right";
  const words = `${who}: you see ${formatNumber(seen)} times persistence's error, on later days ${formatNumber(later)}.`;
  return [wrong.length === 1 && seen < 1 && later >= 1, words];
}

/** The task's memory: it begins with everything right, counts which switches were tried alone, and stays done. */
function hunt() {
  const tried = new Set();
  let begun = false;
  let found = "";
  return (state) => {
    const { result, wrong } = lookUp(state);
    const [is, words] = illusion(state);
    if (result && state.data === "random walk") {
      begun ||= wrong.length === 0;
      if (begun && wrong.length === 1) tried.add(wrong[0]);
    }
    if (begun && is) found = words;
    if (found) return [true, found];
    if (!begun) return [false, "Begin with everything right."];
    const others = wrong.length > 1 ? " Only one alone counts." : "";
    return [false, `${words}${others} Tried alone: ${[...tried].join(", ") || "none"}.`];
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
    "nothing can beat persistence on a random walk. Which one switch, all others right, makes it seem so (what you see " +
      "is below 1, the mean of three seeds), while the later days say no? Guess, then press it.",
  );
  goal.hidden = !("random walk" in series);
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
