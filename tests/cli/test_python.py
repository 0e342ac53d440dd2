"""The Python module of h5tools/python: the same parameters as h5winnow params, the same explanation
as h5winnow info, and the plugin found by itself. With the h5py of this interpreter, and, installed
by pip, with the newest from PyPI.

Arguments as in hosts.py. With a fifth the module is installed, otherwise it is in the tree.
"""
import inspect
import json
import os
import random
import re
import shutil
import subprocess
import sys
import warnings

import hosts as host
from hosts import check

PLACE = host.start()
h5py, np = host.need_h5py()

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir, "h5tools",
                      "python")
INSTALLED = len(sys.argv) > 5
if not INSTALLED:
    sys.path.insert(0, SOURCE)
import winnow  # noqa: E402

TOOL = os.path.join(os.path.dirname(PLACE.make_series), "h5winnow")

PONI = """poni_version: 2.1
Detector: Detector
Detector_config: {"pixel1": %s, "pixel2": %s, "orientation": %s}
Distance: %s
Poni1: %s
Poni2: %s
Rot1: %s
Rot2: %s
Rot3: %s
"""


# ---- the same tuples as h5winnow params ----------------------------------------------------------


def by_the_tool(arguments):
    """The tuple that h5winnow params prints for these arguments; None if it refuses."""
    command = [TOOL, "params", "--format", "h5py"]
    for name, value in arguments.items():
        option = "--" + name.replace("_", "-")
        if name == "solid_angle":
            command += [option] if value else []
        elif name == "noise":
            command += [option, "on" if value else "off"]
        elif name == "frame":
            command += [option, "x".join(map(str, value))]
        elif isinstance(value, tuple):
            command += [option, ",".join(map(repr, value))]
        else:
            command += [option, value if isinstance(value, str) else repr(value)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    check(done.returncode in (0, 2, 3, 4), "%s: exit status %d" % (command, done.returncode))
    if done.returncode:
        return None
    return tuple(int(word) for word in done.stdout.decode().strip("()\n").split(",") if word)


def by_the_module(arguments):
    """The tuple of the module; None if it refuses, with a sentence."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return winnow.Winnow(**arguments).filter_options
    except ValueError as error:
        check(len(str(error).split()) >= 3, "no sentence: %s" % error)
        return None


def compare(arguments):
    tool, module = by_the_tool(arguments), by_the_module(arguments)
    check(tool == module, "%s: h5winnow params gives %s, the module %s" % (arguments, tool, module))
    return tool is not None


def number(dice, *usual):
    """Mostly a usual number, sometimes one of many digits, or nonsense."""
    kind = dice.random()
    if kind < 0.8:
        return dice.choice(usual)
    if kind < 0.98:
        return dice.uniform(min(usual), max(usual))
    return dice.choice([0, -1, -0.0, 1e-9, 2.5, 1e9, 2147483.6475, -3e6, 4294967295, 5e-324, 1e308])


def random_poni(dice, path):
    pixel = number(dice, 75e-6, 100e-6, 172e-6)
    text = PONI % (pixel, dice.choice([pixel, pixel, number(dice, 50e-6, 80e-6)]),
                   dice.choice([0, 3, 3, 3, 3, 2]), number(dice, 0.1, 0.25),
                   number(dice, 0.04, 0.09), number(dice, 0.03, 0.08), number(dice, 0, 0.01, -0.2),
                   number(dice, 0, 0.02), number(dice, 0, 1.5))
    for change in (("Detector_config", "Nothing"), ("Detector: Detector", "Detector: Eiger4M"),
                   ("Distance", "Dist"), ("2.1", "4"), ("Rot1: 0\n", "Rot1: None\n"),
                   ("\nRot2: ", "\nRot2: x")):
        if dice.random() < 0.07:
            text = text.replace(*change)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def random_arguments(dice):
    def centre():
        return (number(dice, 500, 1031.7, 0), number(dice, 512.25, 1085.3005, 0))

    makers = {
        "centre": (0.6, centre),
        "distance": (0.35, lambda: number(dice, 100, 172.5, 200)),
        "pixel_size": (0.4, lambda: dice.choice([number(dice, 75, 172), (number(dice, 75, 100),
                                                                       number(dice, 75, 50))])),
        "rot1": (0.1, lambda: number(dice, 0.01, -0.5, 0)),
        "rot2": (0.1, lambda: number(dice, 0.02, 1.6)),
        "poni": (0.2, lambda: random_poni(dice, PLACE.file("random.poni"))),
        "frame": (0.1, lambda: dice.choice([(1030, 1065), (4150, 4371), (0, 5), (2 ** 32, 1),
                                            (2 ** 32 - 1, 1)])),
        "model": (0.1, lambda: dice.choice(["radial", "tiles", "square", ""])),
        "bins": (0.15, lambda: number(dice, 1, 800, 800.0, 8191, 8192)),
        "tile": (0.1, lambda: number(dice, 4, 32, 64.0, 131072)),
        "error_model": (0.2, lambda: dice.choice(["poisson", "azimuthal", "hybrid", "none"])),
        "clip": (0.2, lambda: number(dice, 3, 3.5, 0.005, 0.004)),
        "cycles": (0.2, lambda: number(dice, 1, 5, 100, 101)),
        "solid_angle": (0.2, lambda: dice.random() < 0.7),
        "polarisation": (0.15, lambda: number(dice, 0.99, -1, 1, 0)),
        "quality": (0.15, lambda: dice.choice(["lossless", "transparent", "high", "compact", "hits",
                                               "", "best"])),
        "keep": (0.2, lambda: dice.choice(["outlier", "outlier", "cluster", "cluster", "all",
                                           "some"])),
        "halo": (0.06, lambda: number(dice, 1, 2, 9)),
        "filter": (0.06, lambda: number(dice, 0.8, 1, 9.94, 9.95)),
        "background": (0.15, lambda: dice.choice(["law", "blocks:2", "blocks:8", "blocks:3",
                                                  "blocks:9", "blocks:1", "blocks:0", "blocks:x",
                                                  "blocks", ""])),
        "pick": (0.3, lambda: number(dice, 1, 2.5, 3, 0.125, 100)),
        "noise_floor": (0.2, lambda: number(dice, 1, 0.5, 2.675, 0)),
        "dummy": (0.2, lambda: number(dice, -2, 0, 65535, 2147483647)),
        "noise": (0.2, lambda: dice.random() < 0.5),
        "compat": (0.15, lambda: dice.choice(["pyfai", "pyfai", "dials"])),
    }
    names = list(makers)
    dice.shuffle(names)
    few = dice.choice([0.3, 1, 1])
    chosen = [name for name in names if dice.random() < few * makers[name][0]]
    if dice.random() < 0.7:
        chosen = mended(chosen)
    return {name: makers[name][1]() for name in chosen}


def mended(chosen):
    """The same names, without those that exclude each other, and with those that they need."""
    if {"distance", "rot1", "rot2", "solid_angle", "polarisation"} & set(chosen):
        chosen = chosen + [name for name in ("centre", "distance", "pixel_size")
                           if name not in chosen]
    radial = "centre" in chosen or "poni" in chosen
    drop = ("tile", "model") if radial else ("bins", "pixel_size")
    return [name for name in chosen if name not in drop]


def random_arguments_agree():
    dice = random.Random(20261120)
    taken = sum(compare(random_arguments(dice)) for _ in range(1500))
    check(400 < taken < 1200, "only %d of 1500 were taken: this tests too little" % taken)
    return "%d taken, %d refused" % (taken, 1500 - taken)


def one_by_one():
    for arguments in (
            {}, {"centre": (0, 0)}, {"centre": (0, 0), "model": "radial"}, {"noise": False},
            {"noise": True}, {"solid_angle": False}, {"centre": (0.0006, 0.0014)},
            {"centre": (-0.0005, 0.0015)}, {"centre": (2147483.647, -2147483.648)},
            {"centre": (2147483.648, 0)}, {"dummy": 0}, {"dummy": -2 ** 31},
            {"dummy": -2 ** 31 - 1}, {"polarisation": 0, "centre": (1, 1)},
            {"centre": (5, 5), "distance": 200, "pixel_size": (50, 100)},
            {"centre": (5, 5), "distance": 200, "pixel_size": (75, 75.00001)},
            {"centre": (5, 5), "distance": 1e-9, "pixel_size": 75}, {"tile": 10},
            {"bins": 10, "tile": 20}, {"tile": 8}, {"keep": "cluster"}, {"keep": "all"},
            {"keep": "all", "pick": 3}, {"keep": "all", "background": "blocks:2"},
            {"keep": "cluster", "halo": 9, "filter": 9.9, "background": "blocks:8"},
            {"halo": 2}, {"filter": 1}, {"background": "blocks:2"},
            {"keep": "cluster", "noise_floor": 1}, {"keep": "cluster", "compat": "pyfai"},
            {"quality": "hits", "noise_floor": 0}, {"quality": "hits", "background": "law"},
            {"quality": "hits", "background": "blocks:2"}, {"quality": "lossless", "halo": 2}):
        compare(arguments)
    for quality in winnow._quality.NAMES:
        check(compare({"quality": quality}) and compare({"pick": 4, "quality": quality}),
              quality + " is refused")
    for nonsense in ({"centre": 3}, {"centre": (1, 2, 3)}, {"centre": "1,2"}, {"pick": True},
                     {"pick": "3"}, {"pick": float("nan")}, {"frame": 10}, {"frame": (7.0, 8)},
                     {"solid_angle": "yes"}, {"noise": 2}, {"model": 1}, {"cycles": 2.5},
                     {"pixel_size": "75"}, {"dummy": 10 ** 400}, {"quality": 2},
                     {"background": 2}, {"background": "blocks:-2"}, {"keep": "cluster", "halo": 0},
                     {"quality": "transparent", "keep": "outlier"}):
        check(by_the_module(nonsense) is None, "%s is not refused" % nonsense)
    plain = winnow.Winnow(centre=(3, 4), pick=3)
    from_numpy = winnow.Winnow(centre=np.array([3.0, 4.0]), pick=np.int16(3))
    check(plain == from_numpy, "numbers of numpy give %s" % (from_numpy.filter_options,))
    try:
        winnow.Winnow(poni=PLACE.file("nothing.poni"))
        raise host.Failure("a missing PONI file is not noticed")
    except FileNotFoundError:
        pass
    try:
        winnow.Winnow(pitch=3)
        raise host.Failure("an unknown argument is not noticed")
    except TypeError:
        pass


def poni_with_rot3_warns():
    path = PLACE.file("turned.poni")
    with open(path, "w", encoding="ascii") as file:
        file.write(PONI % (75e-6, 75e-6, 3, 0.2, 0.04, 0.045, 0, 0, 1.3))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        winnow.Winnow(poni=path, polarisation=0.99)
    check(len(said) == 1 and "Rot3" in str(said[0].message) and said[0].filename == __file__,
          "said: %s" % [str(warning) for warning in said])


# ---- the table of parameters ---------------------------------------------------------------------


def table_is_that_of_the_tool():
    """The module reads a copy of what the tool prints."""
    committed = os.path.join(os.path.dirname(winnow.__file__), "parameters.json")
    printed = subprocess.run([TOOL, "params", "--table"], stdout=subprocess.PIPE, check=True).stdout
    with open(committed, "rb") as file:
        check(file.read() == printed, "parameters.json is not what the tool prints: run\n"
              "    h5winnow params --table >h5tools/python/winnow/parameters.json")
    table = json.loads(printed)
    check(len(table["parameters"]) > 20 and len(table["quality"]) >= 5, "the table is short")


def arguments_are_those_of_the_tool():
    """Winnow() names every option of `h5winnow params`, and its help text each of them."""
    taken = set(inspect.signature(winnow.Winnow).parameters)
    usage = subprocess.run([TOOL, "params", "--help"], stdout=subprocess.PIPE, check=True).stdout
    options = set(re.findall(r"^  --([a-z0-9-]+)", usage.decode(), re.MULTILINE))
    options = {name.replace("-", "_") for name in options - {"format", "table", "help"}}
    check(taken == options, "arguments %s, options %s" % (sorted(taken), sorted(options)))
    for name in taken:
        check(re.search(r"^ +%s +\S" % name, winnow.Winnow.__doc__, re.MULTILINE),
              name + " is not explained")


# ---- datasets ------------------------------------------------------------------------------------


def cases():
    yield "rings", "u2", {"centre": (124.5, 99.5), "pick": 3}
    yield "tiles", "u4", {"tile": 32, "noise_floor": 1.5, "dummy": -2, "noise": False}
    yield "floats", "f4", {}
    yield "tilted", ">i4", {"centre": (124.5, 99.5), "distance": 100, "pixel_size": (75, 80),
                            "rot1": 0.01, "solid_angle": True, "polarisation": 0.99, "bins": 90,
                            "clip": 4, "cycles": 3, "error_model": "poisson", "keep": "outlier"}
    yield "clusters", "u2", {"keep": "cluster", "halo": 1, "filter": 0.8}
    yield "blocks", "u4", {"centre": (124.5, 99.5), "pick": 2, "background": "blocks:3"}
    yield "all", "u2", {"keep": "all"}
    yield "all floats", "f4", {"keep": "all"}
    for quality in ("transparent", "high", "compact", "hits"):
        yield quality, "i4", {"centre": (124.5, 99.5), "quality": quality}
    yield "strict", "u4", {"centre": (124.5, 99.5), "compat": "pyfai", "frame": (250, 200)}


def written_and_read():
    path = PLACE.file("written.h5")
    with h5py.File(path, "w") as file:
        for name, dtype, arguments in cases():
            frames = host.Frames(dtype, 2)
            file.create_dataset(name, data=frames.data, chunks=(1, 200, 250),
                                **winnow.Winnow(**arguments))
            file.create_dataset("other/" + name, data=frames.data, chunks=(1, 200, 250),
                                compression=winnow.Winnow(**arguments))
        file.create_dataset("plain", data=np.zeros((2, 3, 4)), chunks=(1, 3, 4), compression="gzip")
        file.create_dataset("contiguous", data=np.zeros((2, 3, 4)))
    with h5py.File(path, "r") as file:
        for name, dtype, arguments in cases():
            frames = host.Frames(dtype, 2)
            restored = file[name][:]
            check(host.same(restored, file["other/" + name][:]), name + ": not the same both ways")
            most = 1 if name == "all floats" else 1 / 3
            check(file[name].id.get_storage_size() < frames.data.nbytes * most,
                  name + " is not small")
            for flag in ("bright", "flagged"):
                pixels = getattr(frames, flag)
                check((host.bits(restored)[pixels] == host.bits(frames.data)[pixels]).all(),
                      "%s: %s pixels are wrong" % (name, flag))
        for name in ("plain", "contiguous"):
            check(winnow.parameters(file[name]) is None, name + " is said to be winnow's")


def explained_as_by_the_tool():
    path = PLACE.file("written.h5")
    done = subprocess.run([TOOL, "info", "--json", path], stdout=subprocess.PIPE, check=True)
    datasets = {d["dataset"]: d["parameters"] for d in json.loads(done.stdout)["datasets"]}
    with h5py.File(path, "r") as file:
        for name, _, _ in cases():
            here, there = winnow.parameters(file[name]), datasets["/" + name]
            check(here == there and list(sorted(here)) == list(sorted(there)),
                  "%s: %s, but h5winnow info says %s" % (name, here, there))


def foreign_parameters():
    for values, text in (((2,), "newer version"), ((1, 9), "digit"), ((1, 1000000000), "digits"),
                         ((1,) + 14 * (0,) + (10000,), "four digits")):
        said = host.error_of(lambda: winnow._list.read(values))
        check(text in said, "%s: %s" % (values, said))


# ---- finding the plugin --------------------------------------------------------------------------

FIND = """
import os, sys, warnings
%s
import winnow, numpy as np, h5py
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    filter = winnow.Winnow()
print(winnow.plugin_path())
print(len(said), *[warning.message for warning in said])
with h5py.File("memory", "w", driver="core", backing_store=False) as file:
    try:
        data = file.create_dataset("data", data=np.ones((2, 64, 64), "u4"), chunks=(1, 64, 64),
                                   **filter)
        print("written" if (data[:] == 1).all() and data.id.get_storage_size() < 2000 else "raw")
    except ValueError as error:
        print(error)
"""


def finding(**variables):
    """The result with these variables: path, warnings, outcome of writing a dataset."""
    setting = "" if INSTALLED else "sys.path.insert(0, %r)" % SOURCE
    variables = {"HDF5_PLUGIN_PATH": None, "PATH": "/usr/bin:/bin", **variables}
    with host.environment(**variables):
        return host.output_of([sys.executable, "-c", FIND % setting]).splitlines()


def elsewhere(name):
    """A folder with a copy of the plugin."""
    folder = PLACE.file(name)
    os.makedirs(folder, exist_ok=True)
    shutil.copy(os.path.join(PLACE.plugin, "libh5zwinnow.so"), folder)
    return folder


def found():
    """The plugin is found in each of the possible ways."""
    here = os.path.join(PLACE.plugin, "libh5zwinnow.so")
    other = elsewhere("other")
    copy = os.path.join(other, "libh5zwinnow.so")
    cases = [(here, {"HDF5_PLUGIN_PATH": PLACE.plugin}),
             (here, {"WINNOW_PLUGIN_DIR": PLACE.plugin}),
             (here, {"WINNOW_PLUGIN_DIR": PLACE.plugin, "HDF5_PLUGIN_PATH": other}),
             (copy, {"WINNOW_PLUGIN_DIR": PLACE.file("nowhere"), "HDF5_PLUGIN_PATH": other}),
             (copy, {"HDF5_PLUGIN_PATH": PLACE.file("nowhere") + ":" + other}),
             (here, {"PATH": os.path.dirname(TOOL) + ":/usr/bin:/bin"})]
    for path, variables in cases:
        lines = finding(**variables)
        check(lines == [path, "0", "written"], "%s: %s" % (variables, lines))


def not_found():
    lines = finding()
    if lines[0] != "None":
        return "left out: winnow is installed, " + lines[0]
    check(lines[1].startswith("1 the winnow plugin, libh5zwinnow.so, was not found") and
          "h5winnow doctor" in lines[1], "no warning: %s" % lines)
    check("47000" in lines[2], "h5py wants something else: %s" % lines)
    return None


# ---- installed by pip ----------------------------------------------------------------------------


def installed_by_pip():
    """All of this again, in a virtual environment with the newest h5py."""
    try:
        wheel = host.wheel_python(PLACE)
    except SystemExit:
        return "skipped"
    folder = PLACE.file("installed")
    source = PLACE.file("source")
    shutil.copytree(SOURCE, source, ignore=shutil.ignore_patterns("build", "*.egg-info",
                                                                  "__pycache__"))
    host.output_of([wheel, "-m", "venv", "--clear", folder])
    python = os.path.join(folder, "bin", "python")
    try:
        host.output_of([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                        "--only-binary", "h5py,numpy", source], 600)
    except host.Failure as failure:
        if "No matching distribution" in str(failure) or "connect" in str(failure):
            return "skipped: pip has no network"
        raise
    inner = [PLACE.plugin, PLACE.make_series, python, PLACE.file("inner"), "installed"]
    text = host.output_of([python, os.path.abspath(__file__)] + inner, 600)
    version = host.output_of([python, "-c", "import h5py; print(h5py.version.version, "
                              "h5py.version.hdf5_version)"]).strip()
    return "h5py %s: %d passed" % (version.replace(" ", ", HDF5 "), text.count(" s  ok"))


TESTS = [table_is_that_of_the_tool, arguments_are_those_of_the_tool, random_arguments_agree,
         one_by_one, poni_with_rot3_warns, written_and_read, explained_as_by_the_tool,
         foreign_parameters, found, not_found]
host.main(TESTS if INSTALLED else TESTS + [installed_by_pip])
