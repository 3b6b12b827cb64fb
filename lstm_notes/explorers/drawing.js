// A picture as data: elements [tag, attributes, words], made of few kinds of parts. The browser patches them into the
// page (kit.js), Python writes them down as the still (_scene.py); colours come from the class, in both (_style.py).
// A `look` is a name of the vocabulary ("f", "window", …), a `part` the name by which tests and handlers find an element,
// `more` any other attributes.

import { Axes, logTicks } from "./axes.js";

const klass = (look, otherwise) => (look ? look.replaceAll(" ", "-") : otherwise);
const short = (place) => Number(place.toFixed(2));

export class Drawing {
  /** `description` is for those who do not see the picture, and makes sense alone. */
  constructor(width, height, title) {
    Object.assign(this, { width, height, title, description: "", elements: [], scales: {} });
  }

  /** Any other element. */
  add(tag, attributes, { part, more } = {}, words = "") {
    this.elements.push([tag, { ...attributes, ...(part && { "data-part": part }), ...more }, words]);
  }

  /** Words, their middle at height y; they begin, end or have their middle ("start", "end", "middle") at x. */
  text(x, y, words, { size = 17, bold = false, look, anchor = "middle", ...named } = {}) {
    const place = { x: short(x), y: short(y + 0.36 * size), "font-size": size, "text-anchor": anchor };
    this.add("text", { class: klass(look, "ink"), ...place, ...(bold && { "font-weight": "bold" }) }, named, words);
  }

  /** A rectangle between two corners, in the colours of `look`; without one an empty frame. */
  frame(left, top, right, bottom, look, { radius = 2, width = 2, ...named } = {}) {
    const place = {
      x: short(left),
      y: short(top),
      width: short(Math.max(right - left, 0)),
      height: short(bottom - top),
    };
    const line = { rx: radius, "stroke-width": width, ...(!look && { fill: "none" }) };
    this.add("rect", { class: klass(look, "frame"), ...place, ...line }, named);
  }

  /** A box around (x, y) with lines of words, the first of them bold, in the colours of `look`. */
  box(x, y, width, height, look, lines = [], { radius = 8, part, more } = {}) {
    this.frame(x - width / 2, y - height / 2, x + width / 2, y + height / 2, look, { radius, part, more });
    lines.forEach((line, k) => {
      const name = part && (k ? `${part}-words-${k}` : `${part}-words`);
      this.text(x, y + (k - (lines.length - 1) / 2) * 21, line, { bold: !k, size: k ? 15 : 17, part: name });
    });
  }

  /** A circle with a sign: an operation. */
  node(x, y, sign) {
    this.add("circle", { class: "node", cx: short(x), cy: short(y), r: 15, "stroke-width": 2 });
    this.text(x, y, sign, { size: 18 });
  }

  /** A line through `points` [x, y, x, y, …] or [[x, y], …], with its head at the last of them. */
  arrow(points, { look, dashed = false, head = true, width = 2.2, part, more } = {}) {
    const places = points.flat();
    const d = `M ${places.map((place, k) => (k && k % 2 === 0 ? "L " : "") + short(place)).join(" ")}`;
    const line = { d, fill: "none", "stroke-width": width, ...(dashed && { "stroke-dasharray": "6 5" }) };
    this.add("path", { class: klass(look, "line"), ...line }, { part, more });
    if (!head) return;
    const [x0, y0, x1, y1] = places.slice(-4);
    const length = Math.hypot(x1 - x0, y1 - y0);
    const [dx, dy] = [(x1 - x0) / length, (y1 - y0) / length];
    const corners = [0, 5, -5].map((side) => [x1 - (side && 10) * dx - side * dy, y1 - (side && 10) * dy + side * dx]);
    const shape = { points: corners.map((corner) => corner.map(short).join(",")).join(" ") };
    this.add("polygon", { class: klass(look, "line"), ...shape }, { part: part && `${part}-head` });
  }

  /** A frame with ticks, [value, words] each, and labels below and above; returns its Axes. A side that is `log` has ticks
   *  of its own; with `grid` those beside it go across. */
  axes(left, top, width, height, xs, ys, { log = "", grid = false, xlabel = "", ylabel = "", part, ...ticks } = {}) {
    const { xticks = log.includes("x") ? logTicks(...xs) : [], yticks = log.includes("y") ? logTicks(...ys) : [] } =
      ticks;
    const axes = new Axes(left, top, width, height, xs, ys, log);
    this.add("rect", { class: "axes", x: left, y: top, width, height, fill: "none", "stroke-width": 1 }, { part });
    const tick = (d, thickness = 1) => this.add("path", { class: "axes", d, "stroke-width": thickness });
    xticks.forEach(([value, words], k) => {
      tick(`M ${short(axes.x(value))} ${top + height} l 0 5`);
      this.text(axes.x(value), top + height + 15, words, { size: 13, part: part && `${part}-xtick-${k}` });
    });
    yticks.forEach(([value, words], k) => {
      if (grid) tick(`M ${left} ${short(axes.y(value))} h ${width}`, 0.5);
      else tick(`M ${left - 5} ${short(axes.y(value))} l 5 0`);
      this.text(left - 9, axes.y(value), words, { size: 13, anchor: "end", part: part && `${part}-ytick-${k}` });
    });
    if (xlabel) this.text(left + width / 2, top + height + 35, xlabel, { size: 14 });
    if (ylabel) this.text(left, top - 14, ylabel, { size: 14, anchor: "start" });
    if (part) this.scales[part] = axes;
    return axes;
  }

  /** A line through values, at `from`, from + 1, … or at `xs`, on request with a dot at its end. What is not a number, or
   *  has no place on a logarithmic axis, is a gap. */
  curve(axes, values, look, { from = 0, xs, every = 1, width = 2.2, dot = false, ...named } = {}) {
    const there = (k) => Number.isFinite(axes.up(values[k]));
    const path = [];
    let place;
    for (let k = 0; k < values.length; k += every) {
      if (!there(k)) continue;
      place = [axes.x(xs ? xs[k] : from + k), axes.y(values[k])];
      path.push((there(k - every) ? "L" : "M") + place.map((each) => each.toFixed(1)).join(" "));
    }
    const line = { d: path.join(""), fill: "none", "stroke-width": width, "stroke-linejoin": "round" };
    this.add("path", { class: `${klass(look, "")} curve`, ...line }, named);
    if (dot && place) this.dot(...place, look, { radius: 4, part: named.part && `${named.part}-end` });
  }

  /** What can be touched though hardly anything is drawn there: a rectangle between two corners, seen when the pointer or
   *  the focus is on it. `touch` names what happens (kit.js), `thing` what is lit with it. */
  handle(left, top, right, bottom, touch, thing, { part = `touch-${touch}`, more } = {}) {
    const place = { x: short(left), y: short(top), width: short(right - left), height: short(bottom - top) };
    const given = { "data-touch": touch, ...(thing && { "data-thing": thing }) };
    this.add("rect", { class: "handle", ...place, rx: 6, fill: "transparent" }, { part, more: { ...given, ...more } });
  }

  /** A cell of a matrix: its colour is the sign, its strength the size, from the page's own colour at 0 to the full one at
   *  ±limit; a negative one has a line across it. `says` is what a pointer is told. */
  shade(left, top, width, height, value, limit, says, named = {}) {
    const place = { x: short(left), y: short(top), width: short(width), height: short(height) };
    const strength = { "fill-opacity": short(Math.min(Math.abs(value) / (limit || 1), 1)) };
    const more = { ...(says && { "data-says": says }), ...named.more };
    this.add("rect", { class: value < 0 ? "minus" : "plus", ...place, ...strength }, { ...named, more });
    if (!(value < 0) || strength["fill-opacity"] < 0.02) return;
    const d = `M ${short(left + width * 0.3)} ${short(top + height / 2)} h ${short(width * 0.4)}`;
    this.add(
      "path",
      { class: "sign", d, "stroke-width": 1.5, "pointer-events": "none" },
      { part: named.part && `${named.part}-sign` },
    );
  }

  /** A filled circle. */
  dot(x, y, look, { radius = 5, ...named } = {}) {
    const circle = { cx: short(x), cy: short(y), r: radius, "stroke-width": 1.5 };
    this.add("circle", { class: `${klass(look, "")} dot`, ...circle }, named);
  }

  /** A filled rectangle with its upper left corner at (x, y). */
  bar(x, y, width, height, look, named) {
    const place = { x: short(x), y: short(y), width: short(width), height: short(height) };
    this.add("rect", { class: `${klass(look, "")} bar`, ...place }, named);
  }
}
