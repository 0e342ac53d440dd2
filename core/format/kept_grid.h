/* The kept grid: which part of a frame is kept, as squares of a coarse grid. */
#ifndef WN_FORMAT_KEPT_GRID_H
#define WN_FORMAT_KEPT_GRID_H

#include "format/byte_stream.h"
#include "frame/pixels.h"
#include "frame/rects.h"

/* The largest grain that a chunk may have. */
#define MAX_GRAIN 8

/* Squares of grain x grain pixels, aligned to (0, 0); those at the right and lower edges may be cut
 * off. With a grain of 1 every pixel is a square. */
struct kept_grid {
    unsigned grain;
    uint32_t across, down;
    uint8_t *square; /* [down * across], 1 = kept */
};

/* A grid of which nothing is kept. WN_ERR_MEMORY. */
wn_status wn_kept_grid_create(uint32_t height, uint32_t width, unsigned grain,
                              struct kept_grid *grid);
void wn_kept_grid_free(struct kept_grid *grid);

/* Classify all height * width pixels (wn_pixel_kind): flagged ones by their rectangles, kept ones
 * by their squares, all others as background. Returns the number of kept pixels. `grid` NULL: all
 * that are not flagged are kept. */
size_t wn_kept_grid_classify(const struct kept_grid *grid, const struct rect_list *flagged,
                             uint32_t height, uint32_t width, uint8_t *kind);

/* The kinds of the pixels of any row of pixels in row `row` of squares, flags left out. */
void wn_kept_grid_row(const struct kept_grid *grid, uint32_t row, uint32_t width, uint8_t *line);

/* List the offsets of those of n <= SEGMENT pixels that are kept; returns how many. */
size_t wn_kept_pixels_of(const uint8_t *kind, size_t n, uint16_t *kept);

/* Write and read the section. */
wn_status wn_kept_grid_write(struct byte_writer *w, const struct kept_grid *grid);
wn_status wn_kept_grid_read(struct byte_reader *r, uint32_t height, uint32_t width,
                            struct kept_grid *grid);

/* Classifies the pixels of a frame one row at a time; a map of the kinds of all pixels would take
 * too much memory. */
struct pixel_kind_rows {
    const struct kept_grid *grid; /* NULL: all are kept */
    const struct rect_list *flagged;
    uint32_t height, width;
    uint32_t y;       /* the next row */
    size_t begun;     /* flagged rectangles that begin above it */
    uint32_t *active; /* [n_active] those of them that reach it */
    size_t n_active;
    uint8_t *line; /* [width] the row without flags */
};

/* The grid and the rectangles are referenced, not copied. Rectangles must lie within the frame.
 * WN_ERR_MEMORY. */
wn_status wn_pixel_kind_rows_create(const struct kept_grid *grid, const struct rect_list *flagged,
                                    uint32_t height, uint32_t width, struct pixel_kind_rows *rows);
void wn_pixel_kind_rows_free(struct pixel_kind_rows *rows);

/* The wn_pixel_kind of the pixels of the next `lines` rows. */
void wn_pixel_kind_rows_next(struct pixel_kind_rows *rows, size_t lines, uint8_t *kind);

#endif
