#!/usr/bin/env python3
"""names.py ROOT: a struct, union or enum tag is defined once in the whole tree; header guards are
spelled from the path; every .c opens with a comment; null pointers are tested as `!p` and `p`."""
import re
import sys

from tree import files, report, text

TAG = re.compile(r"^\s*(?:typedef\s+|static\s+|const\s+)*(?:struct|union|enum)\s+(\w+)\s*\{", re.M)
NULL_TEST = re.compile(r"[=!]=\s*NULL\b|\bNULL\s*[=!]=")
STRING_OR_COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/', re.S)
PREFIX = {"core": "WN", "plugin": "H5ZWINNOW", "h5tools": "H5WINNOW", "tests": "TEST",
          "testdata": "TESTDATA"}


def guard(path):
    """core/format/kept_grid.h: WN_FORMAT_KEPT_GRID_H; the public header: WINNOW_H."""
    if path == "core/include/winnow.h":
        return "WINNOW_H"
    top, rest = path.split("/", 1)
    return PREFIX[top] + "_" + re.sub(r"\W", "_", rest).upper()


def main(root):
    findings, where = [], {}
    for path in files(root):
        code = text(root, path)
        plain = STRING_OR_COMMENT.sub(" ", code)
        for tag in TAG.findall(plain):
            where.setdefault(tag, set()).add(path)
        if path.endswith(".h"):
            opened = re.search(r"^#ifndef (\w+)\n#define \1\n", code, re.M)
            if not opened or opened.group(1) != guard(path):
                findings.append(f"{path}: its guard must be {guard(path)}")
        elif not code.startswith("/*"):
            findings.append(f"{path}: opens without a comment")
        if NULL_TEST.search(plain):
            findings.append(f"{path}: compares with NULL; write !p or p")
    findings += [f"tag {tag} is defined in {', '.join(sorted(paths))}"
                 for tag, paths in sorted(where.items()) if len(paths) > 1]
    report(findings, "names")


main(sys.argv[1])
