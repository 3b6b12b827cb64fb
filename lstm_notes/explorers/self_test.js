import { button, follow, make, Picture, put, region, row, spoken } from "./kit.js";

const LETTERS = ["a", "b", "c", "d"];
const COLUMNS = 11; // boxes in a row, as in self_test.py

/** For each question whether its answer is right; null where it is open. */
function judged(questions, answers) {
  return questions.map(({ right }, k) => (answers[k] ? answers[k] === right : null));
}

function render({ model, el }) {
  const get = (name) => model.get(name);
  const questions = get("questions"),
    count = questions.length;
  const root = region(el, "Self-test");
  const picture = new Picture(root, get("svg"));
  Object.assign(picture.svg.style, { minWidth: "0", maxWidth: `${picture.svg.viewBox.baseVal.width}px`, margin: "0" });
  const go = (k) => put(model, { question: ((k + count) % count) + 1 });
  picture.svg.addEventListener("click", (event) => {
    // an extra: the buttons lead to every question, too
    const [x, y] = picture.place(event);
    const column = Math.floor((x - 10) / 60),
      k = column + COLUMNS * Math.floor((y - 3) / 74);
    if (column >= 0 && column < COLUMNS && k >= 0 && k < count) go(k);
  });
  picture.svg.style.cursor = "pointer";

  const form = make("form"),
    legend = make("legend");
  legend.style.cssText = "float: none; margin: 4px 0; font-size: 1.1em";
  const group = make("fieldset", { style: "display: block" }, legend);
  const own = `answer-${Math.random().toString(36).slice(2)}`;
  const options = LETTERS.map((letter) => {
    const input = make("input", { type: "radio", name: own, value: letter });
    const words = make("span"),
      mark = make("strong");
    const label = make("label", { style: "display: flex; gap: 8px; padding: 5px 0" }, input, words, mark);
    group.append(label);
    return { input, words, mark };
  });
  const check = make("button", { type: "submit" }, "Check");
  form.append(group);
  root.append(form);
  const next = button("Next", () => go(get("question")));
  row(
    form,
    check,
    button("Previous", () => go(get("question") - 2)),
    next,
    button("Reset", () => put(model, { question: 1, answers: questions.map(() => "") })),
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
      answers: get("answers").map((answer, k) => (k === get("question") - 1 ? chosen.input.value : answer)),
    });
  });

  let shown = 0;
  const draw = () => {
    const k = get("question") - 1,
      question = questions[k],
      answer = get("answers")[k];
    const marks = judged(questions, get("answers")),
      total = (kind) => marks.filter((mark) => mark === kind).length;
    marks.forEach((mark, n) => {
      for (const [name, kind] of [
        ["right", true],
        ["wrong", false],
        ["open", null],
      ]) {
        picture.show(`${name}-${n}`, mark === kind);
      }
    });
    picture.set("at hand", { x: 12 + 60 * (k % COLUMNS), y: 5 + 74 * Math.floor(k / COLUMNS) });
    picture.text("standing", `✓ ${total(true)} right, ✗ ${total(false)} wrong, ${total(null)} open`);
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
    summarise(total(true), total(false), marks);
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
  function summarise(right, wrong, marks) {
    const places = [...new Set(questions.filter((_, k) => marks[k] === false).map(({ where }) => where))];
    const words =
      right + wrong < count ? `${right} of ${right + wrong} right so far.` : `Done: ${right} of ${count} right.`;
    result.replaceChildren(
      ...(right + wrong ? [make("p", {}, make("strong", {}, words))] : []),
      ...(places.length
        ? [make("p", {}, "To read again:"), make("ul", {}, ...places.map((place) => make("li", {}, place)))]
        : []),
    );
  }

  return follow(model, ["question", "answers"], draw);
}

const optionOf = ({ options }, letter) => `${letter}) ${options[LETTERS.indexOf(letter)].replace(/\.$/, "")}`;

export default { render };
