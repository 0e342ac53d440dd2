/* The plane of a detector from its modules (NXdetector_module). */
#ifndef H5WINNOW_NEXUS_MODULES_H
#define H5WINNOW_NEXUS_MODULES_H

#include "geometry/detector_plane.h"
#include "nexus/transformations.h"

/* The plane that the modules of a detector form. */
struct detector_modules {
    struct detector_plane first;    /* in the first frame */
    struct detector_plane farthest; /* at the largest displacement in any frame */
    bool bent;                      /* the modules do not share one grid of pixels: no plane */
    bool tilted; /* set if not FOUND: the detector's own chain tilts it against the beam */
    char path[NODE_PATH_SIZE]; /* of the first module */
};

/* Reads the modules of a detector and their chains of transformations. MISSING: no modules;
 * NONSENSE: they cannot be used, which was reported. In both cases only `tilted` is valid. */
enum lookup modules_read(const struct nexus_node *detector, const struct nexus_node *root,
                         uint32_t height, uint32_t width, struct detector_modules *modules);

#endif
