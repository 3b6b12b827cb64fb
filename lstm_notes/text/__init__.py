"""The cell on text: the next character. Taught in notebooks 12_text and 12b_letters.

from lstm_notes.text import TextWeights, encode, load_topics, train_text
"""

from .characters import ALPHABET, RECORDED, decode, digest, encode, load_topics, split_text
from .model import TextWeights, cross_entropy, text_backward, text_forward, text_loss_and_gradient
from .ngrams import NGram
from .recorded import recorded_text
from .streams import Bits, bits, per_character, streams, train_text
from .units import areas, best_units, features, states, switched_off
from .writing import copied_lengths, longest_copied, temperature_shares, write, write_ngram

__all__ = [
    "ALPHABET",
    "RECORDED",
    "Bits",
    "NGram",
    "TextWeights",
    "areas",
    "best_units",
    "bits",
    "copied_lengths",
    "cross_entropy",
    "decode",
    "digest",
    "encode",
    "features",
    "load_topics",
    "longest_copied",
    "per_character",
    "recorded_text",
    "split_text",
    "states",
    "streams",
    "switched_off",
    "temperature_shares",
    "text_backward",
    "text_forward",
    "text_loss_and_gradient",
    "train_text",
    "write",
    "write_ngram",
]
