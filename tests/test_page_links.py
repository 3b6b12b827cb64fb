"""Exported pages are a book: each link between them, and each anchor, leads to where it says."""

import re
import urllib.parse
from html.parser import HTMLParser

import nbformat
import pytest
from nbformat.v4 import new_markdown_cell, new_notebook

from tools import copies
from tools.notebooks import DOCUMENTS
from tools.page import document, page

NAMES = [path.stem for path in [*copies.originals(), *DOCUMENTS]]


class Links(HTMLParser):
    """Of a page: where its links lead, and the places that can be led to."""

    def __init__(self, text):
        super().__init__()
        self.targets, self.places = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "a":
            self.targets.append(attributes["href"])
        if "id" in attributes:
            self.places.add(attributes["id"])


@pytest.fixture(scope="module")
def pages():
    """All pages, of the notebooks as they are saved, by the names of their files."""
    made = {path.stem: page(nbformat.read(path, as_version=4), NAMES) for path in copies.originals()}
    made |= {path.stem: document(path, NAMES) for path in DOCUMENTS}
    return {f"{name}.html": Links(text) for name, text in made.items()}


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_its_place(pages, name):
    lost = []
    for target in pages[f"{name}.html"].targets:
        if re.match(r"https?://|mailto:", target):
            continue
        file, _, place = target.partition("#")
        there = pages.get(file or f"{name}.html")
        if there is None or (place and urllib.parse.unquote(place) not in there.places):
            lost.append(target)
    assert not lost, f"{name} leads nowhere: {lost}"


def test_there_are_links_to_follow(pages):
    """The pages that the last test could miss: the report, the questions with their anchors, the notebooks with a b."""
    targets = {name: links.targets for name, links in pages.items()}
    assert "REPORT.html" in targets["01_introduction.html"] and "QUESTIONS.html" in targets["08_key_takeaways.html"]
    assert "05b_long_memory.html" in targets["05_training.html"] and "CLAIMS.html" in targets["QUESTIONS.html"]
    assert sum("#" in target for target in targets["QUESTIONS.html"]) > 40


def test_a_page_without_its_neighbours_leads_to_none():
    for name in ("01_introduction", "06_testing"):
        made = page(nbformat.read(copies.NOTEBOOKS / f"{name}.ipynb", as_version=4), [name])
        lost = [each for each in Links(made).targets if not re.match(rf"https?://|#|{name}.html", each)]
        assert not lost and "notebook 2" in made.lower()


def test_which_links_are_changed():
    text = """# A page

[one](03_next.ipynb#A-place), [two](../REPORT.md), [three](notebooks/05b_other.ipynb), [four](#Here),
[five](https://example.org/x.md), [six](gone.ipynb)
"""
    made = page(new_notebook(cells=[new_markdown_cell(text)]), ["03_next", "REPORT", "05b_other"])
    known = ["03_next.html#A-place", "REPORT.html", "05b_other.html", "#Here", "https://example.org/x.md"]
    assert Links(made).targets == known and ", six<" in made.replace("\n", "")
