/* Finds spots while a file is packed, and writes their table to the output. */
#ifndef H5WINNOW_PACK_PACK_SPOTS_H
#define H5WINNOW_PACK_PACK_SPOTS_H

#include "base/frame_range.h"
#include "hdf5/file.h"
#include "params/image_settings.h"
#include "spots/image_series.h"
#include "spots/search_pass.h"

/* The name of the table. */
#define PACK_SPOTS_NAME "spots"

/* Which frames of the input are packed. */
struct pack_choice {
    struct frame_range range;
    int hits_only; /* frames with fewer spots are left out; 0: none are */
};

struct pack_spots {
    bool begun;
    struct image_series series;
    struct spot_search_pass pass;
    size_t next;     /* dataset of the series to be packed next */
    uint64_t frames; /* of the output before that dataset */
};

/* Begins with an open input and the settings of its images, which must outlive the search.
 * WRONG_USAGE: the input has such a table already, or images of several detectors. Whatever the
 * outcome, pack_spots_free() must be called. */
enum outcome pack_spots_begin(struct pack_spots *spots, const struct spot_options *options,
                              const struct pack_choice *choice, hid_t file,
                              const struct address *address, const struct image_settings *settings);
void pack_spots_free(struct pack_spots *spots);

/* Whether a dataset of the input is the next of the series; BAD_INPUT, with a message: it is not.
 */
enum outcome pack_spots_check(const struct pack_spots *spots, const char *file, const char *path);

/* Completes the table and writes it into the output. */
enum outcome pack_spots_write(struct pack_spots *spots, hid_t file, const char *file_name);

#endif
