/* Colour maps: from numbers to colours. */
#ifndef H5WINNOW_PLOT_COLOUR_MAP_H
#define H5WINNOW_PLOT_COLOUR_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "plot/shapes.h"

/* Counts on a scale from low to high; values beyond are clamped. */
struct scale {
    bool logarithmic; /* in counts + 1; low must then not be negative */
    double low, high; /* low < high */
};

/* The position of a value on the scale, 0 to 1. */
double scale_fraction(const struct scale *scale, double value);

/* A colour map, and the colours of marks drawn on it. */
struct colours {
    const char *name;
    const struct colour *knot; /* [knots] evenly along the scale, straight lines between them */
    size_t knots;
    struct colour masked; /* or not measured */
    struct colour spot;
    struct colour ring;
    struct colour border; /* around text */
};

/* The colour at a fraction of the scale, 0 to 1. */
struct colour colour_at(const struct colours *colours, double fraction);

/* The map of this name, for frames: "grey" (high counts are dark) or "heat" (bright). NULL: there
 * is none. */
const struct colours *colours_find(const char *name);

/* For maps of scans: high values are bright. */
const struct colours *colours_for_scan_maps(void);

#endif
