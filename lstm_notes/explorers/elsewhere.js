// Who trains: the kernel, or where none answers, the page itself, with a Player (player.js) in a worker of its own.

import { button, make } from "./kit.js";

/** The training in the page, begun when it is first told something. `text` is the module `name` with all it needs, whose
 *  `Training` is a Player, here too; `settings` are names of traits; begin() gives the material and the earlier runs. What
 *  it shows is set and not saved: nobody would take it. */
export function here(model, { name, text, Training, settings, begin }) {
  let worker = null; // with a postMessage
  const now = () => Object.fromEntries(settings.map((each) => [each, model.get(each)]));
  const show = (shown) => {
    for (const [each, value] of Object.entries(shown)) model.set(each, value);
  };
  return {
    tell(verb) {
      if (!worker) {
        const [material, ghosts] = begin(now());
        worker = elsewhere(show, { name, text, Training });
        worker.postMessage(["begin", material, now(), ghosts]);
      }
      worker.postMessage(verb === "set" ? [verb, now()] : [verb]);
    },
    stop() {
      worker?.terminate();
      worker = null;
    },
  };
}

/** A worker that trains and tells; where there can be none, the page trains itself, in slices. */
function elsewhere(tell, { name, text, Training }) {
  const sent = [];
  const slices = () => {
    let told = tell;
    const own = new Training((shown) => told(shown), 12);
    return {
      postMessage: (message) => own.hear(message),
      terminate() {
        told = () => {};
        own.pause();
      },
    };
  };
  let now;
  const refused = () => {
    now = slices();
    for (const message of sent) now.postMessage(message);
  };
  try {
    const serve = `const own = new modules["${name}"].Training((shown) => postMessage(shown), 30);
      onmessage = ({ data }) => own.hear(data);`;
    const address = URL.createObjectURL(new Blob([text, serve], { type: "text/javascript" }));
    now = new Worker(address);
    now.onmessage = ({ data }) => {
      now.onerror = null;
      sent.length = 0;
      tell(data);
    };
    now.onerror = refused; // it never began: a page may forbid workers
  } catch {
    now = slices();
  }
  return {
    postMessage(message) {
      sent.push(message);
      now.postMessage(message);
    },
    terminate: () => now.terminate(),
  };
}

/** The kernel trains as long as it answers; when it is gone, `own` (of `here`) goes on with what it was asked for last, or
 *  with what it did; when it is back, it has its say. Returns `time`, the buttons; `turn(state, update)`, which makes them
 *  fit and says in words what goes on; `rest()`, milliseconds between two pictures; `stop()`. */
export function trainer(model, kernel, own, settings) {
  const playing = () => model.get("playing");
  const ask = (verb) => (kernel.gone ? own.tell(verb) : kernel.ask({ do: verb }));
  const heed = () => kernel.gone && own.tell("set");
  const alive = () => kernel.gone || kernel.heard(); // its frames come even where it is too busy to answer
  const heard = { ...Object.fromEntries(settings.map((name) => [`change:${name}`, heed])), "change:frame": alive };
  let alone = kernel.gone; // on a page from the beginning: nobody trains yet, nor did with what its address has changed
  if (alone) model.set("playing", false);
  if (alone && model.moved().length) own.tell("show");
  kernel.follow((gone, owed) => {
    if (gone === alone) return;
    alone = gone;
    if (gone) return own.tell(owed?.do ?? (playing() ? "play" : "show"));
    own.stop();
    kernel.ask({ do: "show" });
  });
  for (const [kind, act] of Object.entries(heard)) model.on(kind, act);

  const play = button("Play", () => ask(playing() ? "pause" : "play"));
  const [step, reset] = ["Step", "Reset"].map((name) => button(name, () => ask(name.toLowerCase())));
  const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  return {
    time: make("span", { class: "control", role: "group", "aria-label": "time" }, play, step, reset),
    turn({ trouble }, update) {
      kernel.works(playing());
      play.textContent = playing() ? "Pause" : "Play";
      if (trouble && !kernel.gone) return `The training stopped: ${trouble}`;
      if (playing()) return kernel.gone ? "Training, in this page." : "Training.";
      return update ? "Paused." : "Not trained yet: Play, or Step for one update.";
    },
    rest: () => (playing() && calm() ? 500 : 0), // a reader who asked for little motion gets two pictures a second
    stop() {
      for (const [kind, act] of Object.entries(heard)) model.off(kind, act);
      if (playing()) kernel.ask({ do: "pause" });
      own.stop();
    },
  };
}
