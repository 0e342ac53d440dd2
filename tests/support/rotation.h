/* The rotation series of the shared data, as DIALS searches it. */
#ifndef TEST_SUPPORT_ROTATION_H
#define TEST_SUPPORT_ROTATION_H

#include "spots/finder.h"
#include "spots/found_list.h"
#include "support/h5frames.h"

/* Exit status of a check whose data are not there. */
#define SKIPPED 77

/* The series, and which pixels are not masked. Its trusted range ends at 1000000, which no pixel
 * reaches that is not masked. */
struct rotation {
    struct h5frames frames;
    wn_params map_params;
    wn_map *map;
};

/* A file of the folder rotation/ of the data; valid until the next call. */
const char *rotation_path(const char *data, const char *name);

/* Exits with a message unless the status is WN_OK. */
void rotation_check(wn_status status, const char *what);

/* Reads it; without the data says so and exits with SKIPPED. */
struct rotation rotation_read(const char *data);
void rotation_free(struct rotation *rotation);

/* What a method of DIALS finds on a frame; to be freed. */
struct found_list rotation_search(const struct rotation *rotation, const wn_spot_params *params,
                                  size_t frame);

#endif
