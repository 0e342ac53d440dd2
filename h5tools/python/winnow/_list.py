"""The list of integers that HDF5 stores for the filter (cd_values): see core/include/winnow.h."""
from ._table import FIELDS, FILTER, SLOTS, VERSION

METHOD, PLACES = 1, 15
PLACES_END = 10000


def defaults():
    """All defaults."""
    return dict.fromkeys(FIELDS, 0)


def write(values):
    """The list without trailing zeros, empty if everything is at its default."""
    slots = [0] * SLOTS
    for name, row in FIELDS.items():
        place = row["stored"].get("place", 1)
        slots[row["stored"]["slot"]] += values[name] * place % 2 ** 32
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
    if slots[PLACES] >= PLACES_END:
        raise ValueError("parameter %d is %d, but has no more than four digits"
                         % (PLACES, slots[PLACES]))
    _check_method(slots[METHOD])
    return {name: _field(row, slots) for name, row in FIELDS.items()}


def _field(row, slots):
    stored = row["stored"]
    value = slots[stored["slot"]]
    if "digit" in stored:
        return value // stored["place"] % stored["digit"]
    is_signed = row["highest"] < 2 ** 31
    return value - 2 ** 32 if is_signed and value >= 2 ** 31 else value


def _check_method(method):
    digits = [row for row in FIELDS.values() if row["stored"]["slot"] == METHOD]
    for row in digits:
        digit = method // row["stored"]["place"] % 10
        if digit > row["highest"]:
            raise ValueError("the method %d has the digit %d for '%s', which goes to %d"
                             % (method, digit, row["title"], row["highest"]))
    if method >= 10 ** len(digits):
        raise ValueError("the method %d has more than %d digits" % (method, len(digits)))


def stored(dataset):
    """The list of a dataset up to the size of its frames, None if winnow is not among its filters.
    h5py before 3.16 reads 16 values only, and returns garbage after them."""
    plist = dataset.id.get_create_plist()
    for i in range(plist.get_nfilters()):
        number, _, values, _ = plist.get_filter(i)
        if number == FILTER:
            if len(values) > SLOTS:
                raise ValueError("%d parameters are too many: there are %d" % (len(values), SLOTS))
            return [value % 2 ** 32 for value in values[:PLACES + 1]]
    return None
