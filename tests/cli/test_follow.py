"""h5winnow pack --follow: a file that another program is still writing (SWMR)."""
import os
import signal
import subprocess
import sys
import time

import packing as common
from packing import FINDING, IMAGE, Run, check, host, h5py, np

COUNT, HEIGHT, WIDTH = 12, 200, 240
FRAMES = host.Frames("<u2", COUNT, HEIGHT, WIDTH)

# Makes room for a frame, lets readers see that, and writes it later; as detectors' writers do.
WRITER = """
import sys, time
import h5py, numpy as np
name, source, count, end = sys.argv[1:]
frames = np.load(source)
with h5py.File(name, "w", libver="latest") as file:
    group = file.create_group("entry/data")
    group.attrs["NX_class"] = "NXdata"
    file["entry/title"] = "live"
    data = group.create_dataset("data", (0,) + frames.shape[1:], frames.dtype,
                                maxshape=(None,) + frames.shape[1:],
                                chunks=(1,) + frames.shape[1:])
    file.swmr_mode = True
    print("writing", flush=True)
    for i in range(int(count)):
        data.resize(i + 1, axis=0)
        data.flush()
        time.sleep(0.05)
        data[i] = frames[i]
        data.flush()
        time.sleep(0.05)
    print("written", flush=True)
    if end == "hang":
        time.sleep(1000)
"""


def start_writer(name, count, end):
    np.save("frames.npy", FRAMES.data)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, name, "frames.npy", str(count), end],
                              stdout=subprocess.PIPE)
    check(writer.stdout.readline() == b"writing\n", "the writer does not start")
    return writer


def same_as_at_once(live, packed):
    """The chunks of a live file are those of the complete one."""
    Run("pack", "--force", live, "at_once.h5")
    check(common.chunks(packed) == common.chunks("at_once.h5"), "other chunks than from the whole")


def every_frame_arrives():
    """From the first to the last, and the end is seen when the writer closes the file."""
    for threads in (1, 3):
        writer = start_writer("live.h5", COUNT, "close")
        said = Run("pack", "--follow", "--force", "--json", "--threads", threads, "live.h5",
                   "live_packed.h5").json()
        ended = time.monotonic()
        writer.wait(60)
        check(time.monotonic() - ended < 20, "the writer has not ended yet")
        check(said["frames"] == COUNT, "%d frames" % said["frames"])
        FRAMES.check(common.read("live_packed.h5"), "live, %d threads" % threads)
        Run("check", "--against", "live.h5", "live_packed.h5")
        same_as_at_once("live.h5", "live_packed.h5")
        with h5py.File("live_packed.h5", "r") as file:
            check(file["entry/title"][()] == b"live", "title")
            check(file[IMAGE].maxshape[0] is None, "maximum extent")


def a_complete_file():
    """Of a file without a writer --follow makes the same as without it."""
    Run("pack", "--follow", "--force", "live.h5", "done_packed.h5")
    same_as_at_once("live.h5", "done_packed.h5")


def a_lost_writer():
    """The writer was killed, and its file stays marked as being written: the frames are packed,
    and the exit status tells."""
    writer = start_writer("lost.h5", 5, "hang")
    check(writer.stdout.readline() == b"written\n", "the writer does not write")
    writer.send_signal(signal.SIGKILL)
    writer.wait(60)
    begun = time.monotonic()
    Run("pack", "--follow", "--patience", "1.5", "lost.h5", "lost_packed.h5",
        status=FINDING).shows("lost.h5", "no new frame", "--patience")
    check(1 < time.monotonic() - begun < 60, "the patience")
    back = common.read("lost_packed.h5")
    check(len(back) == 5, "%d frames" % len(back))
    exact = FRAMES.bright[:5] | FRAMES.flagged[:5]
    check((back[exact] == FRAMES.data[:5][exact]).all(), "signal")


def an_interrupt():
    writer = start_writer("stopped.h5", 3, "hang")
    pack = subprocess.Popen([common.H5WINNOW, "pack", "--follow", "stopped.h5", "stopped_packed.h5"],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(600):  # until it is at work
        if os.path.exists("stopped_packed.h5.partial"):
            break
        time.sleep(0.1)
    pack.send_signal(signal.SIGINT)
    check(pack.wait(60) == common.INTERRUPTED, "exit status %s" % pack.returncode)
    writer.kill()
    writer.wait(60)
    check(not os.path.exists("stopped_packed.h5") and
          not os.path.exists("stopped_packed.h5.partial"), "something is left")


if __name__ == "__main__":
    host.main([every_frame_arrives, a_complete_file, a_lost_writer, an_interrupt])
