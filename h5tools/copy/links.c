/*
 * Absolute soft links in files reached by external links are translated through the list of grafts
 * (objects that such links led to), or else by looking up the target among the copied objects.
 */
#include "copy/links.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "hdf5/file.h"

/* The value of a link, terminated by 0 where HDF5 has not. NULL: out of memory, or HDF5 fails. */
static char *value_of(const struct link *link, size_t size)
{
    char *value = calloc(size + 1, 1);
    if (value && H5Lget_val(link->in, link->name, value, size, H5P_DEFAULT) >= 0)
        return value;
    free(value);
    return NULL;
}

static void complain_failed(struct copy_state *c, const struct link *link)
{
    copy_state_failed(c, link->parent, link->name, "the link cannot be copied",
                      "the output lacks it; is the file damaged?");
}

/* ---- soft links ------------------------------------------------------------------------------ */

/* The path of a copied object in the output, followed by `rest`. For free(). */
static char *output_path(const struct object_table *copied, size_t index, const char *rest)
{
    const struct copied_object *object = object_table_at(copied, index);
    char *path = object_table_path(copied, object->parent, object->name);
    char *joined = path ? realloc(path, strlen(path) + strlen(rest) + 1) : NULL;
    if (!joined)
        free(path);
    else
        strcat(joined, rest);
    return joined;
}

/* What follows the leading names `start` of a path; NULL: the path does not start with them. */
static const char *rest_of(const char *path, const char *start)
{
    const size_t length = strcmp(start, "/") == 0 ? 0 : strlen(start);
    if (strncmp(path, start, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return NULL;
    return path + length;
}

/* The path in the output of an object of another file; NULL: not copied. For free(). */
static char *path_of_copy(struct copy_state *c, const struct link *link, const char *target)
{
    size_t source, index;
    object_token token;
    char *path = NULL;
    const hid_t object = H5Oopen(link->in, target, H5P_DEFAULT);
    if (object < 0)
        return NULL;
    if (copy_state_identify(c, object, &source, &token) &&
        object_table_find(c->copied, source, &token, &index) &&
        !object_table_at(c->copied, index)->missing)
        path = output_path(c->copied, index, "");
    H5Oclose(object);
    return path;
}

/* Translates an absolute path of another file to one of the output. NULL: not known to be there. */
static char *translate_path(struct copy_state *c, const struct link *link, const char *target,
                            size_t source)
{
    for (size_t i = 0; i < c->grafts_count; i++) {
        const struct graft *graft = &c->grafts[i];
        const char *rest = graft->source == source ? rest_of(target, graft->in_path) : NULL;
        if (rest)
            return output_path(c->copied, graft->index, rest);
    }
    return path_of_copy(c, link, target);
}

static void create_soft(struct copy_state *c, const struct link *link, const char *target)
{
    if (H5Lcreate_soft(target, link->out, link->name, link->properties, H5P_DEFAULT) < 0)
        complain_failed(c, link);
}

static void copy_from_other_file(struct copy_state *c, const struct link *link, const char *target,
                                 size_t source)
{
    char *path = translate_path(c, link, target, source);
    if (path)
        create_soft(c, link, path);
    else
        copy_state_complain(
            c, FINDING, link->parent, link->name,
            "a soft link to %s of the file %s, which is not in the output: it is left "
            "out; link to more of that file, or keep external links",
            target, source_files_name(c->sources, source));
    free(path);
}

void soft_link_copy(struct copy_state *c, const struct link *link, size_t size)
{
    const size_t source = object_table_at(c->copied, link->parent)->source;
    char *target = value_of(link, size);
    if (!target)
        complain_failed(c, link);
    else if (source != SOURCE_INPUT && target[0] == '/')
        copy_from_other_file(c, link, target, source);
    else
        create_soft(c, link, target);
    free(target);
}

/* ---- external links -------------------------------------------------------------------------- */

void external_link_copy(struct copy_state *c, const struct link *link, size_t size)
{
    const char *file, *object;
    char *value = value_of(link, size);
    if (!value || H5Lunpack_elink_val(value, size, NULL, &file, &object) < 0 ||
        H5Lcreate_external(file, object, link->out, link->name, link->properties, H5P_DEFAULT) < 0)
        complain_failed(c, link);
    free(value);
}

void external_link_failed(struct copy_state *c, const struct link *link, size_t size)
{
    char reason[REASON_SIZE];
    const char *file = "another file", *object = "?";
    hdf5_reason(reason);
    char *value = value_of(link, size);
    if (value)
        H5Lunpack_elink_val(value, size, NULL, &file, &object);
    copy_state_complain(c, BAD_INPUT, link->parent, link->name,
                        "the link to %s::%s cannot be followed (%s): put that file where the link "
                        "says, or keep external links",
                        file, object, reason);
    free(value);
}
