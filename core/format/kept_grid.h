/* Places: the kept part of a frame, as squares of a coarse grid. */
#ifndef WN_FORMAT_KEPT_GRID_H
#define WN_FORMAT_KEPT_GRID_H

#include "format/byte_stream.h"
#include "frame/pixels.h"
#include "frame/rects.h"

/* The largest grain that a chunk may have. */
#define MAX_GRAIN 8

/* A frame is kept in squares of grain x grain pixels; those at its right and lower edges may be
 * cut. With a grain of 1 every pixel is a square. */
struct kept_grid {
    unsigned grain;
    uint32_t across, down;
    uint8_t *square; /* [down * across], 1 = kept */
};

/* No place. WN_ERR_MEMORY. */
wn_status wn_kept_grid_create(uint32_t height, uint32_t width, unsigned grain,
                              struct kept_grid *places);
void wn_kept_grid_free(struct kept_grid *places);

/* What each pixel is, height * width of them: flagged ones by their areas, kept ones in the squares
 * that are kept, background. Returns the number of kept pixels. `places` NULL: all are kept. */
size_t wn_kept_grid_kinds(const struct kept_grid *places, const struct rect_list *flagged,
                          uint32_t height, uint32_t width, uint8_t *kind);

/* The kinds of the lines of a row of squares, but for flags. */
void wn_kept_grid_line(const struct kept_grid *places, uint32_t row, uint32_t width, uint8_t *line);

/* List which of n <= SEGMENT pixels are kept; returns how many. */
size_t wn_kept_pixels_of(const uint8_t *kind, size_t n, uint16_t *kept);

/* Write and read the section. */
wn_status wn_kept_grid_write(struct byte_writer *w, const struct kept_grid *places);
wn_status wn_kept_grid_read(struct byte_reader *r, uint32_t height, uint32_t width,
                            struct kept_grid *places);

/* What the pixels of a frame are, line after line: those of a whole frame are much memory. */
struct kind_rows {
    const struct kept_grid *grid; /* NULL: all are kept */
    const struct rect_list *flagged;
    uint32_t height, width;
    uint32_t y;    /* the next line */
    size_t begun;  /* areas of flags that begin above it */
    uint32_t *now; /* [n_now] those of them that do not end above it */
    size_t n_now;
    uint8_t *line; /* [width] the line without flags */
};

/* What is pointed to is not copied. Areas must lie within the frame. WN_ERR_MEMORY. */
wn_status wn_kind_rows_create(const struct kept_grid *places, const struct rect_list *flagged,
                              uint32_t height, uint32_t width, struct kind_rows *kinds);
void wn_kind_rows_free(struct kind_rows *kinds);

/* The wn_pixel_kind of the pixels of the next lines. */
void wn_kind_rows_next(struct kind_rows *kinds, size_t lines, uint8_t *kind);

#endif
