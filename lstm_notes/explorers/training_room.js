import { button, choice, follow, make, Picture, put, region, row, slider, spoken, task } from "./kit.js";
import { clamp, floats, formatNumber, niceLimit } from "./numbers.js";

const HEAD = ["update", "epoch", "loss", "validation", "norm", "look_back"],
  COLUMNS = 7; // as in training_room.py
const LONGEST = 30,
  WIDEST = 32,
  TICKS = 7,
  SYMBOLS = { f: "f", i: "i", g: "C̃", o: "o" };
const PATIENCE = 1500; // ms without an answer until the kernel counts as gone
const SETTINGS = ["learning_rate", "clipping", "clip_norm", "look_back", "units", "forget_bias", "optimizer"];
const SOON = 80,
  LATE = 100,
  HUGE = 100,
  TAME = 10; // of the tasks: updates, and losses

// -- What is shown: of the run in the kernel, or of the recorded one -------------------------------------------------

/** From float32 numbers: what is measured now, the gradient by step, the forecasts, and the rows of the curves. */
function frameOf(values, days, rows) {
  const now = Object.fromEntries(HEAD.map((name, k) => [name, values[k]]));
  const steps = [0, 1].map((k) => [
    ...values.slice(HEAD.length + k * LONGEST, HEAD.length + k * LONGEST + now.look_back),
  ]);
  const start = HEAD.length + 2 * LONGEST;
  return { now, steps, fit: [...values.slice(start, start + days)], rows, days };
}

function rowsOf(values) {
  return Array.from({ length: values.length / COLUMNS }, (_, k) => [...values.slice(k * COLUMNS, (k + 1) * COLUMNS)]);
}

function shown(model) {
  const { days, frames, recorded } = model.get("fixed"),
    size = HEAD.length + 2 * LONGEST + days,
    k = model.get("replay");
  if (k < 0) {
    const values = floats(model.get("frame"));
    const settings = Object.fromEntries(SETTINGS.map((name) => [name, model.get(name)]));
    return { ...frameOf(values, days, rowsOf(values.slice(size))), settings };
  }
  const values = floats(model.get("recorded")),
    at = Math.min(k, frames - 1);
  const rows = rowsOf(values.slice(size * frames)).slice(0, at + 1);
  return { ...frameOf(values.slice(size * at, size * (at + 1)), days, rows), settings: recorded };
}

const exploded = ({ loss, validation }) => !(Number.isFinite(loss) && Number.isFinite(validation));

// -- Words and scales, as in training_room.py ------------------------------------------------------------------------

const figure = (value, digits) => (Number.isFinite(value) ? formatNumber(value, digits) : value > 0 ? "∞" : "NaN");
const tick = (value) => formatNumber(value, Number.isInteger(value) ? 0 : 1);

function plain(value) {
  const text = formatNumber(value, clamp(2 - Math.floor(Math.log10(value)), 0, 8));
  return text.includes(".") && !text.includes("e") ? text.replace(/\.?0+$/, "") : text;
}

function settingsInWords(s) {
  return (
    `${s.units === 1 ? "1 unit" : `${s.units} units`}, look_back ${s.look_back}, ` +
    `forget bias ${formatNumber(s.forget_bias, 1)}, ${s.optimizer}, learning rate ${plain(s.learning_rate)}, ` +
    (s.clipping === "on" ? `clipped to ${plain(s.clip_norm)}` : "no clipping")
  );
}

function normInWords(norm, s) {
  const clipped = s.clipping === "on" && norm > s.clip_norm ? `, clipped to ${plain(s.clip_norm)}` : "";
  return `gradient's norm ${figure(norm, 3)}${clipped}`;
}

/** The largest n whose mark (1, 2, 5, 10, 20, … for n = 0, 1, 2, 3, 4, …) is not above `value`. */
function third(value) {
  const power = Math.floor(Math.log10(value));
  return 3 * power + [2, 5].filter((m) => value >= m * 10 ** power).length;
}
const digitOf = (n) => [1, 2, 5][((n % 3) + 3) % 3];
const markPlace = (n) => Math.floor(n / 3) + Math.log10(digitOf(n));
function markWords(n) {
  const digit = digitOf(n),
    power = Math.floor(n / 3);
  if (power >= 0 && power <= 3) return `${digit}${"0".repeat(power)}`;
  return power < 0 && power >= -3 ? `0.${"0".repeat(-power - 1)}${digit}` : `${digit}e${power}`.replace("-", "−");
}

// -- The picture -----------------------------------------------------------------------------------------------------

/** Other limits for axes whose y is a power of ten, with their lines and marks. */
function logAxes(picture, name, limits, low, high) {
  const axes = Object.assign(picture.axes(name), limits, { y0: markPlace(low), y1: markPlace(high) });
  const stride = [1, 3, 6, 9, 15, 30, 60].find((s) => Math.floor((high - low) / s) < TICKS);
  const marks = [];
  for (let n = low; n <= high; n++) if (n % stride === 0) marks.push(n);
  const lines = marks.map((n) => `M ${axes.left} ${axes.y(markPlace(n)).toFixed(1)} h ${axes.width}`).join(" ");
  picture.set(`${name}-lines`, { d: lines });
  for (let k = 0; k < TICKS; k++) {
    const part = `${name}-y-${k}`,
      n = k < marks.length ? marks[k] : low;
    picture.text(part, markWords(n));
    picture.set(part, { y: axes.y(markPlace(n)) + 0.36 * 13 });
    picture.show(part, k < marks.length);
  }
  return axes;
}

/** A line through the values that are numbers, and a dot at its end. */
function line(picture, part, axes, xs, ys, dot = true) {
  const at = xs.map((x, k) => [x, ys[k]]).filter(([, y]) => Number.isFinite(y));
  picture.curve(
    part,
    axes,
    at.map(([, y]) => y),
    at.map(([x]) => x),
  );
  if (!dot) return;
  picture.show(`${part}-end`, at.length > 0);
  const [x, y] = at.length ? [axes.x(at.at(-1)[0]), axes.y(at.at(-1)[1])] : [axes.left, axes.top];
  picture.set(`${part}-end`, { cx: x, cy: y });
}

function drawRoom(picture, { now, steps, fit, rows, days, settings }, persistence) {
  const last = niceLimit(now.update, 50),
    column = (k) => rows.map((each) => each[k]);
  const log = (values) => values.map((v) => Math.log10(v));
  const real = (values) => values.filter((v) => v > 0 && v < Infinity);
  picture.text(
    "when",
    `update ${now.update}, epoch ${formatNumber(now.epoch, 1)}` + (exploded(now) ? ": exploded" : ""),
  );
  picture.text("norm", normInWords(now.norm, settings));
  picture.text("settings", settingsInWords(settings));

  const losses = real([...column(1), ...column(2), persistence]);
  const loss = logAxes(
    picture,
    "loss",
    { x0: 0, x1: last },
    third(Math.min(...losses)),
    third(Math.max(...losses)) + 1,
  );
  picture.text("training-words", `training ${figure(now.loss, 3)}`);
  picture.text("validation-words", `validation ${figure(now.validation, 3)}`);
  picture.curve("persistence", loss, log([persistence, persistence]), [0, last]);
  line(picture, "training", loss, column(0), log(column(1)));
  line(picture, "validation", loss, column(0), log(column(2)));

  const powers = real(steps.flat()).map((v) => Math.floor(Math.log10(v)));
  const length = now.look_back,
    first = length > 1 ? 1 : 0;
  const gradient = logAxes(
    picture,
    "gradient",
    { x0: first, x1: length },
    3 * Math.min(-4, ...powers),
    3 * Math.max(0, ...powers.map((p) => p + 1)),
  );
  picture.text("gradient-x-0", first ? "1" : "");
  picture.text("gradient-x-1", `${length}`);
  steps.forEach((values, k) =>
    line(
      picture,
      `gradient-${"hC"[k]}`,
      gradient,
      values.map((_, t) => t + 1),
      log(values),
    ),
  );

  const axes = picture.axes("fit"),
    right = axes.x(days - 1.5),
    left = axes.x(days - 1.5 - length);
  picture.set("window", { x: left, width: right - left });
  line(
    picture,
    "forecast",
    axes,
    fit.map((_, k) => k),
    fit,
    false,
  );

  const sizes = rows.flatMap((each) => each.slice(3)).filter(Number.isFinite);
  const weights = Object.assign(picture.axes("weights"), {
    x0: 0,
    x1: last,
    y0: 0,
    y1: niceLimit(Math.max(0, ...sizes), 2),
  });
  [0, 0.5, 1].forEach((share, k) => {
    picture.text(`weights-ytick-${k}`, tick(share * weights.y1));
    picture.text(`weights-x-${k}`, tick(share * last));
    picture.text(`loss-x-${k}`, tick(share * last));
  });
  Object.keys(SYMBOLS).forEach((gate, k) => {
    picture.text(`size-${gate}`, `${SYMBOLS[gate]} ${figure(rows.at(-1)[3 + k], 2)}`);
    line(picture, `weights-${gate}`, weights, column(0), column(3 + k));
  });
}

// -- The tasks -------------------------------------------------------------------------------------------------------

/** Whether the validation loss came below persistence's soon enough, and how far it is. Done once, it stays done. */
function beaten({ now, rows }, persistence) {
  const at = rows.find((each) => each[0] <= SOON && each[2] < persistence);
  if (at)
    return [true, `${formatNumber(at[2], 3)} after ${at[0]} updates; persistence has ${formatNumber(persistence, 3)}.`];
  if (exploded(now)) return [false, "It exploded. Reset, with a lower learning rate."];
  const least = Math.min(...rows.filter((each) => each[0] <= SOON).map((each) => each[2]));
  const so = `Lowest so far ${figure(least, 3)}, to beat ${formatNumber(persistence, 3)}`;
  if (now.update >= SOON) return [false, `${so}. Too late now: Reset, and other settings.`];
  return [false, `${so}; ${now.update} of ${SOON} updates.`];
}

/** Remembers the settings that exploded without clipping, and looks whether clipping alone tames them. */
function taming() {
  let wild = null;
  return ({ now, rows, settings }) => {
    const { clipping, clip_norm, ...others } = settings,
      key = JSON.stringify(others);
    const most = Math.max(...rows.map((each) => (Number.isFinite(each[1]) ? each[1] : Infinity)));
    if (clipping === "off" && (most > HUGE || exploded(now))) wild = key;
    if (!wild) return [false, `So far ${figure(most, 2)} at most.`];
    if (key !== wild) return [false, "It exploded with other settings; go back to them, or make these explode."];
    if (clipping === "off") return [false, "It exploded. Now put clipping on, and Reset."];
    const highest = `The loss was ${figure(most, 2)} at most`;
    if (exploded(now) || most > TAME) return [false, `${highest}: Reset, perhaps a lower limit.`];
    if (now.update >= LATE) return [true, `${highest}, clipped to ${plain(clip_norm)}.`];
    return [false, `${highest}; ${now.update} of ${LATE} updates.`];
  };
}

// -- The room --------------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const get = (name) => model.get(name);
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const root = region(el, "Explorer: the training room");
  let gone = model.host === "page"; // no kernel answers
  let timer = null,
    waiting = null,
    asked = get("answered");

  // With a kernel the buttons ask it; without one they move through the recorded run.
  const ask = (verb) => {
    if (gone) return replay[verb]();
    asked = Math.max(asked, get("answered")) + 1;
    clearTimeout(waiting);
    const alone = () => {
      gone = true;
      replay[verb]();
    };
    waiting = setTimeout(alone, PATIENCE);
    try {
      model.send({ do: verb, id: asked });
    } catch {
      // the connection is closed
      clearTimeout(waiting);
      alone();
    }
  };
  const end = () => get("fixed").frames - 1;
  const show = (k) => {
    model.set("replay", k);
    draw();
  }; // not saved: nobody would take it
  const stopReplay = () => {
    clearInterval(timer);
    timer = null;
    draw();
  };
  const move = (by) => {
    show(get("replay") < 0 ? 0 : Math.min(get("replay") + by, end()));
    if (get("replay") === end()) stopReplay();
  };
  const replay = {
    play() {
      timer ??= setInterval(() => move(calm ? 8 : 1), calm ? 500 : 67);
      show(get("replay") < 0 || get("replay") >= end() ? 0 : get("replay"));
    },
    pause: stopReplay,
    step() {
      stopReplay();
      move(1);
    },
    reset() {
      stopReplay();
      show(0);
    },
  };
  const answer = () => {
    clearTimeout(waiting);
    if (!gone || model.host === "page") return;
    gone = false;
    stopReplay();
    put(model, { replay: -1 });
  };
  model.on("change:answered", answer);

  const play = button("Play", () => ask(timer || (!gone && get("playing")) ? "pause" : "play"));
  const time = make(
    "span",
    { class: "control", role: "group", "aria-label": "time" },
    play,
    button("Step", () => ask("step")),
    button("Reset", () => ask("reset")),
  );
  const logarithmic = (name, min, max, words) =>
    slider(model, name, {
      ...words,
      min,
      max,
      step: 0.05,
      to: Math.log10,
      from: (v) => Number((10 ** v).toPrecision(2)),
      change: (values) => put(model, { [name]: clamp(values[name], min, max) }),
    });
  const rate = logarithmic("learning_rate", 1e-4, 10, { label: "learning rate", words: "learning rate" });
  const limit = logarithmic("clip_norm", 1e-3, 10, {
    label: "clip to",
    words: "longest gradient let through",
    thing: "W",
  });
  const units = slider(model, "units", { label: "units", words: "units", min: 1, max: WIDEST, step: 1 });
  const lookBack = slider(model, "look_back", {
    label: "look_back",
    words: "look_back: days in a window",
    thing: "window",
    min: 1,
    max: LONGEST,
    step: 1,
  });
  const forget = slider(model, "forget_bias", {
    label: "forget bias",
    words: "forget bias at the start",
    thing: "f",
    min: -3,
    max: 6,
    step: 0.1,
  });
  const optimizer = choice(model, "optimizer", "optimiser", { Adam: ["Adam"], SGD: ["SGD"] });
  const clipping = choice(model, "clipping", "clipping", { off: ["off"], on: ["on"] });
  const sliders = [rate, limit, units, lookBack, forget];
  for (const element of sliders) {
    // so that three stand in a row
    element.querySelector("[type=range]").style.width = "90px";
    element.querySelector("[type=number]").style.width = "4em";
  }
  row(root, time, optimizer, clipping);
  row(root, rate, limit, units);
  const scrub = slider(model, "replay", {
    label: "update",
    words: "update of the recorded run",
    min: 0,
    max: end(),
    step: 1,
    change: ({ replay: k }) => {
      stopReplay();
      show(k);
    },
  });
  row(root, lookBack, forget, scrub);
  const said = make("p", { role: "status" }, "");
  root.append(said);
  const picture = new Picture(root, get("svg"));
  const goals = [
    task(root, `bring the validation loss below persistence's within ${SOON} updates.`),
    task(root, `make the loss explode (above ${HUGE}), then tame it by clipping alone, for ${LATE} updates.`),
  ];
  const checks = [(now) => beaten(now, get("fixed").persistence), taming()],
    done = [null, null];
  const say = spoken(root);

  function draw() {
    const now = shown(model),
      playing = timer !== null || (!gone && get("playing"));
    drawRoom(picture, now, get("fixed").persistence);
    play.textContent = playing ? "Pause" : "Play";
    scrub.hidden = !gone;
    for (const input of [optimizer, clipping, ...sliders].flatMap((element) => [
      ...element.querySelectorAll("input"),
    ])) {
      input.disabled = gone;
    }
    for (const input of limit.querySelectorAll("input")) input.disabled = gone || get("clipping") === "off";
    const words = inWords(now, playing);
    if (said.textContent !== words) said.textContent = words;
    goals.forEach((goal, k) => {
      goal.hidden = gone || get("replay") >= 0;
      if (goal.hidden) return;
      const [reached, note] = checks[k](now);
      if (reached) done[k] ??= note;
      goal.check(done[k] !== null, done[k] ?? note);
    });
    say(`Update ${now.now.update}: validation loss ${figure(now.now.validation, 3)}.`);
  }
  function inWords({ now }, playing) {
    if (gone) return `A recorded run of ${end()} updates: no kernel answers, so the settings are fixed.`;
    if (get("replay") >= 0) return "The recorded run. Play or Step trains your own.";
    if (get("trouble")) return `The training stopped: ${get("trouble")}`;
    if (exploded(now))
      return "It exploded: the loss is no number any more. Reset, and lower the learning rate, or clip.";
    if (playing) return "Training.";
    return now.update ? "Paused." : "Not trained yet: Play, or Step for one update.";
  }

  // A reader who asked for little motion gets two frames a second.
  let drawn = 0,
    later = null;
  const calmly = () => {
    clearTimeout(later);
    const rest = calm && get("playing") ? drawn + 500 - performance.now() : 0;
    if (rest > 0) later = setTimeout(calmly, rest);
    else {
      drawn = performance.now();
      draw();
    }
  };
  if (gone && get("replay") < 0) model.set("replay", end()); // a page opens on what was learnt
  const stop = follow(model, [...SETTINGS, "replay", "playing", "frame", "trouble", "answered"], calmly);
  return () => {
    stop();
    model.off("change:answered", answer);
    clearInterval(timer);
    for (const waits of [waiting, later]) clearTimeout(waits);
    if (!gone && get("playing")) model.send({ do: "pause", id: get("answered") + 1 });
  };
}

export default { render };
