"""The self-test: one question at a time, with a word on every wrong answer. Notebook 08."""

import traitlets

from ..course.questions import LETTERS, QUESTIONS
from ._explorer import Explorer, whole
from ._scene import Scene

NUMBER = len(QUESTIONS)


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
    def score(self):
        """How many answers are right."""
        return self.ask("judged").count(True)

    @property
    def read_again(self):
        """Notebook and section of each wrong answer, each once."""
        return self.ask("readAgain")

    def still(self):
        """The picture that stands where nothing runs: the question at hand, and where all of them are."""
        return Scene(**self.ask("still"))


def _where(question):
    return f"{question.notebook}: {question.section}"
