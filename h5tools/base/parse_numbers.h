/*
 * base/parse_numbers.h - numbers as people type them, and their arithmetic.
 *
 * Each number_*() reads a whole text, or returns false.
 */
#ifndef H5WINNOW_BASE_PARSE_NUMBERS_H
#define H5WINNOW_BASE_PARSE_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/* A finite number. */
bool parse_real(const char *text, double *value);

/* A whole number from 1 to `most`. */
bool parse_count(const char *text, int most, int *count);

/* Two finite numbers with a comma between them. */
bool parse_pair(const char *text, double *first, double *second);

/* WIDTHxHEIGHT, whole numbers above 0. */
bool parse_size(const char *text, uint32_t *width, uint32_t *height);

/* The nearest multiple of 1/per_unit, as a whole number of them. False: it does not fit. */
bool parse_scaled(double value, double per_unit, int32_t *scaled);

/* UINT64_MAX if the product is more than that. */
uint64_t saturating_product(uint64_t a, uint64_t b);

#endif
