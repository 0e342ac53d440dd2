#!/usr/bin/env python3
"""The table of the quickstart: sizes of one series stored in several ways, and what is read back.

    quickstart.py --centre SERIES    print the beam centre, in pixels with centres at integers
    quickstart.py FOLDER             print the table for the files that `quickstart` has made
"""
import sys

import h5py
import numpy as np

DATA = "/entry/data/data"
DETECTOR = "/entry/instrument/detector/"
FLAGGED = 2**32 - 1
LEVELS = ("lossless", "transparent", "high", "compact", "hits")
SEARCHED = [("raw", "series.h5"), ("transparent", "transparent.h5"), ("hits", "hits.h5")]
STORED = [("raw", "series.h5"), ("bitshuffle-LZ4", "bitshuffle.h5"),
          *((level, level + ".h5") for level in LEVELS)]


def beam_centre(file):
    """NXmx counts from the outer edge of the first pixel, winnow from its centre."""
    return file[DETECTOR + "beam_center_x"][()] - 0.5, file[DETECTOR + "beam_center_y"][()] - 0.5


def bytes_stored(dataset):
    return sum(dataset.id.get_chunk_info(i).size for i in range(dataset.id.get_num_chunks()))


def bias(after, before):
    """Relative errors of mean and variance, in per cent."""
    return 100 * (after.mean() / before.mean() - 1), 100 * (after.var() / before.var() - 1)


def signal_pixels(frames, truth):
    """Pixels of at least 5 sigma, and 5 counts, above the true background."""
    return (frames != FLAGGED) & (frames >= truth + 5 * np.sqrt(truth) + 5)


def background_pixels(frames, signal):
    """Good pixels that are at least 5 pixels away from any signal."""
    near = signal.copy()
    for axis in (1, 2):
        for step in range(1, 6):
            near |= np.roll(signal, step, axis) | np.roll(signal, -step, axis)
        signal = near.copy()
    return (frames != FLAGGED) & ~near


def found_share(spots, peaks, wanted):
    """The percentage of the wanted peaks that have a spot within 2 pixels on their frame."""
    found = [((spots["frame"] == frame) &
              (np.hypot(spots["observed_px_x"] - x, spots["observed_px_y"] - y) < 2)).any()
             for frame, x, y in zip(peaks["frame"][wanted], peaks["x"][wanted], peaks["y"][wanted])]
    return 100 * np.mean(found)


def show_spots(folder):
    """Compares the spots found in some of the files with the simulated peaks."""
    with h5py.File(folder + "/series.h5", "r") as file:
        peaks = {name: file["/truth/peaks/" + name][()] for name in ("frame", "x", "y", "counts")}
        at = tuple(np.rint(peaks[name]).astype(int) for name in ("frame", "y", "x"))
        seen = file[DATA][()][at] != FLAGGED
    print("\n%-17s %8s   true peaks found: of 60 to 120 counts, above 120 counts" % ("spots in", "spots"))
    for label, name in SEARCHED:
        with h5py.File(folder + "/spots_" + name, "r") as file:
            spots = {name: file["/entry/spots/" + name][()]
                     for name in ("frame", "observed_px_x", "observed_px_y")}
        weak = seen & (peaks["counts"] >= 60) & (peaks["counts"] < 120)
        strong = seen & (peaks["counts"] >= 120)
        print("%-17s %8d %37.1f %% %16.1f %%" % (label, len(spots["frame"]), found_share(spots, peaks, weak),
                                                found_share(spots, peaks, strong)))


def main(folder):
    with h5py.File(folder + "/series.h5", "r") as file:
        raw = file[DATA][()]
        truth = file["/truth/background"][()]
    signal = signal_pixels(raw, truth)
    background = background_pixels(raw, signal)
    flagged = raw == FLAGGED
    print("\n%d frames of %d x %d %s, simulated Eiger 1M; %.2f counts per background pixel;"
          "\n%d signal pixels, %d flagged pixels\n"
          % (raw.shape[0], raw.shape[2], raw.shape[1], raw.dtype, raw[background].mean(),
             signal.sum(), flagged.sum()))
    print("%-17s %12s %8s %11s | %12s %13s %22s"
          % ("stored as", "bytes/frame", "of raw", "of bs-LZ4", "signal exact", "flags exact",
             "background: mean, var."))
    sizes = {}
    for label, name in STORED:
        with h5py.File(folder + "/" + name, "r") as file:
            sizes[label] = bytes_stored(file[DATA]) / len(raw)
            back = file[DATA][()]
        of_lossless = sizes[label] / sizes.get("bitshuffle-LZ4", np.inf)
        mean, variance = bias(back[background].astype("f8"), raw[background].astype("f8"))
        print("%-17s %12.0f %8s %11s | %12s %13s %+10.2f %%  %+6.2f %%"
              % (label, sizes[label], "1/%.0f" % (sizes["raw"] / sizes[label]),
                 "1/%.1f" % (1 / of_lossless) if of_lossless else "",
                 "yes" if (back[signal] == raw[signal]).all() else "NO",
                 "yes" if (back[flagged] == FLAGGED).all() else "NO", mean, variance))
    print("\nSignal: at least 5 sigma and 5 counts above the true background. Background: good pixels at "
          "least\n5 pixels away from signal; except where signal was found, its counts are kept as sums of blocks of"
          "\n2 x 2 (transparent), 3 x 3 (high) and 4 x 4 pixels (compact), or as the distribution of the ring"
          "\nalone (hits). h5py needed no change.")
    show_spots(folder)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--centre":
        with h5py.File(sys.argv[2], "r") as series:
            print("%.3f,%.3f" % beam_centre(series))
    elif len(sys.argv) == 2:
        main(sys.argv[1])
    else:
        sys.exit(__doc__)
