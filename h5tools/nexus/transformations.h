/*
 * Chains of transformations (NXtransformations), which give the position of a component.
 *
 * Each step is a dataset with the attributes transformation_type, vector, offset and depends_on,
 * which names the next step; "." ends the chain. Coordinates are those of NeXus: metres, the origin
 * in the sample, z along the beam.
 */
#ifndef H5WINNOW_NEXUS_TRANSFORMATIONS_H
#define H5WINNOW_NEXUS_TRANSFORMATIONS_H

#include "geometry/vector3.h"
#include "nexus/values.h"

/* The motion that a chain applies to the component that depends on it. */
struct transformation_chain {
    struct motion first;    /* in the first frame */
    struct motion farthest; /* each step at its largest displacement in any frame */
};

/* The empty chain. */
struct transformation_chain transformation_chain_none(void);

/* Adds one step. NONSENSE: it is invalid, which was reported. */
enum lookup transformation_chain_step(const struct nexus_node *step,
                                      struct transformation_chain *chain);

/* Adds the steps from `depends_on` on; `from` is the dataset with that attribute. NONSENSE: a step
 * is missing or invalid, which was reported; those before it have been added. */
enum lookup transformation_chain_follow(const struct nexus_node *from, const char *depends_on,
                                        const struct nexus_node *root,
                                        struct transformation_chain *chain);

/* Adds the chain that a dataset depends on; without that, the chain `otherwise` of `other`. */
enum lookup transformation_chain_of(const struct nexus_node *dataset, const struct nexus_node *root,
                                    const struct nexus_node *other, const char *otherwise,
                                    struct transformation_chain *chain);

/* The attribute `name` as a unit vector. NONSENSE, with a message, also if it is missing. */
enum lookup transformation_vector(const struct nexus_node *step, const char *name,
                                  struct vector3 *vector);

/* The attribute offset, metres; (0, 0, 0) if it is missing. */
enum lookup transformation_offset(const struct nexus_node *step, struct vector3 *offset);

#endif
