import { Drawing } from "./drawing.js";
import { live, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, shortened } from "./numbers.js";

const [SEEN, DOTS, SQUARES] = [60, 120, 30]; // days seen at least; days drawn as dots, targets drawn as squares, at most
const [ROWS, X_CELLS, Y_CELLS] = [5, 7, 3]; // of X and y around the present window, and numbers in a row
const [LEFT, RIGHT, CELL] = [60, 850, 66]; // of the series; of a number in a row
const REACH = { look_back: 60, horizon: SQUARES, stride: 60 }; // the sliders' ends in a long series

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

function often(state) {
  const times = asked(state),
    [low, high] = [Math.min(...times), Math.max(...times)];
  return low === 1 && high === 1 ? "once" : `${low === high ? low : `${low} to ${high}`} times`;
}

function formula({ N, look_back, horizon, stride, count }) {
  const result = `${count} window${count > 1 ? "s" : ""}`;
  if (stride === 1) return `N − look_back − horizon + 1 = ${N} − ${look_back} − ${horizon} + 1 = ${result}`;
  return `⌊(N − look_back − horizon) / stride⌋ + 1 = ⌊(${N} − ${look_back} − ${horizon}) / ${stride}⌋ + 1 = ${result}`;
}

/** Days in words. */
function span({ names }, first, days) {
  const last = first + days - 1;
  if (names.length) return names[first] + (days > 1 ? ` to ${names[last]}` : "");
  return days > 1 ? `Days ${first + 1}–${last + 1}` : `Day ${first + 1}`;
}

/** The present window and its target in words. */
const headline = (now) => `${span(now, now.at, now.look_back)} → ${span(now, now.at + now.look_back, now.horizon)}`;

/** The series with the present window and its targets, the windows beside it, and their rows of X and y. */
export function scene(state) {
  const now = sizes(state),
    { N, look_back, horizon, reach, at, heights, words } = now;
  const days = Math.min(N, Math.max(SEEN, Math.ceil((5 * reach) / 4))); // seen
  const first = clamp(at + Math.floor((reach - days) / 2), 0, N - days),
    top = N > SEEN ? 124 : 84,
    unit = now.unit && `, in ${now.unit}`;
  const d = new Drawing(900, top + 512, "Windows of a series");
  d.text(LEFT, 20, `window ${now.position}: ${headline(now)}`, { bold: true, anchor: "start", part: "headline" });
  d.text(LEFT, 46, `${days < N ? `${span(now, first, days)} of ${N}` : `all ${N}`} days${unit}`, {
    size: 14,
    anchor: "start",
    part: "seen-words",
  });
  if (N > SEEN) {
    const all = d.axes(LEFT, 60, RIGHT - LEFT, 34, [-0.5, N - 0.5], [0, 1]);
    d.curve(all, heights, "x", { width: 1, every: Math.ceil(N / (RIGHT - LEFT)) });
    d.frame(all.x(first - 0.5), 60, all.x(first + days - 0.5), 94, null, { part: "seen" });
  }
  const yticks = [...new Set([Math.min, Math.max].map((end) => heights.indexOf(end(...heights))))].map((day) => [
    heights[day],
    words[day],
  ]);
  const axes = d.axes(LEFT, top, RIGHT - LEFT, 170, [first - 0.5, first + days - 0.5], [0, 1], {
    yticks,
    part: "series",
  });
  const [left, end, right] = [0, look_back, reach].map((day) => axes.x(at + day - 0.5));
  d.frame(left, top, end, top + 170, "window", { part: "window" });
  d.frame(end, top, right, top + 170, "truth", { part: "target" });
  d.text(end - 4, top - 12, "window", { size: 15, look: "window", anchor: "end" });
  d.text(end + 4, top - 12, "target", { size: 15, look: "truth", anchor: "start" });
  d.curve(axes, heights.slice(first, first + days), "x", { from: first, width: 1.5, part: "days" });
  d.curve(axes, heights.slice(at, at + look_back), "x", { from: at, width: 4, part: "inside" });
  for (let day = first; days <= DOTS && day < first + days; day++)
    d.dot(axes.x(day), axes.y(heights[day]), "x", { radius: 4 });
  for (let day = at + look_back; horizon <= SQUARES && day < at + reach; day++) {
    d.bar(axes.x(day) - 5, axes.y(heights[day]) - 5, 10, 10, "truth", { part: `square-${day}` });
  }
  for (const day of new Set([0, 1, 2, 3, 4].map((k) => first + Math.floor((k * (days - 1)) / 4)))) {
    d.text(axes.x(day), top + 185, span(now, day, 1), { size: 13 });
  }
  rows(d, axes, now);
  const line = { size: 15, anchor: "start" },
    again = `each day after the first window is asked for ${often(state)}`;
  d.text(LEFT, top + 478, formula(now), { ...line, bold: true, part: "formula" });
  d.text(LEFT, top + 500, again, { ...line, part: "asked" });
  const [inputs, targets] = [
    [at, at + look_back],
    [at + look_back, at + reach],
  ].map((ends) => shortened(words.slice(...ends), 9).join(", "));
  d.description =
    `A series of ${N} days${unit}${unit && ","} cut into windows: look_back ${look_back}, horizon ${horizon}, stride ` +
    `${now.stride}. ${formula(now)}. Window ${now.position}, counted from 0, is ${span(now, at, look_back)} with the values ${inputs}; ` +
    `it asks for ${span(now, at + look_back, horizon)}: ${targets}. X has shape (${now.count}, ${look_back}, 1), y ` +
    `(${now.count}, ${horizon}); ${again}.`;
  return d;
}

/** The windows around the present one: where they lie, and their rows of X and y. */
function rows(d, axes, { look_back, horizon, reach, stride, count, position, words }) {
  const target = 130 + CELL * clamp(look_back, 2, X_CELLS) + 44,
    { top } = axes;
  d.text(LEFT, top + 302, `X (windows, look_back, features) = (${count}, ${look_back}, 1)`, {
    size: 15,
    look: "window",
    anchor: "start",
    part: "X",
  });
  d.text(540, top + 302, `y (windows, horizon) = (${count}, ${horizon})`, {
    size: 15,
    look: "truth",
    anchor: "start",
    part: "y",
  });
  const begin = clamp(position - Math.floor(ROWS / 2), 0, Math.max(count - ROWS, 0));
  for (let k = begin; k < Math.min(begin + ROWS, count); k++) {
    const r = k - begin,
      strip = top + 202 + 17 * r,
      y = top + 334 + 27 * r,
      here = k === position;
    for (const [name, look, place, most, from, to] of [
      ["x", "window", 130, X_CELLS, 0, look_back],
      ["y", "truth", target, Y_CELLS, look_back, reach],
    ]) {
      const ends = [from, to].map((day) => axes.x(k * stride + day - 0.5)),
        texts = shortened(words.slice(k * stride + from, k * stride + to), most);
      if (ends[1] > ends[0]) d.frame(ends[0], strip, ends[1], strip + 12, here && look, { part: `strip-${name}-${r}` });
      d.frame(place, y - 12, place + CELL * texts.length, y + 12, here && look, { part: `row-${name}-${r}` });
      texts.forEach((text, j) =>
        d.text(place + CELL * (j + 0.5), y, text, { size: 14, part: `cell-${name}-${r}-${j}` }),
      );
    }
    d.text(LEFT - 9, strip + 6, `${k}`, { size: 13, anchor: "end" });
    d.text(122, y, `${here ? "▶ " : ""}window ${k}`, { size: 13, anchor: "end", part: `window-${r}` });
    d.text(target - 22, y, "→", { size: 13 });
  }
}

function render({ model, el }) {
  const page = live(model, el, scene),
    { root } = page;
  const change = (values) => put(model, { ...values, position: sizes({ ...page.state(), ...values }).position });
  const control = (name, label, text, min, thing = "") =>
    slider(model, name, { label, words: text, min, max: 1, step: 1, thing, change });
  const sliders = {
    look_back: control("look_back", "look_back", "look_back, days in a window", 1, "window"),
    horizon: control("horizon", "horizon", "horizon, days asked for", 1, "truth"),
    stride: control("stride", "stride", "stride, days from one window's start to the next", 1),
    position: control("position", "window", "position, the window shown, counted from 0", 0),
  };
  row(
    root,
    ...Object.values(sliders),
    player({
      step() {
        const { position, count } = sizes(page.state());
        if (position + 1 >= count) return null;
        put(model, { position: position + 1 });
        return position + 2 < count;
      },
      reset: () => put(model, { position: 0 }),
    }),
  );
  const goal = task(
    root,
    "ask for at least 2 days at a time, so that no day is asked for twice and none is left out between windows.",
  );
  const say = spoken(root);
  return page.follow((state) => {
    const now = sizes(state),
      { N, look_back, horizon, stride, count, position } = now;
    for (const [name, most] of [
      ["look_back", N - horizon],
      ["horizon", N - look_back],
      ["stride", N - 1],
    ]) {
      sliders[name].limit(Math.max(Math.min(most, REACH[name]), state[name]));
    }
    sliders.position.limit(count - 1);
    const times = asked(state),
      never = times.filter((each) => !each).length,
      over = `${never} day${never > 1 ? "s" : ""}`;
    const missed = !never
      ? ""
      : stride === horizon
        ? ` Left at the end, too few for another window: ${over}.`
        : ` Never asked for: ${over}.`;
    goal.check(
      Math.max(...times) === 1 && stride === horizon && horizon > 1,
      N < 3
        ? "This series is too short for it."
        : horizon < 2
          ? "Horizon is 1: make it longer."
          : `Horizon ${horizon}, stride ${stride}: each day is asked for ${often(state)}.${missed}`,
    );
    say(`window ${position} of ${count}: ${headline(now)}`);
  });
}

export default { render };
