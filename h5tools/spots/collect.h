/* spots/collect.h - what is found on the frames of a series becomes a table of spots. */
#ifndef H5WINNOW_SPOTS_COLLECT_H
#define H5WINNOW_SPOTS_COLLECT_H

#include "spots/table.h"
#include "winnow.h"

/* The resolution of a frame is the d that this share of its spots does not go beyond, if it has so
 * many spots at least. */
#define RESOLUTION_SHARE 0.9
#define RESOLUTION_SPOTS 5

struct spot_collector {
    struct spot_table *table; /* gets frames, spots, and pixels of shoeboxes */
    wn_linker *linker;
    size_t frame_capacity, spot_capacity, pixel_capacity;
};

/* Begins with a table whose detector is described, and which has no frames. Whatever the outcome,
 * spot_collector_free() is to be called, which leaves the table alone. IO_FAILURE: no memory. */
enum outcome spot_collector_begin(struct spot_collector *collector, const wn_spot_rule *rule,
                                  struct spot_table *table);
void spot_collector_free(struct spot_collector *collector);

/* Adds a frame; numbers must ascend. Spots do not reach across those that are left out. */
enum outcome spot_collector_add(struct spot_collector *collector, uint64_t number,
                                const wn_found *found);

/* After the last frame: completes the table. A frame is a hit from so many spots on. */
enum outcome spot_collector_end(struct spot_collector *collector, uint64_t hits);

#endif
