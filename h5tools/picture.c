#include "picture.h"

#include <math.h>
#include <stdlib.h>

#include "font.h"

#define CHANNELS 3

static int32_t most(int32_t one, int32_t other)
{
    return one > other ? one : other;
}

static struct area common(struct area one, struct area other)
{
    const int64_t right = one.x + (int64_t)one.width, bottom = one.y + (int64_t)one.height;
    const int64_t other_right = other.x + (int64_t)other.width;
    const int64_t other_bottom = other.y + (int64_t)other.height;
    struct area area = {.x = most(one.x, other.x), .y = most(one.y, other.y)};
    area.width = most(0, (int32_t)((right < other_right ? right : other_right) - area.x));
    area.height = most(0, (int32_t)((bottom < other_bottom ? bottom : other_bottom) - area.y));
    return area;
}

bool picture_create(int32_t width, int32_t height, struct colour paper, struct picture *picture)
{
    *picture = (struct picture){.width = width, .height = height};
    picture->rgb = malloc((size_t)width * (size_t)height * CHANNELS);
    picture_unclip(picture);
    if (picture->rgb != NULL)
        picture_fill(picture, picture->clip, paper);
    return picture->rgb != NULL;
}

void picture_free(struct picture *picture)
{
    free(picture->rgb);
}

void picture_clip(struct picture *picture, struct area area)
{
    picture_unclip(picture);
    picture->clip = common(picture->clip, area);
}

void picture_unclip(struct picture *picture)
{
    picture->clip = (struct area){0, 0, picture->width, picture->height};
}

static uint8_t *pixel_at(struct picture *picture, int32_t x, int32_t y)
{
    return picture->rgb + ((size_t)y * (size_t)picture->width + (size_t)x) * CHANNELS;
}

void picture_fill(struct picture *picture, struct area area, struct colour colour)
{
    const struct area inside = common(picture->clip, area);
    for (int32_t y = inside.y; y < inside.y + inside.height; y++) {
        uint8_t *pixel = pixel_at(picture, inside.x, y);
        for (int32_t i = 0; i < inside.width; i++, pixel += CHANNELS) {
            pixel[0] = colour.red;
            pixel[1] = colour.green;
            pixel[2] = colour.blue;
        }
    }
}

void picture_outline(struct picture *picture, struct area area, struct colour colour)
{
    const int32_t right = area.x + area.width - 1, bottom = area.y + area.height - 1;
    picture_fill(picture, (struct area){area.x, area.y, area.width, 1}, colour);
    picture_fill(picture, (struct area){area.x, bottom, area.width, 1}, colour);
    picture_fill(picture, (struct area){area.x, area.y, 1, area.height}, colour);
    picture_fill(picture, (struct area){right, area.y, 1, area.height}, colour);
}

/* ---- shapes with smooth edges --------------------------------------------------------------- */

static uint8_t mixed(uint8_t old, uint8_t new, double cover)
{
    return (uint8_t)lround(old + (new - old) * cover);
}

/* Draws a pixel that a shape covers if this is above 1, is outside of if this is below 0, and
 * whose edge it is on otherwise. */
static void draw_pixel(struct picture *picture, int32_t x, int32_t y, struct colour colour,
                       double cover)
{
    uint8_t *pixel = pixel_at(picture, x, y);
    if (!(cover > 0))
        return;
    cover = fmin(cover, 1);
    pixel[0] = mixed(pixel[0], colour.red, cover);
    pixel[1] = mixed(pixel[1], colour.green, cover);
    pixel[2] = mixed(pixel[2], colour.blue, cover);
}

/* The pixels that are drawn of what lies between two corners. Coordinates may be far away. */
static struct area drawn_area(const struct picture *picture, double left, double top, double right,
                              double bottom)
{
    const struct area *clip = &picture->clip;
    const double x0 = fmax(floor(left), clip->x), y0 = fmax(floor(top), clip->y);
    const double x1 = fmin(ceil(right) + 1, clip->x + clip->width);
    const double y1 = fmin(ceil(bottom) + 1, clip->y + clip->height);
    if (!(x1 > x0 && y1 > y0))
        return (struct area){0};
    return (struct area){(int32_t)x0, (int32_t)y0, (int32_t)(x1 - x0), (int32_t)(y1 - y0)};
}

/* Distance of a point from the line between two others. */
static double line_distance(double x, double y, double x0, double y0, double dx, double dy)
{
    const double length = dx * dx + dy * dy;
    const double along = length > 0 ? ((x - x0) * dx + (y - y0) * dy) / length : 0;
    const double nearest = fmax(0, fmin(1, along));
    return hypot(x - x0 - nearest * dx, y - y0 - nearest * dy);
}

void picture_line(struct picture *picture, double x0, double y0, double x1, double y1,
                  double thickness, struct colour colour)
{
    const double reach = thickness / 2 + 0.5;
    const struct area area = drawn_area(picture, fmin(x0, x1) - reach, fmin(y0, y1) - reach,
                                        fmax(x0, x1) + reach, fmax(y0, y1) + reach);
    for (int32_t y = area.y; y < area.y + area.height; y++)
        for (int32_t x = area.x; x < area.x + area.width; x++)
            draw_pixel(picture, x, y, colour,
                       reach - line_distance(x, y, x0, y0, x1 - x0, y1 - y0));
}

void picture_circle(struct picture *picture, double x, double y, double radius, double thickness,
                    struct colour colour)
{
    const double reach = thickness / 2 + 0.5, edge = radius + reach;
    const struct area area = drawn_area(picture, x - edge, y - edge, x + edge, y + edge);
    for (int32_t j = area.y; j < area.y + area.height; j++)
        for (int32_t i = area.x; i < area.x + area.width; i++)
            draw_pixel(picture, i, j, colour, reach - fabs(hypot(i - x, j - y) - radius));
}

void picture_disc(struct picture *picture, double x, double y, double radius, struct colour colour)
{
    const double edge = radius + 0.5;
    const struct area area = drawn_area(picture, x - edge, y - edge, x + edge, y + edge);
    for (int32_t j = area.y; j < area.y + area.height; j++)
        for (int32_t i = area.x; i < area.x + area.width; i++)
            draw_pixel(picture, i, j, colour, edge - hypot(i - x, j - y));
}

/* ---- texts ---------------------------------------------------------------------------------- */

static void draw_glyph(struct picture *picture, int32_t x, int32_t y, int32_t size,
                       struct colour colour, const uint8_t *glyph)
{
    for (int32_t row = 0; row < FONT_HEIGHT; row++)
        for (int32_t column = 0; column < FONT_WIDTH; column++)
            if ((glyph[row] >> (FONT_WIDTH - 1 - column) & 1) != 0)
                picture_fill(picture, (struct area){x + column * size, y + row * size, size, size},
                             colour);
}

void picture_text(struct picture *picture, int32_t x, int32_t y, int32_t size, struct colour colour,
                  const char *text)
{
    for (; *text != '\0'; x += (FONT_WIDTH + 1) * size)
        draw_glyph(picture, x, y, size, colour, font_next(&text));
}

int32_t text_width(const char *text, int32_t size)
{
    int32_t characters = 0;
    for (; *text != '\0'; characters++)
        font_next(&text);
    return characters == 0 ? 0 : (characters * (FONT_WIDTH + 1) - 1) * size;
}

int32_t text_height(int32_t size)
{
    return FONT_HEIGHT * size;
}
