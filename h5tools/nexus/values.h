/*
 * nexus/values.h - the numbers and texts of a NeXus file.
 *
 * Datasets and attributes may have any type and size, whatever they should have. What makes no
 * sense is complained about.
 */
#ifndef H5WINNOW_NEXUS_VALUES_H
#define H5WINNOW_NEXUS_VALUES_H

#include <stddef.h>

#include "nexus/node.h"
#include "nexus/units.h"

enum lookup {
    MISSING,
    FOUND,
    NONSENSE, /* it is there, but not what it should be; that was complained about */
};

/* A number, or one for each frame. */
struct nexus_reading {
    double first, lowest, highest;
};

/* A number with a unit, out of a dataset. */
struct nexus_field {
    struct nexus_reading reading; /* in pixels, metres or radians */
    enum dimension dimension;     /* which of them */
    char path[NODE_PATH_SIZE];
};

/* The number or numbers in a dataset. */
enum lookup reading_of(const struct nexus_node *dataset, struct nexus_reading *reading);

/* The same of the dataset `name` in a group. `wanted`: which dimensions its unit may have;
 * `standard`: its unit where it does not say so, NULL if it must. */
enum lookup field_read(const struct nexus_node *group, const char *name, int wanted,
                       const char *standard, struct nexus_field *field);

/* That of a dataset that is open. */
enum lookup field_of(const struct nexus_node *dataset, int wanted, const char *standard,
                     struct nexus_field *field);

/* Exactly `count` whole or other finite numbers. */
enum lookup numbers_of(const struct nexus_node *dataset, size_t count, double *numbers);
enum lookup numbers_of_attribute(const struct nexus_node *node, const char *name, size_t count,
                                 double *numbers);

/* One text. White space at its end is cut off. */
enum lookup text_of(const struct nexus_node *dataset, char *text, size_t size);
enum lookup text_of_attribute(const struct nexus_node *node, const char *name, char *text,
                              size_t size);

#endif
