"""Which spots or reflections of two lists are the same: the nearest ones, within a reach."""
import numpy as np
from scipy.spatial import cKDTree

REACH = 2.5  # pixels
PIXELS_PER_FRAME = 2.0  # a frame counts as so many pixels


def scaled(xyz):
    return xyz * [1.0, 1.0, PIXELS_PER_FRAME]


def found_again(these, among):
    """The fraction of these positions with one of the others within reach."""
    if len(these) == 0 or len(among) == 0:
        return 0.0
    distance, _ = cKDTree(scaled(among)).query(scaled(these), distance_upper_bound=REACH)
    return float(np.isfinite(distance).mean())


def pairs(one, other):
    """Indices into both lists of positions that are each other's nearest, within reach."""
    distance, there = cKDTree(scaled(other)).query(scaled(one), distance_upper_bound=REACH)
    here = np.flatnonzero(np.isfinite(distance))
    there = there[here]
    _, back = cKDTree(scaled(one)).query(scaled(other[there]))
    mutual = back == here
    return here[mutual], there[mutual]
