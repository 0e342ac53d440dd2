/* Densify: a full frame from its background and its kept pixels. */
#ifndef WN_DENSIFY_H
#define WN_DENSIFY_H

#include "places.h"
#include "profile.h"
#include "stream.h"

/* What a frame of counts has that is kept in places, or whole: see counted.h. */
struct counted {
    struct places places; /* square NULL: all are kept */
    float *mean;          /* [cells], what a background pixel is expected to count */
    size_t kept;
    struct reader counts; /* the section of the counts of the kept pixels */
    struct reader sums;   /* that of the sums of the blocks; empty if there are none */
};

/* A separated frame as it comes out of a chunk. */
struct separated_frame {
    struct profile profile;
    uint32_t *first_kept; /* [cells], integers; NULL if no law is drawn from */
    struct area_list flagged;
    struct counted counted; /* mean NULL: kept pixels are listed one by one */
    size_t kept;
    uint32_t *kept_index; /* [kept], ascending */
    uint64_t *kept_bits;  /* [kept], the elements as unsigned numbers */
};

void separated_frame_free(struct separated_frame *frame);

/* Where the random numbers of a frame come from. */
struct noise_key {
    uint64_t seed;
    uint32_t frame;
};

/* Write the frame to dst, in the machine's byte order. `noise` NULL: background restored as its
 * mean; for integers dithered by a low-discrepancy sequence, so that the mean over any ring or tile
 * is kept. */
wn_status densify(const wn_map *map, const struct separated_frame *frame, wn_type type,
                  const struct noise_key *noise, int threads, void *dst);

#endif
