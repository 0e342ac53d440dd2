"""From arguments in physical units to the filter's list, as h5tools/params/filter_options.c."""
import math
import numbers
import re
import warnings

from . import _list, _quality, _table
from ._placement import Placement, as_real, scale

LARGEST_SIZE = 2 ** 32 - 1

# Arguments that do not simply set their field: Placement, and functions of their own below.
COMPOSITE = ("centre", "distance", "pixel_size", "rot1", "rot2", "frame", "background", "quality",
             "solid_angle", "noise")


def options(**wanted):
    """The tuple for compression_opts, or ValueError."""
    values = _list.defaults()
    _take_fields(wanted, values)
    _take_background(wanted["background"], values)
    _take_quality(wanted, values)
    _take_frame(wanted["frame"], values)
    values["solid_angle"] = int(_as_bool("solid_angle", wanted["solid_angle"]))
    values["plain_mean"] = int(not _as_bool("noise", wanted["noise"]))
    placement = Placement(wanted)
    placement.store(values)
    if placement.has_centre and not values["model"] and not _table.is_radial(values):
        values["model"] = _table.word_value(_table.FIELDS["model"], "radial")
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


def _take_fields(wanted, values):
    """Arguments that are a number or one of some words."""
    for name, row in _table.ARGUMENTS.items():
        if name in COMPOSITE or wanted[name] is None:
            continue
        taken = _as_number if row["kind"] == "number" else _as_word
        values[row["name"]] = taken(name, row, wanted[name])
        if "in_use" in row:
            values[row["in_use"]] = 1
    if wanted["bins"] is not None and wanted["tile"] is not None:
        raise ValueError("bins and tile exclude each other: one is for rings, the other for tiles")


def _as_number(name, row, wanted):
    """A number in the unit of a parameter. If 0 stands for the default, 0 is no value."""
    value = as_real(name, wanted)
    if row["scale"] == 1 and value != math.floor(value):
        raise ValueError("%s must be a whole number, not %r" % (name, wanted))
    stored = scale(name, value, row["scale"])
    if row["lowest"] > 0 and stored <= 0:
        raise ValueError("%s is %r, which is too small" % (name, wanted))
    return stored


def _as_word(name, row, wanted):
    value = _table.word_value(row, wanted) if isinstance(wanted, str) else None
    if value is None:
        raise ValueError("%s must be %s, not %r"
                         % (name, _alternatives(_table.words(row)), wanted))
    return value


def _alternatives(words):
    return " or ".join('"%s"' % known for known in words)


def _take_background(background, values):
    if background is None:
        return
    word = re.fullmatch(r"law|blocks:([0-9]+)", background) if isinstance(background, str) else None
    if word is None or word.group(1) == "0":
        raise ValueError('background must be "law" or "blocks:2" to "blocks:8", not %r'
                         % (background,))
    values["block"] = int(word.group(1) or 0)


def _take_quality(wanted, values):
    """The parameters of a level, unless an argument sets them."""
    quality = wanted["quality"]
    if quality is None:
        return
    if quality not in _quality.NAMES:
        raise ValueError("quality must be %s, not %r" % (_alternatives(_quality.NAMES), quality))
    given = {_table.ARGUMENTS[name]["name"] for name, value in wanted.items()
             if name != "poni" and value is not None}
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
    radial = _table.is_radial(values)
    if radial and not placement.has_centre:
        raise ValueError("the radial model needs the beam centre: give centre or poni")
    if values["model"] and not radial and placement.is_known:
        raise ValueError("tiles have no use for a geometry: leave out model=\"tiles\", or the "
                         "geometry")
    if not radial and placement.is_known:
        raise ValueError("a geometry without the beam centre has no use: give centre or poni")
    if radial and wanted["tile"] is not None:
        raise ValueError("tile is for tiles: rings are numbered with bins")
    if not radial and wanted["bins"] is not None:
        raise ValueError("bins is the number of rings: give centre or poni, or use tile")


def _refuse_ranges(values):
    for row in _table.ROWS:
        if not _table.describes(row, values) or values[row["name"]] == 0:
            continue
        if not row["lowest"] <= values[row["name"]] <= row["highest"]:
            limits = [_table.in_unit(row, stored) for stored in
                      (values[row["name"]], row["lowest"], row["highest"])]
            raise ValueError("%s is %.10g, but must be in %.10g to %.10g %s"
                             % (row["title"], *limits, row["unit"]))


def _refuse_ways_of_keeping(values):
    keep = _table.value_word(_table.FIELDS["keep"], values["keep"])
    if keep == "all" and values["block"]:
        raise ValueError("with all pixels kept there is nothing to sum up in blocks")
    if keep != "cluster" and (values["halo"] or values["filter_width"]):
        raise ValueError('halo and filter are for keep="cluster"')
    if keep == "cluster" and (values["compat_pyfai"] or values["noise_floor"]):
        raise ValueError('compat and noise_floor are for keep="outlier"')


def _refuse_misfits(values):
    normalised = values["solid_angle"] or values["polarised"] or values["rot1"] or values["rot2"]
    if normalised and not _table.is_radial(values):
        raise ValueError("solid_angle, polarisation and rotations need the radial model: give the "
                         "beam centre")
    if not _table.is_radial(values) and values["bins"] % 4:
        raise ValueError("a tile edge of %d pixels is no multiple of 4" % values["bins"])
    if normalised and values["distance"] == 0:
        raise ValueError("solid_angle, polarisation and rotations need the detector distance")
