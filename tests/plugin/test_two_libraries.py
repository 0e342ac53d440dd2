"""Two libhdf5 in one process, as where a Python wheel brings one and the system has another.

The wheel's h5py reads and writes through its own library, this script through the system's, loaded
with RTLD_LOCAL. Both use the same filter at the same time. Run without fifth argument this script
makes the virtual environment and calls itself in it.
"""
import contextlib
import ctypes
import os
import signal
import sys
import threading
import time

import hosts as host
from hosts import check

ROLE = sys.argv[5:]
PLACE = host.start(keep_scratch=bool(ROLE))
os.environ["HDF5_USE_FILE_LOCKING"] = "FALSE"  # children inherit the locks of open files

SHAPE = (4, 200, 250)
RADIAL = (1, 0, 124500, 99500)
SECONDS = 6
TIMEOUT = 60


class System:
    """The system's libhdf5, as far as it is needed here."""

    NAMES = ("libhdf5_serial.so.310", "libhdf5_serial.so.103", "libhdf5.so.310", "libhdf5.so.103")

    def __init__(self):
        self.library = None
        for name in self.NAMES:
            with contextlib.suppress(OSError):
                self.library = ctypes.CDLL(name, ctypes.RTLD_LOCAL)
                break
        if self.library is None:
            host.skip("there is none of %s" % ", ".join(self.NAMES))
        self.call("H5open")
        # errors are expected: nothing on stderr
        self.call("H5Eset_auto2", ctypes.c_int64(0), None, None)

    def call(self, name, *arguments):
        """Call a function that gives an identifier or a status."""
        function = getattr(self.library, name)
        function.restype = ctypes.c_int64 if name.split("_")[0] in (
            "H5Fcreate", "H5Fopen", "H5Dopen2", "H5Dcreate2", "H5Pcreate", "H5Screate") \
            else ctypes.c_int
        result = function(*arguments)
        if result < 0:
            raise OSError(name + " fails")
        return result

    def constant(self, name):
        return ctypes.c_int64.in_dll(self.library, name)

    @contextlib.contextmanager
    def opened(self, close, identifier):
        try:
            yield ctypes.c_int64(identifier)
        finally:
            self.call(close, ctypes.c_int64(identifier))

    def version(self):
        numbers = [ctypes.c_uint() for _ in range(3)]
        self.call("H5get_libversion", *map(ctypes.byref, numbers))
        return ".".join(str(number.value) for number in numbers)

    def write(self, path, data, options=()):
        """A uint16 dataset, one frame per chunk, by a mandatory filter."""
        everything = ctypes.c_int64(0)
        dims = (ctypes.c_uint64 * 3)(*data.shape)
        chunk = (ctypes.c_uint64 * 3)(1, *data.shape[1:])
        values = (ctypes.c_uint * 20)(*options)
        datatype = self.constant("H5T_STD_U16LE_g")
        truncate = ctypes.c_uint(2)
        with self.opened("H5Fclose", self.call("H5Fcreate", path.encode(), truncate, everything,
                                               everything)) as file, \
                self.opened("H5Sclose", self.call("H5Screate_simple", 3, dims, None)) as space, \
                self.opened("H5Pclose", self.call(
                    "H5Pcreate", self.constant("H5P_CLS_DATASET_CREATE_ID_g"))) as plist:
            self.call("H5Pset_chunk", plist, 3, chunk)
            self.call("H5Pset_filter", plist, host.FILTER, 0, ctypes.c_size_t(len(options)),
                      values)
            with self.opened("H5Dclose", self.call(
                    "H5Dcreate2", file, b"data", datatype, space, everything, plist,
                    everything)) as dataset:
                self.call("H5Dwrite", dataset, datatype, everything, everything, everything,
                          data.ctypes.data_as(ctypes.c_void_p))

    def read(self, path):
        everything = ctypes.c_int64(0)
        data = np.empty(SHAPE, "<u2")
        with self.opened("H5Fclose", self.call("H5Fopen", path.encode(), ctypes.c_uint(0),
                                               everything)) as file, \
                self.opened("H5Dclose", self.call("H5Dopen2", file, b"data",
                                                  everything)) as dataset:
            self.call("H5Dread", dataset, self.constant("H5T_STD_U16LE_g"), everything, everything,
                      everything, data.ctypes.data_as(ctypes.c_void_p))
        return data


class Wheel:
    """h5py with the library that it brought."""

    @staticmethod
    def write(path, data, options=()):
        with h5py.File(path, "w") as file:
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_chunk((1,) + data.shape[1:])
            plist.set_filter(host.FILTER, 0, options)
            dataset = h5py.h5d.create(file.id, b"data", h5py.h5t.STD_U16LE,
                                      h5py.h5s.create_simple(data.shape), plist)
            h5py.Dataset(dataset)[:] = data

    @staticmethod
    def read(path):
        with h5py.File(path, "r") as file:
            return file["data"][:]


# ---- in the wheel's interpreter ------------------------------------------------------------------

def prepare():
    """Files of both libraries, and what they read as."""
    for name, options in (("tiles", ()), ("rings", RADIAL)):
        for side, library in (("system", system), ("wheel", wheel)):
            library.write(PLACE.file("%s_%s.h5" % (name, side)), frames.data, options)
        restored = wheel.read(PLACE.file(name + "_system.h5"))
        frames.check(restored, name)
        expected[name] = restored


def two_libraries():
    with open("/proc/self/maps", encoding="utf-8") as maps:
        paths = {line.split()[-1] for line in maps if ".so" in line}
    libraries = sorted(path for path in paths if "libhdf5" in path and "_hl" not in path)
    plugins = [path for path in paths if "h5zwinnow" in path]
    check(len(libraries) == 2, "not two libraries, but %s" % libraries)
    check(len(plugins) == 1, "not one plugin, but %s" % plugins)
    return "HDF5 %s and %s" % (system.version(), h5py.version.hdf5_version)


def each_reads_the_other():
    for name in expected:
        for side in ("system", "wheel"):
            for library in (system, wheel):
                check(host.same(library.read(PLACE.file("%s_%s.h5" % (name, side))),
                                expected[name]), "%s of the %s reads differently" % (name, side))


def errors_stay_apart():
    """What one library refuses does not disturb the other."""
    for _ in range(20):
        for library in (system, wheel):
            wrong = (1, 0, 0, 0, 20000)
            host.error_of(lambda library=library: library.write(PLACE.file("wrong.h5"),
                                                                frames.data, wrong))
            check(host.same(system.read(PLACE.file("rings_wheel.h5")), expected["rings"]) and
                  host.same(wheel.read(PLACE.file("tiles_system.h5")), expected["tiles"]),
                  "reads differently after an error")


def keep_going(library, number, stop, problems, counts):
    """Read and write until told to stop."""
    own = PLACE.file("own_%d.h5" % number)
    turn = 0
    try:
        while not stop.is_set():
            name = ("tiles", "rings")[(turn + number) % 2]
            side = ("system", "wheel")[turn // 2 % 2]
            if not host.same(library.read(PLACE.file("%s_%s.h5" % (name, side))), expected[name]):
                problems.append("thread %d reads %s of the %s differently" % (number, name, side))
                return
            if turn % 3 == 0:
                library.write(own, frames.data, RADIAL if name == "rings" else ())
                if not host.same(library.read(own), expected[name]):
                    problems.append("thread %d writes something else" % number)
                    return
            turn += 1
            counts[number] = turn
    except Exception as error:
        problems.append("thread %d: %s" % (number, error))


@contextlib.contextmanager
def busy_threads(libraries):
    """Threads that read and write through these libraries; nothing may be wrong at the end."""
    stop = threading.Event()
    problems, counts = [], {}
    threads = [threading.Thread(target=keep_going, args=(library, number, stop, problems, counts),
                                daemon=True) for number, library in enumerate(libraries)]
    for thread in threads:
        thread.start()
    try:
        yield counts
    finally:
        stop.set()
        for thread in threads:
            thread.join(TIMEOUT)
    check(not any(thread.is_alive() for thread in threads), "a thread hangs")
    check(not problems, "; ".join(problems))


def at_the_same_time():
    total = []
    for plugin_threads in (None, 4):
        with host.environment(WINNOW_THREADS=plugin_threads):
            with busy_threads([system, wheel, system, wheel]) as counts:
                time.sleep(SECONDS)
        check(min(counts.values()) > 2, "a thread gets nothing done: %s" % counts)
        total.append(sum(counts.values()))
    return "%d turns, and %d with WINNOW_THREADS=4" % tuple(total)


def forks_in_between():
    """Children are forked in the middle of what the filter does for the system's library; they
    read through the wheel's, whose locks nobody holds."""
    count = 0
    for plugin_threads in (None, 4):
        with host.environment(WINNOW_THREADS=plugin_threads), busy_threads([system, system]):
            end = time.monotonic() + SECONDS / 2
            while time.monotonic() < end:
                fork_and_read("child %d, WINNOW_THREADS=%s" % (count, plugin_threads))
                count += 1
    return "%d children" % count


def fork_and_read(what):
    child = os.fork()
    if child == 0:
        status = 1
        try:
            right = host.same(wheel.read(PLACE.file("rings_wheel.h5")), expected["rings"])
            status = 0 if right else 1
        finally:
            os._exit(status)
    deadline = time.monotonic() + TIMEOUT
    done = status = 0
    while not done and time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        time.sleep(0.001)
    if not done:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    check(done, what + " hangs")
    check(status == 0, "%s fails: %d" % (what, status))


if ROLE:
    h5py, np = host.need_h5py()
    system, wheel = System(), Wheel()
    frames = host.Frames("<u2", *SHAPE)
    expected = {}
    host.main([prepare, two_libraries, each_reads_the_other, errors_stay_apart, at_the_same_time,
               forks_in_between])
else:
    WHEEL = host.wheel_python(PLACE)
    os.execv(WHEEL, [WHEEL, os.path.abspath(__file__)] + PLACE.arguments() + ["inside"])
