/*
 * Adds a table to a file in two steps, so that a failure leaves the file as it was.
 *
 * The groups of a table are created without names; HDF5 drops them unless they get one. When all
 * are complete they get their names, and the previous table of the same name is unlinked.
 */
#ifndef H5WINNOW_SPOTS_TABLE_COMMIT_H
#define H5WINNOW_SPOTS_TABLE_COMMIT_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"
#include "spots/table_layout.h"

struct spot_stage {
    hid_t file;
    const char *file_name, *table;
    hid_t entry;
    bool new_entry;          /* created here, has no name yet */
    hid_t group[SPOT_PARTS]; /* negative: the table does not have it */
};

/* Opens or creates the entry. BAD_INPUT: something else has its name. Whatever the outcome,
 * spot_stage_close() must be called. */
enum outcome spot_stage_open(hid_t file, const char *file_name, const char *table,
                             struct spot_stage *stage);

/* Also drops groups that have no name yet. */
void spot_stage_close(struct spot_stage *stage);

/* Whether the entry already has a table of this name, or a part of one. */
bool spot_stage_has_table(const struct spot_stage *stage);

/* Creates one of the groups. */
bool spot_stage_group(struct spot_stage *stage, enum spot_part part, const char *class);

/* Gives the groups their names. */
enum outcome spot_stage_commit(const struct spot_stage *stage);

#endif
