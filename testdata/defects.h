/* Pixels that do not count correctly: masked, hot and flickering ones. */
#ifndef TESTDATA_DEFECTS_H
#define TESTDATA_DEFECTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiment.h"

/* What a pixel that gives no value is stored as. */
#define PIXEL_FLAG UINT32_MAX

/* Bits of pixel_mask, as NXdetector defines them. */
enum { MASK_GAP = 1, MASK_DEAD = 2, MASK_USER = 256 };

struct defects {
    uint32_t *pixel_mask; /* height x width, 0 = good; what is not is flagged in every frame */

    size_t hot_count;
    uint64_t *hot;      /* pixels that count too much, as index y width + x; not masked */
    double *hot_counts; /* expected above the background, per frame */

    size_t flickering_count;
    uint64_t *flickering; /* pixels that are flagged in some frames; not masked */
};

/* False: no memory, and nothing needs to be freed. */
bool defects_init(struct defects *d, const struct experiment *e);
void defects_free(struct defects *d);

/* Whether the n-th flickering pixel is flagged in a frame: every third one, each pixel in turn. */
bool defects_flagged(size_t n, size_t frame);

#endif
