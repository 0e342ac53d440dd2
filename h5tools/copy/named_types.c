/*
 * A copy is committed under its index in the temporary group, and gets its real link when that is
 * met.
 */
#include "copy/named_types.h"

#include <stdio.h>

static const char FAILURE[] = "the datatype cannot be copied";
static const char ADVICE[] = "is the file damaged?";

/* The name of a copy in the group `parked`. */
static void parked_link(size_t index, char name[32])
{
    snprintf(name, 32, "%zu", index);
}

/* Creates the temporary group, under a name that is free in both root groups. */
static bool open_parked(struct copy_state *c)
{
    unsigned number = 0;
    if (c->parked >= 0)
        return true;
    do
        snprintf(c->parked_name, sizeof c->parked_name, ".h5winnow-%u", number++);
    while (H5Lexists(c->in_file, c->parked_name, H5P_DEFAULT) > 0 ||
           H5Lexists(c->out_file, c->parked_name, H5P_DEFAULT) > 0);
    c->parked = H5Gcreate2(c->out_file, c->parked_name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    return c->parked >= 0;
}

/* Used instead of H5Ocopy(), which in version 1.10.8 overruns a buffer when it copies small
 * datatypes without their attributes. */
static hid_t commit(hid_t group, const char *name, hid_t type)
{
    const hid_t properties = H5Tget_create_plist(type), copy = H5Tcopy(type);
    if (copy >= 0 && properties >= 0 &&
        H5Tcommit2(group, name, copy, H5P_DEFAULT, properties, H5P_DEFAULT) >= 0) {
        H5Pclose(properties);
        return copy;
    }
    H5Tclose(copy);
    H5Pclose(properties);
    return -1;
}

bool named_type_copy(struct copy_state *c, const struct link *link, hid_t type, size_t source,
                     const object_token *token, size_t *index)
{
    char name[32];
    parked_link(object_table_count(c->copied), name);
    const hid_t copy = open_parked(c) ? commit(c->parked, name, type) : -1;
    if (copy < 0)
        copy_state_failed(c, link->parent, link->name, FAILURE, ADVICE);
    const bool added = copy_state_add(c, link, source, token, copy, index);
    if (copy < 0)
        return false;
    H5Tclose(copy);
    if (added)
        copy_state_defer(c, *index);
    return added;
}

/* Finds the copy of a committed datatype, or makes it. */
static bool find_copy(struct copy_state *c, hid_t type, const struct link *user, size_t *index)
{
    size_t source;
    object_token token;
    const struct link nowhere = {.parent = NO_PARENT, .name = user->name};
    if (!copy_state_identify(c, type, &source, &token)) {
        copy_state_failed(c, user->parent, user->name, FAILURE, ADVICE);
        return false;
    }
    if (object_table_find(c->copied, source, &token, index))
        return !object_table_at(c->copied, *index)->missing;
    return named_type_copy(c, &nowhere, type, source, &token, index);
}

hid_t named_type_in_output(struct copy_state *c, hid_t type, const struct link *user)
{
    size_t index;
    if (H5Tcommitted(type) <= 0)
        return H5Tcopy(type);
    if (!find_copy(c, type, user, &index))
        return -1;
    return object_open(c->out_file, &object_table_at(c->copied, index)->out);
}

void named_type_unpark(struct copy_state *c)
{
    if (c->parked < 0)
        return;
    H5Gclose(c->parked);
    H5Ldelete(c->out_file, c->parked_name, H5P_DEFAULT);
    c->parked = -1;
}
