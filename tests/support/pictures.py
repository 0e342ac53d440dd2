"""Shared by the tests of view and stats: reading PNG, SVG and PDF files."""
import base64
import ctypes
import os
import re
import struct
import subprocess
import xml.etree.ElementTree
import zlib

from packing import check, np

MASKED, SPOT, RING = (176, 196, 222), (213, 94, 0), (0, 114, 178)  # of the map grey


CAIRO = ctypes.CDLL("libcairo.so.2")
for function, result in (("create_from_png", ctypes.c_void_p),
                         ("get_data", ctypes.POINTER(ctypes.c_ubyte))):
    getattr(CAIRO, "cairo_image_surface_" + function).restype = result


def read_png(name):
    """The pixels of an RGB picture: height, width, 3."""
    with open(name, "rb") as file:
        width, height, *form = struct.unpack(">8x8xIIBBBBB", file.read(29))
    check(form == [8, 2, 0, 0, 0], "no plain RGB picture: %s" % form)
    surface = ctypes.c_void_p(CAIRO.cairo_image_surface_create_from_png(os.fsencode(name)))
    check(CAIRO.cairo_surface_status(surface) == 0, "%s cannot be read" % name)
    stride = CAIRO.cairo_image_surface_get_stride(surface)
    data = np.ctypeslib.as_array(CAIRO.cairo_image_surface_get_data(surface), (height, stride))
    words = np.ascontiguousarray(data[:, :4 * width]).view("=u4").astype(np.int64)
    CAIRO.cairo_surface_destroy(surface)
    return np.stack([words >> 16 & 255, words >> 8 & 255, words & 255], 2)


class Svg:
    """The contents of an SVG file: well-formed XML, with the size in pixels."""

    SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"

    def __init__(self, name):
        root = xml.etree.ElementTree.parse(name).getroot()
        check(root.tag == self.SVG + "svg", "no SVG: %s" % root.tag)
        self.size = tuple(int(re.fullmatch(r"(\d+)px", root.get(key)).group(1))
                          for key in ("width", "height"))
        links = [element.get(self.LINK) for element in root.iter(self.SVG + "use")]
        self.letters = sum(link.startswith("#glyph") for link in links)
        head = "data:image/png;base64,"
        self.images = []
        for element in root.iter(self.SVG + "image"):
            with open("embedded.png", "wb") as file:
                file.write(base64.b64decode(element.get(self.LINK)[len(head):]))
            self.images.append(read_png("embedded.png"))


class Pdf:
    """The contents of a PDF file of one page: its size in points, its title, its colour images."""

    def __init__(self, name):
        with open(name, "rb") as file:
            raw = file.read()
        check(raw.startswith(b"%PDF-1.") and raw.rstrip().endswith(b"%%EOF"), "no PDF file")
        check(b"Date" not in raw, "the file knows the time")
        box, = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", raw)
        self.size = tuple(map(float, box))
        plain, utf16 = re.search(rb"/Title (?:\((.*)\)|<(.*)>)", raw).groups()
        self.title = plain.decode() if plain else bytes.fromhex(utf16.decode()).decode("utf-16")
        self.images = []
        for match in re.finditer(rb"<<[^>]*/Subtype /Image[^>]*/DeviceRGB[^>]*>>\s*stream\n", raw):
            width, height = (int(re.search(rb"/%s (\d+)" % key, match.group()).group(1))
                             for key in (b"Width", b"Height"))
            pixels = zlib.decompressobj().decompress(raw[match.end():])
            self.images.append(np.frombuffer(pixels, np.uint8).reshape(height, width, 3))


def is_colour(picture, colour, tolerance=0):
    return (abs(picture - np.array(colour)) <= tolerance).all(2)


def write_table(output, size, frames=(), spots=(), name="spots"):
    """A table of spots: see make_table.c."""
    lines = ["size %d %d" % size]
    for frame in frames:
        lines.append("frame " + " ".join(map(str, frame)))
        lines += ["spot " + " ".join(map(str, spot)) for spot in spots if spot[2] == frame[0]]
    subprocess.run([os.environ["SPOT_TABLE"], output, name], check=True, timeout=60,
                   input=("\n".join(lines) + "\n").encode())
