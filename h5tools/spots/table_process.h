/* The record of how spots were found: NAME_process of a table. */
#ifndef H5WINNOW_SPOTS_TABLE_PROCESS_H
#define H5WINNOW_SPOTS_TABLE_PROCESS_H

#include <hdf5.h>
#include <stdbool.h>

#include "spots/table.h"

/* Writes into the group: program, version, date, source, settings, geometry, scan and mask. */
bool spot_process_write(hid_t group, const struct spot_table *table);

/* Reads it into a table, except the program, version and date. Returns NULL, or what is wrong. */
const char *spot_process_read(hid_t group, struct spot_table *table);

/* What spot_process_read() returns if there is not enough memory. */
extern const char SPOT_NO_MEMORY[];

#endif
