"""A rotation series in HDF5 (NXmx): its images, their size, and the truth if it was simulated."""
import h5py
import numpy as np

from steps import Failure

DATA = "/entry/data"
MASKS = ("/entry/instrument/detector/pixel_mask",
         "/entry/instrument/detector/detectorSpecific/pixel_mask")
TRUTH = "/simulation_truth"
WINNOW = 47000  # the number of the filter


def image_paths(file):
    """The stacks of images; a virtual one only if nothing else is there."""
    group = file[DATA] if DATA in file else {}
    stacks = [name for name in group if isinstance(group.get(name), h5py.Dataset) and
              group[name].ndim == 3]
    if not stacks:
        raise Failure("%s: no stack of images in %s; give an NXmx file" % (file.filename, DATA))
    stored = [name for name in stacks if not group[name].is_virtual]
    return [DATA + "/" + name for name in stored or stacks]


class Size:
    """Frames of a file, and the bytes of its images: as arrays, and as stored."""

    def __init__(self, name):
        with h5py.File(name, "r") as file:
            images = [file[path] for path in image_paths(file)]
            self.frames = sum(len(image) for image in images)
            self.raw = sum(image.size * image.dtype.itemsize for image in images)
            self.stored = sum(image.id.get_storage_size() for image in images)


def check_readable(name):
    """Fail early if a filter is missing, as DIALS would later."""
    if not h5py.h5z.filter_avail(WINNOW):
        raise Failure("HDF5 does not find winnow's filter %d; HDF5_PLUGIN_PATH must name the folder "
                      "of libh5zwinnow.so" % WINNOW)
    try:
        with h5py.File(name, "r") as file:
            for path in image_paths(file):
                file[path][0]
    except OSError as error:
        raise Failure("%s: the first frame cannot be read (%s); if its filter is missing, add the "
                      "filter's folder to HDF5_PLUGIN_PATH" % (name, error)) from None


def pixel_mask(file, shape):
    """True for pixels that the file masks."""
    for path in MASKS:
        if path in file and file[path].shape == shape:
            return file[path][()] != 0
    return np.zeros(shape, bool)


class Truth:
    """Positions (x, y, frame) of all reflections, and the counts that were put into each."""

    def __init__(self, xyz, counts):
        self.xyz = xyz
        self.counts = counts


def read_truth(name):
    """None if the file has none."""
    with h5py.File(name, "r") as file:
        if TRUTH not in file:
            return None
        return Truth(file[TRUTH]["xyz_px"][()], file[TRUTH]["counts"][()])
