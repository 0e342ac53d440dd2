/*
 * spot_table_locate.h - finding a table of spots in a file.
 */
#ifndef H5WINNOW_SPOTS_TABLE_LOCATE_H
#define H5WINNOW_SPOTS_TABLE_LOCATE_H

#include <hdf5.h>

#include "base/outcome.h"
#include "spots/table_layout.h"

/* Where a table is. */
struct spot_location {
    hid_t entry; /* for H5Gclose(), unless it is negative */
    char name[SPOT_NAME_SIZE];
    unsigned found; /* tables that fit */
};

/* Finds the table that spot_table_read() says. BAD_INPUT: there is not exactly one. */
enum outcome spot_table_locate(hid_t file, const char *file_name, const char *name,
                               struct spot_location *location);

#endif
