import { roundLevels } from "./axes.js";
import { Drawing } from "./drawing.js";
import { live, make, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, figures, shortened, worth, wrapped } from "./numbers.js";

const [DOTS, SQUARES] = [120, 30]; // days drawn as dots, targets drawn as squares, at most
const ROWS = 5; // of X and y around the present window
const REACH = { look_back: 60, horizon: SQUARES, stride: 60 }; // the sliders' ends in a long series
// Where things stand: `seen` are the days in the picture at least, `most` the numbers in a row of X and of y, `X` and `y`
// where these rows begin.
const WIDE = { width: 900, left: 60, right: 890, seen: 60, ticks: 5, most: [7, 3], cell: 58, X: 134, y: 590 };
const NARROW = { width: 420, left: 50, right: 412, seen: 30, ticks: 3, most: [3, 3], cell: 55, X: 58, y: 247 };

/** The state with what follows from it: N days, `count` windows, position among them, `at` its first day. */
function sizes(state) {
  const { look_back, horizon, stride } = state,
    N = state.words.length,
    reach = look_back + horizon;
  const count = Math.floor((N - reach) / stride) + 1,
    position = clamp(state.position, 0, count - 1);
  return { ...state, N, reach, count, position, at: position * stride };
}

/** How often each day after the first window is asked for. */
export function asked(state) {
  const { N, look_back, horizon, stride, count } = sizes(state);
  return Array.from({ length: N - look_back }, (_, day) => {
    const last = Math.min(Math.floor(day / stride), count - 1);
    return Math.max(last - Math.max(Math.ceil((day - horizon + 1) / stride), 0) + 1, 0);
  });
}

/** In words how often each day is asked for; those at the end that are too few for another window are named apart. */
export function often(state) {
  const times = asked(state),
    end = times.length - 1 - times.findLastIndex((each) => each > 0),
    others = times.slice(0, times.length - end),
    [low, high] = [Math.min(...others), Math.max(...others)];
  const words = low === 1 && high === 1 ? "once" : `${low === high ? low : `${low} to ${high}`} times`;
  return end ? `${words}; ${counted(end)} at the end ${end > 1 ? "are" : "is"} too few for a window` : words;
}

const counted = (days) => `${days} day${days > 1 ? "s" : ""}`;

/** How many windows there are: in letters, and with the numbers. */
function formula({ N, look_back, horizon, stride, count }) {
  const result = `${count} window${count > 1 ? "s" : ""}`;
  if (stride === 1) {
    return ["N − look_back − horizon + 1", `= ${N} − ${look_back} − ${horizon} + 1 = ${result}`];
  }
  return [
    "⌊(N − look_back − horizon) / stride⌋ + 1",
    `= ⌊(${N} − ${look_back} − ${horizon}) / ${stride}⌋ + 1 = ${result}`,
  ];
}

/** Days in words. */
function span({ names }, first, days) {
  const last = first + days - 1;
  if (names.length) return names[first] + (days > 1 ? ` to ${names[last]}` : "");
  return days > 1 ? `Days ${first + 1}–${last + 1}` : `Day ${first + 1}`;
}

/** The present window and its target in words. */
const headline = (now) => [
  `window ${now.position}: ${span(now, now.at, now.look_back)}`,
  `→ ${span(now, now.at + now.look_back, now.horizon)}`,
];

/** The days in the picture: the first, and how many. They stay while the target's first day goes on by a third of them,
 *  and as long as the window has a little room on both sides; and while it is dragged. */
export function view(state, seen, held) {
  const now = sizes(state),
    { N, look_back, reach, at } = held ? sizes(held.state) : now;
  const days = Math.min(N, Math.max(seen, Math.ceil((5 * reach) / 4), now.reach));
  const page = Math.ceil(days / 3),
    room = Math.min(Math.ceil(days / 12), Math.floor((days - reach) / 2)),
    first = Math.floor((at + look_back) / page) * page - Math.floor(days / 2);
  const roomy = clamp(first, at + reach + room - days, at - room),
    inside = clamp(roomy, now.at + now.reach - days, now.at);
  return [clamp(inside, 0, N - days), days];
}
const HELD = ["slide", "look_back", "horizon"]; // what drags the window in the view

/** The series with the present window and its target; the windows beside it, how often each day is asked for; the rows of
 *  X and y. */
export function scene(state, narrow, held) {
  const now = sizes(state),
    place = narrow ? NARROW : WIDE,
    { left, right } = place,
    { N, look_back, horizon, at, reach, words } = now;
  const [first, days] = view(state, place.seen, HELD.includes(held?.name) && held);
  const whole = days === N,
    top = (narrow ? 62 : 40) + (whole ? 20 : 54);
  const strips = top + 182,
    table = strips + 16 * ROWS + (narrow ? 80 : 62),
    d = new Drawing(place.width, table + (narrow ? 222 : 184), "Windows of a series"),
    start = { anchor: "start" };
  const unit = now.unit && `, in ${now.unit}`,
    about = `N = ${N} days${unit}`,
    lines = narrow ? headline(now) : [headline(now).join(" ")];
  lines.forEach((line, k) =>
    d.text(8, 16 + 22 * k, line, { size: narrow ? 15 : 17, bold: true, part: `headline-${k}`, ...start }),
  );
  d.text(right, narrow ? 38 : 16, about, { size: 14, anchor: "end", part: "about" });
  if (!whole) overview(d, now, narrow ? 56 : 34, place, first, days);
  const axes = d.axes(left, top, right - left, 150, [first - 0.5, first + days - 0.5], [0, 1], {
    yticks: levels(now).map(([height, value]) => [height, figures(value)]),
    part: "series",
  });
  series(d, axes, now, place, first, days);
  beside(d, axes, now, place, strips);
  often_asked(d, axes, now, narrow, strips + 16 * ROWS + 8, first, days);
  rows(d, now, place, narrow, table);
  const line = { size: narrow ? 14 : 15, bold: true, anchor: "start" };
  const counted = narrow ? formula(now) : [formula(now).join(" ")];
  counted.forEach((text, k) =>
    d.text(8, table + (narrow ? 190 : 172) + 19 * k, text, { ...line, part: `formula-${k}` }),
  );
  const [inputs, targets] = [
    [at, at + look_back],
    [at + look_back, at + reach],
  ].map((between) => shortened(words.slice(...between), 9).join(", "));
  d.description =
    `A series of ${N} days${unit}${unit && ","} cut into windows: look_back ${look_back}, horizon ${horizon}, stride ` +
    `${now.stride}. ${formula(now).join(" ")}. Window ${now.position}, counted from 0, is ${span(now, at, look_back)} with the values ${inputs}; ` +
    `it asks for ${span(now, at + look_back, horizon)}: ${targets}. X has shape (${now.count}, ${look_back}, 1), y ` +
    `(${now.count}, ${horizon}); ${again(now)}.`;
  return d;
}

/** Heights with their values: the ends of the series, and round numbers between them. */
function levels({ heights, words }) {
  const ends = [Math.min, Math.max].map((end) => {
    const day = heights.indexOf(end(...heights));
    return [heights[day], worth(words[day])];
  });
  const [[bottom, low], [top, high]] = ends;
  if (bottom === top) return [ends[0]];
  if (!(high > low && Number.isFinite(high - low))) return ends;
  const between = roundLevels([low, high], 7, 0).map((value) => [
    bottom + ((top - bottom) * (value - low)) / (high - low),
    value,
  ]);
  return [...ends, ...between.filter(([height]) => Math.min(height - bottom, top - height) > 0.1)];
}

const again = (now) => `each day after the first window is asked for (in y) ${often(now)}`;

/** The whole series, and where in it the picture and the window are. */
function overview(d, { N, heights, at, reach }, top, { left, right }, first, days) {
  const [width, bottom] = [right - left, top + 28],
    all = d.axes(left, top, width, 28, [-0.5, N - 0.5], [0, 1], { part: "all" });
  d.bar(all.x(at - 0.5), top, Math.max(all.x(at + reach - 0.5) - all.x(at - 0.5), 3), 28, "window", {
    part: "here",
    more: { "fill-opacity": 0.4, "data-thing": "position" },
  });
  d.curve(all, heights, "x", { width: 1, every: Math.ceil(N / width) });
  d.frame(all.x(first - 0.5), top, all.x(first + days - 0.5), bottom, null, { part: "seen" });
  d.handle(left, top, right, bottom, "overview", "position");
}

/** The days in the picture, the window and its target on them. */
function series(d, axes, now, { left, right, ticks }, first, days) {
  const { top, height } = axes,
    { at, look_back, horizon, reach, heights } = now,
    bottom = top + height;
  const [from, end, to] = [0, look_back, reach].map((day) => axes.x(at + day - 0.5));
  d.frame(from, top, end, bottom, "window", { part: "window" });
  d.frame(end, top, to, bottom, "truth", { part: "target" });
  const middle = clamp(end, left + 64, right - 84); // so that the words have room
  d.text(middle - 5, top - 13, `look_back ${look_back}`, {
    size: 15,
    bold: true,
    look: "window",
    anchor: "end",
    part: "look_back",
  });
  d.text(middle + 5, top - 13, `horizon ${horizon}`, {
    size: 15,
    bold: true,
    look: "truth",
    anchor: "start",
    part: "horizon",
  });
  const more = { "pointer-events": "none" }; // a day is pointed at, not the series
  d.curve(axes, heights.slice(first, first + days), "x", { from: first, width: 1.5, part: "days", more });
  d.curve(axes, heights.slice(at, at + look_back), "x", { from: at, width: 4, part: "inside", more });
  for (let day = first; days <= DOTS && day < first + days; day++)
    d.dot(axes.x(day), axes.y(heights[day]), "x", { radius: days > 50 ? 3.5 : 4.5, more });
  for (let day = at + look_back; horizon <= SQUARES && day < at + reach; day++) {
    d.bar(axes.x(day) - 5, axes.y(heights[day]) - 5, 10, 10, "truth", { part: `square-${day - at - look_back}` });
  }
  const days_named = Array.from({ length: ticks }, (_, k) => first + Math.floor((k * (days - 1)) / (ticks - 1)));
  for (const day of new Set(days_named)) {
    const anchor = days < 20 ? "middle" : day === first ? "start" : day === first + days - 1 ? "end" : "middle";
    d.text(axes.x(day), bottom + 14, span(now, day, 1), { size: 13, anchor });
  }
  d.handle(from, top, to, bottom, "slide", "position");
  for (const [name, look, x, out] of [
    ["look_back", "window", from, -14],
    ["horizon", "truth", to, 14],
  ]) {
    d.bar(x - 3, top + 8, 6, 36, look, { part: `grip-${name}`, more: { rx: 3 } });
    d.handle(Math.min(x - out / 3, x + out), top, Math.max(x - out / 3, x + out), bottom, name, look);
  }
}

/** The present window among those beside it, as many as fit: [number, row]. They stay when one of them is pressed. */
function listed({ count, position }) {
  const begin = clamp(Math.floor(position / ROWS) * ROWS, 0, Math.max(count - ROWS, 0));
  return Array.from({ length: Math.min(ROWS, count) }, (_, r) => [begin + r, r]);
}

/** Where these windows lie, and how far apart. */
function beside(d, axes, now, { left, right }, top) {
  const { look_back, reach, stride, position } = now,
    rows = listed(now),
    next = Math.max(Math.min(position + 1, rows.at(-1)[0]), 1);
  for (const [k, r] of rows) {
    const y = top + 16 * r,
      here = k === position;
    const [from, end, to] = [0, look_back, reach].map((day) => k * stride + day - 0.5);
    stretch(d, axes, from, end, y, here && "window", `strip-x-${r}`);
    stretch(d, axes, end, to, y, here && "truth", `strip-y-${r}`);
    d.text(left - 9, y + 6, `${k}`, { size: 13, anchor: "end", bold: here, part: `strip-${r}` });
    const more = { class: "press" };
    d.handle(left - 40, y - 1, right, y + 13, `row ${k}`, `window-${k}`, { part: `touch-strip-${r}`, more });
    if (k !== next) continue;
    const [a, b, c, e] = [from - stride, from, end, to].map((day) => axes.x(day));
    if (b - a > 3) d.arrow([a, y + 6, b - 2, y + 6], { width: 1.5, head: b - a > 14, part: "stride-line" });
    const words = `stride ${stride}`;
    if (a - left > 76) d.text(a - 6, y + 6, words, { size: 13, anchor: "end", part: "stride" });
    else if (right - e > 76) d.text(e + 8, y + 6, words, { size: 13, anchor: "start", part: "stride" });
    else if (c - b > 76) d.text((b + c) / 2, y + 6, words, { size: 13, part: "stride" });
  }
}

/** A frame from one day to another; where it goes on beyond the picture, that side is open. */
function stretch(d, axes, from, to, y, look, part) {
  const [left, right] = [axes.x(from), axes.x(to)];
  if (!(right > left)) return;
  if (axes.x0 <= from && to <= axes.x1) return d.frame(left, y, right, y + 12, look, { part });
  const [begin, end] = from < axes.x0 ? [left, right] : [right, left];
  const path = { d: `M ${begin.toFixed(1)} ${y} H ${end.toFixed(1)} v 12 H ${begin.toFixed(1)}`, fill: "none" };
  d.add("path", { class: "frame", ...path, "stroke-width": 2 }, { part });
}

/** How often each day is asked for, as the height of a bar. */
function often_asked(d, axes, now, narrow, top, first, days) {
  const times = asked(now),
    most = Math.max(...times, 2);
  const lines = narrow ? wrapped(again(now), 58) : [again(now)];
  lines.forEach((line, k) => {
    d.text(narrow ? 8 : axes.left, top + 6 + 16 * k, line, {
      size: 13,
      anchor: "start",
      look: "truth",
      part: `asked-${k}`,
    });
  });
  const bottom = top + (narrow ? 56 : 38),
    up = (count) => bottom - (22 * count) / most,
    high = Math.max(...times);
  d.text(axes.left - 9, up(high), `${high}×`, { size: 13, anchor: "end", part: "most-asked" });
  const path = [];
  for (let day = Math.max(first, now.look_back); day < first + days; day++) {
    path.push(`M${axes.x(day).toFixed(1)} ${bottom}V${up(times[day - now.look_back]).toFixed(1)}`);
  }
  const bars = { d: path.join(""), fill: "none", "stroke-width": Math.max((0.7 * axes.width) / days, 0.5).toFixed(1) };
  d.add("path", { class: "truth", ...bars }, { part: "asked-bars" });
  d.add("path", { class: "axes", d: `M${axes.left} ${bottom}h${axes.width}`, "stroke-width": 1 });
}

/** The rows of X and y of these windows; the bar at the left of a cell is as high as the day is in the series. */
function rows(d, now, place, narrow, top) {
  const { look_back, reach, stride, count, horizon, position, words, heights } = now;
  const shapes = [`(${count}, ${look_back}, 1)`, `(${count}, ${horizon})`];
  const head = (x, name, names, shape, look) => {
    const said = { size: 15, bold: true, look, anchor: "start" };
    d.text(x, top, narrow ? `${name} ${shape}` : `${name} ${names} = ${shape}`, { ...said, part: name });
    if (narrow) d.text(x, top + 18, names, { ...said, size: 13, bold: false, part: `${name}-axes` });
  };
  head(narrow ? 8 : place.X, "X", "(windows, look_back, features)", shapes[0], "window");
  head(place.y, "y", "(windows, horizon)", shapes[1], "truth");
  for (const [k, r] of listed(now)) {
    const middle = top + (narrow ? 46 : 28) + 28 * r,
      here = k === position;
    const sides = [
      ["x", "window", 0, look_back],
      ["y", "truth", look_back, reach],
    ].map(([name, look, from, to], n) => {
      const day = Array.from({ length: to - from }, (_, j) => k * stride + from + j),
        shown = shortened(day, place.most[n]),
        begin = name === "x" ? place.X : place.y,
        end = begin + place.cell * shown.length;
      d.frame(begin, middle - 12, end, middle + 12, here && look, { part: `row-${name}-${r}` });
      shown.forEach((each, j) => {
        const left = begin + place.cell * j,
          text = words[each] ?? each, // … where days are left out
          more = { "fill-opacity": 0.6 };
        const high = 22 * (heights[each] ?? 0);
        d.bar(left + 2, middle + 11 - high, 6, high, "x", { part: `bar-${name}-${r}-${j}`, more });
        d.text(left + place.cell / 2 + 3, middle, text, { size: 14, part: `cell-${name}-${r}-${j}` });
      });
      return end;
    });
    d.arrow([sides[0] + 5, middle, place.y - 5, middle], { width: 1.2, part: `to-${r}` });
    const label = `${here ? "▶ " : ""}${narrow ? "" : "window "}${k}`;
    d.text(place.X - 8, middle, label, { size: 13, anchor: "end", bold: here, part: `window-${r}` });
    const more = { class: "press" };
    d.handle(8, middle - 13, Math.max(...sides), middle + 13, `row ${k}`, `window-${k}`, {
      part: `touch-row-${r}`,
      more,
    });
  }
}

function render({ model, el }) {
  const page = live(model, el, scene);
  /** Sets traits, the window being where it was as far as that can be. */
  const change = (values) => {
    const now = { ...page.state(), ...values },
      place = Math.round(sizes(page.state()).at / now.stride);
    put(model, { ...values, position: sizes({ ...now, position: values.position ?? place }).position });
  };
  const control = (name, label, text, min, thing = "") =>
    slider(model, name, { label, words: text, min, max: 1, step: 1, thing, change });
  const sliders = {
    look_back: control("look_back", "look_back", "look_back, days in a window", 1, "window"),
    horizon: control("horizon", "horizon", "horizon, days asked for", 1, "truth"),
    stride: control("stride", "stride", "stride, days from one window's start to the next", 1),
    position: control("position", "window", "position, the window shown, counted from 0", 0),
  };
  const goal = task(
    page.top,
    "ask (in y) for at least 2 days at a time, so that no day is asked for twice and none is left out between windows.",
  );
  page.side.style.setProperty("--names", "5.6em");
  row(page.side, ...Object.values(sliders)).classList.add("long");
  row(
    page.side,
    player({
      step() {
        const { position, count } = sizes(page.state());
        if (position + 1 >= count) return null;
        put(model, { position: position + 1 });
        return position + 2 < count;
      },
      reset: () => put(model, { position: 0 }),
      home: "window 0; look_back, horizon and stride stay",
    }),
  );
  const hint =
    "Drag the band, its left edge (look_back) or the target's right edge (horizon); click a row. The bar beside a number " +
    "is as high as its day in the series.";
  page.side.append(make("p", {}, hint));
  const say = spoken(page.root);

  /** Days that the pointer has gone since it was pressed. */
  const gone = ([x], begun) => {
    const { x0, x1, width } = page.drawing.scales.series;
    return Math.round(((x - begun.place[0]) / width) * (x1 - x0));
  };
  const nearest = (state, day) => sizes({ ...state, position: Math.round(day / state.stride) }).position;
  const jump = (_, [x]) => {
    const now = sizes(page.state());
    return { position: nearest(now, page.drawing.scales.all.fromX(x) - (now.reach - 1) / 2) };
  };
  page.svg.classList.add("sideways");
  page.touch({
    slide: {
      drag: (_, place, begun) => ({ position: nearest(begun.state, sizes(begun.state).at + gone(place, begun)) }),
      control: () => sliders.position,
    },
    look_back: {
      drag(_, place, begun) {
        const { at, look_back, stride } = sizes(begun.state); // its end stays, its start is one of the windows' starts
        const position = clamp(
          Math.round((at + gone(place, begun)) / stride),
          0,
          Math.floor((at + look_back - 1) / stride),
        );
        return { look_back: at + look_back - position * stride, position };
      },
      control: () => sliders.look_back,
    },
    horizon: {
      drag(_, place, begun) {
        const { N, at, look_back, horizon } = sizes(begun.state);
        return { horizon: clamp(horizon + gone(place, begun), 1, N - at - look_back) };
      },
      control: () => sliders.horizon,
    },
    overview: { press: jump, drag: jump, control: () => sliders.position },
    row: { press: (k) => ({ position: Number(k) }), control: () => sliders.position },
  });
  page.says = (event) => {
    const [x, y] = page.place(event),
      { series } = page.drawing.scales,
      state = page.state(),
      day = Math.round(series.fromX(x));
    if (page.held || day < series.x0 || day > series.x1 || y < series.top || y > series.top + series.height) return "";
    return `${span(state, day, 1)}: ${state.words[day]}${state.unit && ` ${state.unit}`}`;
  };
  return page.follow((state) => {
    const now = sizes(state),
      { N, look_back, horizon, stride, count } = now;
    for (const [name, most] of [
      ["look_back", N - horizon],
      ["horizon", N - look_back],
      ["stride", N - 1],
    ]) {
      sliders[name].limit(Math.max(Math.min(most, REACH[name]), state[name]));
    }
    sliders.position.limit(count - 1);
    goal.check(
      stride === horizon && horizon > 1,
      N < 3
        ? "This series is too short for it."
        : horizon < 2
          ? "Horizon is 1: make it longer."
          : `Each day is asked for ${often(state)}.`,
    );
    say(`${headline(now).join(" ")}, of ${count} windows`);
  });
}

export default { render };
