/* Panels are stacked and share the x axis. Points are drawn POINTS_PER_STROKE at a time, and long
 * series without connecting lines, which keeps SVG and PDF files drawable. */
#include "plot/line_plot.h"

#include <math.h>

#include "plot/axis.h"
#include "plot/shapes.h"
#include "plot/text.h"
#include "plot/ticks.h"

#define LEFT         84
#define RIGHT        40
#define TOP          44
#define BOTTOM       64
#define PANEL_WIDTH  1000
#define PANEL_HEIGHT 190
#define PANEL_GAP    40 /* above a panel; holds its label */
#define PADDING      8  /* pixels between the data and the edges of a panel */

#define MAX_LINE_POINTS      500 /* longer series have no lines, and small points */
#define LINE_WIDTH           1.5
#define POINT_DIAMETER       6.0 /* diameter */
#define SMALL_POINT_DIAMETER 2.4
#define POINTS_PER_STROKE    1000 /* Cairo strokes a path of at most so many points */

static const struct colour GRID = {225, 225, 225};

/* Blue, vermillion, bluish green and reddish purple of Okabe and Ito: see plot/colour_map.c. */
static const struct colour LINES[] = {{0, 114, 178}, {213, 94, 0}, {0, 158, 115}, {204, 121, 167}};

/* A panel: its area, and the values at its edges. */
struct panel {
    cairo_rectangle_t area;
    double left, right, bottom, top;
};

static double place_x(const struct panel *panel, double x)
{
    const cairo_rectangle_t *area = &panel->area;
    const double share = (x - panel->left) / (panel->right - panel->left);
    return area->x + PADDING + share * (area->width - 2 * PADDING);
}

static double place_y(const struct panel *panel, double y)
{
    const cairo_rectangle_t *area = &panel->area;
    const double share = (y - panel->bottom) / (panel->top - panel->bottom);
    return area->y + area->height - PADDING - share * (area->height - 2 * PADDING);
}

/* Sets the range of x. A single value is centred. */
static void find_x_range(const struct plot *plot, struct panel *panel)
{
    panel->left = plot->n > 0 ? plot->x[0] : 0;
    panel->right = plot->n > 0 ? plot->x[plot->n - 1] : 1;
    if (!(panel->right > panel->left)) {
        panel->left -= 0.5;
        panel->right += 0.5;
    }
}

/* False: the series has no finite value. */
static bool find_y_range(const struct plot *plot, const struct plot_series *series,
                         struct panel *panel)
{
    panel->bottom = INFINITY;
    panel->top = -INFINITY;
    for (size_t i = 0; i < plot->n; i++)
        if (isfinite(series->value[i])) {
            panel->bottom = fmin(panel->bottom, series->value[i]);
            panel->top = fmax(panel->top, series->value[i]);
        }
    if (!isfinite(panel->top))
        return false;
    if (series->from_zero)
        panel->bottom = fmin(panel->bottom, 0);
    if (!(panel->top > panel->bottom)) {
        const double room = fmax(1, fabs(panel->bottom) / 10);
        panel->top += room;
        panel->bottom -= series->from_zero ? 0 : room;
    }
    return true;
}

/* ---- the data ------------------------------------------------------------------------------- */

/* Lines between neighbours that both have a value. */
static void draw_lines(const struct plot *plot, const struct plot_series *series,
                       const struct panel *panel, cairo_t *cairo)
{
    bool connected = false;
    cairo_set_line_width(cairo, LINE_WIDTH);
    for (size_t i = 0; i < plot->n; i++) {
        const bool known = isfinite(series->value[i]);
        const double x = place_x(panel, plot->x[i]), y = place_y(panel, series->value[i]);
        if (known && connected)
            cairo_line_to(cairo, x, y);
        else if (known)
            cairo_move_to(cairo, x, y);
        connected = known;
    }
    cairo_stroke(cairo);
}

/* A point is a line of length 0 with round caps, which needs few bytes in SVG and PDF. */
static void draw_points(const struct plot *plot, const struct plot_series *series,
                        const struct panel *panel, double diameter, cairo_t *cairo)
{
    cairo_set_line_width(cairo, diameter);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
    for (size_t i = 0; i < plot->n; i++) {
        if (isfinite(series->value[i])) {
            cairo_move_to(cairo, place_x(panel, plot->x[i]), place_y(panel, series->value[i]));
            cairo_close_path(cairo);
        }
        if (i % POINTS_PER_STROKE == POINTS_PER_STROKE - 1)
            cairo_stroke(cairo);
    }
    cairo_stroke(cairo);
    cairo_set_line_cap(cairo, CAIRO_LINE_CAP_BUTT);
}

static void draw_data(const struct plot *plot, const struct plot_series *series,
                      const struct panel *panel, struct colour colour, cairo_t *cairo)
{
    const bool lines = plot->n <= MAX_LINE_POINTS;
    set_colour(cairo, colour);
    if (lines)
        draw_lines(plot, series, panel, cairo);
    draw_points(plot, series, panel, lines ? POINT_DIAMETER : SMALL_POINT_DIAMETER, cairo);
}

/* ---- panels --------------------------------------------------------------------------------- */

static void draw_grid(const struct panel *panel, const struct tick_positions *positions, size_t n,
                      cairo_t *cairo)
{
    for (size_t i = 0; i < n; i++) {
        const cairo_rectangle_t line = {panel->area.x, floor(positions->at[i]), panel->area.width,
                                        1};
        fill_area(cairo, &line, GRID);
    }
}

static void draw_ticks(const struct panel *panel, cairo_t *cairo)
{
    struct ticks ticks;
    struct tick_positions positions;
    ticks_even(panel->bottom, panel->top, 5, false, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        positions.at[i] = place_y(panel, ticks.at[i]);
    draw_grid(panel, &positions, ticks.n, cairo);
    ticks_left(cairo, panel->area.x - 1, &ticks, &positions);
}

static void draw_panel(const struct plot *plot, size_t number, struct panel *panel, cairo_t *cairo)
{
    const struct plot_series *series = &plot->series[number];
    const struct colour colour = LINES[number % (sizeof LINES / sizeof LINES[0])];
    const cairo_rectangle_t *area = &panel->area;
    text_draw(cairo, area->x, area->y - 14, ALIGN_LEFT, colour, series->label);
    if (find_y_range(plot, series, panel)) {
        draw_ticks(panel, cairo);
        draw_data(plot, series, panel, colour, cairo);
    } else {
        text_draw(cairo, area->x + area->width / 2, area->y + area->height / 2, ALIGN_CENTRE, INK,
                  "not known");
    }
    outline_area(cairo, area, INK);
}

/* The common axis, below the last panel. */
static void draw_common_axis(const struct plot *plot, const struct panel *panel, cairo_t *cairo)
{
    const cairo_rectangle_t *area = &panel->area;
    struct ticks ticks;
    struct tick_positions positions;
    ticks.n = 0;
    if (plot->n > 0)
        ticks_even(panel->left, panel->right, 10, true, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        positions.at[i] = place_x(panel, ticks.at[i]);
    ticks_below(cairo, area->y + area->height + 1, &ticks, &positions);
    text_draw(cairo, area->x + area->width / 2, area->y + area->height + 42, ALIGN_CENTRE, INK,
              plot->label);
}

enum outcome plot_write(const struct plot *plot, const struct picture_file *file)
{
    const double step = PANEL_HEIGHT + PANEL_GAP, width = LEFT + PANEL_WIDTH + RIGHT;
    struct panel panel = {.area = {LEFT, TOP + PANEL_GAP, PANEL_WIDTH, PANEL_HEIGHT}};
    struct picture picture;
    const enum outcome outcome = picture_create(
        file, width, TOP + (double)plot->panels * step + BOTTOM, plot->title, &picture);
    if (outcome != DONE)
        return outcome;
    text_fitted(picture.cairo, 16, 26, width - 32, TITLE_SIZE, plot->title);
    find_x_range(plot, &panel);
    for (size_t i = 0; i < plot->panels; i++, panel.area.y += step)
        draw_panel(plot, i, &panel, picture.cairo);
    panel.area.y -= step;
    draw_common_axis(plot, &panel, picture.cairo);
    return picture_finish(&picture);
}
