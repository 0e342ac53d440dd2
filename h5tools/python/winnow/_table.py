"""The table of parameters and quality levels of the library (core/params/param_table.c), as
`h5winnow params --table` prints it: parameters.json. Values of parameters are dictionaries with a
whole number for every field, as they are stored; 0 is the default."""
import json
import os

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "parameters.json"),
          encoding="utf-8") as _file:
    _TABLE = json.load(_file)

FILTER = _TABLE["filter"]
VERSION = _TABLE["version"]
SLOTS = _TABLE["slots"]
ROWS = _TABLE["parameters"]
LEVELS = _TABLE["quality"]  # best first
WORDS_OF_CONDITIONS = _TABLE["conditions"]

# One row for each field, and for each argument of Winnow().
FIELDS = {row["name"]: row for row in reversed(ROWS) if "stored" in row}
ARGUMENTS = {row["option"][2:].replace("-", "_"): row for row in reversed(ROWS) if "option" in row}


def word_value(row, word):
    """The value of a word; None: it is not among the choices."""
    for choice in row["choices"]:
        if choice["word"] == word:
            return choice["value"]
    return None


def value_word(row, value):
    """The word for a value; None: it has none."""
    for choice in row.get("choices", ()):
        if choice["value"] == value:
            return choice["word"]
    return None


def words(row):
    return [choice["word"] for choice in row["choices"]]


_RADIAL = word_value(FIELDS["model"], "radial")
_OUTLIER, _CLUSTER, _ALL = (word_value(FIELDS["keep"], word)
                            for word in ("outlier", "cluster", "all"))


def is_radial(values):
    """Whether these values lead to the radial model."""
    if values["model"]:
        return values["model"] == _RADIAL
    return values["centre_x"] != 0 or values["centre_y"] != 0


_CONDITIONS = {
    "always": lambda values: True,
    "radial": is_radial,
    "tiles": lambda values: not is_radial(values),
    "picked": lambda values: values["keep"] != _ALL,
    "outliers": lambda values: values["keep"] in (0, _OUTLIER),
    "clusters": lambda values: values["keep"] == _CLUSTER,
    "no clusters": lambda values: values["keep"] != _CLUSTER,
    "blocks": lambda values: values["block"] != 0,
    "no blocks": lambda values: values["block"] == 0,
}


def describes(row, values):
    """Whether a row is what a field means, given the others."""
    return "stored" in row and _CONDITIONS[row["meaning"]](values)


def has_effect(row, values):
    return describes(row, values) and _CONDITIONS[row["effect"]](values)


def filled_in(row, values, real):
    """The value of a field with its default filled in, for floats or integers."""
    standard = row.get("default_of_floats", row["default"]) if real else row["default"]
    return values[row["name"]] or standard


def in_unit(row, stored):
    """A stored number in the unit of the parameter."""
    return stored if row["scale"] == 1 else stored / row["scale"]
