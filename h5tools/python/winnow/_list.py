"""The list of integers that HDF5 stores for the filter (cd_values): see core/winnow.h."""

FILTER = 47000
VERSION = 1
SLOTS = 20

# Numbers in their stored units, by slot.
FIELDS = {2: "centre_x", 3: "centre_y", 4: "pick", 5: "noise_floor", 6: "bins", 7: "clip",
          8: "cycles", 9: "distance", 10: "aspect", 11: "rot1", 12: "rot2", 13: "polarisation",
          14: "dummy"}
PLACES = 15
SIZES = {16: "width", 17: "height"}

# Decimal digits of slot 1, from the right, and what each of their values stands for.
DIGITS = [("model", (None, "radial", "tiles")),
          ("error_model", (None, "poisson", "azimuthal", "hybrid")),
          ("keep", (None, "outlier", "cluster", "all")),
          ("plain_mean", (False, True)),
          ("compat_pyfai", (False, True)),
          ("solid_angle", (False, True)),
          ("polarised", (False, True)),
          ("has_dummy", (False, True))]

# Decimal digits of slot PLACES, from the right: by what each number is multiplied there.
IN_PLACES = {"block": 1, "halo": 10, "filter_width": 100}
PLACES_END = 10000


def defaults():
    """All defaults: None or False for words, 0 for numbers."""
    values = {name: meanings[0] for name, meanings in DIGITS}
    values.update({name: 0 for slots in (FIELDS, SIZES) for name in slots.values()})
    values.update(dict.fromkeys(IN_PLACES, 0))
    return values


def is_radial(values):
    """The background model that these values lead to."""
    if values["model"] is not None:
        return values["model"] == "radial"
    return values["centre_x"] != 0 or values["centre_y"] != 0


def write(values):
    """The list without trailing zeros, empty if everything is at its default."""
    slots = [0] * SLOTS
    for place, (name, meanings) in enumerate(DIGITS):
        slots[1] += 10 ** place * meanings.index(values[name])
    for slot, name in list(FIELDS.items()) + list(SIZES.items()):
        slots[slot] = values[name] % 2 ** 32
    slots[PLACES] = sum(factor * values[name] for name, factor in IN_PLACES.items())
    while slots and slots[-1] == 0:
        slots.pop()
    if slots:
        slots[0] = VERSION
    return tuple(slots)


def read(slots):
    """The values of a list, or ValueError."""
    slots = list(slots) + [0] * (SLOTS - len(slots))
    if slots[0] > VERSION:
        raise ValueError("the parameters were written by a newer version of winnow: update it")
    values = _read_method(slots[1])
    values.update(_read_places(slots[PLACES]))
    for slot, name in FIELDS.items():
        values[name] = slots[slot] - (2 ** 32 if slots[slot] >= 2 ** 31 else 0)
    for slot, name in SIZES.items():
        values[name] = slots[slot]
    return values


def _read_method(method):
    values = {}
    rest = method
    for name, meanings in DIGITS:
        rest, digit = divmod(rest, 10)
        if digit >= len(meanings):
            raise ValueError("the method %d has the digit %d for '%s', which goes to %d"
                             % (method, digit, name, len(meanings) - 1))
        values[name] = meanings[digit]
    if rest:
        raise ValueError("the method %d has more than %d digits" % (method, len(DIGITS)))
    return values


def _read_places(places):
    if places >= PLACES_END:
        raise ValueError("parameter %d is %d, but has no more than four digits" % (PLACES, places))
    return {"block": places % 10, "halo": places // 10 % 10, "filter_width": places // 100}


def stored(dataset):
    """The list of a dataset up to the size of its frames, None if winnow is not among its filters.
    h5py before 3.16 reads no more than 16 values, and makes up those behind."""
    plist = dataset.id.get_create_plist()
    for i in range(plist.get_nfilters()):
        number, _, values, _ = plist.get_filter(i)
        if number == FILTER:
            if len(values) > SLOTS:
                raise ValueError("%d parameters are too many: there are %d" % (len(values), SLOTS))
            return [value % 2 ** 32 for value in values[:PLACES + 1]]
    return None
