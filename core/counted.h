/* Frames of counts whose signal is kept in places, or that are kept whole: the counts of kept
 * pixels and the sums of blocks, coded given the background. */
#ifndef WN_COUNTED_H
#define WN_COUNTED_H

#include "densify.h"
#include "separate.h"

/* What a pixel of each cell is expected to count: the means of the laws of a profile, in float, and
 * at least the floor, so that no pixel has no weight at all. */
#define MEAN_FLOOR 0x1p-20f
wn_status counted_means(const wn_map *map, const struct profile *profile, float *mean);

/* Write the sections: the counts of the kept pixels, and the sums of the blocks. */
wn_status counted_write_kept(struct writer *w, const struct separation *separation,
                             const struct pixels *pixels, const float *mean);
wn_status counted_write_sums(struct writer *w, const struct separation *separation,
                             const float *mean);

/* Read the counts of the kept pixels, when kinds and means are known. */
wn_status counted_read_kept(struct reader *r, const wn_map *map, wn_type type,
                            struct counted *counted);

/* Draw the background pixels of a frame from the sums of its blocks; other pixels become 0. Sums
 * are read here, as they are needed. `noise` as in densify(). */
wn_status counted_draw(const wn_map *map, const struct counted *counted, wn_type type,
                       const struct noise_key *noise, void *dst);

/* Put the kept pixels in their places. */
void counted_overlay(const wn_map *map, const struct counted *counted, wn_type type, void *dst);

void counted_free(struct counted *counted);

#endif
