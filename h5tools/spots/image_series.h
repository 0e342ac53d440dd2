/*
 * The images of a file as one series of frames.
 *
 * Files of Dectris have their frames in several datasets, and perhaps a virtual one over them,
 * whose parts are read if they hold all its frames. Frames are numbered through, in the order of
 * names.
 */
#ifndef H5WINNOW_SPOTS_IMAGE_SERIES_H
#define H5WINNOW_SPOTS_IMAGE_SERIES_H

#include <hdf5.h>
#include <stdint.h>

#include "base/outcome.h"
#include "input/image_datasets.h"
#include "winnow.h"

struct image_series {
    struct image_list images; /* all images of the file */
    const char **path;        /* [n] datasets of the series, in order */
    uint64_t *
        first; /* [n + 1] number of the first frame of each; the last is the number of all frames */
    size_t n;
    wn_array frame; /* of the first dataset */
    char *name;     /* the only path, or the group that they are in */
};

/* Finds the images at or below an object of a file. BAD_INPUT: there are none; WRONG_USAGE: they
 * are of several detectors. Whatever the outcome, image_series_free() must be called. */
enum outcome image_series_find(hid_t file, const char *file_name, const char *object,
                               struct image_series *series);
void image_series_free(struct image_series *series);

#endif
