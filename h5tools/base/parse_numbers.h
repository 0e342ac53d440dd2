/*
 * Numbers as people type them.
 *
 * Each parse_*() must consume the whole text, or returns false.
 */
#ifndef H5WINNOW_BASE_PARSE_NUMBERS_H
#define H5WINNOW_BASE_PARSE_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

/* A finite number. */
bool parse_real(const char *text, double *value);

/* A whole number from 1 to `max`. */
bool parse_count(const char *text, int max, int *count);

/* Two finite numbers with a comma between them. */
bool parse_pair(const char *text, double *first, double *second);

/* WIDTHxHEIGHT, whole numbers above 0. */
bool parse_size(const char *text, uint32_t *width, uint32_t *height);

/* Rounds to a multiple of 1/per_unit and gives that multiple. False: it does not fit. */
bool parse_scaled(double value, double per_unit, int32_t *scaled);

/* a * b; UINT64_MAX on overflow. */
uint64_t saturating_product(uint64_t a, uint64_t b);

#endif
