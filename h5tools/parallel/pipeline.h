/*
 * Frames processed by several threads.
 *
 * Only one thread calls HDF5, the one that calls pipeline_run(): it reads items and writes the
 * results in the order in which it read them. The work in between is done by worker threads, and by
 * the same thread while it has nothing to read or write.
 */
#ifndef H5WINNOW_PARALLEL_PIPELINE_H
#define H5WINNOW_PARALLEL_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/outcome.h"

/* The result of a read. */
enum supply {
    ITEM,        /* an item */
    NOTHING_YET, /* none now; ask again */
    NO_MORE,
};

struct pipeline {
    /* Reads the next item. *supply is ITEM before the call. */
    enum outcome (*read)(void *context, void *item, enum supply *supply);
    /* Works on an item; called by several threads at once, each with its own item. Errors are
     * recorded in the item. */
    void (*work)(void *context, void *item);
    /* Writes an item. */
    enum outcome (*write)(void *context, void *item);
    void *context;
    size_t item_size;            /* bytes of an item; zeroed once, then reused */
    void (*release)(void *item); /* frees what an item holds, at the end */
};

/* Number of online processors, 1 to 1024. */
int processors(void);

/* Items held in memory with this many threads. */
size_t pipeline_items(int threads);

/* Runs until the end, the first outcome that is worse than FINDING, or an interrupt (see
 * base/interrupt.h); returns the worst outcome. threads >= 1 counts the calling one. */
enum outcome pipeline_run(const struct pipeline *pipeline, int threads);

#endif
