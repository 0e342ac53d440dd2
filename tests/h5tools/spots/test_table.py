#!/usr/bin/env python3
"""Tables of spots: their layout as h5py sees it, adding them to existing files, and reading damaged
ones.

Arguments: H5TOOLS_SPOTS SCRATCH_FOLDER
"""
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy as np
except ImportError:
    print("skipped: h5py is not installed")
    sys.exit(77)

DONE, FINDING, WRONG_USAGE, BAD_INPUT, IO_FAILURE, INTERRUPTED = 0, 1, 2, 3, 4, 130
MEMORY = 1 << 30
NOBODY = 65534

failures = 0


def check(condition, text):
    global failures
    if not condition:
        failures += 1
        print("FAILED: " + text)


def limit_memory():
    """Unless the program is sanitized: that needs address space without end."""
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def call(*words, prepare=None, program=None, **environment):
    return subprocess.run([program or PROGRAM] + [str(word) for word in words], capture_output=True, text=True,
                          check=False, timeout=60, preexec_fn=prepare,
                          env=dict(os.environ, **{k: str(v) for k, v in environment.items()}))


def run(*words, status=DONE, says="", **options):
    """Runs the program, and checks its exit status and a part of its message."""
    done = call(*words, **options)
    line = " ".join(str(word) for word in words)
    check(done.returncode == status, "%s: exit status %d, not %d: %s"
          % (line, done.returncode, status, done.stderr))
    check(says in done.stderr, "%s: does not say '%s': %s" % (line, says, done.stderr))
    check("still open" not in done.stdout, "%s: %s" % (line, done.stdout))
    return done.stdout


def numbers(seed):
    return json.loads(run("print", seed))


def same(values, wanted):
    wanted = np.array([np.nan if v is None else v for v in wanted], "f8")
    return values.shape == wanted.shape and np.array_equal(values, wanted, equal_nan=True)


# ---- the layout ----------------------------------------------------------------------------------

CLASSES = {"": "NXentry", "spots": "NXreflections", "spots_frames": "NXdata",
           "spots_process": "NXprocess", "spots_process/settings": "NXparameters",
           "spots_process/geometry": "NXcollection", "spots_process/scan": "NXcollection"}

UNITS = {"observed_px_x": "pixel", "observed_px_y_var": "pixel^2", "observed_frame": "frame",
         "int_sum": "counts", "int_sum_var": "counts^2", "d": "angstrom", "snr": "",
         "bounding_box": "pixel", "moment_xy": "pixel^2", "background_mean": "counts"}

INTEGERS = {"frame", "id", "det_module", "flags", "quality", "pixels", "maximum_px_x",
            "maximum_px_y", "maximum_frame", "bounding_box", "frame_ptr", "frame_number"}


def columns_of(group, rows, offsets=()):
    """Every column is described, has the right length, and can be read by h5py alone."""
    for name, column in group.items():
        text = group.name + "/" + name
        check(isinstance(column.attrs.get("units"), str), text + ": no units")
        check(column.attrs.get("description", "") != "", text + ": no description")
        check(len(column) == (offsets[1] if name in offsets else rows), text + ": its length")
        check(column.compression in (None, "gzip"), text + ": compressed otherwise")


def layout(seed, shoeboxes):
    name = "layout%d.h5" % seed
    run("new", seed, name)
    run("same", seed, name)
    wanted = numbers(seed)
    with h5py.File(name, "r") as file:
        entry = file["entry"]
        check(file.attrs["default"] == "entry" and file.attrs["NX_class"] == "NXroot", "the root")
        check(entry.attrs["default"] == "spots_frames", "the default of the entry")
        for path, nexus in CLASSES.items():
            check(file["entry/" + path].attrs["NX_class"] == nexus, "the class of " + path)
        check(("spots_shoeboxes" in entry) == shoeboxes, "shoeboxes of seed %d" % seed)
        compare_spots(entry["spots"], wanted)
        compare_frames(entry, wanted)
        compare_process(entry["spots_process"], seed)
        if shoeboxes:
            compare_shoeboxes(entry, wanted)


def compare_spots(group, wanted):
    spots, frames = wanted["spots"], wanted["frames"]
    check(group.attrs["winnow_spots_version"] == 1, "the version of the layout")
    check("(0, 0)" in group.attrs["pixel_origin"] and "0" in group.attrs["frame_origin"],
          "the conventions")
    for name, units in UNITS.items():
        check(group[name].attrs["units"] == units, "the units of " + name)
    for name, column in group.items():
        check(column.dtype.kind in ("iu" if name in INTEGERS else "f"),
              name + " is of type " + str(column.dtype))
    for name in ("observed_px_x", "observed_px_y", "observed_frame", "observed_px_x_var", "int_sum",
                 "int_sum_var", "snr", "maximum", "moment_xy", "d", "frame", "quality", "pixels"):
        check(same(group[name][()], [s[name] for s in spots]), name + " differs")
    check(np.array_equal(group["bounding_box"][()],
                         np.array([s["box"] for s in spots], int).reshape(-1, 6)), "boxes differ")
    check(np.array_equal(group["flags"][()], [32 + 1024 * (s["quality"] >> 1 & 1) for s in spots]),
          "flags differ")
    check(not group["id"][()].any() and not group["det_module"][()].any(), "id or det_module")
    ptr = group["frame_ptr"][()]
    check(ptr.dtype == np.uint64 and ptr[0] == 0 and
          np.array_equal(np.diff(ptr), [f["spots"] for f in frames]), "frame_ptr")
    check(np.array_equal(group["frame_number"][()], [f["number"] for f in frames]), "frame_number")
    for i, frame in enumerate(group["frame_number"][()]):
        check((group["frame"][ptr[i]:ptr[i + 1]] == frame).all(), "the spots of frame %d" % frame)
    others = [c for n, c in group.items() if n not in ("frame_ptr", "frame_number")]
    check(all(len(c) == len(spots) for c in others), "columns of different lengths")
    check(all(isinstance(c.attrs["units"], str) and c.attrs["description"] for c in group.values()),
          "a column without units or description")
    check(all(c.compression in (None, "gzip") for c in group.values()), "compressed otherwise")
    if "observed_phi" in group:
        check(np.allclose(group["observed_phi"][()],
                          -10 + 0.25 * (group["observed_frame"][()] + 0.5)), "observed_phi")


def compare_frames(entry, wanted):
    """The default plot is found as silx and H5Web find it."""
    group, frames = entry[entry.attrs["default"]], wanted["frames"]
    columns_of(group, len(frames))
    check(group.attrs["signal"] == "spots" and list(group.attrs["axes"]) == ["number"],
          "signal and axes")
    check(len(group["spots"]) == len(group["number"]), "the axis")
    for name in ("number", "spots", "strong", "background", "resolution", "hit"):
        check(same(group[name][()], [f[name] for f in frames]), "frames: %s differs" % name)
    plotted_by_silx(entry.file.filename)


def plotted_by_silx(name):
    try:
        from silx.io import nxdata
        import silx.io
    except ImportError:
        return
    with silx.io.open(name) as file:
        plot = nxdata.get_default(file)
        check(plot is not None and plot.is_valid and plot.is_curve and
              plot.signal_dataset_name == "spots" and plot.signal_name == "Spots", "silx plots something else")


def compare_process(group, seed):
    check(group["program"].asstr()[()] == "h5winnow spots" and group["version"].asstr()[()] and
          group["date"].asstr()[()].endswith("Z"), "the program")
    check(group["source_file"].asstr()[()] == "series.h5" and
          group["source_dataset"].asstr()[()] == "/entry/data/data", "the source")
    check(("pixel_mask" in group) == (seed > 1), "the mask")
    if seed <= 1:
        return
    mask = group["pixel_mask"]
    check(mask.shape == (300, 250) and mask.compression == "gzip" and
          0.05 < mask[()].mean() < 0.15, "the mask is no mask with 10 % of the pixels left out")
    settings, geometry = group["settings"], group["geometry"]
    check(settings["threshold"][()] == 3.5 and settings["threshold"].attrs["units"] == "sigma" and
          settings["method"].asstr()[()] == "ring", "the settings")
    for name, value, units in (("beam_centre_x", 500.25, "pixel"), ("distance", 123.5, "mm"),
                               ("x_pixel_size", 75, "um"), ("rot2", -0.02, "radian"),
                               ("wavelength", 0.9876, "angstrom")):
        check(geometry[name][()] == value and geometry[name].attrs["units"] == units, name)
    check("poni1" not in geometry, "what is not known is written")


def compare_shoeboxes(entry, wanted):
    group, spots = entry["spots_shoeboxes"], wanted["spots"]
    ptr = group["spot_ptr"][()]
    columns_of(group, int(ptr[-1]), ("spot_ptr", len(spots) + 1))
    check(set(group) == {"x", "y", "z", "value", "background", "strong", "spot_ptr"}, "its columns")
    check(np.array_equal(np.diff(ptr), [s["pixels"] for s in spots]), "spot_ptr")
    for i, spot in enumerate(spots):
        pixels = slice(ptr[i], ptr[i + 1])
        check((group["x"][pixels] == spot["box"][0]).all() and
              (group["z"][pixels] == spot["frame"]).all(), "the pixels of spot %d" % i)


# ---- resolution ----------------------------------------------------------------------------------

def resolutions():
    """Against rotations written as matrices, as the documentation of pyFAI has them."""
    draw = np.random.default_rng(5)
    for _ in range(50):
        distance, pixel, wavelength = draw.uniform(80, 400), draw.uniform(50, 200), draw.uniform(.5, 2)
        rot1, rot2 = draw.uniform(-.6, .6, 2)
        centre, place = draw.uniform(-100, 1100, 2), draw.uniform(0, 1000, 2)
        text = run("resolution", distance, pixel, *centre, rot1, rot2, wavelength, *place)
        foot = (-distance * np.tan(rot1), distance * np.tan(rot2) / np.cos(rot1))
        c1, s1, c2, s2 = np.cos(rot1), np.sin(rot1), np.cos(rot2), np.sin(rot2)
        first = np.array([[1, 0, 0], [0, c1, s1], [0, -s1, c1]])
        second = np.array([[c2, 0, -s2], [0, 1, 0], [s2, 0, c2]])
        mm = (place - centre) * pixel / 1000 + foot
        y, x, z = second @ first @ np.array([mm[1], mm[0], distance])
        wanted = wavelength / (2 * np.sin(np.arctan2(np.hypot(x, y), z) / 2))
        check(abs(float(text) / wanted - 1) < 1e-9, "resolution %s, not %g" % (text, wanted))
    check(float(run("resolution", 100, 75, 5, 5, 0, 0, 1, 5, 5)) == np.inf, "at the centre")


# ---- CXI -----------------------------------------------------------------------------------------

def peak_list():
    run("cxi", 2, 75, "peaks.cxi")
    spots = numbers(2)["spots"]
    with h5py.File("peaks.cxi", "r") as file:
        group = file["entry_1/result_1"]
        check(file["cxi_version"][()] == 160, "the version of CXI")
        check(file.attrs["default"] == "entry_1" and file["entry_1"].attrs["default"] == "result_1"
              and group.attrs["NX_class"] == "NXdata" and group.attrs["signal"] == "nPeaks",
              "what is plotted")
        count = group["nPeaks"][()]
        wanted = np.bincount([s["frame"] for s in spots], minlength=75)
        check(count.dtype == np.int32 and np.array_equal(count, wanted), "nPeaks")
        for name, ours in (("peakXPosRaw", "observed_px_x"), ("peakYPosRaw", "observed_px_y"),
                           ("peakTotalIntensity", "int_sum"), ("peakNPixels", "pixels"),
                           ("peakMaximumValue", "maximum"), ("peakSNR", "snr")):
            rows = group[name][()]
            check(rows.dtype == np.float32 and rows.shape == (75, wanted.max()), name)
            values = np.zeros_like(rows)
            for frame in range(75):
                values[frame, :wanted[frame]] = [s[ours] for s in spots if s["frame"] == frame]
            check(np.array_equal(rows, values), name + " differs")
    run("cxi", 2, 20, "short.cxi", status=BAD_INPUT, says="frames that the dataset has not")
    check(not os.path.exists("short.cxi") and not os.path.exists("short.cxi.partial"), "leftovers")
    run("cxi", 0, 62, "empty.cxi")
    with h5py.File("empty.cxi", "r") as file:
        check(not file["entry_1/result_1/nPeaks"][()].any() and
              file["entry_1/result_1/peakSNR"].shape == (62, 1), "a list without peaks")


def crowd():
    """A million peaks on one frame of very many: dense that would be 2.4 TB."""
    run("crowd", 1000000, 100000, "crowd.cxi", prepare=limit_memory)
    check(os.path.getsize("crowd.cxi") < 64e6, "the list of one crowded frame is large")
    with h5py.File("crowd.cxi", "r") as file:
        group = file["entry_1/result_1"]
        row = group["peakXPosRaw"][100000 // 3]
        check(len(row) == 1000000 and (row > 0).mean() > 0.99, "the crowded row")
        check(np.count_nonzero(group["peakXPosRaw"][50000]) == 5, "the other row")
        check(not group["peakXPosRaw"][99999].any(), "an empty row")


# ---- files that are there ------------------------------------------------------------------------

def make_data(name, **properties):
    with h5py.File(name, "w", **properties) as file:
        entry = file.create_group("scan")
        entry.attrs["NX_class"] = "NXentry"
        entry["title"] = "some title"
        entry.create_dataset("data/data", data=np.arange(20 * 900, dtype="u2").reshape(20, 30, 30),
                             chunks=(1, 30, 30), compression=1)
        file["other/deep/thing"] = np.arange(5)
        file["link"] = h5py.SoftLink("/scan/title")
        file["reference"] = entry.ref


def snapshot(name):
    """All objects of a file except tables of spots."""
    found = {}

    def note(path, item):
        if "spots" in path:
            return
        value = item[()] if isinstance(item, h5py.Dataset) else sorted(
            key for key in item if "spots" not in key)
        found[path] = value.tobytes() if isinstance(value, np.ndarray) else str(value)
        found[path + "@"] = sorted((k, str(v)) for k, v in item.attrs.items())
    with h5py.File(name, "r") as file:
        file.visititems(note)
        found["@"] = sorted((k, str(v)) for k, v in file.attrs.items())
    return found


def bytes_of(name):
    with open(name, "rb") as file:
        return file.read()


def adding(**properties):
    """A table beside what is in a file; a second one; refusal and replacement."""
    make_data("data.h5", **properties)
    before = snapshot("data.h5")
    check(run("exists", "data.h5", "spots") == "no\n", "there is a table already")
    run("add", 2, "data.h5")
    check(run("exists", "data.h5", "spots") == "yes\n", "there is no table")
    check(run("exists", "data.h5", "spot") == "no\n", "there is a table of another name")
    run("same", 2, "data.h5")
    run("same", 2, "data.h5", "/scan/spots")
    check(snapshot("data.h5") == before, "adding a table changed something else")
    unchanged = bytes_of("data.h5")
    run("add", 3, "data.h5", status=WRONG_USAGE, says="has a table")
    check(bytes_of("data.h5") == unchanged, "a refusal changed the file")
    run("add", 3, "data.h5", "weak")
    run("read", "data.h5", status=BAD_INPUT, says="2 tables")
    run("add", 5, "data.h5", "spots", "replace")
    run("same", 5, "data.h5", "spots")
    run("same", 3, "data.h5", "weak")
    with h5py.File("data.h5", "r") as file:
        check("spots_shoeboxes" not in file["scan"], "shoeboxes of the old table are still there")
        check(not [name for name in file["scan"] if "replaced" in name], "leftovers")
    check(snapshot("data.h5")["scan/data/data"] == before["scan/data/data"], "the data changed")
    run("add", 3, "data.h5", "a/b", status=WRONG_USAGE, says="cannot be called")
    check(not os.path.exists("data.h5.undo"), "a note is left")


def entries():
    """Which entry it becomes part of."""
    with h5py.File("plain.h5", "w") as file:
        file["data"] = [1, 2, 3]
    run("add", 2, "plain.h5")
    with h5py.File("plain.h5", "r") as file:
        check(file["entry"].attrs["NX_class"] == "NXentry" and "default" not in file.attrs and
              file["entry"].attrs["default"] == "spots_frames", "a new entry")
    with h5py.File("two.h5", "w") as file:
        for name in "ab":
            file.create_group(name).attrs["NX_class"] = "NXentry"
        file.attrs["default"] = "b"
    run("add", 2, "two.h5")
    with h5py.File("two.h5", "r") as file:
        check("spots" in file["b"] and "spots" not in file["a"], "the default entry")
        check("default" not in file["b"].attrs, "an entry that was there got a default")
    with h5py.File("master.h5", "w") as file:
        file["entry"] = h5py.ExternalLink("two.h5", "/a")
    unchanged = bytes_of("two.h5")
    run("add", 2, "master.h5", status=BAD_INPUT, says="no group of this file")
    check(bytes_of("two.h5") == unchanged, "a file that is linked was changed")


def become_nobody():
    if os.geteuid() == 0:
        os.setresuid(NOBODY, NOBODY, NOBODY)


def refusals():
    """Files that cannot be written stay as they are."""
    with tempfile.TemporaryDirectory() as everybody:  # the folder of the build may be for root alone
        os.chmod(everybody, 0o777)
        name = os.path.join(everybody, "readonly.h5")
        make_data(name)
        os.chmod(name, 0o444)
        unchanged = bytes_of(name)
        run("add", 2, name, status=IO_FAILURE, says="ermission denied", prepare=become_nobody,
            program=shutil.copy(PROGRAM, everybody))
        check(bytes_of(name) == unchanged, "a read-only file was changed")
    make_data("locked.h5")
    unchanged = bytes_of("locked.h5")
    with h5py.File("locked.h5", "r"):
        run("add", 2, "locked.h5", status=IO_FAILURE, says="another program has it open")
    check(bytes_of("locked.h5") == unchanged, "a file that is open elsewhere was changed")
    with open("text.h5", "w", encoding="ascii") as file:
        file.write("no HDF5")
    run("add", 2, "text.h5", status=BAD_INPUT, says="is it an HDF5 file")
    check(bytes_of("text.h5") == b"no HDF5", "a text was changed")
    run("add", 2, "nowhere.h5", status=IO_FAILURE, says="No such file")
    check(not os.path.exists("nowhere.h5"), "a file was made")


# ---- killed in between ---------------------------------------------------------------------------

def table_of(name):
    """Which of the tables a file has."""
    return [seed for seed in (2, 3) if call("same", seed, name, "spots").returncode == DONE]


def stop(base, before, replace, **environment):
    """Stop the program: the file is unchanged, or its .undo file restores it."""
    shutil.copy(base, "stopped.h5")
    words = ["add", 3, "stopped.h5", "spots"] + (["replace"] if replace else [])
    done = call(*words, **environment)
    if os.path.exists("stopped.h5.undo"):
        run("restore", "stopped.h5")
    text = "%s, replace %d, %s" % (base, replace, environment)
    try:
        check(snapshot("stopped.h5") == before, text + ": something else is harmed")
    except (OSError, RuntimeError) as error:
        check(False, text + ": the file is harmed: %s" % error)
    tables = [3] if done.returncode == DONE else [2] if replace else []
    if table_of("stopped.h5") != tables:
        check(False, text + ": has the tables %s, not %s" % (table_of("stopped.h5"), tables))
    leftovers = [n for n in os.listdir(".") if n.startswith("stopped.h5.") and "partial" not in n]
    check(not leftovers, text + ": leaves %s" % leftovers)
    return done


def stopped(**properties):
    """Stopped at every write of the end, where the file changes, and at some before."""
    make_data("base.h5", **properties)
    for replace in (False, True):
        before = snapshot("base.h5")
        shutil.copy("base.h5", "whole.h5")
        words = ["add", 3, "whole.h5", "spots"] + (["replace"] if replace else [])
        changes = int(run(*words, COUNT=1).split()[0])
        check(changes > 20, "only %d changes" % changes)
        moments = sorted({1, 2, changes // 3, 2 * changes // 3} | set(range(changes - 9, changes + 2)))
        for moment in moments:
            done = stop("base.h5", before, replace, DIE_AT=moment)
            check(done.returncode == (-signal.SIGKILL if moment <= changes else DONE), "not killed")
            done = stop("base.h5", before, replace, FAIL_AT=moment)
            check(done.returncode == DONE or bytes_of("stopped.h5") == bytes_of("base.h5"),
                  "a full disk left something in the file, at %d of %d" % (moment, changes))
            check(done.returncode == (IO_FAILURE if moment <= changes else DONE) and
                  ("No space" in done.stderr or moment > changes),
                  "full disk: exit status %d, %s" % (done.returncode, done.stderr))
        done = stop("base.h5", before, replace, INTERRUPT_AT=2)
        check(done.returncode == INTERRUPTED, "interrupted: %d" % done.returncode)
        run("add", 2, "base.h5", "spots", "replace")
    for moment in (1, 40):
        run("new", 2, "fresh.h5", status=IO_FAILURE, FAIL_AT=moment)
        check(not os.path.exists("fresh.h5"), "half a file")


def foreign_note():
    """An .undo file is not applied if the file has changed since."""
    make_data("base.h5")
    shutil.copy("base.h5", "noted.h5")
    changes = int(run("add", 3, "noted.h5", COUNT=1).split()[0])
    shutil.copy("base.h5", "noted.h5")
    call("add", 3, "noted.h5", DIE_AT=changes)
    check(os.path.exists("noted.h5.undo"), "there is no note")
    run("restore", "noted.h5", says="stopped")
    check(bytes_of("noted.h5") == bytes_of("base.h5"), "not put back")
    call("add", 3, "noted.h5", DIE_AT=changes)
    with open("noted.h5", "r+b") as file:
        file.seek(100)
        file.write(bytes(2000))
    unchanged = bytes_of("noted.h5")
    run("add", 3, "noted.h5", status=BAD_INPUT, says="does not fit")
    check(bytes_of("noted.h5") == unchanged, "another file was changed")


# ---- hostile files -------------------------------------------------------------------------------

def replaced(path, data=None, **properties):
    """Puts something else in the place of a dataset."""
    def change(file):
        del file[path]
        if data is not None or properties:
            file.create_dataset(path, data=data, **properties)
    return change


def edited(path, where, value):
    def change(file):
        data = file[path][()]
        data[where] = value
        replaced(path, data)(file)
    return change


def attribute(path, name, value):
    def change(file):
        file[path].attrs[name] = value
    return change


def virtual(file):
    length = len(file["entry/spots/snr"])
    del file["entry/spots/snr"]
    source = h5py.VirtualSource("elsewhere.h5", "data", (length,), "f8")
    made = h5py.VirtualLayout((length,), "f8")
    made[:] = source
    file.create_virtual_dataset("entry/spots/snr", made)


SPOTS, FRAMES, PROCESS, BOXES = ("entry/spots/", "entry/spots_frames/", "entry/spots_process/",
                                 "entry/spots_shoeboxes/")
HUGE = {"shape": (1 << 40,), "chunks": (1 << 16,), "dtype": "f8"}
CHUNK = {"shape": (5,), "maxshape": (None,), "chunks": ((1 << 29) - 1,), "dtype": "u8"}


def bad_tables():
    columns = [SPOTS + n for n in ("observed_px_x", "int_sum", "frame", "bounding_box", "d", "pixels",
                                   "frame_ptr", "quality")]
    columns += [FRAMES + n for n in ("number", "spots", "hit")]
    columns += [BOXES + n for n in ("x", "value", "strong", "spot_ptr")]
    for path in columns:
        yield path + " missing", replaced(path)
        yield path + " short", replaced(path, np.zeros((3, 6) if "box" in path[-12:] else 3))
        yield path + " a text", replaced(path, "text")
        yield path + " texts", replaced(path, [b"a", b"b"])
        yield path + " of three dimensions", replaced(path, np.zeros((2, 2, 2)))
        yield path + " huge", replaced(path, **HUGE)
        yield path + " with a huge chunk", replaced(path, **CHUNK)
    yield "negative edge", edited(SPOTS + "bounding_box", (3, 0), -1)
    yield "empty box", edited(SPOTS + "bounding_box", (3, 1), 0)
    yield "box outside", edited(SPOTS + "bounding_box", (3, 3), 301)
    yield "box far outside", edited(SPOTS + "bounding_box", (3, 1), 1 << 40)
    yield "no centroid", edited(SPOTS + "observed_px_y", 4, np.nan)
    yield "frame not searched", edited(SPOTS + "frame", -1, 1000)
    yield "frames descend", edited(FRAMES + "number", 3, 0)
    yield "frame_ptr descends", edited(SPOTS + "frame_ptr", 2, 1 << 63)
    yield "frame_ptr ends early", edited(SPOTS + "frame_ptr", -1, 1)
    yield "spots of a frame", edited(FRAMES + "spots", 3, 1 << 50)
    yield "spot_ptr descends", edited(BOXES + "spot_ptr", 5, 1 << 60)
    yield "pixel outside", edited(BOXES + "x", 5, 250)
    yield "newer layout", attribute("entry/spots", "winnow_spots_version", 2)
    yield "no version", attribute("entry/spots", "winnow_spots_version", "one")
    yield "versions", attribute("entry/spots", "winnow_spots_version", [1, 1])
    yield "no frames", lambda file: file.pop("entry/spots_frames")
    yield "no process", lambda file: file.pop("entry/spots_process")
    yield "height 0", replaced(PROCESS + "frame_height", 0)
    yield "height huge", replaced(PROCESS + "frame_height", 1 << 31)
    yield "no width", replaced(PROCESS + "frame_width")
    yield "mask of another size", replaced(PROCESS + "pixel_mask", np.zeros((10, 10), "u1"))
    yield "mask a text", replaced(PROCESS + "pixel_mask", "text")
    yield "no settings", lambda file: file.pop(PROCESS + "settings")
    yield "virtual", virtual
    yield "no table", lambda file: file.pop("entry/spots")
    yield "not of its class", attribute("entry/spots", "NX_class", "NXdata")


def hostile():
    run("new", 2, "good.h5")
    for name, change in bad_tables():
        shutil.copy("good.h5", "bad.h5")
        with h5py.File("bad.h5", "a") as file:
            change(file)
        done = call("read", "bad.h5", prepare=limit_memory)
        check(done.returncode == BAD_INPUT and done.stderr.startswith("h5winnow: bad.h5: ") and
              "still open" not in done.stdout,
              "%s: exit status %d, %s" % (name, done.returncode, done.stderr + done.stdout))
    with h5py.File("good.h5", "a") as file:
        file["entry/spots_process/settings/more"] = np.arange(3)
        file["entry/spots_process/settings/a_name_that_is_much_longer_than_settings_are"] = "x" * 500
        file["entry/spots_frames/more"] = "text"
    run("read", "good.h5")


def large_frames():
    """Large frames without a mask in the file need no memory for one."""
    run("new", 2, "large.h5")
    with h5py.File("large.h5", "a") as file:
        for name in ("frame_height", "frame_width", "pixel_mask"):
            del file[PROCESS + name]
        file[PROCESS + "frame_height"] = file[PROCESS + "frame_width"] = 30000
        file.create_dataset(PROCESS + "pixel_mask", (30000, 30000), "u1", chunks=(1, 30000))
    run("read", "large.h5", status=BAD_INPUT, says="mask", prepare=limit_memory)


def scrambled(rounds=120):
    """Any numbers in any column: a table that agrees with itself, or a message; never a crash."""
    values = (0, 1, -1, 2**31, 2**32, 2**53, 2**63 - 1, 1e300, -1e300, np.nan, np.inf, 249, 250, 300)
    draw, read = random.Random(3), 0
    with h5py.File("good.h5", "r") as file:
        paths = []
        file.visititems(lambda path, item: paths.append(path) if isinstance(item, h5py.Dataset)
                        and item.dtype.kind in "iuf" and item.size > 1 else None)
    for _ in range(rounds):
        shutil.copy("good.h5", "scrambled.h5")
        with h5py.File("scrambled.h5", "a") as file:
            path = draw.choice(paths)
            data = file[path][()].astype("f8")
            data.flat[draw.randrange(data.size)] = draw.choice(values)
            replaced(path, data)(file)
        done = call("read", "scrambled.h5", prepare=limit_memory)
        check(done.returncode in (DONE, BAD_INPUT), "%s scrambled: exit status %d, %s"
              % (path, done.returncode, done.stderr))
        read += done.returncode == DONE
    check(0 < read < rounds, "%d of %d scrambled tables were read" % (read, rounds))


def main():
    for seed, shoeboxes in ((0, False), (1, False), (2, True), (3, False), (6, True)):
        layout(seed, shoeboxes)
    resolutions()
    peak_list()
    crowd()
    for properties in ({}, {"libver": "latest"}, {"track_order": True}):
        adding(**properties)
    entries()
    refusals()
    stopped()
    stopped(libver="latest")
    foreign_note()
    hostile()
    large_frames()
    scrambled()
    print("%d checks failed" % failures)
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    PROGRAM, SCRATCH = (os.path.abspath(word) for word in sys.argv[1:])
    shutil.rmtree(SCRATCH, ignore_errors=True)
    os.makedirs(SCRATCH)
    os.chdir(SCRATCH)
    with open(PROGRAM, "rb") as binary:
        SANITIZED = b"__asan_init" in binary.read()
    sys.exit(main())
