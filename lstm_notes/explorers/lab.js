import { button, choice, follow, make, Picture, put, region, row, slider, spoken, task } from "./kit.js";
import { clamp, formatNumber } from "./numbers.js";

// As in lab.py.
const NAMES = ["seen", "later", "persistence seen", "persistence later"];
const SEEDS = 3;
const PATIENCE = 1500,
  LONGEST = 30000; // milliseconds until a kernel has to have heard, and to have trained
const LABELS = {
  states: "states",
  windows: "training on windows",
  weights: "weights of the steps",
  split: "split",
  scaler: "scaler fitted on",
};

const two = (result, name, seeds) =>
  [name, `persistence ${name}`].map((each) => result[NAMES.indexOf(each)].slice(0, seeds));
const ratios = ([errors, rivals]) => errors.map((error, k) => error / Math.max(rivals[k], 1e-9));
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function spread(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(value));
  return low === high ? low : `${low} – ${high}`;
}

function render({ model, el }) {
  const get = (name) => model.get(name),
    { choices, reasons, leaks, sound, series, recorded, limits } = get("fixed");
  const names = Object.keys(LABELS),
    right = Object.fromEntries(names.map((name) => [name, choices[name][0]]));
  const root = region(el, "Explorer: the lab");
  let gone = model.host === "page",
    waiting = null; // gone: no kernel answers

  const keyOf = (chosen) => [get("data"), ...names.map((name) => chosen[name])].join("/");
  const key = () => keyOf(Object.fromEntries(names.map((name) => [name, get(name)])));
  const find = (each) => get("results")[each] ?? (gone ? recorded[each] : undefined);
  const wrong = () => names.filter((name) => get(name) !== right[name]);

  const options = (values) => Object.fromEntries(values.map((value) => [value, [value]]));
  if (Object.keys(series).length > 1) row(root, choice(model, "data", "series", options(Object.keys(series))));
  row(root, ...names.slice(0, 3).map((name) => choice(model, name, LABELS[name], options(choices[name]))));
  row(root, ...names.slice(3).map((name) => choice(model, name, LABELS[name], options(choices[name]))));
  row(
    root,
    button("Everything right", () => put(model, right)),
    button("Everything wrong", () => put(model, Object.fromEntries(names.map((name) => [name, choices[name][1]])))),
    slider(model, "seeds", { label: "seeds shown", words: "seeds shown", min: 1, max: SEEDS, step: 1, thing: "LSTM" }),
  );
  const said = make("p", {}, "");
  root.append(said);
  const picture = new Picture(root, get("svg"));
  const goal = task(
    root,
    "take the random walk, where nothing can beat persistence, and make an experiment that seems to: " +
      "on average over three seeds, what you see is below 1. Then look at the later days.",
  );
  goal.hidden = !("random walk" in series);
  const say = spoken(root);

  /** Waits for the kernel, first to hear of the setting, then to train it; for ever it does not wait. */
  function expect() {
    clearTimeout(waiting);
    if (gone || get("trouble") || (find(key()) && find(keyOf(right)))) return;
    const heard = get("heard") === key();
    waiting = setTimeout(
      () => {
        gone = Object.keys(recorded).length > 0;
        draw();
      },
      heard ? LONGEST : PATIENCE,
    );
  }

  function verdict() {
    const result = find(key());
    if (!result) return [get("trouble") ? get("trouble").slice(0, 100) : "Training…"];
    const [seen, later] = ["seen", "later"].map((name) => formatNumber(mean(ratios(two(result, name, get("seeds"))))));
    const leaking = wrong().some((name) => leaks.includes(name));
    return [
      leaking ? "Do not believe the error you see." : "Nothing leaks: one stretch of days each, honestly seen.",
      `On average you see ${seen} times persistence's error; on later days it is ${later} times.`,
      ...(wrong().length ? wrong().map((name) => reasons[name]) : [sound]),
    ];
  }

  function draw() {
    const [unit, about] = series[get("data")],
      axes = picture.axes("ratio");
    picture.text("about", about);
    const many = get("seeds") === 1 ? "1 seed" : `a dot for each of ${get("seeds")} seeds`;
    picture.text("axis", `error over persistence's on the same days; ${many}`);
    for (const name of names) picture.text(`is-${name}`, `${get(name) === right[name] ? "✓" : "✗"} ${get(name)}`);
    [key(), key(), keyOf(right), keyOf(right)].forEach((each, k) => {
      const result = find(each),
        [errors, rivals] = result ? two(result, NAMES[k % 2], get("seeds")) : [[], []];
      const at = ratios([errors, rivals]);
      for (let seed = 0; seed < SEEDS; seed++) {
        picture.show(`dot-${k}-${seed}`, seed < at.length);
        picture.set(`dot-${k}-${seed}`, { cx: axes.x(Math.log10(clamp(at[seed] ?? 1, ...limits))) });
      }
      const absent = get("trouble").slice(0, 28) || "training…";
      picture.text(`words-${k}`, result ? `${spread(errors)} ${unit}`.trim() : absent);
      picture.text(`rival-${k}`, result ? `persistence ${spread(rivals)}` : "");
    });
    const lines = verdict();
    for (let k = 0; k < names.length + 2; k++) picture.text(`line-${k}`, lines[k] ?? "");
    const note = gone
      ? "Recorded results: no kernel trains here."
      : find(key())
        ? "Trained in your kernel."
        : "Training…";
    if (said.textContent !== note) said.textContent = note;
    goal.check(...illusion(find(key())));
    say(lines.slice(0, 2).join(" "));
    expect();
  }

  /** Whether what is seen on the random walk beats persistence, and how far the reader is. */
  function illusion(result) {
    if (get("data") !== "random walk") return [false, "This is not the random walk."];
    if (!result) return [false, ""];
    const [seen, later] = ["seen", "later"].map((name) => mean(ratios(two(result, name, SEEDS))));
    const words = `You see ${formatNumber(seen)} times persistence's error`;
    return seen < 1 ? [true, `${words}; on later days it is ${formatNumber(later)} times.`] : [false, `${words}.`];
  }

  const revive = () => {
    if (model.host !== "page") gone = false;
  };
  for (const name of ["heard", "results"]) model.on(`change:${name}`, revive);
  const stop = follow(model, [...names, "data", "seeds", "results", "heard", "trouble"], draw);
  return () => {
    stop();
    for (const name of ["heard", "results"]) model.off(`change:${name}`, revive);
    clearTimeout(waiting);
  };
}

export default { render };
