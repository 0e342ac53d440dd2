/*
 * plot/frame_marks.c - resolution rings, the beam centre, and circles about spots.
 *
 * A ring is a polygon of 1440 corners that resolution_position() gives, whatever the tilt of the
 * detector. Marks are drawn from below to above: rings, circles, cross, labels.
 */
#include "plot/frame_marks.h"

#include <math.h>
#include <stdio.h>

#include "plot/text.h"
#include "plot/ticks.h"

#define PI 3.14159265358979323846

#define FAR          1e6 /* pixels: further away a part of a ring cannot reach the picture */
#define RING_LINE    1.6 /* width, pixels */
#define CROSS        9   /* half its length */
#define LABEL_MARGIN 4   /* pixels around a label that other labels stay off */
#define LABEL_HEIGHT 20

#define CIRCLE_LEAST  8.0 /* radius, pixels */
#define CIRCLE_AROUND 4.0
#define CIRCLE_LINE   1.6
#define SPARSE        40.0 /* pixels from spot to spot, with which circles have these sizes */
#define LEAST_SHARE   0.3  /* of them, among many spots */
#define LEAST_LINE    0.7

/* A place of the frame in the picture. */
struct point {
    double x, y;
};

static struct point point_of(const struct frame_picture *view, const cairo_rectangle_t *image,
                             double x, double y)
{
    return (struct point){image->x + frame_window_x(view->shown, x),
                          image->y + frame_window_y(view->shown, y)};
}

/* ---- spots ---------------------------------------------------------------------------------- */

struct circles circles_choose(const struct frame_picture *view, const cairo_rectangle_t *image)
{
    const double spacing = sqrt(image->width * image->height / fmax(1, (double)view->spots));
    const double share = fmax(LEAST_SHARE, fmin(1, spacing / SPARSE));
    return (struct circles){share * CIRCLE_LEAST, share * CIRCLE_AROUND,
                            fmax(LEAST_LINE, share * CIRCLE_LINE)};
}

void circle_draw(cairo_t *cairo, double x, double y, double radius, double line,
                 struct colour colour)
{
    set_colour(cairo, colour);
    cairo_set_line_width(cairo, line);
    cairo_new_sub_path(cairo);
    cairo_arc(cairo, x, y, radius, 0, 2 * PI);
    cairo_stroke(cairo);
}

static void draw_spots(const struct frame_picture *view, const cairo_rectangle_t *image,
                       cairo_t *cairo)
{
    const struct circles circles = circles_choose(view, image);
    const double factor = frame_window_factor(view->shown);
    for (size_t i = 0; i < view->spots; i++) {
        const wn_spot *spot = view->spot[i];
        const struct point at = point_of(view, image, spot->x, spot->y);
        const double half = hypot((double)spot->x1 - spot->x0, (double)spot->y1 - spot->y0) / 2;
        const double radius = fmax(circles.least, half * factor + circles.around);
        circle_draw(cairo, at.x, at.y, radius, circles.line, view->colours->spot);
    }
}

/* ---- rings ---------------------------------------------------------------------------------- */

static bool ring_point(const struct frame_picture *view, const cairo_rectangle_t *image, double d,
                       double azimuth, struct point *at)
{
    double x, y;
    if (!resolution_position(view->rings, d, azimuth, &x, &y))
        return false;
    *at = point_of(view, image, x, y);
    return fabs(at->x) < FAR && fabs(at->y) < FAR;
}

static bool is_inside(const cairo_rectangle_t *area, struct point at)
{
    return at.x >= area->x && at.x < area->x + area->width && at.y >= area->y &&
           at.y < area->y + area->height;
}

/* Returns whether the ring crosses the image. */
static bool draw_ring(const struct frame_picture *view, const cairo_rectangle_t *image, double d,
                      cairo_t *cairo)
{
    enum { PARTS = 1440 };
    struct point old = {0}, next;
    bool has_old = false, crosses = false;
    for (int i = 0; i <= PARTS; i++) {
        const bool has_next = ring_point(view, image, d, 2 * PI * i / PARTS, &next);
        /* A ring that is open leaves the plane: its ends do not belong together. */
        if (has_old && has_next && hypot(next.x - old.x, next.y - old.y) < image->width)
            cairo_line_to(cairo, next.x, next.y);
        else if (has_next)
            cairo_move_to(cairo, next.x, next.y);
        old = next;
        has_old = has_next;
        crosses = crosses || (has_next && is_inside(image, next));
    }
    set_colour(cairo, view->colours->ring);
    cairo_set_line_width(cairo, RING_LINE);
    cairo_stroke(cairo);
    return crosses;
}

static void stroke_cross(cairo_t *cairo, struct point at, double half, double line,
                         struct colour colour)
{
    set_colour(cairo, colour);
    cairo_set_line_width(cairo, line);
    cairo_move_to(cairo, at.x - half, at.y);
    cairo_line_to(cairo, at.x + half, at.y);
    cairo_move_to(cairo, at.x, at.y - half);
    cairo_line_to(cairo, at.x, at.y + half);
    cairo_stroke(cairo);
}

static void draw_centre(const struct frame_picture *view, const cairo_rectangle_t *image,
                        cairo_t *cairo)
{
    const struct point at = point_of(view, image, view->rings->centre_x, view->rings->centre_y);
    if (!(fabs(at.x) < FAR && fabs(at.y) < FAR))
        return;
    stroke_cross(cairo, at, CROSS + 1, RING_LINE + 2, view->colours->border);
    stroke_cross(cairo, at, CROSS, RING_LINE, view->colours->ring);
}

/* ---- labels of rings ------------------------------------------------------------------------ */

static bool overlap(const cairo_rectangle_t *one, const cairo_rectangle_t *other)
{
    return one->x < other->x + other->width && other->x < one->x + one->width &&
           one->y < other->y + other->height && other->y < one->y + one->height;
}

static bool is_free(const cairo_rectangle_t *box, const cairo_rectangle_t *image,
                    const cairo_rectangle_t *taken, size_t n)
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
static bool place_label(const struct frame_picture *view, const cairo_rectangle_t *image, double d,
                        double width, const cairo_rectangle_t *taken, size_t n,
                        cairo_rectangle_t *box)
{
    enum { PARTS = 360 };
    *box = (cairo_rectangle_t){.width = width + 2 * LABEL_MARGIN, .height = LABEL_HEIGHT};
    for (int i = 0; i < PARTS; i++) {
        struct point at;
        const int step = i % 2 == 0 ? i / 2 : -(i + 1) / 2;
        if (!ring_point(view, image, d, -PI / 4 + 2 * PI * step / PARTS, &at))
            continue;
        box->x = at.x - box->width / 2;
        box->y = at.y - box->height / 2;
        if (is_free(box, image, taken, n))
            return true;
    }
    return false;
}

static void draw_labels(const struct frame_picture *view, const cairo_rectangle_t *image,
                        cairo_t *cairo)
{
    cairo_rectangle_t taken[RESOLUTION_RINGS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < view->ring_count; i++) {
        char label[TICK_SIZE];
        snprintf(label, sizeof label, "%g \xC3\x85", view->d[i]);
        cairo_rectangle_t *box = &taken[n];
        if (!place_label(view, image, view->d[i], text_width(cairo, label), taken, n, box))
            continue;
        text_bordered(cairo, box->x + box->width / 2, box->y + box->height / 2, view->colours->ring,
                      view->colours->border, label);
        n++;
    }
}

bool frame_marks_draw(const struct frame_picture *view, const cairo_rectangle_t *image,
                      cairo_t *cairo)
{
    bool crosses = false;
    cairo_save(cairo);
    cairo_rectangle(cairo, image->x, image->y, image->width, image->height);
    cairo_clip(cairo);
    for (size_t i = 0; i < view->ring_count; i++)
        crosses = draw_ring(view, image, view->d[i], cairo) || crosses;
    draw_spots(view, image, cairo);
    if (view->rings) {
        draw_centre(view, image, cairo);
        draw_labels(view, image, cairo);
    }
    cairo_restore(cairo);
    return crosses;
}
