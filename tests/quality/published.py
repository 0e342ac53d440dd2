"""The published method, emulated: outliers above a cut-off are kept, the rest is Gaussian noise.

A pixel is kept if it exceeds the mean of its ring by CUT-OFF x sqrt(sigma^2 + noise^2). Every other
pixel is restored as a normal random number, which may exceed that limit.
Circles about the beam centre, so the detector must be square to the beam; not normalised by
polarisation and solid angle.
"""
import json
import subprocess
import zlib

import h5py
import numpy as np

from series import WINNOW, image_paths, pixel_mask
from steps import Failure

RINGS = 800
CYCLES = 5
NOISE = 1.0  # counts
TILT = 0.01  # radian; rings are circles up to here
SEED = 1


class Rings:
    """Which ring a pixel belongs to, and where between the centres of two rings it lies."""

    def __init__(self, shape, centre):
        y, x = np.indices(shape)
        self.radius = np.hypot(x - centre[0], y - centre[1])
        width = self.radius.max() / RINGS
        self.ring = np.minimum((self.radius / width).astype(int), RINGS - 1)
        self.centres = (np.arange(RINGS) + 0.5) * width

    def at_pixels(self, profile):
        return np.interp(self.radius, self.centres, profile)


def mean_and_spread(counts, ring):
    """Per ring; zero where a ring is empty."""
    n = np.maximum(np.bincount(ring, minlength=RINGS), 1)
    mean = np.bincount(ring, counts, RINGS) / n
    square = np.bincount(ring, counts * counts, RINGS) / n
    return mean, np.sqrt(np.maximum(square - mean * mean, 0)), n


def background(counts, rings, valid):
    """Mean and spread per ring after clipping by Chauvenet's criterion."""
    all_counts, all_rings = counts[valid], rings.ring[valid]
    mean, spread, n = mean_and_spread(all_counts, all_rings)
    for _ in range(CYCLES):
        limit = np.sqrt(2 * np.log(np.maximum(n / np.sqrt(2 * np.pi), 1))) * spread
        kept = np.abs(all_counts - mean[all_rings]) <= limit[all_rings]
        mean, spread, n = mean_and_spread(all_counts[kept], all_rings[kept])
    return mean, spread


def deflated(numbers):
    """Bytes of an array after zlib, its bytes sorted by significance."""
    planes = numbers.view(np.uint8).reshape(len(numbers), numbers.itemsize).T
    return len(zlib.compress(planes.tobytes(), 6))


def stored_bytes(picked, excess, mean, spread):
    """Estimated size of a frame: positions of the kept pixels, their excess, the profile."""
    gaps = np.diff(np.flatnonzero(picked), prepend=0).astype(np.uint32)
    places = min(deflated(gaps), len(zlib.compress(np.packbits(picked).tobytes(), 6)))
    profile = np.concatenate([mean, spread]).astype(np.float32)
    return places + deflated(excess.astype(np.int32)) + deflated(profile)


def emulate_frame(frame, rings, valid, cutoff, random):
    """The frame as it is restored, and its bytes."""
    counts = frame.astype(float)
    mean, spread = background(counts, rings, valid)
    expected, sigma = rings.at_pixels(mean), rings.at_pixels(spread)
    picked = valid & (counts > expected + cutoff * np.sqrt(sigma * sigma + NOISE * NOISE))
    noise = np.rint(np.maximum(random.normal(expected, sigma), 0))
    restored = np.where(valid & ~picked, noise.astype(frame.dtype), frame)
    excess = frame[picked].astype(np.int64) - np.rint(expected[picked]).astype(np.int64)
    return restored, stored_bytes(picked, excess, mean, spread)


def beam_centre(h5winnow, packed):
    """The beam centre that h5winnow found in the file."""
    said = subprocess.run([h5winnow, "info", "--json", packed], check=True, capture_output=True)
    model = json.loads(said.stdout)["datasets"][0]["parameters"]
    if model["model"] != "radial":
        raise Failure("%s: no beam centre, which the published method needs" % packed)
    if max(abs(model["rot1_rad"]), abs(model["rot2_rad"])) > TILT or model["pixel_aspect"] != 1:
        raise Failure("%s: the published method is emulated with circular rings only; the detector "
                      "is tilted, or its pixels are not square" % packed)
    return model["centre_pixel"]


def emulate_file(series, copy, centre, cutoff):
    """Replace the images of a copy by the restored ones; return the bytes of all frames."""
    total = 0
    random = np.random.default_rng(SEED)
    h5py.h5z.filter_avail(WINNOW)  # HDF5 loads a filter to read or create, but not to write
    with h5py.File(series, "r") as old, h5py.File(copy, "r+") as new:
        for path in image_paths(old):
            images = old[path]
            good = ~pixel_mask(old, images.shape[1:])
            rings = Rings(images.shape[1:], centre)
            flag = np.iinfo(images.dtype).max
            for i, frame in enumerate(images):
                valid = good & (frame != flag) & (frame >= 0)
                new[path][i], size = emulate_frame(frame, rings, valid, cutoff, random)
                total += size
    return total
