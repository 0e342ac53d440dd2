/*
 * Reads the fields of NXdetector, then the modules (NXdetector_module) with their chains of
 * transformations, which replace them. beam_center_x and _y count from the outer edge of the first
 * pixel, so 0.5 is subtracted. A geometry that changes during the scan, or is incomplete on a
 * tilted detector, is only doubted, since wrong rings do more harm than tiles.
 */
#include "nexus/detector_geometry.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "geometry/detector_plane.h"
#include "nexus/modules.h"
#include "nexus/values.h"

#define MM_PER_M  1e3
#define UM_PER_M  1e6
#define PIXEL_MAX 0.1 /* metre */

#define EDGE_CONVENTION       0.5 /* beam_center_x/y count from the outer edge of the first pixel */
#define CENTRE_FRAMES_MAX     100.0 /* largest offset of the beam centre, in frame sizes */
#define CENTRE_SHIFT_MAX      0.5   /* pixel: a centre that moves further changes the rings */
#define DISTANCE_CHANGE_MAX   1e-3  /* relative, likewise */
#define CENTRE_DIFFERENCE_MAX 1.0   /* pixel: beyond this, two sources disagree */

static const char ARM[] =
    "the detector stands on a two-theta arm, and the file does not say about which axis it turns";
static const char TILTED[] = "the detector is turned off the beam, and the file does not say how "
                             "its pixels lie";
static const char BENT[] = "the modules of the detector do not lie on one flat grid of pixels";
static const char MISSED[] = "the beam does not meet the plane of the detector behind the sample, "
                             "or only far outside the frame";
static const char MOVES[] = "the detector moves with respect to the beam from frame to frame";

struct frame_of_detector {
    uint32_t height, width;
};

static void set(struct detector_geometry *g, enum placement_quantity quantity, double value,
                const char *path)
{
    g->at[quantity].known = true;
    g->at[quantity].value = value;
    snprintf(g->at[quantity].path, sizeof g->at[quantity].path, "%s", path);
}

static void clear_centre(struct detector_geometry *g)
{
    g->at[CENTRE_X].known = false;
    g->at[CENTRE_Y].known = false;
}

static bool far_away(double x, double y, const struct frame_of_detector *frame)
{
    const double limit = CENTRE_FRAMES_MAX * fmax(frame->width, frame->height);
    return !(fabs(x) <= limit && fabs(y) <= limit);
}

/* A length above 0, metre. */
static bool read_length(const struct nexus_node *detector, const char *name, double most,
                        struct nexus_field *field)
{
    if (field_read(detector, name, IN_METRES, "m", field) != FOUND)
        return false;
    if (field->reading.first > 0 && field->reading.first <= most)
        return true;
    node_complain(detector, "%s is %g m, which cannot be right: left out", name,
                  field->reading.first);
    return false;
}

static void read_pixels(const struct nexus_node *detector, struct detector_geometry *g)
{
    struct nexus_field field;
    if (read_length(detector, "x_pixel_size", PIXEL_MAX, &field))
        set(g, PIXEL_X, field.reading.first * UM_PER_M, field.path);
    if (read_length(detector, "y_pixel_size", PIXEL_MAX, &field))
        set(g, PIXEL_Y, field.reading.first * UM_PER_M, field.path);
}

static void read_distance(const struct nexus_node *detector, struct detector_geometry *g)
{
    struct nexus_field field;
    if (!read_length(detector, "distance", INFINITY, &field) &&
        !read_length(detector, "detector_distance", INFINITY, &field))
        return;
    set(g, DISTANCE, field.reading.first * MM_PER_M, field.path);
    if (field.reading.highest - field.reading.lowest > DISTANCE_CHANGE_MAX * field.reading.first)
        g->doubt = MOVES;
}

/* Converts a coordinate of the beam centre to pixels, if it is a length. */
static bool to_pixels(const struct nexus_node *detector, struct nexus_field *field,
                      const struct detector_geometry *g, enum placement_quantity pixel)
{
    struct nexus_reading *r = &field->reading;
    if (field->dimension == IN_PIXELS)
        return true;
    if (!g->at[pixel].known) {
        node_complain(detector,
                      "the beam centre is given as a length, and the size of the pixels is not "
                      "known: left out");
        return false;
    }
    const double size = g->at[pixel].value / UM_PER_M;
    *r = (struct nexus_reading){r->first / size, r->lowest / size, r->highest / size};
    return true;
}

/* To be called after read_pixels(). */
static void read_centre(const struct nexus_node *detector, const struct frame_of_detector *frame,
                        struct detector_geometry *g)
{
    struct nexus_field x, y;
    const enum lookup found_x =
        field_read(detector, "beam_center_x", IN_PIXELS | IN_METRES, "pixel", &x);
    const enum lookup found_y =
        field_read(detector, "beam_center_y", IN_PIXELS | IN_METRES, "pixel", &y);
    if (found_x != FOUND || found_y != FOUND || !to_pixels(detector, &x, g, PIXEL_X) ||
        !to_pixels(detector, &y, g, PIXEL_Y))
        return;
    if (x.reading.first == 0 && y.reading.first == 0) {
        node_complain(detector, "beam_center_x and beam_center_y are both 0, as if they were never "
                                "set: left out");
        return;
    }
    if (far_away(x.reading.first, y.reading.first, frame)) {
        node_complain(detector,
                      "beam_center_x and beam_center_y are %g, %g pixels, far outside a frame of "
                      "%u x %u: left out",
                      x.reading.first, y.reading.first, frame->width, frame->height);
        return;
    }
    set(g, CENTRE_X, x.reading.first - EDGE_CONVENTION, x.path);
    set(g, CENTRE_Y, y.reading.first - EDGE_CONVENTION, y.path);
    if (fmax(x.reading.highest - x.reading.lowest, y.reading.highest - y.reading.lowest) >
        CENTRE_SHIFT_MAX)
        g->doubt = MOVES;
}

/* The largest angle in a group's two_theta, radian; 0: there is none. */
static double two_theta_in(const struct nexus_node *group)
{
    struct nexus_field field;
    if (field_read(group, "two_theta", IN_RADIANS, "deg", &field) != FOUND)
        return 0;
    return fmax(fabs(field.reading.lowest), fabs(field.reading.highest));
}

/* Whether the detector is on a two-theta arm away from 0. */
static bool on_arm(const struct nexus_node *detector)
{
    struct nexus_node goniometer = node_child(detector, "goniometer");
    struct nexus_node transformations = node_child(detector, "transformations");
    const double angle = fmax(fmax(two_theta_in(detector), two_theta_in(&goniometer)),
                              two_theta_in(&transformations));
    node_close(&goniometer);
    node_close(&transformations);
    return angle > PLANE_TILT_MIN;
}

static void doubt_centre(struct detector_geometry *g, const char *doubt)
{
    clear_centre(g);
    g->doubt = doubt;
}

static bool moves(const struct detector_modules *modules, const struct detector_position *first)
{
    struct detector_position farthest;
    return !detector_plane_position(&modules->farthest, &farthest) ||
           !(hypot(farthest.centre_x - first->centre_x, farthest.centre_y - first->centre_y) <=
             CENTRE_SHIFT_MAX) ||
           !(fabs(farthest.distance - first->distance) <= DISTANCE_CHANGE_MAX * first->distance);
}

/* Says so if the fields and the chain do not mean the same beam centre. */
static void compare_centres(const struct nexus_node *detector, const struct detector_geometry *g,
                            const struct detector_position *position)
{
    const double x = g->at[CENTRE_X].value, y = g->at[CENTRE_Y].value;
    if (g->at[CENTRE_X].known &&
        !(hypot(x - position->centre_x, y - position->centre_y) <= CENTRE_DIFFERENCE_MAX))
        node_complain(detector,
                      "beam_center_x and beam_center_y put the beam centre at %.2f, %.2f (centre "
                      "of the first pixel at 0, 0), the transformations of the detector at %.2f, "
                      "%.2f: the latter count; if they are wrong, give --centre",
                      x, y, position->centre_x, position->centre_y);
}

static void set_position(struct detector_geometry *g, const struct detector_modules *modules,
                         const struct detector_position *position)
{
    const char *path = modules->path;
    set(g, CENTRE_X, position->centre_x, path);
    set(g, CENTRE_Y, position->centre_y, path);
    set(g, DISTANCE, position->distance * MM_PER_M, path);
    set(g, PIXEL_X, modules->first.width * UM_PER_M, path);
    set(g, PIXEL_Y, modules->first.height * UM_PER_M, path);
    set(g, ROT1, position->rot1, path);
    set(g, ROT2, position->rot2, path);
}

/* Takes the geometry from complete chains of transformations. */
static void apply_modules(const struct nexus_node *detector, const struct detector_modules *modules,
                          const struct frame_of_detector *frame, bool arm,
                          struct detector_geometry *g)
{
    struct detector_position position;
    if (modules->bent) {
        doubt_centre(g, BENT);
    } else if (!detector_plane_position(&modules->first, &position) ||
               far_away(position.centre_x, position.centre_y, frame)) {
        doubt_centre(g, MISSED);
    } else if (arm && detector_plane_tilt(&modules->first) <= PLANE_TILT_MIN) {
        doubt_centre(g, ARM);
    } else {
        compare_centres(detector, g, &position);
        set_position(g, modules, &position);
        g->doubt = moves(modules, &position) ? MOVES : NULL;
    }
}

void detector_geometry_read(const struct nexus_node *detector, const struct nexus_node *root,
                            uint32_t height, uint32_t width, struct detector_geometry *geometry)
{
    const struct frame_of_detector frame = {height, width};
    struct detector_modules modules;
    memset(geometry, 0, sizeof *geometry);
    read_pixels(detector, geometry);
    read_distance(detector, geometry);
    read_centre(detector, &frame, geometry);
    const enum lookup found = modules_read(detector, root, height, width, &modules);
    const bool arm = on_arm(detector);
    if (found == FOUND)
        apply_modules(detector, &modules, &frame, arm, geometry);
    else if (arm)
        doubt_centre(geometry, ARM);
    else if (modules.tilted)
        doubt_centre(geometry, TILTED);
}
