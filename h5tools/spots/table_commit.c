#include "spots/table_commit.h"

#include "base/message.h"
#include "hdf5/write_small.h"
#include "spots/table_entry.h"

/* ---- the groups ---------------------------------------------------------------------------- */

static hid_t make_group(hid_t file, const char *class)
{
    const hid_t group = H5Gcreate_anon(file, H5P_DEFAULT, H5P_DEFAULT);
    if (group >= 0 && !h5_write_attribute(group, "NX_class", class)) {
        H5Gclose(group);
        return -1;
    }
    return group;
}

enum outcome spot_stage_open(hid_t file, const char *file_name, const char *table,
                             struct spot_stage *stage)
{
    *stage = (struct spot_stage){.file = file, .file_name = file_name, .table = table};
    for (int i = 0; i < SPOT_PARTS; i++)
        stage->group[i] = -1;
    stage->entry = spot_entry_open(file);
    if (stage->entry >= 0)
        return DONE;
    if (H5Lexists(file, SPOT_NEW_ENTRY, H5P_DEFAULT) > 0) {
        complain("%s::/%s: is no group of this file, and a table needs an NXentry: write the table "
                 "to a file of its own",
                 file_name, SPOT_NEW_ENTRY);
        return BAD_INPUT;
    }
    stage->new_entry = true;
    stage->entry = make_group(file, "NXentry");
    return stage->entry >= 0 ? DONE : h5_complain_unwritable(file_name);
}

void spot_stage_close(struct spot_stage *stage)
{
    for (int i = 0; i < SPOT_PARTS; i++)
        if (stage->group[i] >= 0)
            H5Gclose(stage->group[i]);
    if (stage->entry >= 0)
        H5Gclose(stage->entry);
}

static bool exists(const struct spot_stage *stage, const char *name)
{
    return H5Lexists(stage->entry, name, H5P_DEFAULT) > 0;
}

bool spot_stage_taken(const struct spot_stage *stage)
{
    char name[SPOT_NAME_SIZE];
    for (int i = 0; i < SPOT_PARTS; i++)
        if (spot_part_name(stage->table, (enum spot_part)i, name) && exists(stage, name))
            return true;
    return false;
}

bool spot_stage_group(struct spot_stage *stage, enum spot_part part, const char *class)
{
    stage->group[part] = make_group(stage->file, class);
    return stage->group[part] >= 0;
}

/* ---- the names ----------------------------------------------------------------------------- */

static bool name_group(const struct spot_stage *stage, enum spot_part part)
{
    char name[SPOT_NAME_SIZE];
    if (!spot_part_name(stage->table, part, name))
        return false;
    if (exists(stage, name) && H5Ldelete(stage->entry, name, H5P_DEFAULT) < 0)
        return false;
    return stage->group[part] < 0 ||
           H5Olink(stage->group[part], stage->entry, name, H5P_DEFAULT, H5P_DEFAULT) >= 0;
}

/* A new entry shows the frames; a file that has nothing else shows the entry. */
static bool name_entry(const struct spot_stage *stage)
{
    H5G_info_t info;
    char frames[SPOT_NAME_SIZE];
    if (!stage->new_entry)
        return true;
    if (!spot_part_name(stage->table, PART_FRAMES, frames) ||
        !h5_write_attribute(stage->entry, "default", frames) || H5Gget_info(stage->file, &info) < 0)
        return false;
    if (info.nlinks == 0 && !(h5_write_attribute(stage->file, "NX_class", "NXroot") &&
                              h5_write_attribute(stage->file, "default", SPOT_NEW_ENTRY)))
        return false;
    return H5Olink(stage->entry, stage->file, SPOT_NEW_ENTRY, H5P_DEFAULT, H5P_DEFAULT) >= 0;
}

static bool name_all(const struct spot_stage *stage)
{
    for (int i = 0; i < SPOT_PARTS; i++)
        if (!name_group(stage, (enum spot_part)i))
            return false;
    return name_entry(stage);
}

enum outcome spot_stage_commit(const struct spot_stage *stage)
{
    return name_all(stage) ? DONE : h5_complain_unwritable(stage->file_name);
}
