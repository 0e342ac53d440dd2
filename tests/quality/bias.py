"""How much of the intensity is left, by how significant a reflection is.

Weak reflections lose first, which no overall figure shows. Therefore intensities are summed in
classes of true I/sigma, and compared with the true sum. Classes of measured I/sigma would be
selected on noise, which biases every comparison; without a truth there is no alternative.
"""
import numpy as np

from matching import pairs

EDGES = (0, 0.5, 1, 2, 4, 8, 20, np.inf)  # I/sigma
STRONG = 20  # I/sigma from which one reflection tells the scale
SLICES = 10  # of the series, each with its own scale
OUTLIER_SIGMA, OUTLIER_PART = 6, 0.15


class Reference:
    """Expected intensity of a reflection of the raw series, and its sigma there."""

    def __init__(self, xyz, expected, sigma):
        self.xyz = xyz
        self.expected = expected
        self.sigma = sigma


def reference_from_raw(raw):
    """Reference without a truth: the raw intensities themselves."""
    good = raw.sigma > 0
    return Reference(raw.xyz[good], raw.intensity[good], raw.sigma[good])


def reference_from_truth(raw, truth):
    """The true counts on the scale of the raw intensities, without what is wrong in raw.

    These are disturbed by hot pixels, shadows, the edges of the detector or other reflections.
    """
    here, there = pairs(raw.xyz, truth.xyz)
    here, there = here[raw.sigma[here] > 0], there[raw.sigma[here] > 0]
    xyz, intensity, sigma = raw.xyz[here], raw.intensity[here], raw.sigma[here]
    expected = on_scale(truth.counts[there], xyz[:, 2], intensity, sigma)
    allowed = np.maximum(OUTLIER_SIGMA * sigma, OUTLIER_PART * expected)
    good = np.abs(intensity - expected) <= allowed
    return Reference(xyz[good], expected[good], sigma[good])


def on_scale(counts, frame, intensity, sigma):
    """The scale drifts along a series (dose, volume): fitted to strong reflections, in slices."""
    strong = np.flatnonzero(counts > STRONG * sigma)
    if len(strong) == 0:
        return counts
    slices = np.array_split(strong[np.argsort(frame[strong])], min(SLICES, len(strong)))
    middle = [np.median(frame[s]) for s in slices]
    scale = [np.median(intensity[s] / counts[s]) for s in slices]
    return counts * np.interp(frame, middle, scale)


def by_class(reference, measured):
    """For each class of expected I/sigma: how many, and sum of measured / sum of expected."""
    here, there = pairs(reference.xyz, measured.xyz)
    expected, intensity = reference.expected[here], measured.intensity[there]
    significance = expected / reference.sigma[here]
    classes = []
    for low, high in zip(EDGES[:-1], EDGES[1:]):
        chosen = (significance >= low) & (significance < high)
        total = expected[chosen].sum()
        classes.append({"n": int(chosen.sum()),
                        "ratio": float(intensity[chosen].sum() / total) if total > 0 else None})
    return classes
