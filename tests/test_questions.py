"""QUESTIONS.md: twenty questions, short answers, and what each answer quotes is claimed where its link leads."""

import json
import re
from pathlib import Path

import pytest

from lstm_notes.course.claims import METADATA

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "QUESTIONS.md").read_text("utf-8")
QUESTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S))
QUOTE = re.compile(r"^- \[[^\]]+\]\((notebooks/(\w+)\.ipynb)#(\S+)\): \*(.+)\*$", re.M)


def parts(text):
    """What else is asked and where, the answer, and the lines of a link and a claim."""
    found = re.fullmatch(r"\n<sub>([^\n]+)</sub>\n\n(.+?)\n\n((?:- [^\n]+\n)+)\n?", text, re.S)
    assert found, f"not of the form: other words, answer, links:\n{text}"
    return found.groups()


def sentences(answer):
    """A point, question or exclamation mark ends one where white space follows; code and stars do not count."""
    return [each for each in re.split(r"(?<=[.!?])\s+", re.sub(r"`[^`]*`|\*", "", answer).strip()) if each]


def anchor(heading):
    """As JupyterLab and exported pages make it of a heading: its words as they are, joined by hyphens."""
    return re.sub(r"[`*]", "", heading).strip().replace(" ", "-")


def claims_by_section(path):
    """Anchor of a heading → the claims of its section, those of the headings below it included."""
    found, open_now = {}, []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            for marks, heading in re.findall(r"^(#+) (.+)$", "".join(cell["source"]), re.M):
                open_now = [(level, name) for level, name in open_now if level < len(marks)]
                open_now.append((len(marks), anchor(heading)))
                found.setdefault(anchor(heading), set())
        for output in cell.get("outputs", []):
            if METADATA in output.get("metadata", {}):
                for _, name in open_now:
                    found[name].add(output["metadata"][METADATA]["sentence"])
    return found


def test_twenty_questions_and_some_near_them():
    numbers = [int(title.split(" · ")[0]) for title in QUESTIONS if not title.startswith("Near · ")]
    assert numbers == list(range(1, 21)) and len(QUESTIONS) > 20
    assert all("?" in title for title in QUESTIONS)


@pytest.mark.parametrize("title", QUESTIONS)
def test_an_answer_is_at_most_three_sentences(title):
    _, answer, _ = parts(QUESTIONS[title])
    assert 1 <= len(sentences(answer)) <= 3, sentences(answer)


@pytest.mark.parametrize("title", QUESTIONS)
def test_an_answer_quotes_what_its_section_claims(title):
    _, _, links = parts(QUESTIONS[title])
    quotes = QUOTE.findall(links)
    assert len(quotes) == len(links.splitlines()), f"a line is no link with a claim:\n{links}"
    for target, notebook, section, sentence in quotes:
        assert (ROOT / target).exists(), target
        sections = claims_by_section(ROOT / target)
        assert section in sections, f"{notebook} has no heading {section}; it has {', '.join(sections)}"
        near = [name for name, claims in sections.items() if sentence in claims]
        assert sentence in sections[section], f"{notebook}, {section} does not claim: {sentence} (it is in {near})"


def test_the_words_that_are_searched_for():
    for word in (
        *("expected ndim=3", "shifted by one", "return_sequences", "TimeDistributed", "stateful", "NaN", "cuDNN"),
        *("shuffle=True", "inverse_transform", "batch_first", "h_n", "ONNX", "Masking", "pad_sequences", "covariates"),
    ):
        assert word in PAGE, word


def test_a_section_holds_its_own_claims_only(tmp_path):
    """The test's own reading: a claim belongs to its heading and those above it, not to a neighbour."""

    def prose(text):
        return {"cell_type": "markdown", "source": text}

    def claimed(sentence):
        return {"cell_type": "code", "source": "", "outputs": [{"metadata": {METADATA: {"sentence": sentence}}}]}

    cells = [
        prose("## One: `a`"),
        claimed("first"),
        prose("### In it"),
        claimed("second"),
        prose("## Two"),
        prose("text"),
    ]
    path = tmp_path / "01_one.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert claims_by_section(path) == {"One:-a": {"first", "second"}, "In-it": {"second"}, "Two": set()}


def test_the_readme_leads_here():
    assert "](QUESTIONS.md)" in (ROOT / "README.md").read_text("utf-8")
