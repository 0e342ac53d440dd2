"""Merging statistics out of what dials.scale prints.

They are taken from the table by resolution bin, whose last bin is the same for every level. The
summary below it is not used: if CC1/2 suggests a lower resolution, it is given for that one.
"""
from steps import Failure

COLUMNS = {"i_over_sigma": "<I/sI>", "cc_half": "cc1/2", "r_pim": "r_pim"}
OBSERVATIONS = "#obs"


def merging_statistics(log):
    """Each of COLUMNS as [overall, outer shell]."""
    with open(log, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    headings = [i for i, words in enumerate(lines) if words[:2] == ["d_max", "d_min"]]
    if not headings:
        raise Failure("%s: no table of merging statistics; is this version of DIALS too different?" %
                      log)
    names = lines[headings[-1]]
    rows = []
    for words in lines[headings[-1] + 1:]:
        if len(words) != len(names):
            break
        rows.append(words)
    if not {OBSERVATIONS, *COLUMNS.values()} <= set(names) or \
            not is_complete([int(row[names.index(OBSERVATIONS)]) for row in rows]):
        raise Failure("%s: the table of merging statistics cannot be read" % log)
    *_, outer, overall = rows
    return {key: [number(row[names.index(name)]) for row in (overall, outer)]
            for key, name in COLUMNS.items()}


def is_complete(observations):
    """The last line is for all bins: it has as many observations as they have together."""
    return len(observations) > 1 and observations[-1] == sum(observations[:-1])


def number(text):
    """A star marks a correlation that is significant."""
    return float(text.rstrip("*"))
