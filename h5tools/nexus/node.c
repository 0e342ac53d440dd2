/*
 * A node is an open object and its path, shortened if necessary, so that every message can name it.
 */
#include "nexus/node.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/file.h"

#define MESSAGE_SIZE 1024

static struct nexus_node absent(const struct nexus_node *near)
{
    return (struct nexus_node){.id = H5I_INVALID_HID, .file = near->file};
}

/* Paths that are too long are truncated; they are only shown. */
static void join(char path[NODE_PATH_SIZE], const char *folder, const char *name)
{
    const size_t length = strlen(folder);
    const bool slash = length > 0 && folder[length - 1] == '/';
    const int written = snprintf(path, NODE_PATH_SIZE, "%s%s%s", folder, slash ? "" : "/", name);
    if (written >= NODE_PATH_SIZE)
        memcpy(path + NODE_PATH_SIZE - 4, "...", 4);
    make_printable(path);
}

struct nexus_node node_root(hid_t file, const char *file_name)
{
    struct nexus_node root = {.id = H5Gopen2(file, "/", H5P_DEFAULT), .file = file_name};
    snprintf(root.path, sizeof root.path, "/");
    return root;
}

/* *broken: there is a link, and it cannot be followed. */
static struct nexus_node open_child(const struct nexus_node *parent, const char *name, bool *broken)
{
    struct nexus_node child = absent(parent);
    *broken = false;
    if (parent->id < 0 || H5Lexists(parent->id, name, H5P_DEFAULT) <= 0)
        return child;
    join(child.path, parent->path, name);
    child.id = H5Oopen(parent->id, name, H5P_DEFAULT);
    *broken = child.id < 0;
    return child;
}

struct nexus_node node_child(const struct nexus_node *parent, const char *name)
{
    bool broken;
    const struct nexus_node child = open_child(parent, name, &broken);
    if (broken) {
        char reason[REASON_SIZE];
        hdf5_reason(reason);
        node_complain(&child, "cannot be opened (%s): does its link lead to a file that is there?",
                      reason);
    }
    return child;
}

struct nexus_node node_child_quietly(const struct nexus_node *parent, const char *name)
{
    bool broken;
    return open_child(parent, name, &broken);
}

/* The path of a dataset in the file that holds it, up to its last slash. */
static bool folder_of(const struct nexus_node *dataset, char path[NODE_PATH_SIZE])
{
    const ssize_t length = H5Iget_name(dataset->id, path, NODE_PATH_SIZE);
    char *slash = length > 0 && length < NODE_PATH_SIZE ? strrchr(path, '/') : NULL;
    if (!slash)
        return false;
    slash[1] = '\0';
    return true;
}

struct nexus_node node_from(const struct nexus_node *dataset, const char *path,
                            const struct nexus_node *root)
{
    char folder[NODE_PATH_SIZE] = "", full[2 * NODE_PATH_SIZE];
    struct nexus_node found = absent(dataset);
    if (path[0] != '/' && !folder_of(dataset, folder))
        return found;
    snprintf(full, sizeof full, "%s%s", folder, path);
    found.id = H5Oopen(dataset->id, full, H5P_DEFAULT);
    if (found.id < 0)
        found.id = H5Oopen(root->id, full, H5P_DEFAULT);
    join(found.path, "", full + 1);
    return found;
}

void node_close(struct nexus_node *node)
{
    if (node->id >= 0)
        H5Oclose(node->id);
    node->id = H5I_INVALID_HID;
}

bool node_exists(const struct nexus_node *node)
{
    return node->id >= 0;
}

bool node_is_group(const struct nexus_node *node)
{
    return node->id >= 0 && H5Iget_type(node->id) == H5I_GROUP;
}

struct visiting {
    const struct nexus_node *group;
    node_visit visit;
    void *context;
};

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *link, void *data)
{
    struct visiting *v = data;
    struct nexus_node child = node_child_quietly(v->group, name);
    (void)group;
    (void)link;
    const bool more = !node_exists(&child) || v->visit(&child, name, v->context);
    node_close(&child);
    return more ? 0 : 1;
}

void node_each(const struct nexus_node *group, node_visit visit, void *context)
{
    struct visiting v = {group, visit, context};
    char reason[REASON_SIZE];
    if (!node_is_group(group) ||
        H5Literate(group->id, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_link, &v) >= 0)
        return;
    hdf5_reason(reason);
    node_complain(group, "its contents cannot be listed: %s", reason);
}

void node_complain(const struct nexus_node *node, const char *format, ...)
{
    char message[MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    make_printable(message);
    complain("%s::%s: %s", node->file, node->path, message);
}
