/*
 * Compares the first two angles of each axis in the chain of transformations (NXtransformations) of
 * the sample; only those two numbers are read.
 */
#include "nexus/scan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "hdf5/read_small.h"
#include "nexus/values.h"

#define STEPS_MAX    64
#define UNIT_SIZE    64
#define ROTATION_MIN 1e-7 /* degree; above encoder noise and rounding */

/* Whether a step of a chain is, or may be, a rotation; gives the size of its unit. */
static bool is_rotation(const struct nexus_node *step, double *radians)
{
    char type[UNIT_SIZE] = "", text[UNIT_SIZE] = "";
    text_of_attribute(step, "transformation_type", type, sizeof type);
    if (type[0] != '\0' && strcmp(type, "rotation") != 0)
        return false;
    text_of_attribute(step, "units", text, sizeof text);
    const struct nexus_unit unit = nexus_unit_read(text[0] != '\0' ? text : "deg");
    *radians = unit.size;
    return unit.dimension == IN_RADIANS;
}

/* The first two numbers of a dataset that has one for each frame. */
static bool read_first_two(const struct nexus_node *step, double value[2])
{
    if (H5Iget_type(step->id) != H5I_DATASET)
        return false;
    const hid_t space = H5Dget_space(step->id);
    const bool enough =
        H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_npoints(space) >= 2;
    H5Sclose(space);
    return enough && h5_read_rows(step->id, H5T_NATIVE_DOUBLE, 0, 2, value);
}

static void examine_axis(const struct nexus_node *step, struct nexus_scan *scan)
{
    double value[2], radians;
    if (scan->rotation || !read_first_two(step, value) || !is_rotation(step, &radians))
        return;
    const double degrees = radians / nexus_unit_read("deg").size;
    const double start = value[0] * degrees, turned = (value[1] - value[0]) * degrees;
    if (!(fabs(turned) > ROTATION_MIN) || !isfinite(start) || !isfinite(turned))
        return;
    *scan = (struct nexus_scan){true, start, turned};
}

/* Examines all steps of the chain that starts at `depends_on`. */
static void follow(const struct nexus_node *from, const char *depends_on,
                   const struct nexus_node *root, struct nexus_scan *scan)
{
    char next[NODE_PATH_SIZE];
    struct nexus_node at = *from;
    int steps = 0;
    snprintf(next, sizeof next, "%s", depends_on);
    while (next[0] != '\0' && strcmp(next, ".") != 0 && steps < STEPS_MAX) {
        const struct nexus_node step = node_from(&at, next, root);
        if (steps++ > 0)
            node_close(&at);
        at = step;
        next[0] = '\0';
        if (!node_exists(&step))
            continue;
        examine_axis(&step, scan);
        text_of_attribute(&step, "depends_on", next, sizeof next);
    }
    if (steps > 0)
        node_close(&at);
}

/* Dectris files have named axes without a chain. */
static void examine_goniometer(const struct nexus_node *sample, struct nexus_scan *scan)
{
    static const char *const GROUPS[] = {"goniometer", "transformations"};
    static const char *const AXES[] = {"omega", "phi", "kappa", "chi"};
    for (int i = 0; i < 2; i++) {
        struct nexus_node group = node_child_quietly(sample, GROUPS[i]);
        for (int k = 0; k < 4 && node_is_group(&group); k++) {
            struct nexus_node axis = node_child_quietly(&group, AXES[k]);
            if (node_exists(&axis))
                examine_axis(&axis, scan);
            node_close(&axis);
        }
        node_close(&group);
    }
}

void nexus_scan_read(const struct nexus_node *entry, const struct nexus_node *root,
                     struct nexus_scan *scan)
{
    char depends_on[NODE_PATH_SIZE] = "";
    *scan = (struct nexus_scan){false, NAN, NAN};
    struct nexus_node sample = node_child_quietly(entry, "sample");
    struct nexus_node chain = node_child_quietly(&sample, "depends_on");
    if (node_exists(&chain) && text_of(&chain, depends_on, sizeof depends_on) == FOUND)
        follow(&chain, depends_on, root, scan);
    else if (node_is_group(&sample))
        examine_goniometer(&sample, scan);
    node_close(&chain);
    node_close(&sample);
}
