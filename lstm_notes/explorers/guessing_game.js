import { Axes, exponent, niceLimit, power, roundLevels } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, live, put, row, slider, spoken, task } from "./kit.js";
import { clamp, figures, formatNumber, mean } from "./numbers.js";

const replaced = (list, at, value) => list.map((old, k) => (k === at ? value : old));
const meanError = (guess, truth) => mean(guess.map((value, k) => Math.abs(value - truth[k])));

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

/** The values at the picture's ticks, and the ends of its sliders. They are those of the whole series: the same in each
 *  round, so that rounds can be compared, and nothing in them hints at a truth that is hidden. */
export function scale(state) {
  const { low, high, spread } = game(state);
  return roundLevels([low - spread / 20, high + spread / 20], 10, spread);
}

function off([you, other], { digits, unit }) {
  const [yours, its] = [you, other].map((error) => formatNumber(error, digits + 1));
  return `you are off by ${yours}${unit && ` ${unit}`} on average, persistence by ${its}`;
}

/** A forecast that was left where it began. It is a forecast, too. */
const untouched = ({ guess, persistence }) => guess.every((value, k) => value === persistence[k]);

function verdict(round) {
  const [you, other] = round.errors;
  if (you === other) return untouched(round) ? "level: you left it as persistence" : "level";
  return `${you < other ? "you are" : "persistence is"} closer`;
}

/** What there is to say of the present round, as two lines; the first of them shorter where there is little room. */
function said(all, narrow) {
  const { now, days, digits, unit } = all;
  if (!now.open) {
    const asked = `What will ${days > 1 ? `the next ${days} days` : "the next day"} be?`;
    return [asked, "Drag the dots, or press where they should be."];
  }
  const [you, other] = now.errors.map((error) => formatNumber(error, digits + 1));
  const short = `This round: you ${you}${unit && ` ${unit}`} off, persistence ${other}:`;
  return [narrow ? short : `This round ${off(now.errors, all)}:`, verdict(now)];
}

function won({ errors }) {
  if (!errors.length) return "no round compared yet";
  return `you are closer in ${errors.filter(([you, other]) => you < other).length} of ${errors.length}`;
}

/** What the rounds are worth, once all are compared: which of them decided, and how few they are. */
function closing(all) {
  const { rounds, spread } = all;
  const gains = rounds.map(({ errors: [you, other] }) => other - you);
  const sum = gains.reduce((one, other) => one + other);
  const ahead = Math.sign(sum);
  const largest = gains.reduce((best, gain, k) => (gain * ahead > gains[best] * ahead ? k : best), 0);
  const rest = sum - gains[largest];
  const without = Math.abs(rest) < 1e-9 * spread ? 0 : Math.sign(rest); // the last bits are no lead
  const otherwise = ["persistence would be closer", "you would be level", "you would be closer"][without + 1];
  const left = rounds.filter(untouched).length;
  const decides = rounds.length > 1 && ahead && without !== ahead;
  return (
    `${won(all)}${left ? `, ${left} left as persistence` : ""}. ` +
    (decides ? `Round ${largest + 1} decides: without it ${otherwise}. ` : "") +
    `${rounds.length > 1 ? `${rounds.length} rounds are few` : "One round is little"}: other days may end otherwise.`
  );
}

/** Whether persistence is beaten over all rounds, and how far the reader is. */
export function beaten(state) {
  const all = game(state);
  const { rounds, errors, means, seed } = all;
  const both = means && off(means, all);
  if (errors.length < rounds.length) {
    return [false, `${errors.length} of ${rounds.length} rounds compared${both ? `; over these ${both}` : ""}.`];
  }
  const over = `Over ${rounds.length > 1 ? `all ${rounds.length} rounds` : "the round"} ${both}; ${closing(all)}`;
  return means[0] < means[1] ? [true, over] : [false, `${over} Again: Reset, or other days with seed=${seed + 1}.`];
}

const WIDE = { width: 880, height: 540, top: 84, tall: 376, right: 610, size: 15 };
const NARROW = { width: 420, height: 662, top: 96, tall: 250, right: 410, size: 14 };

/** The days before, your forecast and persistence's, the truth once it is open, and the errors. */
export function scene(state, narrow) {
  const all = game(state);
  const { now, at, days, history, what, unit, rounds, spans, digits } = all;
  const { past, today, truth, guess, open } = now;
  const { width, height, top, tall, right, size } = narrow ? NARROW : WIDE;
  const d = new Drawing(width, height, "The guessing game");

  const values = scale(state);
  const fine = values.every(Number.isInteger) ? 0 : digits;
  const yticks = values.map((value) => [value, formatNumber(value, fine)]);
  const left = 16 + 8 * Math.max(...yticks.map(([, words]) => words.length));
  const middle = left + 0.4 * (right - left); // today: the days to come have more room
  const start = { anchor: "start" };
  const headline = `round ${at + 1} of ${rounds.length}: ${open ? spans[at] : "a hidden stretch of days"}`;
  const lines = said(all, narrow);
  d.text(left, 18, headline, { ...start, size: size + 1, bold: true, part: "headline" });
  (narrow ? lines : [lines.join(" ")]).forEach((line, k) => {
    d.text(left, 42 + 20 * k, line, { ...start, size, part: k ? "said-more" : "said" });
  });
  d.text(left, top - 12, [what, unit].filter(Boolean).join(", "), { ...start, size: 13, part: "what" });

  const limits = [values[0], values.at(-1)];
  const every = niceLimit(history / 3);
  const round = Array.from({ length: 3 }, (_, k) => (k + 1) * every).filter((ago) => ago < history - every / 2);
  const earlier = history > 4 ? [...round, history - 1].map((ago) => [-ago, `−${ago}`]) : [];
  const before = d.axes(left, top, middle - left, tall, [0.5 - history, 0], limits, {
    xticks: [...earlier, [0, "today"]],
    yticks,
    part: "before",
  });
  const named = truth.map((_, k) => [k + 1, `+${k + 1}`]).filter(([day]) => days < 9 || day === days);
  const after = d.axes(middle, top, right - middle, tall, [0, days + 0.5], limits, { xticks: named, part: "after" });
  // A mark for each day: those to come are drawn wider, and said to be.
  const marks = past.map((_, k) => `M${before.x(1 - history + k).toFixed(1)} ${top + tall}v3`);
  if (history <= 100) d.add("path", { class: "axes", d: marks.join(""), "stroke-width": 1 }, { part: "days" });
  d.curve(before, past, "truth", { from: 1 - history, width: 1.8, part: "past" });
  d.dot(middle, before.y(today), "truth", { part: "today" });
  // A broad line, so that it is seen below yours, which begins on it.
  const broad = { look: "persistence", head: false, width: 8, more: { "stroke-opacity": 0.45 } };
  const level = [today, ...now.persistence].map((value, k) => [after.x(k), after.y(value)]);
  d.arrow(level, { ...broad, part: "persistence" });
  if (open) {
    d.curve(after, [today, ...truth], "truth", { part: "truth" });
    truth.forEach((value, k) => {
      const from = (name, by, other) => {
        const x = after.x(k + 1) + by;
        const line = [x, after.y(other), x, after.y(value)];
        d.arrow(line, { look: name, head: false, width: 4, part: `off-${name}-${k}` });
      };
      from("LSTM", -4, guess[k]);
      from("persistence", 4, today);
    });
  }
  d.curve(after, [today, ...guess], "LSTM", { part: "guess" });
  for (let k = 0; k < days; k++) {
    const thing = { "data-thing": `day-${k + 1}` };
    const x = after.x(k + 1);
    d.dot(x, after.y(guess[k]), "LSTM", { radius: open ? 6 : 8, part: `guess-${k}`, more: thing });
    if (open) d.dot(x, after.y(truth[k]), "truth", { radius: 3.5, part: `truth-${k}`, more: thing });
    const half = Math.min((after.x(1) - middle) / 2, 24);
    if (!open) d.handle(x - half, top, x + half, top + tall, `guess ${k}`, `day-${k + 1}`);
  }
  d.text((left + right) / 2, top + tall + 35, "day; those ahead are drawn wider", { size: 13 });
  const key = top + tall + 60;
  const page = new Axes(0, 0, width, height, [0, width], [height, 0]);
  const gap = narrow ? 0 : 60;
  for (const [x, look, words] of [
    [left, "truth", "measured"],
    [left + 115 + gap, "LSTM", "you"],
    [left + 190 + 2 * gap, "persistence", "persistence: as today"],
  ]) {
    if (look === "persistence") d.arrow([x, key, x + 28, key], broad);
    else d.curve(page, [key, key], look, { xs: [x, x + 28] });
    d.text(x + 34, key, words, { ...start, size: narrow ? 13 : 15, look });
  }
  if (open) {
    const [x, y] = narrow ? [left + 10, key + 20] : [600, key];
    for (const [look, by] of [
      ["LSTM", -4],
      ["persistence", 4],
    ]) {
      d.arrow([x + by, y - 8, x + by, y + 8], { look, head: false, width: 4 });
    }
    d.text(x + 24, y, "how far off, day by day", { ...start, size: narrow ? 13 : 15, part: "off" });
  }
  scored(d, all, narrow);
  d.description = described(all);
  return d;
}

/** The errors of each round and their means, as bars: yours, and below it persistence's. The smaller has a mark. */
function scored(d, all, narrow) {
  const { at, rounds, means, unit, digits, spread } = all;
  const [left, top, rows] = narrow ? [8, 504, 3] : [640, 132, 6];
  const [tall, wide, long] = narrow ? [42, 206, 76] : [53, 0, 100]; // a row, a column, the longest bar
  const most = niceLimit(Math.max(...all.errors.flat(), spread / 8), 1e-12); // a round number, that seldom changes
  d.text(left, top - 54, `mean error${unit && `, ${unit}`}`, { size: 14, anchor: "start" });
  d.text(left, top - 35, "you above, persistence below", { size: 13, anchor: "start" });
  for (let column = 0; column <= rounds.length / rows; column++) {
    const x = left + wide * column + 54;
    d.arrow([x, top - 2, x, top - 7, x + long, top - 7, x + long, top - 2], { head: false, width: 1 });
    d.text(x, top - 15, "0", { size: 13 });
    d.text(x + long, top - 15, figures(most), { size: 13, part: `most-${column}` });
  }
  const both = (k, words, errors, part, bold) => {
    const [x, y] = [left + wide * Math.floor(k / rows) + 54, top + 14 + tall * (k % rows)];
    d.text(x - 8, y, words, { size: 15, bold, anchor: "end", part: `round-${part}` });
    d.arrow([x, y - 16, x, y + 16], { head: false, width: 1, part: `zero-${part}` });
    errors?.forEach((error, side) => {
      const [name, look] = [
        ["you", "LSTM"],
        ["persistence", "persistence"],
      ][side];
      const [middle, end] = [y - 8 + 16 * side, (long * error) / most];
      d.bar(x, middle - 6, end, 12, look, { part: `${name}-bar-${part}` });
      const words = (error < errors[1 - side] ? "✓ " : "") + formatNumber(error, digits + 1);
      d.text(x + end + 6, middle, words, { size: 13, bold, anchor: "start", part: `${name}-${part}` });
    });
  };
  rounds.forEach(({ errors }, k) => both(k, `${k === at ? "▶ " : ""}${k + 1}`, errors, k, false));
  both(rounds.length, "mean", means, "mean", true);
  const below = top + 18 + tall * Math.min(rounds.length + 1, rows);
  d.text(left, below, won(all), { size: 14, anchor: "start", part: "won" });
}

function described(all) {
  const { at, rounds, now, days, history, spans, digits, means } = all;
  const unit = all.unit && ` ${all.unit}`;
  const number = (value) => formatNumber(value, digits);
  const listed = (values) => values.map(number).join(", ");
  const truth = now.open
    ? `Measured on ${spans[at]}: ${listed(now.truth)}. ${said(all).join(" ")}`
    : "What was measured is not shown yet";
  const sentences = [
    `The guessing game, round ${at + 1} of ${rounds.length}${all.what && `: ${all.what}`}`,
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
  const { days, digits, rounds } = game(page.state());
  const goal = task(
    page.top,
    `beat persistence over ${rounds.length} rounds: your mean error has to be below its mean error.`,
  );
  const say = spoken(page.root);

  // A slider for each day: one number of the trait `guesses`.
  const guess = () => game(page.state()).now.guess;
  const changed = (day, value) => {
    const { guesses, round } = page.state();
    return { guesses: replaced(guesses, round, replaced(guesses[round], day, value)) };
  };
  const ends = scale(page.state());
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
      change: (moved) => put(model, changed(day, Object.values(moved)[0])),
    });
  });
  row(page.side, ...sliders);

  const compare = button("Compare", () => {
    const { compared, round } = page.state();
    put(model, { compared: replaced(compared, round, true) });
  });
  const next = button("Next stretch", () => put(model, { round: page.state().round + 1 }));
  const back = button("Back to today", () => {
    const { guesses, round } = page.state();
    put(model, { guesses: replaced(guesses, round, rounds[round].persistence) });
  });
  back.title = "this round's dots go back to where they began, on persistence";
  const reset = button("Reset", () => {
    put(model, { round: 0, guesses: rounds.map((each) => each.persistence), compared: rounds.map(() => false) });
  });
  reset.title = "back to round 1: all forecasts are forgotten, the days stay the same";
  row(page.top, compare, next, back, reset);

  // The forecast is drawn where the pointer goes: day by day, or over several days at once.
  const follows = (_, [x, y]) => {
    const { after } = page.drawing.scales;
    const day = clamp(Math.round(after.fromX(x)), 1, days) - 1;
    return changed(day, Number(clamp(after.fromY(y), after.y0, after.y1).toFixed(digits)));
  };
  page.touch({ guess: { press: follows, drag: follows, control: (day) => sliders[day] } });

  return page.follow((state) => {
    const all = game(state);
    const { open } = all.now;
    const last = all.at === rounds.length - 1;
    // The focus goes on with the game: a button that is switched off would lose it.
    const focused = document.activeElement;
    for (const input of sliders.flatMap((element) => [...element.querySelectorAll("input")])) input.disabled = open;
    compare.disabled = back.disabled = open;
    next.disabled = !open || last;
    if (focused === compare && open) (last ? reset : next).focus();
    if (focused === next && next.disabled) (open ? reset : compare).focus();
    goal.check(...beaten(state));
    const numbers = all.now.guess.map((value) => formatNumber(value, digits)).join(", ");
    say(open ? said(all).join(" ") : `round ${all.at + 1}, your forecast: ${numbers}`);
  });
}

export default { render };
