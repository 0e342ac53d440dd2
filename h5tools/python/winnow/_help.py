"""The arguments of Winnow() in words, from the table of parameters."""
import textwrap

from . import _table

GROUPS = (("Where the detector stands", ("place", "frame")), ("Background", ("background",)),
          ("What is kept, and how it is restored", ("kept", "restored")))

# The form of arguments that are neither a number nor a word.
FORMS = {"centre": "(x, y): ", "pixel_size": "of a square pixel, or (width, height): ",
         "frame": "(width, height): ", "solid_angle": "True: ", "noise": "True or False: ",
         "background": '"law", or "blocks:2" to "blocks:8": ', "compat": '"pyfai": '}

PONI = ("path of a PONI file, from which all of these are read; the other arguments replace what it "
        "says. OSError if it cannot be read")


def arguments():
    """A paragraph for each group of arguments."""
    return "\n\n".join(_group(title, names) for title, names in GROUPS)


def _group(title, names):
    lines = ["    %s:" % title]
    known = dict(reversed(list(_table.ARGUMENTS.items())))
    for name, row in known.items():
        if row["group"] in names:
            lines += _wrapped(name, FORMS.get(name, "") + _text(name, row))
            lines += _wrapped("poni", PONI) if name == "rot2" else []
    return "\n".join(lines)


def _text(name, row):
    text = row["help"]
    if row["kind"] == "quality":
        return text + ": " + _listed((level["name"], level["help"]) for level in _table.LEVELS)
    if row["kind"] == "choice" and "help" in row["choices"][0]:
        text += ": " + _listed((choice["word"], choice["help"]) for choice in row["choices"])
    standard = _default(name, row)
    return text + ("; default " + standard if standard else "")


def _listed(items):
    return "; ".join('"%s", %s' % item for item in items)


def _default(name, row):
    """The default of an argument, which may depend on other parameters."""
    if row["group"] in ("place", "frame") or "in_use" in row or row["kind"] == "switch":
        return None
    if name == "noise":
        return "True"
    rows = [other for other in _table.ROWS if other.get("option") == row["option"]]
    if len(rows) == 1:
        return _default_of(row)
    return ", ".join("%s %s" % (_default_of(other), _table.WORDS_OF_CONDITIONS[other["meaning"]])
                     for other in rows)


def _default_of(row):
    text = row.get("default_text") or _table.value_word(row, row["default"])
    return text or "%.10g" % _table.in_unit(row, row["default"])


def _wrapped(name, text):
    return textwrap.wrap("%-14s %s" % (name, text), 96, initial_indent=6 * " ",
                         subsequent_indent=21 * " ")
