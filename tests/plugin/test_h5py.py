"""h5py: frames written through the filter are restored as promised (README.md)."""
import hosts as host
from hosts import check

PLACE = host.start()
h5py, np = host.need_h5py()

DUMMY = 3  # a count that the background has everywhere
RADIAL = (1, 0, 124500, 99500)
PARAMETERS = {
    "no parameters": None,
    "tiles": (1, 2),
    "tiles of 32": (1, 2, 0, 0, 0, 0, 32),
    "radial": RADIAL,
    "radial, tilted": (1, 1, 124500, 99500, 0, 0, 60, 0, 0, 800000, 0, 100000, (1 << 32) - 50000),
    "published rule": (1, 1, 124500, 99500, 100, 100),
    "as pyFAI": (1, 10001, 124500, 99500, 300, 100),
    "picked at 3 sigma": (1, 0, 0, 0, 300),
}


def write(name, data, chunk_frames=1, options=None, **more):
    """Write one dataset; the stored bytes."""
    with h5py.File(PLACE.file(name), "w") as file:
        file["before"] = np.arange(100)
        dataset = file.create_dataset("data", data=data, compression=host.FILTER,
                                      chunks=(chunk_frames,) + data.shape[1:],
                                      compression_opts=options, **more)
        file["after"] = np.arange(100)
        return dataset.id.get_storage_size()


def read(name, noise=None, threads=None):
    with host.environment(WINNOW_NOISE=noise, WINNOW_THREADS=threads):
        with h5py.File(PLACE.file(name), "r") as file:
            check((file["before"][:] == np.arange(100)).all() and
                  (file["after"][:] == np.arange(100)).all(), "other datasets are damaged")
            return file["data"][:]


def chunks_of(name):
    """The bytes of every chunk, and that none of them was left out by the filter."""
    with h5py.File(PLACE.file(name), "r") as file:
        identity = file["data"].id
        stored = []
        for i in range(identity.get_num_chunks()):
            mask, chunk = identity.read_direct_chunk(identity.get_chunk_info(i).chunk_offset)
            check(mask == 0, "chunk %d is stored without the filter" % i)
            stored.append(chunk)
        return stored


def every_type():
    for dtype in host.TYPES:
        frames = host.Frames(dtype, seed=7)
        size = write("types.h5", frames.data)
        check(size < 0.5 * frames.data.nbytes, "%s: %d of %d bytes are stored" %
              (dtype, size, frames.data.nbytes))
        frames.check(read("types.h5"), dtype)
    return "%d types" % len(host.TYPES)


def every_parameter():
    for name, options in PARAMETERS.items():
        for dtype in ("<u4", "<i2", "<f4"):
            frames = host.Frames(dtype, seed=3)
            write("parameters.h5", frames.data, options=options)
            frames.check(read("parameters.h5"), "%s, %s" % (name, dtype))


def frames_per_chunk():
    for dtype in ("<u2", ">i4", "<f8"):
        for count in (1, 2, 3, 5):
            frames = host.Frames(dtype, count=5, height=96, width=120, seed=count)
            write("several.h5", frames.data, count)
            frames.check(read("several.h5"), "%s, %d frames per chunk" % (dtype, count))


def more_dimensions():
    frames = host.Frames("<u2", count=6, height=96, width=120)
    data = frames.data.reshape(3, 2, 96, 120)
    for chunk in ((1, 1), (1, 2), (3, 2)):
        with h5py.File(PLACE.file("four.h5"), "w") as file:
            file.create_dataset("data", data=data, chunks=chunk + (96, 120),
                                compression=host.FILTER)
        with h5py.File(PLACE.file("four.h5"), "r") as file:
            frames.check(file["data"][:].reshape(6, 96, 120), "chunks of %d x %d frames" % chunk)


def dummy_is_exact():
    for dtype in ("<u2", ">i4", "<f4"):
        frames = host.Frames(dtype, seed=5)
        data = frames.data.copy()
        random = np.random.default_rng(1)
        blind = random.random(data.shape) < 0.05
        data[blind] = DUMMY
        options = [0] * 15
        options[0], options[1], options[14] = 1, 10000000, DUMMY
        write("dummy.h5", data, options=tuple(options))
        restored = read("dummy.h5")
        was = data == DUMMY
        wrong = int((restored[was] != DUMMY).sum())
        check(wrong == 0, "%s: %d of %d dummies are lost" % (dtype, wrong, was.sum()))
        others = host.bits(restored)[frames.flagged & ~blind] != \
            host.bits(data)[frames.flagged & ~blind]
        check(not others.any(), "%s: %d other flagged pixels are wrong" % (dtype, others.sum()))


def dummy_is_not_made_up():
    frames = host.Frames("<u2", seed=5)
    options = [0] * 15
    options[0], options[1], options[14] = 1, 10000000, DUMMY
    write("dummy.h5", frames.data, options=tuple(options))
    for noise in (0, 1):
        restored = read("dummy.h5", noise=noise)
        made_up = int(((restored == DUMMY) & (frames.data != DUMMY)).sum())
        check(made_up == 0, "WINNOW_NOISE=%d: %d of %d pixels have become the dummy %d" %
              (noise, made_up, frames.data.size, DUMMY))


def noise_on_and_off():
    frames = host.Frames("<u2", seed=9)
    plain = (1, 1000, 0, 0, 400)
    write("noise.h5", frames.data, options=(1, 0, 0, 0, 400))
    stored = read("noise.h5")
    check(host.same(stored, read("noise.h5", noise=1)), "WINNOW_NOISE=1 changes a file with noise")
    without = read("noise.h5", noise=0)
    frames.check(without, "WINNOW_NOISE=0", spread=False)
    spread = without[0][frames.background[0]].std()
    check(spread < 0.6 * stored[0][frames.background[0]].std(),
          "WINNOW_NOISE=0 still restores with a spread of %.2f" % spread)
    for nonsense in ("2", "yes", ""):
        check(host.same(stored, read("noise.h5", noise=nonsense)),
              "WINNOW_NOISE=%s changes the result" % nonsense)
    write("noise.h5", frames.data, options=plain)
    check(host.same(without, read("noise.h5")), "method 1000 is not the same as WINNOW_NOISE=0")
    frames.check(read("noise.h5", noise=1), "method 1000, WINNOW_NOISE=1")


def threads_change_nothing():
    for dtype in ("<u4", ">f4"):
        frames = host.Frames(dtype, count=3, height=400, width=500, seed=2)
        chunks = []
        restored = []
        for threads in (None, 1, 2, 7, "-1", "many", "0", "99999999999999999999"):
            with host.environment(WINNOW_THREADS=threads):
                write("threads.h5", frames.data, 3, RADIAL[:2])
            chunks.append(chunks_of("threads.h5"))
            restored.append(read("threads.h5", threads=threads))
        check(all(chunk == chunks[0] for chunk in chunks), "%s: the chunk depends on the threads" %
              dtype)
        check(all(host.same(one, restored[0]) for one in restored),
              "%s: what is restored depends on the threads" % dtype)


def writing_again_changes_nothing():
    """Deterministic: the same frames give the same chunk, also from a buffer at another place."""
    frames = host.Frames("<u2", seed=4)
    write("again.h5", frames.data)
    first = chunks_of("again.h5")
    shifted = np.empty(frames.data.size + 1, "<u2")[1:].reshape(frames.data.shape)
    shifted[:] = frames.data
    write("again.h5", shifted)
    check(chunks_of("again.h5") == first, "the same frames give another chunk")


def reading_a_part():
    frames = host.Frames("<u4", seed=6)
    write("part.h5", frames.data)
    whole = read("part.h5")
    with h5py.File(PLACE.file("part.h5"), "r", rdcc_nbytes=0) as file:
        dataset = file["data"]
        for part in ((0, 7, 9), (1, slice(3, 50), slice(0, 250, 7)),
                     (slice(None), 100, slice(None)),
                     (slice(None), slice(60, 61), slice(200, 250))):
            check((dataset[part] == whole[part]).all(), "a part reads differently: %s" % (part,))
        check(dataset.astype("f8")[1].dtype == "f8" and
              (dataset.astype("f8")[1] == whole[1]).all(), "reading as float64 is wrong")


def odd_shapes():
    """Frames of every awkward shape: flagged and bright pixels are exact, whatever is stored."""
    random = np.random.default_rng(8)
    shapes = [(1, 1, 1), (1, 1, 2), (1, 2, 1), (1, 1, 5000), (1, 5000, 1), (3, 3, 3), (2, 64, 64),
              (1, 65, 63), (1, 17, 4097), (7, 16, 16), (1, 31, 33), (200, 2, 2)]
    options = [None, (1, 2, 0, 0, 0, 0, 16), (1, 1, 400, 300), (1, 1, 0, 0, 0, 0, 1)]
    for shape in shapes:
        for dtype in ("u1", "<u2", ">i4", "<f4", ">f8", "<i8"):
            for values in ("counts", "zero", "maximum", "flagged", "large"):
                kind = np.dtype(dtype).newbyteorder("=")
                top = np.finfo(kind).max if kind.kind == "f" else np.iinfo(kind).max
                if values == "counts":
                    data = random.poisson(3, shape).astype(dtype)
                    data[random.random(shape) < 0.1] = 100
                elif values == "large":
                    data = random.uniform(0, float(top) * 0.99, shape).astype(dtype)
                else:
                    data = np.full(shape, {"zero": 0, "maximum": top, "flagged": top}[values],
                                   dtype)
                if values == "flagged" and kind.kind != "u":
                    data[:] = -1 if kind.kind == "i" else np.nan
                for option in options:
                    if option and option[1] == 1 and (shape[1] < 2 or shape[2] < 2):
                        continue
                    check_odd_shape(data, values, option)


def check_odd_shape(data, values, option):
    what = "%s %s %s %s" % (data.shape, data.dtype.str, values, option)
    with h5py.File(PLACE.file("odd.h5"), "w", driver="core", backing_store=False) as file:
        dataset = file.create_dataset("data", data=data, chunks=data.shape,
                                      compression=host.FILTER, compression_opts=option)
        file.flush()
        mask, chunk = dataset.id.read_direct_chunk((0,) * data.ndim)
        room = data.nbytes + 128 + 16 * data.shape[0]
        check(len(chunk) <= (room if mask == 0 else data.nbytes),
              "%s: %d bytes for %d" % (what, len(chunk), data.nbytes))
        dataset.id.refresh()
        restored = dataset[:]
    check(restored.dtype == data.dtype, "%s: read as %s" % (what, restored.dtype))
    exact = np.ones(data.shape, bool)
    if values == "large":
        return
    if values == "counts":
        exact = data == 100
    check((host.bits(restored)[exact] == host.bits(data)[exact]).all(),
          "%s: %d of %d pixels are wrong" % (what, (host.bits(restored)[exact] !=
                                                    host.bits(data)[exact]).sum(), exact.sum()))


print(host.versions(h5py))
host.main([every_type, every_parameter, frames_per_chunk, more_dimensions, dummy_is_exact,
           noise_on_and_off, threads_change_nothing, writing_again_changes_nothing, reading_a_part,
           odd_shapes, dummy_is_not_made_up])
