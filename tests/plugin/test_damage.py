"""h5py: chunks that are damaged, misplaced or misread: an error, never a crash, never wrong data.

Damaged chunks are put into intact files with write_direct_chunk, so that only the filter can find
the damage.
"""
import os
import resource
import struct

import hosts as host
from hosts import check

PLACE = host.start()
h5py, np = host.need_h5py()

COUNT, ROWS, COLUMNS = 4, 96, 120
HEADER = 32  # bytes, see core/format/chunk_header.h
CHECKSUM = 8
RADIAL = (1, 0, 59500, 47500)


class Victim:
    """A file of 4 chunks, of which the second is to be damaged."""

    def __init__(self, name, dtype="<u2", options=None, chunk_frames=1, seed=1):
        self.path = PLACE.file(name)
        self.frames = host.Frames(dtype, COUNT * chunk_frames, ROWS, COLUMNS, seed)
        self.chunk_frames = chunk_frames
        with h5py.File(self.path, "w") as file:
            file.create_dataset("data", data=self.frames.data, compression=host.FILTER,
                                chunks=(chunk_frames, ROWS, COLUMNS), compression_opts=options)
        with h5py.File(self.path, "r") as file:
            dataset = file["data"]
            self.restored = dataset[:]
            self.mask, self.chunk = dataset.id.read_direct_chunk((chunk_frames, 0, 0))
            check(self.mask == 0, "the chunk was not filtered")

    def put(self, chunk, mask=0):
        with h5py.File(self.path, "r+") as file:
            file["data"].id.write_direct_chunk((self.chunk_frames, 0, 0), bytes(chunk), mask)

    def read(self, i):
        with h5py.File(self.path, "r") as file:
            return file["data"][i * self.chunk_frames:(i + 1) * self.chunk_frames]

    def expect_error(self, chunk, what):
        """Reading the damaged chunk is an error, and the others are as before."""
        self.put(chunk)
        n = self.chunk_frames
        try:
            wrong = self.read(1)
        except OSError as error:
            text = str(error)
        else:
            different = int((host.bits(wrong) != host.bits(self.restored[n:2 * n])).sum())
            raise host.Failure("%s: read without an error, %d pixels are wrong" %
                               (what, different))
        for i in (0, 2, 3):
            check(host.same(self.read(i), self.restored[i * n:(i + 1) * n]),
                  "%s: chunk %d reads differently" % (what, i))
        return text


def truncated():
    count = 0
    for options, dtype in ((None, "<u2"), (RADIAL, ">i4"), (None, "<f4")):
        victim = Victim("truncated.h5", dtype, options)
        size = len(victim.chunk)
        for length in sorted({*range(1, 120), *range(120, size, 97), *range(size - 20, size)}):
            victim.expect_error(victim.chunk[:length], "%s, %d of %d bytes" % (dtype, length, size))
            count += 1
        for more in (1, 8, 1000):
            victim.expect_error(victim.chunk + bytes(more), "%d bytes more" % more)
    return "%d lengths" % count


def every_byte_of_the_header():
    """The header, the model, the first record, and the checksum: each byte, several ways."""
    victim = Victim("header.h5", options=RADIAL)
    places = list(range(200)) + list(range(len(victim.chunk) - CHECKSUM, len(victim.chunk)))
    texts = set()
    for place in places:
        for change in (0x01, 0x80, 0xff):
            chunk = bytearray(victim.chunk)
            chunk[place] ^= change
            texts.add(victim.expect_error(chunk, "byte %d ^ %#x" % (place, change)))
    return "%d texts" % len(texts)


def random_bits():
    random = np.random.default_rng(1)
    for dtype, options, chunk_frames in (("<u2", None, 1), (">i4", RADIAL, 3), ("<f8", None, 1)):
        victim = Victim("bits.h5", dtype, options, chunk_frames)
        for _ in range(400):
            chunk = bytearray(victim.chunk)
            places = random.integers(0, 8 * len(chunk), int(random.integers(1, 5)))
            for place in set(places.tolist()):
                chunk[place // 8] ^= 1 << place % 8
            victim.expect_error(chunk, "%s, bits %s" % (dtype, places))
        for _ in range(100):
            chunk = bytearray(victim.chunk)
            place = int(random.integers(0, len(chunk) - 64))
            chunk[place:place + 64] = random.bytes(64)
            victim.expect_error(chunk, "%s, bytes from %d" % (dtype, place))
    return "1500 chunks"


def nonsense():
    random = np.random.default_rng(2)
    victim = Victim("nonsense.h5")
    for size in (1, 4, 31, 32, 40, 1000, victim.restored[0].nbytes, 100000):
        for chunk in (bytes(size), b"\xff" * size, random.bytes(size),
                      (b"WNW\x1a\x01" + random.bytes(size))[:size]):
            victim.expect_error(chunk, "%d bytes of nonsense" % size)


def xxh64(data):
    """The checksum of a chunk, to seal changed contents."""
    primes = (0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x85EBCA77C2B2AE63,
              0x27D4EB2F165667C5)
    mask = (1 << 64) - 1

    def rotate(value, n):
        return (value << n | value >> (64 - n)) & mask

    def stir(state, lane):
        return rotate((state + lane * primes[1]) & mask, 31) * primes[0] & mask

    place = 0
    if len(data) >= 32:
        states = [(primes[0] + primes[1]) & mask, primes[1], 0, -primes[0] & mask]
        while place + 32 <= len(data):
            lanes = struct.unpack_from("<4Q", data, place)
            states = [stir(state, lane) for state, lane in zip(states, lanes)]
            place += 32
        result = sum(rotate(state, n) for state, n in zip(states, (1, 7, 12, 18))) & mask
        for state in states:
            result = ((result ^ stir(0, state)) * primes[0] + primes[3]) & mask
    else:
        result = primes[4]
    result = (result + len(data)) & mask
    while place + 8 <= len(data):
        lane = stir(0, struct.unpack_from("<Q", data, place)[0])
        result = (rotate(result ^ lane, 27) * primes[0] + primes[3]) & mask
        place += 8
    if place + 4 <= len(data):
        lane = struct.unpack_from("<I", data, place)[0]
        result = (rotate(result ^ (lane * primes[0] & mask), 23) * primes[1] + primes[2]) & mask
        place += 4
    for byte in data[place:]:
        result = rotate(result ^ (byte * primes[4] & mask), 11) * primes[0] & mask
    for shift, prime in ((33, primes[1]), (29, primes[2])):
        result = (result ^ result >> shift) * prime & mask
    return result ^ result >> 32


def sealed(chunk):
    """A chunk of any contents with the right size and checksum."""
    body = bytearray(chunk[:-CHECKSUM])
    if len(body) >= 24:
        struct.pack_into("<I", body, 20, len(body) + CHECKSUM)
    return bytes(body) + struct.pack("<Q", xxh64(bytes(body)))


def right_checksum_wrong_contents():
    """What no checksum finds: an error, or at least frames of the right shape, and no crash."""
    random = np.random.default_rng(3)
    errors = read = 0
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for dtype, options in (("<u2", None), ("<u2", RADIAL), ("<f4", None)):
        victim = Victim("sealed.h5", dtype, options)
        check(sealed(victim.chunk) == victim.chunk, "this test computes another checksum")
        variants = [victim.chunk[:length] + bytes(CHECKSUM)
                    for length in range(1, len(victim.chunk), 41)]
        for place in range(4, 200):
            for value in (0, 1, 0x7f, 0x80, 0xff):
                variants.append(victim.chunk[:place] + bytes([value]) + victim.chunk[place + 1:])
        for _ in range(1000):
            chunk = bytearray(victim.chunk)
            for _ in range(int(random.integers(1, 4))):
                chunk[int(random.integers(0, len(chunk) - CHECKSUM))] = int(random.integers(256))
            variants.append(bytes(chunk))
        for chunk in variants:
            victim.put(sealed(chunk))
            try:
                frame = victim.read(1)
                check(frame.shape == (1, ROWS, COLUMNS), "another shape")
                read += 1
            except OSError:
                errors += 1
        check(host.same(victim.read(2), victim.restored[2:3]), "chunk 2 reads differently")
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    check(grown < 500000, "the memory has grown by %d kB" % grown)
    check(errors > read / 4, "%d errors in %d chunks" % (errors, errors + read))
    return "%d errors, %d read, %d kB more memory" % (errors, read, grown)


def chunk_of_another_dataset():
    """An intact chunk that belongs to other frames: other shape, type, byte order or number."""
    victim = Victim("swapped.h5")
    random = np.random.default_rng(4)
    shapes = [("<u2", 1, ROWS, COLUMNS + 1), ("<u2", 1, COLUMNS, ROWS), ("<u2", 2, ROWS, COLUMNS),
              ("<u2", 1, ROWS // 2, 2 * COLUMNS), (">u2", 1, ROWS, COLUMNS),
              ("<i2", 1, ROWS, COLUMNS), ("<u4", 1, ROWS, COLUMNS), ("<f4", 1, ROWS, COLUMNS),
              ("u1", 1, ROWS, 2 * COLUMNS), ("<u2", 1, 2 * ROWS, 2 * COLUMNS), ("<u8", 1, 16, 16)]
    for dtype, n, rows, columns in shapes:
        with h5py.File(PLACE.file("other.h5"), "w") as file:
            other = file.create_dataset("data", data=random.poisson(5, (n, rows, columns)),
                                        dtype=dtype, chunks=(n, rows, columns),
                                        compression=host.FILTER)
            file.flush()
            mask, chunk = other.id.read_direct_chunk((0, 0, 0))
            check(mask == 0, "not filtered")
        text = victim.expect_error(chunk, "chunk of %s %s" % (dtype, (n, rows, columns)))
        if h5py.version.hdf5_version_tuple < (1, 14, 5):
            check("another type or shape" in text, "the text does not say so: " + text)
    # the same shape and type: readable, as what it is
    other = Victim("other.h5", options=RADIAL, seed=9)
    victim.put(other.chunk)
    check(host.same(victim.read(1), other.restored[1:2]), "another model's chunk reads differently")


def filter_mask():
    """A chunk that says it was not filtered is raw data; one that says it was must be a chunk."""
    victim = Victim("mask.h5")
    raw = victim.frames.data[1:2]
    victim.put(raw.tobytes(), 1)
    check(host.same(victim.read(1), raw), "a raw chunk reads differently")
    check(host.same(victim.read(2), victim.restored[2:3]), "the next chunk reads differently")
    # HDF5 1.10 keeps the old mask where a chunk of the same size is written again
    victim = Victim("mask.h5")
    victim.expect_error(raw.tobytes(), "raw data without filter mask")
    victim.put(victim.chunk)
    check(host.same(victim.read(1), victim.restored[1:2]), "the chunk itself reads differently")


def values_of(path, change):
    """Patch the stored parameters: 20 values in the object header, found by their contents."""
    with open(path, "rb") as file:
        contents = bytearray(file.read())
    wanted = struct.pack("<4I", COLUMNS, ROWS, 1, 116)
    place = contents.find(wanted)
    check(place > 0 and contents.find(wanted, place + 1) < 0, "the parameters cannot be found")
    first = place - 16 * 4
    values = list(struct.unpack_from("<20I", contents, first))
    change(values)
    struct.pack_into("<20I", contents, first, *[value & 0xffffffff for value in values])
    with open(path, "wb") as file:
        file.write(contents)


def wrong_values():
    """Parameters in the file that do not fit the chunks."""
    victim = Victim("values.h5")
    with open(victim.path, "rb") as file:
        intact = file.read()
    random = np.random.default_rng(5)
    changes = [{0: 0}, {0: 2}, {0: 0xffffffff}, {16: 121}, {17: 95},
               {16: COLUMNS // 2, 17: 2 * ROWS},
               {18: 2}, {18: 0}, {16: 0}, {16: 0xffffffff, 17: 0xffffffff, 18: 0xffffffff},
               {16: 0x7fffffff}, {19: 0}, {19: 1116}, {19: 132}, {19: 216}, {19: 108},
               {19: 0xffffffff}, {19: 1000}, {16: 30000, 17: 30000}]
    for _ in range(200):
        slots = random.integers(16, 20, 2)
        changes.append({int(slot): int(random.integers(1 << int(random.integers(1, 33))))
                        for slot in slots})
    for change in changes:
        with open(victim.path, "wb") as file:
            file.write(intact)
        before = []

        def apply(values, change=change, before=before):
            before.extend(values)
            for slot, value in change.items():
                values[slot] = value

        values_of(victim.path, apply)
        if all(before[slot] == value for slot, value in change.items()):
            continue
        try:
            restored = victim.read(1)
        except OSError:
            continue
        wrong = int((restored != victim.restored[1:2]).sum())
        raise host.Failure("%s: read without an error, %d pixels are wrong" % (change, wrong))
    # what only the encoder uses does not matter for reading
    with open(victim.path, "wb") as file:
        file.write(intact)
    values_of(victim.path, lambda values: values.__setitem__(slice(1, 16), [999999999] * 15))
    check(host.same(victim.read(1), victim.restored[1:2]), "reading depends on slots 1 to 15")
    return "%d lists" % len(changes)


def writing_with_wrong_values():
    """The same when a chunk is written: stored unfiltered or an error, and read back right."""
    victim = Victim("write.h5")
    with open(victim.path, "rb") as file:
        intact = file.read()
    for change in ({0: 2}, {16: 121}, {18: 2}, {19: 132}, {19: 0}, {1: 999}, {15: 1}, {4: 20000},
                   {2: 1, 3: 1, 16: 60, 17: 192}):
        with open(victim.path, "wb") as file:
            file.write(intact)

        def apply(values, change=change):
            for slot, value in change.items():
                values[slot] = value

        values_of(victim.path, apply)
        try:
            with h5py.File(victim.path, "r+") as file:
                file["data"][2] = victim.frames.data[2]
            restored = victim.read(2)
        except OSError:
            continue
        exact = (victim.frames.bright | victim.frames.flagged)[2:3]
        check((restored[exact] == victim.frames.data[2:3][exact]).all(),
              "%s: wrong data was written" % change)


def talks_when_asked():
    victim = Victim("talk.h5")
    chunk = bytearray(victim.chunk)
    chunk[len(chunk) // 2] ^= 1
    for damaged, words in ((bytes(chunk), "checksum"), (victim.chunk[:100], "cut short"),
                           (bytes(500), "not a winnow chunk"),
                           (victim.chunk[:4] + b"\x09" + victim.chunk[5:], "newer version")):
        victim.put(damaged)
        for verbose in (None, "0", "1"):
            with host.environment(WINNOW_VERBOSE=verbose):
                said = host.standard_error_of(lambda: host.error_of(lambda: victim.read(1)))
            if verbose == "1":
                check(said.count("\n") == 1 and said.startswith("winnow: ") and words in said,
                      "WINNOW_VERBOSE=1 should say '%s' in one line: %s" % (words, said))
            else:
                check(said == "", "says without being asked: " + said)
    with host.environment(WINNOW_VERBOSE="1"):
        said = host.standard_error_of(lambda: victim.read(2))
    check(said == "", "says something where nothing is wrong: " + said)


def a_cut_file():
    """A file that ends too early: HDF5 or the filter says so."""
    victim = Victim("cut.h5")
    size = os.path.getsize(victim.path)
    for keep in (size - 1, size - 2000, size // 2, 3000, 600, 0):
        os.truncate(victim.path, keep)
        host.error_of(lambda: victim.read(3))


print(host.versions(h5py))
host.main([truncated, every_byte_of_the_header, random_bits, nonsense,
           right_checksum_wrong_contents, chunk_of_another_dataset, filter_mask, wrong_values,
           writing_with_wrong_values, talks_when_asked, a_cut_file])
