"""h5winnow spots: simulated spots found by each method, which frames are searched, where the table
is written, odd files and wrong usage. See packing.py."""
import os
import shutil
import signal
import subprocess
import time
import zlib

from packing import (BAD_INPUT, BITSHUFFLE_LZ4, FINDING, H5WINNOW, HAS_BITSHUFFLE, IMAGE,
                         INTERRUPTED, IO_FAILURE, MAKE_SERIES, SHARED, WRONG_USAGE, Run, check,
                         chunks, h5py, host, np, read)

DETECTOR = "/entry/instrument/detector"
METHODS = ["ring", "dispersion", "dispersion-extended", "peakfinder8"]
HEIGHT, WIDTH = 120, 150
FLAG = 2 ** 32 - 1


def spots(*arguments, **more):
    """The JSON output, which must be one object."""
    return Run("spots", "--json", *arguments, **more).json()


class Table:
    """A table of spots in an HDF5 file."""

    def __init__(self, name, path="/entry/spots"):
        with h5py.File(name, "r") as file:
            group = file[path]
            for column in ("frame", "observed_px_x", "observed_px_y", "observed_frame", "int_sum",
                           "pixels", "d", "frame_ptr", "frame_number"):
                setattr(self, column, group[column][()])
            frames = file[path + "_frames"]
            self.per_frame = {column: frames[column][()] for column in
                              ("spots", "strong", "hit", "resolution", "background")}
            settings = file[path + "_process/settings"]
            self.setting = {name: settings[name][()] for name in settings}
        check(len(self.frame_ptr) == len(self.frame_number) + 1, "%s: frame_ptr" % name)
        check(np.array_equal(np.diff(self.frame_ptr), self.per_frame["spots"]),
              "%s: frame_ptr and the spots of frames disagree" % name)
        for i, number in enumerate(self.frame_number):
            part = self.frame[self.frame_ptr[i]:self.frame_ptr[i + 1]]
            check(np.all(part == number), "%s: spots are not by frame" % name)

    def __len__(self):
        return len(self.frame)

    def same(self, other, what):
        for column in ("frame", "observed_px_x", "observed_px_y", "observed_frame", "int_sum"):
            check(np.array_equal(getattr(self, column), getattr(other, column)),
                  "%s: %s differs" % (what, column))


def series(name, *options):
    subprocess.run([MAKE_SERIES, *map(str, options), name], check=True)
    return name


def write(name, data, path=IMAGE, **more):
    with h5py.File(name, "w") as file:
        file.create_dataset(path, data=data, **more)
    return name


def bright(frames=3, centres=((40, 30), (100, 80)), seed=1):
    """Frames with a background of 5 counts and a few strong spots."""
    random = np.random.default_rng(seed)
    data = random.poisson(5, (frames, HEIGHT, WIDTH)).astype("u4")
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    for centre_x, centre_y in centres:
        shape = 200 * np.exp(-((x - centre_x) ** 2 + (y - centre_y) ** 2) / 2)
        data += random.poisson(shape, data.shape).astype("u4")
    return data


def is_whole(name):
    """No partial file, and HDF5 can read it."""
    check(not os.path.exists(name + ".partial"), "%s.partial is left" % name)
    with h5py.File(name, "r") as file:
        return len(file)


# ---- tests: finding ------------------------------------------------------------------------------


def truth(name, least):
    """Positions of peaks with this many counts: frame, x, y; not beside masked pixels."""
    with h5py.File(name, "r") as file:
        mask = file[DETECTOR + "/pixel_mask"][()] != 0
        peaks = {key: file["truth/peaks/" + key][()] for key in ("frame", "x", "y", "counts")}
    x, y = np.rint(peaks["x"]).astype(int), np.rint(peaks["y"]).astype(int)
    inside = (x >= 3) & (y >= 3) & (x < mask.shape[1] - 3) & (y < mask.shape[0] - 3)
    good = inside & (peaks["counts"] >= least)
    for i in np.flatnonzero(good):
        good[i] = not mask[y[i] - 2:y[i] + 3, x[i] - 2:x[i] + 3].any()
    return peaks["frame"][good], peaks["x"][good], peaks["y"][good]


def distance(one, other):
    """From each of `one` to the nearest of `other` on the same frame."""
    nearest = np.full(len(one[0]), np.inf)
    for frame in np.unique(one[0]):
        at, to = one[0] == frame, other[0] == frame
        if to.any():
            nearest[at] = np.hypot(one[1][at][:, None] - other[1][to],
                                   one[2][at][:, None] - other[2][to]).min(axis=1)
    return nearest


def finds_what_is_there():
    series("series.h5", "--frames", 6, "--size", "600x500")
    said = spots("--stills", "series.h5", "series_spots.h5")
    table = Table("series_spots.h5")
    found = table.frame, table.observed_px_x, table.observed_px_y
    recall = np.mean(distance(truth("series.h5", 120), found) < 1.5)
    false = np.mean(distance(found, truth("series.h5", 0)) > 4)
    check(recall > 0.99, "only %.3f of the strong peaks are found" % recall)
    check(false < 0.03, "%.3f of the spots are none" % false)
    check(said["spots"] == len(table) and said["frames"] == 6 and not said["rotation"],
          "what is said: %s" % said)
    check(said["spots_per_frame_most"] == table.per_frame["spots"].max() and
          said["spots_per_frame_median"] == np.median(table.per_frame["spots"]) and
          said["strong_pixels"] == table.per_frame["strong"].sum(), "the summary: %s" % said)
    return "recall %.3f, false %.3f" % (recall, false)


def rotation_is_known():
    """If an axis rotates, a spot that extends over frames is one spot."""
    still, turned = (spots(*options, "series.h5", "--force", "rotation.h5")
                     for options in (["--stills"], []))
    check(turned["rotation"] and not still["rotation"], "rotation: %s" % turned)
    check(turned["spots"] < 0.7 * still["spots"], "spots do not reach across frames: %d, %d" %
          (turned["spots"], still["spots"]))
    table = Table("rotation.h5")
    check(len(set(table.observed_frame % 1)) > 2, "centroids lie in the middle of frames")
    shutil.copy("series.h5", "axis_still.h5")
    with h5py.File("axis_still.h5", "r+") as file:
        file["entry/sample/transformations/omega"][...] = 12
    check(not spots("axis_still.h5", "still.h5")["rotation"], "an axis that stands turns")
    forced = spots("--rotation", "axis_still.h5", "--force", "still.h5")
    check(forced["rotation"] and forced["spots"] == turned["spots"], "--rotation: %s" % forced)


def methods():
    """Each finds strong spots; its parameters are in the file."""
    write("bright.h5", bright())
    places = ["--centre", "75,60"]
    for method in METHODS + ["pyfai"]:
        options = ["--compat", "pyfai"] if method == "pyfai" else ["--method", method]
        options += ["--threshold", 20] if method == "peakfinder8" else []
        said = spots(*options, *places, "bright.h5", "--force", "method.h5")
        table = Table("method.h5")
        check(said["method"] == method and table.setting["method"] == method.encode(),
              "method: %s" % said)
        for centre in (40, 30), (100, 80):
            there = np.hypot(table.observed_px_x - centre[0], table.observed_px_y - centre[1]) < 1
            check(np.array_equal(table.frame[there], [0, 1, 2]), "%s: %s is not found on all" %
                  (method, centre))
        check(len(table) < 12, "%s: %d spots" % (method, len(table)))
    Run("spots", "--method", "dispersion", "--kernel", "2,4", "--gain", 0.9, "--min-local", 0,
        "bright.h5", "--force", "method.h5")
    setting = Table("method.h5").setting
    check((setting["kernel_x"], setting["kernel_y"], setting["gain"], setting["min_local"],
           setting["min_pixels"], setting["max_pixels"]) == (2, 4, 0.9, 0, 3, 1000) and
          "patch" not in setting, "settings: %s" % setting)


def parameters_count():
    """Options change the number of spots in the expected direction."""
    many = spots("series.h5", "--stills", "--force", "many.h5")
    for options in (["--significance", 12], ["--min-pixels", 12], ["--d-min", 4], ["--d-max", 4],
                    ["--cutoff", 9], ["--max-pixels", 10], ["--max-separation", 0.3]):
        few = spots(*options, "series.h5", "--stills", "--force", "few.h5")
        check(0 < few["spots"] < many["spots"], "%s: %d of %d spots" %
              (options, few["spots"], many["spots"]))
    Run("spots", "--d-min", 4, "series.h5", "--force", "few.h5")
    check(Table("few.h5").d.min() > 3.9, "spots beyond --d-min")
    Run("spots", "--powder-rings", "4,3:0.01", "--ice-rings", "series.h5", "--force", "few.h5")
    table = Table("few.h5")
    masked = np.abs(1 / table.d ** 2 - 1 / 16) < 0.004
    check(not masked.any(), "spots on a ring that is masked: %s" % table.d[masked])
    check(table.setting["powder_ring_2"] == 3 and table.setting["ice_ring_width"] == 0.002,
          "rings: %s" % table.setting)
    hits = spots("--hits", 60, "--stills", "series.h5", "--force", "few.h5")
    table = Table("few.h5")
    check(np.array_equal(table.per_frame["hit"] != 0, table.per_frame["spots"] >= 60) and
          hits["hits"] == table.per_frame["hit"].sum(), "hits: %s" % hits)


def frames_and_threads():
    Run("spots", "--threads", 1, "series.h5", "one.h5")
    Run("spots", "--threads", 2, "series.h5", "two.h5")
    one = Table("one.h5")
    one.same(Table("two.h5"), "threads")
    Run("spots", "--frames", "1:5:2", "series.h5", "part.h5")
    part = Table("part.h5")
    check(list(part.frame_number) == [1, 3], "frames: %s" % part.frame_number)
    check(set(part.observed_frame) <= {1, 3}, "spots reach across frames that are left out")
    Run("spots", "--frames", "2:4", "series.h5", "--force", "part.h5")
    check(list(Table("part.h5").frame_number) == [2, 3], "frames 2:4")
    Run("spots", "--frames", "9:", "series.h5", "none.h5", status=WRONG_USAGE).shows("6 frames")


def several_datasets():
    """Frames of a master file are numbered consecutively; a virtual dataset of them is not counted
    again."""
    data = bright(6)
    for name, part in (("data_000001.h5", data[:4]), ("data_000002.h5", data[4:])):
        write(name, part, "/entry/data/data")
    write("whole.h5", data)
    with h5py.File("many_master.h5", "w") as file:
        group = file.create_group("entry/data")
        for name in ("data_000001", "data_000002"):
            group[name] = h5py.ExternalLink(name + ".h5", "/entry/data/data")
    spots("many_master.h5", "many_master_spots.h5")
    spots("whole.h5", "whole_spots.h5")
    whole = Table("whole_spots.h5")
    whole.same(Table("many_master_spots.h5"), "two datasets")
    with h5py.File("many_master.h5", "r+") as file:
        layout = h5py.VirtualLayout(data.shape, data.dtype)
        layout[:4] = h5py.VirtualSource("data_000001.h5", "/entry/data/data", (4, HEIGHT, WIDTH))
        layout[4:] = h5py.VirtualSource("data_000002.h5", "/entry/data/data", (2, HEIGHT, WIDTH))
        file.create_virtual_dataset("/entry/data/data", layout)
    said = spots("many_master.h5", "--force", "many_master_spots.h5")
    check(said["frames"] == 6 and said["dataset"] == "/entry/data", "virtual: %s" % said)
    whole.same(Table("many_master_spots.h5"), "a virtual dataset as well")
    Run("spots", "--frames", "3:5", "many_master.h5", "--force", "part.h5")
    check(list(Table("part.h5").frame_number) == [3, 4], "frames across datasets")
    with h5py.File("two_detectors.h5", "w") as file:
        file["a/data/data"] = data
        file["b/data/data"] = data[:, :60]
    Run("spots", "two_detectors.h5", "none.h5", status=WRONG_USAGE).shows("two detectors")
    check(spots("two_detectors.h5::/b/data/data", "b.h5")["frames"] == 6, "one of two detectors")


def compressed_files():
    """Packed frames give nearly the same spots, frames in other filters the same."""
    Run("pack", "--quality", "high", "series.h5", "packed.h5")
    raw, packed = (spots("--stills", name, "--force", name + ".spots.h5")["spots"]
                   for name in ("series.h5", "packed.h5"))
    one, other = (Table(name + ".spots.h5") for name in ("series.h5", "packed.h5"))
    strong = one.int_sum > 150
    found = distance([c[strong] for c in (one.frame, one.observed_px_x, one.observed_px_y)],
                     [other.frame, other.observed_px_x, other.observed_px_y])
    check(np.mean(found < 0.5) > 0.99, "%.3f of the strong spots" % np.mean(found < 0.5))
    check(abs(packed / raw - 1) < 0.1, "%d spots from packed, %d from raw" % (packed, raw))
    for method in METHODS:
        said = spots("--method", method, "packed.h5", "--force", "packed_spots.h5")
        check(said["frames"] == 6, "packed, %s: %s" % (method, said))
    Run("spots", "--centre", "285,280", "packed.h5", "--force", "packed_spots.h5")
    Run("spots", "--d-min", 3, "packed.h5", "--force", "packed_spots.h5")
    data = read("series.h5")
    expected = {}
    for name, more in (("gzip", {"compression": "gzip", "chunks": (2, 100, 100)}),
                       ("whole_gzip", {"compression": 1, "chunks": (1, 500, 600)}),
                       ("shuffled", {"compression": 4, "shuffle": True, "chunks": (1, 500, 600)}),
                       ("summed", {"compression": 4, "shuffle": True, "fletcher32": True,
                                   "chunks": (1, 500, 600)}),
                       ("bitshuffle", {"chunks": (1, 500, 600), **BITSHUFFLE_LZ4}),
                       ("contiguous", {}), ("big", {"dtype": ">u4"}), ("signed", {"dtype": "i4"})):
        if name == "bitshuffle" and not HAS_BITSHUFFLE:
            continue
        kind = more.pop("dtype", "u4")
        values = np.where(data == FLAG, -1, data.astype("i8")) if kind == "i4" else data
        write(name + ".h5", values.astype(kind), **more)
        Run("spots", name + ".h5", name + "_spots.h5")
        expected.setdefault("table", Table(name + "_spots.h5")).same(
            Table(name + "_spots.h5"), name)
    return "%d and %d spots" % (raw, packed)


def mask_of_the_search():
    """Frames that were compressed without the mask are searched with it, on their own rings."""
    shutil.copy("series.h5", "bare.h5")
    with h5py.File("bare.h5", "r+") as file:
        mask = file[DETECTOR + "/pixel_mask"][()]
        del file[DETECTOR + "/pixel_mask"]
    Run("pack", "--quality", "transparent", "bare.h5", "bare_packed.h5")
    with h5py.File("bare_packed.h5", "r+") as file:
        file[DETECTOR + "/pixel_mask"] = mask
    raw, packed = (spots("--stills", name, "--force", "mask_spots.h5")["spots"]
                   for name in ("series.h5", "bare_packed.h5"))
    check(abs(packed / raw - 1) < 0.03, "%d spots from packed, %d from raw" % (packed, raw))
    return "%d and %d spots" % (raw, packed)


def gzip_frames():
    """Chunks for which a filter was skipped, and one that is damaged, beside good ones."""
    data = bright(4).astype("u2")
    Run("spots", write("plain_u2.h5", data), "plain_u2_spots.h5")
    write("gzip_u2.h5", data, chunks=(1, HEIGHT, WIDTH), compression=4, shuffle=True)
    with h5py.File("gzip_u2.h5", "r+") as file:
        found = file[IMAGE].id
        shuffled = data[1].reshape(-1).view("u1").reshape(-1, 2).T.tobytes()
        found.write_direct_chunk((1, 0, 0), shuffled, filter_mask=2)
        found.write_direct_chunk((2, 0, 0), data[2].tobytes(), filter_mask=3)
    Run("spots", "gzip_u2.h5", "gzip_u2_spots.h5")
    Table("plain_u2_spots.h5").same(Table("gzip_u2_spots.h5"), "chunks without a filter")
    with h5py.File("gzip_u2.h5", "r+") as file:
        found = file[IMAGE].id
        chunk = bytearray(found.read_direct_chunk((3, 0, 0))[1])
        chunk[len(chunk) // 2] ^= 0xff
        found.write_direct_chunk((3, 0, 0), bytes(chunk))
        found.write_direct_chunk((0, 0, 0), zlib.compress(bytes(100)))
    run = Run("spots", "gzip_u2.h5", "--force", "gzip_u2_spots.h5", status=FINDING)
    run.shows("frame 3: its chunk is damaged", "frame 0: its chunk is damaged", "2 of 4")
    check(list(Table("gzip_u2_spots.h5").frame_number) == [1, 2], "the frames that are left")


# ---- tests: where the table goes -----------------------------------------------------------------


def formats():
    with open("spots.txt", "w", encoding="utf-8") as file:
        file.write("keep me")
    for name in ("f.h5", "f.nxs", "f.cxi", "f.refl", "f.csv", "f.tsv", "SPOT.XDS"):
        Run("spots", "series.h5", name)
        check(os.path.getsize(name) > 1000, "%s is small" % name)
        Run("spots", "series.h5", name, status=WRONG_USAGE).shows("is there already")
    Run("spots", "series.h5", "spots.txt", status=WRONG_USAGE).shows("--format")
    Run("spots", "--format", "csv", "series.h5", "spots.txt", status=WRONG_USAGE).shows("--force")
    with open("spots.txt", encoding="utf-8") as file:
        check(file.read() == "keep me", "a file was replaced without --force")
    Run("spots", "--format", "csv", "--force", "series.h5", "spots.txt")
    Run("spots", "--format", "dials-hdf5", "series.h5", "dials.h5")
    with h5py.File("dials.h5", "r") as file:
        check("dials" in file, "no group of DIALS")
    with open("f.csv", encoding="utf-8") as one, open("f.tsv", encoding="utf-8") as other:
        lines = [line.rstrip("\n") for line in one]
        check([line.replace(",", "\t") for line in lines] ==
              [line.rstrip("\n") for line in other], "CSV and TSV differ")
    table = Table("f.h5")
    check(len(lines) == len(table) + 1, "CSV has %d lines" % len(lines))
    with h5py.File("f.cxi", "r") as file:
        peaks = file["entry_1/result_1/nPeaks"][()]
    check(np.array_equal(peaks, table.per_frame["spots"]), "CXI: %s peaks" % peaks)


def in_place():
    shutil.copy("series.h5", "own.h5")
    before = read("own.h5")
    Run("spots", "--in-place", "own.h5")
    first = Table("own.h5")
    size = os.path.getsize("own.h5")
    Run("spots", "--in-place", "own.h5", status=WRONG_USAGE).shows("--replace", "'spots'")
    check(os.path.getsize("own.h5") == size, "a table was written although there is one")
    Run("spots", "--in-place", "--name", "few", "--method", "dispersion", "own.h5")
    few = Table("own.h5", "/entry/few")
    check(0 < len(few) < len(first), "another table: %d spots" % len(few))
    Run("spots", "--in-place", "--replace", "--method", "dispersion", "own.h5")
    few.same(Table("own.h5"), "the table that replaces")
    check(np.array_equal(read("own.h5"), before), "images have changed")
    Run("spots", "--in-place", "own.h5::" + IMAGE, "--replace")
    first.same(Table("own.h5"), "the table that is back")
    Run("spots", "series.h5", "series.h5", status=WRONG_USAGE).shows("--in-place")


def conversion():
    Run("spots", "--shoeboxes", "series.h5", "source.h5")
    for name in ("csv", "cxi", "refl", "tsv"):
        Run("spots", "series.h5", "direct." + name)
        said = spots("--convert", "source.h5", "converted." + name)
        check(said["spots"] == len(Table("source.h5")), "conversion: %s" % said)
        if name == "cxi":
            continue
        with open("direct." + name, "rb") as one, open("converted." + name, "rb") as other:
            check(one.read() == other.read(), "%s: the conversion differs" % name)
    Run("spots", "--convert", "source.h5", "copy.h5")
    Table("source.h5").same(Table("copy.h5"), "a copy")
    Run("spots", "--convert", "source.h5::spots", "--format", "xds", "--force", "x")
    Run("spots", "--convert", "source.h5::nothing", "y.csv", status=BAD_INPUT)
    Run("spots", "--convert", "series.h5", "y.csv", status=BAD_INPUT)
    Run("spots", "--convert", "--method", "ring", "source.h5", "y.csv",
        status=WRONG_USAGE).shows("--convert")


def in_the_pass_of_packing():
    """The same table as that of the raw file, in a file that is packed as without it."""
    Run("spots", "series.h5", "raw_spots.h5")
    Run("pack", "series.h5", "plain.h5")
    said = Run("pack", "--json", "--spots", "series.h5", "both.h5").json()
    table = Table("both.h5")
    Table("raw_spots.h5").same(table, "pack --spots")
    check(said["spots"] == len(table) and said["frames_left_out"] == 0, "pack --spots: %s" % said)
    check(chunks("plain.h5").keys() == chunks("both.h5").keys(), "chunks")
    Run("check", "both.h5", "--against", "series.h5")
    Run("pack", "--spots", "--repack", "both.h5", "again.h5", status=WRONG_USAGE).shows("'spots'")
    Run("pack", "--spots=dispersion", "--frames", "1:5:2", "series.h5", "some.h5")
    some = Table("some.h5")
    check(list(some.frame_number) == [0, 1] and some.setting["method"] == b"dispersion",
          "frames: %s" % some.frame_number)
    check(set(some.observed_frame) <= {0, 1}, "spots reach across frames that are left out")
    Run("pack", "--spots", "many_master.h5", "many_packed.h5")
    Table("whole_spots.h5").same(Table("many_packed.h5"), "several datasets")
    Run("pack", "--spots=best", "series.h5", "wrong.h5", status=WRONG_USAGE).shows("dispersion")
    Run("pack", "--spots", "--keep-layout", "series.h5", "wrong", status=WRONG_USAGE)
    Run("pack", "--spots=peakfinder8", "bright.h5", "wrong.h5",
        status=BAD_INPUT).shows("beam centre")
    check(not os.path.exists("wrong.h5"), "wrong usage has made a file")


def hits_only():
    data = bright(5)
    data[1] = bright(1, centres=())[0]
    data[4] = bright(1, centres=((60, 60),))[0]
    write("hits.h5", data)
    said = Run("pack", "--json", "--hits-only", 2, "hits.h5", "hits_packed.h5").json()
    check(said["frames"] == 3 and said["frames_left_out"] == 2, "hits: %s" % said)
    numbers = read("hits_packed.h5", "/entry/data/frame_numbers_data")
    check(list(numbers) == [0, 2, 3], "the frames that are left: %s" % numbers)
    kept = read("hits_packed.h5")
    check(kept.shape == (3, HEIGHT, WIDTH), "shape: %s" % (kept.shape,))
    for i, number in enumerate(numbers):
        check(np.array_equal(kept[i, 29:32, 39:42], data[number, 29:32, 39:42]), "frame %d" % i)
    table = Table("hits_packed.h5")
    check(list(table.frame_number) == [0, 1, 2] and table.per_frame["hit"].all() and
          (table.per_frame["spots"] >= 2).all(), "the table: %s" % table.per_frame)
    Run("check", "hits_packed.h5")
    Run("pack", "--hits-only", 2, "--frames", "1:4", "hits.h5", "hits_some.h5")
    check(list(read("hits_some.h5", "/entry/data/frame_numbers_data")) == [2, 3], "with --frames")
    Run("pack", "--hits-only", 100, "hits.h5", "hits_none.h5", status=FINDING).shows("no frame")
    check(read("hits_none.h5").shape == (0, HEIGHT, WIDTH), "frames that are no hits")
    for wrong in (["--hits-only", 0], ["--hits-only", 2, "--verify"]):
        Run("pack", *wrong, "hits.h5", "wrong.h5", status=WRONG_USAGE)


# ---- tests: what goes wrong ----------------------------------------------------------------------


def wrong_usage():
    for arguments, text in (
            ([], "spots needs an input"),
            (["series.h5"], "--in-place"),
            (["series.h5", "a.h5", "b.h5"], "one input and one output"),
            (["--in-place", "series.h5", "a.h5"], "leave out the output"),
            (["--in-place", "--format", "csv", "series.h5"], "HDF5"),
            (["--replace", "series.h5", "a.h5"], "--force"),
            (["--method", "best", "series.h5", "a.h5"], "ring, dispersion"),
            (["--format", "xml", "series.h5", "a.h5"], "cannot be 'xml'"),
            (["--name", "a/b", "series.h5", "a.h5"], "cannot be 'a/b'"),
            (["--kernel", "3,3", "series.h5", "a.h5"], "--kernel does not belong"),
            (["--method", "dispersion", "--cutoff", "3", "series.h5", "a.h5"], "--cutoff does not"),
            (["--method", "dispersion", "--dials", "3.12", "series.h5", "a.h5"], "--dials does"),
            (["--method", "dispersion", "--compat", "pyfai", "series.h5", "a.h5"], "ring"),
            (["--noise-floor", "1", "series.h5", "a.h5"], "--compat pyfai"),
            (["--quality", "high", "series.h5", "a.h5"], "no meaning"),
            (["--patch", "4", "series.h5", "a.h5"], "patch"),
            (["--patch", "3.5", "series.h5", "a.h5"], "cannot be"),
            (["--cutoff", "-1", "series.h5", "a.h5"], "cut-off"),
            (["--method", "dispersion", "--kernel", "3000000,3", "series.h5", "a.h5"], "kernel"),
            (["--method", "dispersion", "--kernel", "nan,3", "series.h5", "a.h5"], "kernel"),
            (["--method", "dispersion", "--min-local", "-1", "series.h5", "a.h5"], "min_local"),
            (["--method", "peakfinder8", "--min-pix-count", "9", "--max-pix-count", "8",
              "series.h5", "a.h5"], "pixels"),
            (["--min-pixels", "9", "--max-pixels", "8", "series.h5", "a.h5"], "no spot"),
            (["--d-min", "3", "--d-max", "2", "series.h5", "a.h5"], "--d-max"),
            (["--d-min", "0", "series.h5", "a.h5"], "--d-min"),
            (["--powder-rings", "4,0", "series.h5", "a.h5"], "--powder-rings"),
            (["--powder-rings", "4:0", "series.h5", "a.h5"], "--powder-rings"),
            (["--rotation", "--stills", "series.h5", "a.h5"], "exclude"),
            (["--hits", "0", "series.h5", "a.h5"], "--hits"),
            (["--method", "dispersion-extended", "--dials", "new", "series.h5", "a.h5"], "--dials")):
        Run("spots", *arguments, status=WRONG_USAGE).shows(text)
    check(not os.path.exists("a.h5"), "wrong usage has made a file")


def no_geometry():
    Run("spots", "bright.h5", "bright_spots.h5")
    for options in (["--method", "peakfinder8"], ["--compat", "pyfai"]):
        Run("spots", *options, "bright.h5", "a.h5", status=BAD_INPUT).shows("beam centre")
    for options in (["--d-min", 3], ["--ice-rings"], ["--powder-rings", "4"]):
        Run("spots", *options, "bright.h5", "a.h5", status=BAD_INPUT).shows("--wavelength")
    place = ["--centre", "75,60", "--distance", 100, "--pixel-size", 75, "--wavelength", 1]
    Run("spots", *place, "--d-min", 13, "bright.h5", "--force", "bright_spots.h5")
    table = Table("bright_spots.h5")
    radius = np.hypot(table.observed_px_x - 75, table.observed_px_y - 60) * 0.075
    d = 1 / (2 * np.sin(np.arctan(radius / 100) / 2))
    check(len(table) == 6 and np.allclose(table.d, d), "resolution: %s, not %s" % (table.d, d))
    Run("spots", *place, "--d-min", 1000, "--d-max", 1001, "bright.h5", "a.h5",
        status=BAD_INPUT).shows("no good pixel")
    check(not os.path.exists("a.h5"), "a file is there")


def damaged_frames():
    Run("pack", "series.h5", "damaged.h5")
    offset = sorted(chunks("damaged.h5"))[2]
    with h5py.File("damaged.h5", "r+") as file:
        found = file[IMAGE].id
        chunk = bytearray(found.read_direct_chunk(offset)[1])
        chunk[len(chunk) // 2] ^= 0xff
        found.write_direct_chunk(offset, bytes(chunk))
    run = Run("spots", "--json", "--stills", "damaged.h5", "left.h5", status=FINDING)
    run.shows("frame 2", "checksum", "1 of 6 frames")
    table = Table("left.h5")
    check(run.json()["frames_damaged"] == 1 and list(table.frame_number) == [0, 1, 3, 4, 5],
          "damaged: %s" % run.json())
    check(np.all(table.per_frame["spots"] > 20), "spots on the others: %s" % table.per_frame)
    with h5py.File("absent.h5", "w") as file:
        image = file.create_dataset(IMAGE, (4, HEIGHT, WIDTH), "u4", chunks=(1, HEIGHT, WIDTH))
        image[1] = bright(1)[0]
        image[2] = bright(1, seed=2)[0]
    said = spots("absent.h5", "absent_spots.h5")
    check(said["frames"] == 2 and said["frames_absent"] == 2, "absent: %s" % said)
    with h5py.File("absent.h5", "w") as file:
        file.create_dataset(IMAGE, (4, HEIGHT, WIDTH), "u4", chunks=(1, HEIGHT, WIDTH))
    Run("spots", "absent.h5", "none.h5", status=BAD_INPUT).shows("no frame that could be searched")


def masked_frames():
    data = bright(3)
    data[1] = FLAG
    run = Run("spots", write("masked.h5", data), "masked_spots.h5", status=FINDING)
    run.shows("1 of 3 frames have no good pixel")
    check(list(Table("masked_spots.h5").per_frame["spots"]) == [2, 0, 2], "spots of others")
    data[:] = FLAG
    Run("spots", write("masked.h5", data), "none.h5", status=BAD_INPUT).shows("no good pixel")
    for method in METHODS[1:]:
        Run("spots", "--method", method, "--centre", "75,60", "masked.h5", "none.h5",
            status=BAD_INPUT).shows("3 of 3 frames have no good pixel")
    Run("pack", "masked.h5", "masked_packed.h5")
    Run("spots", "masked_packed.h5", "none.h5", status=BAD_INPUT).shows("no good pixel")
    check(not os.path.exists("none.h5"), "a file is there")


def crowded_frames():
    """A million spots on a frame, then a frame of noise without a background."""
    data = np.full((1, 2200, 2200), 2, "u4")
    data[0, ::2, 1::2] = 1000
    write("million.h5", data)
    run = Run("spots", "--json", "--method", "dispersion", "--min-pixels", 1, "--sigma-background",
              0, "--sigma-strong", 1, "million.h5", "million_spots.h5")
    count = run.json()["spots"]
    check(count > 1000000, "%d spots" % count)
    check(len(Table("million_spots.h5")) == count, "the table of a million spots")
    data[0, ::2, :] = 1000
    run = Run("spots", "--method", "dispersion", "--sigma-background", 0, "--sigma-strong", 0.1,
              "--max-pixels", 100000000, "--max-separation", 1e9, write("half.h5", data),
              "half_spots.h5", status=FINDING)
    run.shows("% of its pixels are strong")


def files_that_refuse():
    Run("spots", "nowhere.h5", "none.h5", status=IO_FAILURE)
    Run("spots", "series.h5", "nowhere/none.h5", status=IO_FAILURE)
    Run("spots", "--in-place", "nowhere.h5", status=IO_FAILURE)
    with open("no.h5", "w", encoding="utf-8") as file:
        file.write("nothing")
    Run("spots", "no.h5", "none.h5", status=BAD_INPUT)
    Run("spots", write("flat.h5", np.zeros((100, 100), "u2")), "none.h5",
        status=BAD_INPUT).shows("no images")
    shutil.copy("series.h5", "locked.h5")
    with h5py.File("locked.h5", "r+"):
        Run("spots", "--in-place", "locked.h5", status=IO_FAILURE)
    if os.getuid() != 0:
        os.chmod("locked.h5", 0o444)
        Run("spots", "--in-place", "locked.h5", status=IO_FAILURE)
    check(not os.path.exists("none.h5"), "a file is there")


def interruption():
    """Leaves the file as it was."""
    shutil.copy("series.h5", "stopped.h5")
    with open("stopped.h5", "rb") as file:
        before = file.read()
    series("long.h5", "--frames", 100, "--size", "600x500")
    shutil.copy("long.h5", "long_own.h5")
    for arguments in (["long.h5", "long_spots.h5"], ["--in-place", "long_own.h5"]):
        with subprocess.Popen([H5WINNOW, "spots", *arguments], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            status = process.wait(60)
        check(status in (INTERRUPTED, -signal.SIGINT, 0), "interrupted: %d" % status)
        if status != 0:
            check(not os.path.exists("long_spots.h5"), "an interrupted search has made a file")
    with h5py.File("long_own.h5", "r") as file:
        check(file[IMAGE].shape[0] == 100, "the file is damaged")
    with open("stopped.h5", "rb") as file:
        check(file.read() == before, "another file has changed")


def shared_spots():
    """The spots of the rotation series are exactly those of DIALS."""
    folder = os.path.join(SHARED, "rotation")
    if not os.path.isdir(folder):
        return "not there"
    for method, options in (("dispersion", []), ("dispersion_extended", ["--dials", "3.12"])):
        Run("spots", "--method", method.replace("_", "-"), *options,
            os.path.join(folder, "lyso_a.h5"), "--force", "lyso.h5")
        table = Table("lyso.h5")
        with h5py.File(os.path.join(folder, "ref_spots_A_%s.h5" % method), "r") as file:
            expected = file["xyz_px"][()]
            pixels = file["n_signal"][()]
        place = np.stack([table.observed_px_x, table.observed_px_y, table.observed_frame], 1) + 0.5
        check(len(place) == len(expected), "%s: %d spots, not %d" %
              (method, len(place), len(expected)))
        orders = [np.lexsort(np.rint(p * 1e6).T) for p in (place, expected)]
        check(np.allclose(place[orders[0]], expected[orders[1]], rtol=0, atol=1e-9),
              "%s: places differ" % method)
        check(np.array_equal(table.pixels[orders[0]], pixels[orders[1]]), "%s: sizes" % method)
    return "11172 and 11279 spots"


if __name__ == "__main__":
    host.main([finds_what_is_there, rotation_is_known, methods, parameters_count,
               frames_and_threads, several_datasets, compressed_files, mask_of_the_search,
               gzip_frames, formats, in_place, conversion, in_the_pass_of_packing, hits_only,
               wrong_usage, no_geometry, damaged_frames, masked_frames, crowded_frames,
               files_that_refuse, interruption, shared_spots])
