/*
 * Depth-first recursion over links in the order of names. A set of visited objects ends cycles; a
 * limit of the depth protects the stack.
 */
#include "hdf5/walk_datasets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/file.h"
#include "hdf5/visited_set.h"

/* Nested groups; deeper ones could overflow the stack. */
#define DEPTH_MAX 100

struct walk {
    const char *file_name;
    walk_visit visit;
    void *context;
    struct visited_set *visited;
    bool every_link;
    enum outcome outcome;
};

/* A group being visited. */
struct walk_position {
    struct walk *walk;
    const char *path;
    unsigned depth;
};

static void note(struct walk *w, enum outcome outcome)
{
    w->outcome = worse(w->outcome, outcome);
}

static char *join(const char *path, const char *name)
{
    const size_t length = strlen(path), size = length + strlen(name) + 2;
    const bool slash = length > 0 && path[length - 1] == '/';
    char *joined = malloc(size);
    if (joined)
        snprintf(joined, size, "%s%s%s", path, slash ? "" : "/", name);
    return joined;
}

/* The target of an external link as FILE::OBJECT; NULL if unknown. */
static char *link_target(hid_t group, const char *name, size_t size)
{
    const char *file = NULL, *object = NULL;
    char *target = NULL, *value = malloc(size + 1);
    if (value && H5Lget_val(group, name, value, size, H5P_DEFAULT) >= 0 &&
        H5Lunpack_elink_val(value, size, NULL, &file, &object) >= 0) {
        const size_t length = strlen(file) + strlen(object) + 3;
        target = malloc(length);
        if (target) {
            snprintf(target, length, "%s::%s", file, object);
            make_printable(target);
        }
    }
    free(value);
    return target;
}

/* Reports a broken link, unless it is a soft one: many files have soft links to data that were
 * never written. */
static void complain_link(struct walk *w, hid_t group, const char *name, const char *path,
                          const H5L_info_t *link)
{
    char reason[REASON_SIZE];
    hdf5_reason(reason);
    if (link->type == H5L_TYPE_HARD) {
        complain("%s::%s: cannot be opened: %s", w->file_name, path, reason);
        note(w, FINDING);
    } else if (link->type == H5L_TYPE_EXTERNAL) {
        char *target = link_target(group, name, link->u.val_size);
        complain(
            "%s::%s: the link to %s cannot be followed (%s): is that file there, and complete?",
            w->file_name, path, target ? target : "another file", reason);
        free(target);
        note(w, FINDING);
    }
}

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *link, void *data);

static void visit_group(struct walk *w, hid_t group, const char *path, unsigned depth)
{
    struct walk_position position = {w, path, depth + 1};
    if (depth >= DEPTH_MAX) {
        complain("%s::%s: more than %d groups deep, not looked at", w->file_name, path, DEPTH_MAX);
        note(w, FINDING);
        return;
    }
    if (H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, NULL, visit_link, &position) < 0) {
        char reason[REASON_SIZE];
        hdf5_reason(reason);
        complain("%s::%s: its contents cannot be listed: %s", w->file_name, path, reason);
        note(w, FINDING);
    }
}

static void visit_object(struct walk *w, hid_t object, const char *path, unsigned depth)
{
    const H5I_type_t type = H5Iget_type(object);
    const bool first = visited_set_add(w->visited, object);
    if (type == H5I_DATASET && (first || w->every_link))
        note(w, w->visit(w->context, object, path));
    else if (type == H5I_GROUP && first)
        visit_group(w, object, path, depth);
}

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *link, void *data)
{
    const struct walk_position *position = data;
    char *path = join(position->path, name);
    if (!path) {
        complain_memory();
        note(position->walk, IO_FAILURE);
        return 0;
    }
    const hid_t object = H5Oopen(group, name, H5P_DEFAULT);
    make_printable(path);
    if (object >= 0) {
        visit_object(position->walk, object, path, position->depth);
        H5Oclose(object);
    } else {
        complain_link(position->walk, group, name, path, link);
    }
    free(path);
    return 0;
}

static enum outcome begin(struct walk *w, hid_t file, const char *object)
{
    w->visited = visited_set_new();
    if (!w->visited) {
        complain_memory();
        return IO_FAILURE;
    }
    const hid_t start = H5Oopen(file, object, H5P_DEFAULT);
    if (start >= 0) {
        visit_object(w, start, object, 0);
        H5Oclose(start);
    } else {
        char reason[REASON_SIZE];
        hdf5_reason(reason);
        complain("%s::%s: cannot be opened (%s): is this its path?", w->file_name, object, reason);
        note(w, BAD_INPUT);
    }
    if (visited_set_incomplete(w->visited)) {
        complain("%s: some objects cannot be looked at (not enough memory, or damaged)",
                 w->file_name);
        note(w, IO_FAILURE);
    }
    visited_set_free(w->visited);
    return w->outcome;
}

enum outcome walk_datasets(hid_t file, const char *file_name, const char *object, walk_visit visit,
                           void *context)
{
    struct walk w = {.file_name = file_name, .visit = visit, .context = context};
    return begin(&w, file, object);
}

enum outcome walk_datasets_and_links(hid_t file, const char *file_name, const char *object,
                                     walk_visit visit, void *context)
{
    struct walk w = {
        .file_name = file_name, .visit = visit, .context = context, .every_link = true};
    return begin(&w, file, object);
}
