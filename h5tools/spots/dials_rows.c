/*
 * Boxes are those of the strong pixels where these are kept, since DIALS's own shoeboxes end there.
 * Shoeboxes are generated element by element from the sorted list of pixels, so that a large box
 * needs no memory.
 */
#include "spots/dials_rows.h"

#include <math.h>

#include "base/message.h"

/* Bits of the column `flags`. */
#define FLAG_STRONG     32
#define FLAG_OVERLOADED 1024

/* Most elements of a box: DIALS counts them in int. */
#define MAX_VOXELS INT32_MAX

#define AT(member) offsetof(struct dials_spot, member)

const struct dials_column DIALS_COLUMN[DIALS_COLUMNS] = {
    {"bbox", "int6", DIALS_INT, 6, AT(box)},
    {"flags", "std::size_t", DIALS_SIZE, 1, AT(flags)},
    {"id", "int", DIALS_INT, 1, AT(experiment)},
    {"intensity.sum.value", "double", DIALS_DOUBLE, 1, AT(intensity)},
    {"intensity.sum.variance", "double", DIALS_DOUBLE, 1, AT(intensity_variance)},
    {"n_signal", "int", DIALS_INT, 1, AT(pixels)},
    {"panel", "std::size_t", DIALS_SIZE, 1, AT(panel)},
    {"xyzobs.px.value", "vec3<double>", DIALS_DOUBLE, 3, AT(centroid)},
    {"xyzobs.px.variance", "vec3<double>", DIALS_DOUBLE, 3, AT(variance)},
};

/* ---- boxes --------------------------------------------------------------------------------- */

struct dials_box {
    uint64_t from[3], to[3];
};

static void extend(struct dials_box *box, int axis, uint64_t at)
{
    if (at < box->from[axis])
        box->from[axis] = at;
    if (at >= box->to[axis])
        box->to[axis] = at + 1;
}

/* The box of the strong pixels, if they are kept. */
static struct dials_box find_box(const struct spot_table *table, const wn_spot *spot)
{
    const struct dials_box whole = {{spot->x0, spot->y0, spot->z0}, {spot->x1, spot->y1, spot->z1}};
    struct dials_box strong = {{UINT64_MAX, UINT64_MAX, UINT64_MAX}, {0, 0, 0}};
    for (size_t i = 0; table->shoeboxes && i < spot->n; i++) {
        const wn_shoebox_pixel *pixel = &table->pixel[spot->first + i];
        if (!pixel->strong)
            continue;
        extend(&strong, 0, pixel->x);
        extend(&strong, 1, pixel->y);
        extend(&strong, 2, pixel->z);
    }
    return strong.to[0] > 0 ? strong : whole;
}

/* Whether DIALS can hold a box; without pixels its volume does not matter. */
static bool fits_dials(const struct dials_box *box, bool shoeboxes)
{
    double voxels = 1;
    for (int axis = 0; axis < 3; axis++) {
        if (box->to[axis] <= box->from[axis] || box->to[axis] > INT32_MAX)
            return false;
        voxels *= (double)(box->to[axis] - box->from[axis]);
    }
    return !shoeboxes || voxels <= MAX_VOXELS;
}

uint64_t dials_spot_voxels(const struct dials_spot *spot)
{
    uint64_t voxels = 1;
    for (int axis = 0; axis < 3; axis++)
        voxels *= (uint64_t)(spot->box[2 * axis + 1] - spot->box[2 * axis]);
    return voxels;
}

/* ---- experiments --------------------------------------------------------------------------- */

/* To DIALS, frames not known to belong to a rotation are stills. */
static bool are_stills(const struct spot_table *table)
{
    return !table->rotation && !(fabs(table->phi_step) > 0);
}

static int32_t experiment_of(const struct spot_table *table, size_t i)
{
    return are_stills(table) ? (int32_t)table->spot_frame[i] : 0;
}

/* ---- spots --------------------------------------------------------------------------------- */

struct dials_spot dials_spot(const struct spot_table *table, size_t i)
{
    const wn_spot *s = &table->spot[i];
    const struct dials_box box = find_box(table, s);
    struct dials_spot spot = {
        .flags = FLAG_STRONG | (s->flags & WN_SPOT_SATURATED ? FLAG_OVERLOADED : 0),
        .experiment = experiment_of(table, i),
        .intensity = s->intensity,
        .intensity_variance = s->intensity_variance,
        .pixels = (int32_t)s->pixels,
        .centroid = {s->x + 0.5, s->y + 0.5, s->z + 0.5},
        .variance = {s->variance_x, s->variance_y, s->variance_z},
    };
    for (int axis = 0; axis < 3; axis++) {
        spot.box[2 * axis] = (int32_t)box.from[axis];
        spot.box[2 * axis + 1] = (int32_t)box.to[axis];
    }
    return spot;
}

enum outcome dials_spots_check(const struct spot_table *table, const char *name, uint64_t *voxels)
{
    *voxels = 0;
    for (size_t i = 0; i < table->spots; i++) {
        const wn_spot *s = &table->spot[i];
        const struct dials_box box = find_box(table, s);
        if (!fits_dials(&box, table->shoeboxes) || s->pixels > INT32_MAX ||
            table->spot_frame[i] > INT32_MAX) {
            complain("%s: the spot at x %.1f, y %.1f, frame %.1f is larger than DIALS can hold: "
                     "leave out spots of so many pixels, or choose another format",
                     name, s->x, s->y, s->z);
            return BAD_INPUT;
        }
        if (table->shoeboxes) {
            const struct dials_spot spot = dials_spot(table, i);
            *voxels += dials_spot_voxels(&spot);
        }
    }
    return DONE;
}

/* ---- shoeboxes ----------------------------------------------------------------------------- */

struct dials_voxels dials_voxels(const struct spot_table *table, size_t i)
{
    const wn_spot *s = &table->spot[i];
    const struct dials_spot spot = dials_spot(table, i);
    struct dials_voxels voxels = {
        .x = spot.box[0],
        .y = spot.box[2],
        .z = spot.box[4],
    };
    for (int k = 0; k < 6; k++)
        voxels.box[k] = spot.box[k];
    if (s->n > 0) {
        voxels.pixel = table->pixel + s->first;
        voxels.end = voxels.pixel + s->n;
    }
    return voxels;
}

static void step(struct dials_voxels *v)
{
    if (++v->x < v->box[1])
        return;
    v->x = v->box[0];
    if (++v->y < v->box[3])
        return;
    v->y = v->box[2];
    v->z++;
}

bool dials_voxels_next(struct dials_voxels *v, float *value)
{
    while (v->pixel != v->end && !v->pixel->strong)
        v->pixel++;
    const bool strong = v->pixel != v->end && v->pixel->x == (uint32_t)v->x &&
                        v->pixel->y == (uint32_t)v->y && v->pixel->z == (uint64_t)v->z;
    *value = strong ? v->pixel->value : 0;
    if (strong)
        v->pixel++;
    step(v);
    return strong;
}
