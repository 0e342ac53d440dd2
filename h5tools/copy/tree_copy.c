/*
 * Depth-first with an explicit stack of groups, not recursion. An object is identified by file and
 * token, so that it is copied once and linked again wherever else it is met. References are
 * translated in a second pass.
 */
#include "copy/tree_copy.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "copy/attributes.h"
#include "copy/datasets.h"
#include "copy/links.h"
#include "copy/named_types.h"
#include "copy/references.h"
#include "copy/state.h"
#include "hdf5/file.h"

/* ---- objects --------------------------------------------------------------------------------- */

static void group_copy(struct copy_state *c, const struct link *link, hid_t in, size_t source,
                       const object_token *token)
{
    size_t index;
    hid_t out = -1;
    const hid_t properties = group_properties_like(in, H5P_GROUP_CREATE);
    if (properties < 0 ||
        (out = H5Gcreate2(link->out, link->name, link->properties, properties, H5P_DEFAULT)) < 0)
        copy_state_failed(c, link->parent, link->name, "the group cannot be created",
                          "the output lacks it and what is in it; is the file damaged?");
    if (copy_state_add(c, link, source, token, out, &index) && out >= 0)
        copy_state_defer(c, index);
    if (out >= 0)
        H5Gclose(out);
    if (properties >= 0)
        H5Pclose(properties);
}

/* Links to the existing copy of an object. */
static void link_again(struct copy_state *c, const struct link *link, size_t index)
{
    if (object_table_at(c->copied, index)->missing)
        return;
    const hid_t out = object_open(c->out_file, &object_table_at(c->copied, index)->out);
    if (out < 0 || H5Olink(out, link->out, link->name, link->properties, H5P_DEFAULT) < 0)
        copy_state_failed(c, link->parent, link->name, "the link cannot be created",
                          "the output lacks it");
    if (out >= 0)
        H5Oclose(out);
    if (object_table_at(c->copied, index)->parent == NO_PARENT && index != 0 &&
        !object_table_name(c->copied, index, link->parent, link->name))
        copy_state_no_memory(c);
}

static void type_copy(struct copy_state *c, const struct link *link, hid_t in, size_t source,
                      const object_token *token)
{
    size_t index;
    if (named_type_copy(c, link, in, source, token, &index))
        link_again(c, link, index);
}

static void new_object_copy(struct copy_state *c, const struct link *link, hid_t in, size_t source,
                            const object_token *token)
{
    switch (H5Iget_type(in)) {
    case H5I_GROUP:
        group_copy(c, link, in, source, token);
        break;
    case H5I_DATASET:
        dataset_copy(c, link, in, source, token);
        break;
    case H5I_DATATYPE:
        type_copy(c, link, in, source, token);
        break;
    default:
        copy_state_complain(c, BAD_INPUT, link->parent, link->name,
                            "an object of a kind that is not known here: the output lacks it");
    }
}

static void object_copy(struct copy_state *c, const struct link *link, hid_t in)
{
    size_t source, index;
    object_token token;
    if (!copy_state_identify(c, in, &source, &token)) {
        copy_state_failed(c, link->parent, link->name, "it cannot be told apart from other objects",
                          "the output lacks it; is the file damaged?");
        return;
    }
    if (source == SOURCE_OUTPUT) {
        copy_state_complain(c, BAD_INPUT, link->parent, link->name,
                            "the link leads into the output, which cannot be copied into itself");
        return;
    }
    if (c->options->replaces && source_files_is(c->sources, source, c->options->replaces)) {
        copy_state_complain(
            c, BAD_INPUT, link->parent, link->name,
            "the link leads into %s, which the output is to replace: choose another "
            "name",
            c->options->replaces);
        c->refused = true;
        return;
    }
    if (object_table_find(c->copied, source, &token, &index)) {
        link_again(c, link, index);
        return;
    }
    new_object_copy(c, link, in, source, &token);
    if (source != object_table_at(c->copied, link->parent)->source && source != SOURCE_INPUT &&
        object_table_find(c->copied, source, &token, &index))
        copy_state_graft(c, source, in, index);
}

/* ---- links ----------------------------------------------------------------------------------- */

static void hard_link_copy(struct copy_state *c, const struct link *link, const link_info *info)
{
    const object_token token = link_token(info);
    const hid_t object = object_open(link->in, &token);
    if (object < 0) {
        copy_state_failed(c, link->parent, link->name, "it cannot be opened",
                          "the output lacks it; is the file damaged?");
        return;
    }
    object_copy(c, link, object);
    H5Oclose(object);
}

static void external_link_follow(struct copy_state *c, const struct link *link, size_t size)
{
    const hid_t object = H5Oopen(link->in, link->name, H5P_DEFAULT);
    if (object < 0) {
        external_link_failed(c, link, size);
        return;
    }
    object_copy(c, link, object);
    H5Oclose(object);
}

/* HDF5 would interpret other names as paths. */
static bool is_name(const char *name)
{
    return name[0] != '\0' && strcmp(name, ".") != 0 && !strchr(name, '/');
}

static void link_copy(struct copy_state *c, const struct link *link, const link_info *info)
{
    if (!is_name(link->name))
        copy_state_complain(c, FINDING, link->parent, link->name,
                            "this is no name for a link; it is left out");
    else if (info->type == H5L_TYPE_HARD)
        hard_link_copy(c, link, info);
    else if (info->type == H5L_TYPE_SOFT)
        soft_link_copy(c, link, info->u.val_size);
    else if (info->type != H5L_TYPE_EXTERNAL)
        copy_state_complain(
            c, FINDING, link->parent, link->name,
            "a link of kind %d, which a program has made for itself; it is left out",
            (int)info->type);
    else if (c->options->keep_external)
        external_link_copy(c, link, info->u.val_size);
    else
        external_link_follow(c, link, info->u.val_size);
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* The group whose links are being copied. */
struct link_owner {
    struct copy_state *c;
    size_t index;
    hid_t out;
};

static herr_t visit_link(hid_t group, const char *name, const link_info *info, void *data)
{
    const struct link_owner *owner = data;
    const struct link link = {.in = group,
                              .out = owner->out,
                              .parent = owner->index,
                              .name = name,
                              .properties = owner->c->link_properties[info->cset == H5T_CSET_UTF8]};
    link_copy(owner->c, &link, info);
    return copy_state_may_continue(owner->c) ? 0 : 1;
}

/* Order of creation where that is recorded, else of names. */
static H5_index_t order_of(hid_t group)
{
    unsigned order = 0;
    const hid_t properties = H5Gget_create_plist(group);
    H5Pget_link_creation_order(properties, &order);
    H5Pclose(properties);
    return (order & H5P_CRT_ORDER_TRACKED) != 0 ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME;
}

static void links_copy(struct copy_state *c, size_t index, hid_t in, hid_t out)
{
    struct link_owner owner = {c, index, out};
    if (H5Literate(in, order_of(in), H5_ITER_INC, NULL, visit_link, &owner) >= 0)
        return;
    const struct copied_object *group = object_table_at(c->copied, index);
    copy_state_failed(c, group->parent, group->name, "its contents cannot be listed",
                      "the output lacks them; is the file damaged?");
}

/* Reverses newly pushed entries, so that the stack pops them in the order of the file. */
static void reverse(size_t *first, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        const size_t swapped = first[i];
        first[i] = first[count - 1 - i];
        first[count - 1 - i] = swapped;
    }
}

static void contents_copy(struct copy_state *c, size_t index)
{
    const size_t waiting = c->waiting_count;
    const struct copied_object object = *object_table_at(c->copied, index);
    const hid_t file = source_files_open(c->sources, object.source);
    const hid_t in = file >= 0 ? object_open(file, &object.in) : -1;
    const hid_t out = in >= 0 ? object_open(c->out_file, &object.out) : -1;
    if (out >= 0) {
        attributes_copy(c, index, in, out);
        if (H5Iget_type(in) == H5I_GROUP)
            links_copy(c, index, in, out);
        if (c->waiting_count > waiting)
            reverse(c->waiting + waiting, c->waiting_count - waiting);
    } else {
        copy_state_failed(c, object.parent, object.name, "it cannot be opened again",
                          "the output lacks what is in it; has a file changed meanwhile?");
    }
    if (out >= 0)
        H5Oclose(out);
    if (in >= 0)
        H5Oclose(in);
}

/* ---- files ----------------------------------------------------------------------------------- */

static bool root_add(struct copy_state *c)
{
    size_t source, index;
    object_token token;
    const struct link link = {.parent = NO_PARENT, .name = ""};
    const hid_t in = H5Gopen2(c->in_file, "/", H5P_DEFAULT);
    const hid_t out = H5Gopen2(c->out_file, "/", H5P_DEFAULT);
    const bool good = in >= 0 && out >= 0 && copy_state_identify(c, in, &source, &token) &&
                      copy_state_add(c, &link, source, &token, out, &index);
    if (good)
        copy_state_defer(c, index);
    if (in >= 0)
        H5Gclose(in);
    if (out >= 0)
        H5Gclose(out);
    return good;
}

static void everything_copy(struct copy_state *c)
{
    while (c->waiting_count > 0 && copy_state_may_continue(c))
        contents_copy(c, c->waiting[--c->waiting_count]);
    if (copy_state_may_continue(c))
        references_translate(c);
    named_type_unpark(c);
}

static bool begin(struct copy_state *c)
{
    for (int i = 0; i < 2; i++) {
        c->link_properties[i] = H5Pcreate(H5P_LINK_CREATE);
        H5Pset_char_encoding(c->link_properties[i], i == 0 ? H5T_CSET_ASCII : H5T_CSET_UTF8);
    }
    c->copied = object_table_new();
    c->sources = source_files_new(c->in_file, c->out_file);
    return c->copied && c->sources && root_add(c);
}

static void end(struct copy_state *c)
{
    for (int i = 0; i < 2; i++)
        H5Pclose(c->link_properties[i]);
    for (size_t i = 0; i < c->grafts_count; i++)
        free(c->grafts[i].in_path);
    free(c->grafts);
    free(c->waiting);
    source_files_free(c->sources);
    object_table_free(c->copied);
}

enum outcome tree_copy(hid_t in_file, const char *in_name, hid_t out_file,
                       const struct tree_options *options)
{
    struct copy_state c = {.in_file = in_file,
                           .in_name = in_name,
                           .out_file = out_file,
                           .options = options,
                           .parked = -1,
                           .outcome = DONE};
    if (begin(&c)) {
        everything_copy(&c);
    } else {
        complain("%s: cannot be copied: HDF5 fails, memory is lacking, or the output is the input",
                 in_name);
        c.outcome = worse(c.outcome, IO_FAILURE);
    }
    end(&c);
    return c.outcome;
}
