"""h5py in forked processes: no child hangs, and all of them read what the parent reads.

The OpenMP runtime does not survive fork(): a child of a process that has used threads must not use
them. Children that hang are killed, and the test fails.
"""
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time

import hosts as host
from hosts import check

PLACE = host.start()
h5py, np = host.need_h5py()

TIMEOUT = 60  # seconds
RADIAL = (1, 0, 159500, 119500)
FRAMES = host.Frames("<u2", 6, 240, 320)
NAMES = {}
EXPECTED = {}


def write(name, options=None):
    with h5py.File(PLACE.file(name), "w") as file:
        file.create_dataset("data", data=FRAMES.data, chunks=(2, 240, 320),
                            compression=host.FILTER, compression_opts=options)


def read(name):
    with h5py.File(PLACE.file(name), "r") as file:
        return file["data"][:]


def read_right(name, threads=None):
    """Whether a file reads as it should; for children, which can only say yes or no."""
    with host.environment(WINNOW_THREADS=threads):
        return host.same(read(name), EXPECTED[name])


def write_right(name, threads=None):
    with host.environment(WINNOW_THREADS=threads):
        write(name)
    return host.same(read(name), EXPECTED["tiles.h5"])


def in_child(function, *arguments):
    """Fork, and start the function in the child; its process id."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if function(*arguments) else 1
        finally:
            os._exit(status)
    return child


def wait_for(children, what, timeout=TIMEOUT):
    """Every child must end with 0, and in time."""
    deadline = time.monotonic() + timeout
    waiting = list(children)
    failed = []
    while waiting and time.monotonic() < deadline:
        for child in list(waiting):
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                waiting.remove(child)
                if status != 0:
                    failed.append(os.waitstatus_to_exitcode(status))
        time.sleep(0.005)
    for child in waiting:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    check(not waiting, "%s: %d of %d children hang" % (what, len(waiting), len(children)))
    check(not failed, "%s: %d of %d children fail, with status %s" %
          (what, len(failed), len(children), failed))


def from_a_fresh_process(function):
    """Run a check in a child, because threads that were used once stay used."""
    wait_for([in_child(lambda: function() is None)], function.__name__, 4 * TIMEOUT)


def children_with_own_threads():
    """A parent that has used one thread: each child may use several."""
    check(read_right("tiles.h5"), "the parent reads something else")
    for threads in (None, 1, 4):
        wait_for([in_child(read_right, name, threads) for name in NAMES for _ in range(4)],
                 "WINNOW_THREADS=%s in the children" % threads)


def children_of_threads():
    """A parent that has used four threads, to read and to write."""
    def check_all():
        check(read_right("rings.h5", 4), "the parent reads something else")
        check(write_right("parent.h5", 4), "the parent writes something else")
        for threads in (None, 1, 4):
            wait_for([in_child(read_right, name, threads) for name in NAMES for _ in range(4)],
                     "WINNOW_THREADS=%s in the children" % threads)
            wait_for([in_child(write_right, "child%d.h5" % i, threads) for i in range(4)],
                     "writing, WINNOW_THREADS=%s in the children" % threads)
        check(read_right("rings.h5", 4), "the parent reads something else afterwards")

    from_a_fresh_process(check_all)


def grandchildren():
    """A child that uses threads and forks in its turn."""
    def child():
        right = read_right("rings.h5", 4)
        wait_for([in_child(read_right, "rings.h5", 4) for _ in range(3)], "grandchildren")
        return right

    wait_for([in_child(child) for _ in range(3)], "children with children", 2 * TIMEOUT)


def pool_work(task):
    name, threads = task
    return read_right(name, threads)


def pools():
    """multiprocessing with fork, as programs use it."""
    def check_all():
        for threads in (1, 4):
            check(read_right("rings.h5", threads), "the parent reads something else")
            with multiprocessing.get_context("fork").Pool(4) as pool:
                result = pool.map_async(pool_work, [(name, threads) for name in NAMES] * 8)
                try:
                    right = result.get(TIMEOUT)
                except multiprocessing.TimeoutError:
                    pool.terminate()
                    raise host.Failure("WINNOW_THREADS=%d: workers hang" % threads) from None
                check(all(right), "WINNOW_THREADS=%d: workers read something else" % threads)

    from_a_fresh_process(check_all)


def while_others_read():
    """Forks between what other threads do, with maps that the filter keeps. The lock of h5py does
    not survive a fork while another thread holds it, so this thread takes it. (In the middle of
    what the filter does: test_two_libraries.py.)"""
    def check_all():
        stop = threading.Event()
        wrong = []

        def keep_reading(name):
            while not stop.is_set():
                if not host.same(read(name), EXPECTED[name]):
                    wrong.append(name)

        readers = [threading.Thread(target=keep_reading, args=(name,)) for name in NAMES]
        for reader in readers:
            reader.start()
        try:
            for _ in range(15):
                with h5py._objects.phil:
                    children = [in_child(read_right, name) for name in NAMES]
                wait_for(children, "children")
        finally:
            stop.set()
            for reader in readers:
                reader.join(TIMEOUT)
        check(not any(reader.is_alive() for reader in readers), "a thread of the parent hangs")
        check(not wrong, "a thread of the parent reads something else")

    from_a_fresh_process(check_all)


def open_file_before_fork():
    """A file that the parent has open, with the filter in use: children read through it."""
    with h5py.File(PLACE.file("rings.h5"), "r") as file:
        check(host.same(file["data"][:2], EXPECTED["rings.h5"][:2]), "the parent reads wrong")

        def child():
            return host.same(file["data"][2:], EXPECTED["rings.h5"][2:])

        # one after the other: they share the place in the file
        for _ in range(4):
            wait_for([in_child(child)], "a child with an open file")


def host_with_openmp():
    """A parent whose own code has used OpenMP, and the filter has not; WINNOW_THREADS is set."""
    try:
        gomp = ctypes.CDLL("libgomp.so.1")
    except OSError:
        return "no libgomp"

    def check_all():
        region = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(lambda _: None)
        gomp.GOMP_parallel(region, None, 4, 0)
        wait_for([in_child(read_right, "rings.h5", 4)], "a child of a host with OpenMP", 10)

    from_a_fresh_process(check_all)
    return None


for NAME, OPTIONS in (("tiles.h5", None), ("rings.h5", RADIAL)):
    write(NAME, OPTIONS)
    NAMES[NAME] = OPTIONS
    # in a child: this process must not have used the filter for reading
    EXPECTED[NAME] = np.frombuffer(bytes.fromhex(host.output_of(
        [sys.executable, "-c", "import h5py, sys; print(h5py.File(sys.argv[1])['data'][:].tobytes()"
         ".hex())", PLACE.file(NAME)])), "<u2").reshape(FRAMES.data.shape)
    FRAMES.check(EXPECTED[NAME], NAME)

print(host.versions(h5py))
host.main([children_with_own_threads, children_of_threads, grandchildren, pools,
           while_others_read, open_file_before_fork, host_with_openmp])
