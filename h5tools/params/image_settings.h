/*
 * params/image_settings.h - how the images of a file are compressed: parameters, and the map that
 * follows from them, from the command line and from what the file says about its detector.
 */
#ifndef H5WINNOW_PARAMS_IMAGE_SETTINGS_H
#define H5WINNOW_PARAMS_IMAGE_SETTINGS_H

#include <hdf5.h>

#include "base/outcome.h"
#include "nexus/metadata.h"
#include "params/filter_options.h"
#include "winnow.h"

struct image_settings {
    struct filter_options request; /* completed by the file */
    struct metadata metadata;
    wn_map *map; /* with the static mask of the file */
};

/* Works out the settings for the images at `path` of a file, of frames like this one. Doubts about
 * the geometry are complained about; without one the background is estimated on tiles. */
enum outcome image_settings_make(const struct filter_options *request, hid_t file,
                                 const char *file_name, const char *path, const wn_array *frame,
                                 struct image_settings *settings);
void image_settings_free(struct image_settings *settings);

/* Says what they are, and where each value comes from. */
void image_settings_print(const struct image_settings *settings, const wn_array *frame, FILE *out);
void image_settings_json(const struct image_settings *settings, const wn_array *frame,
                         struct json *json);

#endif
