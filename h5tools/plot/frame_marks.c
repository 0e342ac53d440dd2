/*
 * A ring is drawn as a polygon with 1440 corners from resolution_position(), so it is right for any
 * tilt of the detector. A label takes the first free position along its ring, from the upper right
 * in both directions. Order of drawing: rings, circles, cross, labels.
 */
#include "plot/frame_marks.h"

#include <math.h>
#include <stdio.h>

#include "plot/shapes.h"
#include "plot/text.h"

#define PI 3.14159265358979323846

#define MAX_DISTANCE    1e6 /* pixels: beyond it no part of a ring can reach the picture */
#define RING_LINE_WIDTH 1.6 /* of the line, pixels */
#define CROSS_HALF      9   /* half the length of the beam centre's cross */
#define LABEL_MARGIN    4   /* pixels around a label that other labels stay off */
#define LABEL_HEIGHT    20
#define LABEL_MAX       24 /* bytes */

/* Of circles where spots are at least SPARSE_SPACING pixels apart. */
#define CIRCLE_MIN_RADIUS 8.0
#define CIRCLE_MARGIN     4.0
#define CIRCLE_LINE       1.6
#define SPARSE_SPACING    40.0

/* Where spots are closer: the smallest share of these sizes, and the thinnest line. */
#define MIN_CIRCLE_SHARE 0.3
#define MIN_CIRCLE_LINE  0.7

/* What is drawn, and where. */
struct marks_drawing {
    const struct frame_marks *marks;
    const struct frame_window *window;
    const struct colours *colours;
    const cairo_rectangle_t *image;
    cairo_t *cairo;
};

/* A position in the picture. */
struct point {
    double x, y;
};

static struct point point_of(const struct marks_drawing *m, double x, double y)
{
    return (struct point){m->image->x + frame_window_x(m->window, x),
                          m->image->y + frame_window_y(m->window, y)};
}

/* ---- spots ---------------------------------------------------------------------------------- */

struct circle_style circle_style_choose(size_t n, const cairo_rectangle_t *image)
{
    const double spacing = sqrt(image->width * image->height / fmax(1, (double)n));
    const double share = fmax(MIN_CIRCLE_SHARE, fmin(1, spacing / SPARSE_SPACING));
    return (struct circle_style){share * CIRCLE_MIN_RADIUS, share * CIRCLE_MARGIN,
                                 fmax(MIN_CIRCLE_LINE, share * CIRCLE_LINE)};
}

static void draw_spots(const struct marks_drawing *m)
{
    const struct circle_style style = circle_style_choose(m->marks->spots, m->image);
    const double factor = frame_window_factor(m->window);
    for (size_t i = 0; i < m->marks->spots; i++) {
        const wn_spot *spot = m->marks->spot[i];
        const struct point at = point_of(m, spot->x, spot->y);
        const double half = hypot((double)spot->x1 - spot->x0, (double)spot->y1 - spot->y0) / 2;
        const double radius = fmax(style.min_radius, half * factor + style.margin);
        draw_circle(m->cairo, at.x, at.y, radius, style.line_width, m->colours->spot);
    }
}

/* ---- rings ---------------------------------------------------------------------------------- */

static bool ring_point(const struct marks_drawing *m, double d, double azimuth, struct point *at)
{
    double x, y;
    if (!resolution_position(m->marks->rings, d, azimuth, &x, &y))
        return false;
    *at = point_of(m, x, y);
    return fabs(at->x) < MAX_DISTANCE && fabs(at->y) < MAX_DISTANCE;
}

static bool is_inside(const cairo_rectangle_t *area, struct point at)
{
    return at.x >= area->x && at.x < area->x + area->width && at.y >= area->y &&
           at.y < area->y + area->height;
}

/* Returns whether the ring crosses the image. */
static bool draw_ring(const struct marks_drawing *m, double d)
{
    enum { PARTS = 1440 };
    struct point old = {0}, next;
    bool has_old = false, crosses = false;
    for (int i = 0; i <= PARTS; i++) {
        const bool has_next = ring_point(m, d, 2 * PI * i / PARTS, &next);
        /* An open ring leaves the detector plane: do not join its ends. */
        if (has_old && has_next && hypot(next.x - old.x, next.y - old.y) < m->image->width)
            cairo_line_to(m->cairo, next.x, next.y);
        else if (has_next)
            cairo_move_to(m->cairo, next.x, next.y);
        old = next;
        has_old = has_next;
        crosses = crosses || (has_next && is_inside(m->image, next));
    }
    set_colour(m->cairo, m->colours->ring);
    cairo_set_line_width(m->cairo, RING_LINE_WIDTH);
    cairo_stroke(m->cairo);
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

static void draw_centre(const struct marks_drawing *m)
{
    const struct point at = point_of(m, m->marks->rings->centre_x, m->marks->rings->centre_y);
    if (!(fabs(at.x) < MAX_DISTANCE && fabs(at.y) < MAX_DISTANCE))
        return;
    stroke_cross(m->cairo, at, CROSS_HALF + 1, RING_LINE_WIDTH + 2, m->colours->border);
    stroke_cross(m->cairo, at, CROSS_HALF, RING_LINE_WIDTH, m->colours->ring);
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

/* A position for a label on its ring, inside the image and clear of the n boxes of other labels.
 * False: there is none. */
static bool place_label(const struct marks_drawing *m, double d, double width,
                        const cairo_rectangle_t *taken, size_t n, cairo_rectangle_t *box)
{
    enum { PARTS = 360 };
    *box = (cairo_rectangle_t){.width = width + 2 * LABEL_MARGIN, .height = LABEL_HEIGHT};
    for (int i = 0; i < PARTS; i++) {
        struct point at;
        const int step = i % 2 == 0 ? i / 2 : -(i + 1) / 2;
        if (!ring_point(m, d, -PI / 4 + 2 * PI * step / PARTS, &at))
            continue;
        box->x = at.x - box->width / 2;
        box->y = at.y - box->height / 2;
        if (is_free(box, m->image, taken, n))
            return true;
    }
    return false;
}

static void draw_labels(const struct marks_drawing *m)
{
    cairo_rectangle_t taken[RESOLUTION_RINGS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < m->marks->ring_count; i++) {
        char label[LABEL_MAX];
        snprintf(label, sizeof label, "%g \xC3\x85", m->marks->d[i]);
        cairo_rectangle_t *box = &taken[n];
        if (!place_label(m, m->marks->d[i], text_width(m->cairo, label), taken, n, box))
            continue;
        text_bordered(m->cairo, box->x + box->width / 2, box->y + box->height / 2, m->colours->ring,
                      m->colours->border, label);
        n++;
    }
}

bool frame_marks_draw(const struct frame_marks *marks, const struct frame_window *window,
                      const struct colours *colours, const cairo_rectangle_t *image, cairo_t *cairo)
{
    const struct marks_drawing m = {marks, window, colours, image, cairo};
    bool crosses = false;
    cairo_save(cairo);
    cairo_rectangle(cairo, image->x, image->y, image->width, image->height);
    cairo_clip(cairo);
    for (size_t i = 0; i < marks->ring_count; i++)
        crosses = draw_ring(&m, marks->d[i]) || crosses;
    draw_spots(&m);
    if (marks->rings) {
        draw_centre(&m);
        draw_labels(&m);
    }
    cairo_restore(cairo);
    return crosses;
}
