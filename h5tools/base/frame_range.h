/* Which frames of a stack are wanted: A:B:STEP, as in Python. */
#ifndef H5WINNOW_BASE_FRAME_RANGE_H
#define H5WINNOW_BASE_FRAME_RANGE_H

#include <stdbool.h>
#include <stdint.h>

struct frame_range {
    uint64_t first, end, step; /* step 0: all frames */
};

/* Reads A:B:STEP; each part may be left out, counts from 0, and is not negative. */
bool frame_range_read(const char *text, struct frame_range *range);

/* How many of `frames` frames are wanted. */
uint64_t frame_range_count(const struct frame_range *range, uint64_t frames);

/* The number of the i-th of them. */
uint64_t frame_range_at(const struct frame_range *range, uint64_t i);

#endif
