#!/usr/bin/env python3
"""h5winnow import: compressed frames hold exactly what a sparse file of pyFAI holds.

The files are written here by the description of the layout, as the newest pyFAI does and as 0.21
does; one is made by pyFAI itself where that is installed with OpenCL.

Arguments: H5WINNOW PLUGIN_FOLDER SCRATCH_FOLDER
"""
import json
import math
import os
import subprocess
import sys

from sparse_layout import (GROUP, check, densify, fabio_frames, finish, h5py, interpolated, np, run,
                        same, start)

SHAPE = (180, 200)
CENTRE = (92.3, 71.6)  # x, y
PIXEL = 75e-6          # m
DISTANCE = 0.03
BINS = 60
NEWEST, OLD = "2026.9.0", "0.21.3"


class Sparse:
    """The contents of a sparse file; fields may be changed before it is written."""

    def __init__(self, dtype="<u4", frames=3, cutoff=3.0, noise=1, normalised=False, level=1.0,
                 seed=5):
        random = np.random.default_rng(seed)
        y, x = np.indices(SHAPE)
        self.mask = (np.hypot(x - CENTRE[0], y - CENTRE[1]) * PIXEL).astype("f4")
        self.mask[80:84] = np.nan
        self.mask[:, 101] = np.nan
        low, high = np.nanmin(self.mask), np.nanmax(self.mask) * (1 + 2**-23)
        step = (high - low) / BINS
        self.radius = (low + (np.arange(BINS) + 0.5) * step).astype("f4")
        self.average = level * (2 + 18 * np.exp(-self.radius / 4e-3)) * np.ones((frames, 1))
        self.average += 0.02 * level * random.normal(size=self.average.shape)
        self.deviation = np.sqrt(np.maximum(self.average, 1))
        self.normalization = None
        self.geometry = {"poni_version": 2.1, "dist": DISTANCE, "poni1": (CENTRE[1] + 0.5) * PIXEL,
                         "poni2": (CENTRE[0] + 0.5) * PIXEL, "rot1": 0.0, "rot2": 0.0, "rot3": 0.0,
                         "detector": "Detector", "wavelength": 1e-10,
                         "detector_config": {"pixel1": PIXEL, "pixel2": PIXEL, "orientation": 3}}
        self.sparsify = {"dummy": None, "error_model": "poisson", "cutoff_clip": 0.0, "cycle": 5,
                         "noise": noise, "cutoff_pick": cutoff, "radial_range": None, "unit": "r_m",
                         "polarization_factor": None, "correctSolidAngle": False}
        if normalised:
            cosine = DISTANCE / np.hypot(DISTANCE, np.nan_to_num(
                np.hypot(x - CENTRE[0], y - CENTRE[1]) * PIXEL))
            self.normalization = cosine**3
            self.sparsify["correctSolidAngle"] = True
        self.dummy = np.float64(np.nan) if np.dtype(dtype).kind == "f" else np.int64(0)
        self.pick(np.dtype(dtype), random)

    def pick(self, dtype, random):
        """Kept pixels in no order, by the published rule."""
        margin = max(self.sparsify["noise"], 0.01)
        self.index, self.intensity = [], []
        for mean, sigma in zip(self.average, self.deviation):
            at = np.nan_to_num(np.clip(self.mask, self.radius[0], self.radius[-1]))
            mu = interpolated(self.radius, mean, at)
            u = np.hypot(interpolated(self.radius, sigma, at), self.sparsify["noise"])
            least = mu + np.maximum(margin, self.sparsify["cutoff_pick"] * u)
            if self.normalization is not None:
                least *= self.normalization
            index = random.permutation(np.flatnonzero(np.isfinite(self.mask)))[:400]
            value = np.floor(least.ravel()[index]) + random.integers(1, 50, 400)
            self.index.append(index.astype("u4"))
            self.intensity.append(value.astype(dtype))

    def write(self, name, version=NEWEST, scale=1.0):
        pointer = np.cumsum([0] + [len(i) for i in self.index])
        with h5py.File(name, "w") as file:
            entry = file.create_group("entry_0000")
            group = file.create_group(GROUP)
            file.attrs["default"] = "entry_0000"
            file.attrs["creator"] = "pyFAI_" + version
            entry.attrs["default"] = "sparse_frames" if version == NEWEST else "/" + GROUP[:-1]
            if version == NEWEST:
                entry.attrs["pyFAI_sparse_frames"] = "/" + GROUP[:-1]
            group["frame_ptr"] = pointer.astype("u4")
            group.create_dataset("index", data=np.concatenate(self.index), compression="gzip")
            group["intensity"] = np.concatenate(self.intensity)
            group["radius"] = self.radius * np.float32(scale)
            group["mask"] = self.mask * np.float32(scale)
            group["dummy"] = self.dummy
            group["background_avg"] = self.average.astype("f4")
            group["background_std"] = self.deviation.astype("f4")
            if self.normalization is not None:
                group["normalization"] = self.normalization
            self.write_configuration(entry, version)

    def write_configuration(self, entry, version):
        detector = entry.create_group("beamline/Detector")
        detector.parent.attrs["NX_class"] = "NXinstrument"
        detector.attrs["NX_class"] = "NXdetector"
        detector["distance"], detector["x_pixel_size"] = DISTANCE, PIXEL
        detector["y_pixel_size"] = PIXEL
        detector["beam_center_x"], detector["beam_center_y"] = CENTRE[0] + 0.5, CENTRE[1] + 0.5
        parts = {}
        if self.geometry is not None:
            parts["geometry"] = dict(self.geometry)
            if version == OLD:
                parts["geometry"]["detector_config"] = {}
        if self.sparsify is not None:
            parts["sparsify"] = self.sparsify
        separators = (",\r\n", ": ") if version == NEWEST else (", ", ": ")
        entry["sparsify/configuration/data"] = json.dumps(parts, indent=2, separators=separators)


def read(name):
    """Frames as winnow restores them, without noise."""
    with h5py.File(name, "r") as file:
        data = file["entry/data/data"]
        check(data.chunks == (1,) + data.shape[1:], "a chunk holds %s" % (data.chunks,))
        check(list(data._filters) == ["47000"], "the filters are %s" % data._filters)
        return data[()]


def compare(name, frames, exact, ours, inner, label, most=1):
    """Kept and masked pixels are equal, all others within `most`. FabIO masks the pixels within the
    middle of the first ring, which are background."""
    for i, frame in enumerate(frames):
        good = same(frame, ours[i])
        certain = exact[i] & ~inner
        check(good[certain].all(), "%s, %s, frame %d: %d kept or masked pixels differ"
              % (name, label, i, (~good[certain]).sum()))
        rest = ~exact[i] & ~inner
        off = abs(frame[rest].astype("f8") - ours[i][rest].astype("f8"))
        check((off <= most).all(), "%s, %s, frame %d: background is off by %g in %d of %d pixels"
              % (name, label, i, off.max(initial=0), (off > most).sum(), off.size))


def round_trip(program, name, sparse, version=NEWEST, scale=1.0, most=1):
    sparse.write(name + ".h5", version, scale)
    run(program, "import", name + ".h5", name + "_winnow.h5")
    frames, exact = densify(name + ".h5")
    ours = read(name + "_winnow.h5")
    check(ours.dtype == frames.dtype and ours.shape == frames.shape,
          "%s: %s %s" % (name, ours.dtype, ours.shape))
    inner = sparse.mask < sparse.radius[0]
    compare(name, frames, exact, ours, inner, "read by numpy", most)
    by_fabio = fabio_frames(name + ".h5")
    if by_fabio is not None:
        compare(name, by_fabio, exact, ours, inner, "read by FabIO", most)
    listed = run(program, "info", name + "_winnow.h5")
    check("%d separated" % len(frames) in listed, "%s: %s" % (name, listed))
    check("kept pixels      400.0 per frame" in listed, "%s: %s" % (name, listed))
    return ours


def layouts(program):
    for letter in ("u1", "<u2", "<u4", "<u8", "<i2", "<i4", "<i8", ">u2", "<f4", "<f8"):
        kind = np.dtype(letter)
        name = kind.name + ("_big" if letter[0] == ">" else "")
        round_trip(program, name, Sparse(letter))
    round_trip(program, "old", Sparse(), OLD)
    round_trip(program, "millimetres", Sparse(), scale=1e3)
    round_trip(program, "one_sigma", Sparse(cutoff=1.0, noise=0.5))
    round_trip(program, "low", Sparse(level=0.05))
    # Up to 1200 counts, 60 more with each ring: a cell has 1/32 of that.
    round_trip(program, "high", Sparse(level=60.0), most=4)
    round_trip(program, "normalised", Sparse(normalised=True))
    flagged = Sparse("<u2")
    flagged.dummy = np.float64(65535)
    ours = round_trip(program, "dummy", flagged)
    check((ours[:, 80:84] == 65535).all(), "masked pixels are the dummy")
    detector = Sparse()
    detector.geometry = None
    round_trip(program, "by_detector", detector)


def parameters(program):
    """The parameters in the file are stored with the frames."""
    text = run(program, "info", "--json", "uint32_winnow.h5")
    stored = json.loads(text)["datasets"][0]["parameters"]
    check(stored["model"] == "radial", "the model")
    check(np.allclose(stored["centre_pixel"], CENTRE), "the centre: %s" % stored)
    values = json.loads(text)["datasets"][0]["cd_values"]
    # four rings for each of the file, to follow what it interpolates
    check(values[4:9] == [300, 100, 4 * BINS, 0, 5], "the parameters: %s" % values)
    check(values[16:] == [SHAPE[1], SHAPE[0], 1, 132], "the array: %s" % values)
    with h5py.File("uint32_winnow.h5", "r") as file:
        detector = file["entry/instrument/detector"]
        check(abs(detector["beam_center_x"][()] - CENTRE[0] - 0.5) < 1e-6, "the detector's centre")


def empty_rings(program):
    """A ring whose pixels are all flagged, in one frame only, has the dummy for its background."""
    sparse = Sparse("<u4")
    sparse.dummy = np.float64(2**32 - 1)
    sparse.average[1, 20] = sparse.deviation[1, 20] = 2**32 - 1
    ring = np.floor((sparse.mask - sparse.radius[0]) / (sparse.radius[1] - sparse.radius[0]) + 0.5)
    free = ring.ravel()[sparse.index[1]] != 20
    sparse.index[1], sparse.intensity[1] = sparse.index[1][free], sparse.intensity[1][free]
    sparse.write("empty.h5")
    run(program, "import", "empty.h5", "empty_winnow.h5")
    ours = read("empty_winnow.h5")
    dummy = ours == 2**32 - 1
    inside = np.nan_to_num(abs(ring - 20), nan=9) < 0.4
    check(dummy[1][inside].all(), "the ring is flagged")
    check((dummy[[0, 2]] == np.isnan(sparse.mask)).all(), "other frames have the mask alone")
    check(dummy[1][np.nan_to_num(abs(ring - 20), nan=9) > 1].sum()
          == np.isnan(sparse.mask).sum(), "other rings have the mask alone")


def refused(program, name, says, change, status=3):
    sparse = Sparse()
    change(sparse)
    sparse.write(name + ".h5")
    run(program, "import", name + ".h5", "out.h5", status=status, says=says)


def damaged(program, name, says, change):
    Sparse().write(name + ".h5")
    with h5py.File(name + ".h5", "r+") as file:
        change(file[GROUP])
    run(program, "import", name + ".h5", "out.h5", status=3, says=says)


def replace(path, data):
    def change(group):
        del group[path]
        if data is not None:
            group[path] = data
    return change


def failing(program):
    def no_place(s):
        s.geometry = {"dist": 0.1}
        s.write_configuration = lambda entry, version: entry.__setitem__(
            "sparsify/configuration/data", json.dumps({"geometry": s.geometry,
                                                       "sparsify": s.sparsify}))
    refused(program, "no_place", "beam centre", no_place)
    for name, text in (("deep", "[" * 5000), ("cut", '{"sparsify": {"cutoff_pick": 3'),
                       ("more", "{} {}"), ("long", " " * (5 << 20) + "{}"), ("words", "picking")):
        def configured(s, text=text):
            s.write_configuration = lambda entry, version: entry.__setitem__(
                "sparsify/configuration/data", text)
        refused(program, name, "is no JSON", configured)
    numbers = Sparse() # which Python writes as NaN and -Infinity
    numbers.sparsify |= {"dummy": math.nan, 'a "NaN': [-math.inf, math.inf]}
    numbers.write("numbers.h5")
    run(program, "import", "numbers.h5", "numbers_winnow.h5")
    refused(program, "no_pick", "picked", lambda s: s.sparsify.pop("cutoff_pick"))
    refused(program, "tilted", "rings", lambda s: s.geometry.update(rot1=0.2))
    refused(program, "shifted", "rings", lambda s: s.geometry.update(poni1=40 * PIXEL))
    refused(program, "turned", "orientation",
            lambda s: s.geometry["detector_config"].update(orientation=1))

    def unknown_norm(s):
        s.normalization = np.ones(SHAPE)
    refused(program, "unknown_norm", "multiplied", unknown_norm)

    def squared(s):
        s.radius, s.mask = s.radius**2, s.mask**2
    refused(program, "unit", "rings", squared)

    damaged(program, "no_mask", "no mask", replace("mask", None))
    damaged(program, "no_background", "background", replace("background_avg", None))
    damaged(program, "outside", "frame 0", replace("index", np.full(1200, 10**6, "u4")))
    damaged(program, "backwards", "frame 1", replace("frame_ptr", np.array([0, 800, 400, 1200])))
    damaged(program, "beyond", "frame 2", replace("frame_ptr", np.array([0, 400, 800, 9999])))
    damaged(program, "not_finite", "frame 0", replace("background_avg",
                                                      np.full((3, BINS), np.inf, "f4")))
    damaged(program, "sizes", "contradict", replace("background_std", np.ones((2, BINS), "f4")))
    damaged(program, "texts", "is missing", replace("intensity", np.bytes_("no numbers")))
    with h5py.File("other.h5", "w") as file:
        file["data"] = 1
    run(program, "import", "other.h5", "out.h5", status=3, says="default")
    run(program, "import", "missing.h5", "out.h5", status=4)
    run(program, "import", "uint32.h5", status=2, says="OUTPUT")
    run(program, "import", "uint32.h5", "uint16_winnow.h5", status=2, says="--force")
    run(program, "import", "--force", "uint32.h5", "uint16_winnow.h5")
    left = [name for name in os.listdir(".") if name.startswith("out.") or "partial" in name]
    check(not left, "files are left: %s" % left)


MAKE_WITH_PYFAI = """
import sys, h5py, numpy
from pyFAI.app import sparsify
random = numpy.random.default_rng(8)
y, x = numpy.indices((700, 720))
mean = 2 + 18 * numpy.exp(-numpy.hypot(x - 350.2, y - 340.7) / 150)
frame = random.poisson(mean).astype("u4")
for px, py in random.integers(3, 697, (60, 2)):
    frame[py - 1:py + 2, px - 1:px + 2] += random.poisson(80, (3, 3)).astype("u4")
with h5py.File("pyfai_master.h5", "w") as file:
    file["entry/data/data_000001"] = numpy.array([frame, frame[::-1]])
with open("pyfai.poni", "w") as file:
    file.write('poni_version: 2\\nDetector: Detector\\nDetector_config: {"pixel1": 75e-6, "pixel2": '
               '75e-6, "max_shape": [700, 720]}\\nDistance: 0.1\\nPoni1: %r\\nPoni2: %r\\nRot1: 0\\n'
               'Rot2: 0\\nRot3: 0\\nWavelength: 1e-10\\n' % (341.2 * 75e-6, 350.7 * 75e-6))
sys.argv = ["sparsify-Bragg", "-p", "pyfai.poni", "--bins", "200", "--unit", "r_m", "-o",
            "pyfai_sparse.h5", "./pyfai_master.h5"]
sys.exit(sparsify.main())
"""


def by_pyfai(program):
    """A file that pyFAI has made; skipped without it, or without OpenCL."""
    try:
        done = subprocess.run([sys.executable, "-c", MAKE_WITH_PYFAI], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        print("without a file of pyFAI itself: it does not end")
        return
    made = [name for name in os.listdir(".") if name.endswith("pyfai_sparse.h5")]
    if not made:
        print("without a file of pyFAI itself: " + (done.stderr.strip().split("\n") or [""])[-1])
        return
    run(program, "import", made[0], "pyfai_winnow.h5")
    frames, exact = densify(made[0])
    with h5py.File(made[0], "r") as file:
        inner = file[GROUP + "mask"][()] < file[GROUP + "radius"][0]
    compare("pyfai", frames, exact, read("pyfai_winnow.h5"), inner, "read by numpy")
    print("with a file of pyFAI itself")


def main():
    program = start()
    layouts(program)
    parameters(program)
    empty_rings(program)
    failing(program)
    by_pyfai(program)
    finish()


main()
