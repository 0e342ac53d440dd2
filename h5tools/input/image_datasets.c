#include "input/image_datasets.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/walk_datasets.h"

#define SMALLEST_EDGE 32

/* ---- lists --------------------------------------------------------------------------------- */

bool images_add(struct image_list *list, hid_t dataset)
{
    if (list->objects == NULL)
        list->objects = visited_new();
    if (list->objects == NULL)
        return false;
    visited_add(list->objects, dataset);
    return !visited_incomplete(list->objects);
}

static bool add(struct image_list *list, hid_t dataset, const char *path)
{
    char **grown = realloc(list->path, (list->n + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    list->path = grown;
    list->path[list->n] = strdup(path);
    if (list->path[list->n] == NULL)
        return false;
    list->n++;
    return images_add(list, dataset);
}

void images_free(struct image_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->path[i]);
    free(list->path);
    visited_free(list->objects);
    *list = (struct image_list){0};
}

bool images_has(const struct image_list *list, hid_t dataset)
{
    return list->objects != NULL && visited_has(list->objects, dataset);
}

const char *images_path(const struct image_list *list, hid_t dataset)
{
    const size_t number =
        list->objects != NULL ? visited_number(list->objects, dataset) : NOT_VISITED;
    return number < list->n ? list->path[number] : NULL;
}

/* ---- telling images from other datasets ---------------------------------------------------- */

bool images_plausible(const struct stack *stack)
{
    const int rank = stack->rank;
    wn_array element = {0};
    if (rank < 3 || stack->shape[rank - 1] < SMALLEST_EDGE ||
        stack->shape[rank - 2] < SMALLEST_EDGE)
        return false;
    const hid_t type = H5Dget_type(stack->dataset);
    const bool known = stack_element(type, &element);
    H5Tclose(type);
    return known;
}

/* Whether the group that a path leads through is of the class NXdata. */
static bool parent_is_nxdata(hid_t file, const char *path)
{
    char class[16] = "";
    char *parent = strdup(path);
    if (parent == NULL)
        return false;
    char *slash = strrchr(parent, '/');
    if (slash != NULL)
        slash[slash == parent ? 1 : 0] = '\0';
    const hid_t attribute =
        slash == NULL ? -1 : H5Aopen_by_name(file, parent, "NX_class", H5P_DEFAULT, H5P_DEFAULT);
    free(parent);
    if (attribute < 0)
        return false;
    const hid_t type = H5Aget_type(attribute);
    if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0) {
        char *text = NULL;
        const hid_t space = H5Aget_space(attribute);
        if (H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, type, &text) >= 0 &&
            text != NULL) {
            strncpy(class, text, sizeof class - 1);
            H5Dvlen_reclaim(type, space, H5P_DEFAULT, &text);
        }
        H5Sclose(space);
    } else if (H5Tget_class(type) == H5T_STRING && H5Tget_size(type) < sizeof class) {
        H5Aread(attribute, type, class);
    }
    H5Tclose(type);
    H5Aclose(attribute);
    return strcmp(class, "NXdata") == 0;
}

/* .../data/data, .../data/data_000001 and the like. */
static bool is_named_data(const char *path)
{
    const char *name = strrchr(path, '/');
    name = name == NULL ? path : name + 1;
    return strncmp(name, "data", 4) == 0;
}

struct search {
    hid_t file;
    const char *file_name;
    struct image_list declared, others;
};

static enum outcome consider(void *context, hid_t dataset, const char *path)
{
    struct search *search = context;
    struct stack stack;
    if (stack_describe(dataset, search->file_name, path, &stack) != DONE)
        return FINDING;
    if (!images_plausible(&stack))
        return DONE;
    const bool declared = parent_is_nxdata(search->file, path) || is_named_data(path);
    struct image_list *list = declared ? &search->declared : &search->others;
    if (images_has(list, dataset) || add(list, dataset, path))
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

static enum outcome complain_incomplete(const char *file_name)
{
    complain("%s: a link leads nowhere or a dataset is damaged: the files that belong to it must "
             "lie where its links point",
             file_name);
    return BAD_INPUT;
}

enum outcome images_find(hid_t file, const char *file_name, const char *object,
                         struct image_list *list)
{
    struct search search = {.file = file, .file_name = file_name};
    enum outcome outcome = walk_links(file, file_name, object, consider, &search);
    struct image_list *found = search.declared.n > 0 ? &search.declared : &search.others;
    *list = *found;
    *found = (struct image_list){0};
    images_free(&search.declared);
    images_free(&search.others);
    if (outcome == FINDING)
        outcome = complain_incomplete(file_name);
    if (outcome == DONE && list->n == 0) {
        complain("%s::%s: there are no images here (stacks of three or more dimensions, frames of "
                 "%d x %d pixels or more)",
                 file_name, object, SMALLEST_EDGE, SMALLEST_EDGE);
        outcome = BAD_INPUT;
    }
    if (outcome != DONE)
        images_free(list);
    return outcome;
}

static enum outcome consider_packed(void *context, hid_t dataset, const char *path)
{
    struct search *search = context;
    struct stack stack;
    if (stack_describe(dataset, search->file_name, path, &stack) != DONE)
        return FINDING;
    if (stack.winnow_at < 0 || add(&search->declared, dataset, path))
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

enum outcome images_find_packed(hid_t file, const char *file_name, const char *object,
                                struct image_list *list)
{
    struct search search = {.file = file, .file_name = file_name};
    enum outcome outcome = walk(file, file_name, object, consider_packed, &search);
    *list = search.declared;
    if (outcome == FINDING)
        outcome = complain_incomplete(file_name);
    if (outcome == DONE && list->n == 0) {
        complain("%s::%s: nothing here is compressed by winnow", file_name, object);
        outcome = BAD_INPUT;
    }
    if (outcome != DONE)
        images_free(list);
    return outcome;
}

bool images_same_group(const char *one, const char *other)
{
    const char *slash = strrchr(one, '/'), *other_slash = strrchr(other, '/');
    const size_t length = slash != NULL ? (size_t)(slash - one) : 0;
    const size_t other_length = other_slash != NULL ? (size_t)(other_slash - other) : 0;
    return length == other_length && memcmp(one, other, length) == 0;
}
