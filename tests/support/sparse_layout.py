"""Shared by the tests of h5winnow export and import: running it, the sparse layout of pyFAI, and a
densifier that was written from the description of that of FabIO, independent of both programs.

Arguments of both scripts: H5WINNOW PLUGIN_FOLDER SCRATCH_FOLDER. Exit status: 0 passed, 1 failed,
77 skipped.
"""
import os
import shutil
import subprocess
import sys

try:
    import h5py
    import numpy as np
except ImportError as error:
    print("skipped: %s" % error)
    sys.exit(77)

FILTER = 47000
GROUP = "entry_0000/sparse_frames/"

failures = 0


def check(condition, text):
    """Print what is wrong, and go on."""
    global failures
    if not condition:
        failures += 1
        print("FAILED: " + text)


def finish():
    print("%d checks failed" % failures)
    sys.exit(1 if failures else 0)


def start():
    """The program; the scratch folder is the current one from here on."""
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    program, plugin, scratch = (os.path.abspath(a) for a in sys.argv[1:])
    os.environ["HDF5_PLUGIN_PATH"] = plugin
    os.environ["WINNOW_NOISE"] = "0"
    shutil.rmtree(scratch, ignore_errors=True)
    os.makedirs(scratch)
    os.chdir(scratch)
    return program


def run(program, *arguments, status=0, says=""):
    """Run h5winnow, which has no plugin, and check its exit status and a part of its message."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("HDF5_", "WINNOW_"))}
    done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True,
                          check=False)
    line = "h5winnow " + " ".join(arguments)
    check(done.returncode == status,
          "%s: exit status %d, not %d: %s" % (line, done.returncode, status, done.stderr))
    check(says in done.stderr, "%s: does not say '%s': %s" % (line, says, done.stderr))
    check(bool(done.stderr) == (status != 0), "%s: says on stderr: %s" % (line, done.stderr))
    return done.stdout


def interpolated(radius, values, at):
    """FabIO: a pixel between the points is interpolated, one within one step beyond the last has
    the value of the last; others are masked (NaN)."""
    with np.errstate(invalid="ignore"):
        t = (at.astype("f8") - radius[0]) * (len(radius) - 1) / float(radius[-1] - radius[0])
        inside = (t >= 0) & (t < len(radius))
    t = np.where(inside, t, 0)
    first = np.minimum(t.astype(int), len(radius) - 1)
    after = np.minimum(first + 1, len(radius) - 1)
    v = values.astype("f8")
    return np.where(inside, v[first] + (t - first) * (v[after] - v[first]), np.nan)


def densify(name):
    """The dense frames of a sparse file, without noise, and marks for the exact pixels."""
    with h5py.File(name, "r") as file:
        g = file[GROUP]
        mask, radius, pointer = g["mask"][()], g["radius"][()], g["frame_ptr"][()].astype(int)
        index, intensity, dummy = g["index"][()], g["intensity"][()], g["dummy"][()]
        background = g["background_avg"][()]
        norm = g["normalization"][()].astype("f4") if "normalization" in g else 1
    dtype = intensity.dtype
    frames = np.empty((len(background),) + mask.shape, dtype.newbyteorder("="))
    exact = np.zeros(frames.shape, bool)
    for i, values in enumerate(background):
        mean = interpolated(radius, values, mask)
        masked = np.isnan(mean)
        mean = np.where(masked, 0, mean) * norm
        frames[i] = mean if dtype.kind == "f" else np.floor(mean + 0.5)
        kept = slice(pointer[i], pointer[i + 1])
        frames[i].ravel()[index[kept]] = intensity[kept]
        exact[i].ravel()[index[kept]] = True
        frames[i][masked] = np.array(dummy).astype(dtype)
        exact[i] |= masked
    return frames, exact


def same(a, b):
    return (a == b) | (a != a) & (b != b)


def fabio_frames(name):
    """The same frames as FabIO has them; None if there is no FabIO."""
    try:
        import fabio
    except ImportError:
        return None
    with fabio.open(name) as image:
        check(image.classname == "SparseImage",
              "%s: FabIO takes it for a %s" % (name, image.classname))
        if image.nframes == 1: # getframe() would look for a file of the next number
            return [image.data.copy()]
        return [image.getframe(i).data.copy() for i in range(image.nframes)]
