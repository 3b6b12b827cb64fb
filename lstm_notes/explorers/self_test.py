"""The self-test: one question at a time, with a word on every wrong answer. Notebook 08."""

import textwrap

import traitlets

from ..course.questions import LETTERS, QUESTIONS
from ..pictures.svg import Drawing
from ._explorer import Explorer, whole

COLUMNS = 11  # boxes in a row of the drawing
NUMBER = len(QUESTIONS)
HOW = (
    "Nothing runs here. Below in this notebook each question stands as text:",
    "open the answer that you choose, and it says whether it is right, and why.",
)


class SelfTest(Explorer, front="self_test"):
    """The course's questions, one at a time; each answer, once checked, is explained. Notebook 08.

    State, to be read, set and linked: `question`, the one at hand, from 1; `answers`, a list with "a" to "d" for each
    question that was checked and "" for each that is open. A list is replaced, not changed in place; `answer` does it.
    From them follow `score` and `read_again`.

    Raises traitlets.TraitError for a question or an answer that is not there.

    >>> test = SelfTest()
    >>> test.answer(1, "c").answer(2, "a").score
    1
    >>> test.read_again
    ['02_cell_structure: One step, worked by hand']
    """

    question = whole(1, "the question at hand, from 1", least=1)
    answers = traitlets.List(traitlets.Enum(("", *LETTERS)), [""] * NUMBER, minlen=NUMBER, maxlen=NUMBER).tag(
        sync=True, moved=True
    )
    questions = traitlets.List().tag(sync=True)

    def __init__(self, **state):
        questions = [
            {"text": q.text, "options": q.options, "right": q.right, "explanations": q.explanations, "where": _where(q)}
            for q in QUESTIONS
        ]
        super().__init__(questions=questions, **state)

    @traitlets.validate("question")
    def _there(self, proposal):
        if proposal["value"] > NUMBER:
            raise traitlets.TraitError(f"question is {proposal['value']}; a number from 1 to {NUMBER} is needed")
        return proposal["value"]

    def answer(self, question, letter):
        """Answer a question (from 1) with a letter, as choosing and Check do; returns self."""
        with self.hold_trait_notifications():
            self.question = question
            self.answers = [*self.answers[: question - 1], letter, *self.answers[question:]]
        return self

    @property
    def _right(self):
        """For each question whether its answer is right; None where it is open."""
        return [answer == q.right if answer else None for answer, q in zip(self.answers, QUESTIONS)]

    @property
    def score(self):
        """How many answers are right."""
        return self._right.count(True)

    @property
    def read_again(self):
        """Notebook and section of each wrong answer, each once."""
        wrong = (_where(q) for q, right in zip(QUESTIONS, self._right) if right is False)
        return list(dict.fromkeys(wrong))

    def drawing(self):
        """A box for each question: open, right or wrong; a frame around the one at hand."""
        rows = -(-NUMBER // COLUMNS)
        d = Drawing(20 + 60 * COLUMNS, 74 * rows + 54, "Self-test: how far you are")
        hidden = []
        for k, right in enumerate(self._right):
            x, y = _box(k)
            d.box(x, y, 48, 62, None)
            d.text(x, y - 13, str(k + 1), size=23)
            d.text(x, y + 15, "✓", look="i", bold=True, size=25, part=f"right-{k}")
            d.text(x, y + 15, "✗", look="f", bold=True, size=25, part=f"wrong-{k}")
            d.text(x, y + 15, "·", bold=True, size=25, part=f"open-{k}")
            mark = {True: "right", False: "wrong", None: "open"}[right]
            hidden += [f"{other}-{k}" for other in ("right", "wrong", "open") if other != mark]
        d.hide(*hidden)
        d.box(*_box(self.question - 1), 56, 70, "window", part="at hand")
        d.parts.insert(0, d.parts.pop())  # below the numbers, which its tint would cover
        d.text(d.width / 2, d.height - 22, self._standing, size=23, part="standing")
        d.description = f"A box for each of {NUMBER} questions. {self._standing}; question {self.question} is at hand."
        return d

    @property
    def _standing(self):
        right, wrong, still_open = (self._right.count(kind) for kind in (True, False, None))
        return f"✓ {right} right, ✗ {wrong} wrong, {still_open} open"

    def still(self):
        """The Drawing that stands where nothing runs: the question at hand, and where all of them are."""
        question = QUESTIONS[self.question - 1]
        lines = textwrap.wrap(question.text, 90)
        d = Drawing(900, 250 + 26 * len(lines), f"Self-test, question {self.question} of {NUMBER}")
        d.text(30, 32, f"Question {self.question} of {NUMBER}", anchor="start", look="W", bold=True)
        d.text(870, 32, self._standing, anchor="end", size=15)
        for k, line in enumerate(lines):
            d.text(30, 70 + 26 * k, line, anchor="start", bold=True)
        top = 76 + 26 * len(lines)
        for k, (letter, option) in enumerate(zip(LETTERS, question.options)):
            d.text(30, top + 28 * k, "○", anchor="start")
            d.text(56, top + 28 * k, f"{letter}) {option}", anchor="start", size=16)
        for k, line in enumerate(HOW):
            d.text(30, d.height - 52 + 24 * k, line, anchor="start", size=15)
        options = " ".join(f"{letter}) {option}" for letter, option in zip(LETTERS, question.options))
        d.description = f"{d.title}. {self._standing}. {question.text} {options} {' '.join(HOW)}"
        return d


def _where(question):
    return f"{question.notebook}: {question.section}"


def _box(k):
    """The middle of the box of question k, from 0."""
    return 40 + 60 * (k % COLUMNS), 40 + 74 * (k // COLUMNS)
