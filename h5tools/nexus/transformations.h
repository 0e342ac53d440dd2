/*
 * nexus_axes.h - chains of transformations (NXtransformations), which say where something stands.
 *
 * Each step is a dataset with the attributes transformation_type, vector, offset and depends_on,
 * which names the next step; "." ends the chain. Coordinates are those of NeXus: metres, the origin
 * in the sample, z along the beam.
 */
#ifndef H5WINNOW_NEXUS_AXES_H
#define H5WINNOW_NEXUS_AXES_H

#include "geometry/vector3.h"
#include "nexus/values.h"

/* What a chain does to the thing that hangs on it. */
struct chain {
    struct motion first;    /* in the first frame */
    struct motion farthest; /* each step where it is farthest from there in any frame */
};

/* A chain of no step. */
struct chain chain_none(void);

/* Adds one step. NONSENSE: it makes no sense, which was complained about. */
enum found chain_step(const struct node *step, struct chain *chain);

/* Adds the steps from `depends_on` on; `from` is the dataset that says so. NONSENSE: a step cannot
 * be found or makes no sense, which was complained about; those before it have been added. */
enum found chain_follow(const struct node *from, const char *depends_on, const struct node *root,
                        struct chain *chain);

/* Adds what a dataset hangs on, or, if it does not say so, `otherwise`, said by `other`. */
enum found chain_of(const struct node *dataset, const struct node *root, const struct node *other,
                    const char *otherwise, struct chain *chain);

/* The attribute `name` as a unit vector. MISSING is complained about, too. */
enum found axis_vector(const struct node *step, const char *name, struct vector3 *vector);

/* The attribute offset, metres; (0, 0, 0) if it is missing. */
enum found axis_offset(const struct node *step, struct vector3 *offset);

#endif
