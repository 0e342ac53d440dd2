"""h5winnow pack and unpack on full disks, interrupted, killed, and run twice; see packing.py."""
import contextlib
import os
import random
import shutil
import signal
import subprocess
import time

from faults import checksum, nothing_left, untouched
from packing import (DONE, H5WINNOW, IMAGE, INTERRUPTED, IO_FAILURE, MAKE_SERIES, SCRATCH,
                         WRONG_USAGE, Run, check, chunks, h5py, host)

KILLS = 50
FEW = 8  # frames


def slow(frames=40):
    """An input that takes a while, because gzip does; made once. A few frames, again and again."""
    name = "slow%d.h5" % frames
    if not os.path.exists(name):
        subprocess.run([MAKE_SERIES, "--frames", str(FEW), "series.h5"], check=True)
        with h5py.File("series.h5", "a") as series, h5py.File(name, "w") as file:
            data = series[IMAGE][()]
            del series[IMAGE]
            series.copy("entry", file)
            image = file.create_dataset(IMAGE, (frames,) + data.shape[1:], data.dtype,
                                        chunks=(1,) + data.shape[1:], compression=1)
            image[:FEW] = data
            file.flush()
            for i in range(FEW, frames):
                image.id.write_direct_chunk((i, 0, 0), image.id.read_direct_chunk((i % FEW, 0, 0))[1])
        os.unlink("series.h5")
    return name


def slow_packed():
    if not os.path.exists("slow_packed.h5"):
        Run("pack", slow(), "slow_packed.h5")
    return "slow_packed.h5"


# ---- output that is there ------------------------------------------------------------------------


def replaced_at_the_end():
    name = slow()
    with open("old.h5", "w", encoding="ascii") as file:
        file.write("something of value")
    before = checksum("old.h5")
    seen = 0
    with subprocess.Popen([H5WINNOW, "pack", "--force", name, "old.h5"],
                          stdout=subprocess.DEVNULL) as running:
        while running.poll() is None:
            partial = os.path.exists("old.h5.partial")
            if checksum("old.h5") == before:
                seen += partial
            else:
                check(not os.path.exists("old.h5.partial"), "replaced before it was complete")
            time.sleep(0.01)
    check(running.returncode == DONE and seen > 3, "status %d, seen %d times" %
          (running.returncode, seen))
    Run("check", "--against", name, "old.h5")
    os.unlink("old.h5")


def two_at_once():
    """The second one that writes the same file leaves the first one alone."""
    name = slow()
    with subprocess.Popen([H5WINNOW, "pack", name, "both.h5"], stdout=subprocess.DEVNULL) as first:
        wait_for_partial("both.h5")
        Run("pack", name, "both.h5", status=IO_FAILURE).shows("both.h5.partial")
    check(first.returncode == DONE, "the first one fails")
    Run("check", "--against", name, "both.h5")
    os.unlink("both.h5")


# ---- full disks ----------------------------------------------------------------------------------


@contextlib.contextmanager
def small_disk(kilobytes):
    """A small file system mounted on a folder; None if that is not possible."""
    folder = os.path.join(SCRATCH, "disk")
    os.makedirs(folder, exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=%dk" % kilobytes, "tmpfs", folder],
                             stderr=subprocess.DEVNULL, check=False).returncode == 0 \
        if os.getuid() == 0 and shutil.which("mount") else False
    try:
        yield folder if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", folder], check=True)


def full_disk():
    name = slow()
    for kilobytes in (64, 1100, 1500, 2500):
        with small_disk(kilobytes) as folder:
            if folder is None:
                return "skipped: no small file system can be mounted"
            output = os.path.join(folder, "out.h5")
            for verb, source in (("pack", name), ("unpack", slow_packed())):
                with untouched(source):
                    Run(verb, source, output, status=IO_FAILURE).shows(output)
                check(os.listdir(folder) == [], "left: %s" % os.listdir(folder))
            with open(output, "w", encoding="ascii") as file:
                file.write("something of value")
            with untouched(output):
                Run("pack", "--force", name, output, status=IO_FAILURE).shows(output)
            check(os.listdir(folder) == ["out.h5"], "left: %s" % os.listdir(folder))
    done = subprocess.run("'%s' check --json %s >/dev/full" % (H5WINNOW, slow_packed()), shell=True,
                          capture_output=True, check=False)
    check(done.returncode == IO_FAILURE, "exit status %d of output to a full disk" % done.returncode)
    return ""


# ---- interruptions -------------------------------------------------------------------------------


def wait_for_partial(output):
    begun = time.time()
    while not os.path.exists(output + ".partial"):
        check(time.time() - begun < 60, "nothing is written")
        time.sleep(0.005)


def interrupted():
    name = slow()
    with open("kept.h5", "w", encoding="ascii") as file:
        file.write("something of value")
    for verb, source in (("pack", name), ("unpack", slow_packed())):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for output, options in (("stopped.h5", []), ("kept.h5", ["--force"])):
                with untouched(source, "kept.h5"):
                    with subprocess.Popen([H5WINNOW, verb, "--threads", "2", *options, source,
                                           output], stdout=subprocess.DEVNULL,
                                          stderr=subprocess.PIPE) as running:
                        wait_for_partial(output)
                        time.sleep(0.05)
                        running.send_signal(number)
                        says = running.stderr.read()
                check(running.returncode == INTERRUPTED, "%s, signal %d: exit status %d: %s" %
                      (verb, number, running.returncode, says))
                check(not os.path.exists(output + ".partial"), "the partial file is left")
        nothing_left("stopped.h5")


def killed():
    """At any time: the input is unchanged, and a file of the final name, if there is one,
    is complete. Left-over files do not keep the next run from succeeding."""
    name = slow(FEW)
    output = "killed.h5"
    begun = time.time()
    Run("pack", name, output)
    duration = time.time() - begun
    complete = chunks(output)
    os.unlink(output)
    generator = random.Random(1)
    ended = left = 0
    with untouched(name):
        for i in range(KILLS):
            begun = time.time()
            with subprocess.Popen([H5WINNOW, "pack", name, output], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE) as running:
                try:
                    running.wait(generator.uniform(0, 1.1 * duration))
                    duration = time.time() - begun
                except subprocess.TimeoutExpired:
                    running.kill()
                says = running.stderr.read()
            left += os.path.exists(output + ".partial")
            if running.returncode == -signal.SIGKILL and not os.path.exists(output):
                if i % 10 == 9:
                    Run("pack", name, output)
            else:  # it was done, or all but done
                check(running.returncode in (DONE, -signal.SIGKILL), "exit status %d: %s" %
                      (running.returncode, says))
                ended += 1
            if os.path.exists(output):
                check(chunks(output) == complete, "the output is not complete")
                check(not os.path.exists(output + ".partial"), "the partial file is left")
                os.unlink(output)
    check(left > KILLS / 3, "only %d were killed while they were writing" % left)
    with open(output, "w", encoding="ascii") as file:
        file.write("something of value")
    with untouched(output):
        with subprocess.Popen([H5WINNOW, "pack", "--force", name, output],
                              stdout=subprocess.DEVNULL) as running:
            wait_for_partial(output)
            running.kill()
        Run("pack", name, output, status=WRONG_USAGE)
    Run("pack", "--force", name, output)
    check(chunks(output) == complete, "the output is not complete")
    nothing_left("none.h5")
    return "%d killed, of these %d while they were writing; %d had ended" % (KILLS - ended, left,
                                                                            ended)


if __name__ == "__main__":
    host.main([replaced_at_the_end, two_at_once, full_disk, interrupted, killed])
