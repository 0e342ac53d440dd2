/*
 * picture.h - a picture of coloured pixels, and what is drawn into it.
 *
 * x is the column, y the row from the top; the centres of pixels are at integers. Whatever lies
 * outside the clipping area is not drawn.
 */
#ifndef H5WINNOW_PICTURE_H
#define H5WINNOW_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

/* The largest width and height of a picture. */
#define PICTURE_EDGE 30000

struct colour {
    uint8_t red, green, blue;
};

#define WHITE ((struct colour){255, 255, 255})
#define INK   ((struct colour){30, 30, 30}) /* of texts and axes */

struct area {
    int32_t x, y, width, height;
};

struct picture {
    int32_t width, height;
    struct area clip; /* within the picture */
    uint8_t *rgb;     /* [height * width * 3] */
};

/* Makes a picture of one colour, of at most PICTURE_EDGE x PICTURE_EDGE pixels. False: not enough
 * memory. */
bool picture_create(int32_t width, int32_t height, struct colour paper, struct picture *picture);
void picture_free(struct picture *picture);

/* Draws only there from now on; the area is cut to the picture. */
void picture_clip(struct picture *picture, struct area area);
void picture_unclip(struct picture *picture);

/* A filled rectangle; the outline of one, one pixel wide, within it. */
void picture_fill(struct picture *picture, struct area area, struct colour colour);
void picture_outline(struct picture *picture, struct area area, struct colour colour);

/* A line from one point to another, and a circle, of some thickness, with smooth edges. */
void picture_line(struct picture *picture, double x0, double y0, double x1, double y1,
                  double thickness, struct colour colour);
void picture_circle(struct picture *picture, double x, double y, double radius, double thickness,
                    struct colour colour);

/* A filled circle with smooth edges. */
void picture_disc(struct picture *picture, double x, double y, double radius, struct colour colour);

/* A text in UTF-8 whose upper left corner is at x, y; every pixel of the font becomes `size` x
 * `size`. What it takes: */
void picture_text(struct picture *picture, int32_t x, int32_t y, int32_t size, struct colour colour,
                  const char *text);
int32_t text_width(const char *text, int32_t size);
int32_t text_height(int32_t size);

#endif
