/* The group of a file that holds tables of spots. */
#ifndef H5WINNOW_SPOTS_TABLE_ENTRY_H
#define H5WINNOW_SPOTS_TABLE_ENTRY_H

#include <hdf5.h>
#include <stdbool.h>

/* Name of the entry that is created if there is none. */
#define SPOT_NEW_ENTRY "entry"

/* Opens the entry to which a table would be added: the root's default, the first NXentry, or
 * /entry; only in this file itself. Negative: there is none. */
hid_t spot_entry_open(hid_t file);

/* Whether a group is of a NeXus class. */
bool spot_entry_has_class(hid_t group, const char *class);

/* Opens a group by a hard link of its parent. Negative: there is no such link, or no group. */
hid_t spot_entry_group(hid_t parent, const char *name);

#endif
