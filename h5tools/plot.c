#include "plot.h"

#include <math.h>

#include "axis.h"
#include "drawn_axis.h"

#define TEXT         2 /* size of the font */
#define LEFT         110
#define RIGHT        40
#define TOP          50
#define BOTTOM       70
#define PANEL_WIDTH  1000
#define PANEL_HEIGHT 190
#define PANEL_GAP    44 /* with the label of the panel below */
#define PADDING      6  /* pixels between the data and the edges of a panel */

#define LINES_MOST   500 /* with more numbers there are only points, and smaller ones */
#define POINT_RADIUS 2.5
#define SMALL_RADIUS 0.8

static const struct colour GRID = {225, 225, 225};
static const struct colour LINES[] = {{31, 90, 170}, {200, 70, 20}, {30, 130, 60}, {120, 60, 150}};

/* A panel: where it is, and the numbers at its edges. */
struct panel {
    struct area area;
    double left, right, bottom, top;
};

static double place_x(const struct panel *panel, double x)
{
    const struct area *area = &panel->area;
    const double share = (x - panel->left) / (panel->right - panel->left);
    return area->x + PADDING + share * (area->width - 1 - 2 * PADDING);
}

static double place_y(const struct panel *panel, double y)
{
    const struct area *area = &panel->area;
    const double share = (y - panel->bottom) / (panel->top - panel->bottom);
    return area->y + area->height - 1 - PADDING - share * (area->height - 1 - 2 * PADDING);
}

/* Sets the numbers at the edges. False: there are none. */
static bool find_range(const struct plot *plot, const struct series *series, struct panel *panel)
{
    panel->left = plot->n > 0 ? plot->x[0] : 0;
    panel->right = plot->n > 0 ? fmax(plot->x[plot->n - 1], panel->left + 1) : 1;
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
    if (!(panel->top > panel->bottom))
        panel->top = panel->bottom + fmax(1, fabs(panel->bottom) / 10);
    return true;
}

static void draw_data(const struct plot *plot, const struct series *series,
                      const struct panel *panel, struct colour colour, struct picture *picture)
{
    const bool lines = plot->n <= LINES_MOST;
    for (size_t i = 0; i < plot->n; i++) {
        if (!isfinite(series->value[i]))
            continue;
        const double x = place_x(panel, plot->x[i]), y = place_y(panel, series->value[i]);
        if (lines && i > 0 && isfinite(series->value[i - 1]))
            picture_line(picture, place_x(panel, plot->x[i - 1]),
                         place_y(panel, series->value[i - 1]), x, y, 1, colour);
        picture_disc(picture, x, y, lines ? POINT_RADIUS : SMALL_RADIUS, colour);
    }
}

static void draw_ticks(const struct panel *panel, struct picture *picture)
{
    const struct area *area = &panel->area;
    struct ticks ticks;
    ticks_even(panel->bottom, panel->top, 5, false, &ticks);
    for (size_t i = 0; i < ticks.n; i++) {
        const int32_t y = (int32_t)lround(place_y(panel, ticks.at[i]));
        picture_fill(picture, (struct area){area->x + 1, y, area->width - 2, 1}, GRID);
        tick_left(picture, area->x, y, TEXT, INK, ticks.label[i]);
    }
}

static void draw_panel(const struct plot *plot, size_t number, struct panel *panel,
                       struct picture *picture)
{
    const struct series *series = &plot->series[number];
    const struct colour colour = LINES[number % (sizeof LINES / sizeof LINES[0])];
    const struct area *area = &panel->area;
    picture_outline(picture, *area, INK);
    picture_text(picture, area->x, area->y - text_height(TEXT) - 2, TEXT, colour, series->label);
    if (!find_range(plot, series, panel)) {
        picture_text(picture, area->x + 20, area->y + 20, TEXT, INK, "not known");
        return;
    }
    draw_ticks(panel, picture);
    picture_clip(picture, *area);
    draw_data(plot, series, panel, colour, picture);
    picture_unclip(picture);
}

/* The axis that all panels share, below the last. */
static void draw_common_axis(const struct plot *plot, const struct panel *panel,
                             struct picture *picture)
{
    const struct area *area = &panel->area;
    const int32_t bottom = area->y + area->height;
    struct ticks ticks;
    ticks_even(panel->left, panel->right, 10, true, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        tick_below(picture, (int32_t)lround(place_x(panel, ticks.at[i])), bottom, TEXT, INK,
                   ticks.label[i]);
    picture_text(picture, area->x + (area->width - text_width(plot->label, TEXT)) / 2, bottom + 38,
                 TEXT, INK, plot->label);
}

bool plot_draw(const struct plot *plot, struct picture *picture)
{
    const int32_t step = PANEL_HEIGHT + PANEL_GAP;
    const int32_t height = TOP + (int32_t)plot->panels * step + BOTTOM;
    struct panel panel = {.area = {LEFT, TOP + PANEL_GAP, PANEL_WIDTH, PANEL_HEIGHT}};
    if (!picture_create(LEFT + PANEL_WIDTH + RIGHT, height, WHITE, picture))
        return false;
    text_fitted(picture, 12, 12, LEFT + PANEL_WIDTH, TEXT, INK, plot->title);
    for (size_t i = 0; i < plot->panels; i++) {
        draw_panel(plot, i, &panel, picture);
        if (i == plot->panels - 1)
            draw_common_axis(plot, &panel, picture);
        panel.area.y += step;
    }
    return true;
}
