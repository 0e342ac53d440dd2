"""Counts of pixels from sums of blocks, for test_document.py: the end of section 8 of FORMAT.md.

All blocks are split alike, so each step below is one for all blocks at once. Arrays of pixels have
one row per pixel of a block and one column per block.
"""

from functools import lru_cache

import numpy as np

from container import MASK32
from counts import contexts_of, decoded
from distributions import alias_table

TABLE_MAX = 31  # counts that a table splits
PIECES_MAX = 248  # counts that are split in pieces of TABLE_MAX
SHARES = 64  # shares that have a table


# --- How many of n counts fall to the first half -------------------------------------------------


def binomial_weights(n, p):
    if p == SHARES:
        return [0.0] * n + [1.0]
    weights = [1.0]
    for k in range(1, n + 1):
        weights.append(weights[-1] * (((n - k + 1) / k) * (p / (SHARES - p))))
    return weights


@lru_cache
def tables():
    """First and second entry of each column, by p, n and column."""
    columns = [[alias_table(weights, sum(weights), 5)
                for weights in (binomial_weights(n, p) for n in range(TABLE_MAX + 1))]
               for p in range(SHARES + 1)]
    return np.array(columns).transpose(2, 0, 1, 3)


def split_by_table(n, share, r):
    d = (r * np.uint64(2654435761) & np.uint64(MASK32)) >> np.uint64(16)
    dithered = share * np.float32(SHARES) + d.astype(np.float32) / np.float32(65536)
    p = np.minimum(np.floor(dithered), SHARES).astype(int)
    j = (r >> np.uint64(27)).astype(int)
    f = (r << np.uint64(5) & np.uint64(MASK32)) >> np.uint64(8)
    limit, other = tables()[:, p, n, j]
    return np.where(f.astype(int) < limit, j, other)


def next_words(r):
    r = r + np.uint64(2654435769) & np.uint64(MASK32)
    r = (r ^ r >> np.uint64(16)) * np.uint64(2146121005) & np.uint64(MASK32)
    r = (r ^ r >> np.uint64(15)) * np.uint64(2221713035) & np.uint64(MASK32)
    return r ^ r >> np.uint64(16)


def split_in_pieces(n, share, r):
    first = np.zeros_like(n)
    left = n.copy()
    while left.any():
        piece = np.minimum(left, TABLE_MAX)
        first += split_by_table(piece, share, r)
        left -= piece
        r = next_words(r)
    return first


def split_by_gaussian(n, share, r, quantiles):
    share = share.astype(float)
    z = quantiles.value(r.astype(float) / 2.0**32 * 1024)
    v = n * share + np.sqrt(n * share * (1 - share)) * z + 0.5
    return np.where(v >= 1, np.where(v >= n, n, np.floor(v)), 0).astype(int)


def split_with_noise(n, share, r, quantiles):
    many = n > PIECES_MAX
    pieces = split_in_pieces(np.where(many, 0, n), share, r)
    return np.where(many, split_by_gaussian(n, share, r, quantiles), pieces)


def split_without_noise(n, share, d):
    return np.minimum(n, np.floor(n * share.astype(float) + d / 2.0**32).astype(int))


# --- Blocks --------------------------------------------------------------------------------------


def middle_of(low, high):
    return low + (high - low) // 2


class Blocks:
    """The blocks of a frame."""

    def __init__(self, height, width, edge):
        self.edge, self.height, self.width = edge, height, width
        self.down, self.across = -(-height // edge), -(-width // edge)
        top, left = np.divmod(np.arange(self.down * self.across), self.across)
        y, x = np.divmod(np.arange(edge * edge), edge)
        self.y = edge * top + y[:, None]
        self.x = edge * left + x[:, None]
        self.inside = (self.y < height) & (self.x < width)

    def place_of_words(self, part):
        """Row and column of the random word of part number `part` of each block, in a frame that
        has a column for each column of blocks and a row for each part of a row of blocks."""
        return (self.edge**2 - 1) * (self.y[0] // self.edge) + part, self.x[0] // self.edge

    def cut(self, image):
        """The pixels of each block; 0 beyond the frame."""
        end_y, end_x = self.down * self.edge, self.across * self.edge
        padded = np.zeros((end_y, end_x), image.dtype)
        padded[:self.height, :self.width] = image
        return padded[self.y, self.x]

    def joined(self, pixels):
        """The image of these pixels of each block."""
        image = np.zeros((self.height, self.width), pixels.dtype)
        image[self.y[self.inside], self.x[self.inside]] = pixels[self.inside]
        return image


class Parts:
    """The parts that blocks are split into, their weights and numbers; a part is (low, high).
    pixels: the weights of the pixels, float32."""

    def __init__(self, pixels):
        self.weight, self.number = {}, {}
        self.add(pixels, 0, len(pixels))

    def add(self, pixels, low, high):
        """Add a part and those it is split into; its weight."""
        if high - low == 1:
            total = pixels[low]
        else:
            self.number[low, high] = len(self.number)
            middle = middle_of(low, high)
            total = self.add(pixels, low, middle) + self.add(pixels, middle, high)
        self.weight[low, high] = total
        return total

    def share(self, low, high):
        """Of the first half of a part."""
        first, both = self.weight[low, middle_of(low, high)], self.weight[low, high]
        return np.where(both > 0, first / np.where(both > 0, both, 1), np.float32(0.5))


class Splitter:
    """Splits the counts of all blocks; words: random words, None = without noise."""

    def __init__(self, blocks, parts, even, words, quantiles):
        self.blocks, self.parts, self.even = blocks, parts, even
        self.words, self.quantiles = words, quantiles
        self.counts = np.zeros(blocks.y.shape, int)

    def first_half(self, n, low, high):
        share = self.parts.share(low, high)
        y, x = self.blocks.place_of_words(self.parts.number[low, high])
        if self.words is None:
            return split_without_noise(n, share, (x * 3242174889 + y * 2447445414) & MASK32)
        r = self.words[y * self.blocks.across + x].astype(np.uint64)
        drawn = split_with_noise(n, share, self.words[y * self.blocks.across + x], self.quantiles)
        dither = (r * np.uint64(3266489909) & np.uint64(MASK32)).astype(float)
        evenly = split_without_noise(n, share, dither)
        chosen = (r * np.uint64(2246822507) & np.uint64(MASK32)) >> np.uint64(24) < self.even
        return np.where(chosen & (high - low == 2) & (n <= 16), evenly, drawn)

    def split(self, n, low, high):
        if high - low == 1:
            self.counts[low] = n
            return
        middle = middle_of(low, high)
        first = self.first_half(n, low, high)
        self.split(first, low, middle)
        self.split(n - first, middle, high)


def background_from_sums(sums, weight, words, quantiles):
    """Counts of all pixels; weight: expected count of each background pixel, 0 for others."""
    blocks = Blocks(*weight.shape, sums.edge)
    parts = Parts(blocks.cut(weight))
    total = parts.weight[0, sums.edge**2]
    n = np.zeros(len(total), int)
    n[total > 0] = decoded(sums.stream, contexts_of(total[total > 0], sums.steps))
    splitter = Splitter(blocks, parts, sums.even, words, quantiles)
    splitter.split(n, 0, sums.edge**2)
    return blocks.joined(splitter.counts).astype(np.uint64)
