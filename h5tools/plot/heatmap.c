/*
 * Each position is a square of a whole number of pixels, as large as MAP_EDGE allows. Scans of few
 * rows or columns are stretched to at least MIN_MAP_EDGE, so that they can be seen.
 */
#include "plot/heatmap.h"

#include <math.h>

#include "plot/axis.h"
#include "plot/cells.h"
#include "plot/shapes.h"
#include "plot/text.h"

#define LEFT          84
#define RIGHT         40
#define TOP           56
#define BOTTOM        128
#define MIN_WIDTH     760 /* room for the title and the colour bar */
#define MAP_EDGE      900 /* longest edge of the map, pixels */
#define MAX_CELL_EDGE 160
#define MIN_MAP_EDGE  60 /* shortest edge of the map, pixels */
#define TICK_DISTANCE 60 /* pixels */
#define BAR_WIDTH     400
#define BAR_HEIGHT    14

static int square_size(const struct heatmap *map)
{
    const int longest = map->columns > map->rows ? map->columns : map->rows;
    const int size = MAP_EDGE / longest;
    return size > MAX_CELL_EDGE ? MAX_CELL_EDGE : size > 1 ? size : 1;
}

/* Pixels along n positions of a size. */
static double edge_of(int n, int size)
{
    const int least = (MIN_MAP_EDGE + n - 1) / n;
    return (double)n * (size > least ? size : least);
}

/* Centres the map in the picture, whose width is returned too. */
static cairo_rectangle_t place_map(const struct heatmap *map, double *width)
{
    const int size = square_size(map);
    cairo_rectangle_t area = {LEFT, TOP, edge_of(map->columns, size), edge_of(map->rows, size)};
    *width = LEFT + fmax(area.width, MIN_WIDTH) + RIGHT;
    area.x += floor((*width - LEFT - RIGHT - area.width) / 2);
    return area;
}

static struct scale find_scale(const struct heatmap *map)
{
    struct scale scale = {.low = 0, .high = 0};
    const size_t n = (size_t)map->columns * (size_t)map->rows;
    for (size_t i = 0; i < n; i++) {
        scale.low = fmin(scale.low, map->value[i]);
        scale.high = fmax(scale.high, map->value[i]);
    }
    if (!(scale.high > scale.low))
        scale.high = scale.low + 1;
    return scale;
}

static bool has_gaps(const struct heatmap *map)
{
    const size_t n = (size_t)map->columns * (size_t)map->rows;
    for (size_t i = 0; i < n; i++)
        if (isnan(map->value[i]))
            return true;
    return false;
}

/* Ticks at the centres of n positions that start at `first`. */
static void choose_ticks(int n, double first, double edge, struct ticks *ticks,
                         struct tick_positions *positions)
{
    ticks_even(0, n - 1, (int)edge / TICK_DISTANCE + 1, true, ticks);
    for (size_t i = 0; i < ticks->n; i++)
        positions->at[i] = first + (ticks->at[i] + 0.5) * edge / n;
}

static void draw_axes(const struct heatmap *map, const cairo_rectangle_t *area, cairo_t *cairo)
{
    const double bottom = area->y + area->height;
    struct ticks ticks;
    struct tick_positions positions;
    outline_area(cairo, area, INK);
    choose_ticks(map->columns, area->x, area->width, &ticks, &positions);
    ticks_below(cairo, bottom + 1, &ticks, &positions);
    choose_ticks(map->rows, area->y, area->height, &ticks, &positions);
    ticks_left(cairo, area->x - 1, &ticks, &positions);
    text_draw(cairo, area->x + area->width / 2, bottom + 42, ALIGN_CENTRE, INK, "column");
    text_upwards(cairo, area->x - 58, area->y + area->height / 2, INK, "row");
}

static void draw_legend(const struct heatmap *map, const struct scale *scale, double y,
                        cairo_t *cairo)
{
    const cairo_rectangle_t bar = {LEFT, y, BAR_WIDTH, BAR_HEIGHT};
    const double x = LEFT + BAR_WIDTH + 12 + text_width(cairo, map->label) + 36;
    const cairo_rectangle_t grey = {x, y, 24, BAR_HEIGHT};
    colour_bar(cairo, &bar, scale, colours_for_scan_maps(), map->label);
    if (has_gaps(map))
        swatch(cairo, &grey, colours_for_scan_maps()->masked, "not measured");
}

enum outcome heatmap_write(const struct heatmap *map, const struct picture_file *file)
{
    const struct scale scale = find_scale(map);
    const struct cells cells = {map->value, (uint32_t)map->columns, (uint32_t)map->rows};
    double width;
    const cairo_rectangle_t area = place_map(map, &width);
    struct picture picture;
    const enum outcome outcome =
        picture_create(file, width, area.y + area.height + BOTTOM, map->title, &picture);
    if (outcome != DONE)
        return outcome;
    cells_draw(picture.cairo, &cells, &scale, colours_for_scan_maps(), &area);
    draw_axes(map, &area, picture.cairo);
    draw_legend(map, &scale, area.y + area.height + 74, picture.cairo);
    text_fitted(picture.cairo, 16, 26, width - 32, TITLE_SIZE, map->title);
    return picture_finish(&picture);
}
