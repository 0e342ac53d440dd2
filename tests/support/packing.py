"""Shared by the tests of pack, unpack and check: running them, and comparing files.

The first arguments of every such script are
    H5WINNOW PLUGIN_FOLDER BITSHUFFLE_FOLDER MAKE_SERIES SHARED_DATA SCRATCH_FOLDER
"""
import faulthandler
import json
import os
import shutil
import subprocess
import sys

import hosts as host
from hosts import check

if len(sys.argv) != 7:
    sys.exit(__doc__)
faulthandler.enable()
H5WINNOW, PLUGIN, BITSHUFFLE, MAKE_SERIES, SHARED, SCRATCH = map(os.path.abspath, sys.argv[1:])
for variable in list(os.environ):
    if variable.startswith("WINNOW_"):
        del os.environ[variable]
os.environ["HDF5_PLUGIN_PATH"] = PLUGIN + ":" + BITSHUFFLE
h5py, np = host.need_h5py()
import compare_trees as compare  # noqa: E402

DONE, FINDING, WRONG_USAGE, BAD_INPUT, IO_FAILURE, INTERRUPTED = 0, 1, 2, 3, 4, 130
BITSHUFFLE_LZ4 = {"compression": 32008, "compression_opts": (0, 2)}
HAS_BITSHUFFLE = h5py.h5z.filter_avail(32008)
IMAGE = "/entry/data/data"

shutil.rmtree(SCRATCH, ignore_errors=True)
os.makedirs(SCRATCH)
os.chdir(SCRATCH)


class Run:
    """The outcome of h5winnow, run in the scratch folder."""

    def __init__(self, *arguments, status=DONE, program=H5WINNOW, notes=False, **more):
        self.line = " ".join(map(str, arguments))
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, check=False,
                              timeout=250, **more)
        self.says = done.stderr.decode(errors="replace")
        self.prints = done.stdout.decode(errors="replace")
        check(done.returncode == status, "%s: exit status %d, not %d: %s" %
              (self.line, done.returncode, status, self.says[-2000:]))
        check((status == DONE) == (self.says == "") or notes or "no geometry" in self.says or
              "--centre" in self.says, "%s: says '%s'" % (self.line, self.says))

    def shows(self, *texts):
        for text in texts:
            check(text in self.says, "%s: does not say '%s', but '%s'" %
                  (self.line, text, self.says))
        return self

    def json(self):
        return json.loads(self.prints)


def filters():
    """Those of unpack that are installed."""
    return ["none", "gzip"] + ["bitshuffle-lz4"] * HAS_BITSHUFFLE + \
        ["blosc-zstd"] * bool(h5py.h5z.filter_avail(32001))


class Packed(compare.Comparison):
    """A file and its copy in which only `images` have changed, and only in how they are stored."""

    def __init__(self, old, new, images=(IMAGE,), exact=False, **more):
        self.images = set(images)
        self.exact = exact
        self.seen = set()
        with h5py.File(old, "r") as file:
            found = [file[path] for path in self.images]
            self.identities = {compare.identity(image.id.id) for image in found}
        super().__init__(old, new, **more)
        check(self.seen == self.identities, "not all images were met")

    def is_taken(self, group, name, info):
        if info.type != h5py.h5l.TYPE_HARD:
            return False
        found = h5py.h5o.open(group, name)
        return compare.identity(found.id) in self.identities

    def dataset(self, path, old, new):
        image = compare.identity(old.id) in self.identities
        self.same_type(path, old.get_type(), new.get_type(), image)
        self.same_space(path, old.get_space(), new.get_space())
        if image:
            self.seen.add(compare.identity(old.id))
            one, other = old.get_create_plist(), new.get_create_plist()
            self.same(path, "fill value", compare.fill_value(one, old),
                      compare.fill_value(other, new))
        else:
            self.storage(path, old, new, old.get_create_plist().get_external_count() > 0)
        if not image or self.exact:
            self.value(path, old.get_type(), old, new,
                       lambda i: lambda t, memory: compare.H5Dread(i.id, t, 0, 0, 0, memory))


def read(name, path=IMAGE):
    with h5py.File(name, "r") as file:
        return file[path][()]


def chunks(name, path=IMAGE):
    """All chunks of a dataset as they are stored, by their offset."""
    with h5py.File(name, "r") as file:
        found = file[path].id
        infos = [found.get_chunk_info(i) for i in range(found.get_num_chunks())]
        return {i.chunk_offset: found.read_direct_chunk(i.chunk_offset)[1] for i in infos}


def damage(name, at, how=b"\xff"):
    """Changes bytes of a file."""
    with open(name, "r+b") as file:
        file.seek(at)
        old = file.read(len(how))
        file.seek(at)
        file.write(bytes(a ^ b for a, b in zip(old, how)))
