#include "frame_picture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "axis.h"
#include "drawn_axis.h"

#define PI 3.14159265358979323846

#define TEXT          2 /* size of the font */
#define LEFT          76
#define RIGHT         30
#define TOP           64
#define BOTTOM        96
#define WIDTH_LEAST   920 /* of the frame's part: the title and the legend need room */
#define BAR_WIDTH     400
#define BAR_HEIGHT    14
#define TICK_DISTANCE 120 /* pixels, about */
#define LABEL_MARGIN  3

#define CIRCLE_LEAST  8 /* radius, pixels of the picture */
#define CIRCLE_AROUND 4 /* beyond the box of the spot */
#define CROSS         9

/* ---- the frame ------------------------------------------------------------------------------ */

static void draw_cells(const struct frame_picture *view, struct picture *picture,
                       const struct area *image)
{
    const struct shown *shown = view->shown;
    const int32_t size = (int32_t)shown->magnify;
    for (uint32_t row = 0; row < shown->rows; row++)
        for (uint32_t column = 0; column < shown->columns; column++) {
            const double value = shown->cell[(size_t)row * shown->columns + column];
            const struct colour colour = isnan(value)
                                             ? view->colours->masked
                                             : view->colours->of(scale_place(&view->scale, value));
            const struct area cell = {image->x + (int32_t)column * size,
                                      image->y + (int32_t)row * size, size, size};
            picture_fill(picture, cell, colour);
        }
}

/* A place of the frame in the picture. */
struct point {
    double x, y;
};

static struct point point_of(const struct frame_picture *view, const struct area *image, double x,
                             double y)
{
    return (struct point){image->x + shown_x(view->shown, x), image->y + shown_y(view->shown, y)};
}

static void draw_spots(const struct frame_picture *view, struct picture *picture,
                       const struct area *image)
{
    const double factor = shown_factor(view->shown);
    for (size_t i = 0; i < view->spots; i++) {
        const wn_spot *spot = view->spot[i];
        const struct point at = point_of(view, image, spot->x, spot->y);
        const double half = hypot((double)spot->x1 - spot->x0, (double)spot->y1 - spot->y0) / 2;
        const double radius = fmax(CIRCLE_LEAST, half * factor + CIRCLE_AROUND);
        picture_circle(picture, at.x, at.y, radius, 1.6, view->colours->spot);
    }
}

/* ---- rings ---------------------------------------------------------------------------------- */

static bool ring_point(const struct frame_picture *view, const struct area *image, double d,
                       double azimuth, struct point *at)
{
    double x, y;
    if (!rings_place(view->rings, d, azimuth, &x, &y))
        return false;
    *at = point_of(view, image, x, y);
    return true;
}

static void draw_ring(const struct frame_picture *view, struct picture *picture,
                      const struct area *image, double d)
{
    enum { PARTS = 1440 };
    struct point old = {0}, next;
    bool has_old = ring_point(view, image, d, 0, &old);
    for (int i = 1; i <= PARTS; i++) {
        const bool has_next = ring_point(view, image, d, 2 * PI * i / PARTS, &next);
        /* A ring that is open leaves the plane: its ends do not belong together. */
        if (has_old && has_next && hypot(next.x - old.x, next.y - old.y) < image->width)
            picture_line(picture, old.x, old.y, next.x, next.y, 1, view->colours->ring);
        old = next;
        has_old = has_next;
    }
}

static bool overlap(const struct area *one, const struct area *other)
{
    return one->x < other->x + other->width && other->x < one->x + one->width &&
           one->y < other->y + other->height && other->y < one->y + one->height;
}

static bool is_free(const struct area *box, const struct area *image, const struct area *taken,
                    size_t n)
{
    if (box->x < image->x || box->y < image->y || box->x + box->width > image->x + image->width ||
        box->y + box->height > image->y + image->height)
        return false;
    for (size_t i = 0; i < n; i++)
        if (overlap(box, &taken[i]))
            return false;
    return true;
}

/* The place for a label on its ring, from the upper right on: within the image, and off the n boxes
 * of other labels. False: there is none. */
static bool place_label(const struct frame_picture *view, const struct area *image, double d,
                        const char *label, const struct area *taken, size_t n, struct area *box)
{
    enum { PARTS = 72 };
    box->width = text_width(label, TEXT) + 2 * LABEL_MARGIN;
    box->height = text_height(TEXT) + LABEL_MARGIN;
    for (int i = 0; i < PARTS; i++) {
        struct point at;
        const int step = i % 2 == 0 ? i / 2 : -(i + 1) / 2;
        if (!ring_point(view, image, d, -PI / 4 + 2 * PI * step / PARTS, &at) ||
            !(fabs(at.x) < PICTURE_EDGE && fabs(at.y) < PICTURE_EDGE))
            continue;
        box->x = (int32_t)at.x - box->width / 2;
        box->y = (int32_t)at.y - box->height / 2;
        if (is_free(box, image, taken, n))
            return true;
    }
    return false;
}

static void draw_label(const struct frame_picture *view, struct picture *picture,
                       const struct area *box, const char *label)
{
    picture_fill(picture, *box, view->colours->label);
    picture_text(picture, box->x + LABEL_MARGIN, box->y + LABEL_MARGIN, TEXT, view->colours->ring,
                 label);
}

static void draw_centre(const struct frame_picture *view, struct picture *picture,
                        const struct area *image)
{
    const struct colour colour = view->colours->ring;
    const struct point at = point_of(view, image, view->rings->centre_x, view->rings->centre_y);
    picture_line(picture, at.x - CROSS, at.y, at.x + CROSS, at.y, 1.5, colour);
    picture_line(picture, at.x, at.y - CROSS, at.x, at.y + CROSS, 1.5, colour);
}

static void draw_rings(const struct frame_picture *view, struct picture *picture,
                       const struct area *image)
{
    struct area taken[RINGS_MOST];
    size_t labels = 0;
    for (size_t i = 0; i < view->ring_count; i++)
        draw_ring(view, picture, image, view->d[i]);
    draw_centre(view, picture, image);
    for (size_t i = 0; i < view->ring_count; i++) {
        char label[TICK_SIZE];
        snprintf(label, sizeof label, "%g \xC3\x85", view->d[i]);
        if (!place_label(view, image, view->d[i], label, taken, labels, &taken[labels]))
            continue;
        draw_label(view, picture, &taken[labels], label);
        labels++;
    }
}

/* ---- around it ------------------------------------------------------------------------------ */

static int tick_count(int32_t length)
{
    return length / TICK_DISTANCE > 1 ? length / TICK_DISTANCE : 1;
}

static void draw_axes(const struct frame_picture *view, struct picture *picture,
                      const struct area *image)
{
    const struct window *window = &view->shown->window;
    struct ticks ticks;
    picture_outline(picture,
                    (struct area){image->x - 1, image->y - 1, image->width + 2, image->height + 2},
                    INK);
    ticks_even(window->x, (double)window->x + window->width - 1, tick_count(image->width), true,
               &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        tick_below(picture, image->x + (int32_t)lround(shown_x(view->shown, ticks.at[i])),
                   image->y + image->height, TEXT, INK, ticks.label[i]);
    ticks_even(window->y, (double)window->y + window->height - 1, tick_count(image->height), true,
               &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        tick_left(picture, image->x - 1,
                  image->y + (int32_t)lround(shown_y(view->shown, ticks.at[i])), TEXT, INK,
                  ticks.label[i]);
}

static int32_t draw_entry(struct picture *picture, int32_t x, int32_t y, const char *text)
{
    picture_text(picture, x, y, TEXT, INK, text);
    return x + text_width(text, TEXT) + 30;
}

static void draw_legend(const struct frame_picture *view, struct picture *picture,
                        const struct area *image)
{
    const int32_t y = image->y + image->height + 44;
    const struct area bar = {image->x, y, BAR_WIDTH, BAR_HEIGHT};
    colour_bar(picture, bar, &view->scale, view->colours, TEXT, INK);
    int32_t x = image->x + BAR_WIDTH + 50;
    const struct area swatch = {x, y, 24, BAR_HEIGHT};
    picture_fill(picture, swatch, view->colours->masked);
    picture_outline(picture, swatch, INK);
    x = draw_entry(picture, x + 32, y, "masked");
    if (view->spots > 0) {
        picture_circle(picture, x + 8, y + 6, 7, 1.6, view->colours->spot);
        draw_entry(picture, x + 24, y, "spot");
    }
}

bool frame_picture_draw(const struct frame_picture *view, struct picture *picture,
                        struct area *image)
{
    const struct shown *shown = view->shown;
    *image = (struct area){LEFT, TOP, (int32_t)(shown->columns * shown->magnify),
                           (int32_t)(shown->rows * shown->magnify)};
    const int32_t inner = image->width > WIDTH_LEAST ? image->width : WIDTH_LEAST;
    if (!picture_create(LEFT + inner + RIGHT, TOP + image->height + BOTTOM, WHITE, picture))
        return false;
    picture_clip(picture, *image);
    draw_cells(view, picture, image);
    if (view->rings != NULL)
        draw_rings(view, picture, image);
    draw_spots(view, picture, image);
    picture_unclip(picture);
    draw_axes(view, picture, image);
    draw_legend(view, picture, image);
    text_fitted(picture, 12, 10, inner + LEFT, TEXT, INK, view->title);
    text_fitted(picture, 12, 36, inner + LEFT, TEXT, INK, view->subtitle);
    return true;
}
