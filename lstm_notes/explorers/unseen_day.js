import { niceLimit, roundLevels, spreadOut } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, live, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, closing, figures, formatNumber, mean, sign, worth } from "./numbers.js";

const TITLE = "A day the network has never seen";
const GAP = 19; // of the labels beside the window
const COLUMN = 13; // from one method to the next, on the day ahead

// Where things are: left, top, width, height of axes; of the table its height and where its columns end.
const WIDE = {
  width: 880,
  title: 18,
  year: [52, 50, 816, 56],
  said: [
    [52, 121],
    [420, 121],
  ],
  errors: [52, 134, 816, 80],
  window: [52, 270, 385, 170],
  read: [262, 254],
  size: 14,
  states: [270, 370].map((top) => [640, top, 228, 70]),
  table: 482,
  row: 23,
  means: (name) => [36 + 7.7 * name.length, 0],
  columns: { zero: 410, long: 86, error: 578, mae: 728, nearest: 868, of: (days) => ` of all ${days} days` },
};
const NARROW = {
  width: 420,
  title: 16,
  year: [40, 46, 370, 50],
  said: [
    [40, 113],
    [40, 131],
  ],
  errors: [40, 144, 370, 84],
  window: [40, 308, 204, 160],
  read: [40, 292],
  size: 13,
  states: [40, 250].map((left) => [left, 526, 160, 60]),
  table: 632,
  row: 40,
  means: () => [4, 17],
  columns: { zero: 184, long: 42, error: 290, mae: 340, nearest: 412, of: () => "" },
};

/** What a method's name means, in a few words. */
const MEANS = {
  LSTM: "this network",
  persistence: "as today",
  "linear AR": "a weighted sum of the window",
  "seasonal naive": "as a season (a year) ago",
};

/** The state with what follows from it: of all days what was measured and each method's error, of this day the window,
 *  the forecasts and the sizes of their errors; `levels`, round values around all there are, are the same on each day. */
function today(state) {
  const { day, step, data, about } = state;
  const { methods, days, look_back, digits } = about;
  const stretch = (k) => data.subarray(days * k, days * (k + 1)); // the windows fill the first look_back of them
  const measured = stretch(look_back);
  const all = methods.map((_, m) => stretch(look_back + 1 + m));
  const errors = all.map((forecast) => Array.from(forecast, (value, k) => value - measured[k]));
  const least = Number(`1e-${digits}`);
  const nearest = measured.map((_, k) => {
    const sizes = errors.map((error) => Math.abs(error[k]));
    return sizes.filter((size) => size === Math.min(...sizes)).length;
  });
  const largest = (lists) => lists.flat().reduce((most, error) => Math.max(most, Math.abs(error)), 0);
  const window = data.subarray(day * look_back, (day + 1) * look_back);
  const average = mean(Array.from(window));
  return {
    ...state,
    ...about,
    measured,
    errors,
    ties: nearest.filter((count) => count > 1).length,
    levels: roundLevels(data, 6, least),
    year: roundLevels(measured, 4, least),
    most: niceLimit(largest(errors.slice(0, 2)), least),
    largest: Math.max(largest(errors), least),
    window,
    average,
    read: // the day of the window that is at hand
      `${about.dates[day + step - 1]}, day ${step}: ${formatNumber(window[step - 1], digits)}; ` +
      `dashed: mean ${formatNumber(average, digits)}`,
    forecasts: all.map((forecast) => forecast[day]),
    sizes: errors.map((error) => Math.abs(error[day])),
    date: about.dates[day + look_back],
    comma: about.unit && `, ${about.unit}`,
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

/** The methods that are nearest on the day, as far as the written digits tell. */
function nearestOf({ sizes, digits }) {
  const least = formatNumber(Math.min(...sizes), digits);
  return sizes.map((size) => formatNumber(size, digits) === least);
}

/** Round values as the ends of an axis, and its ticks. */
const ends = (levels) => [levels[0], levels.at(-1)];
const ticks = (levels, digits) =>
  levels.map((value) => [value, formatNumber(value, levels.every(Number.isInteger) ? 0 : digits)]);

/** The test part with its errors, the day's window with forecasts and truth, the states, and a table. */
export function scene(state, narrow) {
  const now = today(state);
  const { methods, days, look_back, digits, unit, day, date, window, measured, forecasts } = now;
  const off = errorsInWords(now);
  const places = narrow ? NARROW : WIDE;
  const below = places.table + 22 + places.row * methods.length;
  const d = new Drawing(places.width, below + (now.ties ? 20 : 0), TITLE);
  theYear(d, now, places);
  theDay(d, now, places);
  theStates(d, now, places);
  theTable(d, now, places);
  const listed = methods.map(
    (name, m) =>
      `${name} ${formatNumber(forecasts[m], digits)} ${unit}, error ${off[m]}, MAE over all ` +
      `${days} days ${formatNumber(now.mae[m])}, nearest on ${now.nearest[m]} days`,
  );
  d.description =
    `${TITLE}: ${date}, day ${day} of ${days} test days. Above, the whole test part with the methods' errors, this ` +
    `day marked. Below, its window of ${look_back} days from ${now.dates[day]}, which ends at ` +
    `${formatNumber(window.at(-1), digits)} ${unit} (${now.read}), and C and h of ${drawnUnits(now)} on the way. ` +
    `Measured was ${formatNumber(measured[day], digits)} ${unit}. Forecasts: ${listed.join("; ")}. The nearest on this day: ` +
    `${methods.filter((_, m) => nearestOf(now)[m]).join(" and ")}.`;
  return d;
}

/** All test days, and the errors of the LSTM (up) and of the first of the others (down). */
function theYear(d, now, { title, year: place, said, errors: below }) {
  const { methods, days, look_back, digits, comma, dates, day, date, measured, errors, most, year } = now;
  const [left, top, width, height] = place;
  const last = Math.max(days - 1, 1);
  const down = methods.length > 1;
  d.text(left, title, `test day ${day}: ${date}`, { bold: true, anchor: "start", part: "title" });
  const axes = d.axes(...place, [0, last], ends(year), { yticks: ticks(year, digits), part: "year" });
  d.text(left, top - 12, `measured${comma} (press or drag: another day)`, { size: 13, look: "truth", anchor: "start" });
  d.curve(axes, measured, "truth", { width: 1.2 });
  const named = [...new Set([0, Math.floor(last / 2), days - 1])];
  const sides = [down ? -most : 0, most];
  const under = d.axes(...below, [0, last], sides, {
    yticks: [...new Set([...sides, 0])].map((value) => [value, formatNumber(Math.abs(value), most >= 1 ? 0 : digits)]),
    xticks: named.map((k) => [k, ""]),
    part: "errors",
  });
  const bottom = under.top + under.height;
  named.forEach((k, j) => {
    d.text(under.x(k), bottom + 15, dates[k + look_back], { size: 13, anchor: ["start", "middle", "end"][j] });
  });
  const nearer = (one, other) => errors[one].filter((error, k) => Math.abs(error) < Math.abs(errors[other][k])).length;
  const level = down ? days - nearer(0, 1) - nearer(1, 0) : 0;
  methods.slice(0, 2).forEach((name, m) => {
    const compared = down ? `: smaller on ${nearer(m, 1 - m)} days${m && level ? `; ${level} equal` : ""}` : "";
    const words = `${"↑↓"[m]} ${name}'s errors${m ? "" : comma}${compared}`;
    d.text(...said[m], words, { look: name, size: 13, anchor: "start", part: `smaller-${m}` });
  });
  // Bars so thin that they would fade cover each other's edges. The day's own stand wider before the page's colour, and
  // the mark ends at them.
  const thick = clamp((width / days) * 0.8, 1.4, 12);
  const own = thick + 3;
  const at = axes.x(day);
  const tips = errors.slice(0, 2).map((error, m) => under.y(Math.abs(error[day]) * (m ? -1 : 1)));
  methods.slice(0, 2).forEach((name, m) => {
    const bar = (error, k) =>
      `M${under.x(k).toFixed(1)} ${under.y(0).toFixed(1)}V${under.y(m ? -Math.abs(error) : Math.abs(error)).toFixed(1)}`;
    const all = { d: errors[m].map(bar).join(""), "stroke-width": thick.toFixed(2) };
    d.add("path", { class: name.replaceAll(" ", "-"), ...all }, { part: `errors-${m}` });
  });
  d.bar(at - own / 2 - 2, under.top, own + 4, under.height, "page");
  methods.slice(0, 2).forEach((name, m) => {
    const [high, low] = [under.y(0), tips[m]].sort((a, b) => a - b);
    d.bar(at - own / 2, high, own, low - high, name, { part: `own-${m}` });
  });
  d.arrow([at, top, at, top + height], { head: false, part: "mark" });
  d.arrow([at, under.top, at, tips[0]], { head: false, width: 1.2, part: "mark-up" });
  d.arrow([at, tips[1] ?? under.y(0), at, bottom], { head: false, width: 1.2, part: "mark-down" });
  d.dot(at, axes.y(measured[day]), "truth", { radius: 6, part: "mark-dot" });
  d.handle(left - 3, top - 3, left + width + 3, bottom + 3, "day", "day");
}

/** The day's window, and on the day ahead a line where it was measured, and from there to each forecast its error. */
function theDay(d, now, { window: [left, top, width, height], read, size }) {
  const {
    methods,
    look_back: T,
    digits,
    comma,
    dates,
    levels,
    day,
    step,
    date,
    window,
    average,
    measured,
    forecasts,
  } = now;
  const [right, bottom] = [left + width, top + height];
  const begin = right - COLUMN * methods.length - 6; // of the day ahead
  const yticks = ticks(levels, digits);
  const across = [0, Math.max(T - 1, 1)];
  const axes = d.axes(left, top, begin - 8 - left, height, across, ends(levels), { yticks, part: "window" });
  d.text(left, top - (read[0] === left ? 34 : 16), `its window, look_back ${T}${comma}`, { size: 14, anchor: "start" });
  d.text(...read, now.read, { size: 13, anchor: "start", part: "read" });
  d.frame(left - 3, top, begin - 5, bottom, "window", { radius: 0 });
  d.text(left, bottom + 16, dates[day], { size: 13, anchor: "start", part: "from" });
  d.text(right + 6, bottom + 16, date, { size: 13, bold: true, anchor: "end", part: "target" });
  d.arrow([left, axes.y(average), axes.x(T - 1), axes.y(average)], {
    head: false,
    dashed: true,
    width: 1,
    part: "mean",
  });
  d.curve(axes, window, "truth", { part: "window-curve" });
  theStep(d, axes, now, "window");
  d.dot(axes.x(step - 1), axes.y(window[step - 1]), "truth", { part: "step-dot" });
  const values = [measured[day], ...forecasts];
  const places = values.map((value) => axes.y(value));
  const labels = spreadOut(places, GAP, top - 6, bottom + 10);
  d.arrow([begin, places[0], right, places[0]], { look: "truth", head: false, width: 4, part: "measured" });
  const column = (k) => (k ? begin + COLUMN * (k - 0.5) : right);
  ["truth", ...methods].forEach((name, k) => {
    const way = [column(k), places[k], right + 2, places[k], right + 16, labels[k]];
    d.arrow(way, { look: name, head: false, width: 1.2, part: `line-${name}` });
  });
  ["truth", ...methods].forEach((name, k) => {
    if (k) {
      const x = column(k);
      d.arrow([x, places[0], x, places[k]], { look: name, head: false, width: 4, part: `off-${name}` });
      d.dot(x, places[k], name, { part: `dot-${name}` });
    }
    d.text(right + 19, labels[k], `${k ? name : "measured"} ${formatNumber(values[k], digits)}`, {
      look: name,
      anchor: "start",
      size,
      bold: k < 2,
      part: `label-${name}`,
    });
  });
}

/** The day of the window that is at hand, in axes of its days; another can be touched there. */
function theStep(d, axes, { look_back, step }, name) {
  const { left, top, width, height } = axes;
  const x = axes.x(look_back > 1 ? step - 1 : 0);
  d.arrow([x, top, x, top + height], { head: false, width: 1.2, part: `step-${name}` });
  d.handle(left, top, left + width, top + height, `step ${name}`, "step");
}

const drawnUnits = ({ units, drawn }) =>
  drawn.length === units ? `all units (${units})` : `${drawn.length} of ${units} units`;

/** C and h through the window, a line for each unit. Of a single day there are only dots. */
function theStates(d, now, { states: places }) {
  const { drawn, memory, look_back: T } = now;
  [
    ["C", memory],
    ["h", 1],
  ].forEach(([name, size], which) => {
    const [left, top, width, height] = places[which];
    const tick = size === 1 ? 1 : niceLimit(size / 2.5, 1e-6); // a round number that is not above the size
    const yticks = [-tick, 0, tick].map((value) => [value, figures(value)]);
    const shape = [left, top, width, height];
    const axes = d.axes(...shape, [0, Math.max(T - 1, 1)], [-size, size], { yticks, part: `states-${name}` });
    d.text(left, top - 14, `${name} of ${drawnUnits(now)}`, { look: name, size: 13, anchor: "start" });
    for (let k = 0; k < drawn.length; k++) {
      const values = Array.from({ length: T }, (_, t) => held(now, which, k, t) * size);
      if (T > 1) d.curve(axes, values, name, { width: 1, part: `${name}-${k}` });
      else d.dot(axes.x(0), axes.y(values[0]), name, { radius: 3, part: `${name}-${k}` });
    }
    theStep(d, axes, now, `states-${name}`);
    if (!which && left === places[1][0]) return; // the days stand below the other
    d.text(left, top + height + 16, "first day", { size: 13, anchor: "start" });
    d.text(left + width, top + height + 16, "last day", { size: 13, anchor: "end" });
  });
}

/** C (which: 0) or h (1) of the kth unit that is drawn, on day t of the window, as a part of its axis. */
function held({ day, states, drawn, look_back }, which, k, t) {
  const at = 2 * (((day * 2 + which) * drawn.length + k) * look_back + t);
  return parseInt(states.slice(at, at + 2), 16) / 127 - 1;
}

/** What a pointer is told in the picture: at (x, y) of the axes `name`, all days' errors, the window's values, or the
 *  unit whose C or h is nearest. */
export function told(state, name, x, y) {
  const now = today(state);
  const { methods, measured, errors, digits, unit, days, dates, look_back, day, window, memory, drawn } = now;
  const number = (value) => formatNumber(value, digits);
  if (name === "year") {
    const k = clamp(Math.round(x), 0, days - 1);
    const off = methods.slice(0, 2).map((method, m) => `${method} ${number(Math.abs(errors[m][k]))} off`);
    return `${dates[k + look_back]}: ${number(measured[k])} ${unit}\n${off.join(", ")}`;
  }
  const t = clamp(Math.round(x), 0, look_back - 1);
  const when = `${dates[day + t]}, day ${t + 1}`;
  if (name === "window") return `${when}: ${number(window[t])} ${unit}`;
  const h = Number(name === "states-h");
  const values = drawn.map((_, k) => held(now, h, k, t) * (h ? 1 : memory));
  const away = values.map((value) => Math.abs(value - y));
  const nearest = away.indexOf(Math.min(...away));
  return `${when}: unit ${drawn[nearest]}, ${"Ch"[h]} ≈ ${formatNumber(values[nearest], 1)}`;
}

/** A row for each method: its error on the day as a bar to the right (too high) or to the left (too low), its mean
 *  absolute error over all test days, and on how many of them it is the nearest. */
function theTable(d, now, { table, row, means, year: [left], columns: { zero, long, of, ...ends } }) {
  const { methods, days, day, errors, sizes, largest, mae, nearest, ties } = now;
  d.text(zero, table, "too low  |  too high", { size: 13 });
  const heads = { error: "error", mae: `MAE${of(days)}`, nearest: "nearest" };
  for (const [name, words] of Object.entries(heads)) d.text(ends[name], table, words, { size: 13, anchor: "end" });
  const rows = methods.map((_, m) => table + 25 + row * m);
  const axis = rows.map((y) => `M ${zero} ${y - 12} v 24`).join(" ");
  d.add("path", { class: "line", d: axis, fill: "none", "stroke-width": 1 }, { part: "zero" });
  const best = nearestOf(now);
  const off = errorsInWords(now);
  methods.forEach((name, m) => {
    const y = rows[m];
    const [error, length] = [errors[m][day], (long * sizes[m]) / largest];
    const right = { size: 14, anchor: "end" };
    const [after, down] = means(name);
    d.text(left - 36, y, name, { look: name, bold: true, size: 14, anchor: "start" });
    if (MEANS[name]) d.text(after, y + down, MEANS[name], { size: 13, anchor: "start", part: `means-${m}` });
    d.bar(zero - (error < 0 ? length : 0), y - 7, length, 14, name, { part: `bar-${m}` });
    const mark = best[m] ? "✓ " : "";
    d.text(ends.error, y, mark + off[m], { ...right, bold: !!mark, part: `error-${m}` });
    d.text(ends.mae, y, formatNumber(mae[m]), { ...right, part: `mae-${m}` });
    d.text(ends.nearest, y, `${nearest[m]} days`, { ...right, part: `nearest-${m}` });
  });
  const words = `On ${ties} ${ties > 1 ? "days" : "day"} several are equally near, and each counts.`;
  const end = { size: 13, anchor: "end", part: "ties" };
  if (ties) d.text(ends.nearest, table + 22 + row * methods.length, words, end);
}

/** Whether the LSTM is that much nearer (without a rival: that far off), and the numbers in words. A tie is one in the
 *  digits that are written. */
export function answer(state) {
  const { methods, date, digits, unit, rival, threshold, sizes } = today(state);
  const gain = rival ? sizes[1] - sizes[0] : sizes[0];
  const compared = (more) => {
    const [own, its, by] = [sizes[0], sizes[1], Math.abs(gain)].map((value) => formatNumber(value, digits + more));
    const off = `${date}: LSTM ${own} ${unit} off, ${methods[1]} ${its} ${unit} off`;
    if (!more && own === its && gain <= threshold) return `${off}: a tie.`;
    const about = sign(Math.abs(worth(its) - worth(own)), by) === "=" ? "" : "≈ ";
    return `${off}; the LSTM ${gain < 0 ? "loses" : "wins"} by ${about}${by}.`;
  };
  const words = rival ? closing(compared) : `${date}: LSTM ${formatNumber(sizes[0], digits)} ${unit} off.`;
  return [gain > threshold, words];
}

function render({ model, el }) {
  const { days, look_back, dates, digits, unit, order, known, rival, threshold } = model.get("about");
  const page = live(model, el, scene);
  const most = `more than ${formatNumber(threshold, digits)} ${unit}`;
  const goal = task(
    page.top,
    rival
      ? `find a day on which the LSTM beats ${rival} by ${most}. What in its window may it have used?`
      : `find a day on which the LSTM is ${most} off.`,
  );
  const day = () => model.get("day");
  const go = (to) => put(model, { day: to });
  const chosen = slider(model, "day", {
    label: "test day",
    words: "test day, from 0",
    min: 0,
    max: days - 1,
    step: 1,
  });
  const step = slider(model, "step", {
    label: "in window",
    words: "day in the window, from 1",
    min: 1,
    max: look_back,
    step: 1,
  });
  const time = player({
    step() {
      if (day() >= days - 1) return null;
      go(day() + 1);
      return day() < days - 1;
    },
    reset: () => go(0),
    home: `test day 0, ${dates[look_back]}`,
    wait: 500,
  });
  row(page.side, chosen, time, step).style.setProperty("--names", "5.3em");
  row(
    page.side,
    ...Object.entries(known).map(([words, to]) => button(words, () => go(to))),
    button("A random day", () => go(order[(order.indexOf(day()) + 1) % days])),
  ).classList.add("even");
  const say = spoken(page.root);

  // A day is picked in the year above, a day of its window below, with the pointer.
  const where = (name, [x, y]) => [page.drawing.scales[name].fromX(x), page.drawing.scales[name].fromY(y)];
  const pick = (_, place) => ({ day: clamp(Math.round(where("year", place)[0]), 0, days - 1) });
  const read = (name, place) => ({ step: clamp(Math.round(where(name, place)[0]) + 1, 1, look_back) });
  page.touch({
    day: {
      press: pick,
      drag: pick,
      control: () => chosen,
      says: (_, place) => told(page.state(), "year", ...where("year", place)),
    },
    step: {
      press: read,
      drag: read,
      control: () => step,
      says: (name, place) => told(page.state(), name, ...where(name, place)),
    },
  });
  let found = ""; // the day with which the task was done last: it stays done
  return page.follow((state) => {
    const { methods, date, measured, sizes } = today(state);
    const off = methods.map((name, m) => `${name} ${formatNumber(sizes[m], digits)} ${unit} off`);
    const [done, words] = answer(state);
    if (done) found = date;
    goal.check(found !== "", found && !done ? `Found: ${found}. ${words}` : words);
    say(`${date}: measured ${formatNumber(measured[state.day], digits)} ${unit}; ${off.join(", ")}`);
  });
}

export default { render };
