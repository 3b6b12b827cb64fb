"""The self-test: its questions are sound, answerable and the same in widget and text; the cheat sheet and the
glossary name what is there."""

import asyncio
import html
import inspect
import json
import os
import re
import textwrap
import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pytest
import traitlets
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from nbclient import NotebookClient

import lstm_notes
from lstm_notes import LSTMWeights, batches, lstm_forward, make_windows, studies, text, variants
from lstm_notes.course.questions import LETTERS, QUESTIONS, Question, as_text, question
from lstm_notes.explorers.self_test import NUMBER, SelfTest
from lstm_notes.pictures.cheat_sheet import PITFALLS, SHAPES, cheat_sheet, parameters
from tools import browser
from tools.page import page as page_of

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"
COLUMNS, NARROW = 11, 8  # as in self_test.js
NUMBERED = [pytest.param(each, id=f"question {k}") for k, each in enumerate(QUESTIONS, 1)]


def prose(name):
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def right(question):
    return question.options[LETTERS.index(question.right)]


# ---------------------------------------------------------------------------------------------------------------
# The questions.


def unsound(question):
    """What is wrong with the form of a question, in words; nothing if it is sound."""
    if len(question.options) != 4 or len(question.explanations) != 4 or question.right not in LETTERS:
        return "four options, four explanations and one right letter are needed"
    if len(set(question.options)) != 4 or len(set(question.explanations)) != 4:
        return "two options or explanations are the same"
    if not all(option.strip() for option in question.options):
        return "an option is empty"
    for letter, explanation in zip(LETTERS, question.explanations):
        if len(explanation.split()) < (4 if letter == question.right else 9):
            return f"the explanation of {letter} is too short to say why"
    if len({option.endswith(".") for option in question.options}) > 1:
        return "only some options end with a full stop, which gives one away"
    return None


@pytest.mark.parametrize("each", NUMBERED)
def test_a_question_is_sound(each):
    assert unsound(each) is None


def test_an_unsound_question_would_be_seen():
    good = QUESTIONS[0]
    for changed in (
        {"right": "e"},
        {"options": good.options[:3]},
        {"options": (*good.options[:3], good.options[0])},
        {"explanations": (*good.explanations[:3], "No.")},
        {"options": (*good.options[:3], "Another one")},
    ):
        assert unsound(Question(**vars(good) | changed)), changed


def test_answers_keep_their_order():
    made = question("?", "02", "s", a=("1", "x"), b_right=("2", "y"), c=("3", "z"), d=("4", "w"))
    assert made.options == ("1", "2", "3", "4") and made.right == "b"


def test_nothing_but_the_content_gives_the_right_answer_away():
    """Neither its letter nor its length: whoever goes by them alone does little better than by chance."""
    letters = Counter(each.right for each in QUESTIONS)
    assert set(letters) == set(LETTERS) and max(letters.values()) <= len(QUESTIONS) / 4 + 2
    places = [sorted(each.options, key=len).index(right(each)) for each in QUESTIONS]
    assert max(Counter(places).values()) <= 0.4 * len(QUESTIONS)
    assert max(sum(1 for _ in run) for run in runs([each.right for each in QUESTIONS])) <= 2


def runs(letters):
    start = 0
    for k in range(1, len(letters) + 1):
        if k == len(letters) or letters[k] != letters[start]:
            yield letters[start:k]
            start = k


@pytest.mark.parametrize("each", NUMBERED)
def test_its_section_is_there(each):
    headings = [line.strip("# ") for cell in prose(each.notebook) for line in cell.splitlines() if line[:2] == "##"]
    assert each.section in headings, headings


def test_every_notebook_but_the_first_is_asked_about():
    assert {each.notebook[:2] for each in QUESTIONS} >= {"02", "03", "04", "05", "06"}


# What the right answers say, computed; the words tell which of the questions is meant.
def state_of_open_gates():
    open_gates = LSTMWeights(np.zeros((1, 4)), np.zeros((1, 4)), np.full(4, 50.0))
    return lstm_forward(np.zeros((1, 10, 1)), open_gates).c[0, -1, 0]


@pytest.mark.parametrize(
    "words, value",
    [
        ("after 10 steps", lambda: f"{state_of_open_gates():.0f}"),
        ("has 96 parameters", lambda: str(LSTMWeights.initial(1, 4).array.size)),
        ("look_back 5 and horizon 2", lambda: str(len(make_windows(np.zeros(20), 5, horizon=2)[0]))),
        ("mini-batches of 32, 3 epochs", lambda: str(3 * len(batches(np.arange(100), 32)))),
        ("shape of X", lambda: str(make_windows(np.zeros((46, 2)), look_back=14)[0].shape)),
    ],
)
def test_numbers_in_right_answers_are_computed(words, value):
    (asked,) = (each for each in QUESTIONS if words in each.text)
    holds = [value() in re.findall(r"\(.*\)|\d+", option)[:1] for option in asked.options]
    assert holds == [letter == asked.right for letter in LETTERS]


# ---------------------------------------------------------------------------------------------------------------
# The same questions as text, in the notebook.


def test_the_notebook_holds_every_question_as_it_stands_in_the_data():
    text = "\n\n".join(prose("08_key_takeaways"))
    for k in range(1, len(QUESTIONS) + 1):
        assert text.count(as_text(k, k)) == 1, k
    assert f"{len(QUESTIONS)} questions" in text


@pytest.mark.parametrize("each", NUMBERED)
def test_a_question_as_text_unfolds_each_answer(each):
    number = QUESTIONS.index(each) + 1
    text = as_text(number, number)
    folded = re.findall(r"<details><summary>(\w)\) (.*?)</summary>\n\n(✓ Right|✗ No)\. (.*?)\n\n</details>", text)
    assert [(a, b, d) for a, b, _, d in folded] == list(zip(LETTERS, each.options, each.explanations))
    assert [verdict == "✓ Right" for _, _, verdict, _ in folded] == [letter == each.right for letter in LETTERS]
    assert not re.search(r"[<>*`]", "".join((each.text, *each.options, *each.explanations)))  # no markup by accident


# ---------------------------------------------------------------------------------------------------------------
# The widget.


def shown(test):
    """The named parts of the picture, and what they say."""
    return {name: part["words"] for name, part in test.drawing().parts.items()}


def test_it_counts_and_says_what_to_read_again():
    wrong = next(letter for letter in LETTERS if letter != QUESTIONS[1].right)
    test = SelfTest().answer(1, QUESTIONS[0].right).answer(2, wrong)
    assert (test.score, test.question, test.answers[:3]) == (1, 2, [QUESTIONS[0].right, wrong, ""])
    assert test.read_again == [f"{QUESTIONS[1].notebook}: {QUESTIONS[1].section}"]
    parts = shown(test)
    assert parts["right-0"] == "✓" and parts["wrong-1"] == "✗" and parts["open-2"] == "·"
    assert not parts.keys() & {"wrong-0", "open-0", "right-1", "open-1", "right-2", "wrong-2"}
    assert parts["standing"] == f"✓ 1 right, ✗ 1 wrong, {NUMBER - 2} open"


@pytest.mark.parametrize("letters", [[""] * NUMBER, ["a"] * NUMBER, [each.right for each in QUESTIONS]])
@pytest.mark.parametrize("at", [1, COLUMNS, COLUMNS + 1, NUMBER])
def test_every_state_has_its_picture_and_its_still(letters, at):
    test = SelfTest(answers=letters, question=at)
    expected = sum(a == each.right for a, each in zip(letters, QUESTIONS))
    wrong = [f"{each.notebook}: {each.section}" for a, each in zip(letters, QUESTIONS) if a not in ("", each.right)]
    assert test.read_again == list(dict.fromkeys(wrong))
    assert test.score == expected and f"✓ {expected} right" in test.drawing().description
    for columns in (COLUMNS, NARROW):
        frame = test.drawing(columns == NARROW).parts["at hand"]
        assert (frame["x"], frame["y"]) == (12 + 60 * ((at - 1) % columns), 5 + 74 * ((at - 1) // columns))
    still, asked = test.still(), QUESTIONS[at - 1]
    for words in (still.description, " ".join(words for _, _, words in still.elements)):
        assert asked.text in words and all(option in words for option in asked.options)
        assert f"✓ {expected} right" in words and "open the answer that you choose" in words


def test_next_goes_to_the_next_open_question():
    """From the last on to the first; where no other is open, to the one after it, and from the last one nowhere."""
    test = SelfTest(question=3)
    assert test.ask("ahead") == 4
    test.answers = ["a"] * 5 + [""] * (NUMBER - 5)
    assert test.ask("ahead") == 6
    test.question = NUMBER
    assert test.ask("ahead") == 6
    test.answers = ["a"] * (NUMBER - 1) + [""]
    assert test.ask("ahead") is None
    test.question = 2
    assert test.ask("ahead") == NUMBER
    test.answers = ["a"] * NUMBER
    assert test.ask("ahead") == 3


def test_a_long_question_is_broken_between_words():
    for at, each in enumerate(QUESTIONS, 1):
        elements = SelfTest(question=at).still().elements
        lines = [words for _, more, words in elements if more.get("font-weight") and more["class"] == "ink"]
        assert lines == textwrap.wrap(each.text, 90)


def test_the_notebook_gets_the_still():
    bundle, _ = SelfTest(question=5)._repr_mimebundle_()
    assert QUESTIONS[4].text in bundle["text/plain"] and "image/png" in bundle
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_the_browser_gets_the_questions():
    sent = SelfTest().questions
    assert [each["right"] for each in sent] == [each.right for each in QUESTIONS]
    assert [tuple(each["explanations"]) for each in sent] == [each.explanations for each in QUESTIONS]


@pytest.mark.parametrize("state", [{"question": 0}, {"question": NUMBER + 1}, {"answers": ["a"]}])
def test_a_state_that_is_not_there_is_refused(state):
    with pytest.raises(traitlets.TraitError, match=next(iter(state))):
        SelfTest(**state)


def test_an_answer_that_is_not_there_is_refused():
    for number, letter in ((NUMBER + 1, "a"), (0, "a"), (2, "e")):
        test = SelfTest()
        with pytest.raises(traitlets.TraitError):
            test.answer(number, letter)
        assert test.answers == [""] * NUMBER and test.question == 1


# ---------------------------------------------------------------------------------------------------------------
# The widget in a page without a kernel, in a real browser.


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """The self-test's root in an exported page, and what went wrong there."""
    if browser.find() is None and not os.environ.get("CI"):
        pytest.skip(browser.ADVICE)
    code = "from lstm_notes.explorers.self_test import SelfTest\nSelfTest()"
    cells = [nbformat.v4.new_markdown_cell("# Self-test"), nbformat.v4.new_code_cell(code)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(notebook, timeout=120)
    client.extra_arguments = ["--log-level=ERROR"]
    asyncio.run(client.async_execute())  # before the browser: Playwright keeps this thread's event loop for itself
    file = tmp_path_factory.mktemp("pages") / "page.html"
    file.write_text(page_of(notebook), encoding="utf-8")
    with browser.browser() as running:
        page, errors = running.new_page(viewport={"width": 420, "height": 900}), []
        page.on("console", lambda message: message.type == "error" and errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(file.as_uri())
        root = page.locator(".lstm-notes")
        root.locator("svg").wait_for(timeout=20_000)
        yield root, page
        assert not errors


def agrees(root, test):
    """Wait until the live picture is what Python draws for the state of `test`, element by element."""
    live, drawn = browser.compared(root.page, json.dumps(test.drawing(narrow=True).elements))
    assert live == drawn


def test_it_can_be_taken_by_keyboard_alone_without_a_kernel(opened):
    """Every question, answered in turn by a, b, c, d: the words that appear are those of the answer."""
    root, page = opened
    test = SelfTest()
    agrees(root, test)
    for k, each in enumerate(QUESTIONS):
        letter = LETTERS[k % 4]
        root.get_by_text(f"Question {k + 1} of {NUMBER}: {each.text}").first.wait_for()
        assert root.locator("input:checked").count() == 0 and root.locator("[aria-live] details").count() == 0
        root.locator("input[type=radio]").first.focus()
        page.keyboard.press("Space")
        for _ in range(k % 4):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        test.answer(k + 1, letter)
        agrees(root, test)
        said = root.locator("[aria-live]").inner_text()
        assert each.explanations[k % 4] in said
        assert each.explanations[LETTERS.index(each.right)] in said and f"{each.notebook}: {each.section}" in said
        assert ("✓ Right." in said) == (letter == each.right)
        if k < NUMBER - 1:
            assert page.evaluate("document.activeElement.textContent") == "Next open"
            page.keyboard.press("Enter")
    assert f"Done: {test.score} of {NUMBER} right." in page.evaluate("document.activeElement.textContent")
    assert not root.get_by_role("button", name="Next").is_enabled()
    root.get_by_role("button", name="Previous").click()
    test.question = NUMBER - 1
    agrees(root, test)
    assert root.locator("li").all_inner_texts() == test.read_again
    assert root.locator("input:checked").get_attribute("value") == test.answers[-2]
    assert root.locator("input[type=radio]:enabled").count() == 0


def test_it_begins_anew_and_goes_to_a_question_that_is_clicked(opened):
    root, page = opened
    said, forget = root.locator("[aria-live]"), root.get_by_role("button", name="orget")
    before = browser.elements(root)
    forget.click()
    assert forget.inner_text() == f"Really forget {NUMBER} answers?" and browser.elements(root) == before
    root.get_by_role("button", name="Previous").focus()
    assert forget.inner_text() == "Forget all answers"
    forget.dblclick()
    agrees(root, SelfTest())
    assert root.locator("li").count() == 0 and not said.is_visible()
    assert not root.get_by_role("button", name="Previous").is_enabled()
    root.get_by_role("button", name="Check").click()
    assert "Choose an answer first." in said.inner_text()
    root.get_by_label("b)").check()
    said.wait_for(state="hidden")
    for at in (1, COLUMNS, COLUMNS + 1):
        root.locator(f"[data-part=box-{at - 1}]").click()
        agrees(root, SelfTest(question=at))
    assert page.evaluate("document.activeElement.textContent") == "Next open"
    page.keyboard.press("Enter")  # and by keyboard from there
    agrees(root, SelfTest(question=COLUMNS + 2))
    root.locator(f"[data-part=box-{NUMBER - 1}]").click()
    agrees(root, SelfTest(question=NUMBER))
    box = root.locator("[data-part=box-3]")
    for kind in ("pointerdown", "pointercancel"):  # a finger that scrolls the page
        box.dispatch_event(kind, {"bubbles": True, "pointerId": 1})
    agrees(root, SelfTest(question=NUMBER))


def test_what_is_chosen_stays_and_another_try_does_not_count(opened):
    """A choice is kept while other questions are looked at; the first check counts, and the next are explained, too."""
    root, page = opened
    said, right = root.locator("[aria-live]"), QUESTIONS[0].right
    wrong = next(letter for letter in LETTERS if letter != right)
    root.get_by_role("button", name="orget").dblclick()
    for at, letter in ((1, wrong), (2, "d")):
        root.locator(f"[data-part=box-{at - 1}]").click()
        root.get_by_label(f"{letter})").check()
    root.locator("[data-part=box-0]").click()
    page.wait_for_function("document.querySelector('legend').textContent.startsWith('Question 1 ')")
    assert root.locator("input:checked").get_attribute("value") == wrong
    assert "The first check counts." in root.inner_text() and not root.get_by_text("Try again").is_visible()
    root.get_by_role("button", name="Check").click()
    test = SelfTest().answer(1, wrong)
    agrees(root, test)
    assert "✗ your answer" in root.locator("label", has_text=f"{wrong})").inner_text()
    root.get_by_role("button", name="Try again").click()
    said.wait_for(state="hidden")
    assert root.locator("input:checked").count() == 0 and "✓ right" not in root.locator("form").inner_text()
    root.get_by_label(f"{right})").check()
    root.get_by_role("button", name="Check").click()
    said.wait_for()
    assert "✓ Right." in said.inner_text()
    assert f"your first answer, {wrong}), is the one that counts" in said.inner_text()
    assert "✓ right, your answer" in root.locator("label", has_text=f"{right})").inner_text()
    agrees(root, test)
    root.locator("[data-part=box-1]").click()
    page.wait_for_function("document.querySelector('legend').textContent.startsWith('Question 2 ')")
    assert root.locator("input:checked").get_attribute("value") == "d"


@pytest.mark.parametrize("width", [420, 1180])
def test_the_buttons_stay_where_they_are(opened, width):
    """On every question, checked or not."""
    root, page = opened
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(300)
    root.get_by_role("button", name="orget").dblclick()
    check, places = root.get_by_role("button", name="Check"), set()
    for k in range(NUMBER):
        root.locator(f"[data-part=box-{k}]").click()
        root.get_by_label("a)").check()
        page.wait_for_timeout(40)
        places.add(round(check.bounding_box()["y"] - root.bounding_box()["y"]))
        check.click()
        page.wait_for_timeout(40)
        places.add(round(check.bounding_box()["y"] - root.bounding_box()["y"]))
    assert len(places) == 1, places
    page.set_viewport_size({"width": 420, "height": 900})


@pytest.mark.parametrize("name", sorted({each.notebook for each in QUESTIONS}))
def test_a_section_is_a_link_to_its_place(opened, name):
    """On a page, to the heading of the page of that notebook."""
    root, page = opened
    headings = page_of(nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4))
    asked = [each for each in QUESTIONS if each.notebook == name]
    for each in asked:
        at = QUESTIONS.index(each)
        root.locator(f"[data-part=box-{at}]").click()
        page.wait_for_function(
            "words => document.querySelector('legend').textContent.startsWith(words)", arg=f"Question {at + 1} "
        )
        link = root.get_by_role("link", name=f"{name}: {each.section}").first
        if not link.is_visible():
            root.get_by_label("a)").check()
            root.get_by_role("button", name="Check").click()
        file, _, place = link.get_attribute("href").partition("#")
        assert file == f"{name}.html" and f'id="{html.escape(place)}"' in headings, place


def test_a_phone_does_not_scroll_sideways(opened):
    root, page = opened
    assert page.evaluate("document.documentElement.scrollWidth") <= 420
    assert root.locator(".picture").evaluate("e => e.scrollWidth <= e.clientWidth")


# ---------------------------------------------------------------------------------------------------------------
# The cheat sheet and the glossary.


def test_the_cheat_sheet_counts_as_the_package_does():
    for units, features in ((1, 1), (32, 1), (64, 2), (5, 3)):
        assert parameters(features, units) == LSTMWeights.initial(features, units).array.size
    sheet = cheat_sheet()
    assert f"32 units, 1 feature: {LSTMWeights.initial(1, 32).array.size:,}" in sheet.description
    assert all(words in sheet.description for words in PITFALLS) and len(SHAPES) == 8
    assert abs(sheet.height / sheet.width - 297 / 210) < 0.01  # A4


def test_the_cheat_sheet_stays_on_its_page():
    """Every line ends inside the page, and none of a left column runs into the right one."""
    sheet, found = cheat_sheet(), 0
    for element in ElementTree.fromstring(sheet.svg):
        if element.tag.endswith("text"):
            x, y, size = (float(element.get(key)) for key in ("x", "y", "font-size"))
            font = FontProperties(family="DejaVu Sans", weight=element.get("font-weight", "normal"))
            end = x + TextPath((0, 0), element.text, size=size, prop=font).get_extents().x1
            end = x if element.get("text-anchor") != "start" else end  # the cell's own words, in its scale
            limit = 470 if x < 325 and 470 < y < 1140 else 875
            assert y < sheet.height - 10 and end < limit, (element.text, end)
            found += 1
    assert found > 60


WINGS = {"variants": variants, "studies": studies, "text": text}


def resolve(name):
    """The thing that a name of the glossary means, by way of lstm_notes or one of WINGS."""
    name, _, argument = name.removesuffix("=)").partition("(")
    thing = lstm_notes
    for part in name.split("."):
        if part in WINGS:
            thing = WINGS[part]
        elif inspect.isclass(thing) and part in getattr(thing, "__annotations__", {}):
            return
        else:
            thing = getattr(thing, part)
    if argument:
        assert argument in inspect.signature(thing).parameters, name


def glossary():
    (table,) = (cell for cell in prose("08_key_takeaways") if cell.startswith("## The terms"))
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")][2:]
    return {term: (words, code, link) for term, words, code, link in rows}


def test_the_glossarys_names_are_there():
    terms = glossary()
    assert len(terms) > 35
    for _, code, link in terms.values():
        for name in re.findall(r"`([^`]+)`", code):
            resolve(name)
        assert re.fullmatch(r"\[(\d+[a-z]?)\]\(0?\1_\w+\.ipynb\)", link)
    for missing in ("no_such_name", "make_windows(no_such=)", "LSTMWeights.no_such"):
        with pytest.raises((AttributeError, AssertionError)):
            resolve(missing)
