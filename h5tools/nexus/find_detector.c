/*
 * Lists the NXdetector groups of all NXinstrument groups of the entry. With several, a link to the
 * image among their children decides, compared by object identity.
 */
#include "nexus/find_detector.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/visited_set.h"
#include "nexus/classes.h"

#define DETECTORS_MAX 32
#define NAME_SIZE     256

/* Extracts the next name of a path and advances *path. False: none, or too long. */
static bool next_name(const char **path, char name[NAME_SIZE])
{
    *path += strspn(*path, "/");
    const size_t length = strcspn(*path, "/");
    if (length == 0 || length >= NAME_SIZE)
        return false;
    memcpy(name, *path, length);
    name[length] = '\0';
    *path += length;
    return true;
}

/* Opens a path step by step, so that links on it may lead to other files. */
static struct nexus_node follow(const struct nexus_node *root, const char *path)
{
    char name[NAME_SIZE];
    bool more = next_name(&path, name);
    struct nexus_node at =
        more ? node_child(root, name) : (struct nexus_node){.id = H5I_INVALID_HID};
    while (more && (more = next_name(&path, name))) {
        const struct nexus_node child = node_child(&at, name);
        node_close(&at);
        at = child;
    }
    return at;
}

static struct nexus_node first_group(const struct nexus_node *root, const char *path)
{
    char name[NAME_SIZE];
    struct nexus_node group = {.id = H5I_INVALID_HID, .file = root->file};
    if (next_name(&path, name))
        group = node_child(root, name);
    if (!node_is_group(&group))
        node_close(&group);
    return group;
}

struct nexus_node find_entry(const struct nexus_node *root, const char *image_path)
{
    const char *path = image_path;
    char name[NAME_SIZE];
    struct nexus_node at = first_group(root, path);
    next_name(&path, name);
    while (node_is_group(&at) && !node_declares_class(&at, "NXentry") && next_name(&path, name)) {
        const struct nexus_node child = node_child(&at, name);
        node_close(&at);
        at = child;
    }
    if (node_declares_class(&at, "NXentry"))
        return at;
    node_close(&at);
    return first_group(root, image_path);
}

struct detector_search {
    const struct nexus_node *image;
    char detectors[DETECTORS_MAX][NAME_SIZE]; /* names within their instrument */
    char instruments[DETECTORS_MAX][NAME_SIZE];
    bool declared[DETECTORS_MAX];
    int count;
    const char *instrument; /* being searched */
};

static bool visit_detector(const struct nexus_node *child, const char *name, void *context)
{
    struct detector_search *s = context;
    if (!node_is_class(child, "NXdetector", "detector") || strlen(name) >= NAME_SIZE ||
        s->count == DETECTORS_MAX)
        return true;
    snprintf(s->detectors[s->count], NAME_SIZE, "%s", name);
    snprintf(s->instruments[s->count], NAME_SIZE, "%s", s->instrument);
    s->declared[s->count] = node_declares_class(child, "NXdetector");
    s->count++;
    return true;
}

static bool visit_instrument(const struct nexus_node *child, const char *name, void *context)
{
    struct detector_search *s = context;
    if (!node_is_class(child, "NXinstrument", "instrument") || strlen(name) >= NAME_SIZE)
        return true;
    s->instrument = name;
    node_each(child, visit_detector, s);
    return true;
}

/* Groups that are only named detector... are dropped if others declare the class. */
static void drop_unclassified(struct detector_search *s)
{
    int kept = 0;
    for (int i = 0; i < s->count; i++) {
        if (!s->declared[i])
            continue;
        memmove(s->detectors[kept], s->detectors[i], NAME_SIZE);
        memmove(s->instruments[kept], s->instruments[i], NAME_SIZE);
        kept++;
    }
    if (kept > 0)
        s->count = kept;
}

struct image_comparison {
    hid_t image;
    bool same;
};

static bool same_object(hid_t one, hid_t other)
{
    struct visited_set *visited = visited_set_new();
    if (!visited)
        return false;
    const bool same = visited_set_add(visited, one) && !visited_set_add(visited, other) &&
                      !visited_set_incomplete(visited);
    visited_set_free(visited);
    return same;
}

static bool visit_data(const struct nexus_node *child, const char *name, void *context)
{
    struct image_comparison *c = context;
    if (strncmp(name, "data", strlen("data")) == 0 && H5Iget_type(child->id) == H5I_DATASET)
        c->same = same_object(c->image, child->id);
    return !c->same;
}

static struct nexus_node open_detector(const struct nexus_node *entry,
                                       const struct detector_search *s, int i)
{
    struct nexus_node instrument = node_child(entry, s->instruments[i]);
    const struct nexus_node detector = node_child(&instrument, s->detectors[i]);
    node_close(&instrument);
    return detector;
}

/* The only detector whose data is the image; -1: none, or several. */
static int linked_detector(const struct nexus_node *entry, const struct detector_search *s)
{
    int linked = -1, count = 0;
    for (int i = 0; i < s->count && s->image->id >= 0; i++) {
        struct nexus_node detector = open_detector(entry, s, i);
        struct image_comparison comparison = {.image = s->image->id};
        node_each(&detector, visit_data, &comparison);
        node_close(&detector);
        if (comparison.same) {
            linked = i;
            count++;
        }
    }
    return count == 1 ? linked : -1;
}

static struct nexus_node choose(const struct nexus_node *entry, struct detector_search *s,
                                const char *image_path)
{
    const struct nexus_node none = {.id = H5I_INVALID_HID, .file = entry->file};
    drop_unclassified(s);
    if (s->count == 0)
        return none;
    const int chosen = s->count == 1 ? 0 : linked_detector(entry, s);
    if (chosen >= 0)
        return open_detector(entry, s, chosen);
    node_complain(entry,
                  "it has %d detectors, and the file does not say which of them took %s: no "
                  "geometry and no mask are read; give --centre",
                  s->count, image_path);
    return none;
}

struct nexus_node find_detector(const struct nexus_node *entry, const struct nexus_node *root,
                                const char *image_path)
{
    struct nexus_node image = follow(root, image_path);
    struct detector_search *s = calloc(1, sizeof *s);
    struct nexus_node detector = {.id = H5I_INVALID_HID, .file = entry->file};
    if (!s) {
        complain_memory();
    } else {
        s->image = &image;
        node_each(entry, visit_instrument, s);
        detector = choose(entry, s, image_path);
    }
    free(s);
    node_close(&image);
    return detector;
}
