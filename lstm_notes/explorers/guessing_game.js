import { button, follow, Picture, put, region, row, slider, spoken, task } from "./kit.js";
import { clamp, floats, formatNumber } from "./numbers.js";

const meanError = (guess, truth) => guess.reduce((sum, value, k) => sum + Math.abs(value - truth[k]), 0) / truth.length;
const replaced = (list, at, value) => list.map((old, k) => (k === at ? value : old));

/** Two errors in words, the smaller with a mark. */
function marked(pair, digits) {
  if (!pair) return ["–", "–"];
  return [pair, pair.toReversed()].map(([one, other]) => (one < other ? "✓ " : "") + formatNumber(one, digits));
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const { days, history, unit, digits, spans, scales, low, high, seed } = get("about");
  const span = history + days,
    all = Array.from(floats(get("places")), (value) => Number(value.toPrecision(7)));
  const rounds = spans.map((_, k) => ({
    past: all.slice(k * span, k * span + history),
    truth: all.slice(k * span + history, (k + 1) * span),
  }));
  const start = rounds.map(({ past }) => Array(days).fill(past.at(-1)));
  const root = region(el, "Explorer: the guessing game");
  const picture = new Picture(root, get("svg")),
    before = picture.axes("before"),
    axes = picture.axes("after");
  const say = spoken(root);

  // A slider for each day: one number of the trait `guesses`.
  const forecast = (values) => put(model, { guesses: replaced(get("guesses"), get("round"), values) });
  const sliders = start[0].map((_, day) => {
    const one = {
      get: () => get("guesses")[get("round")][day],
      on: (event, act) => {
        for (const name of ["guesses", "round"]) model.on(`change:${name}`, act);
      },
    };
    for (const part of [`guess-${day}`, `truth-${day}`]) picture.part(part).dataset.thing = `day-${day + 1}`;
    const change = (moved) => forecast(replaced(get("guesses")[get("round")], day, Object.values(moved)[0]));
    return slider(one, `day-${day + 1}`, {
      label: `day +${day + 1}`,
      words: `forecast for day +${day + 1}`,
      min: low,
      max: high,
      step: 10 ** -digits,
      change,
    });
  });
  row(root, ...sliders);

  const compare = button("Compare", () => put(model, { compared: replaced(get("compared"), get("round"), true) }));
  const next = button("Next place", () => put(model, { round: get("round") + 1 }));
  const reset = button("Reset", () => put(model, { round: 0, guesses: start, compared: start.map(() => false) }));
  row(root, compare, next, reset);
  const goal = task(
    root,
    `beat persistence over ${rounds.length} rounds: your mean error has to be below its mean error.`,
  );

  // As an extra, the forecast can be drawn: where the pointer goes to the right of today, its day follows.
  const area = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const { left, top, width, height: tall } = axes,
    right = left + width,
    bottom = top + tall;
  for (const [name, value] of Object.entries({
    x: left,
    y: top,
    width,
    height: tall,
    fill: "transparent",
    stroke: "none",
    "data-act": "draw",
  }))
    area.setAttribute(name, value);
  picture.part("truth").before(area);
  area.style.touchAction = picture.svg.style.userSelect = "none";
  for (let k = 0; k < days; k++) picture.part(`guess-${k}`).style.touchAction = "none";
  let drawing = false;
  const follows = (event) => {
    const [x, y] = picture.place(event);
    const day = clamp(Math.round(axes.fromX(x)), 1, days) - 1;
    const [lowest, highest] = scales[get("round")][0];
    const value = highest - ((clamp(y, top, bottom) - top) / tall) * (highest - lowest);
    forecast(replaced(get("guesses")[get("round")], day, Number(value.toFixed(digits))));
  };
  picture.svg.addEventListener("pointerdown", (event) => {
    const [x, y] = picture.place(event);
    if (get("compared")[get("round")] || x < left || x > right || y < top || y > bottom) return;
    event.preventDefault();
    drawing = true;
    picture.svg.setPointerCapture(event.pointerId);
    follows(event);
  });
  picture.svg.addEventListener("pointermove", (event) => {
    if (drawing) follows(event);
  });
  for (const kind of ["pointerup", "pointercancel"])
    picture.svg.addEventListener(kind, () => {
      drawing = false;
    });

  const draw = () => {
    const at = get("round"),
      open = get("compared")[at],
      guess = get("guesses")[at],
      { past, truth } = rounds[at];
    const [lowest, highest, ticks] = scales[at][Number(open)],
      today = past.at(-1);
    const height = (value) => (value - lowest) / (highest - lowest);
    const scores = rounds.map((each, k) =>
      get("compared")[k] ? [meanError(get("guesses")[k], each.truth), meanError(start[k], each.truth)] : null,
    );
    const played = scores.filter((pair) => pair);
    const means = played.length
      ? [0, 1].map((k) => played.reduce((sum, pair) => sum + pair[k], 0) / played.length)
      : null;
    const closer = `you are closer in ${played.filter(([you, other]) => you < other).length} of ${played.length}`;
    let said = `What will ${days > 1 ? `the next ${days} days` : "the next day"} be?`;
    if (open) {
      const [you, other] = scores[at];
      const verdict = you < other ? "you are closer" : other < you ? "persistence is closer" : "level";
      const [mine, its] = scores[at].map((error) => formatNumber(error, digits + 1));
      said = `you are off by ${mine} ${unit} on average, persistence by ${its}: ${verdict}`;
    }
    picture.text("headline", `round ${at + 1} of ${rounds.length}: ${open ? spans[at] : "a hidden place"}`);
    picture.text("said", said);
    picture.set("today", { cy: before.y(height(today)) });
    const future = Array.from({ length: days + 1 }, (_, k) => k);
    ticks.forEach((words, k) => picture.text(`before-ytick-${k}`, words));
    picture.curve(
      "past",
      before,
      past.map(height),
      past.map((_, k) => k + 1 - history),
    );
    picture.curve(
      "persistence",
      axes,
      future.map(() => height(today)),
      future,
    );
    picture.curve("guess", axes, [today, ...guess].map(height), future);
    picture.curve("truth", axes, open ? [today, ...truth].map(height) : [], future);
    for (let k = 0; k < days; k++) {
      picture.set(`guess-${k}`, { cx: axes.x(k + 1), cy: axes.y(height(guess[k])) });
      picture.set(`truth-${k}`, { cx: axes.x(k + 1), cy: axes.y(open ? height(truth[k]) : 0) });
      picture.show(`truth-${k}`, open);
    }
    scores.forEach((pair, k) => {
      picture.text(`round-${k}`, `${k === at ? "▶ " : ""}${k + 1}`);
      marked(pair, digits + 1).forEach((words, side) => picture.text(`${["you", "persistence"][side]}-${k}`, words));
    });
    marked(means, digits + 1).forEach((words, side) => picture.text(`mean-${["you", "persistence"][side]}`, words));
    picture.text("won", means ? closer : "no round compared yet");

    // The focus goes on with the game: a button that is switched off would lose it.
    const focused = document.activeElement,
      last = at === rounds.length - 1;
    for (const input of sliders.flatMap((element) => [...element.querySelectorAll("input")])) input.disabled = open;
    area.style.display = open ? "none" : "";
    compare.disabled = open;
    next.disabled = !open || last;
    if (focused === compare && open) (last ? reset : next).focus();
    if (focused === next && next.disabled) (open ? reset : compare).focus();

    const count = `${played.length} of ${rounds.length} rounds compared`;
    const [mine, its] = (means ?? []).map((mean) => formatNumber(mean, digits + 1));
    const both = `ou are off by ${mine} ${unit} on average, persistence by ${its}.`;
    if (played.length < rounds.length) goal.check(false, means ? `${count}; y${both}` : `${count}.`);
    else if (means[0] < means[1]) goal.check(true, `Y${both}`);
    else goal.check(false, `Not this time: y${both} Reset, or new places: seed=${seed + 1}.`);
    say(
      open ? said : `round ${at + 1}, your forecast: ${guess.map((value) => formatNumber(value, digits)).join(", ")}`,
    );
  };
  // Where the picture is wider than the page, the days to come are what has to be in sight.
  const holder = picture.svg.parentElement;
  const size = new ResizeObserver(() => {
    holder.scrollLeft = ((right + 12) / picture.svg.viewBox.baseVal.width) * holder.scrollWidth - holder.clientWidth;
  });
  size.observe(holder);
  const stop = follow(model, ["round", "guesses", "compared"], draw);
  return () => {
    size.disconnect();
    stop();
  };
}

export default { render };
