/* picture_png.h - writing pictures as PNG files. */
#ifndef H5WINNOW_PICTURE_PNG_H
#define H5WINNOW_PICTURE_PNG_H

#include <stdbool.h>

#include "outcome.h"
#include "picture.h"

/* Writes a picture, which appears under its name only when it is complete. WRONG_USAGE: a file of
 * this name is there already and force is not set, or it is the input. IO_FAILURE: it cannot be
 * written. */
enum outcome picture_write_png(const struct picture *picture, const char *name, const char *input,
                               bool force);

#endif
