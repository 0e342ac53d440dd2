"""Stored parameters in physical units, named as `h5winnow info --json` names them."""
from . import _list, _quality

DEFAULT_TILE = 64
DEFAULT_CYCLES = 5


def explain(slots, dataset):
    """What a stored list says about a dataset."""
    values = _list.read(slots)
    radial = _list.is_radial(values)
    said = {"model": "radial" if radial else "tiles"}
    if radial:
        said.update(_explain_radial(values))
    else:
        said["tile_pixel"] = values["bins"] or DEFAULT_TILE
    standard = "azimuthal" if dataset.dtype.kind == "f" else "hybrid"
    said.update({
        "error_model": values["error_model"] or standard,
        "clip_sigma": values["clip"] / 1e2 if values["clip"] else "chauvenet",
        "cycles": values["cycles"] or DEFAULT_CYCLES,
        "quality": _quality.name(values, dataset.dtype.kind == "f"),
        **_explain_picking(values),
        "dummy": values["dummy"] if values["has_dummy"] else None,
        "noise": not values["plain_mean"],
        "compat_pyfai": values["compat_pyfai"],
        "frame_pixel": _frame(dataset),
    })
    return said


def _explain_picking(values):
    keep = values["keep"] or _quality.DEFAULT_KEEP
    said = {"keep": keep}
    if keep == "all":
        return said
    said["pick_sigma"] = _quality.pick(values) / 1e2
    if keep == "cluster":
        said["halo_pixel"] = _quality.halo(values)
        said["filter_pixel"] = values["filter_width"] / 1e1 if values["filter_width"] else None
    else:
        said["noise_floor_counts"] = values["noise_floor"] / 1e2
    said["background"] = "blocks:%d" % values["block"] if values["block"] else "law"
    return said


def _explain_radial(values):
    return {
        "centre_pixel": [values["centre_x"] / 1e3, values["centre_y"] / 1e3],
        "distance_pixel": values["distance"] / 1e3 if values["distance"] else None,
        "pixel_aspect": values["aspect"] / 1e6 if values["aspect"] else 1,
        "rot1_rad": values["rot1"] / 1e6,
        "rot2_rad": values["rot2"] / 1e6,
        "rings": values["bins"] or "auto",
        "solid_angle": values["solid_angle"],
        "polarisation": values["polarisation"] / 1e3 if values["polarised"] else None,
    }


def _frame(dataset):
    """Width and height of a frame: the filter stores those of a chunk."""
    if dataset.chunks is None or len(dataset.chunks) < 3:
        return None
    return [dataset.chunks[-1], dataset.chunks[-2]]
