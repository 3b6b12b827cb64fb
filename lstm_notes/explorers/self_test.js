import { Drawing } from "./drawing.js";
import { button, live, make, put, row, spoken } from "./kit.js";
import { wrapped } from "./numbers.js";

const LETTERS = ["a", "b", "c", "d"];
const [WIDE, NARROW] = [11, 8]; // of the picture: boxes in a row
const [BOX_WIDTH, BOX_HEIGHT] = [60, 74]; // of a box with the gap around it
const [LEFT, TOP] = [10, 3]; // of the first box
const WIDTH = 2 * LEFT + WIDE * BOX_WIDTH;
const HOW = [
  "Nothing runs here. Below in this notebook each question stands as text:",
  "open the answer that you choose, and it says whether it is right, and why.",
];

/** For each question whether its answer is right; null where it is open. */
export function judged({ questions, answers }) {
  return questions.map(({ right }, k) => (answers[k] ? answers[k] === right : null));
}

/** Where the questions with a wrong answer are explained, each place once. */
export function readAgain(state) {
  const marks = judged(state);
  return [...new Set(state.questions.filter((_, k) => marks[k] === false).map(({ where }) => where))];
}

/** How many answers are right, wrong and open. */
function counts(state) {
  const [right, wrong, open] = [true, false, null].map((kind) => judged(state).filter((mark) => mark === kind).length);
  return { right, wrong, open };
}

function standing(state) {
  const { right, wrong, open } = counts(state);
  return `✓ ${right} right, ✗ ${wrong} wrong, ${open} open`;
}

/** The question that Next goes to: the next one that is open, after the last the first; where none is open but the one
 *  at hand, the one after it; null where there is none. */
export function ahead({ question, answers }) {
  const count = answers.length;
  const after = Array.from({ length: count - 1 }, (_, k) => ((question + k) % count) + 1);
  return after.find((each) => !answers[each - 1]) ?? (question < count ? question + 1 : null);
}

/** A box for each question: open, right or wrong; a frame around the one at hand. */
export function scene(state, narrow) {
  const count = state.questions.length,
    columns = narrow ? NARROW : WIDE;
  const middle = (k) => [LEFT + BOX_WIDTH * ((k % columns) + 0.5), TOP + BOX_HEIGHT * (Math.floor(k / columns) + 0.5)];
  const [width, height] = [2 * LEFT + columns * BOX_WIDTH, BOX_HEIGHT * Math.ceil(count / columns) + 54];
  const d = new Drawing(width, height, "Self-test: how far you are");
  d.box(...middle(state.question - 1), 56, 70, "window", [], { radius: 0, part: "at hand" });
  judged(state).forEach((right, k) => {
    const [x, y] = middle(k);
    const [name, sign, look] = { true: ["right", "✓", "i"], false: ["wrong", "✗", "f"], null: ["open", "·"] }[right];
    d.text(x, y - 13, `${k + 1}`, { size: 23 });
    d.text(x, y + 15, sign, { look, bold: true, size: 25, part: `${name}-${k}` });
    const box = { x: x - 24, y: y - 31, width: 48, height: 62, rx: 8, fill: "transparent", "stroke-width": 2 };
    d.add("rect", { class: "frame", ...box }, { part: `box-${k}`, more: { "data-touch": `question ${k + 1}` } });
  });
  d.text(d.width / 2, d.height - 22, standing(state), { size: 23, part: "standing" });
  d.description = `A box for each of ${count} questions. ${standing(state)}; question ${state.question} is at hand.`;
  return d;
}

/** What stands where nothing runs: the question at hand, and where all of them are. */
export function still(state) {
  const { text, options } = state.questions[state.question - 1];
  const number = `${state.question} of ${state.questions.length}`;
  const lines = wrapped(text, 90);
  const listed = options.map((option, k) => `${LETTERS[k]}) ${option}`);
  const top = 76 + 26 * lines.length;
  const d = new Drawing(900, top + 174, `Self-test, question ${number}`);
  d.text(30, 32, `Question ${number}`, { anchor: "start", look: "W", bold: true });
  d.text(870, 32, standing(state), { anchor: "end", size: 15 });
  lines.forEach((line, k) => d.text(30, 70 + 26 * k, line, { anchor: "start", bold: true }));
  listed.forEach((words, k) => {
    d.text(30, top + 28 * k, "○", { anchor: "start" });
    d.text(56, top + 28 * k, words, { anchor: "start", size: 16 });
  });
  HOW.forEach((line, k) => d.text(30, d.height - 52 + 24 * k, line, { anchor: "start", size: 15 }));
  d.description = `${d.title}. ${standing(state)}. ${text} ${[...listed, ...HOW].join(" ")}`;
  return d;
}

function render({ model, el }) {
  const page = live(model, el, scene),
    { root } = page;
  const { questions } = page.state(),
    count = questions.length;
  page.svg.style.margin = "0";
  // What the page alone knows, by the question from 0: what is chosen and not checked, and what came of another try
  // ("" until it is checked), which is explained and does not count.
  const chosen = new Map(),
    tries = new Map();
  const at = () => model.get("question") - 1;
  const first = () => model.get("answers")[at()];
  const shown = () => tries.get(at()) ?? first();

  const form = make("form"),
    legend = make("legend");
  legend.style.cssText = "float: none; margin: 4px 0; font-size: 1.1em";
  const group = make("fieldset", { style: "display: block" }, legend);
  const own = `answer-${Math.random().toString(36).slice(2)}`;
  const options = LETTERS.map((letter) => {
    const input = make("input", { type: "radio", name: own, value: letter });
    const words = make("span"),
      mark = make("strong");
    const said = make("span", {}, words, " ", mark);
    group.append(
      make("label", { style: "display: flex; gap: 8px; padding: 5px 0; align-items: baseline" }, input, said),
    );
    input.addEventListener("change", () => {
      chosen.set(at(), letter);
      page.ask(); // "Choose an answer first." is said no longer
    });
    return { input, words, mark };
  });
  const check = make("button", { type: "submit" }, "Check");
  const go = (question) => put(model, { question });
  const previous = button("Previous", () => go(model.get("question") - 1));
  const next = button("Next", () => go(ahead(page.state())));
  const again = button("Try again", () => {
    tries.set(at(), "");
    chosen.delete(at());
    page.ask();
    options[0].input.focus();
  });
  const counting = make("span", {}, "The first check counts.");
  const onward = make("span", {}, next);
  form.append(group);
  root.append(form);
  row(
    form,
    check,
    again,
    counting,
    previous,
    onward,
    forget(model, () => [chosen, tries].forEach((each) => each.clear())),
  );
  const verdict = make("div", { "aria-live": "polite", class: "task" });
  const result = make("div", { tabindex: "-1" });
  root.append(verdict, result);
  page.touch({ question: { tap: (number) => ({ question: Number(number) }), control: () => onward } });
  const say = spoken(root);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const letter = chosen.get(at());
    if (!letter) {
      verdict.replaceChildren(make("p", {}, "Choose an answer first."));
      verdict.hidden = false;
      return;
    }
    chosen.delete(at());
    if (first()) {
      tries.set(at(), letter);
      page.ask();
    } else {
      put(model, { answers: model.get("answers").map((answer, k) => (k === at() ? letter : answer)) });
    }
    const done = !model.get("answers").includes("");
    (done ? result : next).focus(); // what is checked cannot be chosen anew, so the keyboard goes on from here
  });

  /** The question at hand, with what is chosen or checked. */
  function ask(question, number, answer, marked = answer) {
    legend.textContent = `Question ${number} of ${count}: ${question.text}`;
    options.forEach(({ input, words, mark }, n) => {
      const [letter, mine] = [LETTERS[n], LETTERS[n] === answer];
      const right = letter === question.right;
      words.textContent = `${letter}) ${question.options[n]}`;
      words.style.fontWeight = mine ? "bold" : "";
      input.checked = letter === (answer || chosen.get(number - 1));
      input.disabled = Boolean(answer);
      mark.textContent = !marked
        ? ""
        : right
          ? mine
            ? "✓ right, your answer"
            : "✓ right"
          : mine
            ? "✗ your answer"
            : "";
      mark.style.color = right ? "var(--i)" : "var(--f)";
    });
  }

  /** The longest question has room, so that the buttons stay where they are. */
  function reserve() {
    group.style.minHeight = "";
    const heights = questions.flatMap((question, k) =>
      LETTERS.map((letter) => {
        ask(question, k + 1, letter);
        return group.offsetHeight;
      }),
    );
    group.style.minHeight = `${Math.max(...heights)}px`;
    page.ask();
  }
  let width = 0;
  const size = new ResizeObserver(() => {
    if (form.clientWidth === width) return;
    width = form.clientWidth;
    reserve();
  });
  size.observe(form);

  const also = (state) => {
    const k = state.question - 1;
    const [question, answer] = [questions[k], shown()];
    page.svg.style.maxWidth = page.narrow ? "" : `${WIDTH}px`;
    ask(question, k + 1, answer);
    check.disabled = Boolean(answer);
    again.hidden = !answer;
    counting.hidden = Boolean(answer);
    previous.disabled = k === 0;
    next.disabled = ahead(state) === null;
    next.textContent = state.answers.some((each, n) => !each && n !== k) ? "Next open" : "Next";
    explain(question, answer, state.answers[k]);
    summarise(state);
    say(`Question ${k + 1} of ${count}${answer ? ", answered" : ""}: ${question.text}`);
  };

  /** What is to be said of the answer, of the right one, and, folded away, of the others. */
  function explain(question, answer, counted) {
    verdict.hidden = !answer;
    verdict.classList.toggle("done", answer === question.right);
    if (!answer) return verdict.replaceChildren();
    const paragraph = (letter, words) =>
      make("p", {}, make("strong", {}, words), question.explanations[LETTERS.indexOf(letter)]);
    const parts = [paragraph(answer, answer === question.right ? "✓ Right. " : "✗ No. ")];
    if (answer !== question.right) parts.push(paragraph(question.right, `✓ ${optionOf(question, question.right)} – `));
    const others = LETTERS.filter((letter) => letter !== answer && letter !== question.right);
    parts.push(
      make(
        "details",
        {},
        make("summary", {}, "And the others?"),
        ...others.map((letter) => paragraph(letter, `✗ ${optionOf(question, letter)} – `)),
      ),
    );
    parts.push(make("p", {}, "Answered in ", place(model, question.where), question.where.endsWith("?") ? "" : "."));
    if (tries.has(at()))
      parts.push(make("p", {}, `Another try: your first answer, ${counted}), is the one that counts.`));
    const said = `${question.text}${answer}${tries.has(at())}`;
    if (verdict.dataset.said === said && verdict.children.length) return undefined;
    verdict.dataset.said = said;
    return verdict.replaceChildren(...parts);
  }

  /** In the end how many are right; and where to read what was wrong. */
  function summarise(state) {
    const { right, open } = counts(state),
      places = readAgain(state);
    const words = JSON.stringify([places, open]);
    if (result.dataset.said === words) return;
    result.dataset.said = words;
    const list = make("ul", {}, ...places.map((each) => make("li", {}, place(model, each))));
    const folded = make(
      "details",
      {},
      make("summary", {}, `To read again: ${places.length === 1 ? "1 section" : `${places.length} sections`}`),
      list,
    );
    folded.open = !open;
    result.replaceChildren(
      ...(open ? [] : [make("p", {}, make("strong", {}, `Done: ${right} of ${count} right.`))]),
      ...(places.length ? [folded] : []),
    );
  }

  const stop = page.follow(also);
  return () => {
    size.disconnect();
    stop();
  };
}

/** Asks, in its own words, before it forgets. */
function forget(model, act) {
  const words = "Forget all answers";
  let asked = false;
  const element = button(words, () => {
    const { length } = model.get("answers").filter(Boolean);
    if (length && !asked) {
      asked = true;
      element.textContent = `Really forget ${length === 1 ? "1 answer" : `${length} answers`}?`;
      return;
    }
    leave();
    act();
    put(model, { question: 1, answers: model.get("answers").map(() => "") });
  });
  element.style.marginLeft = "auto";
  const leave = () => {
    asked = false;
    element.textContent = words;
  };
  element.addEventListener("blur", leave);
  return element;
}

/** A notebook's section, as a link where the notebook lies beside this page or this notebook. */
function place(model, where) {
  const [, notebook, section] = where.match(/^(.*?): (.*)$/);
  const page = model.host === "page";
  if (!page && !/\/(tree|notebooks)\//.test(location.pathname)) return where;
  const href = `${notebook}.${page ? "html" : "ipynb"}#${section.replaceAll(" ", "-")}`;
  return make("a", { href, target: "_blank" }, where);
}

const optionOf = ({ options }, letter) => `${letter}) ${options[LETTERS.indexOf(letter)].replace(/\.$/, "")}`;

export default { render };
