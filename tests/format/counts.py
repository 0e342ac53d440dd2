"""Streams of counts, for test_document.py: contexts (section 4 of FORMAT.md), rANS (section 5)."""

from bisect import bisect_right
from itertools import accumulate

import numpy as np

from container import require

STATES = 32
STATE_MIN = 2**16
SLOTS = 4096  # of a state, the sum of the frequencies
COUNT_MAX = 2**32 - 2


def contexts_of(expected, steps):
    """Contexts of counts, by their expected counts (float32)."""
    root = np.sqrt(expected) * np.float32(steps)
    return np.minimum(np.floor(root + np.float32(0.5)), 255).astype(int)


class Symbols:
    """The symbols of a context, by the interval of slots that each one has."""

    def __init__(self, code):
        self.code = code
        self.starts = [0, *accumulate(code.frequencies)][:-1]
        self.escape = len(code.frequencies) - 1

    def taken_from(self, state):
        """The symbol of a state, and the state without it."""
        slot = state % SLOTS
        symbol = bisect_right(self.starts, slot) - 1
        return symbol, self.code.frequencies[symbol] * (state // SLOTS) + slot - self.starts[symbol]


class LowBits:
    def __init__(self, bits):
        self.bits = bits
        self.used = 0

    def take(self, count):
        self.used += count
        return self.bits >> (self.used - count) & ((1 << count) - 1)


def first_states(words):
    require(len(words) >= 2 * STATES, "words of a stream of counts")
    return [words[2 * i] + (words[2 * i + 1] << 16) for i in range(STATES)]


def decoded(stream, contexts):
    """The counts of a stream; contexts: of each count."""
    symbols = {number: Symbols(code) for number, code in stream.codes.items()}
    require(set(contexts.tolist()) <= set(symbols), "context without a code")
    states = first_states(stream.words)
    words, escaped = iter(stream.words[2 * STATES:]), iter(stream.escaped)
    low, counts = LowBits(stream.low_bits), []
    for i, number in enumerate(contexts.tolist()):
        of_context = symbols[number]
        symbol, state = of_context.taken_from(states[i % STATES])
        if state < STATE_MIN:
            state = (state << 16) + next(words, 0)
        states[i % STATES] = state
        if symbol == of_context.escape:
            counts.append(next(escaped, 0))
        else:
            shift = of_context.code.shift
            counts.append(of_context.code.base + (symbol << shift) + low.take(shift))
    require(states == [STATE_MIN] * STATES, "last states of a stream of counts")
    require(next(words, None) is None and next(escaped, None) is None, "length of a stream")
    require((low.used + 7) // 8 == stream.low_bytes, "bytes of the low bits")
    require(stream.low_bits >> low.used == 0, "low bits")
    require(max(counts, default=0) <= COUNT_MAX, "count")
    return np.array(counts, np.uint64)
