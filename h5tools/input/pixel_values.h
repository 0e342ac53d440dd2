/* Pixels of frames as numbers, whatever their type. */
#ifndef H5WINNOW_INPUT_PIXEL_VALUES_H
#define H5WINNOW_INPUT_PIXEL_VALUES_H

#include "winnow.h"

/* Converts all pixels of one frame; those flagged by their value become 0. Floats are clipped to
 * +-1e30. */
void pixel_values_read(const wn_array *array, const void *frame, float *value);

/* The largest value of a pixel that is not flagged. */
double pixel_value_highest(wn_type type);

/* Sets pixel y * width + x; for integer types the value must be a whole number >= 0. */
void pixel_value_write(const wn_array *array, void *frame, size_t pixel, double value);

#endif
