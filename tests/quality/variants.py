"""The rows of the table: how the images of each are made, and their bytes."""
import hashlib
import json
import os

import published
from chain import run_chain
from series import Size
from steps import Steps, say

LEVELS = ("lossless", "transparent", "high", "compact", "hits")
PUBLISHED_SIGMA = (1, 5)


def file_state(name):
    """Identifies a large file without reading it."""
    state = os.stat(name)
    return [os.path.realpath(name), state.st_size, state.st_mtime]


def digest(name):
    with open(name, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Raw:
    """The series as it is."""

    name = "raw"
    proxy = False

    def run(self, settings):
        """Run unfinished steps; return the folder with the results of DIALS."""
        steps = Steps(os.path.join(settings.work, self.name))
        images, made_from = self.images(steps, settings)
        run_chain(steps, images, settings, [settings.dials, made_from])
        self.bytes = self.stored_bytes(steps, images)
        return steps.folder

    def images(self, _, settings):
        return settings.series, file_state(settings.series)

    def stored_bytes(self, _, images):
        return Size(images).stored


class Level(Raw):
    """Packed by h5winnow at a quality level; DIALS reads it through the plugin."""

    def __init__(self, name):
        self.name = name

    def images(self, steps, settings):
        packed = steps.file("images.h5")
        made_from = [digest(settings.h5winnow), file_state(settings.series)]
        steps.command("pack", pack_command(settings, self.name, packed), made_from)
        return packed, file_state(packed)


class Published(Raw):
    """The published method at a cut-off, emulated; its bytes are a proxy."""

    proxy = True

    def __init__(self, sigma):
        self.sigma = sigma
        self.name = "published-%d" % sigma

    def images(self, steps, settings):
        copy = steps.file("images.h5")
        command = pack_command(settings, "lossless", copy)

        def make():
            steps.run("pack", command)
            say("%s: emulates the published method at %d sigma" % (steps.folder, self.sigma))
            centre = published.beam_centre(settings.h5winnow, copy)
            size = published.emulate_file(settings.series, copy, centre, self.sigma)
            with open(steps.file("bytes.json"), "w", encoding="ascii") as file:
                json.dump(size, file)

        steps.do("emulate", make, [self.sigma, file_state(settings.series)])
        return copy, file_state(copy)

    def stored_bytes(self, steps, _):
        with open(steps.file("bytes.json"), encoding="ascii") as file:
            return json.load(file)


def pack_command(settings, level, output):
    return [settings.h5winnow, "pack", "--force", "--threads", str(settings.jobs), "--quality",
            level, settings.series, output]
