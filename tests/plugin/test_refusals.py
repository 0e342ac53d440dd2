"""h5py: what the filter refuses or leaves alone, and how it says so.

h5py makes every filter optional: what is no stack of images is then stored without the filter. A
filter that was asked for as mandatory must refuse such a dataset. Wrong parameters are an error in
both cases.
"""
import ctypes
import re

import hosts as host
from hosts import check

PLACE = host.start()
h5py, np = host.need_h5py()

SHAPE = (2, 200, 250)
CHUNK = (1, 200, 250)


def negative(value):
    return value & 0xffffffff


def slots(**values):
    """A list of parameters, by the names of their slots."""
    names = ("version method centre_x centre_y pick noise_floor bins clip cycles distance aspect "
             "rot1 rot2 polarisation dummy places width height frames type").split()
    filled = [values.pop(name, 0) for name in names]
    check(not values, "unknown slots: %s" % values)
    filled[0] = filled[0] or 1
    return tuple(negative(value) for value in filled)


CENTRE = {"centre_x": 100000, "centre_y": 100000}

# What is wrong, and what the error must say of it.
WRONG = [
    (slots(version=2), "newer"),
    (slots(version=-1), "newer"),
    (slots(pick=20000), r"pick.*200 sigma.*20000.*0\.01 to 100 sigma"),
    (slots(pick=-1), r"pick.*-1"),
    (slots(noise_floor=-100), r"noise floor.*-100"),
    (slots(bins=9000, **CENTRE), r"rings.*9000.*1 to 8191"),
    (slots(bins=-4), r"tile edge.*-4"),
    (slots(bins=3), r"tile edge.*3 pixel.*4 to 131072"),
    (slots(bins=6), r"tile.*6 pixels.*multiple of 4"),
    (slots(clip=-1), r"clipping cut-off.*-1"),
    (slots(clip=10001), r"clipping cut-off.*10001"),
    (slots(cycles=1000), r"cycles.*1000"),
    (slots(distance=-5, **CENTRE), r"distance.*-5"),
    (slots(aspect=5), r"height of a pixel.*stored as 5.*0\.01 to 100 pixel widths"),
    (slots(aspect=-1), r"height of a pixel.*-1"),
    (slots(rot1=2000000, distance=100, **CENTRE), r"rot1.*2000000"),
    (slots(rot2=-2000000, distance=100, **CENTRE), r"rot2.*-2000000"),
    (slots(polarisation=3000, distance=100, **CENTRE), r"polarisation.*3000"),
    (slots(rot1=1000, **CENTRE), "distance"),
    (slots(method=1000000, **CENTRE), "distance"),
    (slots(method=100000), "beam centre"),
    (slots(rot1=1000, distance=100000), "beam centre"),
    (slots(centre_x=-1000, centre_y=10000), r"beam centre \(-1.000, 10.000\) is outside"),
    (slots(centre_x=250000, centre_y=10000), r"beam centre \(250.000, 10.000\) is outside"),
    (slots(width=500, height=400, **CENTRE), r"250 x 200.*cuts.*500 x 400"),
    (slots(width=250, height=201, **CENTRE), r"250 x 200.*cuts.*250 x 201"),
    (slots() + (0,), r"21 parameters are too many"),
    ((1,) * 60, r"60 parameters are too many"),
    (slots(method=3), "method|background model"),
    (slots(method=40), "method|error model"),
    (slots(method=400), "method|keep"),
    (slots(method=300, places=2), "all pixels kept"),
    (slots(places=1), "edge of a block.*2 to 8"),
    (slots(places=20), "halo"),
    (slots(method=2000), "method|noise"),
    (slots(method=999999999), "method"),
    (slots(places=10000), "parameter 15"),
]


def create(file, datatype, shape, chunk, options=(), mandatory=False, before=None):
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk(chunk)
    if before:
        before(plist)
    plist.set_filter(host.FILTER, 0 if mandatory else h5py.h5z.FLAG_OPTIONAL, options)
    return h5py.Dataset(h5py.h5d.create(file.id, b"data", datatype, h5py.h5s.create_simple(shape),
                                        plist))


def error_of_creation(*arguments, **more):
    """The text of the error; the file must stay usable, and hold no dataset."""
    with h5py.File(PLACE.file("refused.h5"), "w") as file:
        file["before"] = np.arange(100)

        def creation():
            create(file, *arguments, **more)

        text = host.error_of(creation)
        check("data" not in file, "a refused dataset exists")
        file["after"] = np.arange(100)
    with h5py.File(PLACE.file("refused.h5"), "r") as file:
        check((file["before"][:] == file["after"][:]).all(), "other datasets are damaged")
    return text


def check_texts(wrong):
    for options, expected in wrong:
        for mandatory in (False, True):
            try:
                text = error_of_creation(h5py.h5t.STD_U16LE, SHAPE, CHUNK, options, mandatory)
            except host.Failure as failure:
                raise host.Failure("%s: %s" % (options, failure)) from None
            check(re.search(expected, text), "%s: the text should say '%s': %s" %
                  (options, expected, text))


def wrong_parameters():
    check_texts(WRONG)
    return "%d texts" % len(WRONG)


def right_parameters():
    """Unusual parameters that are valid."""
    for options in (slots(), (0,), (1,), slots(method=11111111, distance=800000, **CENTRE),
                    slots(width=250, height=200, **CENTRE), slots(width=500, height=400),
                    slots(width=250, height=200, centre_x=-400000, centre_y=1000),
                    slots(pick=10000, clip=10000, cycles=100, bins=131072, noise_floor=100000000),
                    slots(frames=9, type=108), slots(frames=9, type=7, width=3, height=3),
                    slots(dummy=-2147483648, method=10000000)):
        with h5py.File(PLACE.file("right.h5"), "w") as file:
            try:
                dataset = create(file, h5py.h5t.STD_U16BE, SHAPE, CHUNK, options)
            except ValueError as error:
                raise host.Failure("%s: %s" % (options, error)) from None
            stored = host.stored_parameters(dataset)
            check(len(stored) == 20 and stored[16:] == [250, 200, 1, 1116],
                  "%s: stored as %s" % (options, stored))
            frames = host.Frames(">u2", 2)
            dataset[:] = frames.data
            check(dataset.shape == SHAPE, "shape")
        with h5py.File(PLACE.file("right.h5"), "r") as file:
            # 100 sigma, or clipping as pyFAI does it, may lose a bright pixel
            exact = frames.flagged if {10000, 11111111} & set(options) else frames.bright
            check((file["data"][:][exact] == frames.data[exact]).all(), "%s: wrong pixels" %
                  (options,))


def random_parameters():
    """Lists of random numbers: an error, or a dataset that works."""
    random = np.random.default_rng(11)
    frames = host.Frames("<u2", 1, 40, 50)
    created = 0
    for _ in range(1500):
        n = int(random.integers(0, 24))
        values = random.integers(0, 1 << int(random.integers(1, 33)), n)
        options = [int(value) if random.random() < 0.3 else 0 for value in values]
        if options:
            options[0] = int(random.choice([0, 1, 1, 1, 1, 2]))
        if n > 3 and random.random() < 0.5:
            options[2:4] = 25000, 20000
        if n > 1 and random.random() < 0.5:
            options[1] = int("".join(random.choice(list("012"), 8)))
        with h5py.File("memory", "w", driver="core", backing_store=False) as file:
            try:
                dataset = create(file, h5py.h5t.STD_U16LE, (1, 40, 50), (1, 40, 50), tuple(options))
            except ValueError:
                continue
            created += 1
            dataset[:] = frames.data
            dataset.flush()
            dataset.refresh()
            wrong = dataset[:][frames.flagged] != frames.data[frames.flagged]
            check(not wrong.any(), "%s: %d flagged pixels are wrong" % (options, wrong.sum()))
    check(created > 100, "only %d lists were accepted" % created)
    return "%d of 1500 accepted" % created


# ---- what is no stack of images ------------------------------------------------------------------


def left_alone():
    """Datasets that the filter leaves alone, with what is written into them."""
    counts = np.random.default_rng(1).poisson(5, SHAPE)
    text = np.array([b"a", b"bc", b"def"] * 8).reshape(2, 3, 4)
    record = np.zeros(SHAPE, [("count", "u2"), ("value", "f4")])
    record["count"] = counts
    narrow = h5py.h5t.STD_U16LE.copy()
    narrow.set_precision(12)
    odd_float = h5py.h5t.IEEE_F32LE.copy()
    odd_float.set_ebias(100)
    yield "rank 1", counts.ravel().astype("u2"), None
    yield "rank 2", counts[0].astype("u2"), None
    yield "a row", counts[:, 0].astype("f8"), None
    yield "half floats", counts.astype("f2"), None
    yield "half floats, big-endian", counts.astype(">f2"), None
    yield "long double", counts.astype("f16"), None
    yield "complex", counts.astype("c8"), None
    yield "bool", counts > 5, None
    yield "enum", counts.astype("u1"), h5py.h5t.py_create(
        h5py.enum_dtype({str(i): i for i in range(32)}, "u1"), logical=True)
    yield "compound", record, None
    yield "strings", text, None
    yield "opaque", counts.astype("u4").view("V4"), None
    yield "arrays", np.zeros((2, 3, 4), "(5,)i4"), h5py.h5t.py_create(np.dtype("(5,)i4"))
    yield "12 bits", counts.astype("u2"), narrow
    yield "other floats", counts.astype("f4"), odd_float


def types_that_are_left_alone():
    count = 0
    for name, data, datatype in left_alone():
        shape = data.shape[:3]
        datatype = datatype or h5py.h5t.py_create(data.dtype, logical=True)
        with h5py.File(PLACE.file("alone.h5"), "w") as file:
            file["before"] = np.arange(100)
            dataset = create(file, datatype, shape, shape)
            dataset[...] = data
            file["after"] = np.arange(100)
        with h5py.File(PLACE.file("alone.h5"), "r") as file:
            dataset = file["data"]
            check(dataset[...].astype(data.dtype).tobytes() == data.tobytes(),
                  name + ": reads differently")
            check(dataset.id.get_chunk_info(0).filter_mask == 1, name + ": was filtered")
            check((file["before"][:] == file["after"][:]).all(), name + ": others are damaged")
        text = error_of_creation(datatype, shape, shape, mandatory=True)
        check("left alone" in text, "%s: the text does not say why: %s" % (name, text))
        count += 1
    return "%d types and shapes" % count


def references_and_variable_lengths():
    with h5py.File(PLACE.file("references.h5"), "w") as file:
        shape = (2, 30, 40)
        file["image"] = np.arange(12).reshape(3, 4)
        words = file.create_dataset("words", shape, h5py.string_dtype(), chunks=shape,
                                    compression=host.FILTER)
        words[:] = "w\u00f6rter"
        lists = file.create_dataset("lists", shape, h5py.vlen_dtype("i4"), chunks=shape,
                                    compression=host.FILTER)
        lists[1, 2, 3] = [1, 2, 3]
        to = file.create_dataset("to", shape, h5py.ref_dtype, chunks=shape,
                                 compression=host.FILTER)
        to[0, 0, 1] = file["image"].ref
        region = file.create_dataset("region", shape, h5py.regionref_dtype, chunks=shape,
                                     compression=host.FILTER)
        region[0, 0, 2] = file["image"].regionref[1:2, 0:2]
    with h5py.File(PLACE.file("references.h5"), "r") as file:
        check(file["words"].asstr()[1, 29, 39] == "w\u00f6rter", "strings read differently")
        check(list(file["lists"][1, 2, 3]) == [1, 2, 3], "lists read differently")
        check(file[file["to"][0, 0, 1]].name == "/image", "references read differently")
        chosen = file["image"].regionref.selection(file["region"][0, 0, 2])
        check(chosen == (1, 2), "region references read differently: %s" % (chosen,))


def large_chunks():
    """More than 2 GiB: refused when the dataset is created, before any data is written."""
    for shape in ((1, 30000, 25000), (3, 10000, 25000), (1, 32768, 16384)):
        datatype = h5py.h5t.STD_U32LE
        text = error_of_creation(datatype, shape, shape, mandatory=True)
        check("too large" in text, "%s: %s" % (shape, text))
        with h5py.File(PLACE.file("large.h5"), "w") as file:
            dataset = create(file, datatype, shape, shape)
            check(dataset.id.get_storage_size() == 0, "there is data")
            check(dataset.id.get_create_plist().get_filter(0)[0] == host.FILTER, "no filter")
    shape = (1, 32764, 16384)
    with h5py.File(PLACE.file("large.h5"), "w") as file:
        create(file, h5py.h5t.STD_U32LE, shape, shape, mandatory=True)


def filters_in_front():
    """The filter must see the pixels themselves."""
    for name, before in (("shuffle", lambda plist: plist.set_shuffle()),
                         ("gzip", lambda plist: plist.set_deflate(1)),
                         ("checksum", lambda plist: plist.set_fletcher32())):
        for mandatory in (False, True):
            text = error_of_creation(h5py.h5t.STD_U16LE, SHAPE, CHUNK, (), mandatory, before)
            check("another filter comes before" in text, "%s: %s" % (name, text))


def groups():
    """A filter for the links of a group: there is nothing to compress, and nothing may break."""
    library = host.hdf5_library()
    for flag, usable in ((h5py.h5z.FLAG_OPTIONAL, True), (0, False)):
        with h5py.File(PLACE.file("group.h5"), "w", libver="latest") as file:
            file["before"] = np.arange(100)
            plist = h5py.h5p.create(h5py.h5p.GROUP_CREATE)
            got = library.H5Pset_filter(ctypes.c_int64(plist.id), ctypes.c_int(host.FILTER),
                                        ctypes.c_uint(flag), ctypes.c_size_t(0), None)
            check(got >= 0, "H5Pset_filter fails")

            def many_links(file=file, plist=plist):
                group = h5py.Group(h5py.h5g.create(file.id, b"links", gcpl=plist))
                for i in range(100):
                    group["link%d" % i] = h5py.SoftLink("/before")
                check(len(list(group)) == 100 and len(group["link99"]) == 100,
                      "links are lost")

            if usable:
                many_links()
            else:
                host.error_of(many_links)
        with h5py.File(PLACE.file("group.h5"), "r") as file:
            check((file["before"][:] == np.arange(100)).all(), "other datasets are damaged")


def talks_when_asked():
    """WINNOW_VERBOSE=1: the reason on stderr, in one line. Nothing otherwise."""
    def refused():
        host.error_of(lambda: create(file, h5py.h5t.STD_U16LE, SHAPE, CHUNK, slots(pick=20000)))

    def alone():
        dataset = create(file, h5py.h5t.STD_U16LE, SHAPE[1:], CHUNK[1:])
        dataset[:] = 7
        file.flush()
        del file["data"]

    for function, words in ((refused, "pick cut-off"), (alone, "rank 2")):
        for verbose in (None, "0", "", "1"):
            with host.environment(WINNOW_VERBOSE=verbose), \
                    h5py.File(PLACE.file("talk.h5"), "w") as file:
                said = host.standard_error_of(function)
            if verbose == "1":
                check(words in said and said.startswith("winnow: "), "says only: " + said)
                check(len(said.splitlines()) <= 4, "says too much: " + said)
            else:
                check(said == "", "WINNOW_VERBOSE=%s: says %s" % (verbose, said))
    for name, value in (("WINNOW_NOISE", "3"), ("WINNOW_THREADS", "two")):
        with host.environment(WINNOW_VERBOSE=1, **{name: value}), \
                h5py.File(PLACE.file("talk.h5"), "w", rdcc_nbytes=0) as file:
            def write_and_read():
                dataset = create(file, h5py.h5t.STD_U16LE, SHAPE, CHUNK)
                dataset[:] = host.Frames("<u2").data
                return dataset[:]
            said = host.standard_error_of(write_and_read)
        check("%s=%s" % (name, value) in said, "%s=%s: says %s" % (name, value, said))


print(host.versions(h5py))
host.main([wrong_parameters, right_parameters, random_parameters,
           types_that_are_left_alone, references_and_variable_lengths, large_chunks,
           filters_in_front, groups, talks_when_asked])
