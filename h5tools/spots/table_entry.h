/*
 * spots/table_entry.h - the group of a file that tables of spots are in.
 */
#ifndef H5WINNOW_SPOTS_TABLE_ENTRY_H
#define H5WINNOW_SPOTS_TABLE_ENTRY_H

#include <hdf5.h>
#include <stdbool.h>

/* The name of the entry that is made where there is none. */
#define SPOT_NEW_ENTRY "entry"

/* Opens the entry that a table would be added to: the root's default, or the first NXentry, or
 * /entry; only what is in this file itself. Negative: the file has none of them. */
hid_t spot_entry_open(hid_t file);

/* Whether a group is of a NeXus class. */
bool spot_entry_has_class(hid_t group, const char *class);

/* Opens what a group links to under a name, if it is a group, and not by way of a link to another
 * place. Negative: it is something else. */
hid_t spot_entry_group(hid_t parent, const char *name);

#endif
