"""Reading a PONI file, pyFAI's description of a calibrated geometry, as h5tools/geometry/poni.c."""
import os
import re

NEWEST_VERSION = 3
AS_STORED = 3  # the detector orientation in which pixels lie as they are stored; 0 says nothing

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"

KEYS = {key.lower(): key for key in ("poni_version", "Distance", "Poni1", "Poni2", "Rot1", "Rot2",
                                     "Rot3", "PixelSize1", "PixelSize2")}

# Keys in the JSON object that Detector_config is.
CONFIG = {"pixel1": "PixelSize1", "pixel2": "PixelSize2", "orientation": "orientation"}

# Pixel sizes of detectors that older files only name, metre; the first that fits counts.
DETECTORS = [("eiger", 75e-6), ("jungfrau", 75e-6), ("pilatus4", 150e-6), ("pilatus", 172e-6),
             ("lambda", 55e-6), ("maxipix", 55e-6), ("timepix", 55e-6)]

# What is known by it, and the factor to mm, micrometre or radian.
MEANINGS = {"Distance": ("distance", 1e3), "Poni1": ("poni_y", 1e3), "Poni2": ("poni_x", 1e3),
            "Rot1": ("rot1", 1), "Rot2": ("rot2", 1), "Rot3": ("rot3", 1),
            "PixelSize1": ("pixel_y", 1e6), "PixelSize2": ("pixel_x", 1e6)}


def read_poni(path):
    """The values of the file: lengths in mm, pixel sizes in micrometre, angles in radian."""
    path = os.fspath(path)
    with open(path, encoding="latin-1") as file:
        found, detector = _read_lines(path, file)
    _check(path, found)
    _check_pixels(path, found, detector)
    return {name: found[key] * factor for key, (name, factor) in MEANINGS.items() if key in found}


def _read_lines(path, file):
    """The numbers in the file, and the name of the detector. A later calibration in the same file
    replaces an earlier one."""
    found, detector = {}, ""
    for number, line in enumerate(file, 1):
        key, colon, text = line.partition(":")
        if line.startswith("#") or not colon:
            continue
        key, text = key.strip().lower(), text.strip()
        if key == "detector":
            detector = text.lower()
        elif key == "detector_config":
            _read_config(text, found)
        elif key in KEYS and text.lower() != "none":
            if not re.fullmatch(NUMBER, text):
                raise ValueError("%s: line %d: %s must be a number" % (path, number, KEYS[key]))
            found[KEYS[key]] = float(text)
    return found, detector


def _read_config(text, found):
    for key, name in CONFIG.items():
        match = re.search(r'"%s"[ \t:]*(%s)' % (key, NUMBER), text)
        if match:
            found[name] = float(match.group(1))


def _check(path, found):
    for key in ("Distance", "Poni1", "Poni2"):
        if key not in found:
            raise ValueError("%s: no %s: is this a PONI file?" % (path, key))
    if found["Distance"] <= 0:
        raise ValueError("%s: the distance is %g m, but must be above 0" % (path,
                                                                            found["Distance"]))
    if found.get("poni_version", 0) > NEWEST_VERSION:
        raise ValueError("%s: PONI version %g is newer than this program knows (%d): give centre "
                         "and distance instead" % (path, found["poni_version"], NEWEST_VERSION))
    orientation = found.get("orientation", 0)
    if orientation not in (0, AS_STORED):
        raise ValueError("%s: detector orientation %g is not supported, only %d: give centre, "
                         "distance, rot1 and rot2 for the frame as it is stored"
                         % (path, orientation, AS_STORED))


def _check_pixels(path, found, detector):
    sizes = ("PixelSize1", "PixelSize2")
    if not any(key in found for key in sizes):
        for name, pixel in DETECTORS:
            if detector.startswith(name):
                found.update(dict.fromkeys(sizes, pixel))
                break
    if any(key in found for key in sizes) and not all(found.get(key, 0) > 0 for key in sizes):
        raise ValueError("%s: the pixels are %g x %g m, but must be above 0"
                         % (path, found.get(sizes[1], 0), found.get(sizes[0], 0)))
