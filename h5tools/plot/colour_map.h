/* plot/colour_map.h - how numbers become colours. */
#ifndef H5WINNOW_PLOT_COLOUR_MAP_H
#define H5WINNOW_PLOT_COLOUR_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "plot/canvas.h"

/* Counts on a scale from low to high; what lies beyond is shown as the end. */
struct scale {
    bool logarithmic; /* of counts + 1; then low must not be negative */
    double low, high; /* low < high */
};

/* Where a value is on the scale, 0 to 1. */
double scale_place(const struct scale *scale, double value);

/* A map of colours, and what is drawn on it. */
struct colours {
    const char *name;
    const struct colour *knot; /* [knots] evenly along the scale, straight lines between them */
    size_t knots;
    struct colour masked; /* or not measured */
    struct colour spot;
    struct colour ring;
    struct colour border; /* around what is written on it */
};

/* The colour at a place of the scale, 0 to 1. */
struct colour colour_at(const struct colours *colours, double place);

/* For frames. "grey": dark is many; "heat": bright is many. NULL: there is no map of this name. */
const struct colours *colours_named(const char *name);

/* For maps of scans: bright is many. */
const struct colours *colours_of_maps(void);

#endif
