"""h5winnow pack, unpack and check on files as programs write them; see packing.py."""
import os
import subprocess
import warnings

from packing import (BAD_INPUT, BITSHUFFLE_LZ4, DONE, H5WINNOW, HAS_BITSHUFFLE, IMAGE,
                         MAKE_SERIES, SHARED, WRONG_USAGE, Packed, Run, check, chunks, filters,
                         h5py, host, np, read)

warnings.simplefilter("ignore")
COUNT, HEIGHT, WIDTH = 3, 120, 150
SHAPE = (COUNT, HEIGHT, WIDTH)


def frames(dtype="<u2", count=COUNT, seed=1):
    return host.Frames(dtype, count, HEIGHT, WIDTH, seed)


def bits(array):
    return array.view(array.dtype.str.replace(array.dtype.kind, "u"))


# ---- what must hold for every file ---------------------------------------------------------------


def stored_size(name, images):
    with h5py.File(name, "r") as file:
        return sum(file[path].id.get_storage_size() for path in images)


def pack(name, *options, images=(IMAGE,), threads=2, source=None):
    """Packs NAME.h5 into NAME_packed.h5; its JSON output must be true."""
    old, new = name + ".h5", name + "_packed.h5"
    said = Run("pack", "--json", "--force", "--threads", threads, *options, source or old, new).json()
    with h5py.File(new, "r") as file:
        shapes = [file[path].shape for path in images]
        raw = sum(file[path].size * file[path].dtype.itemsize for path in images)
    check(said["frames"] == sum(int(np.prod(s[:-2])) for s in shapes), "frames: %s" % said)
    check(said["raw_bytes"] == raw, "raw_bytes: %s, not %d" % (said["raw_bytes"], raw))
    check(said["stored_bytes"] == stored_size(new, images), "stored_bytes: %s" % said)
    check(said["input"] == old and said["output"] == new, "names: %s" % said)
    check(os.listdir(".").count(new + ".partial") == 0, "the partial file is left")
    return said


def unpacked_is_read(new, images):
    """unpack gives what the plugin gives, with every filter and both kinds of noise."""
    for noise, setting in ((None, None), ("on", "1"), ("off", "0")):
        with host.environment(WINNOW_NOISE=setting):
            through_plugin = [read(new, path) for path in images]
        for filter_name in filters() if noise is None else ["none"]:
            options = ["--noise", noise] if noise else []
            Run("unpack", "--force", "--filter", filter_name, *options, new, "unpacked.h5")
            Packed(new, "unpacked.h5", images)
            for path, expected in zip(images, through_plugin):
                check(host.same(read("unpacked.h5", path), expected),
                      "%s is unpacked as something else (%s, noise %s)" %
                      (path, filter_name, noise))


def try_all(name, images=(IMAGE,), left_out=(), options=()):
    """Packs, compares, checks and unpacks a file."""
    old, new = name + ".h5", name + "_packed.h5"
    said = pack(name, *options, images=images)
    Packed(old, new, images, left_out=left_out)
    unpacked_is_read(new, images)
    found = Run("check", "--json", "--against", old, new).json()
    check(len(found) == len(images), "checked: %s" % found)
    for one in found:
        check(one["damaged"] == 0 and one["kept_pixels_wrong"] == 0 and
              one["flagged_pixels_wrong"] == 0, "check: %s" % one)
    check(sum(f["kept_pixels"] for f in found) == said["kept_pixels"], "kept: %s" % found)
    return said


def try_frames(name, made, path=IMAGE, **more):
    said = try_all(name, **more)
    made.check(read(name + "_packed.h5", path), name)
    return said


def no_count_is_lost(old, packed, edge, text):
    """The sums over blocks are those of the original frames, with noise and without."""
    raw = read(old)
    pad = [(0, 0)] + [(0, -size % edge) for size in raw.shape[1:]]
    for noise in ("1", "0"):
        with host.environment(WINNOW_NOISE=noise):
            back = read(packed)
        check((back != raw).any(), text + ": nothing was restored, all is as it was")
        # In 64 bits without a sign the differences are exact, whatever the type.
        differ = np.pad(back.astype("u8") - raw.astype("u8"), pad)
        count, height, width = differ.shape
        sums = differ.reshape(count, height // edge, edge, width // edge, edge).sum(axis=(2, 4))
        check(not sums.any(), "%s: %d blocks have other sums" % (text, np.count_nonzero(sums)))


# ---- files ---------------------------------------------------------------------------------------


def new(name):
    return h5py.File(name, "w")


def group(file, path, nx_class):
    made = file.require_group(path)
    made.attrs["NX_class"] = np.bytes_(nx_class)
    return made


def add_detector(file, mask=None, centre=(70.5, 60.25)):
    """A detector as in NXmx, with the centre as beam centre."""
    group(file, "entry", "NXentry")
    group(file, "entry/instrument", "NXinstrument")
    detector = group(file, "entry/instrument/detector", "NXdetector")
    for name, value, units in (("beam_center_x", centre[0], "pixel"),
                               ("beam_center_y", centre[1], "pixel"),
                               ("x_pixel_size", 75e-6, "m"), ("y_pixel_size", 75e-6, "m"),
                               ("distance", 0.15, "m"), ("detector_distance", 0.15, "m")):
        detector[name] = value
        detector[name].attrs["units"] = np.bytes_(units)
    if mask is not None:
        detector["pixel_mask"] = mask
    return detector


def others(file):
    """What pack must leave alone."""
    file["entry/title"] = "a title"
    file["entry/matrices"] = np.arange(500 * 9, dtype="f8").reshape(500, 3, 3)
    file.create_dataset("entry/flatfield", data=np.ones((HEIGHT, WIDTH), "f4"),
                        chunks=(40, 50), compression="gzip", shuffle=True)
    file.create_dataset("entry/gains", data=np.ones((3, HEIGHT, WIDTH), "f4"), compression="gzip")
    file["entry/unicode \u00e9"] = np.arange(5)
    file["soft"] = h5py.SoftLink(IMAGE)
    file["entry/again"] = file[IMAGE]


def add_image(file, data, path=IMAGE, **properties):
    """An image with attributes, one of which refers to another object."""
    group(file, os.path.dirname(path), "NXdata").attrs["signal"] = "data"
    image = file.create_dataset(path, data=data, **properties)
    image.attrs["units"] = "counts"
    image.attrs["numbers"] = np.arange(4, dtype=">i2")
    image.attrs["self"] = image.ref
    return image


# ---- tests: element types and layouts ------------------------------------------------------------


def every_element_type():
    for dtype in host.TYPES:
        made = frames(dtype)
        with new("type.h5") as file:
            add_image(file, made.data, chunks=(1, HEIGHT, WIDTH),
                      **(BITSHUFFLE_LZ4 if HAS_BITSHUFFLE else {"compression": "gzip"}))
        for options in ((), ("--pick", "1")):
            said = try_frames("type", made, options=options)
            lossless = not options and dtype[-2] == "f"  # the counts of floats are in no blocks
            check(said["frames_separated"] == (0 if lossless else COUNT), "%s %s: %s" %
                  (dtype, options, said))
            if not options and not lossless:
                no_count_is_lost("type.h5", "type_packed.h5", 2, dtype)
    return "%d types" % len(host.TYPES) + ("" if HAS_BITSHUFFLE else "; without bitshuffle")


def every_layout():
    frame = (1, HEIGHT, WIDTH)
    layouts = {"contiguous": {}, "chunk of a frame": {"chunks": frame},
               "chunks of two frames": {"chunks": (2, HEIGHT, WIDTH)},
               "parts of frames": {"chunks": (2, 50, 64)},
               "parts, gzip": {"chunks": (1, 50, 64), "compression": "gzip", "shuffle": True},
               "gzip": {"chunks": frame, "compression": "gzip"},
               "gzip, shuffle": {"chunks": frame, "compression": "gzip", "shuffle": True},
               "fletcher32": {"chunks": frame, "fletcher32": True},
               "unlimited": {"chunks": frame, "maxshape": (None, HEIGHT, WIDTH)},
               "all unlimited": {"chunks": frame, "maxshape": (None, None, None)},
               "fill value": {"chunks": frame, "fillvalue": 77},
               "in order": {"chunks": frame, "track_order": True}}
    if HAS_BITSHUFFLE:
        layouts["bitshuffle"] = dict(BITSHUFFLE_LZ4, chunks=frame)
        layouts["bitshuffle, small blocks"] = {"chunks": frame, "compression": 32008,
                                               "compression_opts": (128, 2)}
        layouts["bitshuffle, one block"] = {"chunks": frame, "compression": 32008,
                                            "compression_opts": (HEIGHT * WIDTH // 8 * 8, 2)}
        layouts["bitshuffle alone"] = {"chunks": frame, "compression": 32008}
        layouts["bitshuffle, two frames"] = dict(BITSHUFFLE_LZ4, chunks=(2, HEIGHT, WIDTH))
    for dtype in ("<u2", ">i4"):
        made = frames(dtype)
        for what, properties in layouts.items():
            with new("layout.h5") as file:
                add_image(file, made.data, **properties)
                others(file)
            try:
                try_frames("layout", made)
            except host.Failure as failure:
                raise host.Failure("%s, %s: %s" % (what, dtype, failure)) from None
    return ", ".join(layouts)


def frames_never_written():
    made = frames("<i4", 2)
    with new("gaps.h5") as file:
        image = file.create_dataset(IMAGE, (6, HEIGHT, WIDTH), "<i4", fillvalue=-1,
                                    chunks=(1, HEIGHT, WIDTH), maxshape=(None, HEIGHT, WIDTH))
        image[1], image[4] = made.data
    said = try_all("gaps")
    check(said["frames_absent"] == 4 and said["frames"] == 6, "%s" % said)
    back = read("gaps_packed.h5")
    check((back[[0, 2, 3, 5]] == -1).all(), "frames never written are not the fill value")
    made.check(back[[1, 4]], "gaps")
    check(set(chunks("gaps_packed.h5")) == {(1, 0, 0), (4, 0, 0)}, "chunks that were not there")
    Run("unpack", "--force", "gaps_packed.h5", "gaps_dense.h5")
    check(set(chunks("gaps_dense.h5")) == {(1, 0, 0), (4, 0, 0)}, "chunks that were not there")


def partly_written():
    """Chunks of several frames, and of parts, some of which were never written."""
    made = frames("<u4", 4)
    data = np.full((6, HEIGHT, WIDTH), 9, "<u4")
    data[0], data[3] = made.data[:2]
    for chunk in ((2, HEIGHT, WIDTH), (1, 60, 75)):
        with new("partly.h5") as file:
            image = file.create_dataset(IMAGE, data.shape, "<u4", fillvalue=9, chunks=chunk)
            image[0], image[3] = made.data[:2]
        try_all("partly")
        back = read("partly_packed.h5")
        check((back[[1, 2, 4, 5]] == 9).all(), "frames never written are not the fill value")


def no_frames():
    for shape, maximum in (((0, HEIGHT, WIDTH), (None, HEIGHT, WIDTH)),
                           ((0, HEIGHT, WIDTH), None)):
        with new("none.h5") as file:
            file.create_dataset(IMAGE, shape, "<u2", maxshape=maximum,
                                chunks=(1, HEIGHT, WIDTH) if maximum else None)
        said = try_all("none")
        check(said["frames"] == 0 and said["stored_bytes"] == 0, "%s" % said)


def odd_frames():
    """All the same, all flagged, empty, without any background."""
    data = np.zeros((5, HEIGHT, WIDTH), "<u4")
    data[1] = 7
    data[2] = 0xffffffff
    data[3] = np.random.default_rng(1).integers(0, 1 << 32, (HEIGHT, WIDTH))
    data[4, ::2] = 3
    with new("odd.h5") as file:
        add_image(file, data, chunks=(1, HEIGHT, WIDTH))
    try_all("odd")
    check((read("odd_packed.h5")[:3] == data[:3]).all(), "frames without noise have changed")
    nothing = np.full(SHAPE, np.nan, ">f4")
    with new("nan.h5") as file:
        add_image(file, nothing)
    try_all("nan")
    check(host.same(read("nan_packed.h5"), nothing), "NaN has changed")
    weak = np.random.default_rng(2).poisson(0.01, (4, 200, 250)).astype("<u2")
    weak[:, 50, 60] = 2
    with new("weak.h5") as file:
        add_image(file, weak, chunks=(1, 200, 250))
    try_all("weak")


# ---- tests: what files hold ----------------------------------------------------------------------


def nxmx():
    made = frames("<u4")
    mask = np.zeros((HEIGHT, WIDTH), "u4")
    mask[10:20] = 1
    mask[:, 30] = 1 << 8
    mask[40, 41] = 1 << 30
    made.data[:, mask != 0] = 12345
    with new("nxmx.h5") as file:
        add_detector(file, mask)
        add_image(file, made.data, chunks=(1, HEIGHT, WIDTH))
        others(file)
    said = try_all("nxmx")
    check(said["masked_pixels"] == int((mask != 0).sum()), "%s" % said)
    back = read("nxmx_packed.h5")
    flagged = made.flagged | (mask != 0)
    check((back[flagged] == made.data[flagged]).all(), "masked or flagged pixels have changed")
    check((back[made.bright] == made.data[made.bright]).all(), "bright pixels have changed")


def dectris_master():
    made = [frames("<u2", 2, seed) for seed in (1, 2)]
    with new("master.h5") as file:
        add_detector(file, np.zeros((HEIGHT, WIDTH), "u4"))
        group(file, "entry/data", "NXdata")
        for i, data in enumerate(made, 1):
            part = "master_data_%06d.h5" % i
            with new(part) as other:
                add_image(other, data.data, chunks=(1, HEIGHT, WIDTH))
            file["entry/data/data_%06d" % i] = h5py.ExternalLink(part, IMAGE)
        file["entry/matrices"] = np.zeros((50, 3, 3))
    images = ["/entry/data/data_%06d" % i for i in (1, 2)]
    try_all("master", images)
    for path, data in zip(images, made):
        data.check(read("master_packed.h5", path), path)
    with h5py.File("master_packed.h5", "r") as file:
        check(isinstance(file["entry/data"].get(path, getlink=True), h5py.HardLink) and
              "beam_center_x" in file["entry/instrument/detector"], "the copy is not whole")
    # By its path alone: the other one is copied as it is.
    pack("master", images=images[:1], source="master.h5::" + images[0])
    Packed("master.h5", "master_packed.h5", images[:1])


def bare_stack():
    made = frames("<u2")
    with new("bare.h5") as file:
        file["counts"] = made.data
        file["data"] = made.data
    pack("bare", images=["/data"])
    Packed("bare.h5", "bare_packed.h5", ["/data"])
    Run("pack", "--force", "bare.h5::/counts", "bare_packed.h5")
    Packed("bare.h5", "bare_packed.h5", ["/counts"])
    # What pack was told to compress, unpack and check find by themselves.
    unpacked_is_read("bare_packed.h5", ["/counts"])
    found = Run("check", "--json", "--against", "bare.h5", "bare_packed.h5").json()
    check([f["dataset"] for f in found] == ["/counts"], "%s" % found)
    for wrong in ("bare.h5::/nothing", "bare.h5::"):
        Run("pack", "--force", wrong, "wrong.h5", status=BAD_INPUT)
    check(not os.path.exists("wrong.h5"), "an output of nothing")


def four_dimensions():
    made = frames("<u2", 6)
    data = made.data.reshape(3, 2, HEIGHT, WIDTH)
    for chunk in ((1, 1, HEIGHT, WIDTH), (1, 2, HEIGHT, WIDTH), (2, 1, HEIGHT, WIDTH), None,
                  (2, 2, 60, 75)):
        with new("four.h5") as file:
            add_image(file, data, chunks=chunk)
        try_all("four")
        made.check(read("four_packed.h5").reshape(made.data.shape), "four dimensions %s" % (chunk,))
    Run("pack", "--force", "--frames", "0:1", "four.h5", "four_packed.h5", status=BAD_INPUT)


def virtual(rank):
    """Parts in other files; with rank 4 as Dectris writes channels."""
    made = [frames("<u4", 2, seed) for seed in (1, 2)]
    for i, data in enumerate(made):
        with new("part%d.h5" % i) as file:
            add_image(file, data.data, chunks=(1, HEIGHT, WIDTH))
    with new("virtual.h5") as file:
        shape = (4, HEIGHT, WIDTH) if rank == 3 else (2, 2, HEIGHT, WIDTH)
        layout = h5py.VirtualLayout(shape, "<u4")
        for i in range(2):
            part = h5py.VirtualSource("part%d.h5" % i, IMAGE, (2, HEIGHT, WIDTH))
            if rank == 3:
                layout[2 * i:2 * i + 2] = part
            else:
                layout[:, i] = part
        group(file, "entry/data", "NXdata")
        file.create_virtual_dataset(IMAGE, layout, fillvalue=5)
    try_all("virtual")
    back = read("virtual_packed.h5")
    for i in range(2):
        made[i].check(back[2 * i:2 * i + 2] if rank == 3 else back[:, i], "part %d" % i)
    os.rename("part1.h5", "gone.h5")
    Run("pack", "--force", "virtual.h5", "virtual_lost.h5", status=BAD_INPUT).shows(
        IMAGE, "part1.h5")
    check(not os.path.exists("virtual_lost.h5"), "an output without a part of the input")


def virtual_rank_3():
    virtual(3)


def virtual_rank_4():
    virtual(4)


def virtual_over_links():
    """A master that links to its data files and shows them as one: in the output every frame is
    stored once, and the whole is virtual over its parts."""
    parts = ["/entry/data/data_%06d" % (i + 1) for i in range(2)]
    layout = h5py.VirtualLayout((4, HEIGHT, WIDTH), "<u2")
    with new("whole.h5") as file:
        group(file, "entry/data", "NXdata")
        for i, path in enumerate(parts):
            name = "whole_%06d.h5" % (i + 1)
            with new(name) as linked:
                add_image(linked, frames("<u2", 2, i).data, "/part", chunks=(1, HEIGHT, WIDTH))
            file[path] = h5py.ExternalLink(name, "/part")
            layout[2 * i:2 * i + 2] = h5py.VirtualSource(name, "/part", (2, HEIGHT, WIDTH))
        file.create_virtual_dataset(IMAGE, layout, fillvalue=3)
    said = Run("pack", "--verify", "--json", "whole.h5", "whole_packed.h5").json()
    check(said["frames"] == 4, "%d frames were packed" % said["frames"])
    with h5py.File("whole_packed.h5", "r") as file:
        whole = file[IMAGE]
        check([(part.file_name, part.dset_name) for part in whole.virtual_sources()] ==
              [(".", path) for path in parts], "the parts of the whole")
        check(whole.fillvalue == 3, "fill value")
    check((read("whole_packed.h5") ==
           np.concatenate([read("whole_packed.h5", path) for path in parts])).all(), "frames")
    Run("check", "--against", "whole.h5", "whole_packed.h5")
    Run("pack", "--force", "--frames", "1:2", "whole.h5", "whole_packed.h5")
    with h5py.File("whole_packed.h5", "r") as file:
        check([file[path].shape[0] for path in [IMAGE] + parts] == [1, 1, 1], "a range of frames")


def bytes_of(name):
    with open(name, "rb") as file:
        return file.read()


def the_layout_is_kept():
    """The same files and links in a new folder: a master with links, and one that shows its data
    files as one; below a folder of their own."""
    made = [frames("<u2", 2, seed) for seed in (1, 2)]
    os.makedirs("raw/parts")
    layout = h5py.VirtualLayout((4, HEIGHT, WIDTH), "<u2")
    for i, data in enumerate(made):
        part = "parts/part%d.h5" % i
        with new("raw/" + part) as file:
            add_image(file, data.data, chunks=(1, HEIGHT, WIDTH))
            file["entry/note"] = "kept"
        layout[2 * i:2 * i + 2] = h5py.VirtualSource(part, IMAGE, (2, HEIGHT, WIDTH))
    with new("raw/linked.h5") as file:
        add_detector(file, np.zeros((HEIGHT, WIDTH), "u4"))
        group(file, "entry/data", "NXdata")
        for i in range(2):
            file["entry/data/data_%06d" % i] = h5py.ExternalLink("parts/part%d.h5" % i, IMAGE)
    with new("raw/virtual.h5") as file:
        add_detector(file)
        group(file, "entry/data", "NXdata")
        file.create_virtual_dataset(IMAGE, layout)
    before = {name: bytes_of("raw/" + name) for name in
              ("linked.h5", "virtual.h5", "parts/part0.h5", "parts/part1.h5")}
    for master in ("linked.h5", "virtual.h5"):
        folder = "kept_" + master[:-3]
        Run("pack", "--keep-layout", "raw/" + master, folder)
        check(set(os.listdir(folder)) == {master, "parts"} and
              sorted(os.listdir(folder + "/parts")) == ["part0.h5", "part1.h5"], "other files")
        check(bytes_of(folder + "/" + master) == before[master], "the master has changed")
        for i, data in enumerate(made):
            part = folder + "/parts/part%d.h5" % i
            data.check(read(part), part)
            check(stored_size(part, [IMAGE]) < 0.5 * data.data.nbytes, part + " is large")
            Packed("raw/parts/part%d.h5" % i, part)
            # with the geometry that only the master knows
            with h5py.File(part, "r") as file:
                check(host.stored_parameters(file[IMAGE])[2] == 70000, "the beam centre")
        Run("check", "--against", "raw/parts/part0.h5", folder + "/parts/part0.h5")
        whole = [IMAGE] if master == "virtual.h5" else ["/entry/data/data_%06d" % i for i in (0, 1)]
        back = np.concatenate([read(folder + "/" + master, path) for path in whole])
        for i, data in enumerate(made):
            data.check(back[2 * i:2 * i + 2], master)
        Run("pack", "--keep-layout", "raw/" + master, folder, status=WRONG_USAGE)
    check(all(bytes_of("raw/" + name) == old for name, old in before.items()), "an input has changed")
    for wrong in (["--frames", "0:1"], ["--verify"], ["--follow"]):
        Run("pack", "--keep-layout", *wrong, "raw/linked.h5", "no", status=WRONG_USAGE)
    check(not os.path.exists("no"), "an output in spite of wrong usage")
    with new("raw/parts/outside.h5") as file:
        add_image(file, made[0].data, chunks=(1, HEIGHT, WIDTH))
        file["entry/other"] = h5py.ExternalLink("../parts/part0.h5", IMAGE)
    Run("pack", "--keep-layout", "raw/parts/outside.h5", "no", status=BAD_INPUT).shows("elsewhere")


def several_inputs():
    """Files of the same names in a folder, each as if packed alone."""
    for i in (1, 2):
        with new("one%d.h5" % i) as file:
            add_image(file, frames("<u2", 2, i).data)
    Run("pack", "one1.h5", "one2.h5", "several")
    for i in (1, 2):
        pack("one%d" % i)
        check(chunks("several/one%d.h5" % i) == chunks("one%d_packed.h5" % i),
              "other chunks than alone")
    Run("pack", "one1.h5", "one2.h5", "several", status=WRONG_USAGE).shows("--force")


def two_detectors():
    """Of the same size, with masks of their own."""
    made = frames("<u2")
    masks = [np.zeros((HEIGHT, WIDTH), "u4") for i in range(2)]
    with new("two.h5") as file:
        for i, mask in enumerate(masks):
            mask[10 + 20 * i:20 + 20 * i] = 1
            entry = "entry%d" % i
            group(file, entry, "NXentry")
            group(file, entry + "/instrument", "NXinstrument")
            detector = group(file, entry + "/instrument/detector", "NXdetector")
            detector["pixel_mask"] = mask
            add_image(file, made.data, "/%s/data/data" % entry, chunks=(1, HEIGHT, WIDTH))
    images = ["/entry%d/data/data" % i for i in range(2)]
    try_all("two", images)
    for path, mask in zip(images, masks):
        back = read("two_packed.h5", path)
        check((back[:, mask != 0] == made.data[:, mask != 0]).all(),
              path + ": masked pixels have changed")


def no_images():
    with new("nothing.h5") as file:
        file["entry/matrices"] = np.zeros((500, 3, 3))
        file["entry/mask"] = np.zeros((HEIGHT, WIDTH), "u4")
        file["entry/text"] = np.array([b"abc"] * 40000).reshape(1, 200, 200)
    for verb in (["pack"], ["unpack"], ["check"]):
        output = [] if verb == ["check"] else ["nothing_out.h5"]
        Run(*verb, "nothing.h5", *output, status=BAD_INPUT).shows("nothing.h5")
    check(not os.path.exists("nothing_out.h5"), "an output of nothing")


def committed_type():
    made = frames("<u2")
    with new("committed.h5") as file:
        file["type"] = np.dtype("<u2")
        file["type"].attrs["what"] = "counts"
        file.create_dataset(IMAGE, data=made.data, dtype=file["type"])
    Run("pack", "committed.h5", "committed_packed.h5")
    made.check(read("committed_packed.h5"), "a committed type")
    check(read("committed_packed.h5").dtype == np.dtype("<u2"), "the type has changed")


# ---- tests: options ------------------------------------------------------------------------------


def threads_make_no_difference():
    subprocess.run([MAKE_SERIES, "--frames", "9", "--size", "300x200", "series.h5"], check=True)
    made = []
    for threads in (1, 2, 5):
        Run("pack", "--threads", threads, "series.h5", "threads%d.h5" % threads)
        made.append(chunks("threads%d.h5" % threads))
    check(len(made[0]) == 9 and made[0] == made[1] == made[2], "chunks differ with the threads")
    for threads in (1, 2, 5):
        Run("unpack", "--threads", threads, "threads1.h5", "dense%d.h5" % threads)
        check(host.same(read("dense%d.h5" % threads), read("threads1.h5")), "unpacked differently")


def quality_levels():
    """Bytes decrease from level to level, signal is exact at each, and info names the level."""
    subprocess.run([MAKE_SERIES, "--frames", "2", "--size", "400x300", "levels.h5"], check=True)
    raw = read("levels.h5")
    sizes, edges = [], {"transparent": 2, "high": 3, "compact": 4}
    for level in ("lossless", "transparent", "high", "compact", "hits"):
        said = Run("pack", "--json", "--force", "--quality", level, "levels.h5", "level.h5").json()
        check(said["parameters"]["quality"] == level, "%s: %s" % (level, said))
        info = Run("info", "--json", "level.h5").json()["datasets"][0]
        info["parameters"]["frame_pixel"] = None  # which the filter alone is told
        check(info["parameters"] == said["parameters"], "%s: info says %s" % (level, info))
        Run("check", "--against", "levels.h5", "level.h5")
        sizes.append(said["stored_bytes"])
        back = read("level.h5")
        strong = raw > 200
        check(strong.any() and (back[strong] == raw[strong]).all(), level + ": signal has changed")
        check((back == raw).all() == (level == "lossless"), level + ": exact, or not")
        if level in edges:
            no_count_is_lost("levels.h5", "level.h5", edges[level], level)
        mean = [frames[raw < 200].mean() for frames in (back, raw)]
        check(abs(mean[0] / mean[1] - 1) < 0.005, "%s: means %s" % (level, mean))
    check(all(a > b for a, b in zip(sizes, sizes[1:])), "bytes: %s" % sizes)
    return ", ".join(map(str, sizes))


def lossless_is_exact():
    """Every type, and frames that do not look like counts, from chunks of any kind."""
    for dtype in host.TYPES:
        made = frames(dtype)
        data = made.data.copy()
        data[0] = 7
        data[1, ::2] = data[1].max()
        with new("exact.h5") as file:
            add_image(file, data, chunks=(2, HEIGHT, WIDTH))
        Run("pack", "--force", "--quality", "lossless", "exact.h5", "exact_packed.h5")
        check(host.same(read("exact_packed.h5"), data), dtype + ": not exact")
        Run("unpack", "--force", "exact_packed.h5", "exact_dense.h5")
        check(host.same(read("exact_dense.h5"), data), dtype + ": not exact when unpacked")


def the_default_is_transparent():
    Run("pack", "--force", "levels.h5", "by_default.h5")
    Run("pack", "--force", "--quality", "transparent", "levels.h5", "level.h5")
    check(chunks("by_default.h5") == chunks("level.h5"), "the default is not transparent")
    shown = Run("pack", "--force", "--halo", "3", "levels.h5", "level.h5").prints
    check("halo             3 pixel                                    --halo" in shown and
          "picking          2.5 sigma                                  default" in shown,
          "settings: %s" % shown)
    for options in (["--pick", "1"], ["--keep", "outlier"], ["--background", "law"],
                    ["--noise-floor", "0"], ["--compat", "pyfai"]):
        said = Run("pack", "--json", "--force", *options, "levels.h5", "level.h5").json()
        check(said["parameters"]["keep"] == "outlier" and said["parameters"]["pick_sigma"] == 1 and
              said["parameters"]["background"] == "law", "%s: %s" % (options, said))


def floats_by_default():
    """Floats are lossless unless a lossy level is chosen."""
    made = frames("<f4")
    with new("real.h5") as file:
        add_image(file, made.data)
    said = Run("pack", "--json", "--force", "real.h5", "real_packed.h5").json()
    check(said["parameters"]["keep"] == "all", "%s" % said)
    check(host.same(read("real_packed.h5"), made.data), "floats have changed")
    said = Run("pack", "--json", "--force", "--quality", "hits", "real.h5", "real_packed.h5").json()
    check(said["parameters"]["pick_sigma"] == 5, "%s" % said)
    for options in (["--keep", "cluster"], ["--background", "blocks:2"]):
        Run("pack", "--force", *options, "real.h5", "no.h5", status=WRONG_USAGE).shows(
            "real.h5::" + IMAGE, "clusters and blocks are for counts")


def geometry_from_anywhere():
    made = frames("<u2")
    # The centre of the first pixel is 0, 0 for --centre; NXmx and PONI count from its edge.
    x, y, size, distance = 70.5, 60.25, 75e-6, 0.15
    with new("by_file.h5") as file:
        add_detector(file, centre=(x + 0.5, y + 0.5))
        add_image(file, made.data, chunks=(1, HEIGHT, WIDTH))
    with new("alone.h5") as file:
        add_image(file, made.data, chunks=(1, HEIGHT, WIDTH))
    with open("geometry.poni", "w", encoding="ascii") as poni:
        poni.write('poni_version: 2\nDetector: Detector\n'
                   'Detector_config: {"pixel1": %r, "pixel2": %r, "max_shape": null}\n'
                   'Distance: %r\nPoni1: %r\nPoni2: %r\nRot1: 0.0\nRot2: 0.0\nRot3: 0.0\n'
                   'Wavelength: 1e-10\n' %
                   (size, size, distance, (y + 0.5) * size, (x + 0.5) * size))
    Run("pack", "by_file.h5", "g0.h5")
    Run("pack", "--poni", "geometry.poni", "alone.h5", "g1.h5")
    Run("pack", "--centre", "%g,%g" % (x, y), "--distance", distance * 1e3, "--pixel-size",
        size * 1e6, "alone.h5", "g2.h5")
    Run("pack", "--poni", "geometry.poni", "by_file.h5", "g3.h5")
    Run("pack", "alone.h5", "tiles.h5")
    made = [chunks("g%d.h5" % i) for i in range(4)]
    check(made[0] == made[1] == made[2] == made[3], "chunks differ with where the geometry is from")
    check(made[0] != chunks("tiles.h5"), "the geometry makes no difference")


def ranges_of_frames():
    made = frames("<u2", 7)
    with new("range.h5") as file:
        add_image(file, made.data, chunks=(1, HEIGHT, WIDTH))
    Run("pack", "range.h5", "range_all.h5")
    whole = chunks("range_all.h5")
    for text in ("2:5", ":3", "4:", "::2", "1:7:3", "3:4", "5:100", ":", "7:", "5:2"):
        part = slice(*[int(p) if p else None for p in text.split(":")])
        numbers = range(7)[part]
        Run("pack", "--force", "--frames", text, "range.h5", "range_packed.h5")
        got = chunks("range_packed.h5")
        check([got[i, 0, 0] for i in range(len(got))] == [whole[i, 0, 0] for i in numbers],
              "--frames %s: other chunks" % text)
        Run("unpack", "--force", "--frames", text, "range_all.h5", "range_dense.h5")
        check(host.same(read("range_dense.h5"), read("range_all.h5")[part]),
              "--frames %s: other frames are unpacked" % text)
    for text in ("", "3", "-1:", "1:2:0", "1:2:3:4", "a:b", "1:2:-1", "99999999999999999999:"):
        Run("pack", "--force", "--frames", text, "range.h5", "wrong.h5", status=WRONG_USAGE)
    check(not os.path.exists("wrong.h5"), "an output of a range that makes no sense")


def never_twice():
    made = frames("<u2")
    with new("once.h5") as file:
        add_image(file, made.data, chunks=(1, HEIGHT, WIDTH))
    Run("pack", "once.h5", "once_packed.h5")
    Run("pack", "once_packed.h5", "twice.h5", status=WRONG_USAGE).shows("--repack", IMAGE)
    check(not os.path.exists("twice.h5"), "packed twice")
    Run("pack", "--repack", "once_packed.h5", "twice.h5")
    made.check(read("twice.h5"), "packed twice", spread=False)
    Run("pack", "--repack", "--model", "tiles", "--tile", "32", "once_packed.h5", "tiles32.h5")
    Run("check", "tiles32.h5")


def made_by_the_plugin():
    """Not by pack: chunks of several frames and of parts, and filters after winnow."""
    made = frames("<u2", 5)
    for number, (chunk, more) in enumerate((((2, HEIGHT, WIDTH), {}), ((1, 60, 75), {}),
                                            ((1, HEIGHT, WIDTH), {"fletcher32": True}))):
        name = "plugin%d.h5" % number
        with new(name) as file:
            file.create_dataset("odd/stack", data=made.data, chunks=chunk, compression=host.FILTER,
                                **more)
            file[IMAGE] = made.data
        Run("check", name)
        Run("unpack", name, "plugin_dense.h5", "--force")
        check(host.same(read("plugin_dense.h5", "odd/stack"), read(name, "odd/stack")),
              "%s is unpacked as something else" % (chunk,))


def options_that_make_no_sense():
    with new("small.h5") as file:
        file[IMAGE] = frames().data
    for options in (["--threads", "0"], ["--threads", "x"], ["--model", "radial"], ["--centre", "1"],
                    ["--nonsense"], ["--distance", "100"]):
        Run("pack", *options, "small.h5", "no.h5", status=WRONG_USAGE)
    for arguments in ([], ["small.h5"], ["small.h5", "a.h5", "--frames"]):
        Run("pack", *arguments, status=WRONG_USAGE)
    for arguments in ([], ["small.h5"], ["--filter", "x", "small.h5", "no.h5"],
                      ["--noise", "x", "small.h5", "no.h5"], ["a", "b", "c"]):
        Run("unpack", *arguments, status=WRONG_USAGE)
    for arguments in ([], ["a", "b"], ["--against"]):
        Run("check", *arguments, status=WRONG_USAGE)
    Run("pack", "small.h5", "", status=WRONG_USAGE)
    check(not os.path.exists("no.h5"), "an output in spite of wrong usage")


def check_sees_a_difference():
    """check --against finds what was changed in the original."""
    made = frames("<u2")
    with new("first.h5") as file:
        add_image(file, made.data, chunks=(1, HEIGHT, WIDTH))
    Run("pack", "first.h5", "first_packed.h5")
    for pixels in (made.bright, made.flagged):
        other = made.data.copy()
        other[tuple(np.argwhere(pixels)[5])] ^= 1
        with new("second.h5") as file:
            add_image(file, other)
        Run("check", "--against", "second.h5", "first_packed.h5", status=1)
    other = np.where(made.background & (made.data < 20), made.data * 2, made.data)
    with new("second.h5") as file:
        add_image(file, other)
    Run("check", "--against", "second.h5", "first_packed.h5", status=1)
    for data in (made.data[:2], made.data.astype("<u4"), made.data[:, :100]):
        with new("third.h5") as file:
            add_image(file, data)
        Run("check", "--against", "third.h5", "first_packed.h5", status=BAD_INPUT)


# ---- tests: beamlines' files ---------------------------------------------------------------------


def shared_files():
    """Of the shared data: the few frames that pack in a moment."""
    if not (os.path.isdir(SHARED) and HAS_BITSHUFFLE):
        return "skipped: no shared data, or no bitshuffle"
    names = ["eiger4m/low_master.h5", "real/jungfrau_module_int16.h5",
             "real/jungfrau_module_float32.h5", "real/l_cysteine_sweep01.h5",
             "real/eiger4m_protein_1frame.h5"]
    for name in names:
        old = os.path.join(SHARED, name)
        Run("pack", "--force", old, "shared.h5")
        Run("check", "--against", old, "shared.h5")
        os.unlink("shared.h5")
    return ", ".join(names)


if __name__ == "__main__":
    host.main([every_element_type, every_layout, frames_never_written, partly_written, no_frames,
               odd_frames, nxmx, dectris_master, bare_stack, four_dimensions, virtual_rank_3,
               virtual_rank_4, virtual_over_links, the_layout_is_kept,
               several_inputs, two_detectors, no_images, committed_type,
               threads_make_no_difference, quality_levels, lossless_is_exact, the_default_is_transparent,
               floats_by_default, geometry_from_anywhere, ranges_of_frames, never_twice,
               made_by_the_plugin, options_that_make_no_sense, check_sees_a_difference,
               shared_files])
