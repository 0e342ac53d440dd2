/* Counts and expected background of a frame, pixel by pixel, for the finder of ring peaks. */
#ifndef WN_SPOTS_RING_FIELD_H
#define WN_SPOTS_RING_FIELD_H

#include "background/local_scale.h"
#include "frame/pixels.h"
#include "spots/ring_background.h"

struct ring_field {
    const wn_map *map;
    const struct pixels *pixels;
    const struct ring_background *background;
    struct local_scale scale; /* counted / expected by neighbourhood; level NULL: 1 throughout */
    float lowest_dispersion;  /* of any cell */
};

wn_status wn_ring_field_create(const wn_map *map, const struct pixels *pixels,
                               const struct ring_background *background, struct ring_field *field);
void wn_ring_field_free(struct ring_field *field);

/* n pixels of a row from `first` on: value - expected, and the expected variance at the lowest
 * dispersion of any cell (a lower limit); both 0 for flagged pixels. n <= SEGMENT. */
void wn_ring_field_row(const struct ring_field *field, size_t first, size_t n, float *excess,
                       float *variance);

struct pixel_state {
    bool usable;
    double value, expected;
    double variance; /* of the background */
};

/* n <= MAX_FIELD_SEGMENT pixels of a row from `first` on; `offset` is added to the expected value.
 */
#define MAX_FIELD_SEGMENT 16
void wn_ring_field_segment(const struct ring_field *field, size_t first, size_t n, double offset,
                           struct pixel_state *pixel);
struct pixel_state wn_ring_field_at(const struct ring_field *field, size_t index, double offset);

/* Whether a pixel is at least `sigma` standard deviations above its expected value. */
bool wn_is_above(const struct pixel_state *pixel, double sigma);

/* The square of pixels within `reach` of pixel (x, y), clipped to the frame. */
struct pixel_window {
    size_t x, y, left, end_x, top, end_y;
};

struct pixel_window wn_pixel_window_around(const wn_map *map, size_t index, size_t reach);

#endif
