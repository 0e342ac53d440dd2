#!/usr/bin/env python3
"""Fidelity and size on the shared data, through the plugin: promise P3 and bytes per frame.

    fidelity.py PLUGIN_DIR DATA

Frames are written with the filter by h5py, read back, and compared with the original:
- simulated series (main, low), per band of the true background: mean and variance of the background
  pixels (good, and at least 8 pixels away from every true peak) and of all good pixels;
- real frames, per quartile of the background of the rings or tiles: all good pixels, and those that
  are at least 4 pixels away from every strong one (the difference is due to the tails of peaks).
Exits with 77 where the data or a module is missing, with 1 where a bound is not met.
"""
import os
import sys

BITSHUFFLE = "/usr/lib/%s/hdf5/serial/plugins" % os.environ.get("MULTIARCH", "x86_64-linux-gnu")
os.environ["HDF5_PLUGIN_PATH"] = sys.argv[1] + ":" + BITSHUFFLE

try:
    import h5py
    import numpy as np
except ImportError as missing:
    print("skipped:", missing)
    sys.exit(77)

DATA = sys.argv[2]
FILTER = 47000
TYPE_MAXIMUM = 2**32 - 1
BANDS = [(0.02, 0.05), (0.05, 0.1), (0.1, 0.2), (0.2, 0.5), (0.6, 1), (1, 2), (2, 5), (5, 10), (10, 20)]
CENTRE = (1031.7, 1085.3)
BITSHUFFLE_HINT = "skipped: the bitshuffle plugin that the data need is not installed"


def restored(frames, values):
    """Write frames with the filter, one per chunk; return restored frames and bytes stored."""
    with h5py.File("memory", "w", driver="core", backing_store=False) as file:
        data = file.create_dataset("data", data=frames, chunks=(1,) + frames.shape[1:],
                                   compression=FILTER, compression_opts=values)
        file.flush()
        sizes = [data.id.get_chunk_info(i).size for i in range(len(frames))]
        return data[()], sizes


def radial(pick, noise, bins=800):
    """cd_values: radial model, centre of the simulated series."""
    return (1, 1, int(CENTRE[0] * 1000), int(CENTRE[1] * 1000), pick, noise, bins)


def bias(after, before):
    """Relative difference of mean and variance, per cent."""
    a, b = after.astype("f8"), before.astype("f8")
    return 100 * (a.mean() / b.mean() - 1), 100 * (a.var() / b.var() - 1)


class Checks:
    """Counts the violated bounds."""

    def __init__(self):
        self.failed = 0

    def mark(self, good):
        self.failed += not good
        return "" if good else "  <-- FAILED"


def read_series(name):
    with h5py.File("%s/eiger4m/%s_master.h5" % (DATA, name), "r") as file:
        try:
            frames = file["entry/data/data_000001"][()]
        except OSError:
            print(BITSHUFFLE_HINT)
            sys.exit(77)
    y, x = np.mgrid[0:frames.shape[1], 0:frames.shape[2]]
    shape = np.exp(-(np.hypot(x - CENTRE[0], y - CENTRE[1]) / 500) ** 1.5)
    truth = 0.5 + 19.5 * shape if name == "main" else 0.02 + 1.98 * shape
    near = np.zeros(frames.shape, bool)
    with h5py.File("%s/eiger4m/%s_truth.h5" % (DATA, name), "r") as file:
        peaks = file["peaks"]
        for k, py, px in zip(peaks["frame"][()], peaks["y"][()], peaks["x"][()]):
            row, column = int(round(py)), int(round(px))
            near[int(k), max(row - 8, 0):row + 9, max(column - 8, 0):column + 9] = True
    return frames, truth, near


def check_series(checks, name):
    frames, truth, near = read_series(name)
    good = frames != TYPE_MAXIMUM
    for pick, noise in ((100, 0), (300, 0), (100, 100), (300, 100)):
        back, sizes = restored(frames, radial(pick, noise))
        exact = (back[~good] == TYPE_MAXIMUM).all()
        print("\n%s, pick %d, noise floor %d: bytes per frame %s%s"
              % (name, pick / 100, noise / 100, " ".join(map(str, sizes)), checks.mark(exact)))
        if name == "main" and noise == 100:
            limit = 28000 if pick == 300 else 560000
            print("  largest frame %d bytes, at most %d%s"
                  % (max(sizes), limit, checks.mark(max(sizes) <= limit)))
        print("  %-12s %10s %8s | %8s %8s | %8s %8s  per cent"
              % ("band", "pixels", "counts", "mean", "variance", "mean", "variance"))
        for low, high in BANDS:
            band = good & ((truth >= low) & (truth < high))
            background = band & ~near
            if background.sum() < 10000:
                continue
            mean, variance = bias(back[background], frames[background])
            all_mean, all_variance = bias(back[band], frames[band])
            bound = 0.5 if low >= 0.2 else 3
            met = max(abs(mean), abs(variance), abs(all_mean), abs(all_variance)) <= bound
            print("  %5.2f-%-6.2f %10d %8.3f | %+8.3f %+8.3f | %+8.3f %+8.3f%s"
                  % (low, high, background.sum(), frames[background].mean(), mean, variance,
                     all_mean, all_variance, checks.mark(met)))
    print("  (background pixels | all good pixels)")


def regions(shape, values):
    """A number for the ring of 2 pixels, or the tile of 64 x 64, of every pixel."""
    y, x = np.mgrid[0:shape[0], 0:shape[1]]
    if values[1] == 1:
        return (np.hypot(x - values[2] / 1000, y - values[3] / 1000) / 2).astype(int)
    return y // 64 * (shape[1] // 64 + 1) + x // 64


def levels(frame, good, region):
    """The mean of the lower 98 % of the good pixels of each region, spread over its pixels."""
    order = np.argsort(region[good], kind="stable")
    numbers, starts = np.unique(region[good][order], return_index=True)
    level = np.zeros(region.max() + 1)
    for number, part in zip(numbers, np.split(frame[good][order], starts[1:])):
        level[number] = np.sort(part)[:max(1, int(0.98 * len(part)))].mean()
    return level[region]


def widened(mask, by):
    """The pixels within a square of 2 by + 1 about those of a mask."""
    for axis in (0, 1):
        grown = mask.copy()
        for step in range(1, by + 1):
            for back, forth in ((np.s_[step:], np.s_[:-step]), (np.s_[:-step], np.s_[step:])):
                one = [np.s_[:], np.s_[:]]
                other = [np.s_[:], np.s_[:]]
                one[axis], other[axis] = back, forth
                grown[tuple(one)] |= mask[tuple(other)]
        mask = grown
    return mask


def check_real(checks, title, path, values, frame):
    with h5py.File(DATA + path, "r") as file:
        frames = file["entry/data/data"][frame:frame + 1]
    good = frames[0] != np.iinfo(frames.dtype).max
    if frames.dtype.kind == "i":
        good &= frames[0] >= 0
    back, sizes = restored(frames, values)
    exact = (back[0][~good] == frames[0][~good]).all()
    print("\n%s: %d bytes%s" % (title, sizes[0], checks.mark(exact)))
    level = levels(frames[0], good, regions(good.shape, values))
    strong = good & (frames[0] > level + 5 * np.sqrt(level) + 1)
    quiet = good & ~widened(strong, 4)
    cuts = np.unique(np.quantile(level[good], [0, 0.25, 0.5, 0.75, 1]))
    for low, high in zip(cuts[:-1], cuts[1:]):
        band = (level >= low) & (level < high if high < cuts[-1] else level <= high)
        everything, calm = band & good, band & quiet
        if everything.sum() < 10000:
            continue
        mean, variance = bias(back[0][everything], frames[0][everything])
        calm_mean, calm_variance = bias(back[0][calm], frames[0][calm])
        wide = frames[0][calm].var() / frames[0][calm].mean()
        met = max(abs(mean), abs(variance)) <= 1
        print("  level %5.1f-%-5.1f %8d pixels | mean %+7.3f variance %+7.3f | %3.0f %% away from spots, "
              "variance/mean %.2f: mean %+7.3f variance %+7.3f%s"
              % (low, high, everything.sum(), mean, variance, 100 * calm.sum() / everything.sum(),
                 wide, calm_mean, calm_variance, checks.mark(met)))


def main():
    if not os.path.exists(DATA + "/eiger4m/main_master.h5"):
        print("skipped: no shared data")
        return 77
    checks = Checks()
    for name in ("main", "low"):
        check_series(checks, name)
    thaumatin = (1, 1, 1261110, 1306460)
    for pick in (100, 300):
        for frame in (0, 8):
            check_real(checks, "thaumatin grid, frame %d, rings, pick %d" % (frame, pick / 100),
                       "/real/thaumatin_grid.h5", thaumatin + (pick,), frame)
        check_real(checks, "thaumatin grid, frame 0, tiles, pick %d" % (pick / 100),
                   "/real/thaumatin_grid.h5", (1, 2, 0, 0, pick), 0)
        check_real(checks, "Eiger 4M protein, tiles, pick %d" % (pick / 100),
                   "/real/eiger4m_protein_1frame.h5", (1, 2, 0, 0, pick), 0)
    print("\n%s" % ("%d bounds not met" % checks.failed if checks.failed else "all bounds met"))
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
