import { niceLimit, roundLevels } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, live, make, menu, put, row, slider, spoken, task } from "./kit.js";
import { clamp, figures, formatNumber, mean, wrapped } from "./numbers.js";
import { Order } from "./run.js";

const [DRAWS, FEWEST, FOUND] = [2000, 3, 0.8416212335729143]; // as in evaluation.py; the last: z of four times out of five
const [LONG, REST] = [60, 700]; // days of the task's stretch, at least; milliseconds after which a stretch was looked at
const RIVAL = "linear AR"; // the task's

// -- The interval of a stretch, as `compare` makes it ----------------------------------------------------------------

let bits = new Uint32Array(0);
/** The first `count` of 32 random bits each that NumPy's generator gives, drawn once. */
function drawn(count, state) {
  if (bits.length < count) {
    const order = new Order(state);
    bits = Uint32Array.from({ length: count }, () => order.bits());
  }
  return bits;
}

/** Put as many whole numbers below `below` as it has room for into `found`, as Generator.integers does (Lemire 2019). */
function integers(found, below, state) {
  const random = drawn(found.length + 64, state);
  const least = 2 ** 32 % below;
  for (let k = 0, next = 0; k < found.length;) {
    const product = random[next++] * below;
    if (product % 2 ** 32 >= least) found[k++] = Math.floor(product / 2 ** 32);
  }
  return found;
}

/** How many days are drawn together. */
const blockOf = (days, ahead) => Math.max(Math.round(2 * Math.cbrt(days)), 2 * ahead);

/** The ratio of the mean of `own` errors to that of `its`; `low` and `high`, the ends of its 95% interval, and the
 *  `detectable` gain, if there are blocks enough. With as many days the numbers are those of `compare` in evaluation.py. */
export function interval({ draws }, own, its, ahead) {
  const days = own.length;
  const block = blockOf(days, ahead);
  const blocks = Math.floor(days / block);
  const ratio = mean(own) / mean(its);
  if (blocks < FEWEST || !Number.isFinite(ratio)) return { ratio: Number.isFinite(ratio) ? ratio : 1, block, blocks };
  const starts = days - block + 1;
  const sums = [own, its].map((errors) => {
    const until = new Float64Array(days + 1);
    for (let k = 0; k < days; k++) until[k + 1] = until[k] + errors[k];
    return Float64Array.from({ length: starts }, (_, k) => until[k + block] - until[k]);
  });
  const picked = integers(new Uint16Array(blocks * DRAWS), starts, draws.state);
  const ratios = new Float64Array(DRAWS);
  for (let n = 0; n < DRAWS; n++) {
    let [above, below] = [0, 0];
    for (let k = n; k < picked.length; k += DRAWS) {
      above += sums[0][picked[k]];
      below += sums[1][picked[k]];
    }
    ratios[n] = above / below;
  }
  ratios.sort();
  if (!Number.isFinite(ratios[DRAWS - 1]) || !(ratios[0] > 0)) return { ratio, block };
  const [reach, share] = draws.reach[blocks];
  const [low, high] = [share, 1 - share].map((part) => quantile(ratios, part));
  const average = mean(ratios);
  const spread = Math.sqrt(mean(ratios.map((each) => (each - average) ** 2))) / average;
  return { ratio, low, high, detectable: 1 - Math.exp(-(reach + FOUND) * spread), block, blocks };
}

/** The value below which `part` of the `sorted` lie, between two of them on the line that joins them. */
function quantile(sorted, part) {
  const place = part * (sorted.length - 1);
  const before = Math.floor(place);
  const after = Math.min(before + 1, sorted.length - 1);
  return sorted[before] + (place - before) * (sorted[after] - sorted[before]);
}

const verdictOf = ({ low, high }) =>
  low === undefined ? "no interval" : high < 1 ? "better" : low > 1 ? "worse" : "not told apart";

// -- The contest at hand ---------------------------------------------------------------------------------------------

/** The contest and the rival that are there, and a stretch inside them, whatever an address said. */
function present({ table, contest, rival, start, length }) {
  const name = contest in table ? contest : Object.keys(table)[0];
  const rivals = Object.keys(table[name].against);
  const { days } = table[name];
  const from = clamp(Math.round(start), 0, days - 1);
  const its = rivals.includes(rival) ? rival : rivals[0];
  return { contest: name, rival: its, rivals, start: from, length: clamp(Math.round(length), 1, days - from) };
}

/** All that follows from a state: `own` and `its` errors of all days, their `means` there and in the stretch, the
 *  `gains` (own less its) and their running `sums`, the recorded `whole` and the interval of the stretch, `part`. */
function today(state) {
  const now = present(state);
  const about = state.table[now.contest];
  const { days, step, against } = about;
  const errors = [0, now.rivals.indexOf(now.rival) + 1].map((m) => {
    const first = about.from + m * days;
    return Float64Array.from({ length: days }, (_, k) => {
      const at = 3 * (first + k);
      return step * parseInt(state.numbers.slice(at, at + 3), 36);
    });
  });
  const [own, its] = errors;
  const gains = own.map((error, k) => error - its[k]);
  let sum = 0;
  const sums = gains.map((gain) => (sum += gain));
  const stretch = errors.map((each) => each.subarray(now.start, now.start + now.length));
  const [ratio, low, high, detectable] = against[now.rival];
  return {
    ...about,
    ...now,
    all: now.length === days,
    own,
    its,
    gains,
    sums,
    means: [errors, stretch].map((two) => two.map((each) => mean(each))),
    whole: { ratio, low, high, detectable },
    part: now.length === days ? { ratio, low, high, detectable } : interval(state, ...stretch, about.ahead),
    date: (k) => dateOf(about, k),
    period: about.months ? "month" : "day",
    comma: about.unit && `, ${about.unit}`,
  };
}

/** The date of a day or a month of a contest, as words. */
function dateOf({ first, months }, k) {
  const [year, month, day = 1] = first.split("-").map(Number);
  const date = new Date(Date.UTC(year, month - 1 + (months ? k : 0), day + (months ? 0 : k)));
  return date.toISOString().slice(0, months ? 7 : 10);
}

/** What the stretch came to, for those who ask from Python. */
export const stretch = (state) => today(state).part;

const counted = (count, { period }) => `${count} ${period}${count > 1 ? "s" : ""}`;
const daysOf = (now) =>
  now.length > 1 ? `${now.date(now.start)} to ${now.date(now.start + now.length - 1)}` : now.date(now.start);

/** As many digits as it takes for the ends to lie on the side of 1 where they are. */
function digitsOf({ low, high }) {
  const sides = (a, b) => `${a > 1} ${b < 1}`;
  const written = (value, digits) => Number(formatNumber(value, digits));
  return [2, 3, 4].find((digits) => sides(written(low, digits), written(high, digits)) === sides(low, high)) ?? 5;
}

/** "0.93 [0.88, 0.99]: better". */
function inWords(found) {
  const digits = found.low === undefined ? 2 : digitsOf(found);
  const [ratio, low, high] = [found.ratio, found.low, found.high].map((value) => formatNumber(value ?? 0, digits));
  if (found.low === undefined) return ratio;
  return `${ratio} [${low}, ${high}]: ${verdictOf(found)}`;
}

const percent = (share) => `${formatNumber(100 * share, share < 0.01 ? 2 : 0)}%`;

/** What a gain would have had to be, or why there is no interval. */
function more(found, now) {
  const { block, blocks, detectable } = found;
  if (detectable !== undefined) return `a gain of ${percent(detectable)} would be told apart, four times of five`;
  if (blocks === undefined) return "there are days without any error, and no interval";
  const several = blocks === 1 ? "1 block" : `${blocks} blocks`;
  return `${counted(now.length, now)}: ${several} of ${block}; an interval needs at least ${FEWEST}`;
}

/** Both, where it takes both. */
const allOf = (found, now) =>
  ["better", "worse"].includes(verdictOf(found)) ? inWords(found) : `${inWords(found)}; ${more(found, now)}`;

// -- The picture -----------------------------------------------------------------------------------------------------

const WIDE = {
  width: 880,
  title: [16],
  rows: [64, 90],
  columns: { name: 8, own: 268, its: 372 },
  ratio: [402, 50, 460, 52],
  words: [139, 159],
  gains: [60, 202, 802, 108],
  sums: [60, 336, 802, 84],
  size: 15,
  letters: 200,
};
const NARROW = {
  width: 420,
  title: [14, 34],
  rows: [80, 104],
  columns: { name: 8, own: 256, its: 400 },
  ratio: [14, 156, 392, 56],
  words: [252, 294],
  gains: [48, 386, 364, 120],
  sums: [48, 558, 364, 96],
  size: 14,
  letters: 52,
};
const LIMITS = [1.2, 1.5, 2, 3, 5, 10]; // of a ratio's axis, up, and 1 over it down
const TICKS = [1, 2, 0.5, 5, 0.2, 10, 0.1, 1.2, 0.8, 1.1, 0.9, 1.5, 0.7, 3, 0.3]; // those that go before others first
const KNOWN = ["persistence", "linear AR", "seasonal naive"]; // which have a colour of their own
const looks = { better: "LSTM", worse: "x", "not told apart": "x", "no interval": "x" };

/** The ends of the ratios' axis: they hold the whole's interval, and most of a stretch's, and stay while it is dragged. */
function limits({ low, high }) {
  const far = Math.max(1 / low, high) ** 2;
  const most = LIMITS.find((limit) => limit >= far) ?? LIMITS.at(-1);
  return [1 / most, most];
}

/** As many of the ticks as there is room for, [value, words] each. */
function ticksOf([low, high], width) {
  const apart = (one, other) => (Math.abs(Math.log(one / other)) * width) / Math.log(high / low);
  const kept = [];
  for (const tick of TICKS) {
    if (tick >= low && tick <= high && kept.every((other) => apart(tick, other) >= 42)) kept.push(tick);
  }
  return kept.map((tick) => [tick, String(tick)]);
}

/** Both ratios with their intervals, who was nearer on each day, and the running sum, the stretch marked in both. */
export function scene(state, narrow = false) {
  const now = today(state);
  const places = narrow ? NARROW : WIDE;
  const [, top, , height] = places.sums;
  const d = new Drawing(places.width, top + height + 44, "A contest, and the days it comes from");
  const titles = narrow ? [now.contest, `LSTM against ${now.rival}`] : [`${now.contest} · LSTM against ${now.rival}`];
  titles.forEach((words, k) => {
    d.text(8, places.title[k], words, { size: narrow ? 13 : 17, bold: true, anchor: "start", part: `title-${k}` });
  });
  theRatios(d, now, places, narrow);
  theDays(d, now, places, narrow);
  const about = `${counted(now.days, now)} from ${now.date(0)} to ${now.date(now.days - 1)}`;
  const [all, part] = now.means.map(
    ([own, its]) => `${error(own, now)} and ${error(its, now)}${now.unit && ` ${now.unit}`}`,
  );
  d.description =
    `A contest: ${now.contest}, an LSTM against ${now.rival}, ${about}. Over all of them the mean errors are ${all}, their ` +
    `ratio ${allOf(now.whole, now)}. In the stretch ${daysOf(now)}, ${counted(now.length, now)}, they are ` +
    `${part}, their ratio ${allOf(now.part, now)}. Below, the difference of both errors on each ${now.period}, ` +
    `below 0 where the LSTM is nearer (on ${now.gains.filter((gain) => gain < 0).length} of them), and its running sum, which ends at ` +
    `${figure(now.sums.at(-1))}; the stretch is marked.`;
  return d;
}

/** An error, with three figures or so. */
const error = (value, { means }) => formatNumber(value, Math.max(...means.flat()) < 1 ? 3 : 2);
const figure = (value) => formatNumber(value, Math.abs(value) < 1 ? 2 : Math.abs(value) < 100 ? 1 : 0);

/** A row for all days, one for the stretch: both mean errors, the ratio with its interval, and in words what it says. */
function theRatios(d, now, { rows, columns, ratio: place, words, size, letters }, narrow) {
  const head = rows[0] - 24;
  const small = { size: 13, anchor: "end" };
  d.text(columns.name, head, `mean error${now.comma}`, { size: 13, anchor: "start", part: "unit" });
  d.text(columns.own, head, "LSTM", { ...small, look: "LSTM", bold: true });
  const short = now.rival.length < 14 ? now.rival : "the rival";
  d.text(columns.its, head, short, { ...small, look: lookOf(now), bold: true, part: "rival" });
  const ends = limits(now.whole);
  const axes = d.axes(...place, ends, [0, 1], { log: "x", xticks: ticksOf(ends, place[2]), part: "ratio" });
  const [left, top, width, height] = place;
  const one = axes.x(1);
  d.text(one - 8, top - 11, "← LSTM errs less", { size: 13, anchor: "end", look: "LSTM" });
  d.text(one + 8, top - 11, "rival errs less →", { size: 13, anchor: "start", look: lookOf(now) });
  d.arrow([one, top, one, top + height], { head: false, dashed: true, width: 1.4, part: "one" });
  [now.whole, now.part].forEach((found, k) => {
    const y = rows[k];
    const on = top + height * (k ? 0.75 : 0.25);
    const name = k
      ? narrow
        ? `stretch, ${counted(now.length, now)}`
        : `the stretch, ${counted(now.length, now)}`
      : `all ${counted(now.days, now)}`;
    d.text(columns.name, y, name, { size, anchor: "start", bold: !!k, part: `name-${k}` });
    d.text(columns.own, y, error(now.means[k][0], now), { size, anchor: "end", part: `own-${k}` });
    d.text(columns.its, y, error(now.means[k][1], now), { size, anchor: "end", part: `its-${k}` });
    const verdict = verdictOf(found);
    const look = verdict === "worse" ? lookOf(now) : looks[verdict];
    const kind = look.replaceAll(" ", "-");
    if (found.low !== undefined) {
      const [from, to] = [axes.x(found.low), axes.x(found.high)];
      d.add(
        "path",
        { class: kind, d: `M ${from.toFixed(2)} ${on} H ${to.toFixed(2)}`, fill: "none", "stroke-width": k ? 5 : 3 },
        { part: `interval-${k}` },
      );
      [
        [found.low < ends[0], left, -1],
        [found.high > ends[1], left + width, 1],
      ].forEach(([beyond, x, way]) => {
        const points = `${x + 9 * way},${on} ${x},${on - 6} ${x},${on + 6}`;
        if (beyond) d.add("polygon", { class: kind, points }, { part: `beyond-${k}-${way}` });
      });
    }
    d.dot(axes.x(found.ratio), on, look, { radius: 6, part: `dot-${k}` });
    const which = `${k ? "" : "all "}${counted(k ? now.length : now.days, now)}`;
    const lines = wrapped(`${which}: ${allOf(found, now)}.`, letters);
    lines.forEach((line, n) => {
      d.text(8, words[k] + 18 * n, line, { size, anchor: "start", part: `said-${k}-${n}` });
    });
  });
}

const lookOf = ({ rival }) => (KNOWN.includes(rival) ? rival : rival === "as today" ? "persistence" : "x");

/** The difference of both errors day by day, and its running sum; in both the stretch, which can be dragged. */
function theDays(d, now, places, narrow) {
  const { days, gains, sums, start, length } = now;
  const [left, top, width] = places.gains;
  const across = [-0.5, days - 0.5];
  const size = niceLimit(
    gains.reduce((most, gain) => Math.max(most, Math.abs(gain)), 0),
    1e-6,
  );
  const title = (y, words, part) =>
    (narrow ? wrapped(words, 54) : [words]).forEach((line, n, all) => {
      d.text(narrow ? 8 : left, y - 14 - 17 * (all.length - 1 - n), line, {
        size: 13,
        anchor: "start",
        part: `${part}-title-${n}`,
      });
    });
  title(
    top,
    `each ${now.period}, the LSTM's error less that of ${now.rival}${now.comma}: below 0 the LSTM is nearer`,
    "gains",
  );
  const ticks = (most) =>
    [-most, 0, most].map((value) => [value, formatNumber(value, most < 0.1 ? 2 : most < 1 ? 1 : 0)]);
  const above = d.axes(...places.gains, across, [-size, size], { yticks: ticks(size), part: "gains" });
  title(places.sums[1], `its running sum${now.comma}: where it falls, the LSTM gains on ${now.rival}`, "sums");
  const levels = roundLevels([0, ...sums], 4, 1e-6);
  const yticks = levels.map((value) => [value, figures(value)]);
  const below = d.axes(...places.sums, across, [levels[0], levels.at(-1)], { yticks, part: "sums" });
  const bottom = below.top + below.height;
  const [from, to] = [start - 0.5, start + length - 0.5].map((day) => above.x(day));
  for (const [name, axes] of Object.entries({ gains: above, sums: below })) {
    const more = { "fill-opacity": 0.13 };
    d.bar(from, axes.top, to - from, axes.height, "window", { part: `stretch-${name}`, more });
  }
  const thick = Math.max((0.8 * width) / days, 0.8).toFixed(2);
  const more = { "pointer-events": "none" };
  [
    ["LSTM", (gain) => gain < 0],
    [lookOf(now), (gain) => gain > 0],
  ].forEach(([look, has], k) => {
    const bars = Array.from(gains, (gain, day) =>
      has(gain) ? `M${above.x(day).toFixed(1)} ${above.y(0).toFixed(1)}V${above.y(gain).toFixed(1)}` : "",
    ).join("");
    d.add(
      "path",
      { class: look.replaceAll(" ", "-"), d: bars || "M0 0", "stroke-width": thick },
      { part: `bars-${k}`, more },
    );
  });
  for (const axes of [above, below]) {
    const zero = { class: "axes", d: `M${left} ${axes.y(0).toFixed(1)}h${width}`, "stroke-width": 1 };
    d.add("path", zero, { more });
  }
  d.add("path", { class: "line", d: line(below, sums), fill: "none", "stroke-width": 2 }, { part: "sum", more });
  [0, Math.floor((days - 1) / 2), days - 1].forEach((day, k) => {
    const x = k === 1 ? above.x(day) : left + (k ? width : 0);
    d.text(x, bottom + 15, now.date(day), { size: 13, anchor: ["start", "middle", "end"][k], part: `date-${k}` });
  });
  const middle = clamp((from + to) / 2, left + 90, left + width - 90);
  d.text(middle, bottom + 34, daysOf(now), { size: 13, bold: true, part: "stretch-days" });
  d.handle(left, top, left + width, bottom, "jump", "stretch");
  d.handle(from, top, to, bottom, "slide", "stretch");
  for (const [name, x, out] of [
    ["begin", from, -14],
    ["end", to, 14],
  ]) {
    for (const axes of [above, below]) {
      d.arrow([x, axes.top, x, axes.top + axes.height], { head: false, width: 1.4, part: `${name}-${axes.top}`, more });
    }
    const grip = { part: `grip-${name}`, more: { rx: 3, ...more } };
    d.bar(x - 3, above.top + above.height / 2 - 20, 6, 40, "window", grip);
    d.handle(Math.min(x - out / 3, x + out), top, Math.max(x - out / 3, x + out), bottom, name, "stretch");
  }
}

/** A line through the running sum, which begins at 0 before the first day. */
function line(axes, sums) {
  const places = Array.from(sums, (sum, day) => `L${axes.x(day).toFixed(1)} ${axes.y(sum).toFixed(1)}`);
  return `M${axes.x(-0.5).toFixed(1)} ${axes.y(0).toFixed(1)}${places.join("")}`;
}

/** What a pointer is told on a day. */
export function told(state, day) {
  const now = today(state);
  const k = clamp(Math.round(day), 0, now.days - 1);
  const [own, its] = [now.own[k], now.its[k]].map((value) => formatNumber(value, 3));
  return `${now.date(k)}: LSTM ${own}, ${now.rival} ${its}${now.unit && ` ${now.unit}`} off\nrunning sum ${formatNumber(now.sums[k], 2)}`;
}

// -- The tasks -------------------------------------------------------------------------------------------------------

/** Whether the stretch looks like a win that the contest as a whole is not, and how things stand. */
export function found(state) {
  const now = today(state);
  const said = `${counted(now.length, now)}: ${inWords(now.part)}.`;
  if (now.rival !== RIVAL) return [false, `The rival is ${now.rival}; choose ${RIVAL}.`];
  if (!now.other) return [false, "These days have no other year; choose another contest."];
  if (verdictOf(now.whole) !== "not told apart") {
    return [
      false,
      `Here all ${counted(now.days, now)} are told apart: ${verdictOf(now.whole)}. Choose another contest.`,
    ];
  }
  if (now.length < LONG) return [false, `${said} At least ${LONG} are asked for.`];
  return [verdictOf(now.part) === "better", `${daysOf(now)}, ${said}`];
}

/** Whether the stretch that was found, `kept`, stands in the other year, and what it comes to there. */
export function held(state, kept) {
  const now = today(state);
  if (!kept) return [false, "First find it."];
  const there = now.contest === kept.other && now.rival === kept.rival;
  if (!there) return [false, ""];
  if (now.start !== kept.start || now.length !== kept.length)
    return [false, `Not the stretch that you found, from ${kept.from} on.`];
  const better = verdictOf(now.part) === "better";
  return [true, `${daysOf(now)}: ${inWords(now.part)}. ${better ? "It held, this time." : "It did not hold."}`];
}

/** A stretch that was found, for `held`. */
export function keep(state) {
  const { other, rival, start, length, date } = today(state);
  return { other, rival, start, length, from: date(start) };
}

// -- The explorer ----------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const page = live(model, el, scene);
  const table = model.get("table");
  const now = () => present(page.state());
  const days = () => table[now().contest].days;
  /** Sets the traits; another contest keeps the rival and the stretch where it has them. */
  const change = (values) => {
    const before = days();
    const after = present({ ...page.state(), ...values });
    const whole = table[after.contest].days !== before && { start: 0, length: table[after.contest].days };
    const { contest, rival, start, length } = { ...after, ...whole };
    put(model, { contest, rival, start, length });
  };

  const contest = menu(model, "contest", "contest", change);
  const groups = {};
  for (const name of Object.keys(table)) {
    const [group, words] = name.split(": ");
    (groups[group] ??= {})[name] = words;
  }
  contest.offer(groups);
  const rival = menu(model, "rival", "rival", change);
  const start = slider(model, "start", {
    label: "from",
    words: "first day of the stretch, from 0",
    min: 0,
    max: days() - 1,
    step: 1,
    change, // the last days leave less room
  });
  const length = slider(model, "length", {
    label: "length",
    words: "days in the stretch",
    min: 1,
    max: days(),
    step: 1,
    change: ({ length }) => change({ length, start: Math.min(now().start, days() - length) }),
  });
  const other = button("The same days of the other year", () => change({ contest: table[now().contest].other }));
  const goals = [
    task(
      page.top,
      `find a stretch of ${LONG} days or more in which the LSTM is better than the ${RIVAL}, in a year that does not tell them apart.`,
    ),
    task(page.top, "then the same days of the other year: does it hold?"),
  ];
  const looked = make("p", {});
  row(page.top, contest, rival);
  row(page.side, start, length);
  row(
    page.side,
    button("The whole", () => change({ start: 0, length: days() })),
    other,
  ).classList.add("even");
  page.side.append(make("p", {}, "Drag the stretch, or one of its edges; a press beside it brings it there."), looked);
  page.side.style.setProperty("--names", "4em");
  const say = spoken(page.root);

  const across = (x) => page.drawing.scales.gains.fromX(x);
  const gone = ([x], begun) => Math.round(across(x) - across(begun.place[0]));
  const jump = (_, [x]) => {
    const { length } = now();
    return { start: clamp(Math.round(across(x) - (length - 1) / 2), 0, days() - length) };
  };
  const says = (_, [x]) => (page.held ? "" : told(page.state(), across(x)));
  page.svg.classList.add("sideways");
  page.touch({
    jump: { press: jump, drag: jump, control: () => start, says },
    slide: {
      drag(_, place, begun) {
        const { start, length } = present(begun.state);
        return { start: clamp(start + gone(place, begun), 0, days() - length) };
      },
      control: () => start,
      says,
    },
    begin: {
      drag(_, place, begun) {
        const { start, length } = present(begun.state);
        const from = clamp(start + gone(place, begun), 0, start + length - 1);
        return { start: from, length: start + length - from };
      },
      control: () => start,
      says,
    },
    end: {
      drag(_, place, begun) {
        const { start, length } = present(begun.state);
        return { length: clamp(length + gone(place, begun), 1, days() - start) };
      },
      control: () => length,
      says,
    },
  });

  let kept = null; // the stretch with which the first task was done last
  const seen = new Set();
  let [last, timer] = ["", null];
  /** A stretch that is left where it is was looked at. */
  const look = (key, verdict) => {
    if (seen.has(key)) return;
    seen.add(key);
    const beside = verdict === "better" || verdict === "worse";
    put(model, { looked: model.get("looked") + 1, beside: model.get("beside") + beside });
  };
  const stop = page.follow((state) => {
    const here = today(state);
    rival.offer({ "": Object.fromEntries(here.rivals.map((name) => [name, name])) });
    start.limit(here.days - 1);
    length.limit(here.days);
    other.disabled = !here.other;
    const [first, words] = found(state);
    if (first) kept = keep(state);
    goals[0].check(first, words);
    goals[1].check(...held(state, kept));
    const key = [here.contest, here.rival, here.start, here.length].join("|");
    if (last && key !== last) {
      clearTimeout(timer);
      if (!here.all) timer = setTimeout(look, REST, key, verdictOf(here.part));
    }
    last = key;
    const count = state.looked === 1 ? "1 stretch" : `${state.looked || "no"} stretches`;
    const beside = state.looked ? `; ${state.beside} of the intervals lay beside 1` : " yet";
    const told = `You have looked at ${count}${beside}. Of 20 intervals one lies beside 1 by luck alone.`;
    if (looked.textContent !== told) looked.textContent = told;
    say(`${here.contest}, against ${here.rival}: ${daysOf(here)}: ${inWords(here.part)}`);
  });
  return () => {
    clearTimeout(timer);
    stop();
  };
}

export default { render };
