"""Tests that need a real browser have the mark `browser`: -m "not browser" leaves them out."""

import os

import pytest

from tools import browser


def pytest_collection_modifyitems(items):
    for item in items:
        if {"chromium", "opened"}.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def chromium():
    if browser.find() is None and not os.environ.get("CI"):
        pytest.skip(browser.ADVICE)
    with browser.browser() as running:
        yield running
