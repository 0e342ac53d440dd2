/*
 * plot/canvas.h - a picture that Cairo draws into a PNG, SVG or PDF file.
 *
 * Coordinates are pixels of the picture, x to the right and y down; the first pixel of a PNG spans
 * 0 to 1. A pixel is 1 px in an SVG, and 3/4 point in a PDF.
 */
#ifndef H5WINNOW_PLOT_CANVAS_H
#define H5WINNOW_PLOT_CANVAS_H

#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>

#include "output/atomic_file.h"

/* The largest width and height of a picture; Cairo's own limit is 32767. */
#define PICTURE_EDGE 30000

struct colour {
    uint8_t red, green, blue;
};

#define WHITE ((struct colour){255, 255, 255})
#define INK   ((struct colour){30, 30, 30}) /* of texts and axes */

/* The file that a picture is written to. */
struct picture_file {
    const char *name;  /* its suffix chooses the format */
    const char *input; /* the file that must not be replaced */
    bool force;        /* replace a file of this name */
};

enum picture_format { PICTURE_PNG, PICTURE_SVG, PICTURE_PDF };

struct picture {
    cairo_t *cairo;
    cairo_surface_t *surface;
    enum picture_format format;
    const char *name;
    struct atomic_file file;
};

/* The format by the suffix: .png, .svg or .pdf. WRONG_USAGE: it is none of them. */
enum outcome picture_format_of(const char *name, enum picture_format *format);

/* Creates an empty white picture, of at most PICTURE_EDGE x PICTURE_EDGE pixels. The title, in
 * UTF-8, goes into the metadata of a PDF. Unless the outcome is DONE there is nothing to finish.
 * WRONG_USAGE: a file of this name is there already and force is not set, it is the input, or its
 * suffix is unknown. IO_FAILURE: it cannot be written, or there is not enough memory. */
enum outcome picture_create(const struct picture_file *file, double width, double height,
                            const char *title, struct picture *picture);

/* Writes the picture, which appears under its name only if it is complete. */
enum outcome picture_finish(struct picture *picture);

void set_colour(cairo_t *cairo, struct colour colour);

/* A filled rectangle; a frame of one pixel around a rectangle. */
void fill_area(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour);
void outline_area(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour);

#endif
