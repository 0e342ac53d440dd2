/* Finds a table of spots in a file. */
#ifndef H5WINNOW_SPOTS_TABLE_FIND_H
#define H5WINNOW_SPOTS_TABLE_FIND_H

#include <hdf5.h>

#include "base/outcome.h"
#include "spots/table_layout.h"

/* A table of spots in a file. */
struct spot_location {
    hid_t entry; /* to be closed unless negative */
    char name[SPOT_NAME_SIZE];
    unsigned found; /* matching tables */
};

/* Finds the table of this name or path, as spot_table_read() takes it. BAD_INPUT: there is not
 * exactly one. */
enum outcome spot_table_find(hid_t file, const char *file_name, const char *name,
                             struct spot_location *location);

#endif
