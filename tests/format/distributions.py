"""Background distributions (section 7 of FORMAT.md) and alias tables (section 8), for
test_document.py."""

import re
from collections import namedtuple

import numpy as np

from container import require

POSITION_MAX = 1024  # of a quantile
EXPECTED_MIN = np.float32(2.0**-20)  # counts of a pixel

Gaussian = namedtuple("Gaussian", "mean sigma below")


def slope_in_the_middle(before, value, after):
    u, w = value - before, after - value
    if u * w <= 0:
        return 0.0
    slope = min(abs(u + w) / 2, 2 * min(abs(u), abs(w)))
    return slope if u > 0 else -slope


def slopes_along(values):
    """Slope at each region of one row or column of regions."""
    if len(values) == 1:
        return [0.0]
    slopes = []
    for i, value in enumerate(values):
        if 0 < i < len(values) - 1:
            slopes.append(slope_in_the_middle(values[i - 1], value, values[i + 1]))
        else:
            step = values[1] - values[0] if i == 0 else value - values[i - 1]
            slopes.append(max(min(step, abs(value) / 4), -abs(value) / 4))
    return slopes


def surface(values, pixel_map):
    """Value at each cell, linear within its region."""
    grid = np.reshape(values, (pixel_map.down, pixel_map.across))
    slope_x = np.array([slopes_along(row) for row in grid.tolist()])
    slope_y = np.array([slopes_along(column) for column in grid.T.tolist()]).T
    t = (np.abs(slope_x) + np.abs(slope_y)) / 2
    share = np.where(t > np.abs(grid), np.abs(grid) / np.where(t > 0, t, 1), 1)
    slope_x, slope_y = (slope_x * share).ravel(), (slope_y * share).ravel()
    region = pixel_map.region
    change = slope_x[region] * pixel_map.place_x + slope_y[region] * pixel_map.place_y
    return grid.ravel()[region] + change


def expected_counts(mean, pixel_map):
    """Expected count of a pixel of each cell; mean: of each region."""
    cell_mean = np.maximum(surface(mean, pixel_map), 0) * pixel_map.norm
    return np.maximum(cell_mean.astype(np.float32), EXPECTED_MIN)


def panjer_weights(mean, dispersion, highest):
    """Weights of the counts 0 to `highest`, and their sum."""
    A = 1 - 1 / dispersion
    B = mean / dispersion - A
    weights = [1.0]
    total = 1.0
    for k in range(1, highest + 1):
        factor = A + B / k
        weights.append(weights[-1] * factor if factor > 0 else 0.0)
        total += weights[-1]
        if weights[-1] > 2.0**512:
            weights = [weight / 2.0**512 for weight in weights]
            total /= 2.0**512
    return weights, total


class Quantiles:
    """The quantiles of the Gaussian at 0 to 1024 1024ths, linear between them."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        table = text[text.index("{") + 1:text.index("}")]
        lower_half = [float(number) for number in re.findall(r"-?\d+\.\d+", table)]
        require(len(lower_half) == POSITION_MAX // 2 + 1, "table of quantiles")
        self.q = np.array(lower_half + [-number for number in lower_half[-2::-1]])
        areas = 0.5 * (self.q[:-1] + self.q[1:])
        self.sums = np.concatenate(([0.0], np.cumsum(areas)))  # cumsum adds in order

    def value(self, position):
        i = np.minimum(np.floor(position), POSITION_MAX - 1).astype(int)
        return self.q[i] + (position - i) * (self.q[i + 1] - self.q[i])

    def position(self, z):
        if z <= self.q[0]:
            return 0.0
        if z >= self.q[-1]:
            return float(POSITION_MAX)
        i = int(np.searchsorted(self.q, z, side="right")) - 1
        return i + (z - self.q[i]) / (self.q[i + 1] - self.q[i])

    def mean_below(self, below):
        """The mean of the Gaussian that is truncated at a position."""
        if below == 0:
            return self.q[0]
        whole = int(below)
        total = self.sums[whole]
        if whole < POSITION_MAX:
            total += (below - whole) * 0.5 * (self.q[whole] + self.value(below))
        return total / below


def gaussian(mean, sigma, limit, quantiles):
    below = quantiles.position((limit - mean) / sigma) if sigma != 0 else float(POSITION_MAX)
    return Gaussian(mean, sigma, below)


def mean_of_gaussian(distribution, quantiles):
    return distribution.mean + distribution.sigma * quantiles.mean_below(distribution.below)


def alias_table(weights, total, bits):
    """First and second entry of each column."""
    columns = 2**bits
    scale = columns / total
    fill = [weight * scale for weight in weights] + [0.0] * (columns - len(weights))
    table = [(2**24 - 1, j) for j in range(columns)]
    poor = [j for j in range(columns) if fill[j] < 1]
    rich = [j for j in range(columns) if not fill[j] < 1]
    while poor and rich:
        j, g = poor.pop(), rich[-1]
        table[j] = (int(fill[j] * 2**24), g)
        fill[g] -= 1 - fill[j]
        if fill[g] < 1:
            poor.append(rich.pop())
    return np.array(table).T
