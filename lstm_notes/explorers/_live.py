"""What explorers that train while you look have in common: a thread, the lock that it shares with the reader, and words
for what goes wrong in it.

A kernel that is busy in a loop hears no button, so the training runs in a thread of its own. A `Live` has such a
thread; a `Player` is a Live whose training is played, paused, stepped and begun anew.
"""

import threading
import time
from contextlib import contextmanager

import traitlets

from .. import _checks
from ._explorer import Explorer, choice
from ._scene import Scene, ask


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


AT_MOST = 3000  # updates until it pauses
SLICE = 1 / 15  # seconds that it trains until it shows a frame, at most
PACES = {"slow": (1, 0.5), "normal": (2, SLICE), "fast": (AT_MOST, 0)}  # updates and seconds of a frame


class Player(Live):
    """A Live whose training goes on by updates. Of a subclass: `_new()` is a run that has not trained yet, whose `left`
    tells what stays of it when another begins; `_advance(run)` makes an update; `_shows(run)` are the traits that show
    it; `_over` says that there is no going on; `restarts` are the settings that begin another run."""

    restarts = ()
    recorded = 120  # updates of the still where nobody has trained yet
    shown = ("frame", "ghosts", "playing")  # the traits that the front end may have changed by training itself

    speed = choice(
        ("normal", "slow", "fast"), "updates a second while it plays: 30, 2, as many as it can; acts at once"
    )
    playing = traitlets.Bool(False, read_only=True).tag(sync=True)
    ghosts = traitlets.List().tag(sync=True)  # what is left of earlier runs

    _alone = None  # who plays: one at a time
    _run, _over = None, False

    def _begin(self):
        """The first run; from now on a setting begins another."""
        self._anew()
        self.observe(lambda change: self._anew(), [*self.restarts])

    def _anew(self):
        with self._guard:
            if self._run is not None:
                self.ghosts = self._run.left(self.ghosts)
            self._run, self.trouble = self._new(), ""
            self._publish()

    def _advance(self, run):
        run.advance()

    def _shows(self, run):
        return {"frame": run.present()}

    def _publish(self):
        for name, value in self._shows(self._run).items():
            setattr(self, name, value)

    def still(self):
        """The present drawing; where nobody has trained yet, that of a run made for it: there is more to see."""
        with self._guard:
            if self.update:
                return self.drawing()
            run = self._new()
            for _ in range(self.recorded):
                self._advance(run)
            state = {name: getattr(self, name) for name in self._scene_names} | self._shows(run)
        scene = Scene(**ask(self._front, "scene", state))
        scene.description = f"A recorded run. {scene.description}"
        return scene

    def step(self, n=1):
        """Pause, and make `n` updates; returns self."""
        n = _checks.whole("n", n)
        self.pause()
        with self._guard:
            for _ in range(n):
                self._advance(self._run)
            self._publish()
        return self

    def play(self):
        """Train until `pause`, in a thread; whoever else plays is paused. Returns self."""
        with self._guard:
            if not self.playing and not self._over:
                other, Player._alone = Player._alone, self
                self.trouble = ""
                self.set_trait("playing", True)
                self._start(self._train)
            else:
                other = None
        if other not in (None, self):
            other.pause()
        return self

    def pause(self):
        """Stop after the update at hand; returns self."""
        with self._guard:
            self._thread = None
            self.set_trait("playing", False)
        return self

    def reset(self):
        """Pause, and go back to the start, with the same seed: the same numbers come again. Returns self."""
        self.pause()
        self._anew()
        return self

    def close(self):
        """End the training and the widget."""
        if self.playing:  # who was refused before it began has no lock either
            self.pause()
        super().close()

    def _train(self):
        made = 0
        while made < AT_MOST and not (self.trouble or self._over):
            begun, (updates, seconds) = time.monotonic(), PACES[self.speed]
            with self._guard:
                if self._thread is not threading.current_thread():
                    return
                with self._in_words():
                    for _ in range(min(updates, AT_MOST - made)):
                        self._advance(self._run)
                        made += 1
                        if time.monotonic() - begun > SLICE:
                            break
                    self._publish()
            # At least a moment, in which whoever waits for the lock gets it.
            time.sleep(max(seconds - (time.monotonic() - begun), 0.005))
        with self._guard:
            if self._thread is threading.current_thread():
                self.pause()

    def _hear(self, widget, content, buffers):
        """A request of the front end, {"do": "play", "heard": 7}; the sign of life comes once it is done."""
        verb = {
            "play": self.play, "pause": self.pause, "step": self.step, "reset": self.reset, "show": self._show,
        }.get(content.get("do"))  # fmt: skip
        if verb:
            with self._in_words():
                verb()
        super()._hear(widget, content, buffers)

    def _show(self):
        """Tell the front end, which has trained by itself, what is so here."""
        self.send_state([*self.shown])

    def set_state(self, sync_data):
        """As in ipywidgets, but of the front end only what a reader moves: it may have trained by itself meanwhile."""
        super().set_state({name: value for name, value in sync_data.items() if name in self.traits(moved=True)})

    def ask(self, function, *more):
        """As of every explorer, and the training waits meanwhile: the state is that of one moment."""
        with self._guard:
            return super().ask(function, *more)
