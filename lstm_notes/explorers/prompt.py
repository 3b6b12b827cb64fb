"""A prompt, and what the recorded network of notebook 12 writes after it, letter by letter. Notebook 12b.

    prompt and written text → the network: h of a unit, and what may come next → prompt.js: scene(state)
    recorded_text → its weights as float32, once → prompt.js: the same network, which writes in the page

So the page needs no kernel. Where Python draws, NumPy's network reads: it has to come to the same picture.
"""

import numpy as np
import traitlets

from .. import _checks
from ..text import ALPHABET, encode, recorded_text, text_forward, write
from ._explorer import Explorer, number, packed, whole
from ._scene import Scene, ask

LONGEST, MOST = 300, 600  # letters of a prompt, and after it
HOTTEST = 2.0
LAST_SEED = 999
QUOTES = 28  # the unit that best_units finds for "in quotes" in the validation text
RECORDED = 200  # letters of the still where nothing was written yet


class PromptExplorer(Explorer, front="prompt"):
    """Type a prompt, set the temperature, let the network write letter by letter, and see which unit reacts. 12b.

    The network is `recorded_text()`: 128 units, trained on Python's help topics. At one temperature it writes what
    `write(recorded_text(), prompt, length, temperature, seed)` writes.

    State, to be read, set and linked: `prompt`, 1 … 300 letters of ALPHABET; `seed` of what is drawn, 0 … 999: these
    start anew. `temperature`, 0 (the likeliest) … 2, for the next letter; `unit`, the one that is shown, 0 … 127;
    `written` so far, at most 600 letters.

    Raises traitlets.TraitError for a state that cannot be.

    >>> explorer = PromptExplorer(prompt="The for statem", temperature=0)
    >>> explorer.step(4).written
    'ent '
    """

    prompt = traitlets.Unicode('The "for" statement', help="what it goes on from; starts anew").tag(
        sync=True, moved=True
    )
    temperature = number(0.5, "what the logits are divided by, 0 … 2; 0 writes the likeliest")
    unit = whole(0, "the unit whose h is shown, counted from 0")
    written = traitlets.Unicode("", help="what was written after the prompt").tag(sync=True, moved=True)
    seed = whole(0, "of what is drawn, 0 … 999; starts anew")
    fixed = traitlets.Dict().tag(sync=True)
    _network = traitlets.Bytes().tag(sync=True)  # for the page alone

    def __init__(self, **state):
        self._weights = recorded_text()
        units, size = self._weights.sizes
        fixed = {
            "units": units, "size": size, "alphabet": ALPHABET, "quotes": QUOTES,
            "longest": LONGEST, "most": MOST, "hottest": HOTTEST, "last_seed": LAST_SEED,
        }  # fmt: skip
        super().__init__(_network=packed(self._weights.vector), fixed=fixed, **state)
        self.observe(lambda change: self.set_trait("written", ""), ["prompt", "seed"])

    def step(self, n=1):
        """Let it write `n` letters more; returns self."""
        n, room = _checks.whole("n", n), MOST - len(self.written)
        if n > room:
            raise ValueError(f"n is {n}; at most {room} are left of {MOST} letters")
        self.written += self._next(n)
        return self

    def _next(self, n):
        """The next `n` letters. The generator has drawn a number for each that was written."""
        rng = np.random.default_rng(self.seed)
        rng.uniform(size=len(self.written))
        return write(self._weights, self.prompt + self.written, n, self.temperature, rng)

    def _state(self, **other):
        """What the front end draws, and what the network makes of its text: h of the unit after each letter, and the
        logits of the next."""
        state = {name: getattr(self, name) for name in self._scene_names} | other
        trace = text_forward(encode(state["prompt"] + state["written"])[None], self._weights)
        read = {"h": trace.lstm.h[0, :, state["unit"]].tolist(), "logits": trace.logits[0, -1].tolist()}
        return state | {"read": read}

    def ask(self, function, *more):
        """As of every explorer, of what the network has read as well."""
        return ask(self._front, function, self._state(), *more)

    @traitlets.validate("prompt")
    def _readable(self, proposal):
        if not proposal.value:
            raise traitlets.TraitError("prompt is empty; one letter at least is needed to go on from")
        return self._known("prompt", proposal.value, LONGEST)

    @traitlets.validate("written")
    def _writable(self, proposal):
        return self._known("written", proposal.value, MOST)

    def _known(self, name, text, most):
        if len(text) > most:
            raise traitlets.TraitError(f"{name} has {len(text)} letters; at most {most} are possible")
        try:
            encode(text)
        except ValueError as error:
            raise traitlets.TraitError(str(error).replace("text", name, 1)) from None
        return text

    @traitlets.validate("temperature", "unit", "seed")
    def _within(self, proposal):
        name, value = proposal["trait"].name, proposal.value
        most = {"temperature": HOTTEST, "unit": self.fixed["units"] - 1, "seed": LAST_SEED}[name]
        if not 0 <= value <= most:
            raise traitlets.TraitError(f"{name} is {value}; 0 to {most:g} is needed")
        return value

    def still(self):
        """The present drawing; where nothing was written yet, one with letters, and the unit that knows quotes."""
        if self.written:
            return self.drawing()
        state = self._state(unit=QUOTES, written=self._next(RECORDED))
        return Scene(**ask(self._front, "scene", state))
