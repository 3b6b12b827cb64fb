import { Axes, niceLimit } from "./axes.js";
import { Drawing } from "./drawing.js";
import { button, choice, live, make, player, put, row, slider, spoken, task } from "./kit.js";
import { clamp, closing, formatNumber, products, sign, worth } from "./numbers.js";

const GATES = {
  f: { weights: "f", symbol: "f", words: "forget", squash: "σ" },
  i: { weights: "i", symbol: "i", words: "input", squash: "σ" },
  g: { weights: "C", symbol: "C̃", words: "candidate", squash: "tanh" },
  o: { weights: "o", symbol: "o", words: "output", squash: "σ" },
};
const SQUASH = { σ: (z) => 1 / (1 + Math.exp(-z)), tanh: Math.tanh };
// What goes into a step: as it is written, and how far its gauge and its slider reach.
const GIVEN = { x: ["xₜ", 3], h: ["hₜ₋₁", 1], C: ["Cₜ₋₁", 3] };
const THICK = 17; // lengths: the line of C where C is 1
const THICKEST = 2.5; // the C beyond which the line grows no more
const TEST = [2, ...Array(10).fill(0), -2, -2]; // the x of the task, step by step

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

/** The z of a gate whose point on the curve was at `z` and is dragged by so many z to the right, and by so much of what
 *  the gate gives up: it goes along the curve, sideways or up and down, whichever is more of the well. */
export function draggedTo({ gate }, z, right, up) {
  const { squash } = GATES[gate];
  const [low, inverse] = squash === "σ" ? [0, (v) => Math.log(v / (1 - v))] : [-1, Math.atanh];
  const from = clamp(z, -6, 6);
  if (Math.abs(right) / 12 >= Math.abs(up) / (1 - low)) return clamp(from + right, -6, 6);
  return clamp(inverse(clamp(SQUASH[squash](from) + up, low, 1)), -6, 6);
}

/** The steps of the task's test, from h = C = 0 on, with the weights of `state`. */
export function tested(state) {
  let [h, C] = [0, 0];
  return TEST.map((x) => {
    const step = cellStep({ ...state, x, h, C });
    ({ h, C } = step);
    return step;
  });
}
/** The C before these steps and after each. */
const heldBy = (steps) => [0, ...steps.map(({ C }) => C)];

/** Whether the test's first step writes, the next ten keep, the last two erase: ✓, ✗, or – while there is nothing to keep
 *  or to erase. */
function passed(C) {
  const mark = (done, before = "✓") => (before !== "✓" ? "–" : done ? "✓" : "✗");
  const written = mark(Math.abs(C[1]) >= 0.5);
  const kept = mark(
    C.slice(2, 12).every((value) => Math.abs(value - C[1]) <= 0.05),
    written,
  );
  return [written, kept, mark(Math.abs(C[13]) <= 0.1, kept)];
}

/** Whether the weights pass the task's test, and how far they are. */
export function latched(state) {
  const C = heldBy(tested(state));
  const marks = passed(C);
  const [written, kept, left] = [1, 11, 13].map((k) => formatNumber(C[k]));
  const erased = marks[2] === "–" ? "nothing to erase yet" : `${left} left ${marks[2]}`;
  const rest = marks[1] === "–" ? "nothing to keep yet" : `${kept} kept ${marks[1]}, ${erased}`;
  return [marks[2] === "✓", `Now: ${written} written ${marks[0]}, ${rest}.`];
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

// -- The picture -----------------------------------------------------------------------------------------------------

const [LINE, JOIN, CARD, WELL, BUS] = [68, 130, 158, 200, 320]; // heights: C, i · C̃, the cards, their wells, h and x
const DEEP = 78; // of a well
// Where the cards stand, and what else differs between the two widths.
const WIDE = {
  width: 900,
  height: 524,
  card: 120,
  middle: { f: 210, i: 348, g: 482, o: 624, C: 764 },
  input: 150,
  gauge: 116,
  legend: [400, BUS + 38],
  size: 17,
  panels: [
    [48, 402, 372, 96],
    [506, 402, 372, 66],
  ],
};
const NARROW = {
  width: 420,
  height: 694,
  card: 78,
  middle: { f: 42, i: 126, g: 210, o: 294, C: 378 },
  input: 112,
  gauge: 92,
  legend: [236, BUS + 48],
  size: 13,
  panels: [
    [38, 402, 358, 90],
    [38, 548, 372, 90],
  ],
};

/** The cell with its numbers: C as a line whose width is |C|, the gates as wells filled to their values, each with its
 *  curve; below, C and h by steps, and the task's test. */
export function scene(state, narrow = false) {
  const step = cellStep(state);
  const place = narrow ? NARROW : WIDE;
  const d = new Drawing(place.width, place.height, "The cell, one step");
  line(d, state, step, place);
  inputs(d, state, place);
  for (const gate of Object.keys(GATES)) card(d, gate, step, place, gate === state.gate);
  output(d, step, place);
  history(d, pathOf(state), place.panels[0]);
  test(d, tested(state), place.panels[1]);
  d.description = described(state, step);
  return d;
}

const thickness = (value) => Math.min(Math.abs(value), THICKEST) * THICK;

/** A piece of a line between two corners, along x or y, as wide as `value` is large; a negative one has signs in it. */
function piece(d, [left, top, right, bottom], value, part, given = {}) {
  const thick = thickness(value);
  const [across, along] = [right - left, bottom - top];
  const flat = across > along;
  const [width, height] = flat ? [across, thick] : [thick, along];
  const [x, y] = flat ? [left, top - thick / 2] : [left - thick / 2, top];
  d.frame(x, y - 1, x + width, y + height + 1, "C", { part, radius: 0, width: 1.5, more: given });
  const more = { "pointer-events": "none", ...given };
  const fill = { x, y, width, height, class: value < 0 ? "minus" : "plus" };
  d.add("rect", fill, { part: `${part}-fill`, more });
  if (Math.abs(value) > THICKEST) {
    const words = across > 130 ? "↕ wider than drawn" : "↕";
    d.text(left + across / 2, top - 11, words, { size: 13, look: "page", part: `${part}-wider`, more });
  }
  const signs = flat ? `M ${left + 8} ${top} h ${across - 16}` : `M ${left} ${top + 4} v ${along - 8}`;
  if (!(value < 0 && thick > 4)) return;
  const dashes = { class: "sign", d: signs, "stroke-width": 2, "stroke-dasharray": flat ? "7 9" : "2 5" };
  d.add("path", dashes, { part: `${part}-signs`, more });
}

/** C from left to right: f narrows it, i · C̃ joins it. */
function line(d, state, step, { width, middle, gauge, size }) {
  const join = (middle.i + middle.g) / 2;
  const [kept, written] = [step.f * state.C, step.i * step.g];
  const far = width - 24;
  const arriving = { style: `--from: ${far - middle.f}px` }; // what a step hands on comes from the right (kit.css)
  piece(d, [4, LINE, middle.f, LINE], state.C, "line-before", arriving);
  piece(d, [middle.f, LINE, join, LINE], kept, "line-kept");
  piece(d, [join, LINE, far, LINE], step.C, "line-after");
  piece(d, [join, LINE, join, JOIN], written, "line-written");
  d.add("polygon", { class: "C", points: `${far},${LINE - 14} ${far + 20},${LINE} ${far},${LINE + 14}` });
  // f is a valve: its jaws leave as much of the line as f keeps.
  d.arrow([middle.f, CARD, middle.f, LINE + 26], { look: "f", head: false });
  const half = Math.max(thickness(kept), 8 * step.f) / 2;
  d.bar(middle.f - 6, LINE - 26, 12, 26 - half, "f", { part: "valve-above" });
  d.bar(middle.f - 6, LINE + half, 12, 26 - half, "f", { part: "valve-below" });
  d.handle(middle.f - 14, LINE - 29, middle.f + 14, LINE + 29, "bias f", "f", { part: "touch-valve" });
  d.text(middle.f + 17, LINE + 34, "×", { size: 18 });
  d.arrow([middle.i, CARD, middle.i, JOIN, join - 17, JOIN], { look: "i" });
  d.arrow([middle.g, CARD, middle.g, JOIN, join + 17, JOIN], { look: "g" });
  d.node(join, JOIN, "×");
  d.node(join, LINE, "+");
  const say = (x, y, words, value, more) => d.text(x, y, `${words} = ${formatNumber(value)}`, { size, ...more });
  say(8, 16, GIVEN.C[0], state.C, { look: "C", bold: true, anchor: "start", part: "c0" });
  say((middle.f + join) / 2 + (gauge > 100 ? 0 : 66), 16, "f · Cₜ₋₁", kept, { part: "kept" });
  say(join + 20, LINE + 34, "i · C̃", written, { part: "written", anchor: "start" });
  say(width - 4, 16, "Cₜ", step.C, { look: "C", bold: true, anchor: "end", part: "c" });
}

/** h and x come in below and go to all four gates; they and C have gauges to be dragged. */
function inputs(d, state, { middle, input, gauge, size, legend: [left, below] }) {
  d.arrow([4, BUS, middle.o, BUS], { look: "h", head: false });
  d.arrow([input, BUS + 54, input, BUS + 1], { look: "x" });
  d.text((middle.f + middle.i) / 2, BUS - 13, "[h, x]", { size: Math.min(size, 15) });
  for (const [name, x, y, part] of [
    ["h", 8, BUS + 44, "h0"],
    ["x", input + 10, BUS + 44, "x"],
    ["C", 8, 37],
  ]) {
    const [symbol, end] = GIVEN[name];
    const scale = new Axes(x, y, gauge, 0, [-end, end], [0, 1]);
    d.scales[`given-${name}`] = scale;
    d.add("path", { class: "axes", d: `M ${x} ${y} h ${gauge} M ${x + gauge / 2} ${y - 5} v 10`, "stroke-width": 2 });
    d.dot(scale.x(state[name]), y, name, { radius: 7, part: `gauge-${name}` });
    d.handle(x - 6, y - 13, x + gauge + 6, y + 13, `given ${name}`, name);
    if (name === "C") continue; // its words stand above the line
    const words = `${symbol} = ${formatNumber(state[name])}`;
    d.text(x, y - 24, words, { look: name, bold: true, size, anchor: "start", part });
  }
  // What the line's width and colour mean.
  d.text(left, below, "width |C|:", { size: 13, anchor: "start" });
  for (const [at, value] of [
    [74, 1],
    [130, -1],
  ]) {
    piece(d, [left + at, below, left + at + 28, below], value, `legend-${at}`);
    d.text(left + at + 33, below, formatNumber(value, 0), { size: 13, anchor: "start" });
  }
}

/** A gate, or tanh of C: a well that is filled to the value, and in it the curve with the point of this step. */
function well(d, name, symbol, words, squash, z, value, { middle, card, size }, chosen = false) {
  const [left, right] = [middle[name] - card / 2, middle[name] + card / 2];
  const low = squash === "σ" ? 0 : -1;
  d.frame(left, CARD, right, WELL + DEEP + 8, name, { radius: 8, width: chosen ? 5 : 2, part: name });
  const first = `${symbol}${formatNumber(value)}`;
  d.text(middle[name], CARD + 14, first, { bold: card > 100, size, part: `${name}-words` });
  d.text(middle[name], CARD + 32, words, { size: 13, part: `${name}-words-1` });
  const scale = new Axes(left + 8, WELL, card - 16, DEEP, [-6, 6], [low, 1]);
  d.scales[name] = scale;
  d.add("rect", { class: "page", x: left + 8, y: WELL, width: card - 16, height: DEEP }, { part: `${name}-well` });
  const [top, bottom] = [scale.y(Math.max(value, 0)), scale.y(Math.min(value, 0))];
  const more = { "fill-opacity": 0.45 };
  d.bar(left + 8, top, card - 16, bottom - top, name, { part: `${name}-fill`, more });
  d.add("path", { class: "axes", d: `M ${left + 8} ${scale.y(0)} h ${card - 16}`, "stroke-width": 1 });
  const xs = Array.from({ length: 49 }, (_, k) => -6 + k / 4);
  d.curve(scale, xs.map(SQUASH[squash]), "line", { xs, width: 1.5 });
  d.dot(scale.x(z), scale.y(value), name, { radius: 6.5, part: `dot-${name}` });
}

function card(d, gate, step, place, chosen) {
  const { symbol, words, squash } = GATES[gate];
  const { middle, card, width } = place;
  const t = width > 500 ? "ₜ" : "";
  const [x, half] = [middle[gate], card / 2];
  d.arrow([x, BUS, x, WELL + DEEP + 10], { look: "h" });
  well(d, gate, `${symbol}${t} = `, t ? `${words}, ${squash}` : words, squash, step.z[gate], step[gate], place, chosen);
  const more = { class: "card" }; // not a handle: it is pressed, not dragged
  d.handle(x - half, CARD, x + half, WELL + DEEP + 8, `gate ${gate}`, gate, { part: `touch-${gate}`, more });
  const [cx, cy] = [d.scales[gate].x(step.z[gate]), d.scales[gate].y(step[gate])];
  d.handle(cx - 15, cy - 15, cx + 15, cy + 15, `bias ${gate}`, gate);
}

/** The output gate shows a part of tanh(C). */
function output(d, step, place) {
  const { middle, card, width, size } = place;
  const between = (middle.o + middle.C) / 2;
  d.arrow([middle.C, LINE + thickness(step.C) / 2, middle.C, CARD - 2], { look: "C" });
  well(d, "C", "", "tanh(Cₜ)", "tanh", step.C, Math.tanh(step.C), place);
  d.arrow([middle.C, WELL + DEEP + 9, middle.C, BUS - 16]);
  d.arrow([middle.o + card / 2, WELL + DEEP / 2, between, WELL + DEEP / 2, between, BUS, middle.C - 17, BUS], {
    look: "o",
  });
  d.arrow([middle.C + 15, BUS, width - 4, BUS], { look: "h" });
  d.node(middle.C, BUS, "×");
  const words = `hₜ = ${formatNumber(step.h)}`;
  d.text(width - 4, BUS + 24, words, { look: "h", bold: true, size, anchor: "end", part: "h" });
}

/** C and h, step by step. */
function history(d, path, [left, top, width, height]) {
  const last = Math.max(20, path.length - 1);
  const size = niceLimit(Math.max(...path.flat().map(Math.abs)));
  const axes = d.axes(left, top, width, height, [0, last], [-size, size], {
    xticks: ticks(0, Math.floor(last / 2), last),
    yticks: ticks(-size, 0, size),
    grid: true,
    ylabel: "C and h, step by step; h or C set by hand begins anew",
    part: "path",
  });
  if (path.length < 2) d.text(left + width / 2, top + height / 4, "Step or Play draws their way", { size: 13 });
  const [h, C] = path.at(-1).map((value) => axes.y(value));
  const gap = clamp(Math.abs(h - C), 14, height - 18); // their names lie neither on each other nor on the frame
  const middle = clamp((h + C) / 2, top + 9 + gap / 2, top + height - 9 - gap / 2);
  for (const [name, column, y, side] of [
    ["C", 1, C, C <= h ? -1 : 1],
    ["h", 0, h, C <= h ? 1 : -1],
  ]) {
    const values = path.map((pair) => pair[column]);
    d.curve(axes, values, name, { part: `path-${name}` });
    const x = axes.x(path.length - 1);
    d.dot(x, y, name, { part: `end-${name}` });
    const words = { size: 14, bold: true, look: name, anchor: "start", part: `end-${name}-name` };
    d.text(x + 9, middle + (side * gap) / 2, name, words);
  }
}

/** The task's test: C from 0 on, and the frames that it has to stay in; below, f and i meanwhile. */
function test(d, steps, [left, top, width, height]) {
  const C = heldBy(steps);
  const size = niceLimit(Math.max(...C.map(Math.abs)));
  const marks = passed(C);
  const ways = [
    [1, "x = 2", 0, 1],
    [6.5, "ten times x = 0", 1, 11],
    [12.3, "twice x = −2", 11, 13],
  ];
  const axes = d.axes(left, top, width, height, [0, 14], [-size, size], {
    xticks: ways.map(([at, words], k) => [at, `${marks[k]} ${words}`]),
    yticks: ticks(-size, 0, size),
    grid: true,
    ylabel: "Task: from 0 on, C has to pass the frames",
    part: "test",
  });
  const frame = (from, low, to, high) =>
    d.frame(axes.x(from), axes.y(high), axes.x(to), axes.y(low), null, { width: 1.5 });
  frame(0.6, 0.5, 1.4, size);
  frame(0.6, -size, 1.4, -0.5);
  frame(1.6, C[1] - 0.05, 11.4, C[1] + 0.05);
  frame(12.6, -0.1, 13.4, 0.1);
  d.curve(axes, C, "C", { part: "test-C" });
  for (const [gate, y] of [
    ["f", top + height + 32],
    ["i", top + height + 48],
  ]) {
    d.text(left - 9, y, gate, { size: 14, look: gate, anchor: "end" });
    ways.forEach(([at, , from, to], k) => {
      const values = steps.slice(from, to).map((step) => step[gate]);
      const ends = new Set([Math.min, Math.max].map((end) => formatNumber(end(...values))));
      d.text(axes.x(at), y, [...ends].join(" to "), { size: 13, look: gate, part: `test-${gate}-${k}` });
    });
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
    "is shown, " +
    `h = ${h}. The line of C is as wide as C is large, each gate is filled to its value: f = ${f}, i = ${i}, C̃ = ${g}, ` +
    `o = ${o}, and has its curve of σ or tanh with the point of this step.`;
  if (!state.path.length) return words;
  const [start, end] = [state.path[0], state.path.at(-1)].map(([, C]) => formatNumber(C));
  return `${words} After ${state.path.length - 1} steps C went from ${start} to ${end}.`;
}

// -- The page --------------------------------------------------------------------------------------------------------

function render({ model, el }) {
  const page = live(model, el, scene);
  const begin = (values) => put(model, { ...values, path: [] });
  const presets = Object.entries(page.state().presets).map(([name, [words, values]]) => {
    return { words, values, element: button(name, () => begin(values)) };
  });
  const elements = presets.map(({ element }) => element);
  /** The preset whose weights these are. */
  const chosen = (state) =>
    presets.find(({ values }) =>
      Object.keys(values).every((name) => !/^[Wb]_/.test(name) || values[name] === state[name]),
    );
  row(page.top, make("fieldset", {}, make("legend", {}, "Replace all numbers:"), ...elements));
  const said = make("p"); // always a line, so that nothing jumps
  page.top.append(said);
  const time = player({
    step() {
      const state = page.state();
      const { h, C } = cellStep(state);
      put(model, { h, C, path: [...pathOf(state), [h, C]].slice(-1001) });
    },
    reset() {
      const state = page.state();
      const begun = chosen(state)?.values ?? state;
      const [h, C] = state.path[0] ?? [begun.h, begun.C];
      begin({ h, C });
    },
    home: "h and C before the first step; x and the weights stay",
  });
  const control = (name, label, words, end, more) =>
    slider(model, name, { label, words, min: -end, max: end, ...more });
  const given = {
    x: control("x", "xₜ", "input x", 3),
    h: control("h", "hₜ₋₁", "hidden state h before the step", 1, { change: begin }),
    C: control("C", "Cₜ₋₁", "cell state C before the step", 3, { change: begin }),
  };
  const gates = Object.entries(GATES);
  const options = gates.map(([gate, { symbol }]) => [gate, [symbol, gate]]);
  const gate = choice(model, "gate", "Gate", Object.fromEntries(options));
  const biases = {};
  const sliders = gates.flatMap(([gate, { weights, symbol }]) => {
    const more = { step: 0.1, thing: gate };
    biases[gate] = control(`b_${weights}`, "b ●", `${symbol}: b bias`, 12, more);
    return [
      control(`W_${weights}h`, "W · h", `${symbol}: W on h`, 12, more),
      control(`W_${weights}x`, "W · x", `${symbol}: W on x`, 12, more),
      biases[gate],
    ];
  });
  row(page.side, time, ...Object.values(given), gate, ...sliders).classList.add("halves");
  const words =
    "find weights that make a memory: from C = 0, one step of x = 2 writes it (|C| ≥ 0.5), ten of x = 0 keep it " +
    "(within 0.05), two of x = −2 erase it (|C| ≤ 0.1).";
  const goal = task(page.side, words.replaceAll(" = ", "\u00a0=\u00a0"));
  const choose = () => {
    for (const element of sliders) element.hidden = element.dataset.thing !== model.get("gate");
  };
  model.on("change:gate", choose); // at once, so that what was touched can take the focus
  choose();

  const lines = Object.keys(formulas(page.state())).map((name) =>
    make("p", { class: `formula ${name}`, "data-thing": name }),
  );
  const hint =
    "In the picture, drag a gauge (C, h, x), the dot ● on a gate's curve (its bias b) or the valve on the line of C " +
    "(b of f); click a gate for its weights.";
  page.below.append(...lines, make("p", {}, hint));
  const say = spoken(page.below);

  const set = (name, [x]) => {
    const value = clamp(page.drawing.scales[`given-${name}`].fromX(x), -GIVEN[name][1], GIVEN[name][1]);
    return { [name]: Number(value.toFixed(2)), ...(name !== "x" && { path: [] }) };
  };
  page.touch({
    gate: { press: (at) => ({ gate: at }), control: () => gate },
    given: { press: set, drag: set, control: (name) => given[name] },
    bias: {
      press: (at) => ({ gate: at }),
      drag(at, [x, y], { place, state }) {
        const [scale, z] = [page.drawing.scales[at], cellStep(state).z[at]];
        const [right, up] = [scale.fromX(x) - scale.fromX(place[0]), scale.fromY(y) - scale.fromY(place[1])];
        const name = `b_${GATES[at].weights}`;
        return { [name]: Number((state[name] + draggedTo({ gate: at }, z, right, up) - z).toFixed(2)) };
      },
      control: (at) => biases[at],
    },
  });

  return page.follow((state) => {
    for (const [name, words] of Object.entries(formulas(state))) {
      const element = lines.find(({ dataset }) => dataset.thing === name);
      element.textContent = words;
      element.hidden = ![state.gate, state.gate === "o" ? "h" : "C"].includes(name);
    }
    const now = chosen(state);
    for (const preset of presets) preset.element.setAttribute("aria-pressed", String(preset === now));
    said.textContent = now?.words ?? "Weights of your own.";
    goal.check(...latched(state));
    const { C, h } = cellStep(state);
    say(`C is ${formatNumber(C)}, h is ${formatNumber(h)}`);
  });
}

export default { render };
