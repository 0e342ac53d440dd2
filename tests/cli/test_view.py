"""h5winnow view: the pixels of its pictures, against the frames and independent formulas.
See packing.py and pictures.py."""
import os
import re
import resource
import shutil
import subprocess

from packing import (BAD_INPUT, BITSHUFFLE_LZ4, FINDING, HAS_BITSHUFFLE, IMAGE, IO_FAILURE,
                         MAKE_SERIES, SHARED, WRONG_USAGE, Run, check, h5py, host, np)
from pictures import MASKED, RING, SPOT, Pdf, Svg, is_colour, read_png, write_table

HEIGHT, WIDTH = 120, 150
FLAG = 2**32 - 1
NAN = float("nan")
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])  # of red, green and blue (Rec. 709)


class View(Run):
    """The picture of a frame, and what is printed about it."""

    def __init__(self, *arguments, output="out.png", **more):
        super().__init__("view", "--force", *arguments, output, **more)
        self.picture = read_png(output)
        drawn = re.search(r"drawn +(\d+) x (\d+) at (\d+),(\d+) .*bin (\d+), magnified (\d+)",
                          self.prints)
        width, height, x, y, self.bin, self.magnified = map(int, drawn.groups())
        self.image = self.picture[y:y + height, x:x + width]
        self.window = list(map(int, re.search(r"x (\d+) to (\d+), y (\d+) to (\d+)",
                                              self.prints).groups()))
        self.range = list(map(float, re.search(r"colours +(\S+) to (\S+) counts",
                                               self.prints).groups()))
        rings = re.search(r"rings, A (.*)", self.prints)
        self.rings = list(map(float, rings.group(1).split())) if rings else None

    def grey(self):
        """Levels of the image; -1 where it is masked."""
        masked = is_colour(self.image, MASKED)
        check((np.ptp(self.image, 2)[~masked] == 0).all(), "%s: there are colours" % self.line)
        return np.where(masked, -1, self.image[:, :, 0])


def level(value, low, high, logarithmic=True):
    """The grey level of a count, from white to black."""
    value, low, high = np.clip(value, low, high).astype(float), float(low), float(high)
    if logarithmic:
        value, low, high = np.log1p(value), np.log1p(low), np.log1p(high)
    return 255 - np.floor(255 * (value - low) / (high - low) + 0.5)


def write(name, frames, mask=None, **geometry):
    """A NeXus file. Geometry: values of the detector, with their units, and the wavelength."""
    with h5py.File(name, "w") as file:
        for path, kind in (("entry", "NXentry"), ("entry/instrument", "NXinstrument"),
                           ("entry/instrument/detector", "NXdetector"),
                           ("entry/instrument/beam", "NXbeam")):
            file.require_group(path).attrs["NX_class"] = np.bytes_(kind)
        file[IMAGE] = frames
        detector = file["entry/instrument/detector"]
        if mask is not None:
            detector["pixel_mask"] = mask.astype("u4")
        for key, (value, units) in geometry.items():
            place = file["entry/instrument/beam"] if key == "incident_wavelength" else detector
            place[key] = value
            place[key].attrs["units"] = np.bytes_(units)


def geometry(x, y):
    """A geometry with this beam centre (pixel centres at integers)."""
    return {"beam_center_x": (x + 0.5, "pixel"), "beam_center_y": (y + 0.5, "pixel"),
            "distance": (0.05, "m"), "x_pixel_size": (75e-6, "m"), "y_pixel_size": (75e-6, "m"),
            "incident_wavelength": (1.0, "angstrom")}


def make_frames():
    random = np.random.default_rng(7)
    frames = random.poisson(6, (4, HEIGHT, WIDTH)).astype("<u4")
    frames[:, 30, 40] = 500
    frames[2, 100, 20] = FLAG
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[50:60] = mask[:, 70] = mask[3, 5] = True
    write("frames.h5", frames, mask)
    mask[100, 20] = True
    return frames[2].astype(np.int64), mask


FRAME, BAD = make_frames()  # frame 2, and its pixels without a count


# ---- tests ---------------------------------------------------------------------------------------


def every_pixel():
    for scale in ("log", "linear"):
        view = View("--frame", 2, "--bin", 1, "--scale", scale, "--range", "0,40", "frames.h5")
        check(view.image.shape == (HEIGHT, WIDTH, 3) and view.rings is None, view.prints)
        grey = view.grey()
        check(((grey == -1) == BAD).all(), "%s: masked pixels" % scale)
        wanted = level(FRAME, 0, 40, scale == "log")
        check(abs(grey - wanted)[~BAD].max() <= 1, "%s: levels" % scale)
        check((view.picture[:view.picture.shape[0] - HEIGHT - 1, :, 0] < 100).sum() > 500,
              "no title")


def scale_is_monotone():
    ramp = np.arange(HEIGHT * WIDTH, dtype="<u4").reshape(1, HEIGHT, WIDTH)
    write("ramp.h5", ramp)
    for scale in ("log", "linear"):
        for colour in ("grey", "heat"):
            view = View("--frame", 0, "--bin", 1, "--scale", scale, "--colour", colour, "ramp.h5")
            brightness = (view.image @ LUMINANCE).ravel()
            if colour == "grey":
                brightness = -brightness
            fall = np.maximum.accumulate(brightness) - brightness
            rounding = 0 if colour == "grey" else LUMINANCE.max()  # one level of green
            check(fall.max() <= rounding + 1e-9 and brightness[-1] - brightness[0] > 200,
                  "%s %s is not monotone" % (scale, colour))


def default_range():
    view = View("--frame", 2, "--bin", 1, "frames.h5")
    values = np.sort(FRAME[~BAD])
    low, high = (values[int(share * (values.size - 1))] for share in (0.02, 0.9995))
    check(view.range == [low, max(high, low + 10)], "%s, not %g and %g" % (view.range, low, high))
    write("weak.h5", (np.arange(HEIGHT * WIDTH) % 500 == 0).reshape(1, HEIGHT, WIDTH).astype("u2"))
    check(View("--frame", 0, "weak.h5").range == [0, 1], "of single counts")
    write("same.h5", np.full((1, HEIGHT, WIDTH), 7, "u2"))
    check(View("--frame", 0, "same.h5").range == [7, 8], "of one value")
    write("negative.h5", np.linspace(-5, 5, HEIGHT * WIDTH, dtype="f4").reshape(1, HEIGHT, WIDTH))
    check(View("--frame", 0, "negative.h5").range[0] == 0, "log of what is below 0")
    check(View("--frame", 0, "--scale", "linear", "negative.h5").range[0] < -4, "linear below 0")


def bins():
    """The highest value of each bin; masked only if all its pixels are."""
    view = View("--frame", 2, "--bin", 4, "--range", "0,100", "frames.h5")
    check(view.bin == 4 and view.image.shape[:2] == (30, 38), view.prints)
    padded = np.full((HEIGHT, 152), -1)
    padded[:, :WIDTH] = np.where(BAD, -1, FRAME)
    wanted = padded.reshape(30, 4, 38, 4).max((1, 3))
    grey = view.grey()
    check(((grey == -1) == (wanted == -1)).all() and (wanted == -1).any(), "masked bins")
    check(abs(grey - level(wanted, 0, 100))[wanted >= 0].max() <= 1, "levels")


def large_frames_are_binned():
    write("large.h5", np.zeros((1, 1400, 3000), "u1"))
    view = View("--frame", 0, "large.h5")
    check(view.bin == 3 and view.image.shape == (467, 1000, 3), view.prints)
    view = View("--frame", 2, "frames.h5")
    check(view.magnified == 8 and view.image.shape == (960, 1200, 3), view.prints)


def zoom():
    view = View("--frame", 2, "--zoom", "40,30,20", "--range", "0,600", "frames.h5")
    check(view.window == [30, 49, 20, 39] and view.magnified == 65, view.prints)
    blocks = view.grey().reshape(20, 65, 20, 65).swapaxes(1, 2).reshape(20, 20, -1)
    check((np.ptp(blocks, 2) == 0).all(), "magnified pixels are not even")
    check(abs(blocks[:, :, 0] - level(FRAME[20:40, 30:50], 0, 600)).max() <= 1, "levels")
    for at, window in (("0,0,20", [0, 19, 0, 19]), ("149,119,20", [130, 149, 100, 119]),
                       ("75,60,5000", [0, 149, 0, 119]), ("75,60,1", [75, 75, 60, 60])):
        view = View("--frame", 2, "--zoom", at, "frames.h5")
        check(view.window == window, "%s: %s" % (at, view.prints))


def resolution(shape, centre, distance, pixel, wavelength, rot1=0.0, rot2=0.0):
    """Of all pixels, by pyFAI's convention: rotations of the detector about the sample."""
    y, x = np.indices(shape, float)
    foot_x = centre[0] + distance / pixel * np.tan(rot1)
    foot_y = centre[1] - distance / pixel * np.tan(rot2) / np.cos(rot1)
    p1, p2, p3 = (y - foot_y) * pixel, (x - foot_x) * pixel, distance
    turn1 = np.array([[1, 0, 0], [0, np.cos(rot1), np.sin(rot1)], [0, -np.sin(rot1), np.cos(rot1)]])
    turn2 = np.array([[np.cos(rot2), 0, -np.sin(rot2)], [0, 1, 0],
                      [np.sin(rot2), 0, np.cos(rot2)]])
    place = np.stack([p1, p2, np.full(shape, p3)], -1) @ (turn2 @ turn1).T
    angle = np.arctan2(np.hypot(place[..., 0], place[..., 1]), place[..., 2])
    return wavelength / (2 * np.sin(np.maximum(angle, 1e-9) / 2))


def check_ring(view, d, wanted, centre):
    """The ring must be where the resolution is, and nowhere else, but for its label."""
    off = abs(1 / d - 1 / wanted) / (np.hypot(*np.gradient(1 / d)) + 1e-9)  # pixels, about
    y, x = np.indices(d.shape)
    azimuth = np.degrees(np.arctan2(y - centre[1], x - centre[0]))
    near = np.hypot(x - centre[0], y - centre[1]) < 14  # the cross
    label = (abs(azimuth + 45) < 25) & (off < 45)
    ring = is_colour(view.image, RING, 60)
    check(off[ring & ~near & ~label].max() < 1.2, "ring %g: is elsewhere" % wanted)
    check(ring[(off < 0.4) & ~label].mean() > 0.97, "ring %g: has gaps" % wanted)


def rings():
    shape, centre = (400, 500), (230.0, 190.0)
    write("rings.h5", np.zeros((1, *shape), "u2"), **geometry(*centre))
    for wanted in (3.0, 4.5, 12.0):
        d = resolution(shape, centre, 0.05, 75e-6, 1.0)
        view = View("--frame", 0, "--bin", 1, "--rings", wanted, "rings.h5")
        check(view.rings == [wanted], view.prints)
        check_ring(view, d, wanted, centre)


def tilted_rings():
    shape, centre = (400, 500), (230.0, 190.0)
    for rot1, rot2 in ((0.3, 0.0), (0.0, -0.4), (0.25, 0.35), (-0.5, 0.2)):
        d = resolution(shape, centre, 0.05, 75e-6, 1.2, rot1, rot2)
        view = View("--frame", 0, "--bin", 1, "--rings", 5, "--wavelength", 1.2, "--rot1", rot1,
                    "--rot2", rot2, "rings.h5")
        check_ring(view, d, 5, centre)


def rings_of_a_poni_file():
    """The PONI file replaces the geometry of the file, options that of the PONI file."""
    shape, centre = (400, 500), (230.0, 190.0)
    rot1, rot2, distance, pixel = 0.2, -0.1, 0.07, 75e-6
    poni1 = (centre[1] + 0.5) * pixel - distance * np.tan(rot2) / np.cos(rot1)
    poni2 = (centre[0] + 0.5) * pixel + distance * np.tan(rot1)
    with open("view.poni", "w") as file:
        file.write("Distance: %.12g\nPoni1: %.12g\nPoni2: %.12g\nRot1: %g\nRot2: %g\nRot3: 0\n"
                   "PixelSize1: %g\nPixelSize2: %g\n" %
                   (distance, poni1, poni2, rot1, rot2, pixel, pixel))
    d = resolution(shape, centre, distance, pixel, 1.0, rot1, rot2)
    view = View("--frame", 0, "--bin", 1, "--rings", 5, "--poni", "view.poni", "rings.h5")
    check_ring(view, d, 5, centre)
    d = resolution(shape, (250, 200), distance, pixel, 1.0, rot1, rot2)
    view = View("--frame", 0, "--bin", 1, "--rings", 5, "--poni", "view.poni", "--centre",
                "250,200", "rings.h5")
    check_ring(view, d, 5, (250, 200))


def absurd_geometries():
    """The frame is drawn anyway."""
    for change in ({"distance": (1e9, "m")}, {"distance": (1e-12, "m")},
                   {"beam_center_x": (1e12, "pixel")}, {"incident_wavelength": (1e12, "angstrom")},
                   {"x_pixel_size": (1e-3, "m")}):
        write("absurd.h5", np.zeros((1, 400, 500), "u2"), **{**geometry(230, 190), **change})
        View("--frame", 0, "absurd.h5", notes=True)
    for options in (["--rot1", 1.5], ["--rot2", 3], ["--centre", "1e9,-1e9"],
                    ["--wavelength", "1e-9"], ["--rings", "1e-300,1e300"]):
        View("--frame", 0, *options, "rings.h5")


def automatic_rings():
    for option in ([], ["--rings", "auto"], ["--rings", "AUTO"]):
        view = View("--frame", 0, *option, "rings.h5")
        d = resolution((400, 500), (230.0, 190.0), 0.05, 75e-6, 1.0)
        check(3 <= len(view.rings) <= 6 and view.rings == sorted(view.rings)[::-1], view.prints)
        check(all(d.min() < ring for ring in view.rings), "rings outside of the frame")
    check(View("--frame", 0, "--rings", "none", "rings.h5").rings is None, "none")
    view = View("--frame", 0, "--zoom", "400,300,50", "rings.h5")
    part = resolution((400, 500), (230.0, 190.0), 0.05, 75e-6, 1.0)[275:325, 375:425]
    check(any(part.min() < ring < part.max() for ring in view.rings), view.prints)
    view = View("--frame", 0, "--zoom", "400,300,8", "rings.h5")
    part = d[296:304, 396:404]
    check(sum(part.min() < ring < part.max() for ring in view.rings) >= 3, "zoom: " + view.prints)


FRAMES = [(n, 0, 0, 1.5, "nan", 1) for n in range(4)]
SPOTS = [(40, 30, 0, 2, 0, 2), (100.5, 80.25, 1, 3, 1, 4), (20, 100, 2, 1, 2, 3)]


def circles(view):
    """Centre and radius of the shapes in the colour of circles, in pixels of the picture."""
    y, x = np.nonzero(is_colour(view.image, SPOT))
    return x, y


def spots_are_circled():
    """Circles are drawn about the spots that extend into the frame, and about nothing else."""
    write_table("spots.h5", (HEIGHT, WIDTH), FRAMES, SPOTS)
    write("blank.h5", np.zeros((4, HEIGHT, WIDTH), "u2"))
    for frame in range(4):
        view = View("--frame", frame, "--bin", 1, "--spots", "spots.h5", "blank.h5")
        reach = [spot for spot in SPOTS if spot[4] <= frame < spot[5]]
        check(", %d spot%s\n" % (len(reach), "" if len(reach) == 1 else "s") in view.prints, view.prints)
        x, y = circles(view)
        found = np.zeros(x.size, bool)
        for spot in reach:
            away = np.hypot(x - spot[0], y - spot[1])
            radius = max(8, np.hypot(2 * spot[3] + 1.5, 2 * spot[3] + 1.5) / 2 + 4)
            near = abs(away - radius) < 1.8
            check(near.sum() > 12, "frame %d: no circle about %s" % (frame, spot))
            check(np.ptp(np.arctan2(y - spot[1], x - spot[0])[near]) > 5, "half a circle")
            found |= near
        check(found.all(), "frame %d: there is something else" % frame)
    view = View("--frame", 1, "--zoom", "100,80,30", "--spots", "spots.h5", "blank.h5")
    x, y = circles(view)
    middle = [(100.5 - view.window[0] + 0.5) * view.magnified - 0.5,
              (80.25 - view.window[2] + 0.5) * view.magnified - 0.5]
    check(", 1 spot\n" in view.prints, view.prints)
    check(np.ptp(np.hypot(x - middle[0], y - middle[1])) < 2, "zoom: no circle in its place")


def where_the_spots_are():
    """The table may be in the file itself, named, or missing."""
    write_table("own.h5", (HEIGHT, WIDTH), FRAMES, SPOTS)
    with h5py.File("own.h5", "r+") as file:
        if "data" in file["entry"]:
            del file["entry/data"]
        file[IMAGE] = np.zeros((4, HEIGHT, WIDTH), "u2")
        file["entry/data"].attrs["NX_class"] = np.bytes_("NXdata")
    check("2 spots" in View("--frame", 1, "own.h5").prints, "of the file itself")
    check("spots" not in View("--frame", 1, "--spots", "none", "own.h5").prints, "none")
    write_table("named.h5", (HEIGHT, WIDTH), FRAMES, SPOTS[:1], "other")
    view = View("--frame", 1, "--spots", "named.h5::other", "own.h5")
    check(", 1 spot\n" in view.prints, view.prints)
    check(", 1 spot\n" in View("--frame", 1, "--spots", "named.h5", "own.h5").prints, "the only one")
    write_table("small.h5", (64, 64), FRAMES)
    Run("view", "--frame", 1, "--spots", "small.h5", "own.h5", "x.png", status=BAD_INPUT).shows(
        "64 x 64", "--spots none")
    for table in ("frames.h5", "named.h5::spots", "nowhere.h5"):
        Run("view", "--frame", 1, "--spots", table, "own.h5", "x.png",
            status=IO_FAILURE if table == "nowhere.h5" else BAD_INPUT)


def rings_need_a_geometry():
    Run("view", "--frame", 2, "--rings", "auto", "frames.h5", "x.png", status=BAD_INPUT).shows(
        "no rings", "--centre")
    places = ["--centre", "70,60", "--distance", 50, "--pixel-size", 75]
    Run("view", "--frame", 2, "--rings", "4", *places, "frames.h5", "x.png",
        status=BAD_INPUT).shows("--wavelength")
    check(not os.path.exists("x.png"), "there is a picture")
    view = View("--frame", 2, *places, "--wavelength", 1, "frames.h5")
    check(view.rings and is_colour(view.image, RING).any(), view.prints)


def every_file():
    """Compressed by winnow or bitshuffle, with external links, other types, two dimensions."""
    packed = Run("pack", "--quality", "lossless", "frames.h5", "packed.h5", "--force")
    check("packed" in packed.line, packed.prints)
    wanted = View("--frame", 2, "--bin", 1, "frames.h5").image
    check((View("--frame", 2, "--bin", 1, "packed.h5").image == wanted).all(), "packed")
    subprocess.run([MAKE_SERIES, "--frames", "3", "--size", "300x200", "--layout", "eiger",
                    "series_master.h5"], check=True)
    view = View("--frame", 2, "--bin", 1, "series_master.h5")
    check(view.image.shape == (200, 300, 3) and view.rings, view.prints)
    check(is_colour(view.image, MASKED).any(), "nothing is masked")
    for kind in ("i1", "<i2", ">u2", "<f4", ">f8", "<i8"):
        write("kind.h5", np.where(BAD, -1, np.minimum(FRAME, 100))[None].astype(kind))
        view = View("--frame", 0, "--bin", 1, "--range", "0,100", "kind.h5")
        grey = view.grey()
        negative = -1 if kind[-2] in "iu" else 255  # a float below 0 is a count
        check((grey[BAD] == negative).all(), "%s: flags" % kind)
        check(abs(grey - level(np.minimum(FRAME, 100), 0, 100))[~BAD].max() <= 1, kind)
    with h5py.File("flat.h5", "w") as file:
        file["a/flat"] = FRAME[:20, :25].astype("u4")
    for path in ("/a/flat", "a/flat"):
        view = View("--frame", 0, "--bin", 1, "--range", "0,9", "flat.h5::" + path)
        check(view.image.shape == (20, 25, 3), view.prints)


def several_datasets():
    """Frames of all datasets are numbered consecutively."""
    with h5py.File("several.h5", "w") as file:
        for i in range(3):
            file["entry/data/data_%06d" % i] = np.full((2, 40, 50), 10 * i, "u2")
    view = View("--frame", 3, "--bin", 1, "--range", "0,20", "several.h5")
    check("data_000001, frame 1" in view.prints, view.prints)
    check((view.grey() == level(10, 0, 20)).all(), "another frame")
    Run("view", "--frame", 6, "several.h5", status=WRONG_USAGE).shows("beyond the last one, 5")
    view = View("--frame", 1, "several.h5::/entry/data/data_000002")
    check("data_000002, frame 1" in view.prints, view.prints)


def names():
    """Without a name it is made from the file's; nothing is replaced without --force."""
    Run("view", "--frame", 2, "frames.h5")
    first = open("frames_000002.png", "rb").read()
    read_png("frames_000002.png")
    Run("view", "--frame", 2, "--colour", "heat", "frames.h5", status=WRONG_USAGE).shows("--force")
    check(open("frames_000002.png", "rb").read() == first, "it was replaced")
    Run("view", "--frame", 2, "--colour", "heat", "--force", "frames.h5")
    check(open("frames_000002.png", "rb").read() != first, "it was not replaced")
    Run("view", "--frame", 2, "--force", "frames.h5", "frames.h5", status=WRONG_USAGE)
    with h5py.File("frames.h5", "r") as file:
        check(file[IMAGE].shape == (4, HEIGHT, WIDTH), "the input was replaced")
    check(not [name for name in os.listdir(".") if name.endswith(".partial")], "parts are left")


def vector_formats():
    """SVG and PDF have the same frame, pixel by pixel, the title, labels, and the size."""
    options = ["view", "--force", "--frame", 2, "--range", "0,40", "frames.h5"]
    wanted = View(*options[2:])
    height, width = wanted.picture.shape[:2]
    title = "frames.h5::%s, frame 2" % IMAGE
    Run(*options, "out.svg")
    svg = Svg("out.svg")
    check(svg.size == (width, height), "%s, not %d x %d" % (svg.size, width, height))
    check(len(svg.images) == 1 and (svg.images[0] == wanted.image).all(), "frame in the SVG")
    check(svg.letters > len(title), "letters: %d" % svg.letters)
    Run(*options, "OUT.PDF")
    pdf = Pdf("OUT.PDF")
    check(np.allclose(pdf.size, (0.75 * width, 0.75 * height)), "page: %s" % (pdf.size,))
    check(len(pdf.images) == 1 and (pdf.images[0] == wanted.image).all(), "frame in the PDF")
    check(pdf.title == title, pdf.title)
    if shutil.which("pdftotext"):
        said = subprocess.run(["pdftotext", "OUT.PDF", "-"], capture_output=True, check=True)
        for text in (title, "0 to 40 counts", "% masked", "x, pixels", "y, pixels", "counts (log)"):
            check(text in said.stdout.decode(), "no '%s' in the PDF" % text)


def same_bytes():
    """A picture does not depend on the time."""
    write_table("spots.h5", (HEIGHT, WIDTH), FRAMES, SPOTS)
    for suffix in ("png", "svg", "pdf"):
        found = set()
        for name in ("first." + suffix, "second." + suffix):
            Run("view", "--force", "--frame", 2, "--spots", "spots.h5", "frames.h5", name)
            with open(name, "rb") as file:
                found.add(file.read())
        check(len(found) == 1, suffix)


def other_suffixes():
    for name in ("x.jpg", "x", "png", "x.png.gz", "folder.png/x"):
        Run("view", "--frame", 2, "frames.h5", name, status=WRONG_USAGE).shows(".png, .svg or .pdf")
        check(not os.path.exists(name), "there is a picture")


def full_disk():
    """A limit for the size of files fails as a full disk does, wherever it is."""
    for suffix in ("png", "svg", "pdf"):
        name = "full." + suffix
        Run("view", "--force", "--frame", 2, "frames.h5", name)
        size = os.path.getsize(name)
        os.unlink(name)
        for bytes_left in (0, 100, size // 2, size - 1):
            def limit(most=bytes_left):
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

            Run("view", "--frame", 2, "frames.h5", name, status=IO_FAILURE, preexec_fn=limit,
                restore_signals=False).shows("is the disk full?")
            check(not [file for file in os.listdir(".") if file.startswith(name)],
                  "a part of %s is there" % name)


def long_and_odd_names():
    """Long names are shortened in titles."""
    os.makedirs("names", exist_ok=True)
    for name in (b"names/" + b"long_" * 45 + b".h5", "names/\u00b5_\u00c5_\u03c3.h5".encode(),
                 b"names/broken_\xff\xc3(\xed\xa0\x80\xf4\x90\x80\x80\xe0\x80\xaf.h5"):
        with h5py.File(name, "w") as file:
            file[IMAGE] = np.zeros((1, HEIGHT, WIDTH), "u2")
        for suffix in (".png", ".svg", ".pdf"):
            Run("view", "--force", "--frame", 0, os.fsdecode(name), "odd" + suffix)
        picture = read_png("odd.png")
        check((picture[:60, :10] == 255).all() and (picture[:60, -10:] == 255).all(),
              "%s: the title reaches the edge" % name)
        check((picture[10:60] < 100).any(), "%s: no title" % name)
        check(Svg("odd.svg").letters > 60, "letters")


def without_fonts():
    """The picture is drawn anyway, with a message that there is no font."""
    with open("fonts.conf", "w") as file:
        file.write("<fontconfig></fontconfig>")
    for suffix in ("png", "svg", "pdf"):
        Run("view", "--force", "--frame", 2, "frames.h5", "nofont." + suffix, notes=True,
            env={**os.environ, "FONTCONFIG_FILE": os.path.abspath("fonts.conf")}).shows("no font")
    picture = read_png("nofont.png")
    check((picture[10:60] < 100).any(), "no title")


def many_spots_do_not_hide_the_frame():
    """With many spots circles are smaller and thinner, and the frame stays visible."""
    write("wide.h5", np.zeros((1, 1000, 1000), "u2"))
    random = np.random.default_rng(5)
    for number in (100, 1000, 16000):
        places = random.uniform(0, 999, (number, 2))
        write_table("crowd.h5", (1000, 1000), [(0, 0, 0, 1.5, NAN, 1)],
                    [(round(x, 3), round(y, 3), 0, 1, 0, 1) for x, y in places])
        view = View("--frame", 0, "--bin", 1, "--spots", "crowd.h5", "wide.h5")
        covered = 1 - view.image[:, :, 2].mean() / 255  # circles have no blue, the frame is white
        check(covered < 0.3, "%d spots hide %.0f %% of the frame" % (number, 100 * covered))
        check(covered > 1e-5 * number, "%d spots: only %.4f %%" % (number, 100 * covered))


def labels_lie_above_circles():
    """The labels of rings look the same with many spots and without."""
    random = np.random.default_rng(6)
    write_table("crowd.h5", (400, 500), [(0, 0, 0, 1.5, NAN, 1)],
                [(round(x, 2), round(y, 2), 0, 1, 0, 1)
                 for x, y in random.uniform((0, 0), (499, 399), (4000, 2))])
    options = ["--frame", 0, "--bin", 2, "--rings", "4.5", "rings.h5"]
    plain, crowded = View(*options), View("--spots", "crowd.h5", *options)
    d = resolution((400, 500), (230.0, 190.0), 0.05, 75e-6, 1.0)[::2, ::2]
    off = abs(1 / d - 1 / 4.5) / (np.hypot(*np.gradient(1 / d)) + 1e-9)
    letters = is_colour(plain.image, RING, 60) & (off > 3)
    letters[85:105, 105:125] = False  # the cross
    check(letters.sum() > 20, "no label")
    check(is_colour(crowded.image, RING, 60)[letters].all(), "the label is covered")
    check(is_colour(crowded.image, SPOT, 60).sum() > 500, "there are no circles")


def frames_without_counts():
    write("allmasked.h5", np.full((1, HEIGHT, WIDTH), FLAG, "<u4"))
    view = View("--frame", 0, "allmasked.h5", status=FINDING).shows("all pixels that are shown")
    check(is_colour(view.image, MASKED).all(), "not all is masked")
    with h5py.File("absent.h5", "w") as file:
        file.create_dataset(IMAGE, (3, HEIGHT, WIDTH), "<u2", chunks=(1, HEIGHT, WIDTH))
    check("never written" in View("--frame", 1, "absent.h5").prints, "absent frame")
    write("nan.h5", np.full((1, HEIGHT, WIDTH), np.nan, "<f4"))
    View("--frame", 0, "nan.h5", status=FINDING)
    write("huge.h5", np.full((1, HEIGHT, WIDTH), 1e300) * np.linspace(1, 1e8, WIDTH))
    View("--frame", 0, "huge.h5")
    View("--frame", 0, "--scale", "linear", "huge.h5")


def bad_input():
    def refused(status, *arguments):
        return Run("view", *arguments, "bad.png", status=status)

    refused(WRONG_USAGE, "--frame", 4, "frames.h5").shows("frame 4", "the last one, 3")
    refused(BAD_INPUT, "--frame", 0, "frames.h5::/entry/nothing")
    refused(BAD_INPUT, "--frame", 0, "frames.h5::/entry/instrument/detector")
    refused(IO_FAILURE, "--frame", 0, "nowhere.h5")
    with open("text.h5", "w") as file:
        file.write("no HDF5")
    refused(BAD_INPUT, "--frame", 0, "text.h5")
    with h5py.File("none.h5", "w") as file:
        file.create_dataset(IMAGE, (0, 64, 64), "u2", maxshape=(None, 64, 64))
    refused(BAD_INPUT, "--frame", 0, "none.h5")
    Run("view", "--frame", 0, "frames.h5", "no/folder/x.png", status=IO_FAILURE)
    check(not os.path.exists("bad.png"), "there is a picture")


def a_damaged_frame():
    if not HAS_BITSHUFFLE:
        return "skipped: no bitshuffle"
    with h5py.File("damaged.h5", "w") as file:
        file.create_dataset(IMAGE, data=np.stack([FRAME, FRAME]).astype("<u4"),
                            chunks=(1, HEIGHT, WIDTH), **BITSHUFFLE_LZ4)
        info = file[IMAGE].id.get_chunk_info(1)
    with open("damaged.h5", "r+b") as file:
        file.seek(info.byte_offset)
        file.write(bytes(40))
    View("--frame", 0, "damaged.h5")
    Run("view", "--frame", 1, "damaged.h5", "bad.png", status=BAD_INPUT).shows("frame 1")
    check(not os.path.exists("bad.png"), "there is a picture")
    return None


def wrong_usage():
    for arguments in (["frames.h5"], ["--frame", "0"], ["--frame", "-1", "frames.h5"],
                      ["--frame", "1.5", "frames.h5"], ["--frame", "x", "frames.h5"],
                      ["--frame", "0", "--scale", "root", "frames.h5"],
                      ["--frame", "0", "--range", "5", "frames.h5"],
                      ["--frame", "0", "--range", "5,5", "frames.h5"],
                      ["--frame", "0", "--range", "-5,5", "frames.h5"],
                      ["--frame", "0", "--range", "0,nan", "frames.h5"],
                      ["--frame", "0", "--colour", "mauve", "frames.h5"],
                      ["--frame", "0", "--bin", "0", "frames.h5"],
                      ["--frame", "0", "--zoom", "1,2", "frames.h5"],
                      ["--frame", "0", "--zoom", "1,2,0", "frames.h5"],
                      ["--frame", "0", "--zoom", "1,2,3,4", "frames.h5"],
                      ["--frame", "0", "--zoom", "150,2,10", "frames.h5"],
                      ["--frame", "0", "--rings", "3,x", "frames.h5"],
                      ["--frame", "0", "--rings", "0", "frames.h5"],
                      ["--frame", "0", "--rings", ",".join(["3"] * 40), "frames.h5"],
                      ["--frame", "0", "--wavelength", "0", "frames.h5"],
                      ["--frame", "0", "--nonsense", "frames.h5"],
                      ["--frame", "0", "a", "b", "c"]):
        Run("view", *arguments, status=WRONG_USAGE)
    check("usage: h5winnow view" in Run("view", "--help").prints, "--help")


def real_frames():
    name = os.path.join(SHARED, "real", "thaumatin_grid.h5")
    if not (os.path.exists(name) and HAS_BITSHUFFLE):
        return "skipped: no such data"
    view = View("--frame", 2, name)
    check(view.bin == 2 and view.image.shape == (1264, 1232, 3) and len(view.rings) >= 4,
          view.prints)
    with h5py.File(name, "r") as file:
        masked = file["entry/instrument/detector/pixel_mask"][()] != 0
        masked |= file[IMAGE][2] < 0
    share = float(re.search(r"([\d.]+) % masked", view.prints).group(1))
    check(abs(share - 100 * masked.mean()) < 0.01, view.prints)
    return None


TESTS = [every_pixel, scale_is_monotone, default_range, bins, large_frames_are_binned, zoom, rings,
         tilted_rings, rings_of_a_poni_file, absurd_geometries, automatic_rings,
         rings_need_a_geometry, spots_are_circled, where_the_spots_are, every_file,
         several_datasets, names, vector_formats, same_bytes, other_suffixes, full_disk,
         long_and_odd_names, without_fonts, many_spots_do_not_hide_the_frame,
         labels_lie_above_circles, frames_without_counts, bad_input, a_damaged_frame, wrong_usage,
         real_frames]

if __name__ == "__main__":
    host.main(TESTS)
