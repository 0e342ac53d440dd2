"""Chunks of the bitshuffle filter, as h5py writes them, decoded by h5winnow's own decoder.

Arguments: H5TOOLS_BITSHUFFLE BITSHUFFLE_FOLDER SCRATCH_FOLDER; exit status 77: skipped.
"""
import os
import struct
import subprocess
import sys

PROGRAM, PLUGINS, SCRATCH = map(os.path.abspath, sys.argv[1:4])
os.environ["HDF5_PLUGIN_PATH"] = PLUGINS
try:
    import h5py
    import numpy as np
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)
if not h5py.h5z.filter_avail(32008):
    print("skipped: bitshuffle is not installed")
    sys.exit(77)

LENGTHS = list(range(1, 301)) + [511, 512, 1000, 4095, 4096, 4097, 8192, 20003, 100001]
BLOCKS = [0, 8, 16, 128, 136, 1024, 8192, 16384, 100008]  # elements; 0: as bitshuffle likes


def chunk_of(file, data, block):
    name = "%s_%d_%d" % (data.dtype, data.size, block)
    made = file.create_dataset(name, data=data, chunks=data.shape, compression=32008,
                               compression_opts=(block, 2))
    return made.id.read_direct_chunk((0,))[1]


def write(out, data, chunk):
    out.write(struct.pack("=3Q", data.itemsize, len(chunk), data.nbytes) + chunk + data.tobytes())


os.makedirs(SCRATCH, exist_ok=True)
random = np.random.default_rng(1)
records = os.path.join(SCRATCH, "chunks")
with open(records, "wb") as out, \
        h5py.File("none.h5", "w", driver="core", backing_store=False) as hdf5:
    for kind in ("u1", "u2", "u4", "u8", ">u2", ">f4", ">f8"):
        for length in LENGTHS:
            counts = random.poisson(3, length).astype(kind)
            blocks = BLOCKS if length % 50 == 0 or length > 300 else BLOCKS[length % 4:][:1]
            for size in blocks:
                write(out, counts, chunk_of(hdf5, counts, size))
        noise = np.frombuffer(random.bytes(9001 * counts.itemsize), kind)
        write(out, noise, chunk_of(hdf5, noise, 0))
        nothing = counts[:0]
        write(out, nothing, struct.pack(">QI", 0, 8 * counts.itemsize))
done = subprocess.run([PROGRAM, records], check=False, timeout=250)
os.unlink(records)
sys.exit(done.returncode)
