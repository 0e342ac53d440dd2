/*
 * Each module's fast and slow pixel directions and module_offset are carried through their chains
 * of transformations; the plane is extended to the first pixel of the image by data_origin. Modules
 * whose corners agree within a pixel form one plane. Definitions: NXdetector_module and
 * NXtransformations of NeXus.
 */
#include "nexus/modules.h"

#include <math.h>
#include <stdio.h>

#include "nexus/classes.h"

/* Modules further off the common grid than this, in pixels, do not share rings. */
#define GRID_TOLERANCE 1.0

struct module_search {
    const struct nexus_node *root;
    struct nexus_node depends_on;         /* of the detector: the default of its modules */
    char depends_on_text[NODE_PATH_SIZE]; /* "": none */
    uint32_t height, width;
    struct detector_modules *modules;
    enum lookup found;
};

/* The part of the image that a module covers. */
struct module_area {
    double y, x, height, width;
};

static enum lookup read_area(const struct nexus_node *module, const struct module_search *s,
                             struct module_area *area)
{
    double origin[2] = {0, 0}, size[2] = {s->height, s->width};
    struct nexus_node origin_node = node_child(module, "data_origin");
    struct nexus_node size_node = node_child(module, "data_size");
    const enum lookup found_origin = numbers_of(&origin_node, 2, origin);
    const enum lookup found_size = numbers_of(&size_node, 2, size);
    node_close(&origin_node);
    node_close(&size_node);
    *area = (struct module_area){origin[0], origin[1], size[0], size[1]};
    return found_origin == NONSENSE || found_size == NONSENSE ? NONSENSE : FOUND;
}

/* One of the two directions of a module: unit vectors at the first and the farthest position, and
 * the pitch of the pixels. */
static enum lookup read_direction(const struct nexus_node *direction, const struct module_search *s,
                                  struct vector3 *first, struct vector3 *farthest, double *length)
{
    struct nexus_field field;
    struct transformation_chain chain = transformation_chain_none();
    struct vector3 vector;
    if (field_of(direction, IN_METRES, "m", &field) != FOUND ||
        transformation_vector(direction, "vector", &vector) != FOUND ||
        transformation_chain_of(direction, s->root, &s->depends_on, s->depends_on_text, &chain) !=
            FOUND)
        return NONSENSE;
    *first = motion_rotate(&chain.first, vector);
    *farthest = motion_rotate(&chain.farthest, vector);
    *length = field.reading.first;
    return FOUND;
}

/* The outer corner of a module's first pixel: the image of the origin under module_offset and its
 * chain, or without it under the offset and chain of the fast direction. */
static enum lookup read_corner(const struct nexus_node *module, const struct nexus_node *fast,
                               const struct module_search *s, struct vector3 *first,
                               struct vector3 *farthest)
{
    struct nexus_node offset = node_child(module, "module_offset");
    struct transformation_chain chain = transformation_chain_none();
    enum lookup found;
    if (node_exists(&offset)) {
        found = transformation_chain_step(&offset, &chain);
        if (found == FOUND)
            found = transformation_chain_of(&offset, s->root, &s->depends_on, s->depends_on_text,
                                            &chain);
    } else {
        found = transformation_offset(fast, &chain.first.shift);
        chain.farthest.shift = chain.first.shift;
        if (found == FOUND)
            found =
                transformation_chain_of(fast, s->root, &s->depends_on, s->depends_on_text, &chain);
    }
    node_close(&offset);
    *first = chain.first.shift;
    *farthest = chain.farthest.shift;
    return found;
}

/* Extends the plane of a module to the first pixel of the image. */
static void to_image(struct detector_plane *plane, const struct module_area *area)
{
    plane->corner = detector_plane_at(plane, -area->x, -area->y);
}

static enum lookup read_planes(const struct nexus_node *module, const struct module_search *s,
                               struct module_area *area, struct detector_plane *first,
                               struct detector_plane *farthest)
{
    struct nexus_node fast = node_child(module, "fast_pixel_direction");
    struct nexus_node slow = node_child(module, "slow_pixel_direction");
    enum lookup found = NONSENSE;
    if (!node_exists(&fast) || !node_exists(&slow))
        node_complain(module, "it does not say in which directions its pixels lie: not used");
    else if (read_direction(&fast, s, &first->fast, &farthest->fast, &first->width) == FOUND &&
             read_direction(&slow, s, &first->slow, &farthest->slow, &first->height) == FOUND &&
             read_corner(module, &fast, s, &first->corner, &farthest->corner) == FOUND)
        found = read_area(module, s, area);
    node_close(&fast);
    node_close(&slow);
    if (found != FOUND)
        return NONSENSE;
    farthest->width = first->width;
    farthest->height = first->height;
    to_image(first, area);
    to_image(farthest, area);
    return FOUND;
}

/* Whether the corners of a module lie where the first module's grid puts them. */
static bool on_grid(const struct detector_plane *grid, const struct detector_plane *own,
                    const struct module_area *area)
{
    for (int i = 0; i < 4; i++) {
        const double x = area->x + (i & 1 ? area->width : 0);
        const double y = area->y + (i & 2 ? area->height : 0);
        const struct vector3 there = detector_plane_at(grid, x, y),
                             here = detector_plane_at(own, x, y);
        if (!(vector3_length(vector3_sum(here, vector3_scaled(there, -1))) <=
              GRID_TOLERANCE * grid->width))
            return false;
    }
    return true;
}

static bool visit(const struct nexus_node *child, const char *name, void *context)
{
    struct module_search *s = context;
    struct detector_plane first = {.width = 0}, farthest;
    struct module_area area;
    (void)name;
    if (!node_is_class(child, "NXdetector_module", "module"))
        return true;
    if (read_planes(child, s, &area, &first, &farthest) != FOUND) {
        s->found = NONSENSE;
        return false;
    }
    const char *why = detector_plane_why_none(&first);
    if (why) {
        node_complain(child, "%s: not used", why);
        s->found = NONSENSE;
        return false;
    }
    if (s->found == MISSING) {
        s->modules->first = first;
        s->modules->farthest = farthest;
        snprintf(s->modules->path, sizeof s->modules->path, "%s", child->path);
        s->found = FOUND;
    } else if (!on_grid(&s->modules->first, &first, &area)) {
        s->modules->bent = true;
    }
    return true;
}

/* Whether the detector's own chain tilts it against the beam. */
static bool chain_tilts(const struct module_search *s)
{
    struct transformation_chain chain = transformation_chain_none();
    transformation_chain_follow(&s->depends_on, s->depends_on_text, s->root, &chain);
    const struct vector3 normal = motion_rotate(&chain.first, (struct vector3){0, 0, 1});
    return hypot(normal.x, normal.y) > PLANE_TILT_MIN;
}

enum lookup modules_read(const struct nexus_node *detector, const struct nexus_node *root,
                         uint32_t height, uint32_t width, struct detector_modules *modules)
{
    struct module_search s = {
        .root = root, .height = height, .width = width, .modules = modules, .found = MISSING};
    modules->bent = false;
    s.depends_on = node_child(detector, "depends_on");
    if (text_of(&s.depends_on, s.depends_on_text, sizeof s.depends_on_text) != FOUND)
        s.depends_on_text[0] = '\0';
    node_each(detector, visit, &s);
    modules->tilted = s.found != FOUND && chain_tilts(&s);
    node_close(&s.depends_on);
    return s.found;
}
