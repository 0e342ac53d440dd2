"""Quality levels: which parameters they set, and which level given parameters belong to."""
from . import _list, _table

NAMES = [level["name"] for level in _table.LEVELS]
SET = [row for row in _table.ROWS if row["group"] == "kept" and "stored" in row]


def level(name, real=False):
    """The fields that a level sets, for integers or floats."""
    chosen = _table.LEVELS[NAMES.index(name)]["floats" if real else "integers"]
    return {**dict.fromkeys((row["name"] for row in SET), 0), **chosen}


def name(values, real):
    """The level that has these values, for floats or integers; None: no level."""
    here = _effect(values, real)
    for known in NAMES:
        if here == _effect({**_list.defaults(), **level(known, real)}, real):
            return known
    return None


def _effect(values, real):
    """The parameters that decide the quality, defaults filled in, as far as they have an effect."""
    return [_table.filled_in(row, values, real) if _table.has_effect(row, values) else 0
            for row in SET]
