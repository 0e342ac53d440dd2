"""h5winnow stats: its text, files and plots from tables of spots. See packing.py."""
import os

from packing import BAD_INPUT, IO_FAILURE, WRONG_USAGE, Run, check, h5py, host, np
from pictures import Pdf, Svg, is_colour, read_png, write_table

SIZE = (64, 96)
NAN = float("nan")
FRAMES = [(0, 12, 60, 1.25, 2.1, 1), (1, 0, 3, 1.5, NAN, 0), (2, 7, 30, NAN, 3.4, 1),
          (5, 300, 2000, 22.75, 1.61, 1)]
QUANTITIES = ["spots", "strong_pixels", "background", "resolution", "hit"]


def same(found, wanted):
    return found is None and np.isnan(wanted) or found == wanted


def default_plot(file):
    """What programs plot when they open the file: the NXdata that `default` leads to."""
    group = file
    while group.attrs["NX_class"] != "NXdata":
        group = group[group.attrs["default"]]
    return group


# ---- tests ---------------------------------------------------------------------------------------


def as_text():
    write_table("spots.h5", SIZE, FRAMES)
    lines = Run("stats", "spots.h5").prints.splitlines()
    check("4 frames, 3 hits, 319 spots" in lines[0] and "frames.h5::/entry/data/data" in lines[0],
          lines[0])
    rows = [line.split() for line in lines if not line.startswith("#")]
    check(len(rows) == len(FRAMES), "rows: %s" % rows)
    for row, frame in zip(rows, FRAMES):
        for column, value in zip(row, frame):
            check(column == "-" if np.isnan(value) else abs(float(column) - value) < 1e-9,
                  "%s, not %s" % (row, frame))


def as_json():
    said = Run("stats", "--json", "spots.h5").json()
    check((said["hits"], said["spots"], said["file"], said["dataset"]) ==
          (3, 319, "frames.h5", "/entry/data/data"), "%s" % said)
    for row, frame in zip(said["frames"], FRAMES):
        values = [row[key] for key in ["frame"] + QUANTITIES]
        check(all(map(same, values, frame)), "%s, not %s" % (row, frame))
    check(len(said["frames"]) == 4, "%s" % said)


def as_nexus():
    Run("stats", "spots.h5", "stats.h5")
    with h5py.File("stats.h5", "r") as file:
        check(file.attrs["NX_class"] == "NXroot" and file["entry"].attrs["NX_class"] == "NXentry",
              "classes")
        check(default_plot(file).name == "/entry/spots", "default: %s" % default_plot(file).name)
        for i, name in enumerate(QUANTITIES):
            data = file["entry"][name]
            check(data.attrs["NX_class"] == "NXdata" and data.attrs["signal"] == name and
                  list(data.attrs["axes"]) == ["frame"], "attributes of %s" % name)
            wanted = [frame[i + 1] for frame in FRAMES]
            check(np.array_equal(data[name][()], wanted, equal_nan=True), "%s" % data[name][()])
            check(list(data["frame"][()]) == [0, 1, 2, 5], "frames")
        check(file["entry/resolution/resolution"].attrs["units"] == "angstrom", "units")
        check("map" not in file["entry"], "there is a map")
        check(file["entry/process/table_file"][()] == b"spots.h5", "process")


def as_silx_plots_it():
    try:
        from silx.io import nxdata
    except ImportError:
        return "skipped: no silx"
    write_table("scan.h5", SIZE, scan(4, 3, False)[1])
    Run("stats", "--grid", "4,3", "scan.h5", "silx_map.h5")
    for name, signal, axes in (("stats.h5", "spots", ["frame"]),
                               ("silx_map.h5", "spots", ["row", "column"])):
        with h5py.File(name, "r") as file:
            data = nxdata.get_default(file)
            check(data is not None and data.is_valid and data.signal_name == signal and
                  data.axes_names == axes, "silx does not plot %s" % name)
            for group in file["entry"].values():
                if group.attrs["NX_class"] == "NXdata":
                    check(nxdata.NXdata(group).is_valid, "%s is not valid" % group.name)
    return None


def plot():
    """The curves are where the values are."""
    Run("stats", "--plot", "plot.png", "spots.h5")
    picture = read_png("plot.png")
    for panel, colour in enumerate([(0, 114, 178), (213, 94, 0), (0, 158, 115)]):
        y, x = np.nonzero(is_colour(picture, colour))
        check(y.size > 50, "panel %d is empty" % panel)
        check(84 + panel * 230 - 30 < y.min() and y.max() < 84 + panel * 230 + 190,
              "panel %d: rows %d to %d" % (panel, y.min(), y.max()))
    y, x = np.nonzero(is_colour(picture, (0, 114, 178)))
    y, x = y[y > 84], x[y > 84]  # without the label
    high, low = y[x == x.max()].mean(), y[x == x.min()].mean()
    check(high < low - 100, "300 spots are not above 12: %g, %g" % (high, low))
    step = x.max() - x.min()
    middle = y[abs(x - (x.min() + 0.2 * step)) < 2].mean()  # frame 1 of 0 to 5: no spots
    check(middle > low, "0 spots are not below 12")


def scan(columns, rows, snake):
    """Spots at each position of a scan, and the frames that measure them."""
    wanted = np.arange(columns * rows, dtype=float).reshape(rows, columns) * 3 + 1
    frames = []
    for row in range(rows):
        line = wanted[row][::-1] if snake and row % 2 else wanted[row]
        frames += [(row * columns + i, int(n), 0, NAN, NAN, 0) for i, n in enumerate(line)]
    return wanted, frames


def maps():
    """Each position has its spots, in either direction of the rows."""
    for snake in (False, True):
        wanted, frames = scan(4, 3, snake)
        write_table("scan.h5", SIZE, frames)
        option = ["--snake"] if snake else []
        Run("stats", "--force", "--grid", "4,3", *option, "--plot", "map.png", "scan.h5", "map.h5")
        with h5py.File("map.h5", "r") as file:
            data = default_plot(file)
            check(data.name == "/entry/map" and data.attrs["signal"] == "spots" and
                  list(data.attrs["axes"]) == ["row", "column"], "attributes: %s" % data.name)
            check((data["spots"][()] == wanted).all(), "snake %s: %s" % (snake, data["spots"][()]))
            check(list(data["row"][()]) == [0, 1, 2] and list(data["column"][()]) == [0, 1, 2, 3],
                  "axes")
            check(file["entry/spots/spots"][5] == frames[5][1], "the order of frames has changed")
        said = Run("stats", "--json", "--grid", "4,3", *option, "scan.h5").json()
        check(all(wanted[f["row"], f["column"]] == f["spots"] for f in said["frames"]), "%s" % said)
        best = "most spots: 34 at column 3, row 2 (frame 11)"
        check(best in Run("stats", "--grid", "4,3", *option, "scan.h5").prints, "most spots")
        picture = read_png("map.png")
        cells = picture[56:56 + 3 * 160, 144:144 + 4 * 160].reshape(3, 160, 4, 160, 3)
        check((np.ptp(cells, 1) == 0).all() and (np.ptp(cells, 3) == 0).all(), "cells")
        brightness = cells[:, 0, :, 0].sum(2)
        check((np.diff(brightness.ravel()) > 0).all(), "colours: %s" % brightness)


def scans_that_are_not_complete():
    wanted, frames = scan(4, 3, True)
    write_table("part.h5", SIZE, frames[:6])
    Run("stats", "--grid", "4,3", "--snake", "--plot", "part.png", "part.h5", "part_map.h5",
        notes=True).shows("6 of the 12 positions")
    wanted[1, :2] = wanted[2] = NAN
    with h5py.File("part_map.h5", "r") as file:
        found = file["entry/map/spots"][()]
    check(np.array_equal(found, wanted, equal_nan=True), "%s" % found)
    cells = read_png("part.png")[56:56 + 3 * 160:160, 144:144 + 4 * 160:160]
    check((is_colour(cells, (225, 225, 225)) == np.isnan(wanted)).all(), "colours")
    Run("stats", "--grid", "4,1", "part.h5", "x.h5", status=BAD_INPUT).shows(
        "frame 5", "--grid 4,1 has only 4 positions")
    check(not os.path.exists("x.h5"), "there is an output")


def vector_formats():
    """SVG and PDF are as large as the PNG, and have the same map."""
    write_table("scan.h5", SIZE, scan(4, 3, False)[1])
    for options, edges in (([], None), (["--grid", "4,3"], (144, 56, 640, 480))):
        for suffix in ("png", "svg", "pdf"):
            Run("stats", "--force", *options, "--plot", "vector." + suffix, "scan.h5")
        picture, svg, pdf = read_png("vector.png"), Svg("vector.svg"), Pdf("vector.pdf")
        height, width = picture.shape[:2]
        check(svg.size == (width, height), "%s, not %d x %d" % (svg.size, width, height))
        check(np.allclose(pdf.size, (0.75 * width, 0.75 * height)), "page: %s" % (pdf.size,))
        title = "frames.h5::/entry/data/data, 12 frames"
        check(pdf.title.startswith(title) and svg.letters > len(title), "title: %s" % pdf.title)
        check(len(svg.images) == len(pdf.images) == len(options) // 2, "maps in the files")
        if edges:
            x, y, across, down = edges
            cells = picture[y:y + down, x:x + across]
            check((svg.images[0] == cells).all() and (pdf.images[0] == cells).all(), "cells")


def odd_tables():
    write_table("empty.h5", SIZE)
    said = Run("stats", "--json", "--plot", "empty.png", "empty.h5", "empty_stats.h5").json()
    check(said["frames"] == [], "%s" % said)
    read_png("empty.png")
    write_table("one.h5", SIZE, [(7, 0, 0, NAN, NAN, 0)])
    Run("stats", "--plot", "one.png", "one.h5", "one_stats.h5")
    write_table("many.h5", SIZE, [(i, i % 5, i, i / 7, 2, i % 2) for i in range(9000)])
    Run("stats", "--plot", "many.png", "many.h5", "many_stats.h5")
    Run("stats", "--grid", "100,90", "--plot", "many_map.png", "many.h5")
    check(read_png("many_map.png").shape[1] > 900, "size of the map")
    write_table("nameless.h5", SIZE, FRAMES)
    with h5py.File("nameless.h5", "r+") as file:
        del file["entry/spots_process/source_file"], file["entry/spots_process/source_dataset"]
    check("nameless.h5: 4 frames" in Run("stats", "nameless.h5", "nameless_stats.h5").prints,
          "without a source")
    check("file" not in Run("stats", "--json", "nameless.h5").json(), "without a source")
    write_table("two.h5", SIZE, FRAMES)
    check("319 spots" in Run("stats", "two.h5::spots").prints, "by its name")
    check("319 spots" in Run("stats", "two.h5::/entry/spots").prints, "by its path")


def outputs():
    before = open("stats.h5", "rb").read()
    Run("stats", "spots.h5", "stats.h5", status=WRONG_USAGE).shows("--force")
    Run("stats", "--plot", "plot.png", "spots.h5", status=WRONG_USAGE).shows("--force")
    check(open("stats.h5", "rb").read() == before, "it was replaced")
    Run("stats", "--force", "spots.h5", "spots.h5", status=WRONG_USAGE)
    Run("stats", "--force", "--plot", "spots.h5", "spots.h5", status=WRONG_USAGE)
    Run("stats", "spots.h5", "no/folder.h5", status=IO_FAILURE)
    Run("stats", "--plot", "no/folder.png", "spots.h5", status=IO_FAILURE)
    for name in ("plot.jpg", "plot", "spots.h5"):
        Run("stats", "--force", "--plot", name, "spots.h5", "new.h5", status=WRONG_USAGE).shows(
            ".png, .svg or .pdf")
        check(not os.path.exists("new.h5"), "there is an output")
    Run("stats", "--force", "--plot", "plot.png", "spots.h5", "stats.h5")
    check(not [name for name in os.listdir(".") if name.endswith(".partial")], "parts are left")


def bad_input():
    with h5py.File("nothing.h5", "w") as file:
        file["numbers"] = np.arange(5)
    Run("stats", "nothing.h5", status=BAD_INPUT)
    Run("stats", "spots.h5::others", status=BAD_INPUT)
    Run("stats", "nowhere.h5", status=IO_FAILURE)
    for arguments in ([], ["a", "b", "c"], ["--snake", "spots.h5"], ["--grid", "4", "spots.h5"],
                      ["--grid", "0,4", "spots.h5"], ["--grid", "2.5,4", "spots.h5"],
                      ["--grid", "20000,4", "spots.h5"], ["--nonsense", "spots.h5"]):
        Run("stats", *arguments, status=WRONG_USAGE)
    check("usage: h5winnow stats" in Run("stats", "--help").prints, "--help")


if __name__ == "__main__":
    host.main([as_text, as_json, as_nexus, as_silx_plots_it, plot, maps,
               scans_that_are_not_complete, vector_formats, odd_tables, outputs, bad_input])
