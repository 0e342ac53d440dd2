/* Measures a spot from its pixels: box, sums, centroid, second moments. */
#ifndef WN_LINKING_SPOT_MEASURE_H
#define WN_LINKING_SPOT_MEASURE_H

#include "winnow.h"

/* A pixel of a spot. */
struct spot_pixel {
    uint64_t z; /* number of its frame */
    double value, expected, variance;
    uint32_t index; /* y * width + x */
    unsigned bits;  /* wn_found_bits */
};

/* Measure a spot of n pixels, at least one of them strong, sorted by z, y, x; `width` is that of
 * the frame. `flags` are those that do not follow from its pixels. */
wn_spot wn_spot_of_pixels(const struct spot_pixel *pixel, size_t n, uint32_t width,
                          const wn_spot_rule *rule, unsigned flags);

/* How far the centroid is from the middle of the highest pixel, in pixels and frames. */
double wn_spot_separation(const wn_spot *spot);

/* Position of a spot made of peaks whose finder measured their positions: the mean of these,
 * weighted by intensity. */
struct peak_sums {
    double weight;
    double x, y;                   /* sums of weight * position */
    double variance_x, variance_y; /* sums of weight^2 * variance */
};

/* The weight of each peak with a position: its sum of value - expected, but at least a small
 * positive number. `weight` has room for found->peaks values. */
void wn_peak_weights(const wn_found *found, double *weight);

void wn_peak_sums_add(struct peak_sums *sums, const wn_found_peak *peak, double weight);
void wn_peak_sums_join(struct peak_sums *sums, const struct peak_sums *other);

/* Set the position of a spot from its peaks; without peaks leave it unchanged. */
void wn_peak_sums_locate(const struct peak_sums *sums, wn_spot *spot);

#endif
