"""Chunks of the filters deflate (gzip) and shuffle, restored by h5winnow's own decoder and by h5py.

Arguments: H5TOOLS_DEFLATE SCRATCH_FOLDER; exit status 77: skipped.
"""
import os
import struct
import subprocess
import sys
import zlib

PROGRAM, SCRATCH = map(os.path.abspath, sys.argv[1:3])
try:
    import h5py
    import numpy as np
except ImportError as missing:
    print("skipped: %s" % missing)
    sys.exit(77)

FILE, PIXELS = "deflate.h5", "pixels"
TYPES = ["u1", "<u2", "<u4", "<u8", "<i2", "<i4", "<f4", "<f8", ">u2", ">i4", ">f4", ">f8"]
SHAPE = (5, 7, 11)  # 77 pixels: no vector is full at the end
DAMAGED = "its chunk is damaged (deflate)"
WRONG_SIZE = "its chunk has not the size of a frame"
SKIP_SHUFFLE, SKIP_DEFLATE = 1, 2
random = np.random.default_rng(1)
tried = 0


def check(condition, message):
    if not condition:
        sys.exit("FAILED: " + message)


def counts(dtype, shape=SHAPE):
    """Counts and a few pixels of any bits, so that every byte of the elements is tried."""
    data = random.poisson(3, shape).astype(dtype)
    flat = data.reshape(-1)
    for at in range(0, flat.size, 13):
        flat[at] = np.frombuffer(random.bytes(8), dtype)[0]
    return data


def shuffled(data):
    return data.reshape(-1, 1).view("u1").T.tobytes()


def write(data, masks=None, stored=None, **properties):
    """A dataset with `data`, or with the given chunks in place of its own."""
    with h5py.File(FILE, "w") as file:
        made = file.create_dataset("data", data.shape, data.dtype,
                                   **{"chunks": (1,) + data.shape[1:], **properties})
        if stored is None:
            made[...] = data
            return
        for i, chunk in enumerate(stored):
            made.id.write_direct_chunk((i,) + (0,) * (data.ndim - 1), chunk,
                                       filter_mask=masks[i] if masks else 0)


def restore(data, threads=3):
    """Whether the frames are decoded by winnow, what it says about each, and their pixels."""
    global tried
    done = subprocess.run([PROGRAM, FILE, "data", str(threads), PIXELS], capture_output=True,
                          check=False, timeout=100)
    check(done.returncode == 0, "exit status %d: %s" % (done.returncode, done.stderr.decode()))
    way, *said = done.stdout.decode().splitlines()
    tried += len(said)
    pixels = np.fromfile(PIXELS, data.dtype).reshape((-1,) + data.shape[-2:])
    check(len(pixels) == len(said) == data.size // pixels[0].size, "not all frames are there")
    return way, said, pixels


def same_as_h5py(what, way, threads=3):
    with h5py.File(FILE, "r") as file:
        expected = file["data"][()]
    taken, said, pixels = restore(expected, threads)
    check(taken == way, "%s: way '%s', not '%s'" % (what, taken, way))
    check(set(said) == {"good"}, "%s: %s" % (what, said))
    check(pixels.tobytes() == expected.tobytes(), "%s: the pixels are others" % what)


def every_type():
    for dtype in TYPES:
        for shuffle in (False, True):
            for level in (1, 9):
                write(counts(dtype), compression="gzip", compression_opts=level, shuffle=shuffle)
                for threads in (1, 4):
                    same_as_h5py("%s, shuffle %s, level %d, %d threads" %
                                 (dtype, shuffle, level, threads), "deflate", threads)


def every_size():
    """Of frames, so that the vectors of the loops end anywhere; one is large."""
    for dtype in ("u1", "<u2", "<f4", "<u8"):
        for width in list(range(1, 36)) + [64, 100003]:
            write(counts(dtype, (2, 1, width)), compression="gzip", shuffle=True)
            same_as_h5py("%s, width %d" % (dtype, width), "deflate")


def every_shape():
    gzip = {"compression": "gzip", "shuffle": True}
    frame = (1,) + SHAPE[1:]
    write(counts("<u2", SHAPE[1:]), **gzip, chunks=SHAPE[1:])
    same_as_h5py("one frame of two dimensions", "deflate")
    write(counts("<u2", (2, 3, 5, 4)), **gzip, chunks=(1, 1, 5, 4))
    same_as_h5py("four dimensions", "deflate")
    write(counts("<u2"), **gzip, maxshape=(None, None, None), fillvalue=77, chunks=frame)
    with h5py.File(FILE, "r+") as file:
        file["data"].resize(9, axis=0)
    same_as_h5py("frames that were never written", "deflate")
    write(counts("<u2", (2, 3, 5, 4)), **gzip, chunks=(2, 1, 5, 4))
    same_as_h5py("chunks along the first of four dimensions", "other")
    for what, chunk in (("two frames", (2,) + SHAPE[1:]), ("all frames", SHAPE),
                        ("columns", (1, 7, 1)), ("rows", (1, 1, 11)), ("pixels of all", (5, 1, 1)),
                        ("parts", (1, 4, 4)), ("larger than frames", (1, 8, 12))):
        write(counts("<u2"), **gzip, chunks=chunk, maxshape=(None, None, None))
        same_as_h5py("chunks of %s" % what, "other")


def other_filters():
    write(counts("<u2"), compression="gzip", fletcher32=True)
    same_as_h5py("with fletcher32", "other")
    write(counts("<u2"), compression="gzip", shuffle=True, fletcher32=True)
    same_as_h5py("with shuffle and fletcher32", "other")
    write(counts("<u2"), shuffle=True)
    same_as_h5py("shuffle alone", "other")
    write(counts("<u2"), compression="lzf", shuffle=True)
    same_as_h5py("LZF", "other")
    for what, order in (("deflate before shuffle", "ds"), ("deflate twice", "dd")):
        data = counts("<u2")
        properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        properties.set_chunk((1,) + SHAPE[1:])
        for letter in order:
            code, values = (h5py.h5z.FILTER_DEFLATE, (1,)) if letter == "d" else \
                (h5py.h5z.FILTER_SHUFFLE, ())
            properties.set_filter(code, h5py.h5z.FLAG_OPTIONAL, values)
        with h5py.File(FILE, "w") as file:
            made = h5py.h5d.create(file.id, b"data", h5py.h5t.py_create(data.dtype),
                                   h5py.h5s.create_simple(data.shape), properties)
            h5py.Dataset(made)[...] = data
        same_as_h5py(what, "other")


def shuffle_of_other_elements():
    """The element size of the shuffle filter is 2, but pixels have 4 bytes."""
    write(counts("<u4"), compression="gzip", shuffle=True)
    with open(FILE, "r+b") as file:
        header = file.read()
        at = header.find(b"shuffle\0" + struct.pack("<I", 4))
        check(at > 0, "the parameter of shuffle is not where it was")
        file.seek(at + 8)
        file.write(struct.pack("<I", 2))
    same_as_h5py("shuffle of other elements", "other")


def skipped_filters():
    for dtype in ("<u2", "<f4", "<f8"):
        data = counts(dtype, (8, 7, 11))
        plain = [frame.tobytes() for frame in data]
        mixed = [shuffled(frame) for frame in data]
        beyond = 1 << 31  # a filter that is not there
        masks = [0, SKIP_SHUFFLE, SKIP_DEFLATE, SKIP_SHUFFLE | SKIP_DEFLATE]
        masks += [mask | beyond for mask in masks]
        chunks = []
        for i, mask in enumerate(masks):
            chunk = plain[i] if mask & SKIP_SHUFFLE else mixed[i]
            chunks.append(chunk if mask & SKIP_DEFLATE else zlib.compress(chunk))
        write(data, masks, chunks, compression="gzip", shuffle=True)
        same_as_h5py("skipped filters, %s" % dtype, "deflate")
        check(restore(data)[2].tobytes() == data.tobytes(), "h5py itself is mistaken")
        masks = [i % 2 for i in range(8)]
        chunks = [plain[i] if mask else zlib.compress(plain[i]) for i, mask in enumerate(masks)]
        write(data, masks, chunks, compression="gzip")
        same_as_h5py("skipped deflate alone, %s" % dtype, "deflate")
    sizes = [plain[0][:-1], plain[0] + b"\0", plain[0][:1], 2 * plain[0]]
    for skipped in (SKIP_DEFLATE, SKIP_DEFLATE | SKIP_SHUFFLE):
        data = counts("<f8", (len(sizes), 7, 11))
        write(data, [skipped] * len(sizes), sizes, compression="gzip", shuffle=True)
        said = restore(data)[1]
        check(set(said) == {WRONG_SIZE}, "skipped filters, wrong sizes: %s" % said)


def damaged(chunks, dtype, shape, shuffle):
    """Every frame must be refused but the last, which is good."""
    data = counts(dtype, (len(chunks) + 1,) + shape)
    good = data[-1]
    chunks = chunks + [zlib.compress(shuffled(good) if shuffle else good.tobytes())]
    write(data, None, chunks, compression="gzip", shuffle=shuffle)
    way, said, pixels = restore(data)
    check(way == "deflate", "damaged chunks: way '%s'" % way)
    for i, text in enumerate(said[:-1]):
        check(text == DAMAGED, "%s %s, chunk %d of %d bytes: %s" %
              (dtype, shape, i, len(chunks[i]), text))
    check(said[-1] == "good" and pixels[-1].tobytes() == good.tobytes(), "the good frame is lost")


def damaged_chunks():
    for dtype, shape in (("u1", (3, 5)), ("<u2", (7, 11)), ("<f4", (40, 50)), ("<u8", (7, 11))):
        for shuffle in (False, True):
            for level in (0, 1, 9):
                frame = counts(dtype, shape)
                plain = shuffled(frame) if shuffle else frame.tobytes()
                chunk = zlib.compress(plain, level)
                step = max(1, len(chunk) // 60)
                wrong = [chunk[:size] for size in range(1, len(chunk), step)] + [chunk[:-1]]
                wrong += [chunk + b"\0", chunk + chunk, chunk + bytes(1000)]
                wrong += [zlib.compress(other, level) for other in
                          (b"", plain[:-1], plain + b"\0", 2 * plain)]
                wrong += [zlib.compress(bytes(10000000), 9)]
                wrong += [chunk[:-4] + bytes(4), bytes(len(chunk)), b"\xff" * len(chunk), plain,
                          chunk[2:-4], zlib.compress(plain)[:2] + b"\xff" * len(chunk)]
                damaged(wrong, dtype, shape, shuffle)


def flipped_bits():
    """Flipping a bit without meaning, such as padding of a byte, may go unnoticed."""
    for level in (0, 1, 9):
        frame = counts("<u2", (7, 11))
        chunk = zlib.compress(shuffled(frame), level)
        chunks = []
        for i in range(1000):
            flipped = bytearray(chunk)
            for at in random.integers(0, 8 * len(chunk), 1 + i % 4):
                flipped[at // 8] ^= 1 << at % 8
            chunks.append(bytes(flipped))
        write(np.zeros((1000, 7, 11), "<u2"), None, chunks, compression="gzip", shuffle=True)
        said, pixels = restore(np.zeros((1000, 7, 11), "<u2"))[1:]
        check(set(said) <= {"good", DAMAGED} and said.count(DAMAGED) > 900, "%s" % set(said))
        for text, one in zip(said, pixels):
            check(text == DAMAGED or one.tobytes() == frame.tobytes(), "a damaged frame is taken")


os.makedirs(SCRATCH, exist_ok=True)
os.chdir(SCRATCH)
for test in (every_type, every_size, every_shape, other_filters, shuffle_of_other_elements,
             skipped_filters, damaged_chunks, flipped_bits):
    test()
    print(test.__name__)
os.unlink(FILE)
os.unlink(PIXELS)
print("%d frames" % tried)
