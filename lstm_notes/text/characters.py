"""What is a text to a network? Numbers, one a character. Taught in notebook 12_text.

The text ships with Python: the help topics that `help("for")` shows, reference prose with examples in code. It is
another for each version of Python; `digest` says which.
"""

import hashlib

import numpy as np

from .. import _checks

ALPHABET = "\n" + "".join(map(chr, range(32, 127)))  # 96 characters: what a keyboard has
NUMBERS = {character: number for number, character in enumerate(ALPHABET)}
# Of what else stands in the topics, what a keyboard has for it; the rest is left out.
TYPED = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "—": "-", "–": "-"})
RECORDED = "2e73e5e4"  # of the text with which the recorded network was trained


def load_topics(once=True):
    """Python's help topics as one text, in the order of their names, in ALPHABET alone. Notebook 12.

    Topics quote each other. `once`: each paragraph is kept where it stands first, so that what is tested on does not
    stand in what was trained on.

    >>> len(load_topics()) < len(load_topics(once=False))
    True
    """
    from pydoc_data.topics import topics

    text = "\n\n".join(topics[name].strip("\n") for name in sorted(topics)).translate(TYPED)
    if once:
        text = "\n\n".join(dict.fromkeys(text.split("\n\n")))
    return "".join(character for character in text if character in NUMBERS)


def digest(text):
    """Eight letters and digits that another text has not, so that two machines know whether they read the same.

    >>> digest("x_t"), digest("x_t ")
    ('1029cb8a', '6871812c')
    """
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def encode(text):
    """The places in ALPHABET of the characters of a text: an array (characters,) of int64. Notebook 12.

    ValueError for a character that ALPHABET has not.

    >>> encode("LSTM\\n").tolist()
    [45, 52, 53, 46, 0]
    """
    if not isinstance(text, str):
        raise TypeError(f"text is {type(text).__name__}; a str is needed")
    for place, character in enumerate(text):
        if character not in NUMBERS:
            needed = "letters, digits, marks and line breaks of a plain keyboard are needed"
            raise ValueError(f"text has {character!r} at place {place}; {needed}")
    return np.array([NUMBERS[character] for character in text], dtype="int64")


def decode(numbers):
    """The text of such numbers, (characters,).

    >>> decode(encode("h and C"))
    'h and C'
    """
    return "".join(ALPHABET[number] for number in check_numbers("numbers", numbers))


def split_text(text):
    """Training, validation and test text: the first 80%, the next 10%, the last 10%, by place. Notebook 12.

    >>> [len(part) for part in split_text("0123456789")]
    [8, 1, 1]
    """
    ends = round(0.8 * len(text)), round(0.9 * len(text))
    parts = text[: ends[0]], text[ends[0] : ends[1]], text[ends[1] :]
    if not all(len(part) for part in parts):
        raise ValueError(f"text has {len(text)} characters; at least 10 are needed for three parts")
    return parts


def check_numbers(name, numbers, axes=("characters",)):
    """`numbers` as an array of places in ALPHABET."""
    numbers = _checks.axes(name, np.asarray(numbers), *axes)
    if numbers.dtype.kind not in "iu":
        raise TypeError(f"{name} has dtype {numbers.dtype}; whole numbers are needed: encode(text)")
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < len(ALPHABET):
        wrong = numbers.max() if numbers.max() >= len(ALPHABET) else numbers.min()
        raise ValueError(f"{name} has {wrong}; 0 to {len(ALPHABET) - 1} are needed, places in ALPHABET")
    return numbers
