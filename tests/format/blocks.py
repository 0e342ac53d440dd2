"""FORMAT.md on frames that are kept on a grid or as a whole, and on sums of blocks: what the plugin
writes is restored by the second reader (test_document.py) as by the plugin, with and without noise,
bit for bit. What is stored exactly must be that of the data.
"""
import os
from collections import Counter

import hosts as host
from hosts import check

PLACE = host.start()
h5py, np = host.need_h5py()

# Without blosc they skip the test.
from test_document import Quantiles, read_map, restored_chunk  # noqa: E402
from container import COUNTED, SEPARATED, read_chunk, read_frame  # noqa: E402

QUANTILES = Quantiles(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, os.pardir,
                                   "core", "stats", "gauss_quantiles.c"))
RADIAL, TILES = 1, 2
OUTLIER, CLUSTER, ALL = 1, 2, 3
SHAPE = (61, 83)  # no multiple of any edge
SEEN = Counter()  # what the chunks of all tests had


# ---- frames --------------------------------------------------------------------------------------


def parameters(background, keep, edge=0, halo=0, filter_width=0):
    """cd_values; filter_width in 1/10 pixel."""
    values = [0] * 16
    values[:2] = 1, background + 100 * keep
    if background == TILES:
        values[6] = 32
    else:
        values[2:4] = 35500, 28200  # beam centre, 1/1000 pixel
    values[15] = edge + 10 * halo + 100 * filter_width
    return tuple(values)


def frames(dtype, mean, count=2):
    """Poisson noise with a gap, a spot and hot pixels; mean: of all pixels, or of each one."""
    random = np.random.default_rng(1)
    highest = np.iinfo(dtype).max - 1
    shape = (count,) + SHAPE
    counts = random.poisson(mean, shape)
    counts[:, 20:23, 40:43] += int(3 * np.mean(mean)) + 10
    hot = random.random(shape) < 0.001
    counts[hot] = 50 * counts[hot] + 100
    data = np.minimum(counts, highest).astype(dtype)
    data[:, 5:7] = np.iinfo(dtype).max
    return data


def with_negative_flags(data):
    data[:, ::9, ::7] = -1
    data[:, 33] = -2
    return data


# ---- both readers --------------------------------------------------------------------------------


def write(data, options, chunk_frames=1):
    """Write a dataset; its chunks."""
    chunks = []
    with h5py.File(PLACE.file("blocks.h5"), "w") as file:
        dataset = file.create_dataset("data", data=data, chunks=(chunk_frames,) + data.shape[1:],
                                      compression=host.FILTER, compression_opts=options)
        for i in range(dataset.id.get_num_chunks()):
            offset = dataset.id.get_chunk_info(i).chunk_offset
            mask, stored = dataset.id.read_direct_chunk(offset)
            check(mask == 0, "chunk %d is stored without the filter" % i)
            chunks.append(read_chunk(stored))
    return chunks


def read_by_plugin(noise):
    with host.environment(WINNOW_NOISE=int(noise)):
        with h5py.File(PLACE.file("blocks.h5"), "r") as file:
            return file["data"][:]


def frames_of(chunks):
    """All separated or counted frames, with their forms."""
    found = []
    for chunk in chunks:
        for record in chunk.records:
            if record.form >= SEPARATED:
                pixel_map = read_map(chunk.model, chunk.height, chunk.width)
                found.append((record.form, read_frame(record, chunk, pixel_map)))
    return found


def sums_of_blocks(image, edge):
    """Sums that wrap around at 2^64, which do not hide a difference of one element."""
    rows = np.add.reduceat(image.astype("u8"), np.arange(0, image.shape[0], edge), axis=0)
    return np.add.reduceat(rows, np.arange(0, image.shape[1], edge), axis=1)


def note(form, frame):
    """Count the features of a frame, so that the last test can check that all occurred."""
    SEEN["form %d" % form] += 1
    SEEN["grain %s" % frame.grain] += 1
    for what, part in (("counts", frame.counts), ("sums", frame.sums)):
        if part:
            codes = part.stream.codes.values()
            SEEN[what + " with low bits"] += any(code.shift > 0 for code in codes)
            SEEN[what + " that escape"] += len(part.stream.escaped)
    if frame.sums:
        SEEN["edge %d" % frame.sums.edge] += 1


def compare(data, options, forms, chunk_frames=1):
    """forms: those that the frames may have."""
    what = "%s, %s" % (data.dtype.str, options)
    chunks = write(data, options, chunk_frames)
    found = frames_of(chunks)
    check(len(found) == len(data) and all(form in forms for form, _ in found),
          "%s: other forms than those asked for" % what)
    for noise in (False, True):
        by_plugin = read_by_plugin(noise)
        restored = b"".join(restored_chunk(chunk, noise, QUANTILES) for chunk in chunks)
        restored = np.frombuffer(restored, data.dtype).reshape(data.shape)
        differing = int((restored != by_plugin).sum())
        check(differing == 0, "%s, noise %d: %d pixels differ" % (what, noise, differing))
        for image, original, (form, frame) in zip(restored, data, found):
            edge = 1 if form == COUNTED else frame.sums.edge if frame.sums else None
            if edge:
                same = sums_of_blocks(image, edge) == sums_of_blocks(original, edge)
                check(same.all(), "%s, noise %d: %d sums are wrong" % (what, noise, (~same).sum()))
    for form, frame in found:
        note(form, frame)


# ---- tests ---------------------------------------------------------------------------------------


def every_type():
    for dtype in ("<u1", "<u2", ">u2", "<i2", ">i4", "<u4", ">u4", "<u8", ">i8"):
        data = frames(dtype, 2 if dtype == "<u1" else 15)
        if data.dtype.kind == "i":
            data = with_negative_flags(data)
        for background in (TILES, RADIAL):
            compare(data, parameters(background, CLUSTER), {SEPARATED}, 2)
            compare(data, parameters(background, CLUSTER, edge=2), {SEPARATED}, 2)
            compare(data, parameters(background, ALL), {COUNTED}, 2)


def every_edge():
    for edge in range(2, 9):
        for background in (TILES, RADIAL):
            compare(frames("<u2", 3), parameters(background, CLUSTER, edge=edge), {SEPARATED})
        compare(frames("<i4", 0.3), parameters(TILES, OUTLIER, edge=edge), {SEPARATED}, 2)


def low_and_high_counts():
    """Tables, pieces of tables and the Gaussian, counts with low bits."""
    for mean in (0.02, 0.3, 5, 40, 300, 20000):
        for edge in (0, 2, 5, 8):
            compare(frames("<u4", mean), parameters(TILES, CLUSTER, edge=edge), {SEPARATED})
        compare(frames("<u4", mean), parameters(RADIAL, ALL), {COUNTED})
    for mean in (1e6, 1e9, 3e9):
        for keep, edge in ((CLUSTER, 0), (CLUSTER, 2), (CLUSTER, 8), (ALL, 0)):
            compare(frames("<u4", mean), parameters(TILES, keep, edge), {SEPARATED, COUNTED})


def sums_near_the_maximum():
    """Blocks whose sum is that of a flag or above are kept."""
    compare(frames("<u1", 13), parameters(TILES, CLUSTER, edge=4), {SEPARATED})
    compare(frames("<u1", 55), parameters(TILES, CLUSTER, edge=2), {SEPARATED})
    compare(frames("<i2", 480), parameters(TILES, CLUSTER, edge=8), {SEPARATED, COUNTED})


def kept_grid():
    for filter_width, halo in ((0, 0), (0, 3), (8, 1), (13, 2)):
        compare(frames("<u2", 2), parameters(TILES, CLUSTER, 0, halo, filter_width), {SEPARATED})
        compare(frames("<u2", 2), parameters(TILES, CLUSTER, 3, halo, filter_width), {SEPARATED})


def uneven_background():
    """Rings that fall off steeply, and a step from one column of tiles to the next one, so that
    blocks of 3 and 7 pixels have halves of very different weight."""
    y, x = np.mgrid[0:SHAPE[0], 0:SHAPE[1]]
    steep = 3000 * np.exp(-np.hypot(y - 28, x - 35) / 5)
    for edge in (0, 2, 3, 7):
        compare(frames("<u4", steep), parameters(RADIAL, CLUSTER, edge), {SEPARATED})
        for left, right in ((5000, 0.5), (0.05, 0), (0, 5)):
            step = np.where(x < 32, left, right)
            compare(frames("<u2", step), parameters(TILES, CLUSTER, edge), {SEPARATED})


def lone_pixels():
    """One background pixel in the first half of a block and all in the second, and the other way
    round, so that the Gaussian exceeds the counts to be split."""
    data = frames("<u2", 8, count=60)
    row, column = np.mgrid[0:SHAPE[0], 0:SHAPE[1]] % 8
    lone = (row % 4 == 0) & (column == 0)
    data[0::2, (row < 4) & ~lone] = 65535
    data[1::2, (row >= 4) & ~lone] = 65535
    compare(data, parameters(TILES, CLUSTER, edge=8), {SEPARATED}, 5)


def normalised_rings():
    values = list(parameters(RADIAL, CLUSTER, edge=2))
    values[1] += 1100000  # by solid angle and polarisation
    values[9] = 60000  # distance, 1/1000 pixel
    values[13] = 950  # polarisation factor, 1/1000
    compare(frames("<u2", 6), tuple(values), {SEPARATED}, 2)


def everything_occurred():
    wanted = ["form 2", "form 3", "counts with low bits", "counts that escape",
              "sums with low bits", "sums that escape"]
    wanted += ["edge %d" % edge for edge in range(2, 9)]
    wanted += ["grain %d" % grain for grain in (1, 2, 3, 5, 7)]
    missing = [what for what in wanted if not SEEN[what]]
    check(not missing, "no frame had: " + ", ".join(missing))
    return "%d frames" % (SEEN["form 2"] + SEEN["form 3"])


host.main([every_type, every_edge, low_and_high_counts, sums_near_the_maximum, kept_grid,
           uneven_background, lone_pixels, normalised_rings, everything_occurred])
