#!/usr/bin/env python3
"""order.py ROOT: a file includes only from its own folder and from earlier ones; the plugin and the
tool see of the core its public header alone; no units (a .c and its .h) include one another in a
circle. The order stands in tree.py."""
import sys

from tree import ORDER, files, includes, report


def rank(path):
    """Number of a file's folder in the order of its artefact; None: the artefact has no order."""
    top, *rest = path.split("/")
    if top not in ORDER:
        return None
    if len(rest) == 1:
        return len(ORDER[top])  # main.c stands above all folders
    for number, folder in enumerate(ORDER[top]):
        if rest[0] == folder or (isinstance(folder, set) and rest[0] in folder):
            return number
    return -1


def is_allowed(path, header):
    """Whether a file may include a header."""
    top, other = path.split("/")[0], header.split("/")[0]
    if top != other:
        return header == "core/include/winnow.h"
    if rank(path) is None:
        return True
    same = path.split("/")[1] == header.split("/")[1]
    return -1 not in (rank(path), rank(header)) and (same or rank(header) < rank(path))


def unit(path):
    return path.rsplit(".", 1)[0]


def circles(edges):
    """The strongly connected components of more than one unit (Tarjan, SIAM J. Comput. 1 (1972)
    146)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            at = stack.index(node)
            if len(stack) - at > 1:
                found.append("circle: " + " ".join(sorted(stack[at:])))
            del stack[at:]

    sys.setrecursionlimit(10000)
    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def main(root):
    findings, edges = [], {}
    for path in files(root, ("core", "plugin", "h5tools")):
        if rank(path) == -1:
            findings.append(f"{path}: its folder is not in the order")
        for header in includes(root, path):
            if not is_allowed(path, header):
                findings.append(f"{path}: includes {header}")
            if unit(header) != unit(path):
                edges.setdefault(unit(path), set()).add(unit(header))
    report(findings + circles(edges), "order of includes")


main(sys.argv[1])
