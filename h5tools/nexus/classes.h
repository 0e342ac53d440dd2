/* The NeXus class of a group. */
#ifndef H5WINNOW_NEXUS_CLASSES_H
#define H5WINNOW_NEXUS_CLASSES_H

#include <stdbool.h>

#include "nexus/node.h"

/* Whether a group is of a NeXus class: by its attribute NX_class, or, without one, because its name
 * starts with `prefix`. */
bool node_is_class(const struct nexus_node *node, const char *nexus_class, const char *prefix);

/* Whether its attribute NX_class says so. */
bool node_declares_class(const struct nexus_node *node, const char *nexus_class);

#endif
