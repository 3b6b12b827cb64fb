import { niceLimit } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, choice, live, make, player, put, row, slider, spoken, task } from "./kit.js";
import { closing, formatNumber, products, sign, worth } from "./numbers.js";

const GATES = {
  f: { weights: "f", symbol: "f", words: "forget", squash: "σ", middle: 240 },
  i: { weights: "i", symbol: "i", words: "input", squash: "σ", middle: 370 },
  g: { weights: "C", symbol: "C̃", words: "candidate", squash: "tanh", middle: 500 },
  o: { weights: "o", symbol: "o", words: "output", squash: "σ", middle: 630 },
};
// Where a point's symbol stands beside it, so that points close together keep theirs apart.
const MARKS = { f: [0, -16], i: [-13, -5], o: [14, 6], g: [-15, -4], C: [15, 6] };
const SQUASH = { σ: (z) => 1 / (1 + Math.exp(-z)), tanh: Math.tanh };

/** The values of a gate's weights: on h, on x, and its bias. */
const weightsOf = (state, gate) => ["W_#h", "W_#x", "b_#"].map((name) => state[name.replace("#", GATES[gate].weights)]);

/** The pairs [h, C] since the last reset. */
const pathOf = ({ path, h, C }) => (path.length ? path : [[h, C]]);

const ticks = (...values) => values.map((value) => [value, formatNumber(value, Number.isInteger(value) ? 0 : 1)]);

/** One step: the gates' z, what the gates make of them, and the new C and h. */
export function cellStep(state) {
  const step = { z: {} };
  for (const [gate, { squash }] of Object.entries(GATES)) {
    const [onH, onX, bias] = weightsOf(state, gate);
    step.z[gate] = onH * state.h + onX * state.x + bias;
    step[gate] = SQUASH[squash](step.z[gate]);
  }
  const C = step.f * state.C + step.i * step.g;
  return { ...step, C, h: step.o * Math.tanh(C) };
}

/** Whether C has kept its first value for ten steps, and how far the reader is. */
export function kept(state) {
  const path = pathOf(state);
  const start = path[0][1];
  const lost = path.findIndex(([, C]) => Math.abs(C - start) > 0.05);
  const steps = (lost < 0 ? path.length : lost) - 1;
  const went = (step) => `C went from ${formatNumber(start)} to ${formatNumber(path[step][1])}`;
  if (Math.abs(start) < 0.5) return [false, "C starts too close to 0."];
  if (steps >= 10) return [true, `${went(10)} in ten steps.`];
  if (lost < 0) return [false, `${steps} of 10 steps.`];
  return [false, `Lost at step ${lost}: ${went(lost)}. Reset, and change a gate.`];
}

/** The step in formulas, with its numbers. */
export function formulas(state) {
  const step = cellStep(state);
  const { f, i, g, o } = step;
  const [x, h] = [state.x, state.h].map((value) => formatNumber(value));
  const lines = Object.entries(GATES).map(([gate, { symbol, squash }]) => {
    const [onH, onX, bias] = weightsOf(state, gate).map((value) => formatNumber(value));
    const [z, opens] = [step.z[gate], step[gate]].map((value) => formatNumber(value));
    const first = sign(worth(onH) * worth(h) + worth(onX) * worth(x) + worth(bias), z);
    const second = sign(SQUASH[squash](worth(z)), opens);
    return [
      gate,
      `${symbol}ₜ = ${squash}(${onH} · ${h} + ${onX} · ${x} + ${bias}) ${first} ${squash}(${z}) ${second} ${opens}`,
    ];
  });
  const pairs = [
    [f, state.C],
    [i, g],
  ];
  return {
    ...Object.fromEntries(lines),
    C: closing((more) => `Cₜ = fₜ · Cₜ₋₁ + iₜ · C̃ₜ = ${products(pairs, step.C, 2 + more)}`),
    h: closing((more) => `hₜ = oₜ · tanh(Cₜ) = ${products([[o, Math.tanh(step.C)]], step.h, 2 + more)}`),
  };
}

/** The cell with its numbers, σ and tanh with the gates' points, and the path of C and h. */
export function scene(state) {
  const step = cellStep(state);
  const d = new Drawing(920, 720, "The cell, one step");
  structure(d, state, step);
  curves(d, step);
  history(d, pathOf(state));
  d.description = described(state, step);
  return d;
}

/** How h, x and C become the next h and C: what diagrams.cell_structure draws, with this step's numbers. */
function structure(d, state, step) {
  const number = (x, y, symbol, value, look, named) =>
    d.text(x, y, `${symbol} = ${formatNumber(value)}`, { look, bold: true, ...named });
  d.box(460, 210, 640, 340, null, [], { radius: 20 });
  // C runs along the top: keep (×), then write (+).
  d.arrow([60, 100, 225, 100], { look: "C" });
  d.arrow([255, 100, 420, 100], { look: "C" });
  d.arrow([450, 100, 860, 100], { look: "C" });
  number(76, 76, "Cₜ₋₁", state.C, "C", { part: "c0" });
  number(838, 76, "Cₜ", step.C, "C", { part: "c" });
  // h and x come in below and go to all four gates.
  d.arrow([60, 330, 630, 330], { look: "h", head: false });
  number(76, 306, "hₜ₋₁", state.h, "h", { part: "h0" });
  d.arrow([190, 420, 190, 331], { look: "x" });
  number(200, 412, "xₜ", state.x, "x", { part: "x", anchor: "start" });
  d.text(190, 312, "[h, x]", { size: 15 });
  for (const [gate, { symbol, words, squash, middle }] of Object.entries(GATES)) {
    d.arrow([middle, 330, middle, 287], { look: "h" });
    const lines = [`${symbol}ₜ = ${formatNumber(step[gate])}`, words, squash];
    d.box(middle, 246, 122, 80, gate, lines, { part: gate });
  }
  d.arrow([240, 206, 240, 117], { look: "f" });
  d.arrow([370, 206, 370, 160, 418, 160], { look: "i" });
  d.arrow([500, 206, 500, 160, 452, 160], { look: "g" });
  d.arrow([435, 145, 435, 117]);
  d.node(240, 100, "×");
  d.node(435, 100, "+");
  d.node(435, 160, "×");
  // The output gate shows a part of tanh(C).
  d.arrow([730, 100, 730, 148], { look: "C" });
  d.box(730, 168, 70, 36, "C", ["tanh"], { radius: 18 });
  d.arrow([730, 186, 730, 229]);
  d.arrow([691, 246, 714, 246], { look: "o" });
  d.arrow([730, 261, 730, 330, 860, 330], { look: "h" });
  d.node(730, 246, "×");
  number(838, 306, "hₜ", step.h, "h", { part: "h" });
}

/** σ and tanh, with the points at which this step uses them. */
function curves(d, { z, f, i, g, o, C }) {
  const xs = Array.from({ length: 97 }, (_, k) => -6 + k / 8);
  const sigma = d.axes(60, 490, 230, 160, [-6, 6], [0, 1], {
    xticks: ticks(-6, 0, 6),
    yticks: ticks(0, 0.5, 1),
    xlabel: "z",
    ylabel: "σ(z)",
  });
  const tanh = d.axes(370, 490, 230, 160, [-6, 6], [-1, 1], {
    xticks: ticks(-6, 0, 6),
    yticks: ticks(-1, 0, 1),
    xlabel: "z, or C",
    ylabel: "tanh(z), and tanh(C)",
  });
  d.curve(sigma, xs.map(SQUASH["σ"]), "x", { xs, width: 1.5 });
  d.curve(tanh, xs.map(SQUASH.tanh), "x", { xs, width: 1.5 });
  for (const [name, axes, at, value] of [
    ["f", sigma, z.f, f],
    ["i", sigma, z.i, i],
    ["o", sigma, z.o, o],
    ["g", tanh, z.g, g],
    ["C", tanh, C, Math.tanh(C)],
  ]) {
    const [x, y] = [axes.x(at), axes.y(value)];
    const [dx, dy] = MARKS[name];
    d.dot(x, y, name, { part: `dot-${name}` });
    d.text(x + dx, y + dy, GATES[name]?.symbol ?? name, { look: name, bold: true, size: 15, part: `mark-${name}` });
  }
}

/** C and h, step by step. */
function history(d, path) {
  const last = Math.max(20, path.length - 1);
  const size = niceLimit(Math.max(...path.flat().map(Math.abs)));
  const axes = d.axes(680, 490, 220, 160, [0, last], [-size, size], {
    xticks: ticks(0, last / 2, last),
    yticks: ticks(-size, 0, size),
    xlabel: "steps",
    ylabel: "C and h, step by step",
    part: "path",
  });
  for (const [name, column] of Object.entries({ C: 1, h: 0 })) {
    const values = path.map((pair) => pair[column]);
    d.curve(axes, values, name, { part: `path-${name}` });
    d.dot(axes.x(path.length - 1), axes.y(values.at(-1)), name, { part: `end-${name}` });
  }
}

function described(state, step) {
  const [x, c0, c, h] = [state.x, state.C, step.C, step.h].map((value) => formatNumber(value));
  const [f, i, g, o] = Object.keys(GATES).map((gate) => formatNumber(step[gate]));
  const words =
    "The LSTM cell. The cell state C runs along the top from left to right: it is multiplied by the forget gate f, " +
    "then the input gate i times the candidate C̃ is added. The hidden state h and the input x come in below and feed " +
    "all four. The output gate o times tanh of the new C is the new hidden state. " +
    `Here x is ${x} and C goes from ${c0} to ${c}: ${f} of it is kept and ${i} of ${g} is written; ${o} of its tanh ` +
    `is shown, h = ${h}. Below, the same numbers on the curves of σ and tanh: f = ${f}, i = ${i}, C̃ = ${g}, o = ${o}.`;
  if (!state.path.length) return words;
  const [start, end] = [state.path[0], state.path.at(-1)].map(([, C]) => formatNumber(C));
  return `${words} After ${state.path.length - 1} steps C went from ${start} to ${end}.`;
}

function render({ model, el }) {
  const page = live(model, el, scene);
  const { root } = page;
  const begin = (values) => put(model, { ...values, path: [] });
  const presets = Object.entries(page.state().presets).map(([name, [words, values]]) => {
    return { words, values, element: button(name, () => begin(values)) };
  });
  const said = make("p"); // always a line, so that nothing jumps
  root.prepend(row(root, ...presets.map(({ element }) => element)), said);

  const control = (name, label, words, end, more) =>
    slider(model, name, { label, words, min: -end, max: end, ...more });
  row(
    root,
    control("x", "xₜ", "input x", 3),
    control("h", "hₜ₋₁", "hidden state h before the step", 1, { change: begin }),
    control("C", "Cₜ₋₁", "cell state C before the step", 3, { change: begin }),
  );
  const gates = Object.entries(GATES);
  const options = gates.map(([gate, { symbol }]) => [gate, [symbol, gate]]);
  row(root, choice(model, "gate", "weights of", Object.fromEntries(options)));
  const sliders = gates.flatMap(([gate, { weights, symbol }]) => {
    const more = { step: 0.1, thing: gate };
    return [
      control(`W_${weights}h`, "W · h", `${symbol}: W on h`, 8, more),
      control(`W_${weights}x`, "W · x", `${symbol}: W on x`, 8, more),
      control(`b_${weights}`, "b", `${symbol}: b bias`, 8, more),
    ];
  });
  row(root, ...sliders);
  let start = page.state();
  row(
    root,
    player({
      step() {
        const state = page.state();
        const { h, C } = cellStep(state);
        if (state.path.length < 2) start = state;
        put(model, { h, C, path: [...pathOf(state), [h, C]].slice(-1001) });
      },
      reset() {
        const { path } = page.state();
        const [h, C] = path.length ? path[0] : [start.h, start.C];
        begin({ h, C });
      },
    }),
  );
  const lines = Object.keys(formulas(start)).map((name) => make("p", { class: `formula ${name}`, "data-thing": name }));
  root.append(...lines);
  const goal = task(
    root,
    "make C keep its value for ten steps. It has to start at least 0.5 away from 0, and may move by 0.05 at most; step or play.",
  );
  const say = spoken(root);
  return page.follow((state) => {
    for (const element of sliders) element.hidden = element.dataset.thing !== state.gate;
    Object.values(formulas(state)).forEach((words, k) => {
      lines[k].textContent = words;
    });
    const chosen = presets.find(({ values }) =>
      Object.keys(values).every((name) => ["x", "h", "C"].includes(name) || values[name] === state[name]),
    );
    for (const preset of presets) preset.element.setAttribute("aria-pressed", String(preset === chosen));
    said.textContent = chosen?.words ?? "Weights of your own.";
    goal.check(...kept(state));
    const { C, h } = cellStep(state);
    say(`C is ${formatNumber(C)}, h is ${formatNumber(h)}`);
  });
}

export default { render };
