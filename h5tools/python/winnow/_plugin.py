"""Finding the plugin, and pointing h5py to it."""
import glob
import os
import shutil
import sys

from h5py import h5pl, h5z

from ._table import FILTER

FILE = "libh5zwinnow.so"

ADVICE = ("the winnow plugin, %s, was not found, so that nothing can be compressed or read with it: "
          "install it, and set WINNOW_PLUGIN_DIR or HDF5_PLUGIN_PATH to its folder; "
          "`h5winnow doctor` says more" % FILE)

# Below the folder that h5winnow's folder lies in: installed, or a build tree.
BELOW = ("plugin", "lib/hdf5/plugins", "lib/*/hdf5/plugins", "lib64/hdf5/plugins")

ANYWHERE = ("/usr/local/lib/hdf5/plugins", "/usr/local/lib/*/hdf5/plugins",
            "/usr/local/hdf5/lib/plugin", "/usr/lib/hdf5/plugins",
            "/usr/lib/*/hdf5/serial/plugins", "/usr/lib/*/hdf5/plugins", "/usr/lib64/hdf5/plugins")


def _searched():
    """The folders that HDF5 searches."""
    return [os.fsdecode(h5pl.get(i)) for i in range(h5pl.size())]


def _found_by_hdf5():
    """The plugin that HDF5 finds by itself. HDF5 1.10 stops at a folder that is not there."""
    for folder in _searched():
        if not os.path.isdir(folder):
            return None
        path = os.path.join(folder, FILE)
        if os.path.isfile(path):
            return path
    return None


def _first(folders):
    for folder in folders:
        path = os.path.join(folder, FILE)
        if os.path.isfile(path):
            return path
    return None


def _likely():
    """Folders where the plugin may be, most likely first."""
    prefixes = [sys.prefix]
    program = shutil.which("h5winnow")
    if program:
        prefixes.insert(0, os.path.dirname(os.path.dirname(os.path.realpath(program))))
    patterns = [os.path.join(glob.escape(prefix), below) for prefix in prefixes for below in BELOW]
    found = [folder for pattern in patterns + list(ANYWHERE) for folder in glob.glob(pattern)]
    return _searched() + found


def find():
    """The path of the plugin, for which h5py is pointed to its folder if need be; None: there is
    none. A folder in WINNOW_PLUGIN_DIR comes before all that HDF5 would look into."""
    chosen = os.environ.get("WINNOW_PLUGIN_DIR")
    path = _first([chosen]) if chosen else None
    if path is None:
        path = _found_by_hdf5()
        if path is not None:
            return path
        path = _first(_likely())
    if path is not None:
        h5pl.prepend(os.fsencode(os.path.dirname(path)))
    return path


def is_available():
    """Whether h5py can use the filter, from wherever it may come."""
    return PATH is not None or h5z.filter_avail(FILTER)


PATH = find()
