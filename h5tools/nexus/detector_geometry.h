/*
 * Position of a detector according to a NeXus or Dectris file.
 *
 * A complete chain of transformations takes precedence over beam_center_x, distance and so on.
 */
#ifndef H5WINNOW_NEXUS_DETECTOR_GEOMETRY_H
#define H5WINNOW_NEXUS_DETECTOR_GEOMETRY_H

#include <stdint.h>

#include "geometry/placement.h"
#include "nexus/node.h"

struct detector_geometry {
    struct {
        bool known;
        double value; /* in the units of geometry/placement.h */
        char path[NODE_PATH_SIZE];
    } at[PLACEMENT_QUANTITIES];
    const char *doubt; /* why rings cannot be used with this geometry, or NULL */
};

/* Reads the geometry of a detector whose frames have this size. Invalid values are
 * reported and left out. */
void detector_geometry_read(const struct nexus_node *detector, const struct nexus_node *root,
                            uint32_t height, uint32_t width, struct detector_geometry *geometry);

#endif
