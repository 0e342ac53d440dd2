#include "heatmap.h"

#include <math.h>

#include "axis.h"
#include "colours.h"
#include "drawn_axis.h"

#define TEXT        2 /* size of the font */
#define LEFT        110
#define RIGHT       40
#define TOP         50
#define BOTTOM      140
#define WIDTH_LEAST 720 /* the title and the colours need room */
#define MAP_EDGE    900 /* pixels that the map is to have */
#define CELL_MOST   60
#define TICK_ROOM   60 /* pixels for a tick */
#define BAR_WIDTH   400
#define BAR_HEIGHT  14

static int32_t cell_size(const struct heatmap *map)
{
    const int longest = map->columns > map->rows ? map->columns : map->rows;
    const int32_t size = MAP_EDGE / longest;
    return size > CELL_MOST ? CELL_MOST : size > 1 ? size : 1;
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

static void draw_cells(const struct heatmap *map, const struct scale *scale,
                       const struct colours *colours, int32_t size, struct picture *picture)
{
    for (int row = 0; row < map->rows; row++)
        for (int column = 0; column < map->columns; column++) {
            const double value = map->value[(size_t)row * (size_t)map->columns + (size_t)column];
            const struct area cell = {LEFT + column * size, TOP + row * size, size, size};
            picture_fill(picture, cell,
                         isnan(value) ? colours->masked : colours->of(scale_place(scale, value)));
        }
}

static void draw_axes(const struct heatmap *map, const struct area *area, int32_t size,
                      struct picture *picture)
{
    struct ticks ticks;
    picture_outline(
        picture, (struct area){area->x - 1, area->y - 1, area->width + 2, area->height + 2}, INK);
    ticks_even(0, map->columns - 1, area->width / TICK_ROOM + 1, true, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        tick_below(picture, area->x + (int32_t)ticks.at[i] * size + size / 2,
                   area->y + area->height, TEXT, INK, ticks.label[i]);
    ticks_even(0, map->rows - 1, area->height / TICK_ROOM + 1, true, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        tick_left(picture, area->x - 1, area->y + (int32_t)ticks.at[i] * size + size / 2, TEXT, INK,
                  ticks.label[i]);
    picture_text(picture, area->x, area->y + area->height + 36, TEXT, INK, "column");
    picture_text(picture, 12, area->y - text_height(TEXT) + 4, TEXT, INK, "row");
}

static void draw_legend(const struct scale *scale, const struct colours *colours, int32_t y,
                        struct picture *picture)
{
    const struct area bar = {LEFT, y, BAR_WIDTH, BAR_HEIGHT};
    const struct area swatch = {LEFT + BAR_WIDTH + 50, y, 24, BAR_HEIGHT};
    colour_bar(picture, bar, scale, colours, TEXT, INK);
    picture_fill(picture, swatch, colours->masked);
    picture_outline(picture, swatch, INK);
    picture_text(picture, swatch.x + 32, y, TEXT, INK, "not measured");
}

bool heatmap_draw(const struct heatmap *map, struct picture *picture)
{
    const struct colours *colours = colours_named("heat");
    const struct scale scale = find_scale(map);
    const int32_t size = cell_size(map);
    const struct area area = {LEFT, TOP, map->columns * size, map->rows * size};
    const int32_t inner = area.width > WIDTH_LEAST ? area.width : WIDTH_LEAST;
    if (!picture_create(LEFT + inner + RIGHT, TOP + area.height + BOTTOM, WHITE, picture))
        return false;
    draw_cells(map, &scale, colours, size, picture);
    draw_axes(map, &area, size, picture);
    draw_legend(&scale, colours, area.y + area.height + 80, picture);
    text_fitted(picture, 12, 8, LEFT + inner, TEXT, INK, map->title);
    return true;
}
