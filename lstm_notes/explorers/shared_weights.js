import { axisLimits, exponent, niceLimit, power } from "./axes.js";
import { Drawing } from "./drawing.js";
import { arrows, button, choice, live, make, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, closing, figures, formatNumber, sign, subscript, worth } from "./numbers.js";

const BLOCKS = { i: "i", f: "f", g: "C̃", o: "o" }; // of W's rows
const [LEFT, EDGE, GAP] = [44, 236, 6]; // where W begins and ends, and what lies between two blocks
const [ICON, TALL, CHIP] = [26, 42, 17]; // a use of W: the small W, and below it its part
const USE = TALL + 4 + CHIP;
const LINE = 60; // letters in a line of a sum
// What W's cells can show of each number; its gradient and the largest of its parts are in one scale, so that they can be
// compared.
const SHOWN = { weight: "the number", gradient: "its gradient", part: "its largest part" };
const DELTA =
  "δₜ: how fast the loss grows with what goes into the gate at step t. Times what the number meets there (xₜ, hₜ₋₁ or " +
  "1), it is the part of that step.";

const range = (count) => Array.from({ length: count }, (_, k) => k);
const sum = (values) => values.reduce((a, b) => a + b, 0);
const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Where a stack of parts stands after each of them, from 0 on. */
const stacked = (parts) => {
  const levels = [0];
  for (const part of parts) levels.push(levels.at(-1) + part);
  return levels;
};

/** Numbers in words as a sum in words. */
const added = ([first, ...rest]) =>
  first + rest.map((words) => (words[0] === "−" ? ` − ${words.slice(1)}` : ` + ${words}`)).join("");

/** "=" or "≈", between numbers in words and their total in words. */
const between = (listed, total) => sign(sum(listed.map(worth)), total);

/** A sum in words, with more digits where it closes then. */
const summed = (values, total, write) =>
  closing((more) => {
    const [listed, result] = [values.map((value) => write(value, more)), write(total, more)];
    return `${added(listed)} ${between(listed, result)} ${result}`;
  }, LINE);

const nameOf = (gate, unit, on) =>
  `${BLOCKS[gate]}, unit ${unit}, ${{ x: "on xₜ", bias: "bias" }[on] ?? `on hₜ₋₁ of unit ${on.slice(1)}`}`;

/** The traits that say which number stands in row `r` and column `c` of W. */
const numberAt = (r, c, units) => ({
  gate: Object.keys(BLOCKS)[Math.floor(r / units)],
  unit: r % units,
  on: c < units ? `h${c}` : c === units ? "x" : "bias",
});

/** The state with the number of W that is at hand: its row `r` and column `c`, weight(k) in W_k, and of its gradient the
 *  parts (windows, steps), delta times input, with their sums, where the stack stands after each of them, and how they
 *  are written. `most` is the size of the largest part, `size` that of all updates, so that colours can be compared, and
 *  `extent` holds the stacks of all updates. `pull(row, column)` is of any number [its gradient, the size of its largest
 *  part]; `enough` is what counts as a large part here, a tenth of the largest of any number. */
function atHand(state) {
  const { update, gate, unit, on } = state,
    { windows, steps, units, updates } = state.sizes;
  const [rows, columns] = [4 * units, units + 2],
    r = Object.keys(BLOCKS).indexOf(gate) * units + unit,
    c = on === "x" ? units : on === "bias" ? units + 1 : Number(on.slice(1));
  const weight = (k, row = r, column = c) => state.weights[(k * rows + row) * columns + column];
  const delta = (k, b, s, row = r) => state.deltas[((k * windows + b) * steps + s) * rows + row];
  const input = (k, b, s, column = c) => state.inputs[((k * windows + b) * steps + s) * columns + column];
  const partsAt = (k, row, column) =>
    range(windows).flatMap((b) => range(steps).map((s) => delta(k, b, s, row) * input(k, b, s, column)));
  const all = range(updates + 1).map((k) => partsAt(k)),
    flat = all[update],
    size = largest(all.flat()),
    stacks = all.map(stacked);
  // Three figures of the largest part, and the others with as many digits after the point.
  const digits = size > 0 ? Math.max(2 - Math.floor(Math.log10(size)), 0) : 2;
  const parts = range(windows).map((b) => flat.slice(b * steps, (b + 1) * steps)),
    sums = parts.map(sum);
  return {
    ...state,
    ...state.sizes,
    r,
    c,
    weight,
    delta,
    input,
    parts,
    sums,
    size,
    most: largest(flat),
    total: sum(sums),
    stack: stacks[update],
    extent: [Math.min, Math.max].map((end) => end(...stacks.map((levels) => end(...levels)))),
    pull(row, column) {
      const each = partsAt(update, row, column);
      return [sum(each), largest(each)];
    },
    enough: Number((state.sizes.part / 10).toPrecision(1)),
    write: (value, more = 0) => (digits > 7 ? figures(value, 3 + more) : formatNumber(value, digits + more)),
    weightLimit: largest(state.weights),
    name: nameOf(gate, unit, on),
    Wk: `W${subscript(update)}`,
    next: `W${subscript(update + 1)}`,
  };
}

/** Where things are, beside each other or (narrow) one below the other: W with the middles of its rows and columns, the
 *  uses with the middles of windows and steps, the stack, the way of the update, and the two curves. */
function places({ windows, steps, units }, narrow) {
  const top = narrow ? 86 : 90, // of W
    usesTop = narrow ? 568 : top,
    apart = narrow ? 92 : 76, // from one window to the next
    end = usesTop + apart * windows,
    totalAt = end + 10,
    updateAt = totalAt + 56;
  const curvesAt = narrow ? [112, 270] : [updateAt + 68, updateAt + 68],
    bottom = narrow ? 404 : curvesAt[0] + 64;
  const high = (bottom - top - 3 * GAP) / (4 * units),
    wide = (EDGE - LEFT) / (units + 2);
  const [left, right] = narrow ? [12, 222] : [320, 622], // of the uses
    pitch = Math.min((right - left) / steps, 76);
  return {
    narrow,
    top,
    bottom,
    high,
    wide,
    usesTop,
    end,
    totalAt,
    updateAt,
    left,
    pitch,
    curvesAt,
    rowsAt: range(4 * units).map((r) => top + high * (r + 0.5) + GAP * Math.floor(r / units)),
    columnsAt: range(units + 2).map((c) => LEFT + wide * (c + 0.5)),
    stepsAt: range(steps).map((s) => left + pitch * (s + 0.5)),
    windowsAt: range(windows).map((b) => usesTop + apart * b + (narrow ? 22 : 2)), // where their uses begin
    stackAt: narrow ? [236, 322] : [656, 800],
    sumsAt: narrow ? 416 : 896,
    curvesLeft: narrow ? [306, 306] : [340, 668],
    curvesWide: narrow ? 100 : 216,
    height: narrow ? updateAt + 60 : bottom + 66,
  };
}

/** W_k, its uses at every step of every window, the parts of one number's gradient, their stack, and the update. */
export function scene(state, narrow = false) {
  const now = { ...atHand(state), ...places(state.sizes, narrow) };
  const d = new Drawing(narrow ? 420 : 900, Math.round(now.height), "One W at every step of every window");
  theOneW(d, now);
  uses(d, now);
  theUpdate(d, now, stack(d, now));
  curves(d, now);
  d.description = description(now);
  return d;
}

/** The one W, a coloured cell for each number, in blocks of a gate each; the number at hand framed. */
function theOneW(d, { update, units, r, c, weight, pull, cells, weightLimit, size, Wk, ...now }) {
  const { top, bottom, high, wide, rowsAt, columnsAt } = now;
  d.text(LEFT, 16, `one ${Wk}`, { look: "W", bold: true, anchor: "start", part: "title" });
  d.text(LEFT, 37, "touch a cell", { size: 13, anchor: "start" });
  d.text((columnsAt[0] + columnsAt[units - 1]) / 2, top - 32, "hₜ₋₁ of unit", { look: "h", size: 13 });
  columnsAt.forEach((x, column) => {
    const words = { [units]: "xₜ", [units + 1]: "bias" }[column] ?? `${column}`;
    d.text(x, top - 13, words, { look: ["h", "x"][column - units + 1] ?? (column < units ? "h" : ""), size: 13 });
  });
  Object.entries(BLOCKS).forEach(([gate, symbol], k) => {
    const [first, last] = [rowsAt[k * units] - high / 2, rowsAt[(k + 1) * units - 1] + high / 2];
    d.text(12, (first + last) / 2, symbol, { look: gate, bold: true, size: 18 });
  });
  const cell = `h${(wide - 2).toFixed(1)}v${(high - 2).toFixed(1)}h${(2 - wide).toFixed(1)}z`,
    limit = cells === "weight" ? weightLimit : now.part,
    edges = rowsAt.flatMap((y) =>
      columnsAt.map((x) => `M${(x - wide / 2 + 1).toFixed(1)} ${(y - high / 2 + 1).toFixed(1)}${cell}`),
    );
  d.add("path", { class: "axes", d: edges.join(""), fill: "none", "stroke-width": 1 }, { part: "edges" });
  rowsAt.forEach((y, row) => {
    d.text(32, y, `${row % units}`, { size: 13 });
    columnsAt.forEach((x, column) => {
      const { gate, unit, on } = numberAt(row, column, units),
        [gradient, part] = pull(row, column),
        value = weight(update, row, column);
      const says =
          `${nameOf(gate, unit, on)}: ${formatNumber(value, 3)}\n` +
          `gradient ${figures(gradient)}, largest part ${figures(part)} in size`,
        more = { "data-touch": `number ${row}-${column}` };
      const place = [x - wide / 2 + 1, y - high / 2 + 1, wide - 2, high - 2];
      d.shade(...place, { weight: value, gradient, part }[cells], limit, says, { part: `W-${row}-${column}`, more });
    });
  });
  outline(d, LEFT - 4, top - 4, EDGE + 4, bottom + 4, "W", "W");
  const [x, y] = [columnsAt[c], rowsAt[r]];
  outline(d, x - wide / 2, y - high / 2, x + wide / 2, y + high / 2, "mark-number");
  legend(d, bottom + (now.narrow ? 34 : 22), { weight: "W", gradient: "gradient", part: "largest part" }[cells], limit);
  legend(d, bottom + (now.narrow ? 56 : 44), "parts", size);
}

/** What the colours are worth: five cells from −limit to limit. */
function legend(d, y, name, limit) {
  d.text(14, y, name, { size: 13, anchor: "start", look: name === "W" ? "W" : "" });
  d.text(144, y, figures(-limit, 2), { size: 13, anchor: "end" });
  for (let k = -2; k <= 2; k++) d.shade(180 + 16 * k, y - 6, 16, 12, k, 2, "");
  d.text(234, y, `${figures(limit, 2)}${name === "gradient" ? " or more" : ""}`, {
    size: 13,
    anchor: "start",
    part: `legend-${name.replace(" ", "-")}`,
  });
}

/** The same W, small, at each step of each window, and below it the part of the gradient that comes from there. */
function uses(d, now) {
  const { window, step, parts, size, Wk, r, c, rowsAt, columnsAt, write } = now,
    { narrow, top, bottom, left, pitch, stepsAt, windowsAt, usesTop, stackAt } = now;
  const title = { look: "W", bold: true, size: narrow ? 15 : 17, anchor: "start", part: "same" };
  const titleAt = narrow ? usesTop - 80 : 16;
  d.text(left, titleAt, `${Wk} at every step of every window`, title);
  d.bar(left + 1, titleAt + 18.5, 5, 5, "W");
  const place = "your number's place; below it, its part of the gradient";
  d.text(left + 12, titleAt + 21, place, { size: narrow ? 13 : 12, anchor: "start", part: "place" });
  stepsAt.forEach((x, s) => d.text(x, usesTop - 13, s && narrow ? `${s + 1}` : `step ${s + 1}`, { size: 13 }));
  windowsAt.forEach((y, b) => {
    const middle = y + TALL / 2;
    if (narrow) d.text(left, y - 12, `window ${b}`, { size: 13, look: "window", anchor: "start" });
    else {
      d.text(left - 42, middle - 12, `window ${b}`, { size: 13, look: "window" });
      d.arrow([EDGE + 6, middle, left + 2, middle], { look: "W", dashed: true });
    }
    stepsAt.forEach((x, s) => {
      if (s) d.arrow([stepsAt[s - 1] + ICON / 2 + 2, middle, x - ICON / 2 - 1, middle], { look: "h" });
      const says = `window ${b}, step ${s + 1}: part ${write(parts[b][s])}`,
        more = { "data-touch": `use ${b}-${s}`, "data-thing": `use-${b}-${s}` },
        box = [x - ICON / 2, y, x + ICON / 2, y + TALL];
      d.frame(...box, "W", { radius: 0, width: 1.5, part: `use-${b}-${s}`, more: { ...more, "data-says": says } });
      // The number at hand is where it is in W.
      const spot = [(columnsAt[c] - LEFT) / (EDGE - LEFT), (rowsAt[r] - top) / (bottom - top)];
      const place = [x + (spot[0] - 0.5) * ICON - 2.5, y + spot[1] * TALL - 2.5, 5, 5];
      d.bar(...place, "W", { part: `spot-${b}-${s}`, more: { "pointer-events": "none" } });
      const wide = Math.min(pitch - 8, 44);
      d.frame(x - wide / 2, y + TALL + 4, x + wide / 2, y + USE, null, { radius: 0, width: 1 });
      d.shade(x - wide / 2, y + TALL + 4, wide, CHIP, parts[b][s], size, says, { part: `part-${b}-${s}`, more });
    });
  });
  windowsAt.forEach((y) => {
    const ending = stepsAt.at(-1) + pitch / 2;
    d.arrow([ending, y + USE - CHIP / 2, Math.max(ending + 12, stackAt[0] - 8), y + USE - CHIP / 2], { width: 1.5 });
  });
  const [x, y, half] = [stepsAt[step - 1], windowsAt[window], Math.min(pitch - 2, 50) / 2];
  outline(d, x - half, y - 3, x + half, y + USE + 3, "mark-use");
  const words = `window ${window}, step ${step}: part ${write(parts[window][step - 1])}`;
  d.text(left, now.end + 8, words, { size: 13, anchor: "start", part: "at-hand" });
}

/** The ticks of an axis around 0, [value, words] each: on each side the last of 1, 2 and 5 times a power of ten that is on
 *  it, unless that is nearer to 0 than `least`; all in one notation. */
function aroundZero([low, high], least) {
  const ends = [-low, high].map((far) => (far > least ? niceBelow(far) : 0)).map((far) => (far > least ? far : 0));
  const plain = Math.max(...ends) >= 1e-4;
  return [-ends[0], 0, ends[1]]
    .filter((value, k) => value || k === 1)
    .map((value) => [value, plain && value ? formatNumber(value, Math.max(-exponent(value), 0)) : figures(value)]);
}
const niceBelow = (size) => [5, 2, 1].map((step) => step * power(exponent(size))).find((nice) => nice <= size);

/** The parts as bars, each from where the one before it ended, beside their window; what they come to. The scale is one
 *  for all updates. Returns where the middle of the sum is. */
function stack(d, now) {
  const { window, step, steps, parts, sums, total, write, stack: levels } = now,
    { narrow, end, totalAt, windowsAt, usesTop, stackAt, sumsAt } = now;
  const [from, to] = stackAt,
    extent = now.extent[0] < now.extent[1] ? now.extent : [-1, 1],
    x = (value) => from + ((to - from) * (value - extent[0])) / (extent[1] - extent[0]);
  const heads = narrow
    ? [usesTop - 36, "the parts, stacked, come to one sum, the gradient"]
    : [37, "come to one sum, the gradient"];
  if (!narrow) d.text(sumsAt, 16, "the parts, stacked", { bold: true, anchor: "end" });
  d.text(sumsAt, heads[0], heads[1], { size: 13, anchor: "end", part: "stacked" });
  d.text(sumsAt, usesTop - 16, "sum", { size: 13, anchor: "end" });
  d.add("path", { class: "axes", d: `M ${x(0).toFixed(2)} ${usesTop - 4} V ${totalAt + 12}`, "stroke-width": 1 });
  const ticks = aroundZero(extent, (12 * (extent[1] - extent[0])) / (to - from));
  const marks = ticks.map(([value]) => `M ${x(value).toFixed(2)} ${usesTop - 8} v 8`);
  d.add(
    "path",
    { class: "axes", d: `M ${from} ${usesTop - 4} H ${to} ${marks.join(" ")}`, "stroke-width": 1 },
    { part: "stack-marks" },
  );
  ticks.forEach(([value, words], k) => {
    // Beside the 0, where there is no room above the mark.
    const apart = 4 * (words.length + 1) + 8,
      at = value ? x(0) + Math.sign(value) * Math.max(Math.abs(x(value) - x(0)), apart) : x(0);
    d.text(at, usesTop - 16, words, { size: 13, part: `stack-tick-${k}` });
  });
  const thick = Math.min(USE / steps, 14);
  const listed = sums.map((value) => write(value));
  windowsAt.forEach((y, b) => {
    range(steps).forEach((s) => {
      const [before, after] = [levels[b * steps + s], levels[b * steps + s + 1]].map(x),
        says = `window ${b}, step ${s + 1}: part ${write(parts[b][s])}`;
      const place = [Math.min(before, after), y + s * thick, Math.abs(after - before), thick - 2];
      const more = { "data-touch": `use ${b}-${s}`, "data-thing": `use-${b}-${s}` };
      d.shade(...place, parts[b][s] < 0 ? -1 : 1, 1, says, { part: `bar-${b}-${s}`, more });
      if (b === window && s === step - 1) {
        outline(d, place[0] - 3, place[1] - 2, place[0] + place[2] + 3, place[1] + place[3] + 2, "mark-bar");
      }
    });
    d.text(sumsAt, y + USE / 2, listed[b], { size: 13, anchor: "end", part: `sum-${b}-words` });
  });
  d.bar(Math.min(x(0), x(total)), totalAt - 8, Math.abs(x(total) - x(0)), 16, "W", { part: "total" });
  d.add("path", { class: "axes", d: `M ${sumsAt - 66} ${end - 6} H ${sumsAt}`, "stroke-width": 1.5 });
  const words = `${between(listed, write(total))} ${write(total)}`;
  d.text(sumsAt, totalAt, words, { size: narrow ? 13 : 14, bold: true, anchor: "end", part: "total-words" });
  return x(total / 2);
}

/** The way back of the sum, to the one W. */
function theUpdate(d, now, middle) {
  const { update, updates, rate, weight, Wk, next, name } = now,
    { narrow, bottom, totalAt, updateAt } = now;
  const moved = [`${name}:`, update < updates ? change(now) : formatNumber(weight(update), 5)];
  (narrow ? moved : [moved.join(" ")]).forEach((words, k) => {
    const line = { size: 13, anchor: "start", part: `moved-${k}` };
    d.text(narrow ? 12 : 260, updateAt + 30 + 18 * k, words, line);
  });
  if (update === updates) {
    const words = `${Wk} is the last: no update follows, it predicts.`;
    d.text(narrow ? 12 : 320, updateAt, words, { size: 14, anchor: "start", part: "update-words" });
    return;
  }
  const back = narrow ? [4, updateAt, 4, bottom + 16, 60, bottom + 16, 60, bottom + 6] : [EDGE + 6, updateAt];
  d.arrow([middle, totalAt + 12, middle, updateAt, ...back], { look: "W", width: 3, part: "way" });
  d.dot(middle, totalAt + 22, "W", { part: "pulse" });
  const words = `update: ${next} = ${Wk} − ${figures(rate, 6)} · sum`;
  const left = narrow ? 12 : 320,
    right = left + 14 + words.length * (narrow ? 8.4 : 9.8);
  d.frame(left, updateAt - 15, right, updateAt + 15, "W", {
    radius: 8,
    part: "update",
    more: { "data-touch": "update" },
  });
  const still = { "pointer-events": "none" };
  d.text((left + right) / 2, updateAt, words, {
    look: "W",
    size: narrow ? 13 : 15,
    bold: true,
    part: "update-words",
    more: still,
  });
}

/** What the next update does to the number at hand. */
function change({ update, weight }) {
  const [before, after] = [weight(update), weight(update + 1)];
  return summed([before, after - before], after, (value, more) => formatNumber(value, 5 + more));
}

/** The number at hand, and the loss, from update to update. */
function curves(d, now) {
  const { updates, weight, losses } = now,
    numbers = range(updates + 1).map((k) => weight(k));
  curve(d, now, 0, "value", "the number, by update", numbers, "W", axisLimits(numbers, 0.001));
  curve(d, now, 1, "loss", "the loss, by update", losses, "x", [0, niceLimit(largest(losses), 1e-6)]);
}

/** One curve over the updates, with a dot at the present one. */
function curve(d, { update, updates, curvesLeft, curvesAt, curvesWide }, k, name, words, values, look, [low, high]) {
  const [left, top, tall] = [curvesLeft[k], curvesAt[k], 64];
  d.text(left - 50, top - 15, words, { size: 13, anchor: "start", look });
  const axes = d.axes(left, top, curvesWide, tall, [0, updates], [low, high], {
    xticks: [0, updates].map((at) => [at, `${at}`]),
    yticks: [low, high].map((value) => [value, figures(value, 6)]),
    part: name,
  });
  d.curve(axes, values, look, { part: `${name}-curve` });
  d.dot(axes.x(update), axes.y(values[update]), look, { part: `${name}-dot` });
  d.handle(left, top, left + curvesWide, top + tall, `time ${name}`, look, { part: `touch-time-${name}` });
}

/** The lines of the chosen part, the sums and the update. */
export function equations(state) {
  const now = atHand(state),
    { update, window: b, step, on, updates, rate, delta, input, parts, sums, total, write, Wk, next } = now;
  const met = { x: `x${subscript(step)}`, bias: "1" }[on] ?? `h${subscript(step - 1)}`,
    factors = [delta(update, b, step - 1), input(update, b, step - 1)];
  const product = (more) => {
    const [one, other, part] = [
      write(factors[0], more),
      formatNumber(factors[1], 3 + more),
      write(parts[b][step - 1], more),
    ];
    return `${one} · ${other} ${sign(worth(one) * worth(other), part)} ${part}`;
  };
  const lines = [
    `window ${b}, step ${step}: part = δ${subscript(step)} · ${met} = ${closing(product)}`,
    `window ${b}: ${summed(parts[b], sums[b], write)}`,
    `all windows: ${summed(sums, total, write)}`,
  ];
  return update < updates ? [...lines, `${next} = ${Wk} − ${figures(rate, 6)} · sum: ${change(now)}`] : lines;
}

function description(now) {
  const { update, windows, steps, units, updates, losses, weight, parts, sums, total, write, name, Wk } = now;
  const listed = parts.map((line, b) => `window ${b}: ${summed(line, sums[b], write)}`);
  return (
    `One W at every step of every window. On the left ${Wk}, ${4 * units * (units + 2)} numbers as coloured cells; ` +
    `${name} is ${formatNumber(weight(update), 3)}. Beside it the same ${Wk}, small, at each of ${steps} steps of ` +
    `${windows} windows, each with its part of that number's gradient, and the parts stacked. ${listed.join("; ")}. ` +
    `All windows add up to the gradient: ${summed(sums, total, write)}. An arrow leads from there back to W: the ` +
    `update. Below, the number and the loss over ${updates} updates: at update ${update} the loss is ` +
    `${formatNumber(losses[update], 3)}.`
  );
}

/** A line around a rectangle. */
function outline(d, left, top, right, bottom, part, look) {
  // Half a line further than the start, so that the corner is closed.
  d.arrow([left, top, right, top, right, bottom, left, bottom, left, top - 1.1], { head: false, part, look });
}

const glide = { duration: 300, easing: "ease-in-out" };
const moved = (x, y) => ({ transform: `translate(${x}px, ${y}px)` });

/** The sum goes its way back to W, which is another one then, everywhere at once. */
function sendBack(svg) {
  const [[x0, y0], ...way] = svg
    .querySelector("[data-part=way]")
    .getAttribute("d")
    .match(/[-\d.]+ [-\d.]+/g)
    .map((place) => place.split(" ").map(Number));
  svg.querySelector("[data-part=pulse]").animate([moved(0, 0), ...way.map(([x, y]) => moved(x - x0, y - y0))], glide);
  for (const use of svg.querySelectorAll("[data-part^=use-]")) {
    use.animate([{ strokeWidth: "6px" }, { strokeWidth: "1.5px" }], { ...glide, delay: 300 });
  }
}

/** The parts come from their uses to the stack. */
function stackUp(svg) {
  const number = (element, name) => Number(element.getAttribute(name));
  for (const bar of svg.querySelectorAll("rect[data-part^='bar-']")) {
    const part = (name) => svg.querySelector(`[data-part="${name}"]`),
      from = part(bar.dataset.part.replace("bar", "part"));
    const [dx, dy] = ["x", "y"].map((name) => number(from, name) - number(bar, name));
    for (const each of [bar, part(`${bar.dataset.part}-sign`)]) each?.animate([moved(dx, dy), moved(0, 0)], glide);
  }
}

function render({ model, el }) {
  const page = live(model, el, scene),
    { top, side, below, svg } = page,
    { windows, steps, units, updates } = model.get("sizes");
  const control = (name, label, words, min, max, thing) =>
    slider(model, name, { label, words, min, max, step: 1, thing });
  const { enough } = atHand(page.state());
  const goal = task(
    top,
    `find a number whose parts nearly cancel: the largest is ${figures(enough)} or more in size, the gradient less than ` +
      "a tenth of it. What does its next update do?",
  );
  const time = player({
    step() {
      const update = model.get("update") + 1;
      if (update > updates) return null;
      put(model, { update });
      return update < updates;
    },
    reset: () => put(model, { update: 0 }),
    home: "W₀, before the first update",
    wait: 350,
  });
  const theLargest = button("The largest part", () => {
    const { parts, most } = atHand(page.state()),
      at = parts.flat().findIndex((part) => Math.abs(part) === most);
    put(model, { window: Math.floor(at / steps), step: (at % steps) + 1 });
  });
  const gates = Object.entries(BLOCKS).map(([gate, symbol]) => [gate, [symbol, gate]]),
    states = range(units).map((unit) => [`h${unit}`, [`h of unit ${unit}`, "h"]]);
  const updating = control("update", "update", "update k, how many there have been", 0, updates, "W"),
    gate = choice(model, "gate", "gate", Object.fromEntries(gates)),
    on = choice(model, "on", "on", { ...Object.fromEntries(states), x: ["xₜ", "x"], bias: ["bias"] }),
    showing = choice(
      model,
      "cells",
      "colour",
      Object.fromEntries(Object.entries(SHOWN).map(([at, words]) => [at, [words]])),
    ),
    ofUnit = control("unit", "unit", "unit whose row is at hand, from 0", 0, units - 1),
    using = control("step", "step", "step t, from 1", 1, steps);
  on.className = "columns";
  side.style.setProperty("--names", "4.2em");
  row(side, updating, time);
  row(side, gate, ofUnit, on);
  row(side, showing);
  row(side, control("window", "window", "window, from 0", 0, windows - 1, "window"), using, theLargest);
  const lines = make("div", {}),
    details = make("details", {}, make("summary", {}, "The numbers, as equations"), lines);
  below.append(details);
  const say = spoken(below);

  const pair = (at) => at.split("-").map(Number);
  const through = (name, [x]) => ({ update: clamp(Math.round(page.drawing.scales[name].fromX(x)), 0, updates) });
  page.touch({
    number: { press: (at) => numberAt(...pair(at), units), control: () => ofUnit },
    use: { press: (at) => ({ window: pair(at)[0], step: pair(at)[1] + 1 }), control: () => using },
    update: { press: () => time.children[1].click(), control: () => updating },
    time: { press: through, drag: through, control: () => updating },
  });
  arrows(ofUnit, (right, down) => {
    const { r, c } = atHand(page.state());
    put(model, numberAt(clamp(r + down, 0, 4 * units - 1), clamp(c + right, 0, units + 1), units));
  });
  let shown = {};
  return page.follow((state) => {
    const now = atHand(state),
      { window, step, update, weight, parts, total, name, write, Wk } = now;
    svg.style.maxWidth = page.narrow ? "500px" : "";
    goal.check(...answer(state));
    lines.replaceChildren(...[DELTA, ...equations(state)].map((words) => make("p", {}, words)));
    say(
      `${name}, ${Wk}: ${formatNumber(weight(update), 3)}. Part of window ${window}, step ${step}: ` +
        `${write(parts[window][step - 1])}. Gradient: ${write(total)}`,
    );
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!still && shown.name && shown.name !== name) stackUp(svg);
    if (!still && svg.matches(".gliding") && shown.update + 1 === update && update < updates) sendBack(svg);
    shown = { name, update };
  });
}

/** Whether the parts cancel to less than a tenth of the largest, which is not small, and how far the reader is. */
export function answer(state) {
  const { parts, total, most, enough, write } = atHand(state);
  if (parts.flat().length === 1) return [false, "There is one part only; nothing can cancel."];
  if (!(most > 0)) return [false, "All parts of this number are 0."];
  if (most < enough) return [false, `The largest part is ${figures(most)} in size: too small.`];
  const percent = (100 * Math.abs(total)) / most;
  const share = formatNumber(percent, percent >= 9.5 && percent < 10.5 ? 1 : 0); // on which side of a tenth
  const compared = (more) => {
    const [part, gradient] = [most, total].map((value) => write(value, more));
    const about = sign((100 * Math.abs(worth(gradient))) / worth(part), share) === "=" ? "" : "≈ ";
    return `The largest part is ${part} in size, the gradient ${gradient}: ${about}${share} % of it.`;
  };
  return [Math.abs(total) < most / 10, closing(compared)];
}

export default { render };
