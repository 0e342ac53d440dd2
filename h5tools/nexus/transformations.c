/*
 * Each step is a rigid motion: a rotation about `vector` or a shift along it, then `offset`; the
 * steps are composed from the component outwards, as NXtransformations of NeXus defines it. A limit
 * of the number of steps ends circular chains.
 */
#include "nexus/transformations.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define STEPS_MAX        64
#define DEPENDS_ON_SIZE  NODE_PATH_SIZE
#define TYPE_SIZE        64
#define LENGTH_TOLERANCE 0.02 /* for unit vectors written with few digits */

struct transformation_chain transformation_chain_none(void)
{
    return (struct transformation_chain){motion_identity(), motion_identity()};
}

enum lookup transformation_vector(const struct nexus_node *step, const char *name,
                                  struct vector3 *vector)
{
    double v[3];
    const enum lookup found = numbers_of_attribute(step, name, 3, v);
    if (found == MISSING)
        node_complain(step, "its attribute %s is missing: not used", name);
    if (found != FOUND)
        return NONSENSE;
    const struct vector3 read = {v[0], v[1], v[2]};
    const double length = vector3_length(read);
    if (!(fabs(length - 1) <= LENGTH_TOLERANCE)) {
        node_complain(step, "its attribute %s has the length %g, but must have 1: not used", name,
                      length);
        return NONSENSE;
    }
    *vector = vector3_scaled(read, 1 / length);
    return FOUND;
}

/* The unit of an offset. By default it is that of a translation, and metres for a rotation. */
static enum lookup offset_unit(const struct nexus_node *step, struct nexus_unit *unit)
{
    char text[TYPE_SIZE] = "";
    enum lookup found = text_of_attribute(step, "offset_units", text, sizeof text);
    if (found == MISSING) {
        found = text_of_attribute(step, "units", text, sizeof text);
        if (found == MISSING || nexus_unit_read(text).dimension == IN_RADIANS)
            snprintf(text, sizeof text, "m");
    }
    *unit = nexus_unit_read(text);
    if (found == NONSENSE || unit->dimension == IN_METRES)
        return found == NONSENSE ? NONSENSE : FOUND;
    node_complain(step, "the unit of its offset is '%s', which is no length: not used", text);
    return NONSENSE;
}

enum lookup transformation_offset(const struct nexus_node *step, struct vector3 *offset)
{
    double v[3];
    struct nexus_unit unit;
    *offset = (struct vector3){0, 0, 0};
    const enum lookup found = numbers_of_attribute(step, "offset", 3, v);
    if (found != FOUND || (v[0] == 0 && v[1] == 0 && v[2] == 0))
        return found == NONSENSE ? NONSENSE : FOUND;
    if (offset_unit(step, &unit) != FOUND)
        return NONSENSE;
    *offset = vector3_scaled((struct vector3){v[0], v[1], v[2]}, unit.size);
    return FOUND;
}

/* The amount of a step, in metres for a translation and radians for a rotation. Without a
 * transformation_type the unit tells which it is. */
static enum lookup read_value(const struct nexus_node *step, struct nexus_field *value)
{
    char type[TYPE_SIZE] = "";
    const enum lookup found = text_of_attribute(step, "transformation_type", type, sizeof type);
    if (found == NONSENSE)
        return NONSENSE;
    if (strcmp(type, "translation") == 0)
        return field_of(step, IN_METRES, "m", value);
    if (strcmp(type, "rotation") == 0)
        return field_of(step, IN_RADIANS, "deg", value);
    if (found == MISSING)
        return field_of(step, IN_METRES | IN_RADIANS, NULL, value);
    node_complain(step, "its transformation_type is '%s', which is not known: not used", type);
    return NONSENSE;
}

static struct motion motion_of(const struct nexus_field *value, double amount,
                               struct vector3 vector, struct vector3 offset)
{
    struct motion motion = motion_identity();
    if (value->dimension == IN_RADIANS)
        motion = motion_rotation(vector, amount);
    else
        motion.shift = vector3_scaled(vector, amount);
    motion.shift = vector3_sum(motion.shift, offset);
    return motion;
}

static double farthest_from_first(const struct nexus_reading *r)
{
    return r->highest - r->first > r->first - r->lowest ? r->highest : r->lowest;
}

/* A step whose amount is always 0 needs no vector. */
enum lookup transformation_chain_step(const struct nexus_node *step,
                                      struct transformation_chain *chain)
{
    struct nexus_field value;
    struct vector3 vector = {0, 0, 1}, offset;
    if (read_value(step, &value) != FOUND)
        return NONSENSE;
    const struct nexus_reading *r = &value.reading;
    const bool never_moves = r->lowest == 0 && r->highest == 0;
    if ((!never_moves && transformation_vector(step, "vector", &vector) != FOUND) ||
        transformation_offset(step, &offset) != FOUND)
        return NONSENSE;
    const struct motion first = motion_of(&value, r->first, vector, offset);
    const struct motion farthest = motion_of(&value, farthest_from_first(r), vector, offset);
    chain->first = motion_compose(&chain->first, &first);
    chain->farthest = motion_compose(&chain->farthest, &farthest);
    return FOUND;
}

static bool ends(const char *depends_on)
{
    return depends_on[0] == '\0' || strcmp(depends_on, ".") == 0;
}

/* Adds `step`, and writes what it depends on to `next`. */
static enum lookup add_step(const struct nexus_node *step, struct transformation_chain *chain,
                            char next[DEPENDS_ON_SIZE])
{
    next[0] = '\0';
    if (transformation_chain_step(step, chain) != FOUND)
        return NONSENSE;
    return text_of_attribute(step, "depends_on", next, DEPENDS_ON_SIZE) == NONSENSE ? NONSENSE
                                                                                    : FOUND;
}

enum lookup transformation_chain_follow(const struct nexus_node *from, const char *depends_on,
                                        const struct nexus_node *root,
                                        struct transformation_chain *chain)
{
    char next[DEPENDS_ON_SIZE];
    struct nexus_node at = *from;
    enum lookup found = FOUND;
    int steps = 0;
    snprintf(next, sizeof next, "%s", depends_on);
    while (found == FOUND && !ends(next)) {
        struct nexus_node step = node_from(&at, next, root);
        if (steps > 0)
            node_close(&at);
        at = step;
        if (!node_exists(&step))
            node_complain(from, "it hangs on %s, which is not there: not used", next);
        else if (steps == STEPS_MAX)
            node_complain(from, "it hangs on more than %d others: do they form a circle? Not used",
                          STEPS_MAX);
        found = !node_exists(&step) || steps == STEPS_MAX ? NONSENSE : add_step(&step, chain, next);
        steps++;
    }
    if (steps > 0)
        node_close(&at);
    return found;
}

enum lookup transformation_chain_of(const struct nexus_node *dataset, const struct nexus_node *root,
                                    const struct nexus_node *other, const char *otherwise,
                                    struct transformation_chain *chain)
{
    char next[DEPENDS_ON_SIZE];
    const enum lookup found = text_of_attribute(dataset, "depends_on", next, sizeof next);
    if (found == NONSENSE)
        return NONSENSE;
    return found == FOUND ? transformation_chain_follow(dataset, next, root, chain)
                          : transformation_chain_follow(other, otherwise, root, chain);
}
