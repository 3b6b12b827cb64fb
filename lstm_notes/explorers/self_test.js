import { Drawing } from "./drawing.js";
import { button, live, make, put, row, slider, spoken } from "./kit.js";
import { wrapped } from "./numbers.js";

const LETTERS = ["a", "b", "c", "d"];
const [COLUMNS, BOX_WIDTH, BOX_HEIGHT] = [11, 60, 74]; // of the picture: boxes in a row; of each with the gap around it
const [LEFT, TOP] = [10, 3]; // of the first box
const WIDTH = 2 * LEFT + COLUMNS * BOX_WIDTH;
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

/** The middle of the box of question k, from 0. */
const middle = (k) => [LEFT + BOX_WIDTH * ((k % COLUMNS) + 0.5), TOP + BOX_HEIGHT * (Math.floor(k / COLUMNS) + 0.5)];

/** A box for each question: open, right or wrong; a frame around the one at hand. */
export function scene(state) {
  const count = state.questions.length;
  const d = new Drawing(WIDTH, BOX_HEIGHT * Math.ceil(count / COLUMNS) + 54, "Self-test: how far you are");
  d.box(...middle(state.question - 1), 56, 70, "window", [], { radius: 0, part: "at hand" });
  judged(state).forEach((right, k) => {
    const [x, y] = middle(k);
    const [name, sign, look] = { true: ["right", "✓", "i"], false: ["wrong", "✗", "f"], null: ["open", "·"] }[right];
    d.text(x, y - 13, `${k + 1}`, { size: 23 });
    d.text(x, y + 15, sign, { look, bold: true, size: 25, part: `${name}-${k}` });
    const box = { x: x - 24, y: y - 31, width: 48, height: 62, rx: 8, fill: "transparent", "stroke-width": 2 };
    d.add("rect", { class: "frame", ...box }, { part: `box-${k}`, more: { "data-touch": `question ${k + 1}` } });
  });
  d.text(WIDTH / 2, d.height - 22, standing(state), { size: 23, part: "standing" });
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
  Object.assign(page.svg.style, { minWidth: "0", maxWidth: `${WIDTH}px`, margin: "0" });
  const go = (k) => put(model, { question: ((k + count) % count) + 1 });
  const number = slider(model, "question", { label: "question", words: "question", min: 1, max: count, step: 1 });
  row(page.below, number);
  page.touch({ question: { tap: (at) => ({ question: Number(at) }), control: () => number } });

  const form = make("form"),
    legend = make("legend");
  legend.style.cssText = "float: none; margin: 4px 0; font-size: 1.1em";
  const group = make("fieldset", { style: "display: block" }, legend);
  const own = `answer-${Math.random().toString(36).slice(2)}`;
  const options = LETTERS.map((letter) => {
    const input = make("input", { type: "radio", name: own, value: letter });
    const words = make("span"),
      mark = make("strong");
    const label = make(
      "label",
      { style: "display: flex; gap: 8px; padding: 5px 0; align-items: baseline" },
      input,
      words,
      mark,
    );
    group.append(label);
    return { input, words, mark };
  });
  const check = make("button", { type: "submit" }, "Check");
  form.append(group);
  root.append(form);
  const next = button("Next", () => go(model.get("question")));
  row(
    form,
    check,
    button("Previous", () => go(model.get("question") - 2)),
    next,
    button("Forget all answers", () => put(model, { question: 1, answers: questions.map(() => "") })),
  );
  const verdict = make("div", { "aria-live": "polite", class: "task" });
  const result = make("div");
  root.append(verdict, result);
  const say = spoken(root);

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const chosen = options.find(({ input }) => input.checked);
    if (!chosen) {
      verdict.replaceChildren(make("p", {}, "Choose an answer first."));
      verdict.hidden = false;
      return;
    }
    next.focus(); // what is checked cannot be chosen anew, so the keyboard goes on from here
    put(model, {
      answers: model.get("answers").map((answer, k) => (k === model.get("question") - 1 ? chosen.input.value : answer)),
    });
  });

  let shown = 0;
  const also = (state) => {
    const k = state.question - 1,
      question = questions[k],
      answer = state.answers[k];
    legend.textContent = `Question ${k + 1} of ${count}: ${question.text}`;
    options.forEach(({ input, words, mark }, n) => {
      words.textContent = `${LETTERS[n]}) ${question.options[n]}`;
      if (answer) input.checked = answer === LETTERS[n];
      else if (shown !== k + 1 || input.disabled) input.checked = false;
      input.disabled = Boolean(answer);
      const right = LETTERS[n] === question.right;
      mark.textContent = !answer ? "" : right ? "✓ right" : answer === LETTERS[n] ? "✗ your answer" : "";
      mark.style.color = right ? "var(--i)" : "var(--f)";
    });
    check.disabled = Boolean(answer);
    explain(question, answer);
    summarise(state);
    say(`Question ${k + 1} of ${count}${answer ? ", answered" : ""}: ${question.text}`);
    shown = k + 1;
  };

  /** What is to be said of the answer, of the right one, and, folded away, of the others. */
  function explain(question, answer) {
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
    parts.push(make("p", {}, `Answered in ${question.where}.`));
    if (verdict.dataset.said === `${question.text}${answer}` && verdict.children.length) return undefined;
    verdict.dataset.said = `${question.text}${answer}`;
    return verdict.replaceChildren(...parts);
  }

  /** How many are right so far, and where to read what was wrong. */
  function summarise(state) {
    const { right, wrong } = counts(state),
      places = readAgain(state);
    const words =
      right + wrong < count ? `${right} of ${right + wrong} right so far.` : `Done: ${right} of ${count} right.`;
    result.replaceChildren(
      ...(right + wrong ? [make("p", {}, make("strong", {}, words))] : []),
      ...(places.length
        ? [make("p", {}, "To read again:"), make("ul", {}, ...places.map((place) => make("li", {}, place)))]
        : []),
    );
  }

  return page.follow(also);
}

const optionOf = ({ options }, letter) => `${letter}) ${options[LETTERS.indexOf(letter)].replace(/\.$/, "")}`;

export default { render };
