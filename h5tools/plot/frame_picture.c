/* Layout, from the top: title, subtitle, the frame with its axes, the legend. The frame is centred
 * where it is narrower than the title and the legend. */
#include "plot/frame_picture.h"

#include <math.h>

#include "plot/axis.h"
#include "plot/cells.h"
#include "plot/shapes.h"
#include "plot/text.h"
#include "plot/ticks.h"

#define LEFT          84
#define RIGHT         30
#define TOP           72
#define BOTTOM        128
#define MIN_WIDTH     920 /* the title and the legend need room */
#define BAR_WIDTH     400
#define BAR_HEIGHT    14
#define BOX_WIDTH     24  /* of an entry of the legend */
#define TICK_DISTANCE 100 /* approximate, pixels */
#define ENTRY_GAP     30  /* between the entries of the legend */

/* Centres the frame in the picture, whose width is returned too. */
static cairo_rectangle_t place_image(const struct frame_window *window, double *width)
{
    cairo_rectangle_t area = {LEFT, TOP, (double)window->columns * window->magnify,
                              (double)window->rows * window->magnify};
    *width = LEFT + fmax(area.width, MIN_WIDTH) + RIGHT;
    area.x += floor((*width - LEFT - RIGHT - area.width) / 2);
    return area;
}

static void draw_cells(const struct frame_picture *view, const cairo_rectangle_t *image,
                       cairo_t *cairo)
{
    const struct frame_window *window = view->window;
    const struct cells cells = {window->cell, window->columns, window->rows};
    cells_draw(cairo, &cells, &view->scale, view->colours, image);
}

/* ---- axes ----------------------------------------------------------------------------------- */

static int tick_count(double length)
{
    return length > TICK_DISTANCE ? (int)fmax(3, length / TICK_DISTANCE) : 1;
}

static void draw_column_axis(const struct frame_window *window, const cairo_rectangle_t *image,
                             cairo_t *cairo)
{
    const double first = window->crop.x, bottom = image->y + image->height;
    struct ticks ticks;
    struct tick_positions positions;
    ticks_even(first, first + window->crop.width - 1, tick_count(image->width), true, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        positions.at[i] = image->x + frame_window_x(window, ticks.at[i]);
    ticks_below(cairo, bottom + 1, &ticks, &positions);
    text_draw(cairo, image->x + image->width / 2, bottom + 42, ALIGN_CENTRE, INK, "x, pixels");
}

static void draw_row_axis(const struct frame_window *window, const cairo_rectangle_t *image,
                          cairo_t *cairo)
{
    const double first = window->crop.y;
    struct ticks ticks;
    struct tick_positions positions;
    ticks_even(first, first + window->crop.height - 1, tick_count(image->height), true, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        positions.at[i] = image->y + frame_window_y(window, ticks.at[i]);
    ticks_left(cairo, image->x - 1, &ticks, &positions);
    /* Below the subtitle, whatever the height. */
    text_upwards(cairo, image->x - 66, image->y + fmax(image->height / 2, 30), INK, "y, pixels");
}

/* ---- the legend ----------------------------------------------------------------------------- */

static cairo_rectangle_t box_at(double x, double y)
{
    return (cairo_rectangle_t){x, y, BOX_WIDTH, BAR_HEIGHT};
}

/* The mark is drawn on the colour of low counts, as most marks in the frame are. */
static double draw_spot_entry(const struct frame_picture *view, const cairo_rectangle_t *image,
                              double x, double y, cairo_t *cairo)
{
    const struct circle_style style = circle_style_choose(view->marks.spots, image);
    const cairo_rectangle_t box = box_at(x, y);
    const double end = swatch(cairo, &box, colour_at(view->colours, 0), "spot");
    draw_circle(cairo, x + BOX_WIDTH / 2.0, y + BAR_HEIGHT / 2.0, 4.5, style.line_width,
                view->colours->spot);
    return end;
}

static void draw_ring_entry(const struct frame_picture *view, double x, double y, cairo_t *cairo)
{
    const cairo_rectangle_t box = box_at(x, y);
    const cairo_rectangle_t line = {x, y + BAR_HEIGHT / 2.0 - 1, BOX_WIDTH, 2};
    swatch(cairo, &box, colour_at(view->colours, 0), "resolution");
    fill_area(cairo, &line, view->colours->ring);
}

static void draw_legend(const struct frame_picture *view, const cairo_rectangle_t *image,
                        bool has_rings, cairo_t *cairo)
{
    const double y = image->y + image->height + 72;
    const cairo_rectangle_t bar = {LEFT, y, BAR_WIDTH, BAR_HEIGHT};
    const char *label = view->scale.logarithmic ? "counts (log)" : "counts";
    colour_bar(cairo, &bar, &view->scale, view->colours, label);
    double x = bar.x + bar.width + 12 + text_width(cairo, label) + ENTRY_GAP;
    const cairo_rectangle_t box = box_at(x, y);
    x = swatch(cairo, &box, view->colours->masked, "masked") + ENTRY_GAP;
    if (view->marks.spots > 0)
        x = draw_spot_entry(view, image, x, y, cairo) + ENTRY_GAP;
    if (has_rings)
        draw_ring_entry(view, x, y, cairo);
}

enum outcome frame_picture_write(const struct frame_picture *view, const struct picture_file *file,
                                 cairo_rectangle_t *image)
{
    double width;
    struct picture picture;
    *image = place_image(view->window, &width);
    const enum outcome outcome =
        picture_create(file, width, image->y + image->height + BOTTOM, view->title, &picture);
    if (outcome != DONE)
        return outcome;
    cairo_t *cairo = picture.cairo;
    draw_cells(view, image, cairo);
    const bool has_rings =
        frame_marks_draw(&view->marks, view->window, view->colours, image, cairo);
    outline_area(cairo, image, INK);
    draw_column_axis(view->window, image, cairo);
    draw_row_axis(view->window, image, cairo);
    draw_legend(view, image, has_rings, cairo);
    text_fitted(cairo, 16, 24, width - 32, TITLE_SIZE, view->title);
    text_fitted(cairo, 16, 50, width - 32, TEXT_SIZE, view->subtitle);
    return picture_finish(&picture);
}
