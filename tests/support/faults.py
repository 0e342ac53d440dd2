"""Shared by the tests of faults: inputs, and checks that files are unchanged; see packing.py."""
import contextlib
import hashlib
import os

from packing import check


def checksum(name):
    with open(name, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def nothing_left(name):
    for left in (name, name + ".partial"):
        check(not os.path.lexists(left), left + " is there")


@contextlib.contextmanager
def untouched(*names):
    before = [checksum(name) for name in names]
    yield
    check([checksum(name) for name in names] == before, "%s has changed" % (names,))
