"""h5py: frames that are written in parts, appended, overwritten and copied.

With a chunk cache of 0 bytes HDF5 treats these small frames like real ones, which never fit its
cache: each part that is written reads, decodes, encodes and writes the whole chunk.
"""
import itertools
import os

import hosts as host
from hosts import check

PLACE = host.start()
h5py, np = host.need_h5py()

ROWS, COLUMNS = 208, 256
RADIAL = (1, 0, 127500, 103500)


def new(name, data, options=None, chunk_frames=1, **more):
    """A file without chunk cache, and a dataset in it that is still to be written."""
    file = h5py.File(PLACE.file(name), "w", rdcc_nbytes=0)
    more.setdefault("shape", data.shape)
    dataset = file.create_dataset("data", dtype=data.dtype, compression=host.FILTER,
                                  chunks=(chunk_frames,) + data.shape[1:],
                                  compression_opts=options, **more)
    return file, dataset


def chunk(dataset, i=0):
    mask, stored = dataset.id.read_direct_chunk(dataset.id.get_chunk_info(i).chunk_offset)
    check(mask == 0, "chunk %d is stored without the filter" % i)
    return stored


def written_at_once(data, options=None, chunk_frames=1):
    """The chunks that these frames give when each is written at once, and how they read back."""
    file, dataset = new("at_once.h5", data, options, chunk_frames)
    with file:
        for first in range(0, len(data), chunk_frames):
            dataset[first:first + chunk_frames] = data[first:first + chunk_frames]
        return [chunk(dataset, i) for i in range(dataset.id.get_num_chunks())], dataset[:]


def rows(*edges):
    """Bands of rows between these edges."""
    return [np.s_[:, a:b, :] for a, b in zip(edges, edges[1:])]


def columns(*edges):
    return [np.s_[:, :, a:b] for a, b in zip(edges, edges[1:])]


QUARTERS = rows(0, 52, 104, 156, 208)
QUADRANTS = [np.s_[:, a:a + 104, b:b + 128] for a in (0, 104) for b in (0, 128)]
UNEVEN = [np.s_[:, a:b, c:d] for a, b in ((0, 90), (90, 208)) for c, d in ((0, 100), (100, 256))]


def write_parts(dataset, data, parts, after_each=None):
    written = np.zeros(data.shape, bool)
    for part in parts:
        dataset[part] = data[part]
        written[part] = True
        if after_each:
            after_each(dataset[:], written)


def growing_bands():
    """Bands that leave the first or the last rows for the end: as if written at once."""
    orders = [QUARTERS, QUARTERS[::-1], rows(0, 1, 7, 100, 191, 192, 208),
              [QUARTERS[i] for i in (1, 2, 0, 3)], [QUARTERS[i] for i in (2, 1, 3, 0)],
              [QUARTERS[i] for i in (1, 0, 2, 3)], rows(*range(0, 209, 16)),
              QUADRANTS[:2] + [np.s_[:, 104:208, :]]]
    for dtype in ("<u2", ">i4", "u1", "<i8"):
        for options in (None, RADIAL):
            frames = host.Frames(dtype, 1, ROWS, COLUMNS)
            whole, _ = written_at_once(frames.data, options)
            for number, order in enumerate(orders):
                file, dataset = new("bands.h5", frames.data, options)
                what = "%s, order %d" % (dtype, number)

                def intermediate(restored, written, frames=frames, what=what):
                    if written.all():
                        return
                    check((restored[written] == frames.data[written]).all(),
                          what + ": what has been written is not exact before the frame is whole")
                    check((restored[~written] == 0).all(),
                          what + ": what has not been written yet is not 0")

                with file:
                    write_parts(dataset, frames.data, order, intermediate)
                    frames.check(dataset[:], what)
                    check(chunk(dataset) == whole[0], what + ": not the chunk of a whole write")
    return "%d orders" % len(orders)


def any_order_keeps_signal():
    """In any order, bright and flagged pixels are exact from the moment they are written."""
    count = 0
    for dtype in ("<u2", "<i4", "<f4", ">f8"):
        frames = host.Frames(dtype, 1, ROWS, COLUMNS)
        exact = frames.bright | frames.flagged
        for parts in (QUARTERS, QUADRANTS, UNEVEN, columns(0, 50, 128, 200, 256)):
            for options in (None, RADIAL):
                for order in itertools.permutations(parts):
                    def intermediate(restored, written, what=(dtype, options, order)):
                        here = exact & written
                        wrong = host.bits(restored)[here] != host.bits(frames.data)[here]
                        check(not wrong.any(), "%s: %d of %d flagged and bright pixels are wrong" %
                              (what, wrong.sum(), here.sum()))

                    file, dataset = new("order.h5", frames.data, options)
                    with file:
                        write_parts(dataset, frames.data, order, intermediate)
                    count += 1
    return "%d writes" % count


def any_order(dtype, parts, fill=0):
    """A line for each order of parts that harms the background."""
    frames = host.Frames(dtype, 1, ROWS, COLUMNS)
    worst, harmed, tried = "", 0, 0
    deviation = 0
    for order in itertools.permutations(parts):
        file, dataset = new("order.h5", frames.data, fillvalue=fill)
        with file:
            write_parts(dataset, frames.data, order)
            restored = dataset[:]
        tried += 1
        try:
            frames.check(restored, dtype)
        except host.Failure as failure:
            harmed += 1
            here = abs(restored[frames.background].mean() - frames.data[frames.background].mean())
            if here >= deviation:
                deviation, worst = here, str(failure)
    check(harmed == 0, "%d of %d orders harm the background, the worst: %s" % (harmed, tried,
                                                                             worst))


def bands_in_any_order():
    any_order("<u2", QUARTERS)


def quadrants_in_any_order():
    any_order("<u2", QUADRANTS)


def floats_in_bands():
    any_order("<f4", QUARTERS)


def last_band_of_few_rows():
    """h5repack writes a frame as bands of 32 MiB; what is left for the last one may be little."""
    for last in (1, 5, 15):
        frames = host.Frames("<u2", 1, ROWS, COLUMNS)
        whole, _ = written_at_once(frames.data)
        file, dataset = new("few.h5", frames.data)
        with file:
            write_parts(dataset, frames.data, rows(0, ROWS // 2, ROWS - last, ROWS))
            check(chunk(dataset) == whole[0], "a last band of %d rows: not the chunk of a whole "
                  "write" % last)


def flags_as_fill_value():
    """Where the fill value is a flag, every order is right: what is not there yet is known."""
    for dtype, fill in (("<u2", 65535), ("<i4", -1), ("<f4", np.nan)):
        for parts in (QUARTERS, UNEVEN):
            any_order(dtype, parts, fill)


def blank_is_not_made_up():
    """What has not been written yet reads as the fill value, in any order."""
    frames = host.Frames("<u2", 1, ROWS, COLUMNS)
    made_up = 0

    def intermediate(restored, written):
        nonlocal made_up
        made_up = max(made_up, int((restored[~written] != 0).sum()))

    for order in itertools.permutations(QUARTERS):
        file, dataset = new("blank.h5", frames.data)
        with file:
            write_parts(dataset, frames.data, order, intermediate)
    check(made_up == 0, "up to %d pixels that were never written read as counts" % made_up)


def early_allocation():
    """HDF5 encodes a chunk of fill values when the dataset is created, and reads it back."""
    frames = host.Frames("<u2", 3, ROWS, COLUMNS)
    for fill in (0, 65535):
        for chunk_frames in (1, 3):
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_chunk((chunk_frames, ROWS, COLUMNS))
            plist.set_filter(host.FILTER, h5py.h5z.FLAG_OPTIONAL, ())
            plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            plist.set_fill_time(h5py.h5d.FILL_TIME_ALLOC)
            plist.set_fill_value(np.array(fill, "<u2"))
            with h5py.File(PLACE.file("early.h5"), "w", rdcc_nbytes=0) as file:
                space = h5py.h5s.create_simple(frames.data.shape)
                dataset = h5py.Dataset(h5py.h5d.create(file.id, b"data", h5py.h5t.STD_U16LE, space,
                                                       plist))
                check((dataset[:] == fill).all(), "fill value %d: reads differently" % fill)
                stored = dataset.id.get_storage_size()
                check(stored < 0.1 * frames.data.nbytes, "%d bytes for blank frames" % stored)
                for i in range(3):
                    dataset[i] = frames.data[i]
                    check((dataset[i + 1:] == fill).all(), "fill value %d: frames that are not "
                          "there yet read differently" % fill)
                frames.check(dataset[:], "fill value %d" % fill)


def other_fill_value():
    """A chunk of nothing but a fill value that is no flag reads as that value."""
    for dtype, fill in (("<u2", 7), ("<f4", 7.25), ("<u4", 100000)):
        file, dataset = new("fill.h5", np.zeros((1, ROWS, COLUMNS), dtype))
        with file:
            dataset[:] = fill
            wrong = int((dataset[:] != fill).sum())
            check(wrong == 0, "%s: %d of %d pixels of a frame of nothing but %g read differently" %
                  (dtype, wrong, dataset.size, fill))


def appending():
    """One frame after the other; several of them make a chunk, which ends as if written at once."""
    for dtype in ("<u2", "<f4"):
        for chunk_frames in (1, 2, 4):
            frames = host.Frames(dtype, 8, 96, 120)
            whole, _ = written_at_once(frames.data, None, chunk_frames)
            file, dataset = new("append.h5", frames.data, None, chunk_frames, shape=(0, 96, 120),
                                maxshape=(None, 96, 120))
            what = "%s, %d frames per chunk" % (dtype, chunk_frames)
            with file:
                for i in range(8):
                    dataset.resize(i + 1, axis=0)
                    dataset[i] = frames.data[i]
                    bright = frames.bright[:i + 1]
                    check((dataset[:][bright] == frames.data[:i + 1][bright]).all(),
                          what + ": bright pixels are wrong after %d frames" % (i + 1))
                frames.check(dataset[:], what)
                chunks = [chunk(dataset, i) for i in range(dataset.id.get_num_chunks())]
            check(chunks == whole, what + ": not the chunks of a whole write")


def shrinking_and_growing():
    frames = host.Frames("<u2", 8, 96, 120)
    file, dataset = new("shrink.h5", frames.data, None, 4, maxshape=(None, 96, 120))
    with file:
        dataset[:] = frames.data
        dataset.resize(6, axis=0)
        dataset.resize(8, axis=0)
        restored = dataset[:]
    check((restored[6:] == 0).all(), "frames that were cut off are still there")
    check((restored[:6][frames.bright[:6]] == frames.data[:6][frames.bright[:6]]).all(),
          "bright pixels are wrong")


def other_lengths():
    """The last chunk of a series is not full."""
    frames = host.Frames("<u2", 5, 96, 120)
    file, dataset = new("last.h5", frames.data, None, 3, maxshape=(None, 96, 120))
    with file:
        dataset[:] = frames.data
        frames.check(dataset[:], "5 frames in chunks of 3")


def overwriting():
    """A frame written over another, and over itself, ends as if written at once."""
    old = host.Frames("<u2", 1, ROWS, COLUMNS, seed=1)
    frames = host.Frames("<u2", 1, ROWS, COLUMNS, seed=2)
    whole, _ = written_at_once(frames.data)
    file, dataset = new("over.h5", old.data)
    with file:
        dataset[:] = old.data
        for _ in range(3):
            dataset[:] = frames.data
            check(chunk(dataset) == whole[0], "not the chunk of a first write")


def changing_a_pixel():
    """A few pixels set in a finished frame, as by a program that masks: they are exact, and so is
    all that was kept."""
    frames = host.Frames("<u2", 1, ROWS, COLUMNS)
    file, dataset = new("pixel.h5", frames.data)
    with file:
        dataset[:] = frames.data
        for y, value in ((10, 65535), (50, 5000), (90, 65534)):
            dataset[0, y, 20:40] = value
            frames.data[0, y, 20:40] = value
            frames.background[0, y, 20:40] = False
            frames.bright[0, y, 20:40] = value != 65535
            frames.flagged[0, y, 20:40] = value == 65535
        frames.check(dataset[:], "after three changes")


def many_generations():
    """What is read is written again, 20 times: no drift, no loss of signal."""
    for dtype, options in (("<u2", None), ("<u2", RADIAL), ("<f4", None)):
        frames = host.Frames(dtype, 1, ROWS, COLUMNS)
        file, dataset = new("generations.h5", frames.data, options)
        with file:
            dataset[:] = frames.data
            for _ in range(20):
                dataset[:] = dataset[:]
            restored = dataset[:]
        old, new_ = frames.data[frames.background], restored[frames.background]
        check((host.bits(restored) == host.bits(frames.data))[frames.bright | frames.flagged].all(),
              "%s: bright or flagged pixels are wrong" % dtype)
        check(abs(new_.mean() / old.mean() - 1) < 0.02 and abs(new_.std() / old.std() - 1) < 0.06,
              "%s, %s: a background of %.3f +- %.3f has become %.3f +- %.3f" %
              (dtype, options, old.mean(), old.std(), new_.mean(), new_.std()))


def parameters_of(dataset):
    return dataset.id.get_create_plist().get_filter(0)[2][:16]


def copying():
    """Copies of a dataset and of its property list carry the filter on."""
    frames = host.Frames("<u2", 2, ROWS, COLUMNS)
    with h5py.File(PLACE.file("copy.h5"), "w") as file:
        for options in ((1, 2), RADIAL):
            file.clear()
            first = file.create_dataset("first", data=frames.data, chunks=(1, ROWS, COLUMNS),
                                        compression=host.FILTER, compression_opts=options)
            file.flush()
            plist = first.id.get_create_plist()
            file.copy("first", "copied")
            copied = file["copied"]
            check(all(chunk(copied, i) == chunk(first, i) for i in range(2)),
                  "File.copy changes the chunks")
            like = file.create_dataset("like", data=frames.data, dcpl=plist.copy())
            space = h5py.h5s.create_simple((4, ROWS, COLUMNS))
            reused = h5py.Dataset(h5py.h5d.create(file.id, b"reused", h5py.h5t.STD_U16LE, space,
                                                  plist))
            reused[:2] = frames.data
            file.flush()
            for dataset in (like, reused):
                check(parameters_of(dataset) == parameters_of(first),
                      "%s has other parameters: %s" % (dataset.name, parameters_of(dataset)))
                check([chunk(dataset, i) for i in range(2)] == [chunk(first, i) for i in range(2)],
                      "%s has other chunks" % dataset.name)


def reusing_for_other_frames():
    """A property list that was completed for one dataset serves others: other types, other numbers
    of frames, and with tiles other sizes. A beam centre belongs to frames of one size."""
    frames = host.Frames("<u2", 2, ROWS, COLUMNS)
    other = host.Frames(">f4", 3, 120, 96)
    with h5py.File(PLACE.file("reuse.h5"), "w") as file:
        for options in ((1, 2), RADIAL):
            file.clear()
            first = file.create_dataset("first", data=frames.data, chunks=(1, ROWS, COLUMNS),
                                        compression=host.FILTER, compression_opts=options)
            plist = first.id.get_create_plist()
            plist.set_chunk((2, ROWS, COLUMNS))
            space = h5py.h5s.create_simple(frames.data.shape)
            second = h5py.Dataset(h5py.h5d.create(file.id, b"second", h5py.h5t.STD_I32BE, space,
                                                  plist))
            second[:] = frames.data.astype("i4")
            file.flush()
            chunk(second)
            check((second[:][frames.bright] == frames.data[frames.bright]).all(),
                  "two frames per chunk, int32: bright pixels are wrong")
            plist = second.id.get_create_plist()
            plist.set_chunk((1, 120, 96))

            def create(plist=plist):
                return h5py.Dataset(h5py.h5d.create(file.id, b"third", h5py.h5t.IEEE_F32BE,
                                                    h5py.h5s.create_simple(other.data.shape),
                                                    plist))

            if options is RADIAL:
                text = host.error_of(create)
                check("120" in text and "cuts a frame" in text, "another size: " + text)
            else:
                third = create()
                third[:] = other.data
                file.flush()
                chunk(third)
                other.check(third[:], "another size, float32")


def other_filters_behind():
    """Checksums and compressors behind the filter do no harm."""
    frames = host.Frames("<u2", 2, ROWS, COLUMNS)
    with h5py.File(PLACE.file("behind.h5"), "w") as file:
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_chunk((1, ROWS, COLUMNS))
        plist.set_filter(host.FILTER, 0, ())
        plist.set_deflate(4)
        plist.set_fletcher32()
        space = h5py.h5s.create_simple(frames.data.shape)
        dataset = h5py.Dataset(h5py.h5d.create(file.id, b"data", h5py.h5t.STD_U16LE, space, plist))
        dataset[:] = frames.data
    with h5py.File(PLACE.file("behind.h5"), "r") as file:
        frames.check(file["data"][:], "with gzip and fletcher32 behind")


def while_it_is_written():
    """SWMR: a reader in another process sees every frame as soon as it is flushed."""
    frames = host.Frames("<u2", 4, ROWS, COLUMNS)
    name = PLACE.file("swmr.h5")
    reader = ("import sys, h5py\n"
              "with h5py.File(sys.argv[1], 'r', swmr=True) as file:\n"
              "    data = file['data']\n"
              "    print(len(data), int(data[-1].sum()))\n")
    with h5py.File(name, "w", libver="latest", rdcc_nbytes=0) as file:
        dataset = file.create_dataset("data", shape=(0, ROWS, COLUMNS), dtype="<u2",
                                      maxshape=(None, ROWS, COLUMNS), chunks=(1, ROWS, COLUMNS),
                                      compression=host.FILTER)
        file.swmr_mode = True
        for i in range(4):
            dataset.resize(i + 1, axis=0)
            dataset[i] = frames.data[i]
            dataset.flush()
            seen = host.output_of([PLACE.python, "-c", reader, name]).split()
            check(seen == [str(i + 1), str(int(dataset[i].sum()))],
                  "after frame %d the reader sees %s" % (i, seen))
    check(os.path.getsize(name) < frames.data.nbytes / 2, "the file is large")


print(host.versions(h5py))
host.main([growing_bands, any_order_keeps_signal, flags_as_fill_value, early_allocation, appending,
           shrinking_and_growing, other_lengths, overwriting, changing_a_pixel, many_generations,
           copying, reusing_for_other_frames, other_filters_behind, while_it_is_written,
           other_fill_value, last_band_of_few_rows, bands_in_any_order, quadrants_in_any_order,
           floats_in_bands, blank_is_not_made_up])
