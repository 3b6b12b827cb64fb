import { Drawing } from "./drawing.js";
import { button, live, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, closing, formatNumber, sign, worth } from "./numbers.js";

const TITLE = "A day the network has never seen";
const [LEFT, RIGHT] = [62, 902]; // of the year
const LAST = 432; // where the window's axes end: the day ahead
const [GAP, HIGHEST, LOWEST] = [19, 272, 448]; // of the labels beside it

/** The state with what follows from it: of all days what was measured and each method's error, of this day the window,
 *  the forecasts and the sizes of their errors. */
function today(state) {
  const { day, data, about } = state;
  const { methods, days, look_back } = about;
  const stretch = (k) => data.subarray(days * k, days * (k + 1)); // the windows fill the first look_back of them
  const measured = stretch(look_back);
  const all = methods.map((_, m) => stretch(look_back + 1 + m));
  const errors = all.map((forecast) => Array.from(forecast, (value, k) => value - measured[k]));
  return {
    ...state,
    ...about,
    measured,
    errors,
    window: data.subarray(day * look_back, (day + 1) * look_back),
    forecasts: all.map((forecast) => forecast[day]),
    sizes: errors.map((error) => Math.abs(error[day])),
    date: about.dates[day + look_back],
  };
}

const signed = (value, digits) => formatNumber(value, digits).replace(/^(?!−)/, "+");

/** Each method's error on the day in words, with "≈" where forecast and truth, as they are written, do not give it. */
function errorsInWords({ day, digits, measured, forecasts, errors }) {
  const truth = worth(formatNumber(measured[day], digits));
  return forecasts.map((forecast, m) => {
    const words = signed(errors[m][day], digits);
    return (sign(worth(formatNumber(forecast, digits)) - truth, words) === "=" ? "" : "≈ ") + words;
  });
}

/** Both ends and the middle of an axis, with words. */
const ticks = ([low, high], digits) =>
  [low, (low + high) / 2, high].map((value) => [
    value,
    Number.isInteger(value) ? value.toFixed(0).replace("-", "−") : formatNumber(value, digits),
  ]);

/** The same places, moved so that no two are nearer than `gap`, in their order, between `low` and `high`. */
function spreadOut(places, gap, low, high) {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b]);
  const spread = [...places];
  let before = low - gap;
  let after = high + gap;
  for (const k of order) before = spread[k] = Math.max(spread[k], before + gap);
  for (const k of order.reverse()) after = spread[k] = Math.min(spread[k], after - gap);
  return spread;
}

/** The test part with its errors, the day's window with forecasts and truth, the states, and a table. */
export function scene(state) {
  const now = today(state);
  const { methods, days, look_back, digits, unit, day, date, window, measured, forecasts, sizes } = now;
  const off = errorsInWords(now);
  const d = new Drawing(920, 516 + 26 * methods.length, TITLE);
  theYear(d, now);
  theDay(d, now);
  theStates(d, now);
  theTable(d, now);
  const listed = methods.map(
    (name, m) =>
      `${name} ${formatNumber(forecasts[m], digits)} ${unit}, error ${off[m]}, MAE over all ` +
      `${days} days ${formatNumber(now.mae[m])}, nearest on ${now.nearest[m]} days`,
  );
  d.description =
    `${TITLE}: ${date}, day ${day} of ${days} test days. Above, the whole test part with the methods' errors, this ` +
    `day marked. Below, its window of ${look_back} days from ${now.dates[day]}, which ends at ` +
    `${formatNumber(window.at(-1), digits)} ${unit}, and C and h of ${drawnUnits(now)} on the way. Measured was ` +
    `${formatNumber(measured[day], digits)} ${unit}. Forecasts: ${listed.join("; ")}. The nearest on this day: ` +
    `${methods[sizes.indexOf(Math.min(...sizes))]}.`;
  return d;
}

/** All test days, and the errors of the LSTM (up) and of the first of the others (down). */
function theYear(d, { methods, days, look_back, digits, unit, dates, day, date, measured, errors, year, most }) {
  const last = Math.max(days - 1, 1);
  const down = methods.length > 1;
  d.text(LEFT, 18, `test day ${day}: ${date}`, { bold: true, anchor: "start", part: "title" });
  const yticks = ticks(year, digits);
  const axes = d.axes(LEFT, 50, RIGHT - LEFT, 82, [0, last], year, { yticks, part: "year" });
  d.text(LEFT, 37, `measured, ${unit}`, { size: 13, look: "truth", anchor: "start" });
  d.curve(axes, measured, "truth", { width: 1.2 });
  const named = [0, Math.floor(last / 3), Math.floor((2 * last) / 3), days - 1];
  const ends = [down ? -most : 0, most];
  const below = d.axes(LEFT, 150, RIGHT - LEFT, down ? 70 : 40, [0, last], ends, {
    yticks: [...new Set([...ends, 0])].map((value) => [value, formatNumber(Math.abs(value), most >= 1 ? 0 : digits)]),
    xticks: [...new Set(named)].map((k) => [k, ""]),
  });
  const bottom = below.top + below.height;
  named.forEach((k, j) => {
    const anchor = ["start", "middle", "middle", "end"][j];
    if (k || !j) d.text(below.x(k), bottom + 15, dates[k + look_back], { size: 13, anchor });
  });
  const at = axes.x(day);
  const mark = [
    [at, 46],
    [at, bottom],
  ];
  d.arrow(mark, { head: false, part: "mark" });
  const wide = Math.min(((RIGHT - LEFT) / days) * 0.8, 12);
  methods.slice(0, 2).forEach((name, m) =>
    errors[m].forEach((error, k) => {
      const end = below.y(m ? -Math.abs(error) : Math.abs(error));
      d.bar(below.x(k) - wide / 2, Math.min(end, below.y(0)), wide, Math.abs(end - below.y(0)), name);
    }),
  );
  d.text(894, 160, "error of the LSTM", { look: "LSTM", size: 13, anchor: "end" });
  if (down) d.text(894, 211, `of ${methods[1]}`, { look: methods[1], size: 13, anchor: "end" });
  d.dot(at, axes.y(measured[day]), "truth", { radius: 6, part: "mark-dot" });
}

/** The day's window, and what was said of the day after it. */
function theDay(d, { methods, look_back: T, digits, unit, dates, limits, day, date, window, measured, forecasts }) {
  const yticks = ticks(limits[day], digits);
  const axes = d.axes(LEFT, 278, LAST - LEFT, 160, [0, T], limits[day], { yticks, part: "window" });
  d.text(LEFT, 262, `its window, look_back ${T}, and the forecasts, ${unit}`, { size: 14, anchor: "start" });
  d.frame(LEFT - 5, 278, axes.x(T - 1) + 5, 438, "window", { radius: 0 });
  d.text(LEFT - 5, 453, dates[day], { size: 13, anchor: "start", part: "from" });
  d.text(LAST + 6, 453, date, { size: 13, bold: true, anchor: "end", part: "target" });
  d.curve(axes, window, "truth", { part: "window-curve" });
  d.dot(axes.x(T - 1), axes.y(window[T - 1]), "truth", { radius: 4, part: "last" });
  const values = [measured[day], ...forecasts];
  const places = values.map((value) => axes.y(value));
  const labels = spreadOut(places, GAP, HIGHEST, LOWEST);
  ["truth", ...methods].forEach((name, k) => {
    const line = [
      [LAST + 5, places[k]],
      [LAST + 20, labels[k]],
    ];
    const bold = name === "truth" || name === "LSTM";
    d.arrow(line, { look: name, head: false, part: `line-${name}` });
    d.dot(LAST, places[k], name, { radius: name === "truth" ? 8 : 5, part: `dot-${name}` });
    d.text(LAST + 24, labels[k], `${name === "truth" ? "measured" : name} ${formatNumber(values[k], digits)}`, {
      look: name,
      anchor: "start",
      size: 14,
      bold,
      part: `label-${name}`,
    });
  });
}

const drawnUnits = ({ units, drawn }) => (drawn === units ? `all units (${units})` : `${drawn} of ${units} units`);

/** C and h through the window, a line for each unit. Of a single day there are only dots. */
function theStates(d, now) {
  const { day, states, drawn, memory, look_back: T } = now;
  [
    ["C", 278, memory],
    ["h", 376, 1],
  ].forEach(([name, top, size], which) => {
    const yticks = ticks([-size, size], 1);
    const axes = d.axes(662, top, 240, 62, [0, Math.max(T - 1, 1)], [-size, size], { yticks, part: `states-${name}` });
    d.text(662, top - 15, `${name} of ${drawnUnits(now)}`, { look: name, size: 14, anchor: "start" });
    for (let k = 0; k < drawn; k++) {
      const from = ((day * 2 + which) * drawn + k) * T;
      const values = Array.from({ length: T }, (_, t) => (byte(states, from + t) / 127 - 1) * size);
      if (T > 1) d.curve(axes, values, name, { width: 1, part: `${name}-${k}` });
      else d.dot(axes.x(0), axes.y(values[0]), name, { radius: 3, part: `${name}-${k}` });
    }
  });
  d.text(662, 453, "first day", { size: 13, anchor: "start" });
  d.text(902, 453, "last day", { size: 13, anchor: "end" });
}

const byte = (hex, k) => parseInt(hex.slice(2 * k, 2 * k + 2), 16);

/** A row for each method: forecast and error on the day, then over all test days. */
function theTable(d, now) {
  const { methods, days, digits, unit, forecasts, sizes, error, mae, nearest } = now;
  const off = errorsInWords(now);
  const right = { size: 15, anchor: "end" };
  d.text(250, 482, "forecast", { ...right, size: 14 });
  d.text(350, 482, `error, ${unit}`, { ...right, size: 14 });
  d.text(720, 482, `MAE of all ${days} days`, { ...right, size: 14 });
  d.text(850, 482, "nearest on", { ...right, size: 14 });
  methods.forEach((name, m) => {
    const y = 510 + 26 * m;
    d.text(LEFT, y, name, { look: name, bold: true, size: 15, anchor: "start" });
    d.text(250, y, formatNumber(forecasts[m], digits), { ...right, part: `forecast-${m}` });
    d.text(350, y, off[m], { ...right, part: `error-${m}` });
    d.bar(362, y - 7, (120 * sizes[m]) / Math.max(error, 1e-9), 14, name, { part: `bar-${m}` });
    if (sizes[m] === Math.min(...sizes))
      d.text(490, y, "nearest", { size: 14, bold: true, anchor: "start", part: `nearest-${m}` });
    d.text(720, y, formatNumber(mae[m]), right);
    d.text(850, y, `${nearest[m]} days`, right);
  });
}

/** Whether the day is one that the task asks for, and how far off the LSTM was, and its rival, if there is one. */
export function answer(state) {
  const { methods, date, digits, unit, rival, threshold, sizes } = today(state);
  const gain = rival ? sizes[1] - sizes[0] : sizes[0];
  const compared = (more) => {
    const [own, its, by] = [sizes[0], sizes[1], Math.abs(gain)].map((value) => formatNumber(value, digits + more));
    const about = sign(Math.abs(worth(its) - worth(own)), by) === "=" ? "" : "≈ ";
    const verdict = `the LSTM ${gain < 0 ? "loses" : "wins"} by ${about}${by}.`;
    return `${date}: LSTM ${own} ${unit} off, ${methods[1]} ${its} ${unit} off; ${verdict}`;
  };
  const words = rival ? closing(compared) : `${date}: LSTM ${formatNumber(sizes[0], digits)} ${unit} off.`;
  return [gain > threshold, words];
}

function render({ model, el }) {
  const { days, digits, unit, order, known, rival, threshold } = model.get("about");
  const page = live(model, el, scene);
  const { root, svg } = page;
  const day = () => model.get("day");
  const go = (to) => put(model, { day: to });
  row(
    root,
    slider(model, "day", {
      label: "test day",
      words: "test day, from 0",
      min: 0,
      max: days - 1,
      step: 1,
      thing: "window",
    }),
    player({
      step() {
        if (day() >= days - 1) return null;
        go(day() + 1);
        return day() < days - 1;
      },
      reset: () => go(0),
      wait: 500,
    }),
  );
  row(
    root,
    ...Object.entries(known).map(([words, to]) => button(words, () => go(to))),
    button("A random day", () => go(order[(order.indexOf(day()) + 1) % days])),
  );
  const most = `more than ${formatNumber(threshold, digits)} ${unit}`;
  const goal = task(
    root,
    rival
      ? `find a day on which the LSTM beats ${rival} by ${most}. What in its window may it have used?`
      : `find a day on which the LSTM is ${most} off.`,
  );
  const say = spoken(root);

  // The year may be clicked and dragged through as well.
  const pick = (event) => {
    const { year } = page.drawing.scales;
    const [x, y] = page.place(event);
    const inside = x > LEFT - 8 && x < RIGHT + 8 && y > 44 && y < 224;
    svg.style.cursor = inside ? "pointer" : "";
    if (inside && event.buttons === 1) go(clamp(Math.round(year.fromX(x)), 0, days - 1));
  };
  svg.addEventListener("pointerdown", pick);
  svg.addEventListener("pointermove", pick);
  return page.follow((state) => {
    const { methods, date, measured, sizes } = today(state);
    const off = methods.map((name, m) => `${name} ${formatNumber(sizes[m], digits)} ${unit} off`);
    goal.check(...answer(state));
    say(`${date}: measured ${formatNumber(measured[state.day], digits)} ${unit}; ${off.join(", ")}`);
  });
}

export default { render };
