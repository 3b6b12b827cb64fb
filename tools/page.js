// Brings the explorers of an exported page to life: no kernel, no network, no other script. Each is an anywidget front
// end (a module with a `render`), which needs a model to read, write and listen to, and this is one. What a reader sets
// is kept in the page's address, so that the address leads others to the same: #0.gate="o"&0.x=1.5

class Model {
  host = "page";
  #listeners = new Map();
  #state;
  #begun; // what a reader moves, as it was at the beginning

  constructor({ state, buffers }) {
    this.#state = state;
    this.#begun = Object.fromEntries(state._moved.map((name) => [name, state[name]]));
    for (const {
      path: [name],
      data,
    } of buffers) {
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      state[name] = new DataView(bytes.buffer);
    }
  }

  get(name) {
    return this.#state[name];
  }

  set(name, value) {
    if (this.#state[name] === value) return;
    this.#state[name] = value;
    for (const kind of [`change:${name}`, "change"])
      for (const act of Array.from(this.#listeners.get(kind) ?? [])) act();
  }

  on(kind, act) {
    if (!this.#listeners.has(kind)) this.#listeners.set(kind, new Set());
    this.#listeners.get(kind).add(act);
  }

  off(kind, act) {
    this.#listeners.get(kind)?.delete(act);
  }

  save_changes() {
    remember();
  }

  send() {}

  /** What a reader has moved: [name, value] each. */
  moved() {
    const other = (name) => JSON.stringify(this.#state[name]) !== JSON.stringify(this.#begun[name]);
    return Object.keys(this.#begun)
      .filter(other)
      .map((name) => [name, this.#state[name]]);
  }

  /** Takes over what is of the same kind as what it replaces; nothing: back to the beginning. */
  move(values) {
    for (const [name, value] of Object.entries({ ...this.#begun, ...values })) {
      const kind = (each) => (Array.isArray(each) ? "array" : Number.isInteger(each) ? "whole" : typeof each);
      const wanted = kind(this.#begun[name]);
      if (kind(value) === wanted || (wanted === "whole" && typeof value === "number")) this.set(name, value);
    }
  }
}

let writing = null;
function remember() {
  // A browser refuses an address that changes many times a second.
  writing ??= setTimeout(() => {
    writing = null;
    const address = new URLSearchParams();
    Object.values(living).forEach(([model], k) => {
      for (const [name, value] of model.moved()) address.set(`${k}.${name}`, JSON.stringify(value));
    });
    history.replaceState(null, "", `#${address}`);
  }, 300);
}

/** The values that the address has for the explorer k, by their names. */
function addressed(k) {
  const values = {};
  for (const [key, text] of new URLSearchParams(location.hash.slice(1))) {
    const [number, name] = key.split(".");
    try {
      if (number === String(k)) values[name] = JSON.parse(text);
    } catch {
      // not written by a page: a heading's name, perhaps
    }
  }
  return values;
}

const { models, scripts, style } = JSON.parse(document.getElementById("explorers").textContent);
document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
const loaded = scripts.map((text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
const living = Object.fromEntries(
  Object.entries(models).map(([name, { script, ...rest }]) => [name, [new Model(rest), script]]),
);
for (const place of document.querySelectorAll("[data-explorer]")) {
  const [model, script] = living[place.dataset.explorer];
  const k = Object.keys(living).indexOf(place.dataset.explorer);
  loaded[script].then(({ default: front }) => {
    const rendered = () => {
      const el = document.createElement("div");
      front.render({ model, el });
      return el;
    };
    let el;
    try {
      model.move(addressed(k));
      el = rendered();
    } catch {
      model.move({}); // an address of somebody's own: the explorer begins as it was saved
      el = rendered();
    }
    place.replaceChildren(el); // the still has stood here until now, and stays where this fails
  });
}
