/* Looks in all groups below the root for groups of class NXreflections that have our version
 * attribute, or for a path in its parent group. Link names too long for a table are skipped. */
#include "spots/table_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "spots/table_entry.h"

/* Whether a group of the entry is a table of spots. */
static bool is_table(hid_t entry, const char *name)
{
    const hid_t group =
        H5Lexists(entry, name, H5P_DEFAULT) > 0 ? H5Gopen2(entry, name, H5P_DEFAULT) : -1;
    if (group < 0)
        return false;
    const bool is =
        spot_entry_has_class(group, "NXreflections") && H5Aexists(group, SPOT_LAYOUT_ATTRIBUTE) > 0;
    H5Gclose(group);
    return is;
}

static void note(struct spot_location *location, hid_t entry, const char *name)
{
    location->found++;
    if (location->found > 1)
        return;
    H5Iinc_ref(entry);
    location->entry = entry;
    strcpy(location->name, name);
}

/* The name of link i of a group. False: it is too long for a table. */
static bool name_of(hid_t group, hsize_t i, char name[SPOT_NAME_SIZE])
{
    const ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name,
                                              SPOT_NAME_SIZE, H5P_DEFAULT);
    return length > 0 && length < SPOT_NAME_SIZE;
}

/* Notes the tables of an entry: those of this name, or all. */
static void search_entry(hid_t entry, const char *wanted, struct spot_location *location)
{
    H5G_info_t info;
    char name[SPOT_NAME_SIZE];
    if (wanted) {
        if (strlen(wanted) < sizeof name && is_table(entry, wanted))
            note(location, entry, wanted);
        return;
    }
    if (H5Gget_info(entry, &info) < 0)
        return;
    for (hsize_t i = 0; i < info.nlinks; i++)
        if (name_of(entry, i, name) && is_table(entry, name))
            note(location, entry, name);
}

static void search_file(hid_t file, const char *wanted, struct spot_location *location)
{
    H5G_info_t info;
    char name[SPOT_NAME_SIZE];
    if (H5Gget_info(file, &info) < 0)
        return;
    for (hsize_t i = 0; i < info.nlinks; i++) {
        const hid_t entry = name_of(file, i, name) ? spot_entry_group(file, name) : -1;
        if (entry >= 0) {
            search_entry(entry, wanted, location);
            H5Gclose(entry);
        }
    }
}

/* The entry is what precedes the last slash of the path. */
static void search_path(hid_t file, const char *path, struct spot_location *location)
{
    const char *slash = strrchr(path, '/');
    char *parent = slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
    const hid_t entry = parent ? H5Gopen2(file, parent, H5P_DEFAULT) : -1;
    if (entry >= 0) {
        search_entry(entry, slash + 1, location);
        H5Gclose(entry);
    }
    free(parent);
}

enum outcome spot_table_find(hid_t file, const char *file_name, const char *name,
                             struct spot_location *location)
{
    *location = (struct spot_location){.entry = -1};
    if (name && strchr(name, '/'))
        search_path(file, name, location);
    else
        search_file(file, name, location);
    if (location->found == 1)
        return DONE;
    if (location->found > 1)
        complain("%s: has %u tables of spots%s%s: say which by its path", file_name,
                 location->found, name ? " called " : "", name ? name : "");
    else
        complain("%s: has no table of spots%s%s: has h5winnow spots written to it?", file_name,
                 name ? " called " : "", name ? name : "");
    return BAD_INPUT;
}
