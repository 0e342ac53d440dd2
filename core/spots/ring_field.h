/* A frame as ring peaks see it: what every pixel counts, and what is expected of it. */
#ifndef WN_RING_FIELD_H
#define WN_RING_FIELD_H

#include "background/local_scale.h"
#include "frame/pixels.h"
#include "spots/ring_background.h"

struct ring_field {
    const wn_map *map;
    const struct pixels *pixels;
    const struct ring_background *background;
    struct levels levels;    /* how much more is counted; level NULL: none is */
    float lowest_dispersion; /* of any cell */
};

wn_status ring_field_create(const wn_map *map, const struct pixels *pixels,
                            const struct ring_background *background, struct ring_field *field);
void ring_field_free(struct ring_field *field);

/* n pixels of a row, from `first` on: value - expected, and the variance that is expected at the
 * lowest dispersion; both are 0 for flagged pixels. n <= SEGMENT. */
void ring_field_row(const struct ring_field *field, size_t first, size_t n, float *excess,
                    float *variance);

struct pixel_state {
    bool usable;
    double value, expected;
    double variance; /* of the background */
};

/* n pixels of a row, from `first` on; `offset` is added to what is expected. */
#define MOST_SEGMENT 16
void ring_field_segment(const struct ring_field *field, size_t first, size_t n, double offset,
                        struct pixel_state *pixel);
struct pixel_state ring_field_at(const struct ring_field *field, size_t index, double offset);

/* Whether a pixel is so many sigma above what is expected. */
bool is_above(const struct pixel_state *pixel, double sigma);

/* Pixels within `reach` of one, in the frame. */
struct square {
    size_t x, y, left, end_x, top, end_y;
};

struct square square_about(const wn_map *map, size_t index, size_t reach);

#endif
