"""What the checks of this folder share: the files of a source tree, and how a finding is reported."""
import os
import re
import sys

# Folders in the order of the route of the data (core/ARCHITECTURE.md): a file includes only from
# its own folder and from earlier ones. Folders in one set stand side by side.
ORDER = {
    "core": ["include", "common", "params", "stats", "image", "frame", "geometry",
             {"background", "analysis"}, "format", "pick", {"encode", "decode"}, "spots",
             "linking", "engine"],
    "h5tools": ["base", "parallel", "hdf5", "geometry", "nexus", "params", "input", "copy",
                "output", "plot", "spots", "inspect", "pack", "tune", "stats", "doctor", "verbs"],
}
CODE = ("core", "plugin", "h5tools", "tests", "testdata")
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
SKIPPED = ("build", "__pycache__", "golden", "egg-info")


def files(root, tops=CODE, suffixes=(".c", ".h")):
    """Paths from the root, in a fixed order."""
    for top in tops:
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders[:] = sorted(f for f in folders if not f.startswith(SKIPPED))
            for name in sorted(names):
                if name.endswith(suffixes):
                    yield os.path.relpath(os.path.join(folder, name), root)


def text(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def includes(root, path):
    """The headers of the project that a file includes, as paths from the root."""
    top = path.split("/")[0]
    places = [os.path.dirname(path), top, "core/include", "core", "h5tools", "tests", "testdata"]
    for name in INCLUDE.findall(text(root, path)):
        for place in places:
            candidate = os.path.normpath(os.path.join(place, name))
            if os.path.exists(os.path.join(root, candidate)):
                yield candidate
                break


def report(findings, what):
    """Prints findings and ends the program: 1 if there are any."""
    for finding in findings:
        print(finding)
    print(f"{what}: {len(findings)} findings")
    sys.exit(1 if findings else 0)
