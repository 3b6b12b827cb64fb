import { follow, Picture, player, put, region, row, slider, spoken, task } from "./kit.js";
import { floats, formatNumber, shortened, subscript } from "./numbers.js";

// As in one_window.py, whose drawing this moves.
const MAPS = { f: "fₜ", i: "iₜ", g: "C̃ₜ", C: "Cₜ", o: "oₜ", h: "hₜ" };
const SIGNED = ["g", "C", "h"],
  LEVELS = 10,
  DOTS = 60;

const signed = (value) => `${value >= 0.005 ? "+" : ""}${formatNumber(value)}`;

function render({ model, el }) {
  const get = (name) => model.get(name);
  const { windows, steps, units, horizon, measured, scale, unit, about } = get("sizes");
  const all = floats(get("numbers")),
    words = get("words");
  // Where each array begins: heights (and words) of X, the forecast and what was measured, then the maps.
  const outputs = { LSTM: windows * steps, ...(measured && { truth: windows * (steps + horizon) }) };
  const first = windows * (steps + horizon * (measured ? 2 : 1));
  const begins = Object.fromEntries(Object.keys(MAPS).map((name, k) => [name, first + k * windows * steps * units]));
  const value = (name, window, t, k) => (t ? all[begins[name] + (window * steps + t - 1) * units + k] : 0);
  const change = (window, t, k) => value("C", window, t, k) - value("C", window, t - 1, k);

  const root = region(el, "Explorer: one window through the network");
  const picture = new Picture(root, get("svg"));
  const control = (name, label, text, max) => {
    const element = slider(model, name, { label, words: text, min: 0, max, step: 1 });
    element.hidden = max === 0;
    return element;
  };
  const time = player({
    step() {
      if (get("step") >= steps) return null;
      put(model, { step: get("step") + 1 });
      return get("step") < steps;
    },
    reset: () => put(model, { step: 0 }),
  });
  row(root, control("step", "step t", "step t, 0 before the first day", steps), time);
  row(
    root,
    control("window", "window", "window, counted from 0", windows - 1),
    control("hidden_unit", "unit", "unit of the LSTM, counted from 0", units - 1),
  );
  const goal = task(root, "find the unit and the step at which C changes most in this window, up or down.");
  const say = spoken(root);

  // Pointing at a cell of a map is choosing its unit and step.
  picture.svg.style.cursor = "pointer";
  picture.svg.addEventListener("click", (event) => {
    const [x, y] = picture.place(event);
    for (const name of Object.keys(MAPS)) {
      const { left, top, width, height } = picture.axes(`map-${name}`);
      const [t, k] = [Math.ceil(((x - left) / width) * steps), Math.floor(((y - top) / height) * units)];
      if (t >= 1 && t <= steps && k >= 0 && k < units) put(model, { step: t, hidden_unit: k });
    }
  });

  const draw = () => {
    const window = get("window"),
      t = get("step"),
      k = get("hidden_unit");
    const at = t
      ? `step ${t} of ${steps}: x${subscript(t)} = ${words[window * steps + t - 1]}${unit}`
      : `step 0 of ${steps}, nothing read yet`;
    picture.text("headline", `window ${window}, ${at}${about}`);
    const axes = picture.axes("values"),
      heights = all.subarray(window * steps, (window + 1) * steps);
    const days = Array.from({ length: steps }, (_, j) => j + 1),
      place = Math.max(t, 1);
    picture.set("now", { x: axes.x(place - 0.5) });
    picture.curve("window", axes, heights, days);
    picture.curve("read", axes, heights.subarray(0, t), days);
    for (let j = 0; j < (steps <= DOTS ? steps : 0); j++) picture.set(`x-${j}`, { cy: axes.y(heights[j]) });
    outcome(window, t === steps, axes);
    for (const name of Object.keys(MAPS)) map(name, window, t, k);
    for (const [r, name] of ["f", "C"].entries()) {
      const { top, height } = picture.axes(`map-${name}`);
      picture.text(`unit-${r}`, `unit ${k}`);
      picture.set(`unit-${r}`, { y: top + ((k + 0.5) * height) / units + 0.36 * 13 });
    }
    const [cell, shown] = formulas(window, t, k);
    picture.text("C-formula", cell);
    picture.text("h-formula", shown);
    check(window, t, k);
    say(
      t
        ? `step ${t}, unit ${k}: C is ${formatNumber(value("C", window, t, k))}, h is ${formatNumber(value("h", window, t, k))}`
        : at,
    );
  };

  /** The forecast after the last step, and what was measured. */
  function outcome(window, end, axes) {
    const texts = Object.entries(outputs).map(([look, begin]) => {
      const from = begin + window * horizon;
      for (let j = 0; j < horizon; j++) {
        const y = axes.y(all[from + j]);
        picture.set(`${look}-${j}`, look === "LSTM" ? { y: y - 7 } : { cy: y });
        picture.show(`${look}-${j}`, end);
      }
      const listed = shortened(words.slice(from, from + horizon), 3).join(", ");
      return `${look === "LSTM" ? `■ forecast, summed from every h${subscript(steps)}:` : "● measured"} ${listed}${unit}`;
    });
    const shown = end ? [...texts, ""] : [`the forecast comes after step ${steps}`, ""];
    picture.text("LSTM-words", shown[0]);
    picture.text("truth-words", shown[1]);
  }

  /** Units by steps: one path for each sign and strength, a cell being a thick line in it. */
  function map(name, window, t, k) {
    const { left, top, width, height } = picture.axes(`map-${name}`),
      line = height / units,
      column = width / steps;
    picture.text(
      `${name}-words`,
      t
        ? `${MAPS[name]} = ${formatNumber(value(name, window, t, k))}`
        : "Ch".includes(name)
          ? `${name}₀ = 0`
          : MAPS[name],
    );
    const paths = {};
    for (const sign of SIGNED.includes(name) ? ["plus", "minus"] : ["plus"]) {
      for (let level = 1; level <= LEVELS; level++) paths[`${sign}-${level}`] = "";
    }
    const third = (0.34 * column).toFixed(1);
    const across = {
      plus: `h${(0.92 * column).toFixed(1)}`,
      minus: `h${third}m${(0.24 * column).toFixed(1)} 0h${third}`,
    };
    for (let j = 0; j < t; j++) {
      for (let u = 0; u < units; u++) {
        const here = value(name, window, j + 1, u),
          sign = here < 0 ? "minus" : "plus";
        const strength = Math.ceil((Math.abs(here) / (name === "C" ? scale : 1)) * LEVELS);
        paths[`${sign}-${Math.min(Math.max(strength, 1), LEVELS)}`] +=
          `M${(left + (j + 0.04) * column).toFixed(1)} ` + `${(top + (u + 0.5) * line).toFixed(1)}${across[sign]}`;
      }
    }
    for (const [part, d] of Object.entries(paths)) picture.set(`${name}-${part}`, { d });
    picture.set(`row-${name}`, { y: top + k * line });
    picture.set(`column-${name}`, { x: left + (Math.max(t, 1) - 1) * column });
    picture.show(`column-${name}`, t > 0);
  }

  /** The two lines of the cell, with the numbers of the chosen unit at the present step. */
  function formulas(window, t, k) {
    if (!t) return ["Before the first step C₀ = 0,", "and h₀ = 0, in every unit and every window."];
    const [f, i, g, C, o, h] = Object.keys(MAPS).map((name) => value(name, window, t, k));
    const before = formatNumber(value("C", window, t - 1, k));
    return [
      `Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ = ${formatNumber(f)} · ${before} + ${formatNumber(i)} · ${formatNumber(g)} = ${formatNumber(C)}, ` +
        `a change of ${signed(change(window, t, k))}`,
      `hₜ = oₜ · tanh(Cₜ) = ${formatNumber(o)} · ${formatNumber(Math.tanh(C))} = ${formatNumber(h)}`,
    ];
  }

  /** Whether the present unit and step are those at which C changes most. */
  function check(window, t, k) {
    if (!t) return goal.check(false, "No step made yet.");
    let most = 0;
    for (let j = 1; j <= steps; j++)
      for (let u = 0; u < units; u++) most = Math.max(most, Math.abs(change(window, j, u)));
    const here = change(window, t, k);
    if (Math.abs(here) >= most) {
      const [f, i, g] = ["f", "i", "g"].map((name) => value(name, window, t, k)),
        before = value("C", window, t - 1, k);
      return goal.check(
        true,
        `${signed(here)} is ${signed((f - 1) * before)} from forgetting, (fₜ − 1) · Cₜ₋₁, and ` +
          `${signed(i * g)} from writing, iₜ · C̃ₜ.`,
      );
    }
    return goal.check(false, `Here C changes by ${signed(here)}; the largest change has size ${formatNumber(most)}.`);
  }

  return follow(model, ["window", "step", "hidden_unit"], draw);
}

export default { render };
