"""Runs a rotation series through DIALS raw, and packed at each quality level, and compares.

Needs h5winnow (on PATH, or --h5winnow), its plugin (HDF5_PLUGIN_PATH) and DIALS. README.md has the
measures. Progress and the commands that are run go to stderr, the table to stdout.
"""
import argparse
import os
import shutil
import subprocess
import sys

import bias
import matching
import table
from merging import merging_statistics
from series import Size, check_readable, read_truth
from steps import Failure, say
from variants import LEVELS, PUBLISHED_SIGMA, Level, Published, Raw

FAILED, WRONG_USAGE, SKIPPED, INTERRUPTED = 1, 2, 77, 130


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


# ---- the command line ----------------------------------------------------------------------------


def levels(text):
    chosen = text.split(",")
    wrong = [level for level in chosen if level not in LEVELS]
    if wrong:
        raise argparse.ArgumentTypeError("no level '%s'; levels are %s" %
                                         (wrong[0], ", ".join(LEVELS)))
    return chosen


def positive(kind):
    def number(text):
        value = kind(text)
        if not value > 0:
            raise ValueError
        return value
    number.__name__ = "number above 0"
    return number


def arguments():
    parser = argparse.ArgumentParser(
        prog="experiment", description=__doc__.split("\n", maxsplit=1)[0],
        epilog="What is finished in DIR is not run again: give the same command to go on.")
    parser.add_argument("series", metavar="SERIES.h5", help="rotation series, NXmx")
    parser.add_argument("--levels", type=levels, default=list(LEVELS), metavar="LEVEL,...",
                        help="default " + ",".join(LEVELS))
    parser.add_argument("--published", action="store_true",
                        help="also the published method at 1 and 5 sigma, emulated")
    parser.add_argument("--space-group", metavar="SYMBOL",
                        help="of the crystal, as P43212; default P1")
    parser.add_argument("--d-min", type=positive(float), metavar="ANGSTROM",
                        help="integrate to this resolution; default to the corners")
    parser.add_argument("--work", metavar="DIR",
                        help="where everything is kept; default quality-SERIES here")
    parser.add_argument("--jobs", type=positive(int), default=2, metavar="N",
                        help="processes of DIALS and threads of h5winnow; default 2")
    parser.add_argument("--h5winnow", default="h5winnow", metavar="PROGRAM")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="the table as Markdown")
    form.add_argument("--json", action="store_true", help="the table as JSON")
    return parser.parse_args()


def complete(settings):
    """The settings of the steps, checked: programs, absolute names, the version of DIALS."""
    for step in ("import", "find_spots", "index", "refine", "integrate", "scale"):
        if shutil.which("dials." + step) is None:
            skip("dials.%s is not on PATH; DIALS must be set up first" % step)
    if not os.path.exists(settings.series):
        skip("%s is not there" % settings.series)
    program = shutil.which(settings.h5winnow)
    if program is None:
        raise Failure("%s: not found; give it as --h5winnow PROGRAM" % settings.h5winnow)
    stem = os.path.splitext(os.path.basename(settings.series))[0]
    settings.h5winnow = os.path.abspath(program)
    settings.series = os.path.abspath(settings.series)
    settings.work = os.path.abspath(settings.work or "quality-" + stem)
    settings.dials = subprocess.run(["dials.version"], check=True, capture_output=True,
                                    text=True).stdout.split("\n", maxsplit=1)[0]
    check_readable(settings.series)


# ---- the rows ------------------------------------------------------------------------------------


class Comparison:
    """Rows of the table, each against raw."""

    def __init__(self, settings, raw_folder):
        import results  # needs DIALS
        self.results = results
        self.size = Size(settings.series)
        self.spots = results.spots(raw_folder)
        raw = results.reflections(raw_folder)
        truth = read_truth(settings.series)
        self.has_truth = truth is not None
        self.reference = bias.reference_from_truth(raw, truth) if truth else \
            bias.reference_from_raw(raw)

    def row(self, variant, folder):
        spots = self.results.spots(folder)
        measured = self.results.reflections(folder)
        size = variant.bytes
        return {"level": variant.name,
                "bytes_per_frame": size / self.size.frames,
                "bytes_are_proxy": variant.proxy,
                "ratio_to_raw": self.size.raw / size if size else None,
                "ratio_to_input": self.size.stored / size if size and self.size.stored else None,
                "spots": len(spots),
                "recall": matching.found_again(self.spots, spots),
                "precision": matching.found_again(spots, self.spots),
                "indexed_percent": self.results.indexed_percent(folder),
                "rmsd": self.results.rmsd(folder),
                **merging_statistics(os.path.join(folder, "scale.log")),
                "bias": bias.by_class(self.reference, measured)}


def run(settings):
    """All rows that could be made, whether there is a truth, and what failed."""
    raw = Raw()
    folder = raw.run(settings)
    comparison = Comparison(settings, folder)
    rows, failures = [comparison.row(raw, folder)], []
    variants = [Level(name) for name in settings.levels]
    variants += [Published(sigma) for sigma in PUBLISHED_SIGMA if settings.published]
    for variant in variants:
        try:
            rows.append(comparison.row(variant, variant.run(settings)))
        except Failure as failure:
            failures.append(failure)
            say("experiment: %s" % failure)
    return rows, comparison.has_truth, failures


def show(settings, rows, has_truth):
    if settings.json:
        about = {"series": settings.series, "dials": settings.dials,
                 "space_group": settings.space_group, "d_min_angstrom": settings.d_min}
        print(table.as_json(rows, has_truth, about))
    else:
        print((table.as_markdown if settings.markdown else table.as_text)(rows, has_truth))


def main():
    settings = arguments()
    for variable in [name for name in os.environ if name.startswith("WINNOW_")]:
        del os.environ[variable]  # they would change what is read
    try:
        complete(settings)
        rows, has_truth, failures = run(settings)
    except Failure as failure:
        sys.exit("experiment: %s" % failure)
    except KeyboardInterrupt:
        say("experiment: interrupted; the same command goes on from here")
        sys.exit(INTERRUPTED)
    show(settings, rows, has_truth)
    for failure in failures:
        say("experiment: left out: %s" % failure)
    sys.exit(FAILED if failures else 0)


if __name__ == "__main__":
    main()
