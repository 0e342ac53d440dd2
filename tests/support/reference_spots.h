/* Spots of several frames, found the slow way: every pixel of a series is compared with every
 * other, and sums are taken straight from the formulas. */
#ifndef TEST_SUPPORT_REFERENCE_SPOTS_H
#define TEST_SUPPORT_REFERENCE_SPOTS_H

#include "support/unit.h"

#define MAX_FRAMES 12

/* What was found on the frames of a series. */
struct series {
    uint32_t height, width;
    size_t n;
    uint64_t frame[MAX_FRAMES]; /* numbers */
    wn_found found[MAX_FRAMES];
};

struct plain_spot_pixel {
    wn_found_pixel p;
    uint64_t z;
    int64_t x, y;
    size_t spot; /* number of the connected spot from 1 on; 0: not yet known */
};

struct plain_spot {
    wn_spot spot;
    size_t number, n;
    struct plain_spot_pixel *pixel; /* [n] in order of z, y, x */
    size_t small, large, separated; /* 1 if it is left out for this */
};

struct plain {
    size_t pixels, n;
    struct plain_spot_pixel *pixel; /* [pixels] of the series */
    struct plain_spot *spot;        /* [n] in the order of their first pixels */
};

/* All spots of a series, also those that the rule leaves out. */
struct plain plain_spots(const struct series *series, const wn_spot_rule *rule);

void plain_free(struct plain *plain);

bool plain_is_strong(const struct plain_spot_pixel *pixel);
bool plain_is_left_out(const struct plain_spot *spot);

#endif
