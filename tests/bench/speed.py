#!/usr/bin/env python3
"""The time of packing a file, as ratios in one run: threads, and pyFAI's sparsify-Bragg.

    speed.py H5WINNOW INPUT PONI [SPARSIFY_BRAGG]

INPUT is a file with images in bitshuffle-LZ4; PONI its geometry. Runs alternate, and the
median of each is used, so that other load matters little. Not a test: run it by hand.
"""
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 5


def seconds(command):
    begun = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begun


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    tool, source, poni = sys.argv[1:4]
    folder = tempfile.mkdtemp()
    published = ["--poni", poni, "--bins", "800", "--error-model", "poisson", "--pick", "3",
                 "--noise-floor", "1", "--compat", "pyfai"]
    packed = os.path.join(folder, "packed.h5")
    copy = os.path.join(folder, os.path.basename(source))
    shutil.copy(source, copy)

    def pack(threads, options):
        return [tool, "pack", "--force", "--threads", str(threads), *options, copy, packed]

    commands = {
        "pack, 1 thread": pack(1, ["--poni", poni]),
        "pack, 2 threads": pack(2, ["--poni", poni]),
        "pack as published, 2 threads": pack(2, published),
    }
    if len(sys.argv) == 5:
        commands["sparsify-Bragg"] = [sys.argv[4], "-p", poni, "-o", "_sparse.h5", copy]
    times = {name: [] for name in commands}
    try:
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(seconds(command))
                if name.startswith("pack"):
                    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    finally:
        shutil.rmtree(folder)
    median = {name: statistics.median(t) for name, t in times.items()}
    for name, value in median.items():
        print("%-30s %7.2f s, %5.1f x pack with 2 threads" % (name, value,
                                                          value / median["pack, 2 threads"]))
    print("scaling from 1 to 2 threads    %7.2f" % (median["pack, 1 thread"] /
                                                   median["pack, 2 threads"]))
    if len(sys.argv) == 5:
        print("sparsify-Bragg / pack as published %.1f" % (
            median["sparsify-Bragg"] / median["pack as published, 2 threads"]))
    else:
        print("peak memory of pack %.0f MB" % (peak / 1024))


if __name__ == "__main__":
    main()
