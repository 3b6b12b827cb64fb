// Brings the explorers of an exported page to life: no kernel, no network, no other script. Each is an anywidget front
// end (a module with a `render`), which needs a model to read, write and listen to, and this is one.

class Model {
  host = "page";
  #listeners = new Map();
  #state;

  constructor({ state, buffers }) {
    this.#state = state;
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

  save_changes() {}

  send() {}
}

const { models, scripts, style } = JSON.parse(document.getElementById("explorers").textContent);
document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
const loaded = scripts.map((text) => import(URL.createObjectURL(new Blob([text], { type: "text/javascript" }))));
const living = Object.fromEntries(
  Object.entries(models).map(([name, { script, ...rest }]) => [name, [new Model(rest), script]]),
);
for (const place of document.querySelectorAll("[data-explorer]")) {
  const [model, script] = living[place.dataset.explorer];
  const el = document.createElement("div");
  loaded[script].then(({ default: front }) => {
    front.render({ model, el });
    place.replaceChildren(el); // the still has stood here until now, and stays where this fails
  });
}
