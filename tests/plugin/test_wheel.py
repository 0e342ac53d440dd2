"""The newest h5py from PyPI, with the libhdf5 that it brings, beside Debian's h5py and h5dump.

Both find the filter through HDF5_PLUGIN_PATH alone. What one writes the other reads, and both write
the same chunks. Run without fifth argument this script makes the virtual environment and calls
itself in both interpreters.
"""
import os
import shutil
import sys

import hosts as host
from hosts import check

ROLE = sys.argv[5:]
PLACE = host.start(keep_scratch=bool(ROLE))
h5py, np = host.need_h5py()

RADIAL = (1, 0, 124500, 99500)
TYPES = ("u1", "<u2", ">u2", "<i4", "<u4", ">f4", "<f8", "<i8")


def cases():
    for dtype in TYPES:
        for name, options in (("tiles", None), ("rings", RADIAL)):
            yield dtype.replace("<", "l").replace(">", "b") + name, dtype, options


def write(path):
    with h5py.File(path, "w") as file:
        for name, dtype, options in cases():
            frames = host.Frames(dtype, 3)
            dataset = file.create_dataset(name, data=frames.data, chunks=(1, 200, 250),
                                          compression=host.FILTER, compression_opts=options)
            file.flush()
            for i in range(3):
                check(dataset.id.get_chunk_info(i).filter_mask == 0, name + " is not filtered")
            stored = host.stored_parameters(dataset)
            check(len(stored) == 20 and stored[16:19] == [250, 200, 1],
                  "%s: stored parameters %s" % (name, stored))
        file.create_dataset("mask", data=np.zeros((200, 250), "u4"), chunks=(200, 250),
                            compression=host.FILTER)


def read(path, noise=None):
    """All frames, and all chunks."""
    restored, chunks = {}, {}
    with host.environment(WINNOW_NOISE=noise), h5py.File(path, "r") as file:
        for name, _, _ in cases():
            restored[name] = file[name][:]
            chunks[name] = [file[name].id.read_direct_chunk((i, 0, 0))[1] for i in range(3)]
        check((file["mask"][:] == 0).all(), "the mask reads differently")
    return restored, chunks


def write_and_read(path, text):
    """What each of the two interpreters does."""
    write(path)
    restored, _ = read(path)
    for name, dtype, _ in cases():
        host.Frames(dtype, 3).check(restored[name], name)
    dump(path, path + ".npz")
    texts = errors_of(path + ".errors")
    with open(text, "w", encoding="utf-8") as file:
        file.write("\n".join([host.versions(h5py)] + texts))


def dump(path, archive):
    """Everything that a file reads as, for the other interpreter to compare with."""
    arrays = {}
    for noise in (None, 0):
        restored, chunks = read(path, noise)
        for name, array in restored.items():
            arrays["%s noise %s" % (name, noise)] = np.frombuffer(array.tobytes(), "u1")
            arrays[name + " chunks"] = np.frombuffer(b"".join(chunks[name]), "u1")
    np.savez(archive, **arrays)


def errors_of(path):
    """The errors that a user sees: wrong parameters, a damaged chunk."""
    frames = host.Frames("<u2", 2)

    def wrong():
        with h5py.File(path, "w") as file:
            file.create_dataset("data", data=frames.data, chunks=(1, 200, 250),
                                compression=host.FILTER, compression_opts=(1, 0, 0, 0, 20000))

    def damaged():
        with h5py.File(path, "w") as file:
            file.create_dataset("data", data=frames.data, chunks=(1, 200, 250),
                                compression=host.FILTER)
        with h5py.File(path, "r+") as file:
            chunk = bytearray(file["data"].id.read_direct_chunk((0, 0, 0))[1])
            chunk[len(chunk) // 2] ^= 1
            file["data"].id.write_direct_chunk((0, 0, 0), bytes(chunk))
        with h5py.File(path, "r") as file:
            check(file["data"][1].shape == (200, 250), "the other chunk cannot be read")
            return file["data"][0]

    texts = [host.error_of(wrong)]
    check("pick cut-off" in texts[0], "the error does not say what is wrong: " + texts[0])
    with host.environment(WINNOW_VERBOSE=1):
        said = host.standard_error_of(lambda: texts.append(host.error_of(damaged)))
    check("checksum" in said, "WINNOW_VERBOSE=1 does not say what is wrong: " + said)
    check(host.standard_error_of(lambda: host.error_of(damaged)) == "", "not silent")
    os.remove(path)
    return texts


# ---- in Debian's interpreter ---------------------------------------------------------------------

WHEEL = None
PATHS = {who: PLACE.file(who + ".h5") for who in ("system", "wheel")}


def both_write_and_read():
    lines = []
    for who, python in (("system", sys.executable), ("wheel", WHEEL)):
        text = PLACE.file(who + ".txt")
        host.output_of([python, os.path.abspath(__file__)] + PLACE.arguments() +
                       ["write_and_read", PATHS[who], text])
        with open(text, encoding="utf-8") as file:
            lines += [who + ": " + line for line in file.read().splitlines()]
    print("\n".join(lines))


def the_same_chunks():
    with np.load(PATHS["system"] + ".npz") as system, np.load(PATHS["wheel"] + ".npz") as wheel:
        check(sorted(system) == sorted(wheel), "other datasets")
        for name in system:
            check((system[name].tobytes() == wheel[name].tobytes()), name + " differs")
        return "%d arrays" % len(list(system))


def each_reads_the_other():
    for who, other, python in (("system", "wheel", sys.executable), ("wheel", "system", WHEEL)):
        archive = PLACE.file("crossed.npz")
        host.output_of([python, os.path.abspath(__file__)] + PLACE.arguments() +
                       ["dump", PATHS[other], archive])
        with np.load(archive) as crossed, np.load(PATHS[other] + ".npz") as own:
            for name in own:
                check(own[name].tobytes() == crossed[name].tobytes(),
                      "%s reads %s in the file of %s differently" % (who, name, other))


def h5dump_reads_both():
    if not shutil.which("h5dump") or not shutil.which("h5diff"):
        return "no h5dump"
    for path in PATHS.values():
        text = host.output_of(["h5dump", "-p", "-H", "-d", "/lu2rings", path])
        check("PARAMS { 1 0 124500 99500 0 0 0 0 0 0 0 0 0 0 0 0 250 200 1 116 }" in text,
              "h5dump prints other parameters: " + text)
        host.output_of(["h5dump", "-d", "/lu2rings", "-o", PLACE.file("dump.txt"), path])
    host.output_of(["h5diff", PATHS["system"], PATHS["wheel"]])
    return None


def repacked_by_the_tool():
    if not shutil.which("h5repack"):
        return "no h5repack"
    repacked = PLACE.file("repacked.h5")
    for path in PATHS.values():
        host.output_of(["h5repack", "-f", "NONE", path, repacked])
        host.output_of(["h5diff", path, repacked])
        host.output_of(["h5repack", "-f", "UD=47000,0,0", repacked, PLACE.file("again.h5")])
    return None


def the_other_scripts():
    """All that is tested with Debian's h5py, with the wheel."""
    lines = []
    for script in ("test_h5py.py", "test_parts.py", "test_refusals.py", "test_damage.py",
                   "test_fork.py"):
        arguments = [PLACE.plugin, PLACE.make_series, WHEEL, PLACE.file("scripts")]
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), script)
        text = host.output_of([WHEEL, path] + arguments, 600)
        lines.append("%s %d" % (script, text.count(" s  ok")))
    return ", ".join(lines)


if ROLE:
    {"write_and_read": write_and_read, "dump": dump}[ROLE[0]](*ROLE[1:])
else:
    WHEEL = host.wheel_python(PLACE)
    host.main([both_write_and_read, the_same_chunks, each_reads_the_other, h5dump_reads_both,
               repacked_by_the_tool, the_other_scripts])
