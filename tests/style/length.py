#!/usr/bin/env python3
"""length.py ROOT: no source file has more than 500 lines, but those that long_files.txt names with a
reason; and what stands there is still that long."""
import os
import sys

from tree import CODE, files, report, text

LINES_MAX = 500


def main(root):
    listed = {}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "long_files.txt"),
              encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                path, _, reason = line.strip().partition(" ")
                listed[path] = reason
    findings = [f"long_files.txt: {path} has no reason" for path, why in listed.items() if not why]
    for path in files(root, CODE, (".c", ".h", ".cl", ".py", ".sh")):
        lines = text(root, path).count("\n")
        if lines > LINES_MAX and path not in listed:
            findings.append(f"{path}: {lines} lines, more than {LINES_MAX}")
        if lines <= LINES_MAX and path in listed:
            findings.append(f"long_files.txt: {path} has only {lines} lines")
    report(findings, "lengths of files")


main(sys.argv[1])
