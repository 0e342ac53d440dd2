"""The experiment without DIALS: programs that only leave files stand in for it. Arguments as of the
scripts that use packing.py, which is in the folder above."""
import os
import subprocess
import sys
import types

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
from packing import H5WINNOW, IMAGE, MAKE_SERIES, Run, check, h5py, host, np  # noqa: E402

try:
    import matching  # noqa: E402
except ImportError as error:
    host.skip("%s: %s" % (sys.executable, error))

import bias  # noqa: E402
import experiment  # noqa: E402
import published  # noqa: E402
import series  # noqa: E402
import table  # noqa: E402
from merging import merging_statistics  # noqa: E402
from steps import Failure, Steps  # noqa: E402

SERIES = os.path.abspath("series.h5")
STEPS = ("import", "find_spots", "index", "refine", "integrate", "scale")
# Where CC1/2 suggests a lower resolution, the summary is not for the last bin.
MERGING = """
 d_max  d_min   #obs  #uniq   mult.  %comp       <I>  <I/sI>    r_mrg   r_meas    r_pim   cc1/2
 37.11   4.88   2267    532    4.26  82.35     103.7    57.8    0.027    0.031    0.014   0.999*
  1.83   1.80    830    302    2.75  55.41       0.0    -0.1    5.338    6.363    3.297  -0.020
 37.10   1.80   3097   9704    4.00  85.64      27.7    12.2    0.121    0.139    0.064   0.994*


                                            Suggested   Low    High  Overall
I/sigma                                        12.4    58.4     0.5    12.2
Rpim(I)                                       0.064   0.014   1.266   0.064
CC half                                       0.994   0.999   0.214   0.994
"""
REFLECTIONS = 4000


class Measured:
    """As results.Reflections."""

    def __init__(self, xyz, intensity, sigma):
        self.xyz, self.intensity, self.sigma = xyz, intensity, sigma


# ---- what stands in for DIALS --------------------------------------------------------------------


def add_programs(folder):
    """dials.* that note their call in calls.txt; dials.index fails if a file 'broken' is there."""
    os.makedirs(folder, exist_ok=True)
    for step in STEPS + ("version",):
        name = os.path.join(folder, "dials." + step)
        with open(name, "w", encoding="ascii") as file:
            file.write("#!/bin/sh\necho dials.%s \"$@\" >>calls.txt\n" % step)
            if step == "version":
                file.write("rm calls.txt\necho Stand-in 1\n")
            if step == "scale":
                file.write("cat <<'END'\n%sEND\n" % MERGING)
            if step == "index":
                file.write("test ! -e ../broken || { echo no lattice here; exit 1; }\n")
        os.chmod(name, 0o755)


def random_reflections(seed=1):
    random = np.random.default_rng(seed)
    xyz = random.uniform(0, 1000, (REFLECTIONS, 3)) * [1, 1, 0.1]
    counts = np.exp(random.uniform(np.log(2), np.log(5000), REFLECTIONS))
    sigma = np.sqrt(counts + 40)
    return xyz, counts, sigma, random


def stand_in_results():
    """Stands in for results.py: the raw series, and half of the weak intensities for the others."""
    xyz, counts, sigma, _ = random_reflections()
    part = np.where(counts < 2 * sigma, 0.5, 1.0)
    made = types.ModuleType("results")
    made.spots = lambda folder: xyz if folder.endswith("raw") else xyz[::2]
    made.indexed_percent = lambda folder: 99.5
    made.rmsd = lambda folder: [0.1, 0.2, 0.3]
    made.reflections = lambda folder: Measured(
        xyz, counts * (1 if folder.endswith("raw") else part), sigma)
    return made


def settings(**changed):
    made = {"series": SERIES, "levels": ["lossless", "hits"], "published": False, "jobs": 1,
            "space_group": "P43212", "d_min": 1.8, "work": os.path.abspath("work"),
            "h5winnow": H5WINNOW, "dials": "Stand-in 1"}
    return types.SimpleNamespace(**{**made, **changed})


def calls(level):
    with open(os.path.join("work", level, "calls.txt"), encoding="ascii") as file:
        return [line.split()[0] for line in file]


# ---- tests ---------------------------------------------------------------------------------------


def whole_experiment():
    """Every step once; nothing again; what follows a change again; one failure, one row less."""
    chain = ["dials." + step for step in STEPS]
    rows, has_truth, failures = experiment.run(settings(published=True))
    names = ["raw", "lossless", "hits", "published-1", "published-5"]
    check([row["level"] for row in rows] == names and not failures, "rows: %s" % rows)
    check(not has_truth, "a truth where none is")
    for name in names:
        check(calls(name) == chain, "%s: %s" % (name, calls(name)))
    sizes = [row["bytes_per_frame"] for row in rows]
    check(sizes[0] > sizes[1] > max(sizes[2], sizes[3]) > sizes[4], "sizes: %s" % sizes)
    check(rows[0]["recall"] == 1 and rows[1]["recall"] < 0.6 and rows[1]["precision"] == 1,
          "spots: %s" % rows[:2])
    experiment.run(settings(published=True))
    check(calls("hits") == chain, "finished steps are run again")
    experiment.run(settings(d_min=2.0))
    check(calls("hits") == chain + chain[4:], "with another d_min: %s" % calls("hits"))
    with open("work/broken", "w", encoding="ascii"):
        pass
    rows, _, failures = experiment.run(settings(levels=["high"], d_min=2.0))
    os.remove("work/broken")
    check(len(rows) == 1 and len(failures) == 1, "%s %s" % (rows, failures))
    for text in ("dials.index ended with status 1", "no lattice here", "high/index.log"):
        check(text in str(failures[0]), "does not say '%s': %s" % (text, failures[0]))
    rows, _, failures = experiment.run(settings(levels=["high"], d_min=2.0))
    check(len(rows) == 2 and not failures, "does not go on after a failure")
    check(calls("high") == chain[:3] + chain[2:], "goes on from %s" % calls("high"))
    os.utime(SERIES, (1, 1))
    experiment.run(settings(levels=["high"], d_min=2.0))
    for name in ("raw", "high"):
        check(calls(name)[-6:] == chain and len(calls(name)) > 12, "another series: %s" %
              calls(name))


def interrupted_step():
    """A step that did not end is repeated, and so are all steps after it."""
    done = []
    for asked in (1, 1, 2):
        steps = Steps("interrupted")
        for name in "ab":
            steps.do(name, lambda n=name: done.append(n), [asked])
    check(done == list("abab"), "done: %s" % done)
    try:
        Steps("interrupted").do("a", lambda: 1 / 0, [3])
    except ZeroDivisionError:
        pass
    Steps("interrupted").do("a", lambda: done.append("a"), [2])
    check(done == list("ababa"), "done: %s" % done)


def classes_of_significance():
    """A known loss is found in its class; drift, shadows and what is missing do no harm."""
    xyz, counts, sigma, random = random_reflections()
    drift = 1 + xyz[:, 2] / 200 + 0.1 * np.sin(xyz[:, 2] / 20)
    intensity = counts * drift + random.normal(0, sigma)
    intensity[::50] *= 0.3  # in a shadow, in all files
    raw = Measured(xyz, intensity, sigma)
    truth = series.Truth(xyz[::-1] + 0.3, counts[::-1])
    reference = bias.reference_from_truth(raw, truth)
    lost = np.where(counts < 4 * sigma, 0.7, 1.0)
    level = Measured(np.delete(xyz, 7, 0) + 0.1, np.delete(intensity * lost, 7),
                     np.delete(sigma, 7))
    for measured, part in ((raw, 1.0), (level, 0.7)):
        found = bias.by_class(reference, measured)
        for i, expected in ((2, part), (3, part), (5, 1.0), (6, 1.0)):
            check(abs(found[i]["ratio"] - expected) < 0.04, "class %d: %s" % (i, found))
    itself = bias.by_class(bias.reference_from_raw(raw), level)
    check(abs(itself[2]["ratio"] - 0.7) < 0.05 and abs(itself[6]["ratio"] - 1) < 0.01,
          "against raw: %s" % itself)
    nothing = bias.by_class(reference, Measured(xyz + 5000, intensity, sigma))
    check(all(c["n"] == 0 and c["ratio"] is None for c in nothing), "%s" % nothing)


def places():
    """Nearest within reach, in pixels and frames."""
    one = np.array([[10, 10, 5.0], [20, 10, 5], [10, 10, 7]])
    check(matching.found_again(one, one + [2.4, 0, 0]) == 1, "2.4 pixels")
    check(matching.found_again(one, one + [2.6, 0, 0]) == 0, "2.6 pixels")
    check(matching.found_again(one[:2], one[:2] + [0, 0, 1.3]) == 0, "1.3 frames")
    check(matching.found_again(one, one[:0]) == 0 == matching.found_again(one[:0], one), "nothing")
    here, there = matching.pairs(one, np.array([[10.0, 10, 5.2], [11, 10, 5], [90, 90, 90]]))
    check(here.tolist() == [0] and there.tolist() == [0], "pairs: %s %s" % (here, there))


def published_method():
    """What exceeds the limit stays, the rest is noise of its ring, which may exceed the limit."""
    shape, flag = (300, 310), np.uint32(0xffffffff)
    random = np.random.default_rng(3)
    rings = published.Rings(shape, (150.0, 140.0))
    expected = 3 + 9 * np.exp(-rings.radius / 60)
    frame = random.poisson(expected).astype("u4")
    bright = random.random(shape) < 0.002
    frame[bright] += 500
    frame[::17] = flag
    valid = frame != flag
    bright &= valid
    restored, size = published.emulate_frame(frame, rings, valid, 5, random)
    check((restored[bright | ~valid] == frame[bright | ~valid]).all(), "kept pixels have changed")
    rest = valid & ~bright & (rings.radius < 140)
    check(abs(restored[rest].mean() / expected[rest].mean() - 1) < 0.03, "mean of the background")
    check(abs(restored[rest].std() / frame[rest].std() - 1) < 0.05, "spread of the background")
    check(2 * bright.sum() < size < 20 * bright.sum() + 8 * published.RINGS, "%d bytes" % size)
    low, _ = published.emulate_frame(frame, rings, valid, 1, random)
    far = expected + 2 * np.sqrt(expected + published.NOISE)
    check(((low != frame) & (low > far))[rest].any(), "noise is cut off, but must not be")
    check(low[rest].mean() > 1.04 * frame[rest].mean(), "noise is cut off, but must not be")
    mean, spread = published.background(frame.astype(float), rings, valid)
    middle = slice(50, 500)
    true_mean = (3 + 9 * np.exp(-rings.centres / 60))[middle]
    for what, found in (("mean", mean), ("spread", spread ** 2)):  # of Poisson counts
        ratio = (found[middle] / true_mean).mean()
        check(0.88 < ratio < 1.01, "%s of the rings: %g" % (what, ratio))


def tables():
    rows, has_truth, _ = experiment.run(settings())
    expected = {"i_over_sigma": [12.2, -0.1], "cc_half": [0.994, -0.02], "r_pim": [0.064, 3.297]}
    check(all(rows[1][key] == value for key, value in expected.items()), "merging: %s" % rows[1])
    text, markdown = table.as_text(rows, has_truth), table.as_markdown(rows, True)
    check("WARNING" in text and "selected on noise" in text, "no warning: " + text)
    check("WARNING" not in markdown and "true I/sigma" in markdown, markdown)
    lines = markdown.split("\n")
    check(len({line.count("|") for line in lines if line}) == 2, "columns: " + markdown)
    check("| -0.020 | -0.020 | -0.020 |" in markdown, markdown)
    for name in ("I / raw I, at 0.5-1 sigma", "I / raw I, at > 20 sigma", "bytes per frame"):
        check(text.count(name) == 1, "not once '%s': %s" % (name, text))


def merging_table_cut_short():
    """Two numbers printed without a space must not make another bin the outer shell."""
    for wrong in (MERGING.replace(" 6.363    3.297", " -1006.363-1003.297"),
                  MERGING.replace("#obs", "obs."), MERGING.replace("d_max", "dmax")):
        with open("scale.log", "w", encoding="ascii") as file:
            file.write(wrong)
        try:
            check(False, "is read as %s" % merging_statistics("scale.log"))
        except Failure as failure:
            check("table of merging statistics" in str(failure), str(failure))


def a_master_file():
    """Images that are linked to, and a virtual dataset of them: each counts once."""
    Run("--frames", 2, "--size", "200x210", "--layout", "eiger", "linked_master.h5",
        program=MAKE_SERIES)
    with h5py.File("linked_master.h5", "r+") as file:
        layout = h5py.VirtualLayout((2, 210, 200), "u4")
        layout[:] = h5py.VirtualSource("linked_data_000001.h5", IMAGE, (2, 210, 200))
        file["entry/data"].create_virtual_dataset("all", layout)
        file["entry/data/data_000002"] = h5py.ExternalLink("absent.h5", IMAGE)
    size = series.Size("linked_master.h5")
    check(size.frames == 2 and size.raw == 2 * 210 * 200 * 4, "%s" % vars(size))
    with h5py.File("linked_data_000001.h5", "r") as file:
        stored = file[IMAGE].id.get_storage_size()
    check(size.stored == stored, "stored: %d, not %d" % (size.stored, stored))


def run_experiment(path, *arguments, status):
    environment = dict(os.environ, PATH=path)
    done = subprocess.run([sys.executable, os.path.join(HERE, "experiment.py"), *arguments],
                          capture_output=True, text=True, check=False, env=environment)
    check(done.returncode == status, "%s: %d, %s" % (arguments, done.returncode, done.stderr))
    return done.stdout + done.stderr


def what_is_missing():
    programs = os.path.abspath("programs")
    path = programs + ":/bin:/usr/bin"
    for text, status, where, arguments in (
            ("dials.import is not on PATH", 77, os.path.abspath("nowhere"), [SERIES]),
            ("absent.h5 is not there", 77, path, ["absent.h5"]),
            ("no level 'best'", 2, path, ["--levels", "hits,best", SERIES]),
            ("number above 0", 2, path, ["--d-min", "0", SERIES]),
            ("no-such-program: not found", 1, path, ["--h5winnow", "no-such-program", SERIES]),
            ("cannot be read", 1, path, ["--h5winnow", H5WINNOW, __file__])):
        said = run_experiment(where, *arguments, status=status)
        check(text in said, "does not say '%s': %s" % (text, said))
    with host.environment(HDF5_PLUGIN_PATH="/nowhere"):
        said = run_experiment(path, "--h5winnow", H5WINNOW, SERIES, status=1)
    check("HDF5_PLUGIN_PATH" in said, said)


if __name__ == "__main__":
    add_programs("programs")
    os.environ["PATH"] = os.path.abspath("programs") + ":" + os.environ["PATH"]
    sys.modules["results"] = stand_in_results()
    Run("--frames", 2, "--size", "200x210", SERIES, program=MAKE_SERIES)
    host.main([whole_experiment, interrupted_step, classes_of_significance, places,
               published_method, tables, merging_table_cut_short, a_master_file, what_is_missing])
