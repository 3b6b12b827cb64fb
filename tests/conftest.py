"""Tests that need a real browser have the mark `browser`: -m "not browser" leaves them out."""

import pytest


def pytest_collection_modifyitems(items):
    for item in items:
        if {"chromium", "opened"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)
