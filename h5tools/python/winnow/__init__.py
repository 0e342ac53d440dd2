"""Winnow for h5py: the HDF5 filter that makes diffraction images small.

    import h5py, winnow

    with h5py.File("small.h5", "w") as f:
        f.create_dataset("data", data=frames, chunks=(1, h, w), **winnow.Winnow(centre=(x, y), pick=3))

Importing this module points h5py to the filter plugin, libh5zwinnow.so. It is looked for in
WINNOW_PLUGIN_DIR, where HDF5 looks anyway (HDF5_PLUGIN_PATH), beside the program h5winnow, in the
environment of this Python, and in the usual places of a system. `h5winnow doctor` says what is wrong
if it is not found.
"""
import warnings

from h5py import filters

from . import _explain, _list, _plugin, _request

__version__ = "0.1.0"
__all__ = ["Winnow", "parameters", "plugin_path"]

FILTER = _list.FILTER


class Winnow(filters.FilterRefBase):
    """The winnow filter with parameters in physical units, for h5py's create_dataset():

        file.create_dataset("data", data=frames, chunks=(1, h, w), **Winnow(centre=(x, y)))
        file.create_dataset("data", data=frames, chunks=(1, h, w), compression=Winnow(pick=3))

    Datasets must be stacks (n, y, x) of integers or floats, frames first; chunks of one frame are
    best. Clusters and blocks are for integers alone. All arguments may be left out. They are those of `h5winnow params`, and give the same list
    of integers, `filter_options`. What makes no sense is a ValueError.

    Where the detector stands:
      centre         (x, y), beam centre, pixel; the centre of the first pixel is (0, 0)
      distance       sample to detector plane, along the plane's normal, mm
      pixel_size     of a square pixel, or (width, height), micrometre; needed for a distance
      rot1, rot2     rotations of the detector as in a PONI file, radian
      poni           path of a PONI file, from which all of these are read; the arguments above
                     replace what it says. OSError if it cannot be read
      frame          (width, height) of a frame, pixel: chunks that cut it are then refused

    Background:
      model          "radial" (rings about the beam centre) or "tiles"; radial if there is a centre
      bins           number of rings; one for every 2 pixels of radius
      tile           edge of a tile, pixel, a multiple of 4; 64
      error_model    "poisson", "azimuthal" or "hybrid"; hybrid for integers, azimuthal for floats
      clip           clipping cut-off, sigma; Chauvenet's criterion
      cycles         clipping cycles; 5
      solid_angle    True: normalise by the solid angle; needs the distance
      polarisation   normalise by the polarisation, factor -1 to 1; needs the distance

    What is kept, and how it is restored:
      quality        "lossless", "transparent", "high", "compact" or "hits": sets the next six for
                     integers, each of which replaces its part if given as well; compact and hits
                     are for finding and indexing, not for integration
      keep           "outlier": each pixel that stands out by itself; "cluster": places that stand
                     out, and their surroundings; "all": every pixel, without loss; outlier
      pick           cut-off of picking, sigma; 1, with keep="cluster" 3
      halo           cluster: pixels kept around what stands out, 1 to 9; 2 with blocks,
                     none without
      filter         cluster: sigma of a Gaussian filter, pixel, 0.1 to 9.9; a box of 3 x 3 pixels
      noise_floor    outlier: noise floor of the published rule, counts; none: integers are picked
                     by the Poisson quantile
      background     "law": of pixels that are not kept, their law alone; "blocks:2" to "blocks:8":
                     their counts as well, summed up over so many pixels square; law
      dummy          one more value that flags a pixel, a whole number
      noise          False: restore the background without noise
      compat         "pyfai": clip and pick exactly as pyFAI does
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


def plugin_path():
    """The path of the plugin that h5py was pointed to; None if none was found."""
    return _plugin.PATH


def parameters(dataset):
    """The parameters that a dataset was compressed with, in physical units, defaults filled in, as
    `h5winnow info --json` names them; None if winnow has not compressed it. ValueError if the stored
    parameters make no sense or are those of a newer version."""
    values = _list.stored(dataset)
    return None if values is None else _explain.explain(values, dataset)
