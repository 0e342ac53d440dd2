"""Spots in the formats of other programs: each is read by its documented layout, and by DIALS where
that is installed, and compared with the table.

Arguments: H5TOOLS_SPOT_FORMATS SCRATCH_FOLDER
"""
import csv
import math
import os
import resource
import shutil
import struct
import subprocess
import sys

import hosts as host
from hosts import check

if len(sys.argv) != 3:
    sys.exit(__doc__)
h5py, np = host.need_h5py()

PROGRAM, SCRATCH = (os.path.abspath(a) for a in sys.argv[1:3])
DONE, WRONG_USAGE, BAD_INPUT, IO_FAILURE = 0, 2, 3, 4
SATURATED = 2
STRONG, OVERLOADED = 32, 1024
SPOTS = 300
FORMATS = ("refl", "dials", "xds", "csv", "tsv")

FIELDS = ("x y z vx vy vz intensity intensity_variance background snr maximum mx my mz xx xy yy "
          "x0 x1 y0 y1 z0 z1 pixels flags frame d n").split()

# Type names of DIALS's columns: the numpy type of an element.
DIALS_TYPES = {"bbox": ("int6", "<i4", 6), "flags": ("std::size_t", "<u8", 1),
               "id": ("int", "<i4", 1), "intensity.sum.value": ("double", "<f8", 1),
               "intensity.sum.variance": ("double", "<f8", 1), "n_signal": ("int", "<i4", 1),
               "panel": ("std::size_t", "<u8", 1),
               "xyzobs.px.value": ("vec3<double>", "<f8", 3),
               "xyzobs.px.variance": ("vec3<double>", "<f8", 3)}


# ---- tables ---------------------------------------------------------------------------------------


def make_pixels(random):
    """Pixels of one spot in order of z, y, x: (x, y, z, value, expected, strong), some not strong,
    and at least one strong."""
    x0, y0, z0 = (int(random.integers(0, n)) for n in (4000, 4300, 900))
    shape = random.integers(1, 5, 3)
    pixels = [[x0 + x, y0 + y, z0 + z, float(random.poisson(30)), float(random.random()),
               int(random.random() < 0.6)]
              for z in range(shape[0]) for y in range(shape[1]) for x in range(shape[2])
              if random.random() < 0.8]
    if not any(pixel[5] for pixel in pixels):
        return make_pixels(random)
    return pixels


def make_spot(random, pixels):
    """All fields at random but those that the pixels give."""
    spot = {field: float(random.normal()) * 100 for field in FIELDS}
    at = np.array(pixels)[:, :3].astype(int)
    for axis, name in enumerate("xyz"):
        spot[name] = float(at[:, axis].mean() + random.normal() / 10)
        spot[name + "0"], spot[name + "1"] = int(at[:, axis].min()), int(at[:, axis].max()) + 1
        spot["m" + name] = int(at[0, axis])
        spot["v" + name] = float(random.random())
    spot.update(pixels=sum(pixel[5] for pixel in pixels), flags=int(random.integers(0, 16)),
                frame=int(at[0, 2]), n=len(pixels), d=float(random.random()) + 1)
    return spot


def make_table(seed=1):
    random = np.random.default_rng(seed)
    pixels = [make_pixels(random) for _ in range(SPOTS)]
    spots = [make_spot(random, p) for p in pixels]
    for spot in spots[:5]:
        spot["d"] = spot["background"] = math.nan
    spots[5].update(intensity=1.0, snr=0.1, xx=1 / 3, xy=-0.0, yy=1e-300)
    spots[6].update(intensity=0.999, maximum=1e15)
    return spots, pixels


def put_table(name, spots, pixels):
    """The files that the program reads; the second is - without pixels."""
    at = os.path.join(SCRATCH, name + ".spots")
    with open(at, "w", encoding="ascii") as file:
        for spot in spots:
            row = dict(spot, n=spot["n"] if pixels else 0)
            print(*(repr(row[field]) for field in FIELDS), file=file)
    if pixels is None:
        return at, "-"
    boxes = os.path.join(SCRATCH, name + ".pixels")
    with open(boxes, "w", encoding="ascii") as file:
        for pixel in (pixel for of_spot in pixels for pixel in of_spot):
            print(*pixel, file=file)
    return at, boxes


def write(form, table, name=None, *options, status=DONE, **more):
    """Run the program: the name of its output, and its messages."""
    out = os.path.join(SCRATCH, name or "out." + form)
    if not options and status == DONE and os.path.exists(out):
        os.remove(out)
    done = subprocess.run([PROGRAM, form, *table, out, *options], capture_output=True, check=False,
                          timeout=250, text=True, **more)
    check(done.returncode == status, "%s: exit status %d, not %d: %s" %
          (out, done.returncode, status, done.stderr))
    check(not done.stdout, done.stdout)
    check(not os.path.exists(out + ".partial") or done.returncode < 0, out + ".partial is left")
    return out, done.stderr


# ---- readers --------------------------------------------------------------------------------------


class Unpacked:
    """A file of MessagePack, as far as reflection tables use it."""

    def __init__(self, name):
        with open(name, "rb") as file:
            self.data = file.read()
        self.at = 0
        self.content = self.value()
        check(self.at == len(self.data), "%d bytes follow the table" % (len(self.data) - self.at))

    def take(self, n):
        check(self.at + n <= len(self.data), "the file ends too early")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, n):
        return int.from_bytes(self.take(n), "big")

    def value(self):
        head = self.number(1)
        if head < 0x80:
            return head
        if head < 0x90:
            return self.mapping(head & 15)
        if head < 0xa0:
            return [self.value() for _ in range(head & 15)]
        if head < 0xc0:
            return self.take(head & 31).decode()
        kinds = {0xc4 + i: lambda n=1 << i: self.take(self.number(n)) for i in range(3)}
        kinds |= {0xcc + i: lambda n=1 << i: self.number(n) for i in range(4)}
        kinds |= {0xd9 + i: lambda n=1 << i: self.take(self.number(n)).decode() for i in range(3)}
        kinds |= {0xdc + i: lambda n=2 << i: [self.value() for _ in range(self.number(n))]
                  for i in range(2)}
        kinds |= {0xde + i: lambda n=2 << i: self.mapping(self.number(n)) for i in range(2)}
        check(head in kinds, "byte 0x%02x is not expected" % head)
        return kinds[head]()

    def mapping(self, n):
        keys = {}
        for _ in range(n):
            key = self.value()
            check(key not in keys, "%s is there twice" % key)
            keys[key] = self.value()
        return keys


def read_refl(name):
    """Columns as arrays; shoeboxes as a list of (panel, box, data, mask, background)."""
    magic, version, table = Unpacked(name).content
    check(magic == "dials::af::reflection_table" and version == 1, (magic, version))
    check(sorted(table) == ["data", "identifiers", "nrows"] and table["identifiers"] == {}, table)
    columns = {}
    for key, (kind, (rows, blob)) in table["data"].items():
        check(rows == table["nrows"], "%s has %d rows" % (key, rows))
        if key == "shoebox":
            check(kind == "Shoebox<>", kind)
            columns[key] = read_shoeboxes(blob, rows)
            continue
        type_name, dtype, width = DIALS_TYPES[key]
        check(kind == type_name, "%s is of type %s" % (key, kind))
        values = np.frombuffer(blob, dtype)
        columns[key] = values.reshape(rows, width) if width > 1 else values
        check(len(columns[key]) == rows, "%s has %d values" % (key, len(values)))
    return columns


def read_shoeboxes(blob, rows):
    boxes, at = [], 0
    for _ in range(rows):
        panel, *box, tag = struct.unpack_from("<I6iB", blob, at)
        check(tag == 1, "tag %d" % tag)
        at += 29
        shape = (box[5] - box[4], box[3] - box[2], box[1] - box[0])
        arrays = []
        for dtype in ("<f4", "<i4", "<f4"):
            arrays.append(np.frombuffer(blob, dtype, math.prod(shape), at).reshape(shape))
            at += arrays[-1].nbytes
        boxes.append((panel, box, *arrays))
    check(at == len(blob), "the shoeboxes have %d bytes, not %d" % (len(blob), at))
    return boxes


def read_dials(name):
    """The same from HDF5, by the rules of DIALS's reader."""
    with h5py.File(name, "r") as file:
        check(list(file) == ["dials"] and list(file["dials"]) == ["processing"], list(file))
        process = file["dials/processing"]
        check(list(process) == ["group_0"], list(process))
        group = process["group_0"]
        check(group.attrs["identifiers"].shape == (0,), "identifiers")
        check(group.attrs["identifiers"].dtype.kind == "O", "identifiers are no texts")
        check(group.attrs["experiment_ids"].dtype == "<u8", "experiment_ids")
        columns = {key: group[key][()] for key in group if key != "shoebox"}
        for key, column in columns.items():
            _, dtype, width = DIALS_TYPES[key]
            check(column.dtype == dtype, "%s is of type %s" % (key, column.dtype))
            check(column.shape[1:] == ((width,) if width > 1 else ()), key)
        if "shoebox" in group:
            columns["shoebox"] = split_shoeboxes({k: v[()] for k, v in group["shoebox"].items()})
    return columns


def split_shoeboxes(flat):
    check(sorted(flat) == ["bbox", "panel", "shoebox_background", "shoebox_data", "shoebox_mask"],
          sorted(flat))
    check(flat["shoebox_mask"].dtype == "u1", flat["shoebox_mask"].dtype)
    check(flat["shoebox_data"].dtype == flat["shoebox_background"].dtype == "<f4", "data")
    boxes, at = [], 0
    for panel, box in zip(flat["panel"], flat["bbox"]):
        shape = (box[5] - box[4], box[3] - box[2], box[1] - box[0])
        n = math.prod(shape)
        boxes.append((panel, list(box), *(flat["shoebox_" + k][at:at + n].reshape(shape)
                                          for k in ("data", "mask", "background"))))
        at += n
    check(at == len(flat["shoebox_data"]) == len(flat["shoebox_background"]), "lengths")
    return boxes


# ---- what must be in them -------------------------------------------------------------------------


def strong_box(spot, pixels):
    if pixels is None:
        return [spot[name + end] for name in "xyz" for end in "01"]
    at = np.array([pixel[:3] for pixel in pixels if pixel[5]])
    return [int(v) for axis in range(3) for v in (at[:, axis].min(), at[:, axis].max() + 1)]


def expected_columns(spots, pixels, stills):
    column = {field: np.array([spot[field] for spot in spots]) for field in FIELDS}
    boxes = [strong_box(spot, pixels[i] if pixels else None) for i, spot in enumerate(spots)]
    return {"bbox": np.array(boxes).reshape(-1, 6),
            "flags": np.array([STRONG + (OVERLOADED if spot["flags"] & SATURATED else 0)
                               for spot in spots]),
            "id": column["frame"] * stills, "panel": np.zeros(len(spots)),
            "intensity.sum.value": column["intensity"],
            "intensity.sum.variance": column["intensity_variance"],
            "n_signal": column["pixels"],
            "xyzobs.px.value": np.array([[spot[k] + 0.5 for k in "xyz"]
                                         for spot in spots]).reshape(-1, 3),
            "xyzobs.px.variance": np.array([[spot["v" + k] for k in "xyz"]
                                            for spot in spots]).reshape(-1, 3)}


def check_columns(columns, spots, pixels, stills=False):
    wanted = expected_columns(spots, pixels, stills)
    names = sorted(wanted) + (["shoebox"] if pixels else [])
    check(sorted(columns) == sorted(names), sorted(columns))
    for key, values in wanted.items():
        check(np.array_equal(columns[key], values), "%s is not what it was" % key)
    for i in range(len(spots) if pixels else 0):
        check_shoebox(columns["shoebox"][i], columns["bbox"][i], pixels[i])


def check_shoebox(shoebox, bbox, pixels):
    panel, box, data, mask, background = shoebox
    check(panel == 0 and list(box) == list(bbox), "panel %d, box %s" % (panel, box))
    values, marks = np.zeros_like(data), np.zeros_like(mask)
    for x, y, z, value, _, strong in pixels:
        if strong:
            values[z - box[4], y - box[2], x - box[0]] = value
            marks[z - box[4], y - box[2], x - box[0]] = 5
    check(np.array_equal(data, values), "data of a shoebox")
    check(np.array_equal(mask, marks), "mask of a shoebox")
    check(not background.any(), "background of a shoebox")


# ---- tests ----------------------------------------------------------------------------------------

TABLE, PIXELS = make_table()


def msgpack_columns():
    columns = read_refl(write("refl", put_table("plain", TABLE, None))[0])
    check_columns(columns, TABLE, None)
    return "%d spots, %d columns" % (len(TABLE), len(columns))


def msgpack_shoeboxes():
    columns = read_refl(write("refl", put_table("boxes", TABLE, PIXELS))[0])
    check_columns(columns, TABLE, PIXELS)
    inner = sum(list(columns["bbox"][i]) != strong_box(TABLE[i], None) for i in range(SPOTS))
    check(inner > 10, "no box is smaller than that of all pixels")
    return "%d boxes are smaller than those of all their pixels" % inner


def hdf5_columns():
    check_columns(read_dials(write("dials", put_table("plain", TABLE, None))[0]), TABLE, None)


def hdf5_shoeboxes():
    name = write("dials", put_table("boxes", TABLE, PIXELS))[0]
    check_columns(read_dials(name), TABLE, PIXELS)
    with h5py.File(name, "r") as file:
        background = file["dials/processing/group_0/shoebox/shoebox_background"]
        check(background.id.get_storage_size() == 0, "a background of zeros takes space")


def stills():
    """Each frame is an experiment."""
    for form, read in (("refl", read_refl), ("dials", read_dials)):
        name = "stills." + form
        write(form, put_table("plain", TABLE, None), name, "--stills")
        check_columns(read(os.path.join(SCRATCH, name)), TABLE, None, stills=True)


def large_table():
    """More than one piece of a dataset, and the long heads of msgpack."""
    spots, pixels = TABLE * 40, PIXELS * 40
    table = put_table("large", spots, pixels)
    check_columns(read_dials(write("dials", table)[0]), spots, pixels)
    check_columns(read_refl(write("refl", table)[0]), spots, pixels)
    return "%d spots, %d pixels" % (len(spots), sum(map(len, pixels)))


def xds_lines():
    name, says = write("xds", put_table("plain", TABLE, None))
    left_out = sum(not spot["intensity"] >= 1 for spot in TABLE)
    check("%d spots of less than 1 count are left out" % left_out in says, says)
    with open(name, encoding="ascii") as file:
        lines = [[float(word) for word in line.split()] for line in file]
    wanted = sorted((spot for spot in TABLE if spot["intensity"] >= 1),
                    key=lambda spot: -spot["intensity"])
    check(len(lines) == len(wanted) > 100, "%d lines" % len(lines))
    for line, spot in zip(lines, wanted):
        values = [spot["x"] + 1, spot["y"] + 1, spot["z"] + 0.5, spot["intensity"]]
        check(len(line) == 4 and np.allclose(line, values, rtol=0, atol=0.0051),
              "%s, not %s" % (line, values))
    check(lines[-1][3] == 1.0, "the last intensity is %s" % lines[-1][3])
    bright = [spot for spot in TABLE if spot["intensity"] >= 1]
    check(not write("xds", put_table("bright", bright, None))[1], "a message without reason")


def text_tables():
    names = {"nearest frame": "frame", "x (pixel)": "x", "y (pixel)": "y", "z (frame)": "z",
             "variance of x (pixel^2)": "vx", "variance of y (pixel^2)": "vy",
             "variance of z (frame^2)": "vz", "intensity (count)": "intensity",
             "variance of intensity (count^2)": "intensity_variance",
             "background (count/pixel)": "background", "signal to noise": "snr",
             "maximum (count)": "maximum", "x of maximum (pixel)": "mx",
             "y of maximum (pixel)": "my", "frame of maximum": "mz", "moment xx (pixel^2)": "xx",
             "moment xy (pixel^2)": "xy", "moment yy (pixel^2)": "yy", "first x (pixel)": "x0",
             "end of x (pixel)": "x1", "first y (pixel)": "y0", "end of y (pixel)": "y1",
             "first frame": "z0", "end of frames": "z1", "strong pixels": "pixels",
             "resolution (angstrom)": "d"}
    flags = {"masked": 1, "saturated": 2, "edge": 4, "split": 8}
    for form, separator in (("csv", ","), ("tsv", "\t")):
        name, _ = write(form, put_table("plain", TABLE, None))
        with open(name, newline="", encoding="ascii") as file:
            rows = list(csv.DictReader(file, delimiter=separator))
        check(len(rows) == SPOTS, "%d rows" % len(rows))
        check(set(rows[0]) == set(names) | set(flags), list(rows[0]))
        for row, spot in zip(rows, TABLE):
            for column, field in names.items():
                same = struct.pack("d", float(row[column])) == struct.pack("d", spot[field])
                check(same, "%s: %s, not %r" % (column, row[column], spot[field]))
                check(len(row[column]) <= len(repr(spot[field])) + 3, row[column])
            for column, bit in flags.items():
                check(row[column] == str(int(spot["flags"] & bit > 0)), column)


def no_spots():
    empty = put_table("empty", [], None)
    empty_boxes = put_table("empty", [], [])
    for table, pixels in ((empty, None), (empty_boxes, [])):
        for form, read in (("refl", read_refl), ("dials", read_dials)):
            columns = read(write(form, table)[0])
            check(len(columns) == 9 + (pixels is not None), sorted(columns))
            check(all(len(column) == 0 for column in columns.values()), "not empty")
    check(os.path.getsize(write("xds", empty)[0]) == 0, "lines without spots")
    with open(write("csv", empty)[0], encoding="ascii") as file:
        check(len(file.readlines()) == 1, "not just the header")


def refusals():
    """Nothing is replaced without --force, the input never; values out of range are refused."""
    plain = put_table("plain", TABLE, None)
    for form in FORMATS:
        name = os.path.join(SCRATCH, "there." + form)
        with open(name, "w", encoding="ascii") as file:
            file.write("old")
        _, says = write(form, plain, "there." + form, status=WRONG_USAGE)
        check("--force" in says, says)
        check(os.path.getsize(name) == 3, "the old file was touched")
        write(form, plain, "there." + form, "--force")
        check(os.path.getsize(name) > 1000, "the old file was not replaced")
        write(form, plain, "plain.spots", "--force", status=WRONG_USAGE)
        write(form, plain, "no such folder/out", status=IO_FAILURE)


def far_apart(*ends):
    """One spot with two strong pixels."""
    spot = dict(TABLE[0], n=2, pixels=2)
    for axis, name in enumerate("xyz"):
        spot[name + "0"], spot[name + "1"] = 0, ends[axis] + 1
    return put_table("far", [spot], [[[0, 0, 0, 5, 0, 1], [*ends, 7, 0, 1]]])


def too_large():
    for form in ("refl", "dials"):
        _, says = write(form, far_apart(60000, 60000, 0), "far." + form, status=BAD_INPUT)
        check("larger than DIALS can hold" in says, says)
        _, says = write(form, far_apart(0, 0, 2 ** 31), "far." + form, status=BAD_INPUT)
        check("larger than DIALS can hold" in says, says)
    _, says = write("refl", far_apart(20000, 20000, 0), "far.refl", status=BAD_INPUT)
    check("4 GiB" in says, says)


def full_disk():
    """A limit for the size of files fails as a full disk does."""
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    table = put_table("boxes", TABLE, PIXELS)
    for form in FORMATS:
        # Python ignores the signal that would end the program, which then does so as well.
        _, says = write(form, table, "full." + form, status=IO_FAILURE, preexec_fn=limit,
                        restore_signals=False)
        check("is the disk full?" in says, says)
        check(not os.path.exists(os.path.join(SCRATCH, "full." + form)), "a part of it is there")


def dials_reads():
    """DIALS's own reader."""
    try:
        from dials.array_family import flex
    except ImportError as error:
        return "skipped: DIALS is not here (%s)" % error
    for pixels in (None, PIXELS):
        name, _ = write("refl", put_table("dials", TABLE, pixels))
        table = flex.reflection_table.from_file(name)
        check(len(table) == SPOTS and len(table.experiment_identifiers()) == 0, "identifiers")
        columns = {key: np.array(table[key]) for key in table.keys()
                   if key not in ("shoebox", "bbox")}
        columns["bbox"] = np.array(list(table["bbox"]))
        if pixels:
            columns["shoebox"] = [(box.panel, box.bbox, *(array.as_numpy_array() for array in
                                                          (box.data, box.mask, box.background)))
                                  for box in table["shoebox"]]
        check_columns(columns, TABLE, pixels)
    return "columns and shoeboxes"


def dials_reads_xds():
    try:
        from iotbx.xds import spot_xds
    except ImportError as error:
        return "skipped: cctbx is not here (%s)" % error
    reader = spot_xds.reader()
    reader.read_file(write("xds", put_table("plain", TABLE, None))[0])
    best = max(TABLE, key=lambda spot: spot["intensity"])
    check(np.allclose(reader.centroid[0], [best["x"] + 1, best["y"] + 1, best["z"] + 0.5], rtol=0,
                      atol=0.0006), reader.centroid[0])
    check(not reader.miller_index, "the spots are indexed")
    return "%d spots" % len(reader.centroid)


shutil.rmtree(SCRATCH, ignore_errors=True)
os.makedirs(SCRATCH)
host.main([msgpack_columns, msgpack_shoeboxes, hdf5_columns, hdf5_shoeboxes, stills, large_table,
           xds_lines, text_tables, no_spots, refusals, too_large, full_disk, dials_reads, dials_reads_xds])
