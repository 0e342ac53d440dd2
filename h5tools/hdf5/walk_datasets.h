/*
 * Visiting the datasets of a file.
 *
 * Hard, soft and external links are followed, each object is visited once, in the order of names.
 */
#ifndef H5WINNOW_HDF5_WALK_DATASETS_H
#define H5WINNOW_HDF5_WALK_DATASETS_H

#include <hdf5.h>

#include "base/outcome.h"

/* `path` leads to the dataset from the root of the file that the walk started in. */
typedef enum outcome (*walk_visit)(void *context, hid_t dataset, const char *path);

/* Visits `object` if it is a dataset, or the datasets below it. `file_name` is for messages. The
 * outcome is the worst of all visits, and at least FINDING if a hard or external link is broken;
 * broken soft links are ignored. */
enum outcome walk_datasets(hid_t file, const char *file_name, const char *object, walk_visit visit,
                           void *context);

/* The same, but a dataset with several links is visited once for each of them. */
enum outcome walk_datasets_and_links(hid_t file, const char *file_name, const char *object,
                                     walk_visit visit, void *context);

#endif
