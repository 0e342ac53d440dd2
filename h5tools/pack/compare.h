/* Compares what winnow has stored with the original. */
#ifndef H5WINNOW_PACK_COMPARE_H
#define H5WINNOW_PACK_COMPARE_H

#include <stdio.h>

#include "base/frame_range.h"
#include "base/json_write.h"
#include "base/outcome.h"
#include "base/progress.h"
#include "input/frame_source.h"

/* Sums over the unflagged pixels of all rings or tiles of a similar background. */
struct comparison_level {
    double pixels, sum; /* of the original */
    double restored_sum;
    double scatter, restored_scatter; /* squared differences from the mean of the ring */
    double fourth;                    /* fourth powers of them, of the original */
};

#define COMPARISON_LEVELS 10

struct comparison {
    uint64_t frames, lossless; /* compared; those stored losslessly */
    uint64_t damaged;          /* frames that cannot be read, here or in the original */
    uint64_t kept, kept_wrong;
    uint64_t flagged, flagged_wrong;
    uint64_t lossless_wrong; /* pixels of losslessly stored frames */
    uint64_t summed;         /* frames with sums of blocks */
    uint64_t blocks_wrong;   /* blocks whose sum differs */
    struct comparison_level level[COMPARISON_LEVELS];
};

/* Compares all frames of a source that winnow has compressed with those of the original, or with a
 * range of them. Damaged frames are reported and counted. FINDING: they differ in what must be
 * exact, or a frame is damaged. BAD_INPUT: they cannot be compared. Adds to the comparison. */
enum outcome compare_stacks(struct frame_source *packed, struct frame_source *original,
                            const struct frame_range *range, int threads, struct progress *progress,
                            struct comparison *comparison);

/* Whether mean and variance of a level agree: within 1 % (3 % below 0.2 counts per pixel) plus 4
 * sigma of their statistical errors. */
bool compare_level_is_good(const struct comparison_level *level);

void compare_print(const struct comparison *comparison, FILE *out);
void compare_json(const struct comparison *comparison, struct json *json);

#endif
