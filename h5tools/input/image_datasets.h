/*
 * input/image_datasets.h - which datasets of a file are detector images.
 *
 * Images are stacks of at least three dimensions whose frames are 32 x 32 pixels or more, of 8 to
 * 64 bit integers or floats. Where links in groups of the class NXdata, or links named "data", lead
 * to such stacks, only those count: others hold masks, flat fields, gain maps or what was
 * simulated.
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
    char **path; /* as reached from the file, through its links */
    size_t n;
    struct visited_set *objects; /* the same, by what they are */
};

/* Lists the images at or below an object of a file. BAD_INPUT, with a message, if there are none or
 * a link leads nowhere. */
enum outcome image_list_find(hid_t file, const char *file_name, const char *object,
                             struct image_list *list);

/* The same for all datasets that winnow has compressed, whatever their shape and name. */
enum outcome image_list_find_packed(hid_t file, const char *file_name, const char *object,
                                    struct image_list *list);
void image_list_free(struct image_list *list);

/* Whether a dataset is in the list, by whatever path it was reached. */
bool image_list_has(const struct image_list *list, hid_t dataset);

/* The path by which a dataset in the list was found; NULL if it was added without. */
const char *image_list_path(const struct image_list *list, hid_t dataset);

/* Counts one more dataset among the images, without a path. False: no memory. */
bool image_list_add(struct image_list *list, hid_t dataset);

/* Whether two paths are in the same group: images of one size there are of one detector. */
bool image_list_same_group(const char *one, const char *other);

#endif
