/*
 * spots/table_commit.h - how a table gets into a file that has one already.
 *
 * The groups of a table are made without names, so that they are gone again if they do not become
 * complete. At last they get their names, and what had the names before goes.
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
    bool new_entry;          /* it has no name yet either */
    hid_t group[SPOT_PARTS]; /* negative: the table does not have it */
};

/* Opens or makes the entry. BAD_INPUT: what is at its place is no group. Whatever the outcome,
 * spot_stage_close() is to be called. */
enum outcome spot_stage_open(hid_t file, const char *file_name, const char *table,
                             struct spot_stage *stage);

/* Groups that have no name by then are gone with that. */
void spot_stage_close(struct spot_stage *stage);

/* Whether the entry has a group of this table. */
bool spot_stage_taken(const struct spot_stage *stage);

/* Makes one of the groups. */
bool spot_stage_group(struct spot_stage *stage, enum spot_part part, const char *class);

/* Gives the groups their names. */
enum outcome spot_stage_commit(const struct spot_stage *stage);

#endif
