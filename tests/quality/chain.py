"""From images to merged intensities with DIALS, by the same commands for every row."""


def run_chain(steps, images, settings, depends_on):
    """All steps after the images; images is a file that DIALS can read.

    depends_on identifies the images: other images are processed again.
    """
    processors = "nproc=%d" % settings.jobs
    symmetry = ["space_group=" + settings.space_group] if settings.space_group else []
    limit = ["prediction.d_min=%g" % settings.d_min] if settings.d_min else []
    steps.command("import", ["dials.import", images], depends_on)
    steps.command("find_spots", ["dials.find_spots", "imported.expt", processors])
    steps.command("index", ["dials.index", "imported.expt", "strong.refl", *symmetry])
    steps.command("refine", ["dials.refine", "indexed.expt", "indexed.refl"])
    steps.command("integrate",
                  ["dials.integrate", "refined.expt", "refined.refl", processors, *limit])
    steps.command("scale", ["dials.scale", "integrated.expt", "integrated.refl"])
