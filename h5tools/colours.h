/* colours.h - how numbers become colours. */
#ifndef H5WINNOW_COLOURS_H
#define H5WINNOW_COLOURS_H

#include <stdbool.h>

#include "picture.h"

/* Counts on a scale from low to high; what lies beyond is shown as the end. */
struct scale {
    bool logarithmic; /* of counts + 1; then low must not be negative */
    double low, high; /* low < high */
};

/* Where a value is on the scale, 0 to 1. */
double scale_place(const struct scale *scale, double value);

/* What things are drawn with. */
struct colours {
    const char *name;
    struct colour (*of)(double place); /* on the scale, 0 to 1 */
    struct colour masked;
    struct colour spot;
    struct colour ring;
    struct colour label; /* behind what is written on the frame */
};

/* "grey": dark is many; "heat": bright is many. NULL: there is no map of this name. */
const struct colours *colours_named(const char *name);

#endif
