import { button, follow, Picture, player, put, region, row, slider, spoken, task } from "./kit.js";
import { clamp, floats, formatNumber } from "./numbers.js";

/** The same places, moved so that no two are nearer than `gap`, in their order, between `low` and `high`. */
function spreadOut(places, gap, low, high) {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b]),
    spread = [...places];
  let before = low - gap,
    after = high + gap;
  for (const k of order) before = spread[k] = Math.max(spread[k], before + gap);
  for (const k of order.toReversed()) after = spread[k] = Math.min(spread[k], after - gap);
  return spread;
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const {
    methods,
    days,
    look_back: T,
    units,
    unit,
    digits,
    limits,
    dates,
    order,
    known,
    rival,
    threshold,
    memory,
    error,
  } = get("about");
  const all = floats(get("data")),
    bytes = get("states");
  const [X, truth] = [all.subarray(0, days * T), all.subarray(days * T, days * (T + 1))];
  const forecasts = methods.map((_, m) => all.subarray(days * (T + 1 + m), days * (T + 2 + m)));
  const states = new Int8Array(bytes.buffer ?? bytes, bytes.byteOffset ?? 0, bytes.byteLength); // day, C or h, unit, step
  const errors = (day) => forecasts.map((forecast) => forecast[day] - truth[day]);
  const signed = (value) => formatNumber(value, digits).replace(/^(?!−)/, "+");
  const go = (day) => put(model, { day });

  const root = region(el, "Explorer: a day the network has never seen");
  const picture = new Picture(root, get("svg"));
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
        if (get("day") >= days - 1) return null;
        go(get("day") + 1);
        return get("day") < days - 1;
      },
      reset: () => go(0),
      wait: 500,
    }),
  );
  row(
    root,
    ...Object.entries(known).map(([words, day]) => button(words, () => go(day))),
    button("A random day", () => go(order[(order.indexOf(get("day")) + 1) % days])),
  );
  const most = `more than ${formatNumber(threshold, digits)} ${unit}`;
  const goal = task(
    root,
    rival
      ? `find a day on which the LSTM beats ${rival} by ${most}. What in its window may it have ` + "used?"
      : `find a day on which the LSTM is ${most} off.`,
  );
  const say = spoken(root);

  const draw = () => {
    const day = get("day"),
      window = X.subarray(day * T, (day + 1) * T),
      off = errors(day),
      size = off.map(Math.abs);
    picture.text("title", `test day ${day}: ${dates[day + T]}`);
    const year = picture.axes("year"),
      at = year.x(day),
      end = methods.length > 1 ? 220 : 190;
    picture.set("mark", { d: `M ${at} 46 L ${at} ${end}` });
    picture.set("mark-dot", { cx: at, cy: year.y(truth[day]) });

    const axes = picture.rescale("window", { y0: limits[day][0], y1: limits[day][1] }, digits);
    picture.text("from", dates[day]);
    picture.text("target", dates[day + T]);
    picture.curve("window-curve", axes, window);
    picture.set("last", { cx: axes.x(T - 1), cy: axes.y(window[T - 1]) });
    const named = [["truth", truth[day]], ...methods.map((name, m) => [name, forecasts[m][day]])];
    const places = named.map(([, value]) => axes.y(value)),
      labels = spreadOut(places, 19, 272, 448);
    named.forEach(([name, value], k) => {
      picture.set(`line-${name}`, { d: `M ${axes.x(T) + 5} ${places[k]} L ${axes.x(T) + 20} ${labels[k]}` });
      picture.set(`dot-${name}`, { cx: axes.x(T), cy: places[k] });
      picture.set(`label-${name}`, { y: labels[k] + 0.36 * 14 });
      picture.text(`label-${name}`, `${name === "truth" ? "measured" : name} ${formatNumber(value, digits)}`);
    });

    [
      ["C", memory],
      ["h", 1],
    ].forEach(([name, most], which) => {
      const place = picture.axes(`states-${name}`);
      for (let k = 0; k < units; k++) {
        const from = ((day * 2 + which) * units + k) * T;
        const values = Array.from(states.subarray(from, from + T), (value) => (value / 127) * most);
        picture.curve(`${name}-${k}`, place, values);
        if (T === 1) picture.set(`only-${name}-${k}`, { cy: place.y(values[0]) });
      }
    });

    const least = Math.min(...size);
    methods.forEach((_, m) => {
      picture.text(`forecast-${m}`, formatNumber(forecasts[m][day], digits));
      picture.text(`error-${m}`, signed(off[m]));
      picture.set(`bar-${m}`, { width: (120 * size[m]) / Math.max(error, 1e-9) });
      picture.show(`nearest-${m}`, size[m] === least);
    });
    const words = (m) => `${methods[m]} ${formatNumber(size[m], digits)} ${unit} off`;
    const gain = rival ? size[1] - size[0] : size[0];
    goal.check(
      gain > threshold,
      rival
        ? `${dates[day + T]}: ${words(0)}, ${words(1)}; the LSTM ` +
            `${gain < 0 ? "loses" : "wins"} by ${formatNumber(Math.abs(gain), digits)}.`
        : `${dates[day + T]}: ${words(0)}.`,
    );
    say(
      `${dates[day + T]}: measured ${formatNumber(truth[day], digits)} ${unit}; ${methods.map((_, m) => words(m)).join(", ")}`,
    );
  };

  // The year may be clicked and dragged through as well.
  const pick = (event) => {
    const year = picture.axes("year"),
      [x, y] = picture.place(event);
    const inside = x > year.left - 8 && x < year.left + year.width + 8 && y > 44 && y < 224;
    picture.svg.style.cursor = inside ? "pointer" : "";
    if (inside && event.buttons === 1) go(clamp(Math.round(year.fromX(x)), 0, days - 1));
  };
  picture.svg.addEventListener("pointerdown", pick);
  picture.svg.addEventListener("pointermove", pick);
  return follow(model, ["day"], draw);
}

export default { render };
