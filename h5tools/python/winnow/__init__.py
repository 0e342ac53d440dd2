"""Winnow for h5py: the HDF5 filter that makes diffraction images small.

    import h5py, winnow

    with h5py.File("small.h5", "w") as f:
        f.create_dataset("data", data=frames, chunks=(1, h, w),
                         **winnow.Winnow(centre=(x, y), pick=3))

Importing this module points h5py to the filter plugin, libh5zwinnow.so. It is looked for in
WINNOW_PLUGIN_DIR, in the folders of HDF5 (HDF5_PLUGIN_PATH), beside the program h5winnow, in the
environment of this Python, and in the usual system folders. If it is not found, `h5winnow doctor`
says why.
"""
import warnings

from h5py import filters

from . import _explain, _help, _list, _plugin, _request, _table

__version__ = "0.1.0"
__all__ = ["Winnow", "parameters", "plugin_path"]

FILTER = _table.FILTER


class Winnow(filters.FilterRefBase):
    """The winnow filter with parameters in physical units, for h5py's create_dataset():

        file.create_dataset("data", data=frames, chunks=(1, h, w), **Winnow(centre=(x, y)))
        file.create_dataset("data", data=frames, chunks=(1, h, w), compression=Winnow(pick=3))

    Datasets must be stacks (n, y, x) of integers or floats, frames first; chunks of one frame are
    best. Clusters and blocks are for integers alone. All arguments are optional. They are those of
    `h5winnow params`, and give the same list of integers, `filter_options`. A quality level is
    the one for integers. Arguments that make no sense raise ValueError.

%s
    """

    filter_id = FILTER

    def __init__(self, *, centre=None, distance=None, pixel_size=None, rot1=None, rot2=None,
                 poni=None, frame=None, model=None, bins=None, tile=None, error_model=None,
                 clip=None, cycles=None, solid_angle=False, polarisation=None, quality=None,
                 keep=None, pick=None, halo=None, filter=None, noise_floor=None, background=None,
                 dummy=None, noise=True, compat=None):
        wanted = {name: value for name, value in locals().items()
                  if name not in ("self", "__class__")}
        self.filter_options = _request.options(**wanted)
        if not _plugin.is_available():
            warnings.warn(_plugin.ADVICE, stacklevel=2)

    def __repr__(self):
        return "<winnow filter %d %s>" % (self.filter_id, self.filter_options)


if Winnow.__doc__ is not None:  # with python -OO there is none
    Winnow.__doc__ %= _help.arguments()


def plugin_path():
    """The path of the plugin that h5py was pointed to; None if none was found."""
    return _plugin.PATH


def parameters(dataset):
    """The parameters that a dataset was compressed with, in physical units, defaults filled in, as
    `h5winnow info --json` names them; None if winnow has not compressed it. ValueError if the
    stored parameters make no sense or are those of a newer version."""
    values = _list.stored(dataset)
    return None if values is None else _explain.explain(values, dataset)
