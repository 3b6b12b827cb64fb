"""What explorers that train while you look have in common: a thread, the lock that it shares with the reader, and words
for what goes wrong in it.

A kernel that is busy in a loop hears no button, so the training runs in a thread of its own.
"""

import threading
from contextlib import contextmanager

import traitlets

from ._explorer import Explorer


class Live(Explorer):
    """An explorer with a training thread. What the thread and the reader both touch is touched `with self._guard`."""

    trouble = traitlets.Unicode("").tag(sync=True)  # what stopped the thread, in words

    _thread = None

    def __init__(self, **state):
        self._guard = threading.RLock()
        super().__init__(**state)

    def _start(self, work):
        """Let a thread do `work`; the one that ran before, if any, sees that it is no longer `self._thread`."""
        self._thread = threading.Thread(target=work, name=type(self).__name__, daemon=True)
        self._thread.start()

    @contextmanager
    def _in_words(self):
        """Whatever is raised becomes `trouble`: the reader is to see it, and stderr is not the place."""
        try:
            yield
        except Exception as error:
            with self._guard:
                self.trouble = f"{type(error).__name__}: {error}"

    @contextmanager
    def hold_trait_notifications(self):
        """As in traitlets, and the thread waits meanwhile: what it publishes would be held back and lost."""
        with self._guard, super().hold_trait_notifications():
            yield
