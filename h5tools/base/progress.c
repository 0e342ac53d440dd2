/* Prints only to a terminal, over the same line, at most once per INTERVAL_SECONDS. */
#include "base/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define INTERVAL_SECONDS 0.2

double progress_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void progress_begin(struct progress *progress, uint64_t total)
{
    *progress = (struct progress){
        .shown = isatty(STDERR_FILENO), .total = total, .begun = progress_clock()};
}

void progress_show(struct progress *progress, uint64_t frames, uint64_t raw, uint64_t stored)
{
    const double now = progress_clock(), seconds = now - progress->begun;
    if (!progress->shown || now - progress->last < INTERVAL_SECONDS || seconds <= 0)
        return;
    progress->last = now;
    fprintf(stderr, "\r%" PRIu64, frames);
    if (progress->total > 0)
        fprintf(stderr, " of %" PRIu64, progress->total);
    fprintf(stderr, " frames, %.1f frames/s", (double)frames / seconds);
    if (stored > 0)
        fprintf(stderr, ", ratio %.1f", (double)raw / (double)stored);
    fputs("  ", stderr);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown && progress->last > 0)
        fputs("\r\033[K", stderr);
    progress->last = 0;
}
