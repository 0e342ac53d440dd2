"""Geometry and mask that h5winnow reads from files as beamlines write them, against numpy.

Arguments: H5TOOLS_METADATA MAKE_SERIES SHARED_DATA SCRATCH_FOLDER; exit status 77: skipped.
"""
import math
import os
import shutil
import subprocess
import sys

try:
    import h5py
    import numpy as np
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

PROGRAM, MAKE_SERIES, SHARED, SCRATCH = map(os.path.abspath, sys.argv[1:5])
HEIGHT, WIDTH = 40, 60
PIXEL = 75e-6
IMAGE = "/entry/data/data"
DETECTOR = "/entry/instrument/detector"
MODULE = DETECTOR + "/module"
TRANSFORMATIONS = DETECTOR + "/transformations"
CORE_TOLERANCE = 4e-6  # radian: the filter's parameters are rounded to a microradian
failures = []
runs = 0


# ---- running and checking ------------------------------------------------------------------------


def check(condition, text):
    if not condition:
        failures.append(text)
        print("FAILED: " + text)


class Read:
    """The output of the program for a file."""

    def __init__(self, path, image=IMAGE, shape=(HEIGHT, WIDTH)):
        global runs
        runs += 1
        mask = os.path.join(SCRATCH, "mask.bin")
        run = subprocess.run([PROGRAM, path, image, str(shape[0]), str(shape[1]), mask],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
        self.name = os.path.basename(path)
        self.said = run.stderr.decode("utf-8", "replace")
        self.value, self.source, self.doubt = {}, {}, ""
        for line in run.stdout.decode().splitlines():
            key, value, *rest = line.split(" ", 2)
            if key == "doubt":
                self.doubt = line
            else:
                self.value[key], self.source[key] = float(value), rest[0]
        with open(mask, "rb") as file:
            valid = np.frombuffer(file.read(), np.uint8)
        self.valid = valid.reshape(shape) if valid.size else None
        check(run.returncode == 0, "%s: exit status %d: %s" % (self.name, run.returncode, self.said))

    def gives(self, tolerance=1e-9, **expected):
        for key, value in expected.items():
            got = self.value.get(key)
            check(got is not None and abs(got - value) <= tolerance * max(1, abs(value)),
                  "%s: %s is %s, not %s (%s)" % (self.name, key, got, value, self.said))
        return self

    def lacks(self, *keys):
        for key in keys:
            check(key not in self.value, "%s: has %s %s" % (self.name, key, self.value.get(key)))
        return self

    def says(self, *texts):
        for text in texts:
            check(text in self.said, "%s: does not say '%s': %s" % (self.name, text, self.said))
        check(texts or not self.said, "%s: says %s" % (self.name, self.said))
        return self

    def doubts(self, text=""):
        check(text in self.doubt and bool(text) == bool(self.doubt),
              "%s: doubt '%s', not '%s'" % (self.name, self.doubt, text))
        return self


# ---- making files --------------------------------------------------------------------------------


def put(file, path, value, **attributes):
    dataset = file.create_dataset(path, data=value)
    for name, attribute in attributes.items():
        if attribute is not None:
            dataset.attrs[name] = attribute
    return dataset


def group(file, path, nexus_class):
    made = file.require_group(path)
    if nexus_class:
        made.attrs["NX_class"] = nexus_class
    return made


def new(name, classes=True):
    """A file with frames and the groups around them, and nothing else."""
    file = h5py.File(os.path.join(SCRATCH, name + ".h5"), "w")
    for path, nexus_class in (("/entry", "NXentry"), ("/entry/data", "NXdata"),
                              ("/entry/instrument", "NXinstrument"), (DETECTOR, "NXdetector")):
        group(file, path, nexus_class if classes else None)
    file.create_dataset(IMAGE, (3, HEIGHT, WIDTH), "u2")
    return file


def simple(name, **classes):
    """A file with a beam centre, a distance and so on in fields."""
    file = new(name, **classes)
    put(file, DETECTOR + "/beam_center_x", 30.25, units="pixel")
    put(file, DETECTOR + "/beam_center_y", 20.75, units="pixel")
    put(file, DETECTOR + "/distance", 0.2, units="m")
    put(file, DETECTOR + "/x_pixel_size", PIXEL, units="m")
    put(file, DETECTOR + "/y_pixel_size", PIXEL, units="m")
    return file


SIMPLE = dict(centre_x=29.75, centre_y=20.25, distance=200, pixel_x=75, pixel_y=75)


def done(file, *arguments, **more):
    path = file.filename
    file.close()
    return Read(path, *arguments, **more)


def replace(file, path, value, **attributes):
    del file[path]
    return put(file, path, value, **attributes)


def axis(file, path, value, kind, vector, units, depends_on=".", offset=None, offset_units=None):
    """A step of a chain of transformations."""
    return put(file, path, value, transformation_type=kind, vector=vector, units=units,
               depends_on=depends_on, offset=offset, offset_units=offset_units)


def module(file, corner, fast=(-1.0, 0, 0), slow=(0, -1.0, 0), hangs_on=TRANSFORMATIONS + "/z",
           path=MODULE, pixel=(PIXEL, PIXEL), area=((0, 0), (HEIGHT, WIDTH))):
    """A module; `corner` in mm."""
    group(file, path, "NXdetector_module")
    put(file, path + "/data_origin", area[0])
    put(file, path + "/data_size", area[1])
    axis(file, path + "/module_offset", 0.0, "translation", (0, 0, 1.0), "mm", hangs_on, corner,
         "mm")
    for name, vector, size in (("fast", fast, pixel[0]), ("slow", slow, pixel[1])):
        axis(file, "%s/%s_pixel_direction" % (path, name), size, "translation", vector, "m",
             path + "/module_offset", (0, 0, 0), "mm")


# ---- the same with numpy -------------------------------------------------------------------------


def rotation(axis_vector, degrees):
    """Rodrigues, as a 4x4 matrix."""
    x, y, z = np.asarray(axis_vector, float) / np.linalg.norm(axis_vector)
    k = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    a = math.radians(degrees)
    matrix = np.eye(4)
    matrix[:3, :3] += math.sin(a) * k + (1 - math.cos(a)) * k @ k
    return matrix


def translation(vector):
    matrix = np.eye(4)
    matrix[:3, 3] = vector
    return matrix


def lab_angles(matrix, corner, fast, slow, pixel=(PIXEL, PIXEL)):
    """2theta at the centres of the four corner pixels; `matrix` acts on lengths in metres."""
    angles = []
    for row in (0, HEIGHT - 1):
        for column in (0, WIDTH - 1):
            local = (np.asarray(corner, float) + (column + 0.5) * pixel[0] * np.asarray(fast, float)
                     + (row + 0.5) * pixel[1] * np.asarray(slow, float))
            x, y, z, _ = matrix @ np.append(local, 1)
            angles.append(math.atan2(math.hypot(x, y), z))
    return np.array(angles)


def read_angles(read):
    """The same from the values that were read, by the formulas of PONI files."""
    value = read.value
    rot1, rot2, distance = value["rot1"], value["rot2"], value["distance"]
    width, height = value["pixel_x"] / 1000, value["pixel_y"] / 1000
    poni_x = (value["centre_x"] + 0.5) * width + distance * math.tan(rot1)
    poni_y = (value["centre_y"] + 0.5) * height - distance * math.tan(rot2) / math.cos(rot1)
    angles = []
    for row in (0, HEIGHT - 1):
        for column in (0, WIDTH - 1):
            p1, p2 = (row + 0.5) * height - poni_y, (column + 0.5) * width - poni_x
            a2 = math.cos(rot1) * p2 + math.sin(rot1) * distance
            a3 = math.cos(rot1) * distance - math.sin(rot1) * p2
            y = math.cos(rot2) * p1 - math.sin(rot2) * a3
            z = math.sin(rot2) * p1 + math.cos(rot2) * a3
            angles.append(math.atan2(math.hypot(a2, y), z))
    return np.array(angles)


def same_angles(read, expected):
    if not {"rot1", "rot2", "distance", "centre_x"} <= set(read.value):
        check(False, "%s: no tilt: %s %s" % (read.name, read.value, read.said + read.doubt))
        return
    worst = np.abs(read_angles(read) - expected).max()
    check(worst < 1e-9, "%s: 2theta is off by %g rad" % (read.name, worst))
    core = np.array([read.value["core_%d" % i] for i in range(4)])
    worst = np.abs(core - expected).max()
    check(worst < CORE_TOLERANCE, "%s: 2theta of the core is off by %g rad" % (read.name, worst))


# ---- fields --------------------------------------------------------------------------------------


def test_fields():
    done(simple("fields")).gives(**SIMPLE).says().doubts().lacks("rot1", "wavelength", "masked")
    done(simple("no_classes", classes=False)).gives(**SIMPLE).says()
    read = done(simple("source"))
    check(read.source["centre_x"] == DETECTOR + "/beam_center_x", "source: " + str(read.source))
    done(new("nothing")).says().doubts().lacks("centre_x", "distance", "pixel_x")

    file = simple("no_units")
    for name in file[DETECTOR]:
        del file[DETECTOR][name].attrs["units"]
    put(file, "/entry/instrument/beam/incident_wavelength", 0.97)
    done(file).gives(**SIMPLE, wavelength=0.97).says()

    file = simple("legacy_name")
    file.move(DETECTOR + "/distance", DETECTOR + "/detector_distance")
    done(file).gives(**SIMPLE).says()


def test_units():
    for unit, factor in (("m", 1), ("metre", 1), ("cm", 100), ("mm", 1e3), ("millimeter", 1e3),
                         ("um", 1e6), ("\u00b5m", 1e6), ("\u03bcm", 1e6), ("micron", 1e6),
                         (np.bytes_("mm "), 1e3), (np.array(["mm"], dtype=object), 1e3)):
        file = simple("length")
        replace(file, DETECTOR + "/distance", 0.2 * factor, units=unit)
        replace(file, DETECTOR + "/x_pixel_size", PIXEL * factor, units=unit)
        replace(file, DETECTOR + "/beam_center_x", 30.25 * PIXEL * factor, units=unit)
        done(file).gives(**SIMPLE).says()
    for unit, factor in (("angstrom", 1), ("Angstroms", 1), ("A", 1), ("\u00c5", 1), ("\u212b", 1),
                         ("nm", 0.1), ("m", 1e-10), ("pm", 100)):
        file = simple("wavelength")
        put(file, "/entry/sample/beam/incident_wavelength", 1.25 * factor, units=unit)
        done(file).gives(wavelength=1.25).says()
    for unit in ("parsec", "MM", "deg", "pixel"):
        file = simple("bad_unit")
        replace(file, DETECTOR + "/distance", 200, units=unit)
        done(file).lacks("distance").gives(centre_x=29.75).says("distance", "unit", unit)
    file = simple("unit_number")
    replace(file, DETECTOR + "/distance", 200, units=5)
    done(file).lacks("distance").says("distance", "units")


def test_types():
    for kind in ("i1", "u1", "<i2", ">i4", "<u8", "<f2", ">f4", "<f8", ">f8"):
        for shape in ((), (1,), (1, 1), (3,), (3, 1)):
            file = simple("types")
            replace(file, DETECTOR + "/beam_center_x", np.full(shape, 30, kind), units="pixel")
            done(file).gives(centre_x=29.5).says()


def test_frames():
    """One value for each frame."""
    for name, values, doubt in (
            ("beam_center_x", (30.25, 30.5, 30.7), ""), ("beam_center_x", (30.25, 30.5, 30.8), "moves"),
            ("beam_center_y", (20.75, 20.25, 20.2), "moves"),
            ("distance", (0.2, 0.20015, 0.2), ""), ("distance", (0.2, 0.2, 0.2003), "moves")):
        file = simple("moving")
        unit = file[DETECTOR + "/" + name].attrs["units"]
        replace(file, DETECTOR + "/" + name, values, units=unit)
        done(file).gives(**SIMPLE).says().doubts(doubt)


def test_nonsense():
    text = h5py.string_dtype()
    for name, value, words in (
            ("vlen_text", np.array("far", dtype=text), "text"), ("fixed_text", np.bytes_("0.2"), "text"),
            ("texts", np.array(["0.2", "0.3"], dtype=text), "text"),
            ("table", np.ones((2, 3)), "table"), ("empty_row", np.ones(0), "empty"),
            ("null", h5py.Empty("f8"), "empty"), ("nan", math.nan, "finite"),
            ("infinite", (0.2, math.inf), "finite"), ("negative", -0.2, "cannot be right"),
            ("zero", 0.0, "cannot be right"), ("complex", 1j, "no number"),
            ("compound", np.zeros(1, [("a", "f8")]), "no number")):
        file = simple("distance_" + name)
        replace(file, DETECTOR + "/distance", value, units="m")
        done(file).lacks("distance").gives(centre_x=29.75).says("::%s" % DETECTOR, "distance", words)

    file = simple("huge")
    del file[DETECTOR + "/distance"]
    file.create_dataset(DETECTOR + "/distance", (1 << 40,), "f8", chunks=(1 << 20,))
    done(file).lacks("distance").says("too long")
    file = simple("group_for_number")
    del file[DETECTOR + "/distance"]
    file.create_group(DETECTOR + "/distance")
    done(file).lacks("distance").says("no dataset")
    file = simple("reference")
    replace(file, DETECTOR + "/distance", np.array([file.ref], dtype=h5py.ref_dtype))
    done(file).lacks("distance").says("no number")
    for link in (h5py.SoftLink("/nowhere"), h5py.ExternalLink("no_such_file.h5", "/x"),
                 h5py.SoftLink(DETECTOR + "/distance")):
        file = simple("dangling")
        del file[DETECTOR + "/distance"]
        file[DETECTOR + "/distance"] = link
        done(file).lacks("distance").gives(centre_x=29.75).says("cannot be opened")
    for x, y, words in ((0, 0, "never"), (6001, 20, "far outside"), (-1e300, 20, "far outside")):
        file = simple("centre")
        replace(file, DETECTOR + "/beam_center_x", x)
        replace(file, DETECTOR + "/beam_center_y", y)
        done(file).lacks("centre_x", "centre_y").gives(distance=200).says(words)
    file = simple("half_a_centre")
    del file[DETECTOR + "/beam_center_y"]
    done(file).lacks("centre_x", "centre_y").gives(distance=200)
    for size in (0, -75e-6, 7.5):
        file = simple("pixel_size")
        replace(file, DETECTOR + "/x_pixel_size", size, units="m")
        done(file).lacks("pixel_x").gives(pixel_y=75).says("x_pixel_size")
    file = simple("length_without_pixels")
    replace(file, DETECTOR + "/beam_center_x", 2.0, units="mm")
    del file[DETECTOR + "/x_pixel_size"]
    done(file).lacks("centre_x", "centre_y").says("size of the pixels")
    for value in (0, -1, math.nan, "text"):
        file = simple("wavelength")
        put(file, "/entry/instrument/beam/incident_wavelength", value)
        done(file).lacks("wavelength").gives(**SIMPLE).says("wavelength")
    file = simple("control")
    replace(file, DETECTOR + "/distance", 1.0, units="\x1b[31m\n")
    read = done(file).lacks("distance")
    check("\x1b" not in read.said and read.said.count("\n") == 1, "control characters get through")


# ---- which detector ------------------------------------------------------------------------------


def second_detector(file, name="detector_2", nexus_class="NXdetector"):
    path = "/entry/instrument/" + name
    group(file, path, nexus_class)
    put(file, path + "/beam_center_x", 11.5)
    put(file, path + "/beam_center_y", 12.5)
    put(file, path + "/pixel_mask", np.ones((2, 2), "u4"))
    return path


def test_detectors():
    file = simple("two_detectors")
    second_detector(file)
    done(file).lacks("centre_x", "distance").says("2 detectors")
    for make in ((lambda file: h5py.SoftLink(IMAGE)), (lambda file: file[IMAGE])):
        file = simple("linked_detector")
        file[DETECTOR + "/data"] = make(file)
        second_detector(file)
        done(file).gives(**SIMPLE).says()
        file = simple("other_linked_detector")
        path = second_detector(file)
        file[path + "/data"] = make(file)
        done(file).gives(centre_x=11, centre_y=12).lacks("distance").says("no mask")
    file = simple("both_linked")
    file[DETECTOR + "/data"] = file[IMAGE]
    file[second_detector(file) + "/data"] = file[IMAGE]
    done(file).lacks("centre_x").says("2 detectors")
    file = simple("detector_motor")
    second_detector(file, "detector_z", None)
    second_detector(file, "detector_y", "NXpositioner")
    done(file).gives(**SIMPLE).says()
    file = simple("other_name")
    file.move(DETECTOR, "/entry/instrument/eiger")
    done(file).gives(**SIMPLE).says()
    file = simple("detector_number")
    del file[DETECTOR + "/distance"]
    file[DETECTOR].attrs["NX_class"] = 7
    done(file).lacks("centre_x").says("NX_class")


def test_entries():
    file = simple("two_entries")
    group(file, "/entry_2", "NXentry")
    file.copy("/entry/data", "/entry_2/data")
    done(file, "/entry_2/data/data").lacks("centre_x").says()
    file = simple("other_entry")
    file.move("/entry", "/scan_7")
    done(file, "scan_7//data/data").gives(**SIMPLE).says()
    file = simple("nested")
    file.create_group("raw")
    file.move("/entry", "/raw/entry")
    done(file, "/raw/entry/data/data").gives(**SIMPLE).says()
    file = simple("image_in_root")
    file["image"] = file[IMAGE]
    done(file, "/image").lacks("centre_x").says()
    done(simple("no_image"), "/nowhere/at/all").lacks("centre_x").says()
    done(simple("no_path"), "").lacks("centre_x").says()

    # A master whose frames, and whose mask, lie in other files.
    with h5py.File(os.path.join(SCRATCH, "frames.h5"), "w") as frames:
        frames.create_dataset("/entry/data/data", (3, HEIGHT, WIDTH), "u2")
        put(frames, "/mask", mask_values("u4"))
    file = simple("master")
    del file[IMAGE]
    file["/entry/data/data_000001"] = h5py.ExternalLink("frames.h5", "/entry/data/data")
    file["/entry/data/data_000002"] = h5py.ExternalLink("lost.h5", "/entry/data/data")
    file[DETECTOR + "/pixel_mask"] = h5py.ExternalLink("frames.h5", "/mask")
    same_mask(done(file, "/entry/data/data_000001").gives(**SIMPLE).says())


# ---- masks ---------------------------------------------------------------------------------------


def mask_values(kind):
    values = np.zeros((HEIGHT, WIDTH), kind)
    values[3, 5:9] = 1
    values[HEIGHT - 1, WIDTH - 1] = np.iinfo(kind).max
    values[0, 0] = np.iinfo(kind).min if np.iinfo(kind).min else 64
    return values


def same_mask(read, bad=None, source=DETECTOR + "/pixel_mask"):
    bad = mask_values("u4") != 0 if bad is None else bad
    check(read.valid is not None and np.array_equal(read.valid, (~bad).astype("u1")),
          read.name + ": the mask is another one: " + read.said)
    check(read.value.get("masked") == bad.sum(), "%s: masked %s" % (read.name, read.value))
    check(read.source.get("masked") == source, "%s: source %s" % (read.name, read.source))


def test_masks():
    for kind in ("i1", "u1", "<i2", "<i4", ">i4", "<u4", ">u4", "<i8", ">u8"):
        file = new("mask")
        put(file, DETECTOR + "/pixel_mask", mask_values(kind))
        same_mask(done(file).says())
    file = new("boolean")
    put(file, DETECTOR + "/pixel_mask", mask_values("u4") != 0)
    same_mask(done(file).says())
    for name, shape in (("rank_3", (1, HEIGHT, WIDTH)), ("rank_4", (1, 1, HEIGHT, WIDTH))):
        file = new(name)
        put(file, DETECTOR + "/pixel_mask", mask_values("u4").reshape(shape))
        same_mask(done(file).says())
    file = new("compressed")
    file.create_dataset(DETECTOR + "/pixel_mask", data=mask_values("u4"), compression="gzip",
                        chunks=(7, 11))
    same_mask(done(file).says())
    file = new("specific")
    put(file, DETECTOR + "/detectorSpecific/pixel_mask", mask_values("u4"))
    same_mask(done(file).says(), source=DETECTOR + "/detectorSpecific/pixel_mask")
    file = new("small_and_specific")
    put(file, DETECTOR + "/pixel_mask", np.ones((4, 4), "u4"))
    put(file, DETECTOR + "/detectorSpecific/pixel_mask", mask_values("u4"))
    same_mask(done(file).says("no mask for frames of 60 x 40"),
              source=DETECTOR + "/detectorSpecific/pixel_mask")


def test_channel_masks():
    file = new("one_channel")
    put(file, DETECTOR + "/threshold_1_channel/pixel_mask", mask_values("u4"))
    put(file, DETECTOR + "/difference_channel/threshold_energy", (6000.0, 12000.0))
    same_mask(done(file).says(), source=DETECTOR + "/threshold_1_channel/pixel_mask")
    file = new("channels")
    other = np.zeros((HEIGHT, WIDTH), "u2")
    other[20, 20:30] = 8
    put(file, DETECTOR + "/threshold_1_channel/pixel_mask", mask_values("u4"))
    put(file, DETECTOR + "/threshold_2_channel/pixel_mask", other)
    same_mask(done(file).says(), (mask_values("u4") != 0) | (other != 0),
              DETECTOR + "/*_channel/pixel_mask")


def test_mask_nonsense():
    for name, value in (("transposed", np.zeros((WIDTH, HEIGHT), "u4")),
                        ("each_frame", np.zeros((3, HEIGHT, WIDTH), "u4")), ("scalar", 1),
                        ("floats", np.zeros((HEIGHT, WIDTH))), ("text", "all good"),
                        ("empty", h5py.Empty("u4")),
                        ("compound", np.zeros((HEIGHT, WIDTH), [("a", "u4")])),
                        ("all_bad", np.ones((HEIGHT, WIDTH), "u4"))):
        file = simple("mask_" + name)
        put(file, DETECTOR + "/pixel_mask", value)
        done(file).lacks("masked").gives(**SIMPLE).says("mask")
    file = simple("mask_group")
    file.create_group(DETECTOR + "/pixel_mask")
    done(file).lacks("masked").says("no mask")
    file = simple("mask_link")
    file[DETECTOR + "/pixel_mask"] = h5py.ExternalLink("lost.h5", "/mask")
    done(file).lacks("masked").gives(**SIMPLE).says("cannot be opened")
    file = simple("mask_huge")
    file.create_dataset(DETECTOR + "/pixel_mask", (1 << 31, 1 << 31), "u8", chunks=(1024, 1024))
    done(file).lacks("masked").says("no mask")


# ---- chains of transformations -------------------------------------------------------------------


def chained(name, steps=(), corner=(2.0, 1.5, 0), **more):
    """A detector at 150 mm that depends on further transformations (name, kind, vector, value)."""
    file = new(name)
    previous = "."
    for step, kind, vector, value in steps:
        axis(file, TRANSFORMATIONS + "/" + step, value, kind, vector,
             "deg" if kind == "rotation" else "mm", previous)
        previous = step
    axis(file, TRANSFORMATIONS + "/z", 150.0, "translation", (0, 0, 1.0), "mm", previous)
    put(file, DETECTOR + "/depends_on", "transformations/z")
    module(file, corner, **more)
    return file


def expected_angles(steps=(), corner=(2.0, 1.5, 0), fast=(-1, 0, 0), slow=(0, -1, 0), **more):
    matrix = np.eye(4)
    for _, kind, vector, value in steps:
        if kind == "rotation":
            matrix = matrix @ rotation(vector, value)
        else:
            matrix = matrix @ translation(np.asarray(vector) * value * 1e-3)
    matrix = matrix @ translation((0, 0, 0.15))
    return lab_angles(matrix, np.asarray(corner) * 1e-3, fast, slow, **more)


DIRECTIONS = [(np.array(a, float), np.array(b, float)) for a, b in (
    ((-1, 0, 0), (0, -1, 0)), ((1, 0, 0), (0, -1, 0)), ((-1, 0, 0), (0, 1, 0)),
    ((0, -1, 0), (1, 0, 0)), ((0, 1, 0), (1, 0, 0)),
    ((math.cos(0.4), math.sin(0.4), 0), (-math.sin(0.4), math.cos(0.4), 0)),
    ((math.cos(2), 0, math.sin(2)), (0, 1, 0)))]


def test_chains():
    done(chained("straight")).gives(centre_x=2.0 / 0.075 - 0.5, centre_y=19.5, distance=150,
                                    pixel_x=75, pixel_y=75, rot1=0, rot2=0).says().doubts()
    number = 0
    for fast, slow in DIRECTIONS:
        for steps in ((), (("a", "rotation", (-1.0, 0, 0), 30.0),),
                      (("a", "rotation", (0, 1.0, 0), -25.0), ("b", "rotation", (1.0, 0, 0), 7.0)),
                      (("a", "rotation", (0, 0, 1.0), 33.0), ("t", "translation", (0, 1.0, 0), 4.0),
                       ("b", "rotation", (0.6, 0, 0.8), -12.0), ("c", "rotation", (0, 1.0, 0), 3.0))):
            for corner in ((2.0, 1.5, 0), (-20.0, 7.0, 1.0)):
                number += 1
                file = chained("tilted_%d" % number, steps, corner, fast=fast, slow=slow,
                               pixel=(PIXEL, 2 * PIXEL))
                expected = expected_angles(steps, corner, fast, slow, pixel=(PIXEL, 2 * PIXEL))
                same_angles(done(file).says().doubts(), expected)


def test_beam_centre_of_tilted():
    """The beam centre is where 2theta is 0."""
    steps = (("a", "rotation", (0, 1.0, 0), 20.0), ("b", "rotation", (1.0, 0, 0), -10.0))
    read = done(chained("centre_of_tilted", steps))
    matrix = (rotation((0, 1, 0), 20) @ rotation((1, 0, 0), -10) @ translation((0, 0, 0.15)))
    local = (np.array((2e-3, 1.5e-3, 0)) - (read.value["centre_x"] + 0.5) * PIXEL * np.array((1, 0, 0))
             - (read.value["centre_y"] + 0.5) * PIXEL * np.array((0, 1, 0)))
    place = matrix @ np.append(local, 1)
    check(np.abs(place[:2]).max() < 1e-12 and place[2] > 0, "centre_of_tilted: %s" % place)
    read.gives(distance=150)


def test_chain_forms():
    """Other ways to write the same chain."""
    expected = expected_angles((("a", "rotation", (0, 1, 0), 20.0),))
    steps = (("a", "rotation", (0, 1.0, 0), 20.0),)

    def variant(name, change, *says):
        file = chained("form_" + name, steps)
        change(file)
        same_angles(done(file).says(*says).doubts(), expected)

    def radians(file):
        file[TRANSFORMATIONS + "/a"][...] = math.radians(20)
        file[TRANSFORMATIONS + "/a"].attrs["units"] = "rad"

    def metres(file):
        file[TRANSFORMATIONS + "/z"][...] = 0.15
        file[TRANSFORMATIONS + "/z"].attrs["units"] = "m"
        file[MODULE + "/module_offset"].attrs["offset"] = (2e-3, 1.5e-3, 0)
        file[MODULE + "/module_offset"].attrs["offset_units"] = "m"

    def offset_units_missing(file):
        del file[MODULE + "/module_offset"].attrs["offset_units"]

    def absolute(file):
        file[TRANSFORMATIONS + "/z"].attrs["depends_on"] = TRANSFORMATIONS + "/a"

    def dotted(file):
        file[TRANSFORMATIONS + "/z"].attrs["depends_on"] = "./a"

    def fixed_text(file):
        file[TRANSFORMATIONS + "/z"].attrs["depends_on"] = np.bytes_("a")
        replace(file, DETECTOR + "/depends_on", np.bytes_("transformations/z"))

    def arrays(file):
        for path in ("a", "z"):
            dataset = file[TRANSFORMATIONS + "/" + path]
            attributes, value = dict(dataset.attrs), dataset[()]
            replace(file, dataset.name, [value] * 3, **attributes)

    def types_missing(file):
        for path in ("/a", "/z"):
            del file[TRANSFORMATIONS + path].attrs["transformation_type"]

    def end_missing(file):
        del file[TRANSFORMATIONS + "/a"].attrs["depends_on"]

    def module_says_nothing(file):
        """A module without depends_on has that of the detector."""
        del file[MODULE + "/module_offset"].attrs["depends_on"]
        for direction in ("fast", "slow"):
            del file[MODULE + "/%s_pixel_direction" % direction].attrs["depends_on"]

    def no_module_offset(file):
        for direction in ("fast", "slow"):
            attributes = file[MODULE + "/%s_pixel_direction" % direction].attrs
            attributes["depends_on"] = TRANSFORMATIONS + "/z"
            attributes["offset"] = (2.0, 1.5, 0)
        del file[MODULE + "/module_offset"]

    def offset_after_turn(file):
        """The offset of a rotation is not rotated by it."""
        file[TRANSFORMATIONS + "/z"][...] = 0.0
        file[TRANSFORMATIONS + "/z"].attrs["units"] = "mm"
        turned = rotation((0, 1, 0), 20)[:3, :3] @ np.array((0, 0, 150.0))
        file[TRANSFORMATIONS + "/a"].attrs["offset"] = turned
        file[TRANSFORMATIONS + "/a"].attrs["offset_units"] = "mm"

    def other_file(file):
        with h5py.File(os.path.join(SCRATCH, "arm.h5"), "w") as arm:
            file.copy(TRANSFORMATIONS, arm, "axes")
        del file[TRANSFORMATIONS]
        file[TRANSFORMATIONS] = h5py.ExternalLink("arm.h5", "/axes")

    def other_file_absolute(file):
        other_file(file)
        with h5py.File(os.path.join(SCRATCH, "arm.h5"), "a") as arm:
            arm["axes/z"].attrs["depends_on"] = "/axes/a"

    def other_file_of_master(file):
        other_file(file)
        with h5py.File(os.path.join(SCRATCH, "arm.h5"), "a") as arm:
            arm["axes/z"].attrs["depends_on"] = TRANSFORMATIONS + "/a"

    def few_digits(file):
        file[TRANSFORMATIONS + "/a"].attrs["vector"] = np.array((0, 0.99, 0))

    def arm_and_fields(file):
        """The chain describes the arm; fields that contradict it are ignored."""
        put(file, DETECTOR + "/two_theta", 20.0, units="deg")

    for name, change in sorted(locals().items()):
        if callable(change) and name != "variant":
            variant(name, change)


def test_chain_and_fields():
    file = chained("agree")
    put(file, DETECTOR + "/beam_center_x", 2.0 / 0.075 + 0.7, units="pixel")
    put(file, DETECTOR + "/beam_center_y", 20.0, units="pixel")
    done(file).gives(centre_x=2.0 / 0.075 - 0.5).says()
    file = chained("disagree")
    put(file, DETECTOR + "/beam_center_x", 2.0 / 0.075 + 1.1, units="pixel")
    put(file, DETECTOR + "/beam_center_y", 20.0, units="pixel")
    put(file, DETECTOR + "/distance", 0.4, units="m")
    done(file).gives(centre_x=2.0 / 0.075 - 0.5, distance=150).says("the latter count")


def test_moving_chains():
    for value, doubt in (((20.0, 20.001), ""), ((20.0, 20.5, 20.0), "moves")):
        read = done(chained("moving_arm", (("a", "rotation", (0, 1.0, 0), value),)))
        read.doubts(doubt)
        same_angles(read, expected_angles((("a", "rotation", (0, 1.0, 0), 20.0),)))
    for value, doubt in (((150.0, 150.1), ""), ((150.0, 150.0, 149.0), "moves")):
        file = chained("moving_away")
        attributes = dict(file[TRANSFORMATIONS + "/z"].attrs)
        replace(file, TRANSFORMATIONS + "/z", value, **attributes)
        done(file).gives(distance=150).doubts(doubt)


def test_modules():
    right = dict(path=DETECTOR + "/module_2", area=((0, 30), (HEIGHT, 30)))
    for shift, doubt in ((0, ""), (0.05, ""), (0.2, "one flat grid")):
        file = chained("modules", area=((0, 0), (HEIGHT, 30)))
        module(file, (2.0 - 30 * 0.075, 1.5 + shift, 0), **right)
        read = done(file).says().doubts(doubt)
        if doubt:
            read.lacks("centre_x", "centre_y")
        else:
            read.gives(centre_x=2.0 / 0.075 - 0.5, centre_y=19.5, distance=150)
    file = chained("bent", area=((0, 0), (HEIGHT, 30)))
    module(file, (2.0 - 30 * 0.075, 1.5, 0), fast=(-0.8, 0, 0.6), **right)
    done(file).lacks("centre_x").doubts("one flat grid")
    file = chained("second_half", area=((10, 30), (HEIGHT - 10, 30)))
    done(file).gives(centre_x=2.0 / 0.075 + 29.5, centre_y=29.5).says()


def test_missed():
    for name, degrees in (("across", 90.0), ("backwards", 150.0), ("grazing", 88.0)):
        file = chained(name, (("a", "rotation", (0, 1.0, 0), degrees),))
        done(file).lacks("centre_x", "rot1").doubts("does not meet")
    file = chained("outside", (("t", "translation", (1.0, 0, 0), 1000.0),))
    done(file).lacks("centre_x").doubts("far outside")


def test_broken_chains():
    """Fields are used if the chain is broken, unless the detector is rotated."""
    def variant(name, change, *says):
        file = chained("broken_" + name)
        put(file, DETECTOR + "/beam_center_x", 30.25)
        put(file, DETECTOR + "/beam_center_y", 20.75)
        put(file, DETECTOR + "/distance", 0.2)
        change(file)
        done(file).gives(centre_x=29.75, centre_y=20.25, distance=200).lacks("rot1").says(*says)

    def attribute(path, name, value):
        def change(file):
            file[path].attrs[name] = value
        return change

    def remove(path, name):
        def change(file):
            del file[path].attrs[name]
        return change

    def value(path, new_value):
        def change(file):
            attributes = dict(file[path].attrs)
            replace(file, path, new_value, **attributes)
        return change

    def as_group(file):
        del file[TRANSFORMATIONS + "/z"]
        file.create_group(TRANSFORMATIONS + "/z")

    def missing(path):
        def change(file):
            del file[path]
        return change

    def long_way(file):
        previous = "."
        for i in range(70):
            axis(file, TRANSFORMATIONS + "/step_%d" % i, 0.0, "translation", (0, 0, 1.0), "mm", previous)
            previous = "step_%d" % i
        file[TRANSFORMATIONS + "/z"].attrs["depends_on"] = previous

    z, fast, offset = TRANSFORMATIONS + "/z", MODULE + "/fast_pixel_direction", MODULE + "/module_offset"
    variant("circle", attribute(z, "depends_on", "z"), "circle")
    variant("long", long_way, "more than 64")
    variant("lost", attribute(z, "depends_on", "/nowhere/at/all"), "/nowhere/at/all", "not there")
    variant("too_long", attribute(z, "depends_on", "x" * 5000), "depends_on", "too long")
    variant("number", attribute(z, "depends_on", 5), "depends_on", "text")
    variant("two_texts", attribute(z, "depends_on", np.array(["a", "b"], dtype=object)), "depends_on")
    variant("empty_text", attribute(z, "depends_on", h5py.Empty("S1")), "depends_on")
    variant("group", as_group, "no dataset")
    variant("text", value(z, "far"), "text")
    variant("nan", value(z, math.nan), "finite")
    variant("unit", attribute(z, "units", "deg"), "deg", "makes no sense")
    variant("type", attribute(z, "transformation_type", "scaling"), "scaling")
    variant("type_number", attribute(z, "transformation_type", 3), "transformation_type")
    variant("vector_missing", remove(z, "vector"), "vector is missing")
    variant("vector_short", attribute(z, "vector", (0.0, 1.0)), "3 numbers")
    variant("vector_long", attribute(z, "vector", (0.0, 0, 5.0)), "length 5")
    variant("vector_zero", attribute(z, "vector", (0.0, 0, 0)), "length 0")
    variant("vector_nan", attribute(z, "vector", (0.0, 0, math.nan)), "finite")
    variant("vector_text", attribute(z, "vector", "up"), "text")
    variant("offset_text", attribute(offset, "offset", "up"), "text")
    variant("offset_unit", attribute(offset, "offset_units", "deg"), "no length")
    variant("no_slow", missing(MODULE + "/slow_pixel_direction"), "directions")
    variant("no_fast", missing(fast), "directions")
    variant("parallel", attribute(fast, "vector", (0, 1.0, 0)), "right angles")
    variant("pixel_zero", value(fast, 0.0), "size of its pixels")
    variant("no_distance", value(z, 0.0), "distance is 0")
    variant("area", value(MODULE + "/data_origin", (1, 2, 3)), "2 numbers")

    turned = (("a", "rotation", (0, 1.0, 0), 10.0),)
    for name, path in (("turned_no_module", MODULE), ("turned_no_fast", fast)):
        file = chained(name, turned)
        put(file, DETECTOR + "/beam_center_x", 30.25)
        put(file, DETECTOR + "/beam_center_y", 20.75)
        del file[path]
        done(file).lacks("centre_x", "centre_y").doubts("turned off the beam")
    file = chained("turned_in_plane", (("a", "rotation", (0, 0, 1.0), 90.0),))
    put(file, DETECTOR + "/beam_center_x", 30.25)
    put(file, DETECTOR + "/beam_center_y", 20.75)
    del file[MODULE]
    done(file).gives(centre_x=29.75).says().doubts()


def test_arms():
    for path in ("/two_theta", "/goniometer/two_theta"):
        for value, unit, doubt in ((30.0, "deg", "arm"), (-0.5, "rad", "arm"), ([0, 0, 2.0], None, "arm"),
                                   (0.0, "deg", ""), (0.005, "deg", "")):
            file = simple("arm")
            put(file, DETECTOR + path, value, units=unit)
            read = done(file).says().doubts(doubt)
            if doubt:
                read.lacks("centre_x", "centre_y").gives(distance=200, pixel_x=75)
            else:
                read.gives(**SIMPLE)
    file = chained("arm_outside_chain")
    put(file, DETECTOR + "/two_theta", 30.0, units="deg")
    done(file).lacks("centre_x").doubts("arm")


# ---- files of others -----------------------------------------------------------------------------


def series_truth(layout, image):
    path = os.path.join(SCRATCH, layout + "_master.h5")
    subprocess.run([MAKE_SERIES, "--size", "256x200", "--frames", "1", "--layout", layout, path],
                   check=True)
    read = Read(path, image, (200, 256)).says().doubts()
    with h5py.File(path) as file:
        detector = file[DETECTOR]
        mask = detector.get("pixel_mask", detector.get("detectorSpecific/pixel_mask"))[()]
        distance = detector.get("distance", detector.get("detector_distance"))[()]
        read.gives(centre_x=detector["beam_center_x"][()] - 0.5,
                   centre_y=detector["beam_center_y"][()] - 0.5, distance=1e3 * distance,
                   pixel_x=1e6 * detector["x_pixel_size"][()],
                   wavelength=file["/entry/instrument/beam/incident_wavelength"][()])
    check(np.array_equal(read.valid, (mask == 0).astype("u1")), layout + ": another mask")


def test_series():
    series_truth("nxmx", "/entry/data/data")
    series_truth("eiger", "/entry/data/data_000001")


def test_shared():
    """Real files, where they are there."""
    def shared(name, image, shape, bad, **expected):
        path = os.path.join(SHARED, name)
        if not os.path.exists(path):
            print("skipped: no " + path)
            return None
        read = Read(path, image, shape).gives(tolerance=1e-7, **expected).says()
        check(read.value.get("masked", 0) == bad, "%s: masked %s" % (name, read.value))
        return read

    shared("eiger4m/main_master.h5", "/entry/data/data_000001", (2167, 2070), 250947,
           centre_x=1031.7, centre_y=1085.3, distance=150, pixel_x=75, pixel_y=75, wavelength=0.9686)
    shared("rotation/lyso_a.h5", "/entry/data/data", (1065, 1030), 38158, centre_x=517.87,
           centre_y=540.61, distance=75, rot1=0, rot2=0, wavelength=0.9763)
    shared("real/thaumatin_grid.h5", "/entry/data/data", (2527, 2463), 526726, centre_x=1261.11,
           centre_y=1306.46, distance=351, pixel_x=172, wavelength=0.96859)
    arm = shared("real/l_cysteine_sweep01.h5", "/entry/data/data", (1679, 1475), 197632,
                 distance=160, pixel_x=172)
    if arm:
        arm.lacks("centre_x").doubts("arm")
    for name, shape in (("jungfrau_module_int16.h5", (512, 1024)),
                        ("timepix_rocking_201frames.h5", (256, 256))):
        empty = shared("real/" + name, "/entry/data/data", shape, 0)
        if empty:
            check(not empty.value and not empty.doubt, "%s: %s" % (name, empty.value))


def main():
    shutil.rmtree(SCRATCH, ignore_errors=True)
    os.makedirs(SCRATCH)
    for name, test in list(globals().items()):
        if name.startswith("test_"):
            test()
    print("%d files read, %d checks failed" % (runs, len(failures)))
    sys.exit(1 if failures else 0)


main()
