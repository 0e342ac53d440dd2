"""Shared by the host tests: arguments, a scratch folder, test frames, and reports of failures.

A host test is a program that knows nothing of winnow but its filter number and its parameters. It
finds the filter through HDF5_PLUGIN_PATH. Arguments of every script:

    PLUGIN_DIRECTORY MAKE_SERIES PYTHON SCRATCH_DIRECTORY

Exit status: 0 passed, 1 failed, 77 skipped.
"""
import contextlib
import faulthandler
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

FILTER = 47000
FAILED = 1
SKIPPED = 77

TYPES = [order + kind for kind in ("u2", "u4", "u8", "i2", "i4", "i8", "f4", "f8")
         for order in "<>"] + ["u1", "i1"]


class Failure(Exception):
    """A check that did not hold; its text is the line that is printed."""


def check(condition, text):
    if not condition:
        raise Failure(text)


def skip(why):
    print("skipped: " + why)
    sys.exit(SKIPPED)


# ---- start and end -------------------------------------------------------------------------------


class Place:
    """Where things are: the plugin, the tools, and a folder of this script's own."""

    def __init__(self, plugin, make_series, python, scratch):
        self.plugin = os.path.abspath(plugin)
        self.make_series = os.path.abspath(make_series)
        self.python = python
        self.shared = os.path.abspath(scratch)
        script = os.path.splitext(os.path.basename(sys.argv[0]))[0]
        self.scratch = os.path.join(self.shared, script)

    def file(self, name):
        """A path in the scratch folder."""
        return os.path.join(self.scratch, name)

    def arguments(self):
        return [self.plugin, self.make_series, self.python, self.shared]


def start(keep_scratch=False):
    """Read the arguments and set the environment that HDF5 reads. To be called before h5py is
    imported."""
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    faulthandler.enable()
    place = Place(*sys.argv[1:5])
    check(os.path.isdir(place.plugin), place.plugin + " is no directory")
    for name in list(os.environ):
        if name.startswith("WINNOW_") or name in ("H5TOOLS_BUFSIZE", "OMP_NUM_THREADS"):
            del os.environ[name]
    os.environ["HDF5_PLUGIN_PATH"] = place.plugin
    if not keep_scratch:
        shutil.rmtree(place.scratch, ignore_errors=True)
    os.makedirs(place.scratch, exist_ok=True)
    return place


def need_h5py():
    """h5py and numpy, or skip."""
    try:
        import h5py
        import numpy
    except ImportError as error:
        skip("%s has no h5py: %s" % (sys.executable, error))
    return h5py, numpy


def versions(h5py):
    return "Python %s, h5py %s, HDF5 %s" % (sys.version.split()[0], h5py.version.version,
                                            h5py.version.hdf5_version)


def main(tests):
    """Run tests, each to its end, and exit."""
    failed = 0
    for test in tests:
        begun = time.time()
        try:
            says = test()
            outcome = "ok" + (": " + says if says else "")
        except Failure as failure:
            failed += 1
            outcome = "FAILED: %s" % failure
        except Exception:
            failed += 1
            traceback.print_exc(file=sys.stdout)
            outcome = "FAILED: " + str(sys.exc_info()[1])
        print("%-32s %5.1f s  %s" % (test.__name__, time.time() - begun, outcome), flush=True)
    sys.exit(FAILED if failed else 0)


# ---- environment, standard error, child processes ------------------------------------------------


@contextlib.contextmanager
def environment(**values):
    """Variables that the filter reads, set for a while; None unsets."""
    before = {name: os.environ.get(name) for name in values}

    def put(settings):
        for name, value in settings.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = str(value)

    put(values)
    try:
        yield
    finally:
        put(before)


def standard_error_of(function):
    """What C code writes to stderr during a call of `function`."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as file:
        saved = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            function()
        finally:
            os.dup2(saved, 2)
            os.close(saved)
        file.seek(0)
        return file.read().decode(errors="replace")


def error_of(function):
    """The text of the error that `function` raises; a Failure if it raises none."""
    try:
        function()
    except (OSError, ValueError, RuntimeError) as error:
        return str(error)
    raise Failure("%s gave no error" % getattr(function, "__name__", "this"))


def output_of(command, timeout=300, status=0, **variables):
    """Run a command; its output with stderr. A Failure if it does not exit with `status`."""
    # What tests share, and nothing else that the caller's Python may have.
    support = os.path.dirname(os.path.abspath(__file__))
    child_environment = dict(os.environ, PYTHONPATH=support, **variables)
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=timeout, env=child_environment, check=False)
    except subprocess.TimeoutExpired:
        raise Failure("%s was not done after %d s" % (" ".join(command), timeout)) from None
    text = done.stdout.decode(errors="replace")
    check(done.returncode == status, "%s: exit status %d, not %d: %s" %
          (" ".join(command), done.returncode, status, text.strip()[-1000:]))
    return text


# ---- frames whose pixels are known ---------------------------------------------------------------


class Frames:
    """Frames of Poisson background (of 5 to 9 counts) with pixels that must come back exactly:
    `bright` ones far above it, and `flagged` ones, at other positions in every frame."""

    def __init__(self, dtype, count=2, height=200, width=250, seed=1):
        _, np = need_h5py()
        self.np = np
        random = np.random.default_rng(seed)
        kind = np.dtype(dtype).newbyteorder("=")
        shape = (count, height, width)
        y, x = np.mgrid[0:height, 0:width]
        mean = 5 + 4 * np.exp(-((y - height / 2) ** 2 + (x - width / 2) ** 2) / (2 * 150.0 ** 2))
        counts = random.poisson(np.broadcast_to(mean, shape))
        self.bright = random.random(shape) < 0.004
        self.flagged = random.random(shape) < 0.002
        self.flagged[:, height // 3:height // 3 + 5] = True
        self.flagged[:, :, 0] = True
        self.bright &= ~self.flagged
        self.background = ~self.bright & ~self.flagged
        data = counts.astype(kind)
        n = int(self.bright.sum())
        if kind.kind == "f":
            data += random.random(shape).astype(kind) - kind.type(0.5)
            data[self.bright] = random.uniform(60, 1e6, n)
        else:
            top = min(np.iinfo(kind).max - 1, 1 << 40)
            data[self.bright] = np.exp(random.uniform(np.log(60), np.log(top), n)).astype(kind)
        flags = self.flags(kind)
        data[self.flagged] = flags[random.integers(0, len(flags), int(self.flagged.sum()))]
        self.data = data.astype(dtype)

    def flags(self, kind):
        """The values that mark a pixel without a count, in this type."""
        np = self.np
        if kind.kind == "u":
            return np.array([np.iinfo(kind).max], kind)
        if kind.kind == "i":
            limits = np.iinfo(kind)
            return np.array([limits.max, -1, -2, limits.min], kind)
        limits = np.finfo(kind)
        other_nan = np.array([np.nan], kind)
        payload = other_nan.view("u%d" % kind.itemsize)
        payload += payload.dtype.type(5)
        return np.concatenate([np.array([np.nan, np.inf, -np.inf, limits.max, limits.min], kind),
                               other_nan])

    def check(self, restored, what, spread=True):
        """That `restored` is what a reader may expect to get for these frames."""
        np = self.np
        data = self.data
        check(restored.shape == data.shape and restored.dtype == data.dtype,
              "%s: %s %s came back as %s %s" % (what, data.shape, data.dtype, restored.shape,
                                                restored.dtype))
        for name, pixels in (("flagged", self.flagged), ("bright", self.bright)):
            wrong = int((bits(restored)[pixels] != bits(data)[pixels]).sum())
            check(wrong == 0, "%s: %d of %d %s pixels are wrong" % (what, wrong, pixels.sum(),
                                                                    name))
        for i in range(len(data)):
            here = self.background[i]
            old = data[i][here].astype("f8")
            new = restored[i][here].astype("f8")
            check(np.isfinite(new).all() and 0 <= new.min() + (data.dtype.kind == "f") * 20 and
                  new.max() < 60, "%s: the background of frame %d is restored as %g to %g" %
                  (what, i, new.min(), new.max()))
            allowed = 6 * old.std() / np.sqrt(old.size) + 0.002 * old.mean()
            check(abs(new.mean() - old.mean()) < allowed,
                  "%s: frame %d has a background of %.4f, restored as %.4f, allowed +-%.4f" %
                  (what, i, old.mean(), new.mean(), allowed))
            if spread:
                check(abs(new.std() / old.std() - 1) < 0.04,
                      "%s: frame %d has a spread of %.3f, restored as %.3f" %
                      (what, i, old.std(), new.std()))


def bits(array):
    """The elements as unsigned integers, so that NaN can be compared."""
    return array.view(array.dtype.newbyteorder("=").str.replace(array.dtype.kind, "u"))


def same(one, other):
    return one.shape == other.shape and one.dtype == other.dtype and \
        one.tobytes() == other.tobytes()


# ---- the HDF5 library below h5py -----------------------------------------------------------------


def hdf5_library():
    """The libhdf5 that h5py uses in this process, for ctypes; its identifiers are those of h5py."""
    import ctypes
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split()[-1] for line in maps if "libhdf5" in line}
    paths = [path for path in paths if "_hl" not in os.path.basename(path)]
    check(len(paths) == 1, "not one libhdf5 in this process, but %s" % paths)
    return ctypes.CDLL(paths[0])


def stored_parameters(dataset):
    """All values of the filter in a dataset. (get_filter() of h5py before 3.16 reads 16 only.)"""
    import ctypes
    library = hdf5_library()
    plist = dataset.id.get_create_plist()
    values = (ctypes.c_uint * 64)()
    n = ctypes.c_size_t(64)
    flags = ctypes.c_uint()
    got = library.H5Pget_filter_by_id2(ctypes.c_int64(plist.id), ctypes.c_int(FILTER),
                                       ctypes.byref(flags), ctypes.byref(n), values,
                                       ctypes.c_size_t(0), None, None)
    check(got >= 0, "the filter is not in the dataset")
    return list(values[:n.value])


# ---- the newest h5py from PyPI, which brings its own libhdf5 -------------------------------------


def wheel_python(place):
    """The interpreter of a virtual environment with the newest wheel of h5py, or skip. It is made
    once per scratch directory; what is older than a day is brought up to date if that is possible.
    """
    import fcntl
    folder = os.path.join(place.shared, "wheel")
    python = os.path.join(folder, "bin", "python")
    complete = os.path.join(folder, "complete")
    install = [python, "-m", "pip", "install", "--quiet", "--upgrade", "--only-binary", ":all:",
               "--disable-pip-version-check", "h5py"]
    os.makedirs(place.shared, exist_ok=True)
    with open(folder + ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        exists = os.path.exists(complete)
        if exists and time.time() - os.path.getmtime(complete) < 86400:
            return python
        try:
            if not exists:
                shutil.rmtree(folder, ignore_errors=True)
                output_of([place.python, "-m", "venv", folder])
            output_of(install)
        except (Failure, OSError) as error:
            if not exists:
                skip("the wheel of h5py cannot be installed: " +
                     " ".join(str(error).split())[-300:])
        with open(complete, "w", encoding="ascii"):
            pass
        return python
