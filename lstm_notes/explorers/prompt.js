import { Drawing } from "./drawing.js";
import { button, live, make, player, put, row, slider, spoken, task } from "./kit.js";
import { step } from "./lstm.js";
import { clamp, floats, formatNumber, mean } from "./numbers.js";
import { Order, seeded } from "./run.js";

const [LIKELY, TRACE] = [10, 80]; // bars; letters of the trace
const CLEAR = 0.4; // of h, on average, in the task
const STRONGEST = 0.5; // of a colour behind a letter, which is to be read
// Where things are: of the text its upper left corner, columns, rows, and a letter's width, height and size; of the bars
// the left end of them, the top, their width and the height of a row; of the trace left, top, width, height of its axes.
const WIDE = {
  width: 900,
  height: 530,
  text: { left: 20, top: 44, columns: 80, rows: 8, wide: 10.75, high: 24, size: 17 },
  key: [510, 18],
  bars: [96, 290, 250, 21],
  trace: [470, 290, 410, 166],
};
const NARROW = {
  width: 420,
  height: 790,
  text: { left: 8, top: 70, columns: 48, rows: 10, wide: 8.4, high: 20, size: 13 },
  key: [8, 50],
  bars: [84, 326, 260, 20],
  trace: [40, 600, 370, 136],
};

// -- The network -----------------------------------------------------------------------------------------------------

/** The recorded network, in float64, as text/model.py has it: `vector` holds the rows of the embedding, the LSTM, the
 *  head's kernel (units, letters) and its bias. It keeps h and C after each letter of the text that it has read last. */
export class Reader {
  constructor(vector, { units, size, alphabet }) {
    const all = Float64Array.from(vector);
    const columns = units + size + 1;
    let first = 0;
    const next = (length) => all.subarray(first, (first += length));
    Object.assign(this, { units, size, columns, alphabet, text: "" });
    this.embedding = next(alphabet.length * size);
    this.W = next(4 * units * columns);
    this.head = next(units * alphabet.length);
    this.bias = next(alphabet.length);
    [this.h, this.c] = [[new Float64Array(units)], [new Float64Array(units)]]; // before the first letter
  }

  /** Read a text: h[k + 1] and c[k + 1] are those after its letter k. What begins as the last one goes on from there. */
  read(text) {
    const { units, size, columns, alphabet, embedding, W, h, c } = this;
    let same = 0;
    while (same < text.length && text[same] === this.text[same]) same++;
    this.text = text;
    h.length = c.length = same + 1;
    for (const letter of text.slice(same)) {
      const number = alphabet.indexOf(letter);
      if (number < 0) throw new Error(`the network has no ${letter}`);
      const x = new Float64Array(columns).fill(1);
      x.set(h.at(-1));
      x.set(embedding.subarray(number * size, (number + 1) * size), units);
      const [hx, cells, gates, tanh_c] = [units, units, 4 * units, units].map((length) => new Float64Array(length));
      step({ W, units, columns, hx: [x, hx], c: [c.at(-1), cells], gates: [gates], tanh_c: [tanh_c] }, 0, 1);
      h.push(hx);
      c.push(cells);
    }
    return this;
  }

  /** A number for each letter that may come after the text. */
  logits() {
    const { units, head, bias, h } = this;
    const logits = Float64Array.from(bias);
    const last = h.at(-1);
    for (let k = 0, w = 0; k < units; k++) {
      for (let n = 0; n < logits.length; n++, w++) logits[n] += last[k] * head[w];
    }
    return logits;
  }

  /** A state with what is read in it, as _state in prompt.py has it: h of the unit after each letter, and the logits. */
  shows(state) {
    this.read(state.prompt + state.written);
    const h = this.h.slice(1).map((each) => each[state.unit]);
    return { ...state, read: { h, logits: Array.from(this.logits()) } };
  }

  /** The next letter, as `write` in text/writing.py draws it: a number of the seed's generator for each. */
  next({ prompt, written, temperature, seed }) {
    const order = new Order(seeded(seed));
    for (let k = 0; k < written.length; k++) order.uniform();
    const shares = temperatureShares(this.read(prompt + written).logits(), temperature);
    return this.alphabet[placeOf(shares, order.uniform())];
  }
}

/** softmax(logits / temperature); at 0 the likeliest has all. */
export function temperatureShares(logits, temperature) {
  const largest = logits.reduce((most, each) => Math.max(most, each));
  if (temperature === 0) {
    const likeliest = logits.indexOf(largest);
    return logits.map((_, n) => Number(n === likeliest));
  }
  const sizes = logits.map((each) => Math.exp((each - largest) / temperature));
  const sum = sizes.reduce((all, each) => all + each);
  return sizes.map((each) => each / sum);
}

/** The place at which the running sum of the shares passes `drawn`, a number from 0 up to 1. */
function placeOf(shares, drawn) {
  let sum = 0;
  let last = 0;
  for (let n = 0; n < shares.length; n++) {
    sum += shares[n];
    if (sum > drawn) return n;
    if (shares[n]) last = n;
  }
  return last;
}

// -- What is shown, and its words ------------------------------------------------------------------------------------

const NAMES = { " ": "space", "\n": "line end" };
const named = (letter) => NAMES[letter] ?? letter;

const lettersInWords = (count) => (count === 1 ? "1 letter" : `${count} letters`);

/** The state with the text, h of the unit after each of its letters, and the shares of what may come, likeliest first. */
function shown(state) {
  const { prompt, written, temperature, fixed, read } = state;
  const { h: values, logits } = read;
  const shares = temperatureShares(logits, temperature);
  const order = shares.map((_, n) => n).sort((one, other) => logits[other] - logits[one]);
  const likely = order.slice(0, LIKELY).map((n) => [fixed.alphabet[n], shares[n]]);
  const rest = order.slice(LIKELY).reduce((sum, n) => sum + shares[n], 0);
  return { ...state, text: prompt + written, values, likely, rest, others: order.length - LIKELY };
}

const settingsInWords = ({ temperature, seed, written }) =>
  `temperature ${formatNumber(temperature)}, seed ${seed}: ${lettersInWords(written.length)} written`;

function describe({ prompt, written, unit, values, likely, rest, others, ...now }) {
  const [low, high] = [Math.min(...values), Math.max(...values)].map((value) => formatNumber(value));
  return (
    `What a network of letters writes at ${settingsInWords({ written, ...now })}. The prompt: ${JSON.stringify(prompt)}. ` +
    (written && `Written after it: ${JSON.stringify(written)}. `) +
    `Behind each letter, in colour, h of unit ${unit}, from ${low} to ${high}, ${formatNumber(values.at(-1))} at the last; ` +
    `below, its trace. Likeliest next: ` +
    likely.map(([letter, share]) => `${named(letter)} ${formatNumber(share)}`).join(", ") +
    `; the other ${others} together ${formatNumber(rest)}.`
  );
}

// -- The picture -----------------------------------------------------------------------------------------------------

/** Prompt and written text in the unit's colours, the shares of what may come next, and the unit's last values. */
export function scene(state, narrow = false) {
  const now = shown(state);
  const places = narrow ? NARROW : WIDE;
  const d = new Drawing(places.width, places.height, "A prompt, and what is written after it");
  const left = places.text.left;
  const title = { size: narrow ? 15 : 17, bold: true, anchor: "start", part: "settings" };
  d.text(left, 18, settingsInWords(now), title);
  key(d, now, places.key);
  theText(d, now, places.text);
  bars(d, now, places.bars);
  trace(d, now, places.trace);
  d.description = describe(now);
  return d;
}

/** What stands behind a letter: a cell whose colour is the sign of h, its strength the size. */
function behind(d, [x, y, wide, high], value, named) {
  const cell = { x: x.toFixed(2), y, width: wide, height: high };
  const strength = { "fill-opacity": (STRONGEST * Math.abs(value)).toFixed(3) };
  d.add("rect", { class: value < 0 ? "minus" : "plus", ...cell, ...strength }, named);
}

/** The colours from −1 to 1, and whose they are. */
function key(d, { unit }, [x, y]) {
  d.text(x, y, "−1", { size: 13, anchor: "start" });
  [-1, -0.5, 0, 0.5, 1].forEach((value, k) => behind(d, [x + 22 + 14 * k, y - 8, 14, 16], value));
  d.text(x + 97, y, "1", { size: 13, anchor: "start" });
  d.text(x + 120, y, `behind each letter: h of unit ${unit}`, { size: 14, look: "h", anchor: "start", part: "unit" });
}

/** A text as lines [begin, end] of at most so many letters, broken where it says so and else between words. */
function linesOf(text, columns) {
  const lines = [];
  for (let begin = 0; begin < text.length;) {
    let end = text.indexOf("\n", begin) + 1 || text.length;
    if (end - begin > columns) {
      const space = text.lastIndexOf(" ", begin + columns - 1);
      end = space > begin ? space + 1 : begin + columns;
    }
    lines.push([begin, end]);
    begin = end;
  }
  return lines;
}

/** The last lines of the text. The prompt is bold; each letter has a cell of its own, whatever the font. */
function theText(d, { prompt, text, values }, { left, top, columns, rows, wide, high, size }) {
  linesOf(text, columns)
    .slice(-rows)
    .forEach(([begin, end], line) => {
      const y = top + high * line;
      for (let k = begin; k < end; k++) {
        const says = `${named(text[k])}: h ${formatNumber(values[k])}`;
        const place = [left + wide * (k - begin), y, wide, high - 3];
        behind(d, place, values[k], { part: `letter-${k}`, more: { "data-says": says } });
      }
      const border = clamp(prompt.length, begin, end);
      const look = {
        y: y + high / 2 - 1.5 + 0.36 * size,
        "font-size": size,
        "font-family": "DejaVu Sans Mono, monospace",
      };
      [
        ["prompt", begin, border, { "font-weight": "bold" }],
        ["written", border, end, {}],
      ].forEach(([name, from, to, more]) => {
        if (from === to) return;
        // Spaces that do not collapse, a line's end that is seen.
        const words = text.slice(from, to).replaceAll(" ", "\u00a0").replace("\n", "↵");
        const x = Array.from(words, (_, k) => (left + wide * (from - begin + k + 0.5)).toFixed(2)).join(" ");
        const given = { class: "ink", x, ...look, ...more, "text-anchor": "middle", "pointer-events": "none" };
        d.add("text", given, { part: `${name}-${line}` }, words);
      });
    });
}

function bars(d, { likely, rest, others, temperature }, [left, top, width, high]) {
  const words = `likeliest next letters at temperature ${formatNumber(temperature)}`;
  d.text(left - 76, top - 26, words, { size: 15, bold: true, anchor: "start", part: "bars" });
  likely.forEach(([letter, share], k) => {
    const y = top + high * k;
    d.text(left - 8, y + high / 2, named(letter), { size: 14, anchor: "end", part: `likely-${k}` });
    d.bar(left, y + 2, width * share, high - 4, "LSTM", { part: `bar-${k}` });
    d.text(left + width * share + 6, y + high / 2, formatNumber(share), {
      size: 13,
      anchor: "start",
      part: `share-${k}`,
    });
  });
  d.arrow([left, top - 2, left, top + high * likely.length + 2], { head: false, width: 1 });
  const y = top + high * (likely.length + 0.5);
  d.text(left + 6, y, `the other ${others} together ${formatNumber(rest)}`, {
    size: 13,
    anchor: "start",
    part: "rest",
  });
}

function trace(d, { values, unit, written }, [left, top, width, height]) {
  const last = values.slice(-TRACE);
  const from = 1 - last.length;
  d.text(left - 30, top - 26, `h of unit ${unit} over the last ${lettersInWords(TRACE)}`, {
    size: 15,
    bold: true,
    anchor: "start",
    part: "trace-words",
  });
  const ticks = (places) => places.map((value) => [value, String(value).replace("-", "−")]);
  const axes = d.axes(left, top, width, height, [1 - TRACE, 0], [-1, 1], {
    xticks: ticks([-75, -50, -25, 0]),
    yticks: ticks([-1, 0, 1]),
    grid: true,
    xlabel: "letters, counted back from the last",
    part: "trace",
  });
  if (written.length < last.length) {
    const x = axes.x(0.5 - written.length);
    d.arrow([x, top, x, top + height], { head: false, dashed: true, width: 1, part: "border" });
    d.text(x, top - 9, "prompt ends", {
      size: 13,
      anchor: x > left + width / 2 ? "end" : "start",
      part: "border-words",
    });
  }
  const solid = { style: "stroke-dasharray: none" }; // it is alone, and turns often
  d.curve(axes, last, "h", { from, dot: true, width: 1.8, part: "h", more: solid });
}

// -- The task --------------------------------------------------------------------------------------------------------

/** Of each letter whether a quotation is open after it, as `features` in text/units.py has it. */
export function quoted(text) {
  let open = false;
  return Array.from(text, (letter, k) => {
    if (letter === "\n" && text[k - 1] === "\n") open = false;
    if (letter === '"') open = !open;
    return open;
  });
}

/** Whether a quotation that the prompt opens was closed, and h of the unit is clear of 0 in quotations, and outside on the
 *  other side. */
export function closes(state) {
  const { prompt, text, values, unit } = shown(state);
  const open = quoted(text);
  if (!open[prompt.length - 1]) return [false, "None is open at the prompt’s end."];
  if (!open.some((now, k) => k >= prompt.length && !now && text[k] === '"')) return [false, "It is not closed yet."];
  const [inside, outside] = [true, false].map((side) => mean(values.filter((_, k) => open[k] === side)));
  const words = `Unit ${unit}: h ${formatNumber(inside)} inside, ${formatNumber(outside)} outside, on average.`;
  return [inside * outside < 0 && Math.min(Math.abs(inside), Math.abs(outside)) > CLEAR, words];
}

// -- The explorer ----------------------------------------------------------------------------------------------------

/** What is wrong with a prompt, in a sentence; nothing where it can be read. */
export function refused(prompt, { alphabet, longest }) {
  const letters = Array.from(prompt);
  const place = letters.findIndex((letter) => !alphabet.includes(letter));
  if (!prompt) return "The prompt is empty: one letter at least is needed to go on from.";
  if (place >= 0)
    return `The network has no “${letters[place]}”, letter ${place + 1}: it knows those of a plain keyboard.`;
  if (letters.length > longest) return `The prompt has ${letters.length} letters: at most ${longest} are possible.`;
  return "";
}

const HINT = "Another prompt starts anew.";

function render({ model, el }) {
  const fixed = model.get("fixed");
  const reader = new Reader(floats(model.get("_network")), fixed);
  const page = live(model, el, (state, narrow) => scene(reader.shows(state), narrow));
  const written = () => model.get("written");
  const time = player({
    step() {
      if (written().length >= fixed.most) return null;
      put(model, { written: written() + reader.next(page.state()) });
      return written().length < fixed.most;
    },
    reset: () => put(model, { written: "" }),
    home: "the prompt",
    wait: 150,
  });

  const field = make("textarea", { rows: 2, spellcheck: "false", autocapitalize: "off", "aria-label": "prompt" });
  const said = make("p", { role: "status" }, HINT);
  const say = (words) => {
    said.textContent = words || HINT;
    said.classList.toggle("wrong", words !== "");
    field.setAttribute("aria-invalid", words !== "");
  };
  const show = () => {
    if (field.value !== model.get("prompt")) field.value = model.get("prompt");
    say("");
  };
  field.addEventListener("input", () => {
    const prompt = field.value;
    const words = refused(prompt, fixed);
    say(words);
    if (words) return;
    time.stop();
    put(model, { prompt, written: "" });
  });
  model.on("change:prompt", show);
  show();
  page.top.append(make("label", { class: "prompt" }, make("span", { class: "name" }, "prompt"), field));
  row(page.top, time, said);

  const temperature = slider(model, "temperature", {
    label: "temperature",
    words: "temperature, 0 writes the likeliest letter",
    min: 0,
    max: fixed.hottest,
    step: 0.05,
    thing: "LSTM",
    change: ({ temperature: T }) => put(model, { temperature: clamp(T, 0, fixed.hottest) }),
  });
  const unit = slider(model, "unit", {
    label: "unit",
    words: "unit of the LSTM, counted from 0",
    min: 0,
    max: fixed.units - 1,
    step: 1,
    thing: "h",
  });
  const seed = slider(model, "seed", {
    label: "seed",
    words: "seed of what is drawn; another starts anew",
    min: 0,
    max: fixed.last_seed,
    step: 1,
    change: (values) => put(model, { ...values, written: "" }),
  });
  const quotes = button("unit that knows quotes", () => put(model, { unit: fixed.quotes }));
  page.side.append(make("div", { class: "group" }, temperature, unit, quotes, seed));
  const words =
    'open a quotation in the prompt, with one ", let it be closed, and find a unit that tells it: ' +
    `h over ${CLEAR} inside and under −${CLEAR} outside on average, or the other way round.`;
  const goal = task(page.side, words);
  const read = spoken(page.root);

  const stop = page.follow((state) => {
    goal.check(...closes(reader.shows(state)));
    read(`${lettersInWords(state.written.length)} written: ${state.written.slice(-60)}`);
  });
  return () => {
    time.stop();
    model.off("change:prompt", show);
    stop();
  };
}

export default { render };
