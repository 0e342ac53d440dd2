#!/usr/bin/env python3
"""h5winnow export: its files hold what winnow restores without noise, in the layout of pyFAI.

Arguments: H5WINNOW PLUGIN_FOLDER SCRATCH_FOLDER
"""
import json
import os

from sparse_layout import (FILTER, GROUP, check, densify, fabio_frames, finish, h5py, interpolated, np,
                        run, same, start)

SHAPE = (150, 190)
CENTRE = (95000, 70000)  # 1/1000 pixel
RADIAL = (0, 0) + CENTRE + (300,)
TILES = (0, 0, 0, 0, 250)
NORMALISED = (0, 1100001) + CENTRE + (300, 0, 0, 0, 0, 300000, 0, 0, 0, 990)

TYPES = ["u1", "<u2", "<u4", "<u8", "i1", "<i2", "<i4", "<i8", "<f4", "<f8", ">u2", ">i4", ">f4"]


def flag_of(dtype):
    return np.nan if dtype.kind == "f" else np.iinfo(dtype).max


def make_frames(n, dtype, seed=1):
    """A radial background, peaks, a gap in every frame, and a flagged pixel that moves."""
    random = np.random.default_rng(seed)
    y, x = np.indices(SHAPE)
    mean = 2 + 18 * np.exp(-np.hypot(x - 95, y - 70) / 60)
    frames = random.poisson(mean, (n,) + SHAPE).astype("f8")
    if dtype.kind == "f":
        frames += random.normal(0, 0.3, frames.shape)
    for i in range(n):
        for _ in range(10):
            py, px = random.integers(2, SHAPE[0] - 2), random.integers(2, SHAPE[1] - 2)
            frames[i, py - 1:py + 2, px - 1:px + 2] += random.poisson(20, (3, 3))
    frames = frames.astype(dtype)
    frames[:, 60:64, :] = flag_of(dtype)
    for i in range(n):
        frames[i, 100 + i, 20:24] = flag_of(dtype)
    if dtype.kind == "i":
        frames[:, 5, 5] = -1
    return frames


def write(name, frames, parameters, chunk=None, written=None):
    """Compress frames, all of them or the first few."""
    with h5py.File(name, "w") as file:
        data = file.create_dataset("entry/data/data", frames.shape, frames.dtype,
                                   chunks=chunk or (1,) + frames.shape[1:], compression=FILTER,
                                   compression_opts=parameters)
        data[:written] = frames[:written]
    with h5py.File(name, "r") as file:
        return file["entry/data/data"][()]


def compare(name, frames, exact, ours, label):
    """Exact pixels are exact, the others within 1 count, floats within 1e-4."""
    for i, frame in enumerate(frames):
        good = same(frame, ours[i])
        check(good[exact[i]].all(), "%s, %s, frame %d: %d kept or flagged pixels differ"
              % (name, label, i, (~good[exact[i]]).sum()))
        a, b = frame[~exact[i]].astype("f8"), ours[i][~exact[i]].astype("f8")
        most = 1 if frame.dtype.kind != "f" else 1e-4
        check((abs(a - b) <= most).all(), "%s, %s, frame %d: background is off by %g"
              % (name, label, i, abs(a - b).max(initial=0)))
        check(abs((a - b).mean()) < 0.1 if len(a) else True,
              "%s, %s, frame %d: the mean is off" % (name, label, i))


def round_trip(program, name, frames, parameters, chunk=None, written=None):
    """Compress, export and compare; returns how many pixels are exact."""
    ours = write(name + ".h5", frames, parameters, chunk, written)
    ours = ours.reshape((-1,) + ours.shape[-2:])
    run(program, "export", name + ".h5", name + "_sparse.h5")
    dense, exact = densify(name + "_sparse.h5")
    check(len(dense) == len(ours), "%s: %d frames, not %d" % (name, len(dense), len(ours)))
    check(dense.dtype == ours.dtype.newbyteorder("="), "%s: holds %s" % (name, dense.dtype))
    compare(name, dense, exact, ours, "read by numpy")
    by_fabio = fabio_frames(name + "_sparse.h5")
    if by_fabio is not None:
        compare(name, by_fabio, exact, ours, "read by FabIO")
    return exact


def every_type(program):
    for letter in TYPES:
        dtype = np.dtype(letter)
        frames = make_frames(3, dtype)
        for model, parameters in (("radial", RADIAL), ("tiles", TILES)):
            name = "%s_%s%s" % (model, dtype.name, "_big" if letter[0] == ">" else "")
            exact = round_trip(program, name, frames, parameters,
                               (2,) + SHAPE if model == "tiles" else None)
            check(0.02 < exact[:2].mean() < 0.2, "%s: %g of it is exact" % (name, exact.mean()))
    round_trip(program, "normalised", make_frames(2, np.dtype("<u4")), NORMALISED)


def odd_shapes(program):
    """One frame without a stack; a stack of stacks; frames that are blank, constant or absent."""
    frames = make_frames(6, np.dtype("<u2"))
    round_trip(program, "plane", frames[0], RADIAL, SHAPE)
    round_trip(program, "grid", frames.reshape((2, 3) + SHAPE), RADIAL, (1, 2) + SHAPE)
    frames[2], frames[4] = 0, 7
    round_trip(program, "mixed", frames, TILES)
    round_trip(program, "blank", frames[2:3], TILES)
    round_trip(program, "unfinished", frames, RADIAL, written=4)
    round_trip(program, "unflagged", frames[3:4, :50], (0, 0, 0, 0, 250), (1, 50, SHAPE[1]))


def layout(program):
    """The names, types and attributes that readers look for."""
    frames = make_frames(3, np.dtype("<u4"))
    write("layout.h5", frames, RADIAL)
    run(program, "export", "layout.h5::/entry/data", "layout_sparse.h5")
    with h5py.File("layout_sparse.h5", "r") as file:
        check(file.attrs["default"] == "entry_0000", "the default entry")
        check(file.attrs["creator"].startswith("pyFAI"), "FabIO looks for a creator pyFAI")
        entry = file["entry_0000"]
        check(entry.attrs["pyFAI_sparse_frames"] == "/entry_0000/sparse_frames", "the group")
        check(entry[entry.attrs["default"]] == file[GROUP], "the default group")
        group = file[GROUP]
        check(list(group.attrs["axes"]) == [".", "radius"], "the axes")
        check(group["errors"] == group["background_std"], "errors are a hard link")
        types = {"frame_ptr": "u4", "index": "u4", "intensity": "u4", "dummy": "u4",
                 "radius": "f4", "mask": "f4", "background_avg": "f4", "background_std": "f4"}
        for name, kind in types.items():
            check(group[name].dtype == np.dtype(kind), "%s is %s" % (name, group[name].dtype))
        check(group["dummy"].shape == () and group["dummy"][()] == 2**32 - 1, "the dummy")
        check(np.isnan(group["mask"][()]).sum() == 4 * SHAPE[1], "only the gap is masked")
        configuration = json.loads(entry["sparsify/configuration/data"][()])
        check(configuration["sparsify"]["cutoff_pick"] == 3, "the pick cut-off")
        check(configuration["winnow"]["parameters"]["model"] == "radial", "the parameters")
        radius = group["radius"][()]
        middle = np.hypot(120 - 95, 30 - 70)
        check(abs(group["mask"][30, 120] - middle) < 0.5, "coordinates are radii")
        check(np.allclose(np.diff(radius), radius[1] - radius[0], rtol=1e-3), "equal steps")
        spread = interpolated(radius, group["background_std"][0], group["mask"][()])
        mean = interpolated(radius, group["background_avg"][0], group["mask"][()])
        ratio = np.nanmean(spread**2) / np.nanmean(mean)
        check(0.8 < ratio < 1.05, "Poisson counts: variance / mean is %g" % ratio)


def failing(program):
    frames = make_frames(2, np.dtype("<u2"))
    write("good.h5", frames, RADIAL)
    with open("taken.h5", "w", encoding="ascii") as file:
        file.write("precious")
    run(program, "export", "good.h5", "taken.h5", status=2, says="--force")
    with open("taken.h5", encoding="ascii") as file:
        check(file.read() == "precious", "a file was overwritten")
    run(program, "export", "--force", "good.h5", "taken.h5")
    densify("taken.h5")
    run(program, "export", "good.h5", "good.h5", status=2)
    run(program, "export", "good.h5", status=2, says="OUTPUT")
    run(program, "export", "absent.h5", "out.h5", status=4, says="absent.h5")
    run(program, "export", "good.h5", "no/such/folder/out.h5", status=4)

    with h5py.File("raw.h5", "w") as file:
        file["data"] = frames
    run(program, "export", "raw.h5", "out.h5", status=3, says="compressed by winnow")
    with h5py.File("two.h5", "w") as file:
        file["a"], file["b"] = (h5py.ExternalLink("good.h5", "/entry/data/data"),
                                h5py.ExternalLink("grid.h5", "/entry/data/data"))
    run(program, "export", "two.h5", "out.h5", status=3, says="FILE::DATASET")
    run(program, "export", "two.h5::/a", "linked_sparse.h5")
    with h5py.File("other.h5", "w") as file:
        data = file.create_dataset("data", (2,) + SHAPE, "<u2", chunks=(1,) + SHAPE,
                                   compression=FILTER, compression_opts=RADIAL)
        for i, name in enumerate(("radial_uint16.h5", "tiles_uint16.h5")):
            with h5py.File(name, "r") as source:
                chunk = source["entry/data/data"].id.read_direct_chunk((0, 0, 0))[1]
            data.id.write_direct_chunk((i, 0, 0), chunk)
    run(program, "export", "other.h5", "out.h5", status=3, says="frame 1")

    with h5py.File("good.h5", "r") as file:
        offset = file["entry/data/data"].id.get_chunk_info(1).byte_offset
    with open("good.h5", "r+b") as file:
        file.seek(offset + 60)
        file.write(b"\xff\xff")
    run(program, "export", "good.h5", "out.h5", status=3, says="good.h5::/entry/data/data, frame 1")
    left = [name for name in os.listdir(".") if name.startswith("out") or "partial" in name]
    check(not left, "files are left: %s" % left)


def main():
    program = start()
    every_type(program)
    odd_shapes(program)
    layout(program)
    failing(program)
    if fabio_frames("layout_sparse.h5") is None:
        print("without FabIO: the files were read by numpy alone")
    finish()


main()
