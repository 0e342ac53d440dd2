/*
 * Cairo (https://www.cairographics.org) draws, and writes through its stream functions into a file
 * that gets its name when it is complete. The same picture gives the same bytes: no file holds its
 * creation time. A PNG takes 4 bytes of memory per pixel; an SVG or PDF grows with what is drawn.
 */
#include "plot/canvas.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/message.h"
#include "plot/shapes.h"
#include "plot/text.h"

#define POINTS_PER_PIXEL 0.75
#define PDF_PAGE_MAX     14400.0 /* points: ISO 32000-1, annex C.2 */

/* ---- formats -------------------------------------------------------------------------------- */

enum outcome picture_format_of(const char *name, enum picture_format *format)
{
    static const char *const suffix[] = {".png", ".svg", ".pdf"};
    const char *dot = strrchr(name, '.');
    for (int i = 0; dot && i < 3; i++)
        if (strcasecmp(dot, suffix[i]) == 0) {
            *format = (enum picture_format)i;
            return DONE;
        }
    complain("%s: pictures are PNG, SVG or PDF: give a name that ends in .png, .svg or .pdf", name);
    return WRONG_USAGE;
}

static cairo_status_t write_bytes(void *stream, const unsigned char *bytes, unsigned int n)
{
    return fwrite(bytes, 1, n, stream) == n ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static cairo_surface_t *create_svg(FILE *stream, double width, double height)
{
    cairo_surface_t *surface =
        cairo_svg_surface_create_for_stream(write_bytes, stream, width, height);
    cairo_svg_surface_set_document_unit(surface, CAIRO_SVG_UNIT_PX);
    return surface;
}

/* Very large pictures are scaled down to the largest page. */
static cairo_surface_t *create_pdf(FILE *stream, double width, double height, const char *title)
{
    const double scale = fmin(POINTS_PER_PIXEL, PDF_PAGE_MAX / fmax(width, height));
    char clean[TEXT_MAX];
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write_bytes, stream, width * scale, height * scale);
    text_clean(title, clean);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, clean);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, NULL);
    cairo_surface_set_device_scale(surface, scale, scale);
    return surface;
}

static cairo_surface_t *create_surface(const struct picture *picture, double width, double height,
                                       const char *title)
{
    switch (picture->format) {
    case PICTURE_SVG:
        return create_svg(picture->file.stream, width, height);
    case PICTURE_PDF:
        return create_pdf(picture->file.stream, width, height, title);
    default:
        return cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    }
}

/* ---- the life of a picture ------------------------------------------------------------------ */

/* Ends the drawing, which writes what is not in the file yet. Returns the first error. */
static cairo_status_t close_surface(struct picture *picture)
{
    cairo_status_t status = cairo_status(picture->cairo);
    if (status == CAIRO_STATUS_SUCCESS && picture->format == PICTURE_PNG)
        status =
            cairo_surface_write_to_png_stream(picture->surface, write_bytes, picture->file.stream);
    cairo_destroy(picture->cairo);
    cairo_surface_finish(picture->surface);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(picture->surface);
    cairo_surface_destroy(picture->surface);
    return status;
}

enum outcome picture_finish(struct picture *picture)
{
    const cairo_status_t status = close_surface(picture);
    enum outcome outcome = status == CAIRO_STATUS_SUCCESS ? DONE : IO_FAILURE;
    if (status == CAIRO_STATUS_NO_MEMORY)
        complain_memory();
    else if (outcome != DONE &&
             !ferror(picture->file.stream)) /* which atomic_file_finish() explains */
        complain("%s: cannot be drawn: %s", picture->name, cairo_status_to_string(status));
    return atomic_file_finish(&picture->file, outcome);
}

enum outcome picture_create(const struct picture_file *file, double width, double height,
                            const char *title, struct picture *picture)
{
    const cairo_rectangle_t all = {0, 0, width, height};
    *picture = (struct picture){.name = file->name};
    enum outcome outcome = picture_format_of(file->name, &picture->format);
    if (outcome == DONE)
        outcome = atomic_file_create(file->name, file->input, file->force, 0, &picture->file);
    if (outcome != DONE)
        return outcome;
    picture->surface = create_surface(picture, width, height, title);
    picture->cairo = cairo_create(picture->surface);
    if (cairo_status(picture->cairo) != CAIRO_STATUS_SUCCESS)
        return picture_finish(picture);
    fill_area(picture->cairo, &all, WHITE);
    text_prepare(picture->cairo);
    return DONE;
}
