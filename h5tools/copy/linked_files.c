/*
 * Breadth-first: each file of the growing list is opened and its links are visited; new names are
 * appended.
 */
#define _GNU_SOURCE
#include "copy/linked_files.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/file.h"

struct linked_search {
    const char *folder; /* of the first file, with a trailing slash, or "" */
    const char *file;   /* whose links are being visited */
    struct image_list *images;
    struct linked_files *files;
    enum outcome outcome;
};

static bool is_listed(const struct linked_files *files, const char *name)
{
    for (size_t i = 0; i < files->n; i++) {
        if (strcmp(files->name[i], name) == 0)
            return true;
    }
    return false;
}

static enum outcome add(struct linked_search *s, const char *name)
{
    struct linked_files *files = s->files;
    if (is_listed(files, name))
        return DONE;
    if (name[0] == '/' || strncmp(name, "../", 3) == 0 || strstr(name, "/../")) {
        complain(
            "%s: leads to %s, which lies elsewhere: its layout cannot be kept in another folder",
            s->file, name);
        return BAD_INPUT;
    }
    char **names = realloc(files->name, (files->n + 1) * sizeof *names);
    if (names)
        files->name = names;
    char **paths = realloc(files->path, (files->n + 1) * sizeof *paths);
    if (paths)
        files->path = paths;
    char *own = strdup(name), *path = NULL;
    if (!names || !paths || !own || asprintf(&path, "%s%s", s->folder, name) < 0) {
        free(own);
        complain_memory();
        return IO_FAILURE;
    }
    files->name[files->n] = own;
    files->path[files->n++] = path;
    return DONE;
}

static enum outcome add_link(struct linked_search *s, hid_t file, const char *name, size_t size)
{
    const char *target = NULL, *object = NULL;
    char *value = malloc(size + 1);
    enum outcome outcome = BAD_INPUT;
    if (value && H5Lget_val(file, name, value, size, H5P_DEFAULT) >= 0 &&
        H5Lunpack_elink_val(value, size, NULL, &target, &object) >= 0)
        outcome = add(s, target);
    free(value);
    return outcome;
}

/* Adds the file of a source of a virtual dataset, and the source dataset to the images. */
static enum outcome add_source(struct linked_search *s, const char *name, const char *dataset,
                               bool is_image)
{
    enum outcome outcome = strcmp(name, ".") == 0 ? DONE : add(s, name);
    hid_t file, source;
    char *path = NULL;
    if (outcome != DONE || !is_image || strcmp(name, ".") == 0)
        return outcome;
    if (asprintf(&path, "%s%s", s->folder, name) < 0)
        return IO_FAILURE;
    outcome = file_open(path, &file);
    free(path);
    if (outcome != DONE)
        return outcome;
    source = H5Dopen2(file, dataset, H5P_DEFAULT);
    if (source >= 0) {
        outcome = image_list_add(s->images, source) ? DONE : IO_FAILURE;
        H5Dclose(source);
    }
    H5Fclose(file);
    return outcome;
}

static enum outcome add_sources(struct linked_search *s, hid_t dataset, hid_t properties)
{
    size_t n = 0;
    enum outcome outcome = DONE;
    const bool is_image = image_list_has(s->images, dataset);
    H5Pget_virtual_count(properties, &n);
    for (size_t i = 0; i < n && outcome == DONE; i++) {
        const ssize_t file_size = H5Pget_virtual_filename(properties, i, NULL, 0);
        const ssize_t dataset_size = H5Pget_virtual_dsetname(properties, i, NULL, 0);
        if (file_size < 0 || dataset_size < 0)
            return BAD_INPUT;
        char *file_name = calloc(1, (size_t)file_size + 1);
        char *dataset_name = calloc(1, (size_t)dataset_size + 1);
        outcome = IO_FAILURE;
        if (file_name && dataset_name &&
            H5Pget_virtual_filename(properties, i, file_name, (size_t)file_size + 1) >= 0 &&
            H5Pget_virtual_dsetname(properties, i, dataset_name, (size_t)dataset_size + 1) >= 0)
            outcome = add_source(s, file_name, dataset_name, is_image);
        free(file_name);
        free(dataset_name);
    }
    return outcome;
}

static enum outcome visit_object(struct linked_search *s, hid_t file, const char *name)
{
    enum outcome outcome = DONE;
    const hid_t object = H5Oopen(file, name, H5P_DEFAULT);
    if (object >= 0 && H5Iget_type(object) == H5I_DATASET) {
        const hid_t properties = H5Dget_create_plist(object);
        if (H5Pget_layout(properties) == H5D_VIRTUAL)
            outcome = add_sources(s, object, properties);
        H5Pclose(properties);
    }
    if (object >= 0)
        H5Oclose(object);
    return outcome;
}

static herr_t visit(hid_t file, const char *name, const H5L_info_t *link, void *data)
{
    struct linked_search *s = data;
    enum outcome outcome = DONE;
    if (link->type == H5L_TYPE_EXTERNAL)
        outcome = add_link(s, file, name, link->u.val_size);
    else if (link->type == H5L_TYPE_HARD)
        outcome = visit_object(s, file, name);
    s->outcome = worse(s->outcome, outcome);
    return outcome > FINDING;
}

static enum outcome follow(struct linked_search *s, const char *path)
{
    hid_t file;
    const enum outcome outcome = file_open(path, &file);
    if (outcome != DONE)
        return outcome;
    s->file = path;
    s->outcome = DONE;
    if (H5Lvisit(file, H5_INDEX_NAME, H5_ITER_INC, visit, s) < 0)
        s->outcome = worse(s->outcome, BAD_INPUT);
    H5Fclose(file);
    return s->outcome;
}

enum outcome linked_files_find(const char *path, struct image_list *images,
                               struct linked_files *files)
{
    const char *slash = strrchr(path, '/');
    char *folder = !slash ? strdup("") : strndup(path, (size_t)(slash - path) + 1);
    struct linked_search s = {.folder = folder, .images = images, .files = files};
    enum outcome outcome = !folder ? IO_FAILURE : add(&s, !slash ? path : slash + 1);
    for (size_t i = 0; i < files->n && outcome == DONE; i++)
        outcome = follow(&s, files->path[i]);
    free(folder);
    if (outcome != DONE)
        linked_files_free(files);
    return outcome;
}

void linked_files_free(struct linked_files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        free(files->name[i]);
        free(files->path[i]);
    }
    free(files->name);
    free(files->path);
    *files = (struct linked_files){0};
}
