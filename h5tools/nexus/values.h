/*
 * Numbers and texts of a NeXus file.
 *
 * Datasets and attributes are accepted in any type and shape that can be converted. Invalid ones
 * are reported.
 */
#ifndef H5WINNOW_NEXUS_VALUES_H
#define H5WINNOW_NEXUS_VALUES_H

#include <stddef.h>

#include "nexus/node.h"
#include "nexus/units.h"

enum lookup {
    MISSING,
    FOUND,
    NONSENSE, /* present, but invalid, which was reported */
};

/* One number, or the range of one number per frame. */
struct nexus_reading {
    double first, lowest, highest;
};

/* A number with a unit, read from a dataset. */
struct nexus_field {
    struct nexus_reading reading; /* in pixels, metres or radians */
    enum dimension dimension;     /* which of the three */
    char path[NODE_PATH_SIZE];
};

/* The number, or numbers, of a dataset. */
enum lookup reading_of(const struct nexus_node *dataset, struct nexus_reading *reading);

/* The same for the dataset `name` of a group, with its unit. `wanted`: set of dimensions that the
 * unit may have; `standard`: default unit, NULL if the attribute is required. */
enum lookup field_read(const struct nexus_node *group, const char *name, int wanted,
                       const char *standard, struct nexus_field *field);

/* The same for an open dataset. */
enum lookup field_of(const struct nexus_node *dataset, int wanted, const char *standard,
                     struct nexus_field *field);

/* Exactly `count` finite numbers. */
enum lookup numbers_of(const struct nexus_node *dataset, size_t count, double *numbers);
enum lookup numbers_of_attribute(const struct nexus_node *node, const char *name, size_t count,
                                 double *numbers);

/* One text, without trailing white space. */
enum lookup text_of(const struct nexus_node *dataset, char *text, size_t size);
enum lookup text_of_attribute(const struct nexus_node *node, const char *name, char *text,
                              size_t size);

#endif
