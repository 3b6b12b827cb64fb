import { Axes } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, live, put, row, slider, spoken, task } from "./kit.js";
import { clamp, formatNumber, mean } from "./numbers.js";

const [LEFT, TODAY, RIGHT, TOP, HEIGHT] = [60, 370, 620, 84, 300]; // the days to come have more room
const COLUMNS = { round: 666, you: 742, persistence: 832 }; // of the errors beside them

const replaced = (list, at, value) => list.map((old, k) => (k === at ? value : old));
const meanError = (guess, truth) => mean(guess.map((value, k) => Math.abs(value - truth[k])));

// Powers of ten from their digits, since log10 and ** are not the same in every engine.
const exponent = (value) => Number(value.toExponential(9).split("e")[1]);
const power = (exponent) => Number(`1e${exponent}`);

/** The state with what follows from it: `rounds`, the present one `now`, and of those compared the `errors` (yours and
 *  persistence's) and their `means`; `spread`, the size of what the series does, and the `digits` that show it. */
function game(state) {
  const { low, high, history } = state.about;
  const spread = Math.max(high - low, 1e-6 * Math.max(Math.abs(low), Math.abs(high)), 1e-9);
  const rounds = state.places.map((place, k) => {
    const [past, truth, guess] = [place.slice(0, history), place.slice(history), state.guesses[k]];
    const persistence = truth.map(() => past.at(-1));
    const errors = state.compared[k] ? [meanError(guess, truth), meanError(persistence, truth)] : null;
    return { past, today: past.at(-1), truth, guess, persistence, open: state.compared[k], errors };
  });
  const errors = rounds.map((each) => each.errors).filter(Boolean);
  const means = errors.length ? [0, 1].map((side) => mean(errors.map((pair) => pair[side]))) : null;
  const digits = clamp(-exponent(spread / 100), 0, 9);
  return { ...state.about, at: state.round, rounds, now: rounds[state.round], errors, means, spread, digits };
}

/** For each round your and persistence's mean absolute error; null where it is not compared yet. */
export const scores = (state) => game(state).rounds.map(({ errors }) => errors);

/** Six round values, evenly spread, from below `low` to above `high`. */
function levels(low, high, spread = high - low) {
  const unit = power(exponent(spread / 5));
  const choices = [1, 2, 2.5, 4, 5, 8, 10, 20].map((size) => {
    const first = Math.floor(low / (size * unit));
    return [0, 1, 2, 3, 4, 5].map((k) => Number(((first + k) * size * unit).toFixed(12)));
  });
  return choices.find((values) => values.at(-1) >= high);
}

/** The values at the present picture's ticks. While the truth is hidden, nothing in them may hint at it. */
export function scale(state) {
  const { now, spread } = game(state);
  const [low, high] = [Math.min(...now.past), Math.max(...now.past)];
  const margin = Math.max((high - low) / 2, spread / 10);
  const shown = now.open ? now.truth : [];
  return levels(Math.min(low - margin, ...shown), Math.max(high + margin, ...shown));
}

/** Two errors in words, the smaller with a mark. */
function marked(pair, digits) {
  if (!pair) return ["–", "–"];
  return pair.map((error, side) => (error < pair[1 - side] ? "✓ " : "") + formatNumber(error, digits + 1));
}

function off([you, other], { digits, unit }) {
  const [yours, its] = [you, other].map((error) => formatNumber(error, digits + 1));
  return `you are off by ${yours}${unit && ` ${unit}`} on average, persistence by ${its}`;
}

/** What there is to say of the present round. */
function said(all) {
  const { now, days } = all;
  if (!now.open) return `What will ${days > 1 ? `the next ${days} days` : "the next day"} be?`;
  const [you, other] = now.errors;
  const verdict = you < other ? "you are closer" : other < you ? "persistence is closer" : "level";
  return `${off(now.errors, all)}: ${verdict}`;
}

function won({ errors }) {
  if (!errors.length) return "no round compared yet";
  return `you are closer in ${errors.filter(([you, other]) => you < other).length} of ${errors.length}`;
}

/** Whether persistence is beaten over all rounds, and how far the reader is. */
export function beaten(state) {
  const all = game(state);
  const { rounds, errors, means, seed } = all;
  const both = means && off(means, all);
  if (errors.length < rounds.length) {
    return [false, `${errors.length} of ${rounds.length} rounds compared${both ? `; ${both}` : ""}.`];
  }
  if (means[0] < means[1]) return [true, `Y${both.slice(1)}.`];
  return [false, `Not this time: ${both}. Reset, or new places: seed=${seed + 1}.`];
}

/** The days before, your forecast and persistence's, the truth once it is open, and the errors. */
export function scene(state) {
  const all = game(state);
  const { now, at, days, history, unit, rounds, spans, digits } = all;
  const { past, today, truth, guess, open } = now;
  const d = new Drawing(900, 470, "The guessing game");
  const start = { anchor: "start" };
  const headline = `round ${at + 1} of ${rounds.length}: ${open ? spans[at] : "a hidden place"}`;
  d.text(LEFT, 22, headline, { ...start, bold: true, part: "headline" });
  d.text(LEFT, 48, said(all), { ...start, size: 15, part: "said" });
  d.text(LEFT, TOP - 12, unit, { ...start, size: 14 });

  const values = scale(state);
  const fine = values.every(Number.isInteger) ? 0 : digits;
  const limits = [values[0], values.at(-1)];
  const earliest = history > 4 ? [[1 - history, `−${history - 1}`]] : [];
  const before = d.axes(LEFT, TOP, TODAY - LEFT, HEIGHT, [0.5 - history, 0], limits, {
    xticks: [...earliest, [0, "today"]],
    yticks: values.map((value) => [value, formatNumber(value, fine)]),
    part: "before",
  });
  const named = truth.map((_, k) => [k + 1, `+${k + 1}`]).filter(([day]) => days < 9 || day === days);
  const after = d.axes(TODAY, TOP, RIGHT - TODAY, HEIGHT, [0, days + 0.5], limits, { xticks: named, part: "after" });
  d.curve(before, past, "truth", { from: 1 - history, width: 1.8, part: "past" });
  d.dot(TODAY, before.y(today), "truth", { part: "today" });
  d.curve(after, [today, ...now.persistence], "persistence", { part: "persistence" });
  const touch = { style: "touch-action: none" };
  if (open) {
    d.curve(after, [today, ...truth], "truth", { part: "truth" });
  } else {
    const area = { x: TODAY, y: TOP, width: RIGHT - TODAY, height: HEIGHT, fill: "transparent", stroke: "none" };
    d.add("rect", area, { more: { "data-act": "draw", ...touch } });
  }
  d.curve(after, [today, ...guess], "LSTM", { part: "guess" });
  for (let k = 0; k < days; k++) {
    const thing = { "data-thing": `day-${k + 1}` };
    const x = after.x(k + 1);
    if (open) d.dot(x, after.y(truth[k]), "truth", { part: `truth-${k}`, more: thing });
    d.dot(x, after.y(guess[k]), "LSTM", { radius: 7, part: `guess-${k}`, more: { ...thing, ...touch } });
  }
  d.text((LEFT + RIGHT) / 2, TOP + HEIGHT + 38, "day", { size: 14 });
  const page = new Axes(0, 0, 900, 470, [0, 900], [470, 0]);
  for (const [x, look, words] of [
    [60, "truth", "measured"],
    [220, "LSTM", "your forecast"],
    [410, "persistence", "persistence: as today"],
  ]) {
    d.curve(page, [450, 450], look, { xs: [x, x + 34] });
    d.text(x + 44, 450, words, { ...start, size: 15, look });
  }
  table(d, all);
  d.description = described(all);
  return d;
}

/** The errors of each round, and their means. */
function table(d, all) {
  const { at, rounds, means, unit, digits } = all;
  const middle = (COLUMNS.you + COLUMNS.persistence) / 2;
  d.text(middle, TOP - 12, `mean error${unit && `, ${unit}`}`, { size: 15 });
  for (const [name, look] of Object.entries({ round: null, you: "LSTM", persistence: "persistence" })) {
    d.text(COLUMNS[name], TOP + 18, name, { size: 15, bold: true, look });
  }
  const line = (y, words, pair, bold, [first, ...parts]) => {
    const style = { size: 15, bold, anchor: "end" };
    d.text(COLUMNS.round + 8, y, words, { ...style, part: first });
    marked(pair, digits).forEach((error, side) => {
      const x = [COLUMNS.you, COLUMNS.persistence][side] + 28;
      d.text(x, y, error, { ...style, part: parts[side] });
    });
  };
  rounds.forEach(({ errors }, k) => {
    const parts = [`round-${k}`, `you-${k}`, `persistence-${k}`];
    line(TOP + 52 + 30 * k, `${k === at ? "▶ " : ""}${k + 1}`, errors, false, parts);
  });
  const y = TOP + 66 + 30 * rounds.length;
  line(y, "mean", means, true, [null, "mean-you", "mean-persistence"]);
  d.text(middle - 22, y + 34, won(all), { size: 15, part: "won" });
}

function described(all) {
  const { at, rounds, now, days, history, spans, digits, means } = all;
  const unit = all.unit && ` ${all.unit}`;
  const number = (value) => formatNumber(value, digits);
  const listed = (values) => values.map(number).join(", ");
  const truth = now.open
    ? `Measured on ${spans[at]}: ${listed(now.truth)}; ${said(all)}`
    : "What was measured is not shown yet";
  const sentences = [
    `The guessing game, round ${at + 1} of ${rounds.length}`,
    `${history} measured day${history > 1 ? "s" : ""} between ${number(Math.min(...now.past))} and ` +
      `${number(Math.max(...now.past))}${unit}, the last of them ${number(now.today)}`,
    `Your forecast for the next ${days}: ${listed(now.guess)}; persistence says ${number(now.today)} for each`,
    truth,
    ...(means ? [`Over the rounds compared ${off(means, all)}; ${won(all)}`] : []),
  ];
  return `${sentences.join(". ")}.`;
}

function render({ model, el }) {
  const page = live(model, el, scene);
  const { root, svg } = page;
  const { days, digits, low, high, spread, rounds } = game(page.state());
  const say = spoken(root);

  // A slider for each day: one number of the trait `guesses`.
  const guess = () => game(page.state()).now.guess;
  const forecast = (day, value) => {
    const { guesses, round } = page.state();
    put(model, { guesses: replaced(guesses, round, replaced(guesses[round], day, value)) });
  };
  const ends = levels(low, high, spread);
  const sliders = Array.from({ length: days }, (_, day) => {
    const one = {
      get: () => guess()[day],
      on(_, act) {
        for (const name of ["guesses", "round"]) model.on(`change:${name}`, act);
      },
    };
    return slider(one, `day-${day + 1}`, {
      label: `day +${day + 1}`,
      words: `forecast for day +${day + 1}`,
      min: ends[0],
      max: ends.at(-1),
      step: power(-digits),
      change: (moved) => forecast(day, Object.values(moved)[0]),
    });
  });
  row(root, ...sliders);

  const compare = button("Compare", () => {
    const { compared, round } = page.state();
    put(model, { compared: replaced(compared, round, true) });
  });
  const next = button("Next place", () => put(model, { round: page.state().round + 1 }));
  const reset = button("Reset", () => {
    put(model, { round: 0, guesses: rounds.map((each) => each.persistence), compared: rounds.map(() => false) });
  });
  row(root, compare, next, reset);
  const goal = task(
    root,
    `beat persistence over ${rounds.length} rounds: your mean error has to be below its mean error.`,
  );

  // As an extra, the forecast can be drawn: where the pointer goes to the right of today, its day follows.
  svg.style.userSelect = "none";
  let drawing = false;
  const follows = (event) => {
    const [x, y] = page.place(event);
    const { after } = page.drawing.scales;
    const day = clamp(Math.round(after.fromX(x)), 1, days) - 1;
    const value = clamp(after.fromY(y), after.y0, after.y1);
    forecast(day, Number(value.toFixed(digits)));
  };
  svg.addEventListener("pointerdown", (event) => {
    const [x, y] = page.place(event);
    const inside = x >= TODAY && x <= RIGHT && y >= TOP && y <= TOP + HEIGHT;
    if (!inside || game(page.state()).now.open) return;
    event.preventDefault();
    drawing = true;
    svg.setPointerCapture(event.pointerId);
    follows(event);
  });
  svg.addEventListener("pointermove", (event) => {
    if (drawing) follows(event);
  });
  for (const kind of ["pointerup", "pointercancel"]) {
    svg.addEventListener(kind, () => {
      drawing = false;
    });
  }

  // Where the picture is wider than the page, the days to come are what has to be in sight.
  const holder = svg.parentElement;
  const size = new ResizeObserver(() => {
    holder.scrollLeft = ((RIGHT + 12) / page.drawing.width) * holder.scrollWidth - holder.clientWidth;
  });
  size.observe(holder);
  const stop = page.follow((state) => {
    const all = game(state);
    const { open } = all.now;
    const last = all.at === rounds.length - 1;
    // The focus goes on with the game: a button that is switched off would lose it.
    const focused = document.activeElement;
    for (const input of sliders.flatMap((element) => [...element.querySelectorAll("input")])) input.disabled = open;
    compare.disabled = open;
    next.disabled = !open || last;
    if (focused === compare && open) (last ? reset : next).focus();
    if (focused === next && next.disabled) (open ? reset : compare).focus();
    goal.check(...beaten(state));
    const numbers = all.now.guess.map((value) => formatNumber(value, digits)).join(", ");
    say(open ? said(all) : `round ${all.at + 1}, your forecast: ${numbers}`);
  });
  return () => {
    size.disconnect();
    stop();
  };
}

export default { render };
