/*
 * parallel/pipeline.h - frames through several threads.
 *
 * HDF5 is called by one thread only, the one that calls pipeline_run(): it reads items, and writes
 * what has become of them in the order in which it has read them. What lies between is done by
 * worker threads, and by the same thread while it has nothing to read or write.
 */
#ifndef H5WINNOW_PARALLEL_PIPELINE_H
#define H5WINNOW_PARALLEL_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/outcome.h"

/* What reading has given. */
enum supply {
    ITEM,        /* an item */
    NOTHING_YET, /* none now; ask again */
    NO_MORE,
};

struct pipeline {
    /* Reads the next item. *supply is ITEM before the call. */
    enum outcome (*read)(void *context, void *item, enum supply *supply);
    /* Works on an item; called by several threads at once, each with another item. What goes wrong
     * is kept in the item. */
    void (*work)(void *context, void *item);
    /* Writes an item. */
    enum outcome (*write)(void *context, void *item);
    void *context;
    size_t item_size;            /* bytes of an item: all zero at first, used again and again */
    void (*release)(void *item); /* frees what an item holds in the end */
};

/* Threads that this machine has room for. */
int processors(void);

/* Items in memory for so many threads. */
size_t pipeline_items(int threads);

/* Runs until the end, the first outcome that is worse than FINDING, or an interrupt (see
 * base/interrupt.h); returns the worst outcome. threads >= 1 counts the calling one. */
enum outcome pipeline_run(const struct pipeline *pipeline, int threads);

#endif
