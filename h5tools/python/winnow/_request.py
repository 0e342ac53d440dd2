"""From arguments in physical units to the list of the filter, as h5tools/request.c does it."""
import math
import numbers
import re
import warnings

from . import _list, _quality
from ._placement import Placement, as_real, scale

MOST_RINGS = 8191
LARGEST_TILE = 131072
LARGEST_SIZE = 2 ** 32 - 1

# Numbers: by what they are multiplied, and the lowest that they may become. Where 0 stands for the
# default, nobody can ask for 0.
LOWEST = -2 ** 31
SCALARS = {"bins": (1, 1), "tile": (1, 1), "clip": (100, 1), "cycles": (1, 1), "pick": (100, 1),
           "halo": (1, 1), "filter": (10, 1), "noise_floor": (100, LOWEST),
           "polarisation": (1000, LOWEST), "dummy": (1, LOWEST)}

# Arguments that are stored under another name.
STORED_AS = {"tile": "bins", "filter": "filter_width", "background": "block"}

WORDS = {"model": ("radial", "tiles"), "error_model": ("poisson", "azimuthal", "hybrid"),
         "quality": tuple(_quality.COUNTS), "keep": ("outlier", "cluster", "all"),
         "compat": ("pyfai",)}


def options(**wanted):
    """The tuple for compression_opts, or ValueError."""
    values = _list.defaults()
    values["quality"] = None
    _take_scalars(wanted, values)
    _take_words(wanted, values)
    _take_background(wanted["background"], values)
    _take_quality(wanted, values)
    _take_frame(wanted["frame"], values)
    values["solid_angle"] = _as_bool("solid_angle", wanted["solid_angle"])
    values["plain_mean"] = not _as_bool("noise", wanted["noise"])
    placement = Placement(wanted)
    placement.store(values)
    if placement.has_centre and values["model"] is None and not _list.is_radial(values):
        values["model"] = "radial"
    _refuse_contradictions(wanted, placement, values)
    _refuse_ranges(values)
    _refuse_misfits(values)
    _refuse_ways_of_keeping(values)
    if values["polarised"] and placement.is_turned:
        warnings.warn("Rot3 of %s is left out: the polarisation is taken to lie along the rows of "
                      "the frame" % wanted["poni"], stacklevel=3)
    return _list.write(values)


def _as_bool(name, value):
    if value not in (True, False):
        raise ValueError("%s must be True or False, not %r" % (name, value))
    return bool(value)


def _take_scalars(wanted, values):
    for name, (per_unit, lowest) in SCALARS.items():
        if wanted[name] is None:
            continue
        value = as_real(name, wanted[name])
        if per_unit == 1 and value != math.floor(value):
            raise ValueError("%s must be a whole number, not %r" % (name, wanted[name]))
        scaled = scale(name, value, per_unit)
        if scaled < lowest:
            raise ValueError("%s is %r, which is too small" % (name, wanted[name]))
        values[STORED_AS.get(name, name)] = scaled
    values["polarised"] = wanted["polarisation"] is not None
    values["has_dummy"] = wanted["dummy"] is not None
    if wanted["bins"] is not None and wanted["tile"] is not None:
        raise ValueError("bins and tile exclude each other: one is for rings, the other for tiles")


def _take_words(wanted, values):
    for name, words in WORDS.items():
        word = wanted[name]
        if word is None:
            continue
        if not isinstance(word, str) or word not in words:
            raise ValueError("%s must be %s, not %r"
                             % (name, " or ".join('"%s"' % known for known in words), word))
        if name == "compat":
            values["compat_pyfai"] = True
        else:
            values[name] = word


def _take_background(background, values):
    if background is None:
        return
    word = re.fullmatch(r"law|blocks:([0-9]+)", background) if isinstance(background, str) else None
    if word is None or word.group(1) == "0":
        raise ValueError('background must be "law" or "blocks:2" to "blocks:8", not %r'
                         % (background,))
    values["block"] = int(word.group(1) or 0)


def _take_quality(wanted, values):
    """What a level chooses, where no argument says otherwise."""
    quality = values.pop("quality")
    if quality is None:
        return
    given = {STORED_AS.get(name, name) for name, value in wanted.items() if value is not None}
    values.update({name: value for name, value in _quality.level(quality).items()
                   if name not in given})


def _take_frame(frame, values):
    if frame is None:
        return
    try:
        width, height = frame
    except (TypeError, ValueError):
        raise ValueError("frame must be (width, height), not %r" % (frame,)) from None
    for size in (width, height):
        if isinstance(size, bool) or not isinstance(size, numbers.Integral) or \
                not 0 < size <= LARGEST_SIZE:
            raise ValueError("frame must be two whole numbers above 0, not %r" % (frame,))
    values["width"], values["height"] = int(width), int(height)


def _refuse_contradictions(wanted, placement, values):
    radial = _list.is_radial(values)
    if radial and not placement.has_centre:
        raise ValueError("the radial model needs the beam centre: give centre or poni")
    if values["model"] == "tiles" and placement.is_known:
        raise ValueError("tiles have no use for a geometry: leave out model=\"tiles\", or the "
                         "geometry")
    if not radial and placement.is_known:
        raise ValueError("a geometry without the beam centre has no use: give centre or poni")
    if radial and wanted["tile"] is not None:
        raise ValueError("tile is for tiles: rings are numbered with bins")
    if not radial and wanted["bins"] is not None:
        raise ValueError("bins is the number of rings: give centre or poni, or use tile")


def _refuse_ranges(values):
    radial = _list.is_radial(values)
    ranges = [("pick", "pick (1/100 sigma)", 0, 10000),
              ("noise_floor", "noise_floor (1/100 count)", 0, 100000000),
              ("bins", "bins" if radial else "tile", 0, MOST_RINGS if radial else LARGEST_TILE),
              ("clip", "clip (1/100 sigma)", 0, 10000),
              ("cycles", "cycles", 0, 100),
              ("distance", "distance (1/1000 pixel)", 0, 2 ** 31 - 1),
              ("aspect", "pixel height / width (1/1000000)", 0, 100000000),
              ("rot1", "rot1 (microradian)", -1500000, 1500000),
              ("rot2", "rot2 (microradian)", -1500000, 1500000),
              ("polarisation", "polarisation (1/1000)", -1000, 1000),
              ("block", "edge of a block", 0, 8),
              ("halo", "halo", 0, 9),
              ("filter_width", "filter (1/10 pixel)", 0, 99)]
    for name, label, lowest, highest in ranges:
        if not lowest <= values[name] <= highest:
            raise ValueError("%s is %d, but must be in %d to %d"
                             % (label, values[name], lowest, highest))
    if 0 < values["aspect"] < 10000:
        raise ValueError("the pixels are %d/1000000 as high as wide: too flat" % values["aspect"])


def _refuse_ways_of_keeping(values):
    cluster = values["keep"] == "cluster"
    if values["block"] == 1:
        raise ValueError('a block of one pixel is the pixel itself: give keep="all" instead')
    if values["keep"] == "all" and values["block"]:
        raise ValueError("with all pixels kept there is nothing to sum up in blocks")
    if not cluster and (values["halo"] or values["filter_width"]):
        raise ValueError('halo and filter are for keep="cluster"')
    if cluster and (values["compat_pyfai"] or values["noise_floor"]):
        raise ValueError('compat and noise_floor are for keep="outlier"')
    if cluster and values["pick"] and not 100 <= values["pick"] <= 3000:
        raise ValueError("clusters are picked at 1 to 30 sigma, not at %g"
                         % (values["pick"] / 100))


def _refuse_misfits(values):
    normalised = values["solid_angle"] or values["polarised"] or values["rot1"] or values["rot2"]
    if normalised and not _list.is_radial(values):
        raise ValueError("solid_angle, polarisation and rotations need the radial model: give the "
                         "beam centre")
    if not _list.is_radial(values) and values["bins"] % 4:
        raise ValueError("a tile edge of %d pixels is no multiple of 4" % values["bins"])
    if normalised and values["distance"] == 0:
        raise ValueError("solid_angle, polarisation and rotations need the detector distance")
