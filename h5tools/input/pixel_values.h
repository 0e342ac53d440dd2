/* input/pixel_values.h - pixels of frames as numbers, whatever their type. */
#ifndef H5WINNOW_INPUT_PIXEL_VALUES_H
#define H5WINNOW_INPUT_PIXEL_VALUES_H

#include "winnow.h"

/* All pixels of one frame; 0 for those that are flagged by their value. Floats beyond 1e30 become
 * that. */
void pixel_values_read(const wn_array *array, const void *frame, float *value);

/* The largest value that flags no pixel of a type. */
double pixel_value_highest(wn_type type);

/* Gives a pixel (y * width + x) a value: for integers a whole number that is not negative. */
void pixel_value_write(const wn_array *array, void *frame, size_t pixel, double value);

#endif
