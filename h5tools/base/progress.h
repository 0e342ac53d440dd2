/* A line on stderr that says how far a verb is, if stderr is a terminal. */
#ifndef H5WINNOW_BASE_PROGRESS_H
#define H5WINNOW_BASE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
    bool shown;
    uint64_t total; /* frames; 0: not known */
    double begun, last;
};

void progress_begin(struct progress *progress, uint64_t total);

/* Reports `frames` done, of `raw` bytes, compressed to `stored` (0: nothing is stored). Prints at
 * most a few times per second. */
void progress_show(struct progress *progress, uint64_t frames, uint64_t raw, uint64_t stored);

/* Erases the line. */
void progress_end(struct progress *progress);

/* Monotonic clock, seconds. */
double progress_clock(void);

#endif
