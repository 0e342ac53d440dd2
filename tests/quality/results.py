"""The results of DIALS in a folder of the chain, as arrays. Only this file needs DIALS."""
import os

import numpy as np
from dials.array_family import flex


def table(folder, name):
    return flex.reflection_table.from_file(os.path.join(folder, name))


def spots(folder):
    """Centres (x, y, frame), pixels and frames."""
    return np.array(table(folder, "strong.refl")["xyzobs.px.value"])


def indexed_percent(folder):
    found = table(folder, "indexed.refl")
    return 100.0 * found.get_flags(found.flags.indexed).count(True) / len(found)


def rmsd(folder):
    """Between predicted and observed centres, of the reflections refined against: x, y, frame."""
    found = table(folder, "refined.refl")
    used = found.select(found.get_flags(found.flags.used_in_refinement))
    off = np.array(used["xyzcal.px"]) - np.array(used["xyzobs.px.value"])
    return np.sqrt((off ** 2).mean(axis=0)).tolist()


class Reflections:
    """Profile-fitted intensities, counts, at their predicted positions (x, y, frame)."""

    def __init__(self, xyz, intensity, sigma):
        self.xyz = xyz
        self.intensity = intensity
        self.sigma = sigma


def reflections(folder):
    found = table(folder, "integrated.refl")
    fitted = found.select(found.get_flags(found.flags.integrated_prf))
    return Reflections(np.array(fitted["xyzcal.px"]), np.array(fitted["intensity.prf.value"]),
                       np.sqrt(np.array(fitted["intensity.prf.variance"])))
