import { axisLimits, niceLimit } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, choice, live, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, closing, formatNumber, sign, subscript, worth } from "./numbers.js";

const BLOCKS = { i: "i", f: "f", g: "C̃", o: "o" }; // of W's rows
const [LEFT, TOP, COLUMN] = [52, 86, 54]; // of W
const RIGHT = 905; // where the grid ends
const [CELL, WINDOW] = [54, 84]; // the height of a cell of the grid, and from one window to the next
const ROOM = 60; // letters in a line below the grid

const range = (count) => Array.from({ length: count }, (_, k) => k);
const sum = (values) => values.reduce((a, b) => a + b, 0);
const largest = (values) => Math.max(...values.map(Math.abs));

/** Fewer digits after the point for larger numbers. */
function short(value, digits = 2) {
  const before = String(Math.trunc(Math.abs(value))).length;
  return formatNumber(value, Math.max(digits + 1 - before, 0));
}

/** Numbers as a sum in words. */
function added(values, digits = 2) {
  const [first, ...rest] = values.map((value) => short(value, digits));
  return first + rest.map((words) => (words[0] === "−" ? ` − ${words.slice(1)}` : ` + ${words}`)).join("");
}

/** "=" or "≈", between numbers and their total as they are written. */
const between = (values, total, digits = 2) =>
  sign(sum(values.map((value) => worth(short(value, digits)))), short(total, digits));

/** Numbers as a sum in words, and what it comes to. */
const summed = (values, total, digits = 2) =>
  `${added(values, digits)} ${between(values, total, digits)} ${short(total, digits)}`;

/** The state with the number of W that is at hand: its row `r` and column `c`, weight(k) in W_k, and the parts of its
 *  gradient (windows, steps), delta times input, with their sums. */
function atHand(state) {
  const { update, gate, unit, on } = state,
    { windows, steps, units, updates } = state.sizes;
  const [rows, columns] = [4 * units, units + 2],
    r = Object.keys(BLOCKS).indexOf(gate) * units + unit,
    c = on === "x" ? units : on === "bias" ? units + 1 : Number(on.slice(1));
  const weight = (k, row = r, column = c) => state.weights[(k * rows + row) * columns + column];
  const delta = (k, b, s) => state.deltas[((k * windows + b) * steps + s) * rows + r];
  const input = (k, b, s) => state.inputs[((k * windows + b) * steps + s) * columns + c];
  const partsAt = (k) => range(windows).map((b) => range(steps).map((s) => delta(k, b, s) * input(k, b, s)));
  // The parts are shown times a power of ten that gives the largest of all updates a digit before the point.
  const everyPart = range(updates + 1)
      .flatMap(partsAt)
      .flat(),
    most = largest(everyPart);
  const scale = most > 0 ? 10 ** clamp(-Math.floor(Math.log10(most)), 0, 9) : 1;
  const parts = partsAt(update).map((line) => line.map((part) => scale * part)),
    sums = parts.map(sum);
  const times = scale > 1 ? `, × ${scale}` : "",
    name = `${BLOCKS[gate]}, unit ${unit}, ${{ x: "on xₜ", bias: "bias" }[on] ?? `on hₜ₋₁ of unit ${on.slice(1)}`}`;
  const here = { r, c, weight, delta, input, scale, parts, sums, total: sum(sums), size: largest(parts.flat()) };
  return { ...state, ...state.sizes, ...here, name, times, Wk: `W${subscript(update)}` };
}

/** Where things are: the middles of W's rows and columns, and of the grid's windows and steps. */
function places({ windows, steps, units }) {
  const high = units > 2 ? 20 : 27, // a row of W
    rowsAt = range(4 * units).map((r) => TOP + high * (r + 0.5) + 6 * Math.floor(r / units)),
    columnsAt = range(units + 2).map((c) => LEFT + COLUMN * (c + 0.5)),
    edge = LEFT + COLUMN * (units + 2);
  const left = edge + 40, // of the grid
    pitch = Math.min((RIGHT - 90 - left) / steps, 100),
    stepsAt = range(steps).map((s) => left + pitch * (s + 0.5)),
    windowsAt = range(windows).map((b) => 129 + WINDOW * b);
  const sumsAt = left + pitch * steps + 40,
    totalAt = windowsAt.at(-1) + 64;
  let linesTop = totalAt + 47,
    curvesTop = rowsAt.at(-1) + high / 2 + 42;
  if (left < 400) curvesTop = linesTop = Math.max(linesTop, curvesTop); // the grid stands above the curves, too
  const height = Math.round(Math.max(linesTop + 160, curvesTop + 162));
  const grid = { left, pitch, stepsAt, windowsAt, sumsAt, totalAt };
  return { high, rowsAt, columnsAt, edge, ...grid, linesTop, curvesTop, height };
}

/** W_k, the grid of windows and steps with the parts of one number's gradient, the sums, and the updates. */
export function scene(state) {
  const now = { ...atHand(state), ...places(state.sizes) };
  const d = new Drawing(920, now.height, "One W at every step of every window");
  theOneW(d, now);
  grid(d, now);
  theGradient(d, now);
  curves(d, now);
  arithmetic(now).forEach((words, k) => {
    const line = { size: 14, anchor: "start", bold: k === 0 || k === 4, part: `line-${k}` };
    d.text(Math.max(now.left, 430), now.linesTop - 8 + 29 * k, words, line);
  });
  d.description = description(now);
  return d;
}

/** The one W, its rows in blocks of a gate each, the number at hand framed. */
function theOneW(d, { update, units, r, c, weight, Wk, high, rowsAt, columnsAt, edge }) {
  const act = { "data-act": "number" };
  d.text(LEFT, 20, `the one ${Wk}`, { look: "W", bold: true, anchor: "start", part: "title" });
  d.text((columnsAt[0] + columnsAt[units - 1]) / 2, 50, "on hₜ₋₁ of", { look: "h", size: 14 });
  for (let unit = 0; unit < units; unit++) d.text(columnsAt[unit], 72, `unit ${unit}`, { look: "h", size: 13 });
  d.text(columnsAt[units], 72, "on xₜ", { look: "x", size: 14 });
  d.text(columnsAt[units + 1], 72, "bias", { size: 14 });
  Object.entries(BLOCKS).forEach(([gate, symbol], k) => {
    const [top, bottom] = [rowsAt[k * units] - high / 2, rowsAt[(k + 1) * units - 1] + high / 2];
    d.frame(LEFT, top, edge, bottom, gate, { radius: 4, more: act });
    d.text(18, (top + bottom) / 2, symbol, { look: gate, bold: true, size: 18 });
  });
  rowsAt.forEach((y, row) => {
    d.text(40, y, `${row % units}`, { size: 13 });
    columnsAt.forEach((x, column) => {
      const words = short(weight(update, row, column), 3);
      d.text(x, y, words, { size: 13, part: `W-${row}-${column}`, more: act });
    });
  });
  outline(d, columnsAt[c], rowsAt[r], COLUMN - 2, high - 4, "mark-number");
}

/** The same W in the cell of each window and step, with its part of the gradient; each window's sum at the end. */
function grid(d, now) {
  const { window, step, steps, sums, name, times, Wk, edge, left, pitch, stepsAt, windowsAt, sumsAt } = now;
  const title = `… is ${Wk} at every step of every window`;
  d.text(left, 20, title, { look: "W", bold: true, anchor: "start", part: "same" });
  d.text(left, 44, `parts of the gradient of ${name}${times}`, { size: 14, anchor: "start", part: "what" });
  stepsAt.forEach((x, s) => d.text(x, 68, `step ${s + 1}`, { size: 14 }));
  d.text(sumsAt, 68, "sum", { size: 14 });
  windowsAt.forEach((y, b) => {
    // From W to the window's first step.
    const way = [
      [edge + 2, windowsAt[0]],
      [left - 26, windowsAt[0]],
      [left - 26, y],
      [left + 6, y],
    ];
    d.text(left + 7, y - 39, `window ${b}`, { size: 14, bold: true, look: "window", anchor: "start" });
    d.arrow(way, { look: "W", dashed: true });
    for (let s = 0; s < steps; s++) {
      const between = stepsAt[s] - pitch / 2;
      if (s)
        d.arrow(
          [
            [between - 6.5, y],
            [between + 7, y],
          ],
          { look: "h" },
        );
      cell(d, now, b, s);
    }
    d.text(sumsAt - 41, y, between(now.parts[b], sums[b]), { size: 15, part: `sum-${b}-sign` });
    d.box(sumsAt, y, 64, 36);
    d.text(sumsAt, y, short(sums[b]), { size: 15, part: `sum-${b}-words` });
  });
  outline(d, stepsAt[step - 1], windowsAt[window], pitch - 7, CELL + 8, "mark-cell");
}

/** One step of one window: its part of the gradient in words, and as a bar from the middle. */
function cell(d, { parts, size, Wk, pitch, stepsAt, windowsAt }, b, s) {
  const [x, y, width, part] = [stepsAt[s], windowsAt[b], pitch - 15, parts[b][s]],
    bar = size > 0 ? (part / size) * (width / 2 - 5) : 0,
    more = { "data-act": "cell" };
  d.box(x, y, width, CELL, "W", [], { radius: 0, more });
  d.text(x, y - 14, `by ${Wk}`, { size: 13, look: "W", bold: true, part: `same-${b}-${s}`, more });
  d.text(x, y + 4, short(part), { size: 14, part: `part-${b}-${s}`, more });
  d.bar(x + Math.min(bar, 0), y + 16, Math.abs(bar), 6, "W", { part: `bar-${b}-${s}`, more });
}

/** The sum of all windows' sums: the gradient. */
function theGradient(d, { sums, total, sumsAt, totalAt }) {
  const is = between(sums, total);
  if (sumsAt > 700) {
    const words = `gradient of the number = sum of all parts ${is}`;
    d.text(sumsAt - 41, totalAt, words, { size: 14, anchor: "end", part: "total-sign" });
  } else {
    const words = `${is} sum of all parts = gradient of the number`;
    d.text(sumsAt + 41, totalAt, words, { size: 14, anchor: "start", part: "total-sign" });
  }
  d.box(sumsAt, totalAt, 70, 38, "W", [], { radius: 0 });
  d.text(sumsAt, totalAt, short(total), { size: 16, bold: true, part: "total-words" });
}

/** The number at hand, and the loss, from update to update. */
function curves(d, now) {
  const { updates, weight, losses, curvesTop } = now,
    numbers = range(updates + 1).map((k) => weight(k));
  d.text(10, curvesTop - 16, "the number in W₀, W₁, …", { size: 14, anchor: "start" });
  curve(d, now, 62, "value", numbers, "W", axisLimits(numbers, 0.001), (value) =>
    formatNumber(value, Number.isInteger(value) ? 0 : 3),
  );
  d.text(238, curvesTop - 16, "loss of all windows", { size: 14, anchor: "start" });
  curve(d, now, 262, "loss", losses, "x", [0, niceLimit(largest([...losses]), 1e-6)], (value) => {
    const [rounded, power] = [Number(value.toPrecision(6)), value.toExponential(0).replace("-", "−")];
    return value >= 1e5 ? formatNumber(value) : value && value < 1e-4 ? power : `${rounded}`;
  });
}

/** One curve over the updates, with a dot at the present one. */
function curve(d, { update, updates, curvesTop }, left, name, values, look, [low, high], words) {
  const axes = d.axes(left, curvesTop, 132, 112, [0, updates], [low, high], {
    xticks: [0, updates].map((k) => [k, `${k}`]),
    yticks: [low, (low + high) / 2, high].map((value) => [value, words(value)]),
    xlabel: "update k",
    part: name,
  });
  d.curve(axes, values, look, { part: `${name}-curve` });
  d.dot(axes.x(update), axes.y(values[update]), look, { part: `${name}-dot` });
}

/** The lines of the chosen part, the sums and the update. */
function arithmetic(now) {
  const { update, window: b, step, on, updates, rate, weight, delta, input, scale, parts, sums, total, Wk } = now;
  const met = { x: `x${subscript(step)}`, bias: "1" }[on] ?? `h${subscript(step - 1)}`,
    factors = [scale * delta(update, b, step - 1), input(update, b, step - 1)];
  const product = (more) => {
    const [one, other] = [short(factors[0], 2 + more), short(factors[1], 3 + more)],
      part = short(parts[b][step - 1], 2 + more);
    return `= ${one} · ${other} ${sign(worth(one) * worth(other), part)} ${part}`;
  };
  const lines = [
    `window ${b}, step ${step}: part = δ${subscript(step)} · ${met}`,
    closing(product),
    closing((more) => `window ${b}: ${summed(parts[b], sums[b], 2 + more)}`, ROOM),
    closing((more) => `all windows: ${summed(sums, total, 2 + more)}`, ROOM),
  ];
  if (update === updates) return [...lines, `${Wk} is the last:`, "no update follows, these weights predict."];
  const [before, after] = [weight(update), weight(update + 1)],
    by = scale > 1 ? ` / ${scale}` : "";
  return [
    ...lines,
    `update: W${subscript(update + 1)} = ${Wk} − ${Number(rate.toPrecision(6))} · gradient${by}`,
    closing((more) => `= ${summed([before, after - before], after, 5 + more)}`),
  ];
}

function description(now) {
  const { update, windows, steps, units, updates, losses, weight, parts, sums, total, name, times, Wk } = now;
  const listed = parts.map((line, b) => closing((more) => `window ${b}: ${summed(line, sums[b], 2 + more)}`, ROOM));
  const gradient = closing((more) => summed(sums, total, 2 + more), ROOM);
  return (
    `One W at every step of every window. On the left ${Wk}, ${4 * units * (units + 2)} numbers; ${name} is ` +
    `${short(weight(update), 3)}. On the right a grid of ${windows} windows and ${steps} steps: in every cell stands ` +
    `the same ${Wk}, with its part of that number's gradient${times}. ${listed.join("; ")}. All windows add up to the gradient: ` +
    `${gradient}. Below, the number and the loss over ${updates} updates: at update ${update} the loss is ` +
    `${formatNumber(losses[update], 3)}.`
  );
}

/** A line around (x, y). */
function outline(d, x, y, width, height, part) {
  const [left, top, right, bottom] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  // Half a line further than the start, so that the corner is closed.
  const corners = [
    [left, top],
    [right, top],
    [right, bottom],
    [left, bottom],
    [left, top - 1.1],
  ];
  d.arrow(corners, { head: false, part });
}

function render({ model, el }) {
  const page = live(model, el, scene),
    { root } = page,
    { windows, steps, units, updates } = model.get("sizes");
  const control = (name, label, words, min, max, thing) =>
    slider(model, name, { label, words, min, max, step: 1, thing });
  const time = player({
    step() {
      const update = model.get("update") + 1;
      if (update > updates) return null;
      put(model, { update });
      return update < updates;
    },
    reset: () => put(model, { update: 0 }),
    wait: 350,
  });
  const theLargest = button("The largest part", () => {
    const { parts, size } = atHand(page.state()),
      at = parts.flat().findIndex((part) => Math.abs(part) === size);
    put(model, { window: Math.floor(at / steps), step: (at % steps) + 1 });
  });
  const gates = Object.entries(BLOCKS).map(([gate, symbol]) => [gate, [symbol, gate]]),
    states = range(units).map((unit) => [`h${unit}`, [`hₜ₋₁ of unit ${unit}`, "h"]]);
  row(root, control("update", "update k", "update k, how many there have been", 0, updates, "W"), time);
  row(
    root,
    control("window", "window", "window, from 0", 0, windows - 1, "window"),
    control("step", "step t", "step t, from 1", 1, steps),
    theLargest,
  );
  row(
    root,
    choice(model, "gate", "number of", Object.fromEntries(gates)),
    control("unit", "unit", "unit whose row is at hand, from 0", 0, units - 1),
    choice(model, "on", "on", { ...Object.fromEntries(states), x: ["xₜ", "x"], bias: ["1 (bias)"] }),
  );
  const goal = task(
    root,
    "find a number whose parts pull to both sides and nearly cancel: the gradient is less than a " +
      "tenth of the largest part. What does its next update do?",
  );
  const say = spoken(root);

  // The pointer may choose as well: a number of W, or a cell of the grid.
  page.svg.addEventListener("click", (event) => {
    const { act } = event.target.dataset,
      [x, y] = page.place(event),
      { rowsAt, columnsAt, stepsAt, windowsAt } = places(model.get("sizes"));
    if (act === "cell") put(model, { window: nearest(windowsAt, y), step: nearest(stepsAt, x) + 1 });
    if (act === "number") {
      const [r, c] = [nearest(rowsAt, y), nearest(columnsAt, x)],
        gate = Object.keys(BLOCKS)[Math.floor(r / units)];
      put(model, { gate, unit: r % units, on: c < units ? `h${c}` : c === units ? "x" : "bias" });
    }
  });
  return page.follow((state) => {
    const now = atHand(state),
      { update, window, step, weight, parts, total, name, times, Wk } = now;
    goal.check(...answer(state));
    say(
      `${name}, ${Wk}: ${short(weight(update), 3)}. Part of window ${window}, step ${step}: ` +
        `${short(parts[window][step - 1])}. Gradient${times}: ${short(total)}`,
    );
  });
}

/** Which of `places` is nearest to `place`. */
function nearest(places, place) {
  const far = places.map((each) => Math.abs(each - place));
  return far.indexOf(Math.min(...far));
}

/** Whether the parts cancel to less than a tenth of the largest, and how far the reader is. */
export function answer(state) {
  const { parts, total, size } = atHand(state);
  if (parts.flat().length === 1) return [false, "There is one part only; nothing can cancel."];
  if (!(size > 0)) return [false, "All parts of this number are 0."];
  const share = formatNumber((100 * Math.abs(total)) / size, 0);
  const compared = (more) => {
    const [most, gradient] = [size, total].map((value) => short(value, 2 + more));
    const about = sign((100 * Math.abs(worth(gradient))) / worth(most), share) === "=" ? "" : "≈ ";
    return `The largest part is ${most} in size, the gradient ${gradient}: ${about}${share} % of it.`;
  };
  return [Math.abs(total) < size / 10, closing(compared)];
}

export default { render };
