import { clamp, floats, follow, Picture, player, put, region, row, shortened, slider, spoken, task } from "./kit.js";

// As in windows.py, whose drawing this moves.
const [SEEN, DOTS, SQUARES, ROWS, X_CELLS, Y_CELLS, LEFT, WIDTH, CELL] = [60, 120, 30, 5, 7, 3, 60, 790, 66];
const REACH = { look_back: 60, horizon: SQUARES, stride: 60 }; // the sliders' ends in a long series
const middle = (place, size) => place + 0.36 * size; // where Drawing.text puts its baseline

/** The windows' sizes for a series of N days; position stays among them. */
function sizes(N, get) {
  const [look_back, horizon, stride] = ["look_back", "horizon", "stride"].map(get);
  const count = Math.floor((N - look_back - horizon) / stride) + 1;
  return { N, look_back, horizon, stride, count, position: clamp(get("position"), 0, count - 1) };
}

/** The fewest and the most times that a day after the first window is asked for, and how many days never are. */
function asked({ N, look_back, horizon, stride, count }) {
  let low = Infinity, high = 0, never = 0;
  for (let day = 0; day < N - look_back; day++) {
    const last = Math.min(Math.floor(day / stride), count - 1);
    const times = Math.max(last - Math.max(Math.ceil((day - horizon + 1) / stride), 0) + 1, 0);
    [low, high] = [Math.min(low, times), Math.max(high, times)];
    never += times === 0;
  }
  return [low, high, never];
}

const often = (low, high) => (low === 1 && high === 1 ? "once" : `${low === high ? low : `${low} to ${high}`} times`);

function formula({ N, look_back, horizon, stride, count }) {
  const result = `${count} window${count > 1 ? "s" : ""}`;
  if (stride === 1) return `N − look_back − horizon + 1 = ${N} − ${look_back} − ${horizon} + 1 = ${result}`;
  return `⌊(N − look_back − horizon) / stride⌋ + 1 = ⌊(${N} − ${look_back} − ${horizon}) / ${stride}⌋ + 1 = ${result}`;
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const heights = floats(get("heights")), words = get("words"), names = get("names"), N = words.length;
  const unit = get("unit") ? `, in ${get("unit")}` : "";
  const root = region(el, "Explorer: windows of a series");
  const picture = new Picture(root, get("svg"));
  const change = (values) => {
    const wanted = (name) => values[name] ?? get(name);
    put(model, { ...values, position: sizes(N, wanted).position });
  };
  const control = (name, label, text, min, thing = "") => slider(model, name,
    { label, words: text, min, max: N, step: 1, thing, change });
  const sliders = {
    look_back: control("look_back", "look_back", "look_back, days in a window", 1, "window"),
    horizon: control("horizon", "horizon", "horizon, days asked for", 1, "truth"),
    stride: control("stride", "stride", "stride, days from one window's start to the next", 1),
    position: control("position", "window", "position, the window shown, counted from 0", 0),
  };
  row(root, ...Object.values(sliders), player({
    step() {
      const { position, count } = sizes(N, get);
      if (position + 1 >= count) return null;
      put(model, { position: position + 1 });
      return position + 2 < count;
    },
    reset: () => put(model, { position: 0 }),
  }));
  const goal = task(root, "ask for at least 2 days at a time, so that no day is asked for twice and none is left out between windows.");
  const say = spoken(root);

  const span = (first, days) => {
    const last = first + days - 1;
    if (names.length) return names[first] + (days > 1 ? ` to ${names[last]}` : "");
    return days > 1 ? `Days ${first + 1}–${last + 1}` : `Day ${first + 1}`;
  };
  const frame = (part, left, right, rest = {}) => picture.set(part, { x: left, width: Math.max(right - left, 0), ...rest });
  const top = picture.axes("series").top;

  const draw = () => {
    const now = sizes(N, get), { look_back, horizon, stride, count, position } = now;
    for (const [name, most] of [["look_back", N - horizon], ["horizon", N - look_back], ["stride", N - 1]]) {
      sliders[name].limit(Math.max(Math.min(most, REACH[name]), get(name)));
    }
    sliders.position.limit(count - 1);
    const at = position * stride, reach = look_back + horizon;
    const days = Math.min(N, Math.max(SEEN, Math.ceil((5 * reach) / 4)));
    const first = clamp(at + Math.floor((reach - days) / 2), 0, N - days);
    const window = `${span(at, look_back)} → ${span(at + look_back, horizon)}`;
    picture.text("headline", `window ${position}: ${window}`);
    picture.text("seen-words", days < N ? `${span(first, days)} of ${N} days${unit}` : `all ${N} days${unit}`);
    if (N > SEEN) {
      const all = picture.axes("all");
      frame("seen", all.x(first - 0.5), all.x(first + days - 0.5));
    }
    const axes = picture.rescale("series", {});
    Object.assign(axes, { x0: first - 0.5, x1: first + days - 0.5 });
    const [left, end, right] = [0, look_back, reach].map((day) => axes.x(at + day - 0.5));
    frame("window", left, end);
    frame("target", end, right);
    picture.set("window-words", { x: end - 4 });
    picture.set("target-words", { x: end + 4 });
    const curve = (part, from, length) => picture.curve(part, axes, heights.subarray(from, from + length),
      Array.from({ length }, (_, k) => from + k));
    curve("days", first, days);
    curve("inside", at, look_back);
    for (let k = 0; k < Math.min(DOTS, N); k++) {
      const day = Math.min(first + k, first + days - 1);
      picture.set(`dot-${k}`, { cx: axes.x(day), cy: axes.y(heights[day]) });
      picture.show(`dot-${k}`, k < days && days <= DOTS);
    }
    for (let k = 0; k < Math.min(SQUARES, N - 1); k++) {
      const day = Math.min(at + look_back + k, at + reach - 1);
      picture.set(`square-${k}`, { x: axes.x(day) - 5, y: axes.y(heights[day]) - 5 });
      picture.show(`square-${k}`, k < horizon && horizon <= SQUARES);
    }
    const place = (k) => Math.floor((k * (days - 1)) / 4);
    for (let k = 0; k < 5; k++) {
      picture.set(`tick-${k}`, { x: axes.x(first + place(k)) });
      picture.text(`tick-${k}`, span(first + place(k), 1));
      picture.show(`tick-${k}`, k === 0 || place(k) !== place(k - 1));
    }
    rows(axes, now);
    const [low, high, never] = asked(now);
    picture.text("formula", formula(now));
    picture.text("asked", `each day after the first window is asked for ${often(low, high)}`);
    const over = `${never} day${never > 1 ? "s" : ""}`;
    const missed = low ? "" : stride === horizon ? ` Left at the end, too few for another window: ${over}.`
      : ` Never asked for: ${over}.`;
    goal.check(high === 1 && stride === horizon && horizon > 1, N < 3 ? "This series is too short for it."
      : horizon < 2 ? "Horizon is 1: make it longer."
        : `Horizon ${horizon}, stride ${stride}: each day is asked for ${often(low, high)}.${missed}`);
    say(`window ${position} of ${count}: ${window}`);
  };

  /** The windows around the present one: where they lie, and their rows of X and y. */
  function rows(axes, { look_back, horizon, stride, count, position }) {
    const cells = { x: Math.min(look_back, X_CELLS), y: Math.min(horizon, Y_CELLS) };
    const begin = clamp(position - Math.floor(ROWS / 2), 0, Math.max(count - ROWS, 0));
    const lefts = { x: 130, y: 130 + CELL * Math.max(cells.x, 2) + 44 };
    picture.text("X", `X (windows, look_back, features) = (${count}, ${look_back}, 1)`);
    picture.text("y", `y (windows, horizon) = (${count}, ${horizon})`);
    for (let r = 0; r < ROWS; r++) {
      const k = begin + r, here = k === position, start = k * stride, y = top + 334 + 27 * r;
      const places = [0, look_back, look_back + horizon].map((day) => axes.x(start + day - 0.5));
      for (const [name, a, b, from, length, most] of [["x", 0, 1, start, look_back, X_CELLS],
        ["y", 1, 2, start + look_back, horizon, Y_CELLS]]) {
        for (const [part, shown] of [[`strip-${name}-${r}`, !here], [`now-${name}-${r}`, here]]) {
          frame(part, places[a], places[b]);
          frame(`row-${part}`, lefts[name], lefts[name] + CELL * cells[name]);
          picture.show(part, shown && k < count && places[b] > places[a]);
          picture.show(`row-${part}`, shown && k < count);
        }
        const texts = k < count ? shortened(words.slice(from, from + length), most) : [];
        for (let j = 0; j < most; j++) {
          picture.text(`cell-${name}-${r}-${j}`, texts[j] ?? "");
          picture.set(`cell-${name}-${r}-${j}`, { x: lefts[name] + CELL * (j + 0.5), y: middle(y, 14) });
        }
      }
      picture.text(`strip-${r}`, k < count ? `${k}` : "");
      picture.text(`window-${r}`, k < count ? `${here ? "▶ " : ""}window ${k}` : "");
      picture.text(`arrow-${r}`, k < count ? "→" : "");
      picture.set(`arrow-${r}`, { x: lefts.y - 22 });
    }
  }
  return follow(model, ["look_back", "horizon", "stride", "position"], draw);
}

export default { render };
