"""The detector geometry, computed as in h5tools/geometry/placement.c.

Conventions are those of PONI files: index 1 is y (rows, slow), 2 is x (columns, fast).
"""
import math
import numbers

from . import _table
from ._poni import read_poni

UM_PER_MM = 1000.0


def as_real(name, value):
    """A finite number as float, or ValueError."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise ValueError("%s must be a number, not %r" % (name, value))
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("%s must be finite, not %r" % (name, value))
    return number


def scale(name, value, per_unit):
    """The nearest whole number of units, halves away from zero, or ValueError if it needs more than
    32 bits."""
    product = value * per_unit
    if math.isfinite(product):
        nearest = math.floor(abs(product))
        nearest += abs(product) - nearest >= 0.5
        nearest = -nearest if product < 0 else nearest
        if -2 ** 31 <= nearest < 2 ** 31:
            return int(nearest)
    raise ValueError("%s: a value is too large for the filter's parameters: check its unit" % name)


def _as_pair(name, value):
    try:
        first, second = value
    except (TypeError, ValueError):
        raise ValueError("%s must be two numbers, not %r" % (name, value)) from None
    return as_real(name, first), as_real(name, second)


def _arguments(wanted):
    """The arguments in mm, micrometre, pixel and radian."""
    at = {}
    if wanted["centre"] is not None:
        at["centre_x"], at["centre_y"] = _as_pair("centre", wanted["centre"])
    if wanted["pixel_size"] is not None:
        size = wanted["pixel_size"]
        pair = (size, size) if isinstance(size, numbers.Real) else size
        at["pixel_x"], at["pixel_y"] = _as_pair("pixel_size", pair)
    for name in ("distance", "rot1", "rot2"):
        if wanted[name] is not None:
            at[name] = as_real(name, wanted[name])
    for name in ("pixel_x", "pixel_y", "distance"):
        if at.get(name, 1) <= 0:
            raise ValueError("%s must be above 0" % name.replace("_x", "_size").replace("_y",
                                                                                       "_size"))
    return at


class Placement:
    """What is known of the geometry."""

    def __init__(self, wanted):
        self._at = _arguments(wanted)
        if wanted["poni"] is not None:
            for name, value in read_poni(wanted["poni"]).items():
                self._at.setdefault(name, value)
        if "centre_x" not in self._at and "poni_x" in self._at:
            self._find_centre()

    @property
    def is_known(self):
        return bool(self._at)

    @property
    def has_centre(self):
        return "centre_x" in self._at

    @property
    def is_turned(self):
        """Whether Rot3 rotates the polarisation away from the rows and columns of the frame."""
        return abs(math.sin(self._at.get("rot3", 0))) > 1e-3

    def _find_centre(self):
        """The beam centre from the point of normal incidence."""
        at = self._at
        if "pixel_x" not in at:
            raise ValueError("the size of the pixels is not in the PONI file: give pixel_size")
        rot1, rot2 = at.get("rot1", 0.0), at.get("rot2", 0.0)
        x = at["poni_x"] - at["distance"] * math.tan(rot1)
        y = at["poni_y"] + at["distance"] * math.tan(rot2) / math.cos(rot1)
        at["centre_x"] = x * UM_PER_MM / at["pixel_x"] - 0.5
        at["centre_y"] = y * UM_PER_MM / at["pixel_y"] - 0.5

    def store(self, values):
        """Write the geometry to the parameters, rounded to their units."""
        at = self._at
        if "distance" in at and "pixel_x" not in at:
            raise ValueError("a distance needs the size of the pixels: give pixel_size")
        for name in ("centre_x", "centre_y"):
            if name in at:
                values[name] = _stored("centre", name, at[name])
        if "distance" in at:
            values["distance"] = _stored("distance", "distance",
                                         at["distance"] * UM_PER_MM / at["pixel_x"])
        if "pixel_x" in at and at["pixel_x"] != at["pixel_y"]:
            aspect = _stored("pixel_size", "aspect", at["pixel_y"] / at["pixel_x"])
            values["aspect"] = 0 if aspect == _table.FIELDS["aspect"]["scale"] else aspect
        for name in ("rot1", "rot2"):
            if name in at:
                values[name] = _stored(name, name, at[name])


def _stored(argument, field, value):
    """A value in the unit of a field, as it is stored."""
    return scale(argument, value, _table.FIELDS[field]["scale"])
