/* pack/compare.h - what winnow has stored against the original. */
#ifndef H5WINNOW_PACK_COMPARE_H
#define H5WINNOW_PACK_COMPARE_H

#include <stdio.h>

#include "base/frame_range.h"
#include "base/json_write.h"
#include "base/outcome.h"
#include "base/progress.h"
#include "input/frame_source.h"

/* Good pixels, flagged ones left out, of rings or tiles of about the same background. */
struct comparison_level {
    double pixels, sum; /* of the original */
    double restored_sum;
    double scatter, restored_scatter; /* squares of the differences from the mean of the ring */
    double fourth;                    /* fourth powers of the same, of the original */
};

#define LEVELS 10

struct comparison {
    uint64_t frames, lossless; /* compared; of these stored losslessly */
    uint64_t damaged;          /* frames that cannot be read, here or in the original */
    uint64_t kept, kept_wrong;
    uint64_t flagged, flagged_wrong;
    uint64_t lossless_wrong; /* pixels of losslessly stored frames */
    uint64_t summed;         /* frames with sums of blocks */
    uint64_t blocks_wrong;   /* blocks whose sum is another */
    struct comparison_level level[LEVELS];
};

/* Compares all frames of a source that winnow has compressed with those of the original, or with a
 * range of them. Damaged frames are named and counted. FINDING: they differ in what must be exact,
 * or a frame is damaged. BAD_INPUT: they cannot be compared. The comparison goes on counting. */
enum outcome compare_stacks(struct frame_source *packed, struct frame_source *original,
                            const struct frame_range *range, int threads, struct progress *progress,
                            struct comparison *comparison);

/* Whether mean and variance of a level are what they should be: within 1 % from 0.2 counts per
 * pixel on, within 3 % below, and 4 sigma of their statistical error. */
bool compare_level_is_good(const struct comparison_level *level);

void compare_print(const struct comparison *comparison, FILE *out);
void compare_json(const struct comparison *comparison, struct json *json);

#endif
