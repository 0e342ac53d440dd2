#!/usr/bin/env python3
"""Fingerprints of everything that a build of winnow writes, to compare two builds byte for byte.

    byte_identity.py BUILD DATA FOLDER >fingerprints.txt
    diff before.txt after.txt

BUILD has bin/ and plugin/; DATA is a folder of detector frames (eiger4m/, real/, rotation/), or
"-" for the made series alone; FOLDER is for scratch files. One line for each result: SHA-256, then
what it is of. Hashed are the stored chunks of every dataset that `pack` writes at five quality
levels and two cut-offs of the published rule, with the geometry of the file, with tiles and with a
beam centre; the frames that `unpack` restores; tables of spots by every method, in every format;
`export`; and what `info` and `stats` print. Dates and file names are left out.
"""
import hashlib
import os
import subprocess
import sys

import h5py
import numpy as np

LEVELS = [["--quality", level] for level in
          ("lossless", "transparent", "high", "compact", "hits")]
LEVELS += [["--keep", "outlier", "--pick", pick] for pick in ("1", "3")]
GEOMETRIES = {"file": [], "tiles": ["--model", "tiles"], "centre": ["--centre", "500.25,480.5"]}
METHODS = {"ring": [], "dispersion": ["--method", "dispersion"],
           "extended": ["--method", "dispersion-extended"],
           "extended-3.12": ["--method", "dispersion-extended", "--dials", "3.12"],
           "peakfinder8": ["--method", "peakfinder8", "--threshold", "20",
                           "--centre", "500.25,480.5"],
           "pyfai": ["--compat", "pyfai", "--centre", "500.25,480.5"]}
FORMATS = ("h5", "refl", "csv", "tsv", "XDS", "cxi", "dials")
VOLATILE = ("date", "start_time", "end_time", "file_time", "file_name", "HDF5_Version")


def run(tool, *arguments):
    done = subprocess.run([tool, *map(str, arguments)], capture_output=True, check=False)
    if done.returncode not in (0, 1):
        return f"status {done.returncode}: ".encode() + done.stderr[-300:]
    return done.stdout


def digest(*parts):
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part if isinstance(part, (bytes, bytearray)) else repr(part).encode())
    return sha.hexdigest()


def plain(value):
    """Numbers and texts as something whose bytes or repr() say all of it."""
    array = np.asarray(value)
    return array.tolist() if array.dtype.hasobject else (str(array.dtype), array.tobytes())


def attributes(node):
    return [(name, plain(value)) for name, value in sorted(node.attrs.items())
            if name not in VOLATILE]


def chunks(dataset):
    """The stored bytes of a dataset, chunk by chunk."""
    sha = hashlib.sha256()
    for i in range(dataset.id.get_num_chunks()):
        offset = dataset.id.get_chunk_info(i).chunk_offset
        mask, stored = dataset.id.read_direct_chunk(offset)
        sha.update(repr((offset, mask)).encode())
        sha.update(stored)
    return sha.hexdigest()


def values(dataset):
    return digest(dataset.shape, plain(dataset[()]), attributes(dataset))


def hdf5(path, label, stored):
    """A line for each dataset of a file."""
    with h5py.File(path, "r") as file:
        names = []
        file.visit(names.append)
        for name in sorted(names):
            link = file.get(name, getlink=True)
            if isinstance(link, h5py.SoftLink) or name.rsplit("/", 1)[-1] in VOLATILE:
                continue
            node = file[name]
            if isinstance(node, h5py.Group):
                print(digest(attributes(node)), label, name, "attributes")
            elif stored and node.chunks:
                print(chunks(node), label, name, "chunks", node.id.get_num_chunks())
            else:
                print(values(node), label, name, "values")


class Files:
    """What is compared, in a scratch folder."""

    def __init__(self, build, data, folder):
        self.tool = os.path.join(build, "bin", "h5winnow")
        self.folder = folder
        os.makedirs(folder, exist_ok=True)
        self.series = [(name, path, []) for name, path in self.made(build)]
        if data != "-":
            self.series += self.measured(data)

    def made(self, build):
        make = os.path.join(build, "bin", "make_series")
        for name, options in {"made": [], "faint": ["--level", "0.03", "--seed", "7"],
                              "small": ["--size", "200x150", "--frames", "4"],
                              "eiger_master": ["--layout", "eiger", "--frames", "3"]}.items():
            path = os.path.join(self.folder, name + ".h5")
            subprocess.run([make, *options, path], check=True, capture_output=True)
            yield name, path

    @staticmethod
    def measured(data):
        some = {"rotation/lyso_a.h5": ["--frames", "0:100:10"],
                "real/timepix_rocking_201frames.h5": ["--frames", "80:120:4"]}
        names = ["eiger4m/main_master.h5", "eiger4m/low_master.h5", "rotation/lyso_a.h5"]
        names += [f"real/{name}" for name in sorted(os.listdir(os.path.join(data, "real")))
                  if name.endswith(".h5")]
        return [(name, os.path.join(data, name), some.get(name, [])) for name in names]

    def path(self, name):
        path = os.path.join(self.folder, name)
        if os.path.exists(path):
            os.remove(path)
        return path

    def packed(self, name, source, frames):
        """Packs at every level; leaves the transparent one behind."""
        for where, geometry in GEOMETRIES.items():
            for level in LEVELS:
                label = f"{name} {where} {level[-1]}"
                output = self.path("packed.h5")
                said = run(self.tool, "pack", *geometry, *level, *frames, source, output)
                if not os.path.exists(output):
                    print(digest(said), label, said.decode(errors="replace").strip()[:90])
                    continue
                hdf5(output, "pack " + label, stored=True)
                print(digest(run(self.tool, "info", output).replace(output.encode(), b"")),
                      "info", label)
                if where == "file":
                    self.restored(output, label)
                    self.exported(output, label)

    def restored(self, packed, label):
        output = self.path("unpacked.h5")
        run(self.tool, "unpack", "--filter", "none", packed, output)
        if os.path.exists(output):
            hdf5(output, "unpack " + label, stored=False)

    def exported(self, packed, label):
        output = self.path("exported.h5")
        said = run(self.tool, "export", packed, output)
        if os.path.exists(output):
            hdf5(output, "export " + label, stored=False)
        else:
            print(digest(said.replace(packed.encode(), b"")), "export", label)

    def found(self, name, source, frames):
        """Tables by every method, in every format; the first one also converted."""
        for method, options in METHODS.items():
            for suffix in FORMATS if method in ("ring", "dispersion") else ("h5", "csv"):
                output = self.path("spots." + suffix)
                form = ["--format", "dials-hdf5"] if suffix == "dials" else []
                said = run(self.tool, "spots", *form, *options, *frames, source, output)
                label = f"spots {name} {method} {suffix}"
                if not os.path.exists(output):
                    print(digest(said.replace(source.encode(), b"")), label)
                elif suffix in ("h5", "cxi", "dials"):
                    hdf5(output, label, stored=False)
                    if suffix == "h5":
                        print(digest(run(self.tool, "stats", output)), "stats", label)
                else:
                    with open(output, "rb") as file:
                        print(digest(file.read()), label)

    def all(self):
        for name, source, frames in self.series:
            self.packed(name, source, frames)
            self.found(name, source, frames)
            packed = self.path("transparent.h5")
            run(self.tool, "pack", *frames, source, packed)
            if os.path.exists(packed):
                self.found(name + " packed", packed, [])
            sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    os.environ.pop("HDF5_PLUGIN_PATH", None)
    Files(*sys.argv[1:]).all()
