#!/usr/bin/env python3
"""A second reader of winnow chunks, written from FORMAT.md alone.

It shares no code with winnow: it shows that the document is enough to restore every frame bit for
bit. Each chunk of the golden directory is restored with and without noise, and the XXH64 of both
is compared with golden.txt. The sections named below are those of FORMAT.md.

usage: test_document.py GOLDEN_DIR [FORMAT_MD] [--quantiles QUANTILES_C]

With FORMAT_MD, the bytes of its worked example must be those of GOLDEN_DIR/example.wnw. Exit
status: 0 = all equal, 1 = a difference, 77 = skipped, as numpy or blosc is not installed.
"""

import argparse
import os
import re
import sys
from collections import namedtuple

try:
    import blosc
    import numpy as np

    from container import CLASSES, MASK32, POLARISATION, RADIAL, RAW, SEPARATED, SOLID_ANGLE
    from container import FormatError, element_maximum, read_chunk, read_element, read_frame
    from container import require, xxh64
    from counts import contexts_of, decoded
    from distributions import Quantiles, alias_table, expected_counts, gaussian, mean_of_gaussian
    from distributions import panjer_weights, surface
    from sums import background_from_sums
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

EDGE_MAX = 8  # of a block of pixels whose counts are summed up

Golden = namedtuple("Golden", "name type big_endian frames height width noise mean")
# cell: of each pixel; region, place_x, place_y and norm: of each cell
# region_step, limit_step: how far back the predecessor of a region and of a cell is
Map = namedtuple(
    "Map", "down across region_step limit_step cell region place_x place_y norm"
)

# --- Section 6: the map -------------------------------------------------------------------------


def tiles_along(pixels, edge):
    """Cell of each pixel of an axis, tile and place of each cell, and the number of tiles."""
    cell = np.arange(pixels) // (edge // 4)
    cells = int(cell[-1]) + 1
    tiles = max(int((pixels + edge // 2) // edge), 1)
    tile = np.minimum(np.arange(cells) // 4, tiles - 1)
    end = np.where(tile == tiles - 1, cells, 4 * tile + 4)
    place = (np.arange(cells) + 0.5 - (4 * tile + end) / 2) / 4
    return cell, tile, place, tiles


def map_of_tiles(model, height, width):
    cell_x, tile_x, place_x, across = tiles_along(width, model.size)
    cell_y, tile_y, place_y, down = tiles_along(height, model.size)
    cells = len(tile_x) * len(tile_y)
    return Map(
        down=down, across=across, region_step=across, limit_step=len(tile_x),
        cell=(cell_y[:, None] * len(tile_x) + cell_x).ravel(),
        region=(tile_y[:, None] * across + tile_x).ravel(),
        place_x=np.tile(place_x, len(tile_y)), place_y=np.repeat(place_y, len(tile_x)),
        norm=np.ones(cells))


def sine_and_cosine(angle):
    x = angle / 4
    q = x * x
    s = c = 0.0
    for k in range(20, 0, -2):
        c = (1 + c) * -q / (k * (k - 1))
        s = (1 + s) * -q / ((k + 1) * k)
    s, c = (1 + s) * x, 1 + c
    for _ in range(2):
        s, c = 2 * s * c, 1 - 2 * s * s
    return s, c


def pixel_geometry(model, height, width):
    """Radius of each pixel, and X, Y, Z, p1, p2 of section 6, of which the norm is made."""
    x = np.tile(np.arange(width, dtype=float), height)
    y = np.repeat(np.arange(height, dtype=float), width)
    L, a = model.distance, model.aspect
    if model.rot1 == 0 and model.rot2 == 0:
        p2, p1 = x - model.centre_x, (y - model.centre_y) * a
        return np.sqrt(p2 * p2 + p1 * p1), p2, p1, np.full(height * width, L), p1, p2
    s1, c1 = sine_and_cosine(model.rot1)
    s2, c2 = sine_and_cosine(model.rot2)
    normal_x = model.centre_x - -L * (s1 / c1)
    normal_y = model.centre_y - L * (s2 / c2) / c1 / a
    p2, p1 = x - normal_x, (y - normal_y) * a
    X, a3 = c1 * p2 + s1 * L, c1 * L - s1 * p2
    Y, Z = c2 * p1 - s2 * a3, s2 * p1 + c2 * a3
    A = X * X + Y * Y
    R = np.sqrt(A + Z * Z)
    D = R * (R + Z)
    divisor = np.where(D > 0, D, 1)
    radius = np.where(D > 0, L * np.sqrt(2 * A / divisor), 2 * L)
    return radius, X, Y, Z, p1, p2


def norm_of_pixels(model, X, Y, Z, p1, p2):
    """The norm, a float32, as a real number."""
    norm = np.ones(len(X))
    if model.flags & SOLID_ANGLE:
        k = model.distance / np.sqrt(model.distance * model.distance + p1 * p1 + p2 * p2)
        norm = k * k * k
    if model.flags & POLARISATION:
        A = X * X + Y * Y
        C = Z * Z / (A + Z * Z)
        f = np.where(A == 0, 1, (X * X - Y * Y) / np.where(A == 0, 1, A))
        norm = norm * (0.5 * (1 + C - model.factor * f * (1 - C)))
    return norm.astype(np.float32).astype(float)


def classes_of_norm(norm, step, steps):
    """Class of each pixel, and the norm of each cell."""
    lowest, highest = np.full(steps, np.inf), np.full(steps, -np.inf)
    np.minimum.at(lowest, step, norm)
    np.maximum.at(highest, step, norm)
    empty = lowest > highest
    lowest[empty] = highest[empty] = 0
    span = highest - lowest
    share = (norm - lowest[step]) / np.where(span > 0, span, 1)[step] * CLASSES
    norm_class = np.minimum(np.floor(share).astype(int), CLASSES - 1)
    w = (span / CLASSES)[:, None]
    norm_of_cell = lowest[:, None] + w * np.arange(CLASSES) + 0.5 * w
    return norm_class, norm_of_cell.ravel()


def map_of_rings(model, height, width):
    rings, normalised = model.size, model.flags != 0
    n = 2 if normalised else 8
    radius, *geometry = pixel_geometry(model, height, width)
    d = (model.upper - model.lower) / rings
    step = np.floor((radius - model.lower) / d * n)
    cell = np.clip(step, 0, rings * n - 1).astype(int)
    step_of_cell = np.arange(rings * n)
    norm = np.ones(rings * n)
    if normalised:
        norm_class, norm = classes_of_norm(norm_of_pixels(model, *geometry), cell, rings * n)
        cell = cell * CLASSES + norm_class
        step_of_cell = np.repeat(step_of_cell, CLASSES)
    return Map(
        down=1, across=rings, region_step=1, limit_step=CLASSES if normalised else 1,
        cell=cell, region=step_of_cell // n, place_x=(step_of_cell % n + 0.5) / n - 0.5,
        place_y=np.zeros(len(step_of_cell)), norm=norm)


def read_map(model, height, width):
    make = map_of_rings if model.kind == RADIAL else map_of_tiles
    pixel_map = make(model, height, width)
    require(len(pixel_map.region) <= 65536, "number of cells")
    return pixel_map


# --- Section 8: restoring a frame ---------------------------------------------------------------


def philox_4x32_7(c, frame, seed):
    """The four words of each block with counter (c, frame, 0, 0), one row per word."""
    mask, half = np.uint64(MASK32), np.uint64(32)
    x0 = c.astype(np.uint64)
    x1 = np.full_like(x0, frame)
    x2, x3 = np.zeros_like(x0), np.zeros_like(x0)
    key0, key1 = seed & MASK32, seed >> 32
    for _ in range(7):
        product0, product1 = x0 * np.uint64(0xD2511F53), x2 * np.uint64(0xCD9E8D57)
        x0, x1, x2, x3 = (product1 >> half ^ x1 ^ np.uint64(key0), product1 & mask,
                          product0 >> half ^ x3 ^ np.uint64(key1), product0 & mask)
        key0, key1 = key0 + 0x9E3779B9 & MASK32, key1 + 0xBB67AE85 & MASK32
    return np.stack((x0, x1, x2, x3))


def random_words(pixels, frame, seed):
    """One word of 32 bits for each of this many pixels."""
    groups = (pixels + 1023) // 1024
    words = philox_4x32_7(np.arange(256 * groups), frame, seed)
    by_group = words.reshape(4, groups, 256).transpose(1, 0, 2)
    return by_group.reshape(groups * 1024)[:pixels]


def noisy_panjer(mean, dispersion, highest, words):
    bits = max(highest.bit_length(), 1)
    limit, other = alias_table(*panjer_weights(mean, dispersion, highest), bits)
    j = (words >> np.uint64(32 - bits)).astype(int)
    f = (words << np.uint64(bits) & np.uint64(MASK32)) >> np.uint64(8)
    return np.where(f < limit[j].astype(np.uint64), j, other[j]).astype(np.uint64)


def noisy_gaussian(distribution, words, quantiles):
    position = words.astype(float) / 2.0**32 * distribution.below
    return distribution.mean + distribution.sigma * quantiles.value(position)


def noisy_counts(mean, dispersion, highest, words, quantiles):
    if highest <= 255:
        return noisy_panjer(mean, dispersion, highest, words)
    distribution = gaussian(mean, np.sqrt(dispersion * mean), highest + 0.5, quantiles)
    w = noisy_gaussian(distribution, words, quantiles) + 0.5
    return np.where(w >= 1, np.minimum(np.floor(w), highest), 0).astype(np.uint64)


def mean_of_counts(mean, dispersion, highest, quantiles):
    if highest <= 255:
        weights, total = panjer_weights(mean, dispersion, highest)
        expected = 0.0
        for k in range(1, highest + 1):
            expected += weights[k] * k
        expected /= total
    else:
        distribution = gaussian(mean, np.sqrt(dispersion * mean), highest + 0.5, quantiles)
        expected = mean_of_gaussian(distribution, quantiles)
    return min(max(expected, 0.0), float(highest))


def dithered(mean, cell, width):
    """Counts of the pixels, whose average in each cell is its mean."""
    s = 30
    while (max(mean) + 2) * 2.0**s >= 2.0**32:
        s -= 1
    fixed = np.floor(mean * 2.0**s).astype(np.uint64)
    y, x = np.divmod(np.arange(len(cell), dtype=np.uint64), np.uint64(width))
    d = x * np.uint64(3242174889) + y * np.uint64(2447445414) & np.uint64(MASK32)
    return fixed[cell] + (d >> np.uint64(1) >> np.uint64(31 - s)) >> np.uint64(s)


def pixels_by_cell(cell):
    """Pairs of a cell and its pixels, of all cells that have some."""
    order = np.argsort(cell, kind="stable")
    cells, starts = np.unique(cell[order], return_index=True)
    return list(zip(cells.tolist(), np.split(order, starts[1:])))


def background_of_counts(frame, pixel_map, words, width, quantiles):
    """Counts of all pixels; words: random words of the pixels, None = without noise."""
    cell_mean = np.maximum(surface(frame.mean, pixel_map), 0) * pixel_map.norm
    counts = np.zeros(len(pixel_map.cell), np.uint64)
    expected = np.zeros(len(cell_mean))
    for cell, pixels in pixels_by_cell(pixel_map.cell):
        highest = frame.limits[cell] - 1
        if highest < 0:
            continue
        mean, dispersion = cell_mean[cell], frame.spread[pixel_map.region[cell]]
        if words is None:
            expected[cell] = mean_of_counts(mean, dispersion, highest, quantiles)
        else:
            counts[pixels] = noisy_counts(mean, dispersion, highest, words[pixels], quantiles)
    return dithered(expected, pixel_map.cell, width) if words is None else counts


def background_of_floats(frame, pixel_map, words, quantiles):
    """Values of all pixels; words: random words of the pixels, None = without noise."""
    cell_mean = surface(frame.mean, pixel_map) * pixel_map.norm
    cell_limit = surface(frame.limits, pixel_map) * pixel_map.norm
    cell_sigma = np.asarray(frame.spread)[pixel_map.region] * pixel_map.norm
    values = np.zeros(len(pixel_map.cell))
    for cell, pixels in pixels_by_cell(pixel_map.cell):
        distribution = gaussian(cell_mean[cell], cell_sigma[cell], cell_limit[cell], quantiles)
        if words is None:
            values[pixels] = mean_of_gaussian(distribution, quantiles)
        else:
            values[pixels] = noisy_gaussian(distribution, words[pixels], quantiles)
    return values


def flagged_pixels(areas, height, width):
    """The flagged pixels, and their values."""
    flagged, values = np.zeros((height, width), bool), np.zeros((height, width), np.uint64)
    for left, top, across, down, value in areas:
        flagged[top:top + down, left:left + across] = True
        values[top:top + down, left:left + across] = value
    return flagged.ravel(), values.ravel()


def kept_pixels(frame, flagged, height, width):
    """Which pixels are kept."""
    kept = np.zeros(height * width, bool)
    if frame.counts is None:
        kept[frame.positions] = True
    elif frame.squares is None:
        kept = ~flagged
    else:
        pixels = frame.squares.repeat(frame.grain, 0).repeat(frame.grain, 1)
        kept = pixels[:height, :width].ravel() & ~flagged
    return kept


def kept_values(frame, kept, expected, pixel_map, element):
    """The bits of the kept pixels."""
    if element.real:
        return frame.values
    if frame.counts is None:
        limits = np.array(frame.limits, np.uint64)
        values = frame.values + limits[pixel_map.cell[frame.positions]]
        require(all(value <= element_maximum(element) for value in values.tolist()), "kept value")
        return values
    contexts = contexts_of(expected[pixel_map.cell[kept]], frame.counts.steps)
    values = decoded(frame.counts.stream, contexts)
    require(all(value < element_maximum(element) for value in values.tolist()), "kept count")
    return values


def background(frame, pixel_map, element, weight, words, quantiles):
    """The bits of the background elements, as unsigned integers of their size."""
    unsigned = f"u{element.size}"
    if element.real:
        values = background_of_floats(frame, pixel_map, words, quantiles)
        return values.astype(f"f{element.size}").view(unsigned)
    if frame.sums is not None:
        return background_from_sums(frame.sums, weight, words, quantiles).ravel().astype(unsigned)
    if frame.limits is None:
        return np.zeros(weight.size, unsigned)
    width = weight.shape[1]
    return background_of_counts(frame, pixel_map, words, width, quantiles).astype(unsigned)


def restored_frame(record, number, chunk, pixel_map, noise, quantiles):
    """The bytes of a separated or counted frame."""
    frame = read_frame(record, chunk, pixel_map)
    height, width, element = chunk.height, chunk.width, chunk.element
    reach = (height + EDGE_MAX) * (width + EDGE_MAX)  # blocks at the edges have words as others
    words = random_words(reach, number, chunk.seed) if noise else None
    flagged, flags = flagged_pixels(frame.flagged, height, width)
    kept = kept_pixels(frame, flagged, height, width)
    require(int(kept.sum()) == record.kept, "number of kept pixels")
    expected = expected_counts(frame.mean, pixel_map)
    weight = np.where(kept | flagged, np.float32(0), expected[pixel_map.cell])
    weight = weight.reshape(height, width)
    bits = background(frame, pixel_map, element, weight, words, quantiles)
    bits[flagged] = flags[flagged]
    bits[kept] = kept_values(frame, kept, expected, pixel_map, element)
    return bits.astype(f"{'>' if element.big_endian else '<'}u{element.size}").tobytes()


def restored_chunk(chunk, noise, quantiles):
    """The bytes of all frames."""
    pixel_map = read_map(chunk.model, chunk.height, chunk.width) if chunk.model else None
    frames = []
    for number, record in enumerate(chunk.records):
        if record.form >= SEPARATED:
            frame = restored_frame(record, number, chunk, pixel_map, noise, quantiles)
        else:
            raw = record.form == RAW
            frame = record.contents if raw else blosc.decompress(record.contents)
        require(len(frame) == chunk.height * chunk.width * chunk.element.size, "size of a frame")
        frames.append(frame)
    return b"".join(frames)


# --- The golden chunks --------------------------------------------------------------------------


def read_golden(path):
    golden = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, code, order, frames, height, width, noise, mean = line.split()
            golden.append(Golden(name, int(code), order == "big", int(frames), int(height),
                                 int(width), int(noise, 16), int(mean, 16)))
    return golden


def read_file(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def differences(golden, data, quantiles):
    """The differences of a chunk from golden.txt."""
    try:
        chunk = read_chunk(data)
        if chunk.element != read_element(golden.type, golden.big_endian):
            return ["element type"]
        if (chunk.frames, chunk.height, chunk.width) != golden[3:6]:
            return ["shape"]
        hashes = [xxh64(restored_chunk(chunk, noise, quantiles)) for noise in (True, False)]
    except FormatError as error:
        return [f"not a chunk: {error}"]
    expected = zip(hashes, (golden.noise, golden.mean), ("with noise", "without noise"))
    return [what for found, wanted, what in expected if found != wanted]


def example_differs(document, data):
    """Whether the hex dump of the worked example has other bytes than the chunk."""
    lines = re.findall(r"^[0-9a-f]{4}  ((?:[0-9a-f]{2} ?)+)$", document.decode(), re.MULTILINE)
    return bytes.fromhex(" ".join(lines)) != data


def find_quantiles(golden_dir):
    """gauss_quantiles.c: where it is in the repository, or beside the golden directory."""
    above = os.path.join(golden_dir, os.pardir)
    in_repository = os.path.join(above, os.pardir, "core", "stats", "gauss_quantiles.c")
    return in_repository if os.path.exists(in_repository) else os.path.join(above,
                                                                            "gauss_quantiles.c")


def main():
    parser = argparse.ArgumentParser(description="decode the golden chunks with a second reader")
    parser.add_argument("golden_dir")
    parser.add_argument("format_md", nargs="?")
    parser.add_argument("--quantiles", help="path of gauss_quantiles.c")
    arguments = parser.parse_args()
    quantiles = Quantiles(arguments.quantiles or find_quantiles(arguments.golden_dir))
    failed = False
    for golden in read_golden(os.path.join(arguments.golden_dir, "golden.txt")):
        data = read_file(arguments.golden_dir, golden.name + ".wnw")
        found = differences(golden, data, quantiles)
        print(f"{golden.name}: {'differs: ' + ', '.join(found) if found else 'ok'}")
        failed = failed or bool(found)
    if arguments.format_md:
        example = read_file(arguments.golden_dir, "example.wnw")
        differs = example_differs(read_file(arguments.format_md), example)
        print(f"worked example of FORMAT.md: {'differs' if differs else 'ok'}")
        failed = failed or differs
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
