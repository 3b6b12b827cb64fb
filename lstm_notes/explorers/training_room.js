import { endTicks, logLimits, niceLimit, roundLimits } from "./axes.js";
import { Drawing } from "./drawing.js";
import { here, trainer } from "./elsewhere.js";
import { choice, live, make, put, slider, spoken, task } from "./kit.js";
import { clamp, figures, floats, formatNumber, wrapped } from "./numbers.js";
import { left } from "./run.js";
import { Training } from "./training.js";
import training from "./training.js" with { type: "text" };

const HEAD = ["update", "epoch", "loss", "validation", "norm", "look_back"]; // as in _run.py
const [COLUMNS, LONGEST, WIDEST] = [7, 30, 32];
const SYMBOLS = { f: "f", i: "i", g: "C̃", o: "o" };
// Where things are: left, top, width, height of each panel's axes, and from there the names of its curves: how far to the
// right, and in which line. The words for earlier runs and for changes on the way stand below the losses: left, height of
// the first line; of the changes, two in a line, how far apart.
const WIDE = {
  width: 900,
  height: 572,
  settings: [43],
  norm: [880, 18, "end"],
  loss: [70, 112, 430, 150, [0, 0], [163, 0], [336, 0]],
  ghosts: [20, 301],
  marks: [442, 301, 222],
  gradient: [580, 112, 300, 150, [0, 0], [140, 0]],
  fit: [70, 398, 430, 150, [0, 0], [130, 0], [320, 0]],
  weights: [580, 398, 300, 150, [-18, 0], [66, 0], [150, 0], [234, 0]],
};
const NARROW = {
  width: 420,
  height: 1036,
  settings: [40, 58],
  norm: [8, 80, "start"],
  loss: [58, 166, 332, 130, [0, 0], [165, 0], [0, 1]],
  ghosts: [8, 332],
  marks: [8, 385, 206],
  gradient: [58, 484, 332, 110, [0, 0], [140, 0]],
  fit: [58, 702, 332, 114, [0, 0], [120, 0], [0, 1]],
  weights: [58, 904, 332, 106, [-40, 0], [54, 0], [148, 0], [242, 0]],
};
const [SOON, LATE, HUGE, TAME] = [80, 100, 100, 10]; // of the tasks: updates, and losses
const HIGHEST = 1000; // the highest loss that has a place: with those of an explosion, nothing else would be seen

// -- What is shown, and its words ------------------------------------------------------------------------------------

/** What is measured now, the gradient by `steps` of the window, the forecasts (`fit`), the curves by update, the settings,
 *  and what is fixed. */
function shown(state) {
  const { fixed, frame, marks, ghosts } = state;
  const size = HEAD.length + 2 * LONGEST + fixed.measured.length; // rows of the curves follow
  const rows = frame.subarray(size);
  const now = Object.fromEntries(HEAD.map((name, k) => [name, frame[k]]));
  const [h, C] = [0, 1].map((k) => HEAD.length + k * LONGEST);
  const steps = [h, C].map((start) => [...frame.subarray(start, start + now.look_back)]);
  const fit = [...frame.subarray(size - fixed.measured.length, size)];
  const column = (start) => Array.from({ length: rows.length / COLUMNS }, (_, k) => rows[start + COLUMNS * k]);
  const [updates, losses, validations, ...norms] = Array.from({ length: COLUMNS }, (_, start) => column(start));
  return { ...fixed, ...now, steps, fit, updates, losses, validations, norms, marks, ghosts, settings: used(state) };
}

/** The settings that a run has, with no `clip_norm` where nothing is clipped. */
function used({ units, look_back, forget_bias, optimizer, learning_rate, clipping, clip_norm }) {
  return { units, look_back, forget_bias, optimizer, learning_rate, clip_norm: clipping === "on" ? clip_norm : null };
}

const exploded = ({ loss, validation }) => !(Number.isFinite(loss) && Number.isFinite(validation));

/** A number in words, one that is none too. */
const figure = (value, digits) => (Number.isFinite(value) ? formatNumber(value, digits) : value > 0 ? "∞" : "NaN");

/** Of each setting its words, in the order in which they are said. */
const SAID = {
  units: (units) => (units === 1 ? "1 unit" : `${units} units`),
  look_back: (days) => `look_back ${days}`,
  forget_bias: (bias) => `forget bias ${formatNumber(bias, 1)}`,
  optimizer: (name) => name,
  learning_rate: (rate) => `learning rate ${figures(rate)}`,
  clip_norm: (norm) => (norm === null ? "no clipping" : `clipped to ${figures(norm)}`),
};

const settingsInWords = (settings) =>
  Object.entries(SAID)
    .map(([name, say]) => say(settings[name]))
    .join(", ");

/** What was another in an earlier run. */
function differenceInWords({ settings: ghost, changed }, settings) {
  const others = Object.keys(SAID).filter((name) => ghost[name] !== settings[name]);
  const words = others.map((name) => SAID[name](ghost[name])).join(", ") || "the same settings";
  return changed ? `${words}, others on the way` : words;
}

function normInWords(run) {
  const { norm, settings } = run;
  const clipped = settings.clip_norm !== null && norm > settings.clip_norm && !exploded(run);
  return `gradient's norm ${figure(norm, 3)}${clipped ? `, clipped to ${figures(settings.clip_norm)}` : ""}`;
}

const sizesInWords = ({ norms }) =>
  Object.values(SYMBOLS).map((symbol, k) => {
    const size = norms[k].at(-1);
    return `${symbol} ${figure(size, size < 100 ? 2 : 0)}`;
  });

/** What was changed on the way, and the runs before: sentences, none where there is nothing to say. */
function historyInWords({ marks, ghosts, settings }) {
  const changes = marks.map(([update, name, value]) => `${SAID[name](value)} from update ${update} on`);
  const runs = ghosts.map((ghost) => {
    const [update, loss] = ghost.points.at(-1);
    return `${differenceInWords(ghost, settings)}: ${figure(loss, 3)} after ${update} updates`;
  });
  return (
    (changes.length ? ` Changed on the way: ${changes.join("; ")}.` : "") +
    (runs.length ? ` Validation losses of earlier runs: ${runs.join("; ")}.` : "")
  );
}

function describe(run) {
  const { update, epoch, loss, validation, persistence, losses, validations, steps } = run;
  const [first, last] = [steps[0][0], steps[0].at(-1)];
  const so =
    `Training room: an LSTM with ${settingsInWords(run.settings)}. ` +
    `After ${update} updates (${formatNumber(epoch, 1)} epochs) `;
  if (exploded(run)) {
    return `${so}it exploded: the loss is no number any more. It began at ${figure(losses[0], 3)}.${historyInWords(run)}`;
  }
  const share =
    steps[0].length > 1 && last > 0
      ? ` At the window's first step the gradient by h has ${figures(first / last, 1)} of its size at the last step.`
      : "";
  return (
    `${so}the training loss went from ${figure(losses[0], 3)} to ${figure(loss, 3)}, the validation loss from ` +
    `${figure(validations[0], 3)} to ${figure(validation, 3)}, which is ${validation < persistence ? "" : "not "}below ` +
    `persistence's ${figure(persistence, 3)}.${share} Norms of the gates' weights: ${sizesInWords(run).join(", ")}.` +
    historyInWords(run)
  );
}

// -- The picture -----------------------------------------------------------------------------------------------------

/** Losses, the gradient by step, the forecasts and the weights' norms, after the present update. */
export function scene(state, narrow = false) {
  const run = shown(state);
  const places = narrow ? NARROW : WIDE;
  const d = new Drawing(places.width, places.height, "The training room");
  const left = narrow ? 8 : 20;
  const when = `update ${run.update}, epoch ${formatNumber(run.epoch, 1)}${exploded(run) ? ": exploded" : ""}`;
  d.text(left, 18, when, { bold: true, anchor: "start", part: "when" });
  const [x, y, anchor] = places.norm;
  d.text(x, y, normInWords(run), { look: "W", size: 15, anchor, part: "norm" });
  const lines = narrow ? wrapped(settingsInWords(run.settings), 50) : [settingsInWords(run.settings)];
  places.settings.forEach((at, k) => {
    if (lines[k]) d.text(left, at, lines[k], { size: narrow ? 14 : 15, anchor: "start", part: `settings-${k}` });
  });
  losses(d, run, places);
  gradient(d, run, places.gradient);
  forecasts(d, run, places.fit);
  norms(d, run, places.weights);
  d.description = describe(run);
  return d;
}

/** A panel's title and the names of its curves, [look, words, part] each, with a piece of their line. */
function heading(d, [left, top, , , ...places], title, curves, { size = 14, line = 24 } = {}) {
  const last = Math.max(...places.map(([, row]) => row));
  d.text(left, top - 39 - 20 * last, title, { size: 15, bold: true, anchor: "start" });
  curves.forEach(([look, words, part], k) => {
    const [x, y] = [left + places[k][0], top - 16 - 20 * (last - places[k][1])];
    d.add("path", { class: `${look} curve`, d: `M ${x} ${y} h ${line}`, fill: "none", "stroke-width": 2.2 });
    d.text(x + line + 5, y, words, { look, size, anchor: "start", part });
  });
}

/** The end of the axis of updates. */
const lastUpdate = ({ update }) => niceLimit(update, 50);

function losses(d, run, places) {
  const { persistence, updates: xs } = run;
  const last = lastUpdate(run);
  const ghosts = run.ghosts.map((ghost) => ({ ...ghost, points: ghost.points.filter(([x]) => x <= last) }));
  heading(d, places.loss, "loss by update (MSE, scaled)", [
    ["W", `training ${figure(run.loss, 3)}`, "training-words"],
    ["LSTM", `validation ${figure(run.validation, 3)}`, "validation-words"],
    ["persistence", `persistence ${figure(persistence, 3)}`],
  ]);
  const values = [...run.losses, ...run.validations, persistence].filter(drawable); // an earlier run takes no room
  const limits = logLimits(values.map((loss) => Math.min(loss, HIGHEST)));
  const axes = d.axes(...places.loss.slice(0, 4), [0, last], limits, {
    log: "y",
    grid: true,
    xticks: endTicks(0, last),
    part: "loss",
  });
  d.curve(axes, [persistence, persistence], "persistence", { xs: [0, last], width: 1.8, part: "persistence" });
  ghosts.forEach((ghost, k) => haunt(d, axes, ghost, run.settings, k, places.ghosts));
  run.marks.forEach((mark, k) => tick(d, axes, mark, k, places.marks));
  const hint = (place, words, part) => d.text(place[0], place[1], words, { size: 13, anchor: "start", part });
  if (!ghosts.length) hint(places.ghosts, "Earlier runs stay, as faint curves named here.", "ghost-hint");
  if (!run.marks.length) hint(places.marks, "Settings changed on the way are named here.", "mark-hint");
  d.curve(axes, run.losses, "W", { xs, width: 1.3, dot: true, part: "training" });
  d.curve(axes, run.validations, "LSTM", { xs, width: 2.6, dot: true, part: "validation" });
}

const DASHES = ["none", "7 4", "2 3"]; // of the ghosts
const FAINT = 0.6;
const [LINE, ROOM] = [17, 58]; // from one line of words below the losses to the next; letters of an earlier run

/** An earlier run's validation loss, faint, and what was another in it. */
function haunt(d, axes, ghost, now, k, [left, top]) {
  const { points } = ghost;
  const more = { opacity: FAINT, style: `stroke-dasharray: ${DASHES[k]}` }; // over that of the look
  const [xs, values] = [0, 1].map((column) => points.map((point) => point[column]));
  d.curve(axes, values, "LSTM", { xs, width: 1.6, part: `ghost-${k}`, more });
  const y = top + LINE * k;
  const line = { class: "LSTM curve", d: `M ${left} ${y} h 20`, fill: "none", "stroke-width": 1.6 };
  d.add("path", line, { part: `ghost-line-${k}`, more });
  const words = `earlier: ${differenceInWords(ghost, now)}`;
  const cut = words.length > ROOM ? `${words.slice(0, words.lastIndexOf(",", ROOM - 3))}, …` : words;
  const says = { "data-says": words };
  d.text(left + 26, y, cut, { size: 13, anchor: "start", part: `ghost-words-${k}`, more: cut !== words && says });
}

/** Where a setting was changed on the way: a tick, and what it became. */
function tick(d, axes, [update, name, value], k, [left, top, apart]) {
  const stroke = (x, bottom, part) => d.arrow([x, bottom, x, bottom - 12], { head: false, width: 1.4, part });
  stroke(axes.x(update), axes.top + axes.height, `mark-${k}`);
  const [x, y] = [left + apart * (k % 2), top + LINE * Math.floor(k / 2)];
  stroke(x + 2, y + 6, `mark-line-${k}`);
  d.text(x + 9, y, `${update}: ${SAID[name](value)}`, { size: 13, anchor: "start", part: `mark-words-${k}` });
}

/** Whether a logarithmic axis has a place for it. */
const drawable = (value) => value > 0 && value < Infinity;

function gradient(d, { steps, look_back }, places) {
  heading(d, places, "gradient by step t of the window", [
    ["h", "‖∂L/∂hₜ‖"],
    ["C", "‖∂L/∂Cₜ‖"],
  ]);
  const ends = [look_back > 1 ? 1 : 0, look_back];
  const limits = logLimits([1e-4, 0.5, ...steps.flat().filter(drawable)], 3); // powers of ten, 1e−4 and 1 among them
  const axes = d.axes(...places.slice(0, 4), ends, limits, {
    log: "y",
    grid: true,
    xticks: ends.filter(Boolean).map((step) => [step, `${step}`]),
    part: "gradient",
  });
  steps.forEach((values, k) => d.curve(axes, values, "hC"[k], { from: 1, dot: true, part: `gradient-${"hC"[k]}` }));
}

function forecasts(d, { measured, first, unit, fit, look_back }, places) {
  const last = measured.length - 1;
  const [, top, , height] = places;
  heading(d, places, `forecasts, ${measured.length} days never trained on${unit && `, in ${unit}`}`, [
    ["truth", "measured"],
    ["LSTM", "LSTM, a day ahead"],
    ["window", "last window"],
  ]);
  const limits = roundLimits(measured);
  const axes = d.axes(...places.slice(0, 4), [0, last], limits, {
    xticks: [0, Math.floor(last / 2), last].map((day) => [day, `day ${first + day}`]),
    yticks: endTicks(...limits),
    part: "fit",
  });
  const [left, right] = [last - 0.5 - look_back, last - 0.5].map((day) => axes.x(day));
  d.frame(left, top + 4, right, top + height - 4, "window", { radius: 0, part: "window" });
  d.bar(left - 3, top + height / 2 - 14, 6, 28, "window", { part: "window-grip" });
  d.curve(axes, measured, "truth", { width: 1.6, part: "measured" });
  d.curve(axes, fit, "LSTM", { part: "forecast" });
  const [low, high] = [fit, fit].map((values, k) => (k ? Math.max : Math.min)(...values));
  if (low < limits[0] || high > limits[1]) {
    const words = `drawn at the edge: forecasts from ${figure(low, 0)} to ${figure(high, 0)}`;
    d.text(axes.left + 6, axes.top + height - 10, words, { look: "LSTM", size: 13, anchor: "start", part: "beyond" });
  }
  d.handle(left - 10, top + 4, left + 8, top + height - 4, "look_back", "window");
}

function norms(d, run, places) {
  const gates = Object.keys(SYMBOLS);
  const last = lastUpdate(run);
  const top = niceLimit(Math.max(...run.norms.flat().filter(Number.isFinite)), 2);
  const names = sizesInWords(run).map((words, k) => [gates[k], words, `size-${gates[k]}`]);
  heading(d, places, "norm of each gate's weights", names, { size: 13, line: 14 });
  const axes = d.axes(...places.slice(0, 4), [0, last], [0, top], {
    xticks: endTicks(0, last),
    yticks: endTicks(0, top),
    part: "weights",
  });
  gates.forEach((gate, k) =>
    d.curve(axes, run.norms[k], gate, { xs: run.updates, dot: true, part: `weights-${gate}` }),
  );
}

// -- The tasks -------------------------------------------------------------------------------------------------------

/** Whether the validation loss came below persistence's soon enough, and how far it is. */
export function beaten(state) {
  const run = shown(state);
  const { update, updates, validations, persistence } = run;
  const soon = validations.filter((_, k) => updates[k] <= SOON);
  const at = soon.findIndex((loss) => loss < persistence);
  if (at >= 0) {
    const words = `${formatNumber(soon[at], 3)} after ${updates[at]} updates`;
    return [true, `${words}; persistence has ${formatNumber(persistence, 3)}.`];
  }
  if (exploded(run)) return [false, "It exploded. Reset, with a lower learning rate."];
  const goal = `to beat ${formatNumber(persistence, 3)}`;
  if (update > SOON) return [false, `${SOON} updates were not enough ${goal}: Reset, and other settings.`];
  return [false, `Lowest so far ${figure(Math.min(...soon), 3)}, ${goal}; ${update} of ${SOON} updates.`];
}

/** Whether clipping alone tames settings that exploded without it: done, words, and what is to be remembered: these
 *  settings (`wild`), and the update at which a run without clipping `ended`. */
export function tamed(state, { wild = null, ended = 0 } = {}) {
  const run = shown(state);
  const { learning_rate, look_back, units, forget_bias, optimizer, clipping, clip_norm } = state;
  const key = JSON.stringify([learning_rate, look_back, units, forget_bias, optimizer]);
  const most = Math.max(...run.losses.map((loss) => (Number.isFinite(loss) ? loss : Infinity)));
  if (clipping === "off") {
    if (most > HUGE || exploded(run)) wild = key;
    ended = exploded(run) ? run.update : 0;
  }
  const say = (words, done = false) => [done, words, { wild, ended }];
  const highest = `The loss was ${figure(most, 2)} at most`;
  if (!wild) return say(`So far ${figure(most, 2)} at most.`);
  if (key !== wild) return say("It exploded with other settings; go back to them, or make these explode.");
  if (clipping === "off") return say("It exploded. Now put clipping on, and Reset.");
  if (ended && run.update === ended) return say("It exploded before clipping was on. Now Reset.");
  if (optimizer === "Adam" && most > TAME) {
    return say(`${highest}. Adam rescales each step, clipped or not: try SGD.`);
  }
  if (exploded(run) || most > TAME) return say(`${highest}: Reset, perhaps a lower limit.`);
  if (run.update >= LATE) return say(`${highest}, clipped to ${figures(clip_norm)}.`, true);
  return say(`${highest}; ${run.update} of ${LATE} updates.`);
}

/** `look` with what it wants to be remembered, from one state to the next. */
function remembered(look) {
  let memory;
  return (state) => {
    const [done, words, next] = look(state, memory);
    memory = next;
    return [done, words];
  };
}

const ENDED = "It exploded: the loss is no number any more. Reset, and lower the learning rate, or clip.";
const SETTINGS = [...Object.keys(SAID), "clipping", "speed"];

// -- The room --------------------------------------------------------------------------------------------------------

/** Settings below a line that says what a change of them does. */
function group(words, ...settings) {
  return make("div", { class: "group" }, make("p", {}, make("small", {}, words)), ...settings);
}

function render({ model, el }) {
  const page = live(model, el, scene);
  const { kernel } = page;
  const begin = (settings) => {
    const { training: given, measured } = model.get("fixed");
    const [series, starts] = ["_series", "_starts"].map((name) => floats(model.get(name), Float64Array));
    const ghosts = left(
      model.get("ghosts"),
      floats(model.get("frame")),
      measured.length,
      used(settings),
      model.get("marks").length > 0,
    );
    return [{ ...given, series, starts }, ghosts];
  };
  const own = here(model, { name: "training.js", text: training, Training, settings: SETTINGS, begin });
  const { time, turn, rest, stop: leave } = trainer(model, kernel, own, SETTINGS);

  const logarithmic = (name, min, max, label, words, thing) =>
    slider(model, name, {
      label,
      words,
      thing,
      min,
      max,
      step: 0.05,
      to: Math.log10,
      from: (v) => Number((10 ** v).toPrecision(2)),
      change: (values) => put(model, { [name]: clamp(values[name], min, max) }),
    });
  const linear = (name, min, max, step, label, words, thing) =>
    slider(model, name, { label, words, thing, min, max, step });
  const limit = logarithmic("clip_norm", 1e-3, 10, "clip to", "longest gradient let through", "W");
  const rate = logarithmic("learning_rate", 1e-4, 10, "learning rate", "learning rate");
  const units = linear("units", 1, WIDEST, 1, "units", "units");
  const look_back = linear("look_back", 1, LONGEST, 1, "look_back", "look_back: days in a window", "window");
  const bias = linear("forget_bias", -3, 6, 0.1, "forget bias", "forget bias at the start", "f");
  const paces = { slow: ["slow"], normal: ["normal"], fast: ["fast"] };
  const speed = choice(model, "speed", "speed", paces);
  const optimizer = choice(model, "optimizer", "optimiser", { Adam: ["Adam"], SGD: ["SGD"] });
  const clipping = choice(model, "clipping", "clipping", { off: ["off"], on: ["on"] });
  const goals = [
    [task(page.top, `bring the validation loss below persistence's (as today) within ${SOON} updates.`), beaten],
    [
      task(page.top, `make the loss explode (above ${HUGE}), then tame it by clipping alone, for ${LATE} updates.`),
      remembered(tamed),
    ],
  ];
  const said = make("p", { role: "status" }, "");
  const anew = "a change starts anew (look_back is the window's left edge, too: drag it):";
  page.side.append(time, speed, group("a change acts at once:", rate, clipping, limit));
  page.side.append(group(anew, units, look_back, bias, optimizer), said);
  const say = spoken(page.root);

  page.svg.classList.add("sideways");
  page.touch({
    look_back: {
      drag(_, [x], { place, state }) {
        const { x0, x1, width } = page.drawing.scales.fit;
        const days = Math.round(((x - place[0]) / width) * (x1 - x0));
        return { look_back: clamp(state.look_back - days, 1, LONGEST) };
      },
      control: () => look_back,
    },
  });

  function update(state) {
    const run = shown(state);
    for (const input of limit.querySelectorAll("input")) input.disabled = state.clipping === "off";
    const going = turn(state, run.update);
    const words = exploded(run) && (kernel.gone || !state.trouble) ? ENDED : going;
    if (said.textContent !== words) said.textContent = words;
    for (const [goal, check] of goals) goal.check(...check(state));
    say(`Update ${run.update}: validation loss ${figure(run.validation, 3)}.`);
  }

  const stop = page.follow(update, rest);
  return () => {
    leave();
    stop();
  };
}

export default { render };
