/* Collects the strong pixels found on the frames of a series into a table of spots. */
#ifndef H5WINNOW_SPOTS_COLLECT_H
#define H5WINNOW_SPOTS_COLLECT_H

#include "spots/table.h"
#include "winnow.h"

/* The resolution of a frame is this quantile of the d of its spots, if it has at least so many. */
#define RESOLUTION_SHARE 0.9
#define RESOLUTION_SPOTS 5

struct spot_collector {
    struct spot_table *table; /* gets frames, spots, and pixels of shoeboxes */
    wn_linker *linker;
    size_t frame_capacity, spot_capacity, pixel_capacity;
};

/* Begins with a table that has its detector but no frames. Whatever the outcome,
 * spot_collector_free() must be called, which leaves the table alone. IO_FAILURE: no memory. */
enum outcome spot_collector_begin(struct spot_collector *collector, const wn_spot_rule *rule,
                                  struct spot_table *table);
void spot_collector_free(struct spot_collector *collector);

/* Adds a frame; numbers must ascend. Spots do not reach across skipped numbers. */
enum outcome spot_collector_add(struct spot_collector *collector, uint64_t number,
                                const wn_found *found);

/* Completes the table after the last frame. A frame with at least `hits` spots is a hit. */
enum outcome spot_collector_end(struct spot_collector *collector, uint64_t hits);

#endif
