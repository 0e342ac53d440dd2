/*
 * The groups and datasets of a NeXus file, with the names that messages need.
 *
 * A node may be absent; children of an absent node are absent, too. Only broken links and invalid
 * contents are reported, not absence.
 */
#ifndef H5WINNOW_NEXUS_NODE_H
#define H5WINNOW_NEXUS_NODE_H

#include <hdf5.h>
#include <stdbool.h>

#define NODE_PATH_SIZE 1024

struct nexus_node {
    hid_t id;                  /* negative: absent */
    const char *file;          /* its name, for messages */
    char path[NODE_PATH_SIZE]; /* from the root of the file that the search started in */
};

/* The root of a file that stays open. */
struct nexus_node node_root(hid_t file, const char *file_name);

/* The child called `name`. A broken link is reported. */
struct nexus_node node_child(const struct nexus_node *parent, const char *name);

/* The same without a message. */
struct nexus_node node_child_quietly(const struct nexus_node *parent, const char *name);

/* The object at `path`, absolute or relative to the group that holds `dataset`. Absolute paths
 * start at the root of the file that holds the dataset, or else at `root`. */
struct nexus_node node_from(const struct nexus_node *dataset, const char *path,
                            const struct nexus_node *root);

/* Closing an absent node does nothing. */
void node_close(struct nexus_node *node);

bool node_exists(const struct nexus_node *node);
bool node_is_group(const struct nexus_node *node);

/* Visits the children of a group, in the order of names, until a visit returns false. */
typedef bool (*node_visit)(const struct nexus_node *child, const char *name, void *context);
void node_each(const struct nexus_node *group, node_visit visit, void *context);

/* Prints "FILE::PATH: " and the message. */
void node_complain(const struct nexus_node *node, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
