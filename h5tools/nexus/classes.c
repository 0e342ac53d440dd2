/* The attribute NX_class decides; names are only the fallback. */
#include "nexus/classes.h"

#include <string.h>

#include "nexus/values.h"

#define CLASS_SIZE 64

bool node_declares_class(const struct nexus_node *node, const char *nexus_class)
{
    char own[CLASS_SIZE];
    return node_is_group(node) && text_of_attribute(node, "NX_class", own, sizeof own) == FOUND &&
           strcmp(own, nexus_class) == 0;
}

bool node_is_class(const struct nexus_node *node, const char *nexus_class, const char *prefix)
{
    const char *slash = strrchr(node->path, '/');
    if (!node_is_group(node))
        return false;
    if (H5Aexists(node->id, "NX_class") > 0)
        return node_declares_class(node, nexus_class);
    return slash && strncmp(slash + 1, prefix, strlen(prefix)) == 0;
}
