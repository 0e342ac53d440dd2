/* Lines one pixel wide are drawn at pixel centres, which keeps them sharp. */
#include "plot/axis.h"

#include <math.h>

#include "plot/text.h"

#define GAP            4  /* pixels between a tick and its label */
#define LABEL_DISTANCE 8  /* between labels */
#define LINE_HEIGHT    15 /* of labels */
#define BAR_TICK_WIDTH 48 /* least distance of its ticks, pixels */

static void draw_line(cairo_t *cairo, double x0, double y0, double x1, double y1)
{
    set_colour(cairo, INK);
    cairo_set_line_width(cairo, 1);
    cairo_move_to(cairo, x0, y0);
    cairo_line_to(cairo, x1, y1);
    cairo_stroke(cairo);
}

/* The centre of a pixel. */
static double pixel_centre(double position)
{
    return floor(position) + 0.5;
}

void ticks_below(cairo_t *cairo, double y, const struct ticks *ticks,
                 const struct tick_positions *positions)
{
    double labelled = -INFINITY; /* right end of the last label */
    for (size_t i = 0; i < ticks->n; i++) {
        const double x = pixel_centre(positions->at[i]),
                     half = text_width(cairo, ticks->label[i]) / 2;
        draw_line(cairo, x, y, x, y + TICK_LENGTH);
        if (x - half < labelled)
            continue;
        text_draw(cairo, x, y + TICK_LENGTH + GAP + LINE_HEIGHT / 2.0, ALIGN_CENTRE, INK,
                  ticks->label[i]);
        labelled = x + half + LABEL_DISTANCE;
    }
}

void ticks_left(cairo_t *cairo, double x, const struct ticks *ticks,
                const struct tick_positions *positions)
{
    double last = INFINITY; /* y of the last label */
    for (size_t i = 0; i < ticks->n; i++) {
        const double y = pixel_centre(positions->at[i]);
        draw_line(cairo, x - TICK_LENGTH, y, x, y);
        if (fabs(y - last) < LINE_HEIGHT)
            continue;
        text_draw(cairo, x - TICK_LENGTH - GAP, y, ALIGN_RIGHT, INK, ticks->label[i]);
        last = y;
    }
}

/* ---- the colour bar ------------------------------------------------------------------------- */

static void fill_with_colours(cairo_t *cairo, const cairo_rectangle_t *bar,
                              const struct colours *colours)
{
    cairo_pattern_t *pattern = cairo_pattern_create_linear(bar->x, 0, bar->x + bar->width, 0);
    for (size_t i = 0; i < colours->knots; i++)
        cairo_pattern_add_color_stop_rgb(
            pattern, (double)i / (double)(colours->knots - 1), colours->knot[i].red / 255.0,
            colours->knot[i].green / 255.0, colours->knot[i].blue / 255.0);
    cairo_set_source(cairo, pattern);
    cairo_rectangle(cairo, bar->x, bar->y, bar->width, bar->height);
    cairo_fill(cairo);
    cairo_pattern_destroy(pattern);
}

/* A range within a decade has too few numbers of the series 1, 2, 5: its ticks are even. */
static void choose_ticks(const struct scale *scale, int most, struct ticks *ticks)
{
    ticks->n = 0;
    if (scale->logarithmic)
        ticks_logarithmic(scale->low, scale->high, most, ticks);
    if (ticks->n < 3)
        ticks_even(scale->low, scale->high, most, false, ticks);
}

void colour_bar(cairo_t *cairo, const cairo_rectangle_t *bar, const struct scale *scale,
                const struct colours *colours, const char *label)
{
    struct ticks ticks;
    struct tick_positions positions;
    fill_with_colours(cairo, bar, colours);
    outline_area(cairo, bar, INK);
    choose_ticks(scale, (int)bar->width / BAR_TICK_WIDTH, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        positions.at[i] = bar->x + (bar->width - 1) * scale_fraction(scale, ticks.at[i]);
    ticks_below(cairo, bar->y + bar->height, &ticks, &positions);
    text_draw(cairo, bar->x + bar->width + 12, bar->y + bar->height / 2, ALIGN_LEFT, INK, label);
}

double swatch(cairo_t *cairo, const cairo_rectangle_t *area, struct colour colour,
              const char *meaning)
{
    const double x = area->x + area->width + 8;
    fill_area(cairo, area, colour);
    outline_area(cairo, area, INK);
    text_draw(cairo, x, area->y + area->height / 2, ALIGN_LEFT, INK, meaning);
    return x + text_width(cairo, meaning);
}
