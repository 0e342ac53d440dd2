/* nexus/modules.h - where the modules of a detector stand (NXdetector_module). */
#ifndef H5WINNOW_NEXUS_MODULES_H
#define H5WINNOW_NEXUS_MODULES_H

#include "geometry/detector_plane.h"
#include "nexus/transformations.h"

/* The plane that the modules of a detector form. */
struct detector_modules {
    struct detector_plane first;    /* in the first frame */
    struct detector_plane farthest; /* where the detector is farthest from there in any frame */
    bool bent;                      /* the modules do not lie on one grid of pixels: no plane */
    bool tilted; /* not FOUND: what is known of the detector's own chain turns it off the beam */
    char path[NODE_PATH_SIZE]; /* of the first module */
};

/* Reads the modules of a detector, and the chains that they hang on. MISSING: there is none;
 * NONSENSE: they cannot be used, which was complained about. Only `tilted` holds
 * then. */
enum lookup modules_read(const struct nexus_node *detector, const struct nexus_node *root,
                         uint32_t height, uint32_t width, struct detector_modules *modules);

#endif
