/* nexus_scan_read.h - how the sample turned from frame to frame, as a NeXus or Dectris file says
 * it. */
#ifndef H5WINNOW_NEXUS_SCAN_H
#define H5WINNOW_NEXUS_SCAN_H

#include <stdbool.h>

#include "nexus/node.h"

struct nexus_scan {
    bool rotation;      /* an axis of the sample turns between the first two frames: */
    double start, step; /* of the first frame, from it to the next, degree; NaN without rotation */
};

/* Looks at the axes that the sample of an entry hangs on, from the sample on, or, where it does not
 * say so, at its goniometer. The first that turns counts. Where nothing is known nothing turns. */
void nexus_scan_read(const struct nexus_node *entry, const struct nexus_node *root,
                     struct nexus_scan *scan);

#endif
