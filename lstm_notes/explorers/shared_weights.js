import { button, choice, follow, Picture, player, put, region, row, slider, spoken, task } from "./kit.js";
import { floats, formatNumber, subscript } from "./numbers.js";

const BLOCKS = { i: "i", f: "f", g: "C̃", o: "o" }; // the blocks of W's rows

/** At most seven characters: fewer digits after the point for larger numbers. */
function short(value, digits = 2) {
  const size = Math.abs(value);
  return formatNumber(value, size < 10 ? digits : size < 100 ? digits - 1 : 0);
}

function added(values, digits = 2) {
  const [first, ...rest] = values.map((value) => short(value, digits));
  return first + rest.map((words) => (words[0] === "−" ? ` − ${words.slice(1)}` : ` + ${words}`)).join("");
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const { windows, steps, units, updates, scales, rate, limits } = get("sizes");
  const rows = 4 * units,
    columns = units + 2,
    each = windows * steps;
  const all = floats(get("data")),
    counts = [rows * columns, each * rows, each * columns, 1];
  let from = 0;
  const [W, z, inputs, losses] = counts.map((count) => all.subarray(from, (from += count * (updates + 1))));
  const named = (gate, unit, on) =>
    `${BLOCKS[gate]}, unit ${unit}, ` + ({ x: "on xₜ", bias: "bias" }[on] ?? `on hₜ₋₁ of unit ${on.slice(1)}`);
  const sum = (values) => values.reduce((a, b) => a + b, 0);

  const root = region(el, "Explorer: one W, many steps");
  const picture = new Picture(root, get("svg"));
  const go = (k) => put(model, { update: k });
  row(
    root,
    slider(model, "update", {
      label: "update k",
      words: "update k, how many there have been",
      min: 0,
      max: updates,
      step: 1,
      thing: "W",
    }),
    player({
      step() {
        if (get("update") >= updates) return null;
        go(get("update") + 1);
        return get("update") < updates;
      },
      reset: () => go(0),
      wait: 350,
    }),
  );
  row(
    root,
    slider(model, "window", {
      label: "window",
      words: "window, from 0",
      min: 0,
      max: windows - 1,
      step: 1,
      thing: "window",
    }),
    slider(model, "step", { label: "step t", words: "step t, from 1", min: 1, max: steps, step: 1 }),
    button("The largest part", () => {
      const parts = now().parts.flat().map(Math.abs),
        at = parts.indexOf(Math.max(...parts));
      put(model, { window: Math.floor(at / steps), step: (at % steps) + 1 });
    }),
  );
  const gates = Object.entries(BLOCKS).map(([gate, sign]) => [gate, [sign, gate]]);
  const states = Array.from({ length: units }, (_, unit) => [`h${unit}`, [`hₜ₋₁ of unit ${unit}`, "h"]]);
  row(
    root,
    choice(model, "gate", "number of", Object.fromEntries(gates)),
    slider(model, "unit", {
      label: "unit",
      words: "unit whose row is at hand, from 0",
      min: 0,
      max: units - 1,
      step: 1,
    }),
    choice(model, "on", "on", { ...Object.fromEntries(states), x: ["xₜ", "x"], bias: ["1 (bias)"] }),
  );
  const goal = task(
    root,
    "find a number whose parts pull to both sides and nearly cancel: the gradient is less than a " +
      "tenth of the largest part. What does its next update do?",
  );
  const say = spoken(root);

  /** The present state's numbers: the place in W, the parts (windows × steps), what they are products of. */
  function now() {
    const k = get("update"),
      on = get("on");
    const r = "ifgo".indexOf(get("gate")) * units + get("unit");
    const c = on === "x" ? units : on === "bias" ? units + 1 : Number(on.slice(1));
    const delta = (b, s) => z[((k * windows + b) * steps + s) * rows + r];
    const input = (b, s) => inputs[((k * windows + b) * steps + s) * columns + c];
    const parts = Array.from({ length: windows }, (_, b) =>
      Array.from({ length: steps }, (_, s) => delta(b, s) * input(b, s)),
    );
    const value = (at) => W[(at * rows + r) * columns + c];
    return { k, on, r, c, delta, input, parts, value, scale: scales[r][c] };
  }

  const draw = () => {
    const { k, on, r, c, delta, input, parts: bare, value, scale } = now();
    const b = get("window"),
      t = get("step"),
      Wk = `W${subscript(k)}`,
      times = scale > 1 ? `, × ${scale}` : "";
    const parts = bare.map((line) => line.map((part) => scale * part));
    const sums = parts.map(sum),
      total = sum(sums),
      most = Math.max(...parts.flat().map(Math.abs));
    const name = named(get("gate"), get("unit"), on);

    picture.text("title", `the one ${Wk}`);
    picture.text("same", `… is ${Wk} at every step of every window`);
    picture.text("what", `parts of the gradient of ${name}${times}`);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        picture.text(`W-${row}-${column}`, short(W[(k * rows + row) * columns + column], 3));
      }
    }
    for (let window = 0; window < windows; window++) {
      for (let s = 0; s < steps; s++) {
        const { x, width } = box(`cell-${window}-${s}`),
          part = parts[window][s];
        const bar = most > 0 ? (part / most) * (width / 2 - 5) : 0;
        picture.text(`same-${window}-${s}`, `by ${Wk}`);
        picture.text(`part-${window}-${s}`, short(part));
        picture.set(`bar-${window}-${s}`, { x: x + width / 2 + Math.min(bar, 0), width: Math.abs(bar) });
      }
      picture.text(`sum-${window}-words`, short(sums[window]));
    }
    picture.text("total-words", short(total));
    const at = place(`W-${r}-${c}`),
      high = units > 2 ? 20 : 27;
    frame("mark-number", at.x - 26, at.y - high / 2 + 2, 52, high - 4);
    const cell = box(`cell-${b}-${t - 1}`);
    frame("mark-cell", cell.x - 4, cell.y - 4, cell.width + 8, cell.height + 8);

    const ks = Array.from({ length: updates + 1 }, (_, at) => at),
      [low, high_] = limits[r][c];
    const values = picture.rescale("values", { y0: low, y1: high_ }, 3);
    picture.curve("value-curve", values, ks.map(value));
    picture.set("value-dot", { cx: values.x(k), cy: values.y(value(k)) });
    const loss = picture.axes("losses");
    picture.set("loss-dot", { cx: loss.x(k), cy: loss.y(losses[k]) });

    const met = { x: `x${subscript(t)}`, bias: "1" }[on] ?? `h${subscript(t - 1)}`,
      next = k < updates && value(k + 1);
    [
      `window ${b}, step ${t}: part = δ${subscript(t)} · ${met}`,
      `= ${short(scale * delta(b, t - 1))} · ${short(input(b, t - 1), 3)} = ${short(parts[b][t - 1])}`,
      `window ${b}: ${added(parts[b])} = ${short(sums[b])}`,
      `all windows: ${added(sums)} = ${short(total)}`,
      ...(k === updates
        ? [`${Wk} is the last:`, "no update follows, these weights predict."]
        : [
            `update: W${subscript(k + 1)} = ${Wk} − ${rate} · gradient${scale > 1 ? ` / ${scale}` : ""}`,
            `= ${added([value(k), next - value(k)], 5)} = ${short(next, 5)}`,
          ]),
    ].forEach((words, line) => picture.text(`line-${line}`, words));
    goal.check(...cancelled(parts, total, most));
    say(
      `${name}, ${Wk}: ${short(value(k), 3)}. Part of window ${b}, step ${t}: ${short(parts[b][t - 1])}. ` +
        `Gradient${times}: ${short(total)}`,
    );
  };

  const attributes = (part, ...names) => names.map((name) => Number(picture.part(part).getAttribute(name)));
  function box(part) {
    const [x, y, width, height] = attributes(part, "x", "y", "width", "height");
    return { x, y, width, height };
  }
  function place(part) {
    const [x, y] = attributes(part, "x", "y");
    return { x, y: y - 0.36 * 13 };
  }
  function frame(part, x, y, w, h) {
    picture.set(part, { d: `M ${x} ${y} L ${x + w} ${y} L ${x + w} ${y + h} L ${x} ${y + h} L ${x} ${y - 1.1}` });
  }

  // The pointer may choose as well: a number of W, or a cell of the grid.
  for (const part of picture.parts.keys()) {
    if (/^(W|cell|same|part|block|bar)-/.test(part)) picture.set(part, { "data-act": "" });
  }
  picture.svg.addEventListener("click", (event) => {
    const part = event.target.dataset.part ?? "",
      [x, y] = picture.place(event);
    const cell = /^(?:cell|same|part|bar)-(\d+)-(\d+)/.exec(part);
    if (cell) put(model, { window: Number(cell[1]), step: Number(cell[2]) + 1 });
    else if (/^(W|block)-/.test(part)) {
      const far = (other) => Math.hypot(place(other).x - x, 2 * (place(other).y - y));
      const [, r, c] = [...picture.parts.keys()]
        .filter((other) => other.startsWith("W-"))
        .reduce((a, other) => (far(other) < far(a) ? other : a))
        .split("-")
        .map(Number);
      const gate = "ifgo"[Math.floor(r / units)];
      put(model, { gate, unit: r % units, on: c < units ? `h${c}` : c === units ? "x" : "bias" });
    }
  });
  return follow(model, ["update", "window", "step", "gate", "unit", "on"], draw);
}

/** Whether the parts cancel to less than a tenth of the largest, and how far the reader is. */
function cancelled(parts, total, most) {
  if (parts.flat().length === 1) return [false, "There is one part only; nothing can cancel."];
  if (!(most > 0)) return [false, "All parts of this number are 0."];
  const share = formatNumber((100 * Math.abs(total)) / most, 0);
  if (Math.abs(total) < most / 10) {
    return [true, `The largest part is ${short(most)} in size, the gradient ${short(total)}: ${share} % of it.`];
  }
  return [false, `Here the largest part is ${short(most)} in size and the gradient ${short(total)}: ${share} % of it.`];
}

export default { render };
