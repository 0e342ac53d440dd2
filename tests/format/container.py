"""The bytes of winnow chunks: sections 1 to 5 of FORMAT.md, for test_document.py."""

from collections import namedtuple

import blosc
import numpy as np

MASK32 = 2**32 - 1
MASK64 = 2**64 - 1

CHUNK_BIG_ENDIAN, CHUNK_NOISE, CHUNK_MODEL = 1, 2, 4
RADIAL, TILES = 1, 2
SOLID_ANGLE, POLARISATION = 1, 2
RAW, LOSSLESS, SEPARATED, COUNTED = 0, 1, 2, 3
PROFILE, LIMITS, FLAGGED, POSITIONS, VALUES, KEPT_GRID, COUNTS, SUMS = 1, 2, 3, 4, 5, 6, 7, 8
CLASSES = 16  # of the norm, in each step of a ring
TABLE_NUMBERS_MAX = 256 * (4 + 256)  # of the codes of all contexts

Chunk = namedtuple("Chunk", "element frames height width noise seed model records")
Element = namedtuple("Element", "signed real size big_endian")
Model = namedtuple(
    "Model", "kind flags size centre_x centre_y distance aspect rot1 rot2 factor lower upper"
)
Record = namedtuple("Record", "form kept flagged contents")
# spread: dispersions of counts, sigmas of floats; limits: F of each cell, or of each region
# squares: those that are kept, a grid of truth values; None stands for what the frame does not have
Frame = namedtuple(
    "Frame", "mean spread limits flagged positions values grain squares counts sums"
)
# codes: of each context that occurs; escaped: counts that have no symbol
CountStream = namedtuple("CountStream", "codes words low_bits low_bytes escaped")
Code = namedtuple("Code", "base shift frequencies")
Counts = namedtuple("Counts", "steps stream")
Sums = namedtuple("Sums", "edge even steps stream")


class FormatError(Exception):
    """The bytes are not those of a chunk that FORMAT.md describes."""


def require(condition, what):
    if not condition:
        raise FormatError(what)


# --- XXH64, from its public specification -------------------------------------------------------

PRIME1 = 0x9E3779B185EBCA87
PRIME2 = 0xC2B2AE3D27D4EB4F
PRIME3 = 0x165667B19E3779F9
PRIME4 = 0x85EBCA77C2B2AE63
PRIME5 = 0x27D4EB2F165667C5


def rotate64(value, bits):
    return (value << bits | value >> (64 - bits)) & MASK64


def xxh64_round(accumulator, lane):
    return rotate64((accumulator + lane * PRIME2) & MASK64, 31) * PRIME1 & MASK64


def xxh64_stripes(data):
    """The hash state after all whole stripes of 32 bytes."""
    lanes = [(PRIME1 + PRIME2) & MASK64, PRIME2, 0, -PRIME1 & MASK64]
    words = np.frombuffer(data, "<u8", len(data) // 32 * 4).tolist()
    for i, word in enumerate(words):
        lanes[i % 4] = xxh64_round(lanes[i % 4], word)
    state = sum(rotate64(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18))) & MASK64
    for lane in lanes:
        state = ((state ^ xxh64_round(0, lane)) * PRIME1 + PRIME4) & MASK64
    return state


def xxh64(data):
    """XXH64 of the bytes, with seed 0."""
    state = xxh64_stripes(data) if len(data) >= 32 else PRIME5
    state = (state + len(data)) & MASK64
    at = len(data) // 32 * 32
    while at + 8 <= len(data):
        state ^= xxh64_round(0, int.from_bytes(data[at:at + 8], "little"))
        state = (rotate64(state, 27) * PRIME1 + PRIME4) & MASK64
        at += 8
    if at + 4 <= len(data):
        state ^= int.from_bytes(data[at:at + 4], "little") * PRIME1 & MASK64
        state = (rotate64(state, 23) * PRIME2 + PRIME3) & MASK64
        at += 4
    for byte in data[at:]:
        state ^= byte * PRIME5 & MASK64
        state = rotate64(state, 11) * PRIME1 & MASK64
    state = (state ^ state >> 33) * PRIME2 & MASK64
    state = (state ^ state >> 29) * PRIME3 & MASK64
    return state ^ state >> 32


# --- Section 5: numbers and strings -------------------------------------------------------------


class Source:
    """Bytes that are read from the first to the last."""

    def __init__(self, data):
        self.data = data
        self.at = 0

    def take(self, count):
        require(count <= len(self.data) - self.at, "bytes are missing")
        self.at += count
        return self.data[self.at - count:self.at]

    def integer(self, size, signed=False):
        return int.from_bytes(self.take(size), "little", signed=signed)

    def float64(self):
        return float(np.frombuffer(self.take(8), "<f8")[0])

    def at_end(self):
        return self.at == len(self.data)

    def string(self, count):
        form = self.integer(1)
        require(form <= 2, "unknown form of a string")
        if form == 2:
            return bytes(count)
        stored = self.take(self.integer(4))
        data = blosc.decompress(stored) if form == 1 else stored
        require(len(data) == count, "length of a string")
        return data

    def numbers(self, count):
        codes = self.string(count)
        low_bytes = self.take(self.integer(4))
        low_bits = int.from_bytes(low_bytes, "little")
        numbers, used = [], 0
        for code in codes:
            require(code <= 251, "code of a number")
            bits = code // 4 - 1 if code >= 8 else 0
            low = low_bits & ((1 << bits) - 1)
            numbers.append(((code - 4 * bits) << bits) + low)
            low_bits >>= bits
            used += bits
        require(len(low_bytes) == (used + 7) // 8 and low_bits == 0, "low bits")
        return numbers

    def planes(self, size, count):
        """Unsigned integers of `size` bytes."""
        values = np.zeros(count, np.uint64)
        for plane in range(size):
            string = np.frombuffer(self.string(count), np.uint8)
            values |= string.astype(np.uint64) << np.uint64(8 * plane)
        return values

    def count_of(self, most, what):
        """A number of items, limited because they take memory."""
        count = self.integer(4)
        require(count <= most, what)
        return count

    def count_stream(self, most):
        """A stream of `most` counts or fewer."""
        codes = read_codes(self.numbers(self.count_of(TABLE_NUMBERS_MAX, "numbers of tables")))
        words = np.frombuffer(self.take(2 * self.integer(4)), "<u2").tolist()
        low = self.take(self.integer(4))
        escaped = self.numbers(self.count_of(most, "counts that escaped"))
        return CountStream(codes, words, int.from_bytes(low, "little"), len(low), escaped)


def read_codes(numbers):
    """The code of each context that occurs in a stream of counts."""
    codes, last, numbers = {}, -1, list(reversed(numbers))
    while numbers:
        require(len(numbers) >= 4, "table of a context")
        last += numbers.pop() + 1
        base, shift, m = numbers.pop(), numbers.pop(), numbers.pop()
        require(last <= 255 and shift <= 31 and 1 <= m <= 255, "table of a context")
        require(len(numbers) > m, "frequencies of a context")
        frequencies = [numbers.pop() for _ in range(m + 1)]
        require(sum(frequencies) == 4096 and max(frequencies) <= 4095, "frequencies of a context")
        codes[last] = Code(base, shift, frequencies)
    return codes


def zigzag_undone(number):
    return number // 2 if number % 2 == 0 else -(number + 1) // 2


def ascending(numbers):
    """Indices from their differences less 1; the first as it is."""
    indices, index = [], -1
    for number in numbers:
        index += number + 1
        indices.append(index)
    return indices


# --- Sections 1 to 3: chunk, model, frame records -----------------------------------------------


def read_element(code, big_endian):
    require(code // 100 in (1, 2, 3), "element type")
    bits = code % 100
    require(bits in ((32, 64) if code // 100 == 3 else (8, 16, 32, 64)), "element size")
    return Element(code // 100 == 2, code // 100 == 3, bits // 8, big_endian)


def element_maximum(element):
    return 2**(8 * element.size - element.signed) - 1


def read_model(source):
    kind, flags = source.integer(1), source.integer(1)
    require(kind in (RADIAL, TILES) and source.integer(2) == 0, "model")
    size = source.integer(4)
    require(size > 0 and (kind == RADIAL or size % 4 == 0), "size of rings or tiles")
    centre_x, centre_y = source.integer(4, True) / 1e3, source.integer(4, True) / 1e3
    distance, aspect = source.integer(4) / 1e3, source.integer(4) / 1e6
    rot1, rot2 = source.integer(4, True) / 1e6, source.integer(4, True) / 1e6
    factor = source.integer(4, True) / 1e3
    require(source.integer(4) == 0, "model")
    lower, upper = source.float64(), source.float64()
    return Model(kind, flags, size, centre_x, centre_y, distance, aspect or 1.0, rot1, rot2,
                 factor, lower, upper)


def read_record(source):
    form, size = source.integer(1), source.integer(4)
    require(form <= COUNTED, "form of a frame")
    kept, flagged = source.integer(4), source.integer(4)
    require(form >= SEPARATED or kept == flagged == 0, "counts of pixels")
    return Record(form, kept, flagged, source.take(size))


def read_chunk(data):
    source = Source(data)
    require(source.take(4) == b"WNW\x1a", "magic")
    require(source.integer(1) == 1, "version")
    flags, code = source.integer(1), source.integer(2)
    frames, height, width = source.integer(4), source.integer(4), source.integer(4)
    require(source.integer(4) == len(data), "size of the chunk")
    require(int.from_bytes(data[-8:], "little") == xxh64(data[:-8]), "checksum")
    seed = source.integer(8)
    require(seed == xxh64(data[32:-8]), "seed")
    source = Source(data[32:-8])
    model = read_model(source) if flags & CHUNK_MODEL else None
    records = [read_record(source) for _ in range(frames)]
    require(source.at_end(), "bytes behind the records")
    needed = any(record.form >= SEPARATED for record in records)
    require(needed == (model is not None), "model that no frame needs, or none with one that does")
    element = read_element(code, bool(flags & CHUNK_BIG_ENDIAN))
    noise = bool(flags & CHUNK_NOISE)
    return Chunk(element, frames, height, width, noise, seed, model, records)


# --- Section 4: separated and counted frames ----------------------------------------------------


def read_sections(contents):
    source, sections, last = Source(contents), {}, -1
    while not source.at_end():
        tag = source.integer(1)
        require(tag > last, "order of sections")
        last = tag
        section = Source(source.take(source.integer(4)))
        require(PROFILE <= tag <= SUMS or tag >= 128, "section")
        sections[tag] = section
    return sections


def codes_from_differences(numbers, step):
    """Codes of regions: each as its difference from that of the region `step` or 1 before."""
    codes = numbers[:1]
    for i in range(1, len(numbers)):
        before = codes[i - step] if i >= step else codes[i - 1]
        codes.append(before + zigzag_undone(numbers[i]))
    return codes


def read_counts_profile(section, pixel_map):
    regions = pixel_map.down * pixel_map.across
    shift = section.integer(1)
    require(shift <= 14, "shift")
    mean_codes = codes_from_differences(section.numbers(regions), pixel_map.region_step)
    require(all(0 <= code <= 2**30 for code in mean_codes), "mean code")
    spread_codes = codes_from_differences(section.numbers(regions), pixel_map.region_step)
    require(all(0 <= code <= 1792 for code in spread_codes), "dispersion code")
    roots = np.array(mean_codes, float) / 2.0**shift
    dispersions = [(64 + code % 64) * 2.0**(code // 64) / 2.0**18 for code in spread_codes]
    return roots * roots, np.array(dispersions)


def read_floats_profile(section, pixel_map):
    regions = pixel_map.down * pixel_map.across
    bits = [section.planes(4, regions) for _ in range(3)]
    return [plane.astype(np.uint32).view(np.float32).astype(float) for plane in bits]


def read_limits(section, pixel_map, element):
    if section is None:
        return None
    limits = []
    for i, number in enumerate(section.numbers(len(pixel_map.region))):
        before = limits[i - pixel_map.limit_step] if i >= pixel_map.limit_step else 0
        limits.append(before + zigzag_undone(number))
    highest = min(element_maximum(element), MASK32)
    require(all(0 <= limit <= highest for limit in limits), "limit")
    return limits


def read_rectangles(source, count, height, width):
    """Rectangles of a grid, as (left, top, width, height)."""
    require(count <= height * width, "number of rectangles")
    firsts, widths, heights = (source.numbers(count) for _ in range(3))
    rectangles = []
    for first, less_x, less_y in zip(ascending(firsts), widths, heights):
        top, left = divmod(first, width)
        require(left + less_x < width and top + less_y < height, "rectangle outside the frame")
        rectangles.append((left, top, less_x + 1, less_y + 1))
    return rectangles


def read_flagged(section, element, height, width):
    """Rectangles of flagged pixels, as (left, top, width, height, bits of the value)."""
    if section is None:
        return []
    count = section.integer(4)
    rectangles = read_rectangles(section, count, height, width)
    areas, value = [], 0 if element.real else element_maximum(element)
    for rectangle, change in zip(rectangles, section.numbers(count)):
        value ^= change
        require(value < 2**(8 * element.size), "value of flagged pixels")
        areas.append(rectangle + (value,))
    return areas


def read_kept_grid(section, height, width):
    """The grain, and the grid of squares with those that are kept."""
    if section is None:
        return None, None
    grain, count = section.integer(1), section.integer(4)
    require(1 <= grain <= 8, "grain")
    squares = np.zeros((-(-height // grain), -(-width // grain)), bool)
    for left, top, across, down in read_rectangles(section, count, *squares.shape):
        squares[top:top + down, left:left + across] = True
    return grain, squares


def read_steps(section):
    steps = section.integer(1)
    require(1 <= steps <= 16, "steps")
    return steps


def read_counts(section, pixels):
    return section and Counts(read_steps(section), section.count_stream(pixels))


def read_sums(section, pixels):
    if section is None:
        return None
    edge = section.integer(1)
    require(2 <= edge <= 8, "edge of the blocks")
    even = section.integer(1)
    return Sums(edge, even, read_steps(section), section.count_stream(pixels))


def read_kept(sections, count, element):
    """Positions and stored values of the pixels that are kept one by one."""
    if POSITIONS not in sections:
        return np.zeros(0, int), np.zeros(0, np.uint64)
    positions = ascending(sections[POSITIONS].numbers(count))
    if element.real:
        values = sections[VALUES].planes(element.size, count)
    else:
        values = np.array(sections[VALUES].numbers(count), np.uint64)
    return np.array(positions), values


def require_sections(sections, record, element):
    """Check that the sections are those of a kind of frame."""
    found = {tag for tag in sections if tag < 128} - {FLAGGED}
    listed = {POSITIONS, VALUES} if record.kept else set()
    if record.form == COUNTED:
        kinds = [] if element.real else [{PROFILE, COUNTS}]
    elif element.real:
        kinds = [{PROFILE} | listed]
    else:
        with_grid = {PROFILE, KEPT_GRID, COUNTS}
        kinds = [{PROFILE, LIMITS} | listed, with_grid | {LIMITS}, with_grid | {SUMS}]
    require(found in kinds, "sections of the frame")


def read_frame(record, chunk, pixel_map):
    sections, element = read_sections(record.contents), chunk.element
    require_sections(sections, record, element)
    if element.real:
        mean, spread, limits = read_floats_profile(sections[PROFILE], pixel_map)
    else:
        mean, spread = read_counts_profile(sections[PROFILE], pixel_map)
        limits = read_limits(sections.get(LIMITS), pixel_map, element)
    flagged = read_flagged(sections.get(FLAGGED), element, chunk.height, chunk.width)
    require(sum(r[2] * r[3] for r in flagged) == record.flagged, "flagged pixels")
    positions, values = read_kept(sections, record.kept, element)
    require(all(0 <= i < chunk.height * chunk.width for i in positions), "position")
    grain, squares = read_kept_grid(sections.get(KEPT_GRID), chunk.height, chunk.width)
    counts = read_counts(sections.get(COUNTS), chunk.height * chunk.width)
    sums = read_sums(sections.get(SUMS), chunk.height * chunk.width)
    for tag, section in sections.items():
        require(tag >= 128 or section.at_end(), f"bytes behind section {tag}")
    return Frame(mean, spread, limits, flagged, positions, values, grain, squares, counts, sums)
