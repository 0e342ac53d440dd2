/* base/progress.h - a line on stderr that says how far a verb is, if stderr is a terminal. */
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

/* So many frames are done, of so many bytes, which have become `stored`; 0: nothing is stored. Says
 * so a few times per second. */
void progress_show(struct progress *progress, uint64_t frames, uint64_t raw, uint64_t stored);

/* Takes the line away. */
void progress_end(struct progress *progress);

/* Seconds since some point in the past. */
double progress_clock(void);

#endif
