"""h5winnow pack, unpack and check on what is damaged, missing or misnamed; see packing.py."""
import os
import random
import re
import shutil
import subprocess

from faults import nothing_left, untouched
from packing import (BAD_INPUT, BITSHUFFLE_LZ4, DONE, FINDING, H5WINNOW, HAS_BITSHUFFLE, IMAGE,
                         IO_FAILURE, SCRATCH, WRONG_USAGE, Run, check, damage, h5py, host, read)

COUNT, HEIGHT, WIDTH = 5, 120, 150
FILL = 7
LIMIT = 250  # seconds


def new(name):
    return h5py.File(name, "w")


def small(name, **properties):
    made = host.Frames("<u2", COUNT, HEIGHT, WIDTH)
    with new(name) as file:
        file.create_dataset(IMAGE, data=made.data, chunks=(1, HEIGHT, WIDTH), fillvalue=FILL,
                            **properties)
    return made


def address(name, frame):
    with h5py.File(name, "r") as file:
        info = file[IMAGE].id.get_chunk_info_by_coord((frame, 0, 0))
        return info.byte_offset, info.size


# ---- damage --------------------------------------------------------------------------------------


def damaged_input():
    """Chunks that cannot be decoded; random damage, which LZ4 does not always notice."""
    kinds = {"gzip": {"compression": "gzip"}}
    if HAS_BITSHUFFLE:
        kinds["bitshuffle"] = BITSHUFFLE_LZ4
    for what, properties in kinds.items():
        small("damaged.h5", **properties)
        damage("damaged.h5", address("damaged.h5", 3)[0] + (12 if what == "bitshuffle" else 0),
               b"\xff\xff")
        Run("pack", "damaged.h5", "out.h5", status=BAD_INPUT).shows(
            "damaged.h5::%s, frame 3: " % IMAGE)
        nothing_left("out.h5")
        Run("pack", "--frames", ":3", "damaged.h5", "out.h5")
        os.unlink("out.h5")
        generator = random.Random(1)
        small("whole.h5", **properties)
        at, size = address("whole.h5", 2)
        for _ in range(40):
            shutil.copy("whole.h5", "damaged.h5")
            damage("damaged.h5", at + generator.randrange(size), bytes([1 << generator.randrange(8)]))
            done = subprocess.run([H5WINNOW, "pack", "--force", "damaged.h5", "out.h5"],
                                  capture_output=True, check=False, timeout=LIMIT)
            check(done.returncode in (DONE, BAD_INPUT), "exit status %d: %s" %
                  (done.returncode, done.stderr))
            check(done.returncode == DONE or b"frame 2" in done.stderr, "%s" % done.stderr)
        os.unlink("out.h5")
    return ", ".join(kinds)


def damaged_packed():
    small("good.h5")
    Run("pack", "good.h5", "good_packed.h5")
    good = read("good_packed.h5")
    at, size = address("good_packed.h5", 3)
    for where in (0, 4, 20, size // 2, size - 1):
        shutil.copy("good_packed.h5", "bad.h5")
        damage("bad.h5", at + where)
        for options in ([], ["--against", "good.h5"]):
            run = Run("check", *options, "bad.h5", status=FINDING)
            run.shows("bad.h5::%s, frame 3: " % IMAGE, "byte %d " % at, "%d bytes" % size)
            check(set(re.findall(r"frame (\d+)", run.says)) == {"3"}, run.says)
        found = Run("check", "--json", "bad.h5", status=FINDING).json()
        check(found[0]["chunks"] == COUNT and found[0]["damaged"] == 1, "%s" % found)
        Run("unpack", "bad.h5", "dense.h5", status=BAD_INPUT).shows("frame 3", "--skip-damaged")
        nothing_left("dense.h5")
        for filter_name in ("none", "gzip"):
            Run("unpack", "--force", "--skip-damaged", "--filter", filter_name, "bad.h5", "dense.h5",
                status=FINDING).shows("frame 3")
            back = read("dense.h5")
            rest = [i for i in range(COUNT) if i != 3]
            check((back[rest] == good[rest]).all(), "frames that are not damaged have changed")
            check((back[3] == FILL).all(), "the lost frame is not the fill value")
        os.unlink("dense.h5")
    shutil.copy("good_packed.h5", "bad.h5")
    for frame in range(COUNT):
        damage("bad.h5", address("bad.h5", frame)[0] + 30)
    check(Run("check", "--json", "bad.h5", status=FINDING).json()[0]["damaged"] == COUNT, "damaged")
    Run("salvage", "bad.h5", "dense.h5", status=FINDING)
    check((read("dense.h5") == FILL).all(), "lost frames are not the fill value")


def cut_off():
    """Files that end too early."""
    small("whole.h5")
    Run("pack", "whole.h5", "whole_packed.h5")
    for name, verbs in (("whole.h5", ["pack"]), ("whole_packed.h5", ["unpack", "check"])):
        with open(name, "rb") as file:
            bytes_of_it = file.read()
        for part in (0.1, 0.5, 0.99):
            with open("cut.h5", "wb") as file:
                file.write(bytes_of_it[:int(part * len(bytes_of_it))])
            for verb in verbs:
                output = [] if verb == "check" else ["cut_out.h5"]
                Run(verb, "cut.h5", *output, status=BAD_INPUT).shows("cut.h5")
                nothing_left("cut_out.h5")


def missing_data_file():
    with new("lonely_master.h5") as file:
        file["entry/data/data_000001"] = h5py.ExternalLink("lonely_data_000001.h5", IMAGE)
    small("lonely_data_000002.h5")
    with h5py.File("lonely_master.h5", "a") as file:
        file["entry/data/data_000002"] = h5py.ExternalLink("lonely_data_000002.h5", IMAGE)
    Run("pack", "lonely_master.h5", "out.h5", status=BAD_INPUT).shows(
        "lonely_master.h5::/entry/data/data_000001", "lonely_data_000001.h5")
    nothing_left("out.h5")
    small("lonely_data_000001.h5")
    Run("pack", "lonely_master.h5", "out.h5")
    for output in ("lonely_data_000001.h5", "./lonely_data_000002.h5"):
        with untouched("lonely_data_000001.h5", "lonely_data_000002.h5"):
            Run("pack", "--force", "lonely_master.h5", output, status=BAD_INPUT).shows(output)
        check(not os.path.exists(output + ".partial"), "the partial file is left")
    os.unlink("out.h5")


# ---- names ---------------------------------------------------------------------------------------


def output_exists():
    small("input.h5")
    Run("pack", "input.h5", "packed.h5")
    with open("there.h5", "w", encoding="ascii") as file:
        file.write("something of value")
    os.symlink("there.h5", "link.h5")
    os.symlink("nowhere.h5", "dangling.h5")
    with untouched("there.h5", "input.h5"):
        for verb, source in (("pack", "input.h5"), ("unpack", "packed.h5")):
            for name in ("there.h5", "link.h5", "dangling.h5"):
                Run(verb, source, name, status=WRONG_USAGE).shows(name, "--force")
                check(not os.path.exists(name + ".partial"), "the partial file is left")
            Run(verb, source, ".", status=WRONG_USAGE)
        Run("pack", "--force", "input.h5", "link.h5")
    check(not os.path.islink("link.h5"), "the link is still there")
    Run("pack", "--force", "input.h5", "there.h5")
    Run("check", "there.h5")
    os.unlink("there.h5")


def output_is_input():
    small("own.h5")
    Run("pack", "own.h5", "own_packed.h5")
    os.makedirs("folder")
    os.symlink(SCRATCH, "folder/here")
    for verb, name in (("pack", "own.h5"), ("unpack", "own_packed.h5")):
        os.symlink(name, "own_symlink.h5")
        os.link(name, "own_hardlink.h5")
        with untouched(name):
            for output in (name, "./" + name, os.path.abspath(name), "folder/../" + name,
                           "folder/here/" + name, "own_symlink.h5", "own_hardlink.h5"):
                for options in ([], ["--force"]):
                    for source in (name, "own_symlink.h5"):
                        Run(verb, *options, source, output, status=WRONG_USAGE).shows(output)
                        check(not os.path.exists(output + ".partial"), "the partial file is left")
        os.unlink("own_symlink.h5")
        os.unlink("own_hardlink.h5")
    # The input has the name that the output would have first.
    shutil.copy("own.h5", "other.h5.partial")
    with untouched("other.h5.partial"):
        Run("pack", "other.h5.partial", "other.h5", status=IO_FAILURE)
    check(not os.path.exists("other.h5"), "packed out of itself")


def folders_that_cannot_be_written():
    small("input.h5")
    Run("pack", "--force", "input.h5", "packed.h5")
    for verb, source in (("pack", "input.h5"), ("unpack", "packed.h5")):
        with untouched("input.h5", "packed.h5"):
            for output in ("input.h5/out.h5", "no_folder/out.h5", "/proc/out.h5", "out/",
                           "x" * 300 + ".h5"):
                Run(verb, source, output, status=IO_FAILURE).shows(output)
    for arguments in (["pack", "no.h5", "out.h5"], ["unpack", "no.h5", "out.h5"], ["check", "no.h5"],
                      ["check", "--against", "no.h5", "packed.h5"]):
        Run(*arguments, status=IO_FAILURE).shows("no.h5")
    with open("text.h5", "w", encoding="ascii") as file:
        file.write("no HDF5 file " * 1000)
    for arguments in (["pack", "text.h5", "out.h5"], ["unpack", "text.h5", "out.h5"],
                      ["check", "text.h5"], ["check", "--against", "text.h5", "packed.h5"]):
        Run(*arguments, status=BAD_INPUT).shows("text.h5")
    nothing_left("out.h5")


if __name__ == "__main__":
    host.main([damaged_input, damaged_packed, cut_off, missing_data_file, output_exists,
               output_is_input, folders_that_cannot_be_written])
