/*
 * Walks all links of the file and sorts candidates, by shape and type, into those declared as data
 * by NXdata or their name, and others.
 */
#include "input/image_datasets.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/walk_datasets.h"

#define FRAME_EDGE_MIN 32

/* ---- lists --------------------------------------------------------------------------------- */

bool image_list_add(struct image_list *list, hid_t dataset)
{
    if (!list->objects)
        list->objects = visited_set_new();
    if (!list->objects)
        return false;
    visited_set_add(list->objects, dataset);
    return !visited_set_incomplete(list->objects);
}

static bool add(struct image_list *list, hid_t dataset, const char *path)
{
    char **grown = realloc(list->path, (list->n + 1) * sizeof *grown);
    if (!grown)
        return false;
    list->path = grown;
    list->path[list->n] = strdup(path);
    if (!list->path[list->n])
        return false;
    list->n++;
    return image_list_add(list, dataset);
}

void image_list_free(struct image_list *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->path[i]);
    free(list->path);
    visited_set_free(list->objects);
    *list = (struct image_list){0};
}

bool image_list_has(const struct image_list *list, hid_t dataset)
{
    return list->objects && visited_set_has(list->objects, dataset);
}

const char *image_list_path(const struct image_list *list, hid_t dataset)
{
    const size_t number = list->objects ? visited_set_number(list->objects, dataset) : NOT_VISITED;
    return number < list->n ? list->path[number] : NULL;
}

/* ---- finding images ------------------------------------------------------------------------ */

/* Whether a dataset could be images, by its shape and type alone. */
static bool could_be_images(const struct dataset_layout *stack)
{
    const int rank = stack->rank;
    wn_array element = {0};
    if (rank < 3 || stack->shape[rank - 1] < FRAME_EDGE_MIN ||
        stack->shape[rank - 2] < FRAME_EDGE_MIN)
        return false;
    const hid_t type = H5Dget_type(stack->dataset);
    const bool known = dataset_layout_element(type, &element);
    H5Tclose(type);
    return known;
}

/* Whether the last group on a path is of the class NXdata. */
static bool parent_is_nxdata(hid_t file, const char *path)
{
    char class[16] = "";
    char *parent = strdup(path);
    if (!parent)
        return false;
    char *slash = strrchr(parent, '/');
    if (slash)
        slash[slash == parent ? 1 : 0] = '\0';
    const hid_t attribute =
        !slash ? -1 : H5Aopen_by_name(file, parent, "NX_class", H5P_DEFAULT, H5P_DEFAULT);
    free(parent);
    if (attribute < 0)
        return false;
    const hid_t type = H5Aget_type(attribute);
    if (H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0) {
        char *text = NULL;
        const hid_t space = H5Aget_space(attribute);
        if (H5Sget_simple_extent_npoints(space) == 1 && H5Aread(attribute, type, &text) >= 0 &&
            text) {
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
    name = !name ? path : name + 1;
    return strncmp(name, "data", 4) == 0;
}

struct image_search {
    hid_t file;
    const char *file_name;
    struct image_list declared, others;
};

static enum outcome consider(void *context, hid_t dataset, const char *path)
{
    struct image_search *search = context;
    struct dataset_layout stack;
    if (dataset_layout_describe(dataset, search->file_name, path, &stack) != DONE)
        return FINDING;
    if (!could_be_images(&stack))
        return DONE;
    const bool declared = parent_is_nxdata(search->file, path) || is_named_data(path);
    struct image_list *list = declared ? &search->declared : &search->others;
    if (image_list_has(list, dataset) || add(list, dataset, path))
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

enum outcome image_list_find(hid_t file, const char *file_name, const char *object,
                             struct image_list *list)
{
    struct image_search search = {.file = file, .file_name = file_name};
    enum outcome outcome = walk_datasets_and_links(file, file_name, object, consider, &search);
    struct image_list *found = search.declared.n > 0 ? &search.declared : &search.others;
    *list = *found;
    *found = (struct image_list){0};
    image_list_free(&search.declared);
    image_list_free(&search.others);
    if (outcome == FINDING)
        outcome = complain_incomplete(file_name);
    if (outcome == DONE && list->n == 0) {
        complain("%s::%s: there are no images here (stacks of three or more dimensions, frames of "
                 "%d x %d pixels or more)",
                 file_name, object, FRAME_EDGE_MIN, FRAME_EDGE_MIN);
        outcome = BAD_INPUT;
    }
    if (outcome != DONE)
        image_list_free(list);
    return outcome;
}

static enum outcome consider_packed(void *context, hid_t dataset, const char *path)
{
    struct image_search *search = context;
    struct dataset_layout stack;
    if (dataset_layout_describe(dataset, search->file_name, path, &stack) != DONE)
        return FINDING;
    if (stack.winnow_at < 0 || add(&search->declared, dataset, path))
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

enum outcome image_list_find_packed(hid_t file, const char *file_name, const char *object,
                                    struct image_list *list)
{
    struct image_search search = {.file = file, .file_name = file_name};
    enum outcome outcome = walk_datasets(file, file_name, object, consider_packed, &search);
    *list = search.declared;
    if (outcome == FINDING)
        outcome = complain_incomplete(file_name);
    if (outcome == DONE && list->n == 0) {
        complain("%s::%s: nothing here is compressed by winnow", file_name, object);
        outcome = BAD_INPUT;
    }
    if (outcome != DONE)
        image_list_free(list);
    return outcome;
}

bool image_list_same_group(const char *one, const char *other)
{
    const char *slash = strrchr(one, '/'), *other_slash = strrchr(other, '/');
    const size_t length = slash ? (size_t)(slash - one) : 0;
    const size_t other_length = other_slash ? (size_t)(other_slash - other) : 0;
    return length == other_length && memcmp(one, other, length) == 0;
}
