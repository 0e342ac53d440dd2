/* Parts of the detector, given by resolution, that are not searched for spots. */
#ifndef H5WINNOW_SPOTS_EXCLUDED_REGIONS_H
#define H5WINNOW_SPOTS_EXCLUDED_REGIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "spots/table.h"

#define POWDER_RINGS_MAX 32
#define RING_WIDTH       0.002 /* in 1/d^2, 1/angstrom^2: as in DIALS */

struct excluded_regions {
    double d_min, d_max; /* angstrom; 0: no limit */
    bool ice_rings;      /* of hexagonal ice */
    double powder[POWDER_RINGS_MAX];
    size_t powder_rings;
    double powder_width; /* in 1/d^2, 1/angstrom^2 */
};

/* Reads D1,D2,...[:WIDTH]. */
bool excluded_regions_powder(const char *text, struct excluded_regions *regions);

/* Whether any region is excluded, which needs a geometry. */
bool excluded_regions_any(const struct excluded_regions *regions);

/* Masks these regions in table->valid, which is allocated if it is NULL. BAD_INPUT: the resolution
 * is not known, or no pixel is left; IO_FAILURE: no memory. */
enum outcome excluded_regions_mask(const struct excluded_regions *regions,
                                   struct spot_table *table);

#endif
