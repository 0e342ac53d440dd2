"""Stored parameters in physical units, named as `h5winnow info --json` names them."""
from . import _list, _quality, _table


def explain(slots, dataset):
    """The meaning of a stored list for a dataset."""
    values = _list.read(slots)
    real = dataset.dtype.kind == "f"
    said = {}
    for row in _table.ROWS:
        if row["name"] == "quality":
            said[row["key"]] = _quality.name(values, real)
        elif "key" in row and _table.has_effect(row, values):
            said[row["key"]] = _explain(row, values, real, dataset)
    return said


def _explain(row, values, real, dataset):
    if row["name"] in _SPECIAL:
        return _SPECIAL[row["name"]](values, dataset)
    if row["kind"] == "choice":
        return _table.value_word(row, _table.filled_in(row, values, real))
    if row["kind"] == "switch":
        return bool(values[row["name"]])
    if not values[row.get("in_use", row["name"])] and "default_json" in row:
        return row["default_json"]
    return _table.in_unit(row, _table.filled_in(row, values, real))


def _model(values, _):
    return "radial" if _table.is_radial(values) else "tiles"


def _centre(values, _):
    return [_table.in_unit(_table.FIELDS[name], values[name]) for name in ("centre_x", "centre_y")]


def _background(values, _):
    return "blocks:%d" % values["block"] if values["block"] else "law"


def _noise(values, _):
    return not values["plain_mean"]


def _frame(_, dataset):
    """Width and height of a frame: the filter stores those of a chunk."""
    if dataset.chunks is None or len(dataset.chunks) < 3:
        return None
    return [dataset.chunks[-1], dataset.chunks[-2]]


# Fields that are not shown as what they are stored as.
_SPECIAL = {"model": _model, "centre_x": _centre, "block": _background, "plain_mean": _noise,
            "width": _frame}
