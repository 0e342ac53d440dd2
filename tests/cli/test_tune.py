"""h5winnow tune: its report on series with and without signal, on odd files, and wrong usage. See
packing.py."""
import subprocess

from packing import (BAD_INPUT, BITSHUFFLE_LZ4, HAS_BITSHUFFLE, IMAGE, MAKE_SERIES, WRONG_USAGE,
                         Run, check, h5py, host, np)

LEVELS = ["lossless", "transparent", "high", "compact", "hits"]
STRENGTHS = [1.5, 3, 6, 12]  # I/sigma of the planted spots
HEIGHT, WIDTH = 120, 150


def tune(*arguments):
    """The JSON output, which must be consistent."""
    said = Run("tune", "--json", *arguments).json()
    check([level["quality"] for level in said["levels"]] == LEVELS, "levels: %s" % said)
    for level in said["levels"]:
        ratio = said["raw_bytes_per_frame"] / level["bytes_per_frame"]
        check(abs(level["ratio_to_raw"] / ratio - 1) < 1e-6, "ratio: %s" % level)
        check(0 <= level["kept_percent"] <= 100, "kept: %s" % level)
        check([lost["i_over_sigma"] for lost in level["lost"]] == STRENGTHS, "lost: %s" % level)
        for lost in level["lost"]:
            check((lost["spots"] == 0) == (lost["percent"] is None), "spots: %s" % level)
            check((lost["spots"] < 2) == (lost["error"] is None), "errors: %s" % level)
    return said


def of(said, quality):
    return said["levels"][LEVELS.index(quality)]


def losses(said, strength):
    """Of all levels, per cent."""
    return [level["lost"][STRENGTHS.index(strength)]["percent"] for level in said["levels"]]


def write(name, data, path=IMAGE, **more):
    with h5py.File(name, "w") as file:
        file.create_dataset(path, data=data, **more)


# ---- tests ---------------------------------------------------------------------------------------


def a_series():
    subprocess.run([MAKE_SERIES, "--frames", "5", "--size", "600x500", "series.h5"], check=True)
    said = tune("--frames", 3, "series.h5")
    check(said["frames"] == 3 and said["frames_in_file"] == 5 and said["frames_absent"] == 0,
          "frames: %s" % said)
    check(said["raw_bytes_per_frame"] == said["file_bytes_per_frame"] == 600 * 500 * 4,
          "bytes: %s" % said)
    size = [level["bytes_per_frame"] for level in said["levels"]]
    check(all(a > b for a, b in zip(size, size[1:])), "the bytes do not fall: %s" % size)
    for level in said["levels"]:
        check(all(lost["spots"] > 50 for lost in level["lost"]), "spots: %s" % level)
        check(abs(level["background_restored"] - 1) < 0.01, "background: %s" % level)
    return "%s bytes" % ", ".join("%.0f" % s for s in size)


def losses_grow():
    """From level to level, and the weaker a spot is."""
    said = tune("series.h5")
    lost = losses(said, 1.5)
    check(all(a < b for a, b in zip(lost, lost[1:])) and lost[4] > 80, "lost at 1.5: %s" % lost)
    for level in said["levels"]:
        percent = [one["percent"] for one in level["lost"]]
        slack = [3 * one["error"] for one in level["lost"]]
        check(all(a >= b - s for a, b, s in zip(percent, percent[1:], slack)), "%s" % level)
        check(percent[3] < 10, "strong spots are lost: %s" % level)
    check(said["for_integration"] in LEVELS[:3] and said["for_finding"] == "hits", "%s" % said)


def as_text():
    said = tune("series.h5")
    lines = Run("tune", "series.h5").prints.splitlines()
    check(lines[0].startswith("series.h5: 5 of 5 frames, 1200000 bytes each, in the file 1200000"),
          "first line: %s" % lines[0])
    check([line.split()[0] for line in lines[3:8]] == LEVELS, "levels: %s" % lines)
    for line, level in zip(lines[3:8], said["levels"]):
        columns = line.split()
        check(len(columns) == 10 and columns[1] == "%.0f" % level["bytes_per_frame"],
              "columns: %s, not %s" % (line, level))
        for column, lost in zip(columns[5:9], level["lost"]):
            check(abs(float(column) - lost["percent"]) <= 0.0501, "%s, not %s" % (line, level))
    check(lines[3].split()[5:9] == ["0.0"] * 4, "lossless loses: %s" % lines[3])
    for line, begin, key in zip(lines[8:], ("For integration: ", "For finding and indexing: "),
                                ("for_integration", "for_finding")):
        check(line.startswith(begin + said[key] + ", "), "%s, not %s" % (line, said[key]))


def lossless_loses_nothing():
    level = of(tune("series.h5"), "lossless")
    check(all(lost["percent"] == lost["error"] == 0 for lost in level["lost"]) and
          level["background_restored"] == 1 and level["kept_percent"] == 100, "%s" % level)


def bytes_without_spots():
    """Sizes are those of frames without planted spots, as pack stores them."""
    said = tune("series.h5")
    for quality in ("lossless", "hits"):
        Run("pack", "--quality", quality, "series.h5", "series_packed.h5", "--force")
        with h5py.File("series_packed.h5", "r") as file:
            stored = file[IMAGE].id.get_storage_size() / 5
        check(abs(of(said, quality)["bytes_per_frame"] - stored) < 1,
              "%s: %s, not %g" % (quality, said, stored))


def geometry_matters():
    """Options replace the geometry of the file."""
    by_file = tune("series.h5")
    tiles = tune("--model", "tiles", "series.h5")
    check(of(by_file, "hits")["bytes_per_frame"] != of(tiles, "hits")["bytes_per_frame"],
          "tiles are the same as rings")


def floats():
    made = host.Frames("<f4", 3, HEIGHT, WIDTH)
    write("floats.h5", made.data)
    said = tune("floats.h5")
    check(said["frames"] == 3, "%s" % said)
    check(losses(said, 6)[:3] == [0, 0, 0] and losses(said, 6)[4] > 10, "%s" % said)
    check(of(said, "hits")["bytes_per_frame"] < of(said, "lossless")["bytes_per_frame"],
          "%s" % said)


def every_storage():
    """The stored size of a frame is right for every kind of chunks."""
    made = host.Frames("<u2", 4, HEIGHT, WIDTH)
    ways = [{"chunks": (1, HEIGHT, WIDTH)}, {"chunks": (4, HEIGHT, WIDTH)}, {},
            {"chunks": (2, 50, 64), "compression": "gzip"}]
    if HAS_BITSHUFFLE:
        ways.append(dict(BITSHUFFLE_LZ4, chunks=(1, HEIGHT, WIDTH)))
    for way in ways:
        write("way.h5", made.data, **way)
        with h5py.File("way.h5", "r") as file:
            stored = file[IMAGE].id.get_storage_size() / 4
        said = tune("way.h5")
        check(abs(said["file_bytes_per_frame"] - stored) < 1, "%s: %s" % (way, said))
    return "%d ways" % len(ways)


def several_datasets():
    """Frames are taken from all datasets; one of another size has settings of its own."""
    with h5py.File("several.h5", "w") as file:
        for i in range(3):
            file["entry/data/data_%06d" % i] = host.Frames("<u2", 4, HEIGHT, WIDTH, i + 1).data
        file["entry/data/data_other"] = host.Frames("<i4", 4, 90, 200).data
    said = tune("several.h5")
    check(said["frames"] == 8 and said["frames_in_file"] == 16, "%s" % said)
    mean = (6 * HEIGHT * WIDTH * 2 + 2 * 90 * 200 * 4) / 8
    check(said["raw_bytes_per_frame"] == mean, "%s" % said)
    said = tune("several.h5::/entry/data/data_other")
    check(said["frames"] == said["frames_in_file"] == 4, "%s" % said)


def one_frame():
    write("one.h5", host.Frames("<u2", 1, HEIGHT, WIDTH).data)
    said = tune("one.h5")
    check(said["frames"] == 1 and said["for_integration"] in LEVELS, "%s" % said)


def no_spots():
    """All but one pixel masked, all flagged, all the same: no spot can be planted, and
    there is nothing to recommend."""
    noise = np.random.default_rng(1).poisson(5, (2, HEIGHT, WIDTH)).astype("<u4")
    with h5py.File("masked.h5", "w") as file:
        file[IMAGE] = noise
        file["entry"].attrs["NX_class"] = np.bytes_("NXentry")
        detector = file.create_group("entry/instrument/detector")
        file["entry/instrument"].attrs["NX_class"] = np.bytes_("NXinstrument")
        detector.attrs["NX_class"] = np.bytes_("NXdetector")
        mask = np.ones((HEIGHT, WIDTH), "u4")
        mask[50, 60] = 0  # a mask without a good pixel is left out
        detector["pixel_mask"] = mask
    write("flagged.h5", np.full((2, HEIGHT, WIDTH), 0xffff, "<u2"))
    write("empty.h5", np.zeros((2, HEIGHT, WIDTH), "<u2"))
    write("nan.h5", np.full((2, HEIGHT, WIDTH), np.nan, "<f4"))
    for name in ("masked", "flagged", "empty", "nan"):
        said = tune(name + ".h5")
        check(said["for_integration"] is None and said["for_finding"] is None,
              "%s: %s" % (name, said))
        check(all(sum(lost["spots"] for lost in level["lost"]) == 0 and
                  level["background_restored"] is None for level in said["levels"]),
              "%s: %s" % (name, said))
        lines = Run("tune", name + ".h5").prints.splitlines()
        check(all(line.split()[5:10] == ["-"] * 5 for line in lines[3:8]), "%s: %s" % (name, lines))
        check("Nothing is recommended" in lines[8], "%s: %s" % (name, lines))


def frames_never_written():
    with h5py.File("gaps.h5", "w") as file:
        image = file.create_dataset(IMAGE, (6, HEIGHT, WIDTH), "<u2", chunks=(1, HEIGHT, WIDTH))
        image[1] = host.Frames("<u2", 1, HEIGHT, WIDTH).data[0]
    said = tune("gaps.h5")
    check(said["frames"] == 1 and said["frames_absent"] == 5, "%s" % said)
    with h5py.File("never.h5", "w") as file:
        file.create_dataset(IMAGE, (6, HEIGHT, WIDTH), "<u2", chunks=(1, HEIGHT, WIDTH))
    Run("tune", "never.h5", status=BAD_INPUT).shows("none of 6 frames was ever written")
    write("none.h5", np.zeros((0, HEIGHT, WIDTH), "<u2"), maxshape=(None, HEIGHT, WIDTH))
    Run("tune", "none.h5", status=BAD_INPUT)


def a_damaged_frame():
    if not HAS_BITSHUFFLE:
        return "skipped: no bitshuffle"
    write("damaged.h5", host.Frames("<u2", 2, HEIGHT, WIDTH).data, chunks=(1, HEIGHT, WIDTH),
          **BITSHUFFLE_LZ4)
    with h5py.File("damaged.h5", "r") as file:
        info = file[IMAGE].id.get_chunk_info(1)
    with open("damaged.h5", "r+b") as file:
        file.seek(info.byte_offset)
        file.write(bytes(40))
    Run("tune", "damaged.h5", status=BAD_INPUT).shows("frame 1")
    return None


def wrong_usage():
    for option in (["--quality", "high"], ["--keep", "all"], ["--pick", "3"], ["--halo", "2"],
                   ["--filter", "1"], ["--noise-floor", "1"], ["--background", "law"],
                   ["--compat", "pyfai"]):
        Run("tune", *option, "series.h5", status=WRONG_USAGE).shows(
            "tune tries all quality levels: leave out " + option[0])
    for arguments in (["--frames", "0", "series.h5"], ["--frames", "x", "series.h5"], [],
                      ["series.h5", "series.h5"], ["--nonsense", "series.h5"],
                      ["--distance", "100", "one.h5"]):
        Run("tune", *arguments, status=WRONG_USAGE)
    with h5py.File("nothing.h5", "w") as file:
        file["numbers"] = np.arange(5)
    Run("tune", "nothing.h5", status=BAD_INPUT).shows("there are no images here")
    Run("pack", "one.h5", "one_packed.h5")
    Run("tune", "one_packed.h5", status=WRONG_USAGE).shows("compressed by winnow already")


if __name__ == "__main__":
    host.main([a_series, losses_grow, as_text, lossless_loses_nothing, bytes_without_spots,
               geometry_matters, floats, every_storage, several_datasets, one_frame, no_spots,
               frames_never_written, a_damaged_frame, wrong_usage])
