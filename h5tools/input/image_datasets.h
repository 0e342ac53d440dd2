/*
 * Finding the datasets of a file that are detector images.
 *
 * Images are stacks of at least three dimensions, with frames of 32 x 32 pixels or more, of 8 to 64
 * bit integers or floats. If links in groups of the class NXdata, or links whose names begin with
 * "data", lead to such stacks, only those count: others hold masks, flat fields, gain maps or
 * simulations.
 */
#ifndef H5WINNOW_INPUT_IMAGE_DATASETS_H
#define H5WINNOW_INPUT_IMAGE_DATASETS_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/outcome.h"
#include "hdf5/visited_set.h"
#include "input/dataset_layout.h"

struct image_list {
    char **path; /* from the root of the file, through its links */
    size_t n;
    struct visited_set *objects; /* the same objects, by identity */
};

/* Lists the images at or below an object of a file. BAD_INPUT, with a message, if there are none or
 * a link is broken. */
enum outcome image_list_find(hid_t file, const char *file_name, const char *object,
                             struct image_list *list);

/* The same for all datasets that winnow has compressed, whatever their shape and name. */
enum outcome image_list_find_packed(hid_t file, const char *file_name, const char *object,
                                    struct image_list *list);
void image_list_free(struct image_list *list);

/* Whether a dataset is in the list, under any path. */
bool image_list_has(const struct image_list *list, hid_t dataset);

/* The path by which a dataset of the list was found; NULL if it was added without one. */
const char *image_list_path(const struct image_list *list, hid_t dataset);

/* Adds a dataset without a path. False: out of memory. */
bool image_list_add(struct image_list *list, hid_t dataset);

/* Whether two paths are in the same group: images of one size there are of one detector. */
bool image_list_same_group(const char *one, const char *other);

#endif
