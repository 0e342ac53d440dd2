/*
 * How the images of a file are compressed: parameters from the command line and from the metadata
 * of the file, and the map that follows from them.
 */
#ifndef H5WINNOW_PARAMS_IMAGE_SETTINGS_H
#define H5WINNOW_PARAMS_IMAGE_SETTINGS_H

#include <hdf5.h>

#include "base/outcome.h"
#include "nexus/metadata.h"
#include "params/filter_options.h"
#include "winnow.h"

struct image_settings {
    struct filter_options request; /* completed from the file */
    struct metadata metadata;
    wn_map *map; /* with the static mask of the file */
};

/* Derives the settings for the images at `path` of a file with frames like `frame`. Doubts about
 * the geometry are reported; without a geometry the background is estimated on tiles. */
enum outcome image_settings_make(const struct filter_options *request, hid_t file,
                                 const char *file_name, const char *path, const wn_array *frame,
                                 struct image_settings *settings);
void image_settings_free(struct image_settings *settings);

/* Prints the settings and the source of each. */
void image_settings_print(const struct image_settings *settings, const wn_array *frame, FILE *out);
void image_settings_json(const struct image_settings *settings, const wn_array *frame,
                         struct json *json);

#endif
