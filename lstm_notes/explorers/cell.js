import { button, choice, follow, make, Picture, player, put, region, row, slider, spoken, task } from "./kit.js";
import { formatNumber, niceLimit } from "./numbers.js";

const GATES = { f: "f", i: "i", g: "C", o: "o" }; // the letter of each gate's weights
const SYMBOL = { f: "fₜ", i: "iₜ", g: "C̃ₜ", o: "oₜ" };
const MARKS = { f: [0, -16], i: [-13, -5], o: [14, 6], g: [-15, -4], C: [15, 6] }; // as in cell.py
const sigmoid = (z) => 1 / (1 + Math.exp(-z));

/** One step of the cell, as cell.py's lstm_step makes it; a browser test holds the two together. */
export function cellStep(get) {
  const z = {},
    gates = {};
  for (const [gate, letter] of Object.entries(GATES)) {
    z[gate] = get(`W_${letter}h`) * get("h") + get(`W_${letter}x`) * get("x") + get(`b_${letter}`);
    gates[gate] = gate === "g" ? Math.tanh(z[gate]) : sigmoid(z[gate]);
  }
  const C = gates.f * get("C") + gates.i * gates.g;
  return { ...gates, z, C, h: gates.o * Math.tanh(C) };
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const root = region(el, "Explorer: the cell");
  const preset = row(root);
  const said = make("p", {}, "Choose numbers to begin with, or drag."); // always a line, so that nothing jumps
  root.append(said);
  const picture = new Picture(root, get("svg"));
  const begin = (values) => put(model, { ...values, path: [] });
  row(
    root,
    slider(model, "x", { label: "xₜ", words: "input x", min: -3, max: 3, thing: "x" }),
    slider(model, "h", {
      label: "hₜ₋₁",
      words: "hidden state h before the step",
      min: -1,
      max: 1,
      thing: "h",
      change: begin,
    }),
    slider(model, "C", {
      label: "Cₜ₋₁",
      words: "cell state C before the step",
      min: -3,
      max: 3,
      thing: "C",
      change: begin,
    }),
  );
  row(root, choice(model, "gate", "weights of", { f: ["f", "f"], i: ["i", "i"], g: ["C̃", "g"], o: ["o", "o"] }));
  const sliders = Object.entries(GATES).flatMap(([gate, letter]) =>
    [
      ["W", `W_${letter}h`, "· h", "on h"],
      ["W", `W_${letter}x`, "· x", "on x"],
      ["b", `b_${letter}`, "", "bias"],
    ].map(([kind, name, label, words]) => {
      const element = slider(model, name, {
        label: `${kind} ${label}`,
        words: `${SYMBOL[gate][0]}: ${kind} ${words}`,
        min: -8,
        max: 8,
        step: 0.1,
        thing: gate,
      });
      element.gate = gate;
      return element;
    }),
  );
  row(root, ...sliders);
  let start = { h: get("h"), C: get("C") };
  row(
    root,
    player({
      step() {
        const { h, C } = cellStep(get);
        const path = get("path").length ? get("path") : [[get("h"), get("C")]];
        if (path.length === 1) start = { h: get("h"), C: get("C") };
        put(model, { h, C, path: [...path, [h, C]].slice(-1001) });
      },
      reset: () => begin(get("path").length ? { h: get("path")[0][0], C: get("path")[0][1] } : start),
    }),
  );
  const formulas = Object.fromEntries(
    ["f", "i", "g", "o", "C", "h"].map((name) => {
      const line = make("p", { class: `formula ${name}`, "data-thing": name });
      return [name, line];
    }),
  );
  const holder = make("div", {}, ...Object.values(formulas));
  root.append(holder);
  const goal = task(
    root,
    "make C keep its value for ten steps. It has to start at least 0.5 away from 0, and may move by 0.05 at most; step or play.",
  );
  const say = spoken(root);
  for (const [name, [words, values]] of Object.entries(get("presets"))) {
    preset.append(button(name, () => begin(values), { "data-words": words, "data-values": JSON.stringify(values) }));
  }

  const draw = () => {
    const now = cellStep(get),
      path = get("path").length ? get("path") : [[get("h"), get("C")]];
    for (const element of sliders) element.hidden = element.gate !== get("gate");
    for (const gate of Object.keys(GATES))
      picture.text(`${gate}-words`, `${SYMBOL[gate]} = ${formatNumber(now[gate])}`);
    for (const [part, words] of [
      ["c0", `Cₜ₋₁ = ${formatNumber(get("C"))}`],
      ["h0", `hₜ₋₁ = ${formatNumber(get("h"))}`],
      ["x", `xₜ = ${formatNumber(get("x"))}`],
      ["c", `Cₜ = ${formatNumber(now.C)}`],
      ["h", `hₜ = ${formatNumber(now.h)}`],
    ])
      picture.text(part, words);
    const dots = [
      ...["f", "i", "o"].map((gate) => [gate, "sigma", now.z[gate], now[gate]]),
      ["g", "tanh", now.z.g, now.g],
      ["C", "tanh", now.C, Math.tanh(now.C)],
    ];
    for (const [name, axes, z, value] of dots) {
      const x = picture.axes(axes).x(z),
        y = picture.axes(axes).y(value);
      picture.set(`dot-${name}`, { cx: x, cy: y });
      picture.set(`mark-${name}`, { x: x + MARKS[name][0], y: y + MARKS[name][1] + 5.4 });
    }
    const size = niceLimit(Math.max(...path.flat().map(Math.abs)));
    const axes = picture.rescale("path", { x0: 0, x1: Math.max(20, path.length - 1), y0: -size, y1: size });
    for (const [column, name] of [
      [1, "C"],
      [0, "h"],
    ]) {
      picture.curve(
        `path-${name}`,
        axes,
        path.map((pair) => pair[column]),
      );
      picture.set(`end-${name}`, { cx: axes.x(path.length - 1), cy: axes.y(path.at(-1)[column]) });
    }
    for (const [gate, letter] of Object.entries(GATES)) {
      const [h, x, b] = [`W_${letter}h`, `W_${letter}x`, `b_${letter}`].map((name) => formatNumber(get(name)));
      formulas[gate].textContent =
        `${SYMBOL[gate]} = ${gate === "g" ? "tanh" : "σ"}(${h} · ${formatNumber(get("h"))} + ${x} · ` +
        `${formatNumber(get("x"))} + ${b}) = ${gate === "g" ? "tanh" : "σ"}(${formatNumber(now.z[gate])}) = ${formatNumber(now[gate])}`;
    }
    formulas.C.textContent = `Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ = ${formatNumber(now.f)} · ${formatNumber(get("C"))} + ${formatNumber(now.i)} · ${formatNumber(now.g)} = ${formatNumber(now.C)}`;
    formulas.h.textContent = `hₜ = oₜ · tanh(Cₜ) = ${formatNumber(now.o)} · ${formatNumber(Math.tanh(now.C))} = ${formatNumber(now.h)}`;
    const chosen = [...preset.children].filter((each) =>
      Object.entries(JSON.parse(each.dataset.values)).every(
        ([name, value]) => ["x", "h", "C"].includes(name) || value === get(name),
      ),
    )[0];
    for (const each of preset.children) each.setAttribute("aria-pressed", String(each === chosen));
    said.textContent = chosen ? chosen.dataset.words : "Weights of your own.";
    goal.check(...kept(path));
    say(`C is ${formatNumber(now.C)}, h is ${formatNumber(now.h)}`);
  };
  return follow(
    model,
    ["x", "h", "C", "path", "gate", ...Object.values(GATES).flatMap((l) => [`W_${l}h`, `W_${l}x`, `b_${l}`])],
    draw,
  );
}

/** Whether C has kept its first value for ten steps, and how far the reader is. */
function kept(path) {
  const start = path[0][1];
  const lost = path.findIndex(([, C]) => Math.abs(C - start) > 0.05);
  const steps = (lost < 0 ? path.length : lost) - 1;
  if (Math.abs(start) < 0.5) return [false, "C starts too close to 0."];
  if (steps >= 10) return [true, `C went from ${formatNumber(start)} to ${formatNumber(path[10][1])} in ten steps.`];
  return [
    false,
    lost < 0
      ? `${steps} of 10 steps.`
      : `Lost at step ${lost}: C went from ${formatNumber(start)} to ${formatNumber(path[lost][1])}. Reset, and change a gate.`,
  ];
}

export default { render };
