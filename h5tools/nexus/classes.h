/* nexus/classes.h - the NeXus class of a group. */
#ifndef H5WINNOW_NEXUS_CLASSES_H
#define H5WINNOW_NEXUS_CLASSES_H

#include <stdbool.h>

#include "nexus/node.h"

/* Whether a group says that it is of a NeXus class, or, where it does not say which it is, its name
 * begins with `prefix`. */
bool node_is_class(const struct nexus_node *node, const char *nexus_class, const char *prefix);

/* Whether it says so itself. */
bool node_declares_class(const struct nexus_node *node, const char *nexus_class);

#endif
