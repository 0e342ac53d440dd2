#!/usr/bin/env python3
"""The time of finding the spots of a file, as ratios in one run: dense, packed, DIALS, pyFAI.

    speed_spots.py H5WINNOW INPUT [--dials EXPT] [--pyfai PYTHON PONI]

INPUT is a file with images; EXPT what dials.import has made of it; PYTHON one that has pyFAI with
OpenCL. Dense frames are searched as they are stored in INPUT, packed ones at three settings. Runs
alternate; the median of each is used, in seconds and in processor seconds, so that other load
matters little. Not a test: run it by hand.
"""
import argparse
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

ROUNDS = 5
PACKED = {"transparent": ["--quality", "transparent"], "1 sigma": ["--pick", "1"],
          "hits": ["--quality", "hits"]}


def run(command, folder):
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - begun, processor


def commands_of(arguments, folder):
    tool, source = arguments.tool, os.path.abspath(arguments.input)

    def spots(name, method):
        return [tool, "spots", "--force", "--threads", "2", "--method", method, name, "spots.h5"]

    commands = {}
    for method in ("ring", "dispersion-extended"):
        commands[method] = spots(source, method)
        for label, options in PACKED.items():
            packed = os.path.join(folder, label.replace(" ", "_") + ".h5")
            if not os.path.exists(packed):
                subprocess.run([tool, "pack", *options, source, packed], check=True,
                               stdout=subprocess.DEVNULL)
            commands["%s, packed, %s" % (method, label)] = spots(packed, method)
    if arguments.dials:
        commands["dials.find_spots, nproc=2"] = ["dials.find_spots", os.path.abspath(arguments.dials),
                                                 "nproc=2", "output.reflections=strong.refl"]
    if arguments.pyfai:
        python, poni = arguments.pyfai
        commands["pyFAI peakfinder"] = [python, "-m", "pyFAI.app.peakfinder", "-p",
                                        os.path.abspath(poni), "--bins", "800", "-o", "peaks.h5",
                                        source]
    return commands


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("tool", type=os.path.abspath)
    parser.add_argument("input")
    parser.add_argument("--dials")
    parser.add_argument("--pyfai", nargs=2)
    arguments = parser.parse_args()
    folder = tempfile.mkdtemp()
    try:
        commands = commands_of(arguments, folder)
        times = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                if os.path.exists(os.path.join(folder, "peaks.h5")):
                    os.unlink(os.path.join(folder, "peaks.h5"))
                times[name].append(run(command, folder))
    finally:
        shutil.rmtree(folder)
    median = {name: [statistics.median(t) for t in zip(*all_times)]
              for name, all_times in times.items()}
    print("%-40s %8s %8s %12s %12s" % ("", "wall, s", "CPU, s", "wall / ring", "CPU / ring"))
    for name, (wall, processor) in median.items():
        print("%-40s %8.2f %8.2f %12.2f %12.2f" % (name, wall, processor, wall / median["ring"][0],
                                                   processor / median["ring"][1]))


if __name__ == "__main__":
    main()
