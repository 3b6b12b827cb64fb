"""What nbval asks of a notebook's cells, beside what pyproject.toml says; pytest reads it for one notebook, too."""

import importlib.util


def pytest_collection_modifyitems(items):
    """What cells with a tag print is not compared everywhere with what was saved; they are run, and their claims hold.
    `torch` compare with PyTorch: where it is missing they say how to get it. `topics` read a text that ships with
    Python: another release has another text."""
    free = set() if importlib.util.find_spec("torch") else {"torch"}
    tagged = [(item, {*getattr(item, "cell", {}).get("metadata", {}).get("tags", [])}) for item in items]
    if any("topics" in tags for _, tags in tagged):
        from lstm_notes.text import RECORDED, digest, load_topics

        free |= set() if digest(load_topics()) == RECORDED else {"topics"}
    for item, tags in tagged:
        if free & tags:
            item.options["check"] = False
