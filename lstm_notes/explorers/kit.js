// What every explorer is made of: a picture that follows the state, native labelled controls, one light for one thing
// everywhere, and a task that notices when it is done. What the picture shows is the explorer's own `scene` (drawing.js).

import { clamp, floats } from "./numbers.js";

// -- The page --------------------------------------------------------------------------------------------------------

/** An element: make("p", {class: "f"}, "words", child …). */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** The explorer's own region in `el`. JupyterLab leaves the keys pressed in it alone. */
function region(el, title) {
  const root = make("section", { class: "lstm-notes", "aria-label": title, "data-lm-suppress-shortcuts": "true" });
  for (const kind of ["keydown", "keypress", "keyup"]) root.addEventListener(kind, (event) => event.stopPropagation());
  el.append(root);
  light(root);
  return root;
}

/** A row of controls. */
export function row(root, ...children) {
  const element = make("div", { class: "controls" }, ...children);
  root.append(element);
  return element;
}

/** Pointing at a thing, or focusing its control, lights the same thing everywhere in the explorer. A thing is the class
 *  of the vocabulary ("f", "C", …) or what `data-thing` says. */
function light(root) {
  const key = (target) => {
    const owner = target.closest?.("[data-thing]");
    if (owner && root.contains(owner)) return owner.dataset.thing;
    return [...(target.classList ?? [])].find((name) => THINGS.has(name));
  };
  let lit = [];
  const show = (event) => {
    const name = event.type.endsWith("out") || event.type === "pointerleave" ? undefined : key(event.target);
    for (const element of lit) element.classList.remove("lit");
    lit = name ? [...root.querySelectorAll(`[data-thing="${name}"], .${CSS.escape(name)}`)] : [];
    for (const element of lit) element.classList.add("lit");
  };
  for (const kind of ["pointerover", "pointerleave", "focusin", "focusout"]) root.addEventListener(kind, show);
}
const THINGS = new Set([
  "f",
  "i",
  "g",
  "o",
  "C",
  "h",
  "x",
  "W",
  "window",
  "truth",
  "LSTM",
  "persistence",
  "linear-AR",
  "seasonal-naive",
]);

// -- The picture -----------------------------------------------------------------------------------------------------

const NARROW = 700; // pixels: a picture with less room than that is drawn narrow, its panels one below the other
const SVG = "http://www.w3.org/2000/svg";

/** An explorer whose picture is `scene(state, narrow, held)`, a Drawing. What it is made of: `top`, above the picture;
 *  `side`, beside it (below it where there is no room); `below`; `root`, all of it; `svg`, the picture. `state()` are the
 *  traits as they are; `follow(also)` draws whenever one of them has changed, calls also(state), and returns a stop
 *  (`rest` as of `follow` below); `drawing`, what was drawn last; `place(event)`, where an event with a pointer happened,
 *  in the drawing's own lengths; `touch(touches)` and `kernel` (`presence`), below; what is `held` meanwhile,
 *  so that a scene can keep its scales until it is let go. */
export function live(model, el, scene) {
  const root = region(el, "Explorer"),
    svg = document.createElementNS(SVG, "svg");
  const [top, side, below] = ["top", "side", "below"].map((name) => make("div", { class: name }));
  const holder = make("div", { class: "picture" });
  holder.append(svg);
  root.append(top, make("div", { class: "stage" }, holder, side), below);
  const names = model.get("_scene_names");
  const value = (name) => (ArrayBuffer.isView(model.get(name)) ? floats(model.get(name)) : model.get(name));
  const page = {
    root,
    top,
    side,
    below,
    svg,
    narrow: false,
    held: null,
    kernel: presence(model, root),
    state: () => Object.fromEntries(names.map((name) => [name, value(name)])),
    says: ({ target }) => target.dataset.says,
    place(event) {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      return [point.x, point.y];
    },
    touch: (touches) => touch(model, page, touches),
    follow(also, rest) {
      const draw = () => {
        const state = page.state();
        page.drawing = scene(state, page.narrow, page.held);
        patch(svg, page.drawing);
        root.setAttribute("aria-label", `Explorer: ${page.drawing.title}`);
        also(state);
      };
      const [ask, stop] = follow(model, names, draw, rest);
      page.ask = ask;
      const size = new ResizeObserver(() => {
        const narrow = holder.clientWidth > 0 && holder.clientWidth < NARROW;
        if (narrow === page.narrow) return;
        page.narrow = narrow;
        holder.classList.toggle("narrow", narrow); // its letters do not grow with a little more room
        ask();
      });
      size.observe(holder);
      return () => {
        size.disconnect();
        page.kernel.stop();
        stop();
      };
    },
  };
  tell(page);
  return page;
}

/** Lets a reader touch the picture. An element's data-touch="name at" names one of `touches`, and what of it. There
 *  press(at, place) gives the traits to set when it is pressed, drag(at, place, begun) while it is dragged (begun: the
 *  `place` and `state` where that began), tap(at) when it is let go, unless a finger has scrolled the page with it, and
 *  control(at) is the control of the same trait: it takes the focus, so that the keyboard goes on where the pointer
 *  stopped. says(at, place) is what a pointer there is told. */
function touch(model, page, touches) {
  const { svg } = page;
  const act = (kind, event) => {
    const values = touches[page.held.name][kind]?.(page.held.at, page.place(event), page.held);
    if (values) put(model, values);
  };
  const focus = () => {
    const control = touches[page.held.name].control?.(page.held.at);
    control?.querySelector("input:checked, input:not([type=radio]), button")?.focus({ preventScroll: true });
  };
  const touched = ({ target }) => (target.dataset.touch ?? "").split(" ");
  page.says = (event) => {
    const [name, at] = touched(event);
    return event.target.dataset.says ?? touches[name]?.says?.(at, page.place(event));
  };
  svg.addEventListener("pointerdown", (event) => {
    const [name, at] = touched(event);
    if (!(name in touches) || event.button) return;
    event.preventDefault(); // no text is selected, and the focus stays where it is put below
    page.held = { name, at, place: page.place(event), state: page.state() };
    svg.setPointerCapture(event.pointerId);
    act("press", event);
    focus();
  });
  svg.addEventListener("pointermove", (event) => page.held && act("drag", event));
  for (const kind of ["pointerup", "pointercancel"]) {
    svg.addEventListener(kind, (event) => {
      if (!page.held) return;
      if (kind === "pointerup") {
        act("tap", event);
        focus();
      }
      page.held = null;
      glide(svg);
      page.ask();
    });
  }
}

/** What an element's data-says holds, or a touch says, appears below the pointer (above it where there is no room):
 *  numbers of which only the colour is drawn. What stands beside the element is not hidden by it. */
function tell(page) {
  const { root, svg } = page;
  const words = make("div", { class: "says", hidden: "" });
  root.append(words);
  svg.addEventListener("pointermove", (event) => {
    const says = page.says(event);
    words.hidden = !says;
    if (!says) return;
    const frame = root.getBoundingClientRect();
    words.textContent = says;
    const [x, y, wide, high] = [
      event.clientX - frame.left,
      event.clientY - frame.top,
      words.offsetWidth,
      words.offsetHeight,
    ];
    words.style.left = `${clamp(x - wide / 2, 0, Math.max(frame.width - wide - 8, 0))}px`;
    words.style.top = `${y + 18 + high < frame.height ? y + 18 : y - high - 8}px`;
  });
  svg.addEventListener("pointerleave", () => {
    words.hidden = true;
  });
}

/** Make `svg` show a drawing. An element with a part keeps its node as long as the part is there. */
function patch(svg, { width, height, title, elements }) {
  for (const [name, value] of Object.entries({ viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title })) {
    if (svg.getAttribute(name) !== value) svg.setAttribute(name, value);
  }
  const before = svg.drawn ?? new Map(),
    now = new Map();
  elements.forEach(([tag, attributes, words], k) => {
    const key = `${tag} ${attributes["data-part"] ?? k}`;
    const node = before.get(key)?.node ?? document.createElementNS(SVG, tag),
      old = before.get(key)?.attributes ?? {};
    for (const name of Object.keys(old)) if (!(name in attributes)) node.removeAttribute(name);
    for (const [name, value] of Object.entries(attributes)) if (old[name] !== value) node.setAttribute(name, value);
    if (node.textContent !== words) node.textContent = words;
    if (svg.children[k] !== node) svg.insertBefore(node, svg.children[k] ?? null);
    now.set(key, { node, attributes });
  });
  while (svg.children.length > elements.length) svg.lastChild.remove();
  svg.drawn = now;
}

// -- The state, and the kernel that follows it -----------------------------------------------------------------------

/** Calls `draw` in the next frame whenever one of the traits `names` has changed, and once now; returns [what asks for
 *  that, a stop]. `rest()` is how many milliseconds lie between two pictures at least. */
function follow(model, names, draw, rest = () => 0) {
  let waiting = 0;
  let drawn = -Infinity;
  const ask = () => {
    waiting ||= requestAnimationFrame((now) => {
      waiting = 0;
      if (now - drawn < rest()) return ask();
      drawn = now;
      draw();
    });
  };
  for (const name of names) model.on(`change:${name}`, ask);
  draw();
  const stop = () => {
    cancelAnimationFrame(waiting);
    for (const name of names) model.off(`change:${name}`, ask);
  };
  return [ask, stop];
}

/** Set traits, here and in Python. */
export function put(model, values) {
  for (const [name, value] of Object.entries(values)) model.set(name, value);
  model.save_changes();
  kernels.get(model)?.ask();
}

const [PATIENCE, PAUSE] = [2000, 250]; // milliseconds that a kernel has for a sign, and until it is asked for the next
const kernels = new WeakMap(); // of a model

/** The kernel that follows, or does not: `gone` while it owes a sign for longer than PATIENCE, until it gives one; on a
 *  page, always. `ask(message)` asks for a sign, and sends the message; `put` asks, too. While it `works(true)`, it is
 *  asked again and again; what else it says then is a sign that is `heard()`. `follow(act)` calls act(gone, owed) now,
 *  and whenever that changes: `owed` is the last message that it has not answered. Where it is gone, words say so. */
function presence(model, root) {
  const words = make(
    "p",
    { class: "alone", role: "status", hidden: "" },
    "No kernel answers: it is busy or gone. The picture still follows you, Python does not. " +
      "If this stays, run the cell that shows the explorer again.",
  );
  const absent = model.host === "page";
  const followers = [];
  let asked = 0;
  let waiting = null;
  let next = null;
  let working = false;
  let owed;
  const turn = (gone) => {
    clearTimeout(waiting);
    waiting = null;
    if (gone === kernel.gone) return;
    kernel.gone = gone;
    words.hidden = !gone;
    for (const act of followers) act(gone, owed);
  };
  const heard = () => {
    const settled = model.get("_heard") >= asked;
    if (settled) owed = undefined;
    turn(false);
    if (!settled) waiting ??= setTimeout(turn, PATIENCE, true);
    else if (working) next ??= setTimeout(again, PAUSE);
  };
  const again = () => {
    next = null;
    if (working) kernel.ask();
  };
  const kernel = {
    gone: absent,
    heard,
    ask(message) {
      if (absent || (waiting !== null && !message)) return;
      owed = message ?? owed;
      asked = Math.max(asked, model.get("_heard")) + 1;
      waiting ??= setTimeout(turn, PATIENCE, true);
      try {
        model.send({ ...message, heard: asked });
      } catch {
        turn(true); // the connection is closed
      }
    },
    works(now) {
      if (now && !working) next ??= setTimeout(again);
      working = now;
    },
    follow(act) {
      followers.push(act);
      act(kernel.gone);
    },
    stop() {
      model.off("change:_heard", heard);
      clearTimeout(waiting);
      clearTimeout(next);
    },
  };
  if (!absent) {
    root.append(words);
    kernels.set(model, kernel);
    model.on("change:_heard", heard);
  }
  return kernel;
}

// -- Controls: native, labelled, one trait each ----------------------------------------------------------------------

/** A range with a field for the number itself. `thing` is what it lights, `to` and `from` make the range's
 *  place of the value and back (for logarithmic ranges). Returns the element; `element.show()` follows
 *  the trait, `element.limit(max)` sets another end. */
export function slider(
  model,
  name,
  {
    label,
    words,
    min,
    max,
    step = 0.01,
    thing = "",
    to = (v) => v,
    from = (v) => v,
    change = (values) => put(model, values),
  },
) {
  const range = make("input", { type: "range", min: to(min), max: to(max), step, "aria-label": words });
  const field = make("input", { type: "number", step: "any", "aria-label": `${words}, as a number` });
  const element = make(
    "span",
    { class: `control ${thing}`, "data-thing": thing || name },
    make("span", { class: `name ${thing}` }, label),
    range,
    field,
  );
  const whole = Number.isInteger(step) && to(2) === 2; // the nearest there is
  let typing = false; // until Enter, or until the reader leaves the field
  range.addEventListener("input", () => change({ [name]: clean(from(Number(range.value))) }));
  field.addEventListener("change", () => {
    const typed = field.valueAsNumber,
      least = whole ? min : -1e6,
      most = whole ? Number(range.max) : 1e6;
    const value = clamp(whole ? Math.round(typed) : typed, least, most);
    field.title = value === typed ? "" : whole ? `a whole number from ${least} to ${most}` : "a number up to a million";
    if (Number.isFinite(typed)) change({ [name]: value });
    leave();
  });
  field.addEventListener("input", () => {
    typing = true;
  });
  const leave = () => {
    typing = false;
    show();
  };
  field.addEventListener("blur", leave);
  const show = () => {
    const value = model.get(name);
    if (Number(range.value) !== to(value)) range.value = to(value);
    if (!typing) field.value = fitting(value);
  };
  element.show = show;
  element.limit = (most) => {
    range.max = to(most);
    element.show();
  };
  model.on(`change:${name}`, show);
  show();
  return element;
}
/** 0.30000000000000004 is 0.3. */
const clean = (value) => Number(value.toPrecision(10));

/** The arrow keys on a slider go from cell to cell of the picture, where its rows and columns are: go(right, down). */
export function arrows(slider, go) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const range = slider.querySelector("input[type=range]");
  range.title = "arrow keys: to the next cell that way";
  range.addEventListener("keydown", (event) => {
    if (!(event.key in ways)) return;
    event.preventDefault();
    go(...ways[event.key]);
  });
}

/** As many of a number's first six figures as its field has room for. */
function fitting(value) {
  const written = [6, 5, 4, 3].map((digits) => String(Number(value.toPrecision(digits))));
  return written.find((words) => words.length <= 7) ?? value.toExponential(0);
}

/** A button. */
export function button(words, act, attributes = {}) {
  const element = make("button", { type: "button", ...attributes }, words);
  element.addEventListener("click", act);
  return element;
}

/** One of several, as radio buttons: `options` maps a trait's value to [words, thing]. */
export function choice(model, name, label, options, change = (values) => put(model, values)) {
  const group = make("fieldset", {}, make("legend", {}, label));
  const own = `${name}-${Math.random().toString(36).slice(2)}`;
  const inputs = Object.entries(options).map(([value, [words, thing = ""]]) => {
    const input = make("input", { type: "radio", name: own, value });
    input.addEventListener("change", () => input.checked && change({ [name]: value }));
    group.append(make("label", { class: thing, ...(thing && { "data-thing": thing }) }, input, " ", words));
    return input;
  });
  const show = () => {
    for (const input of inputs) input.checked = input.value === model.get(name);
  };
  model.on(`change:${name}`, show);
  show();
  return group;
}

/** One of many, as a menu; `offer(groups)` says of which: of each heading, "" for none, the traits' values and their words. */
export function menu(model, name, label, change = (values) => put(model, values)) {
  const list = make("select", { "aria-label": label });
  list.addEventListener("change", () => change({ [name]: list.value }));
  const element = make("label", { class: "control menu" }, make("span", { class: "name" }, label), list);
  const show = () => {
    list.value = model.get(name);
  };
  let offered;
  element.offer = (groups) => {
    const asked = JSON.stringify(groups);
    if (asked === offered) return show();
    offered = asked;
    const several = ([heading, options]) => {
      const made = Object.entries(options).map(([value, words]) => make("option", { value }, words));
      return heading ? [make("optgroup", { label: heading }, ...made)] : made;
    };
    list.replaceChildren(...Object.entries(groups).flatMap(several));
    show();
  };
  model.on(`change:${name}`, show);
  return element;
}

/** Play, Pause, Step and Reset. `step()` goes one on and returns false where that was the last, null where there is none
 *  (Play then begins again); `reset()` goes back to where it begins: `home`, in words. */
export function player({ step, reset, home = "", wait = 600 }) {
  let timer = null;
  const play = button("Play", () => (timer ? stop() : start()));
  const again = () => {
    if ([false, null].includes(step())) stop();
  };
  function start() {
    const went = step();
    if (went === false) return;
    if (went === null) reset();
    timer = setInterval(again, wait);
    play.textContent = "Pause";
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  }
  const group = make(
    "span",
    { class: "control", role: "group", "aria-label": "time" },
    play,
    button("Step", () => {
      stop();
      glide(group.closest(".lstm-notes").querySelector(".picture svg"));
      step();
    }),
    button(
      "Reset",
      () => {
        stop();
        reset();
      },
      home && { title: `back to ${home}` },
    ),
  );
  group.stop = stop;
  return group;
}

/** What changes in the picture with the next frame moves there (kit.css), where motion is welcome; on a busy machine
 *  that frame may come late. */
function glide({ classList }) {
  classList.add("gliding");
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => classList.remove("gliding"), 350)));
}

/** A task in words; `element.check(done, words)` says where the reader stands: done once, it stays done, with the words that
 *  it was done with. A number and its unit stay in one line. */
export function task(root, words) {
  const state = make("span", { role: "status" });
  const element = make("p", { class: "task" }, make("strong", {}, "Try: "), `${words} `, state);
  root.append(element);
  let kept = null;
  element.check = (done, note = "") => {
    if (done) kept = note;
    element.classList.toggle("done", kept !== null);
    const text = (kept === null ? note : `✓ Done. ${kept}`).replace(/(\d) (?=[%°])/g, "$1\u00a0");
    if (state.textContent !== text) state.textContent = text;
  };
  return element;
}

/** A line of words that is read out when it has been still for a moment. */
export function spoken(root) {
  const element = make("p", { class: "unseen", role: "status" });
  let timer = null;
  root.append(element);
  return (words) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      element.textContent = words;
    }, 700);
  };
}
