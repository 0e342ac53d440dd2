/* Rotation of the sample from frame to frame, according to a NeXus or Dectris file. */
#ifndef H5WINNOW_NEXUS_SCAN_H
#define H5WINNOW_NEXUS_SCAN_H

#include <stdbool.h>

#include "nexus/node.h"

struct nexus_scan {
    bool rotation;      /* an axis of the sample turns between the first two frames */
    double start, step; /* of the first frame, from it to the next, degree; NaN without rotation */
};

/* Follows depends_on from the sample of an entry, or, without it, looks at the sample's goniometer.
 * The first axis that turns is used; none is found: no rotation. */
void nexus_scan_read(const struct nexus_node *entry, const struct nexus_node *root,
                     struct nexus_scan *scan);

#endif
