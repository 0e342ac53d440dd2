"""The rows of the experiment as one table: a column for each level, a line for each measure."""
import json

from bias import EDGES

NOTES = {
    "proxy": "* bytes of an emulation, as zlib makes them: not those of a file that exists",
    "truth": "I / true I: sum of the profile-fitted intensities over sum of the true ones, by "
             "true I/sigma",
    "raw": "I / raw I: sum of the profile-fitted intensities over that of raw, by raw I/sigma. "
           "WARNING: these\nclasses are selected on noise (a class of weak reflections holds those "
           "that noise made weak), so\nthat 1.00 is not what a perfect method gets; compare levels "
           "with each other only",
}


def class_name(low, high):
    return "> %g" % low if high == float("inf") else "%g-%g" % (low, high)


def lines(rows, has_truth):
    """The table as lists of text, the names of the levels first."""
    def line(name, form, value):
        return [name] + ["-" if value(row) is None else form % value(row) for row in rows]

    def size(row):
        return ("%.0f*" if row["bytes_are_proxy"] else "%.0f") % row["bytes_per_frame"]

    made = [line("", "%s", lambda r: r["level"]),
            line("bytes per frame", "%s", size),
            line("raw / these bytes", "%.1f", lambda r: r["ratio_to_raw"]),
            line("stored in input / these", "%.2f", lambda r: r["ratio_to_input"]),
            line("spots", "%d", lambda r: r["spots"]),
            line("spots: recall", "%.3f", lambda r: r["recall"]),
            line("spots: precision", "%.3f", lambda r: r["precision"]),
            line("indexed, %", "%.1f", lambda r: r["indexed_percent"])]
    for i, axis in enumerate(("x, pixels", "y, pixels", "z, frames")):
        made.append(line("rmsd " + axis, "%.3f", lambda r, i=i: r["rmsd"][i]))
    for name, key, form in (("I/sigma", "i_over_sigma", "%.1f"), ("CC1/2", "cc_half", "%.3f"),
                            ("Rpim", "r_pim", "%.3f")):
        for i, shell in enumerate(("overall", "outer shell")):
            made.append(line("%s %s" % (name, shell), form, lambda r, k=key, i=i: r[k][i]))
    against = "true" if has_truth else "raw"
    for i, (low, high) in enumerate(zip(EDGES[:-1], EDGES[1:])):
        made.append(line("I / %s I, at %s sigma" % (against, class_name(low, high)), "%.2f",
                         lambda r, i=i: r["bias"][i]["ratio"]))
    return made


def notes(rows, has_truth):
    said = [NOTES["truth" if has_truth else "raw"]]
    if any(row["bytes_are_proxy"] for row in rows):
        said.append(NOTES["proxy"])
    return said


def as_text(rows, has_truth):
    made = lines(rows, has_truth)
    widths = [max(len(cell) for cell in column) for column in zip(*made)]
    text = ["  ".join([cells[0].ljust(widths[0])] +
                      [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:])]).rstrip()
            for cells in made]
    return "\n".join(text + [""] + notes(rows, has_truth))


def as_markdown(rows, has_truth):
    made = lines(rows, has_truth)
    text = ["| " + " | ".join(cells) + " |" for cells in made]
    text.insert(1, "| --- |" + " ---: |" * len(rows))
    # Markdown would take the asterisk of a proxy for emphasis.
    return "\n".join(text + [""] + notes(rows, has_truth)).replace("*", "\\*")


def as_json(rows, has_truth, about):
    return json.dumps({**about, "has_truth": has_truth, "rows": rows}, indent=1)
