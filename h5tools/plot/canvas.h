/*
 * A picture that Cairo draws into a PNG, SVG or PDF file.
 *
 * Coordinates are pixels of the picture, x to the right and y down; the first pixel of a PNG spans
 * 0 to 1. A pixel is 1 px in an SVG, and 3/4 point in a PDF.
 */
#ifndef H5WINNOW_PLOT_CANVAS_H
#define H5WINNOW_PLOT_CANVAS_H

#include <cairo.h>
#include <stdbool.h>

#include "output/atomic_file.h"

/* The largest width and height of a picture; Cairo's own limit is 32767. */
#define PICTURE_EDGE_MAX 30000

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

/* The format by the suffix: .png, .svg or .pdf. WRONG_USAGE: none of them. */
enum outcome picture_format_of(const char *name, enum picture_format *format);

/* Creates an empty white picture, of at most PICTURE_EDGE_MAX x PICTURE_EDGE_MAX pixels. The title,
 * in UTF-8, goes into the metadata of a PDF. Unless the outcome is DONE there is nothing to finish.
 * WRONG_USAGE: a file of this name exists and force is not set, it is the input, or its suffix is
 * unknown. IO_FAILURE: it cannot be written, or there is not enough memory. */
enum outcome picture_create(const struct picture_file *file, double width, double height,
                            const char *title, struct picture *picture);

/* Writes the picture, which appears under its name only if it is complete. */
enum outcome picture_finish(struct picture *picture);

#endif
