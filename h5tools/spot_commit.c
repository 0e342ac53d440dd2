#define _POSIX_C_SOURCE 200809L
#include "spot_commit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"
#include "nexus_write.h"
#include "spot_entry.h"

/* What the groups of a table are called while they are being replaced. */
#define REPLACED      "_replaced"
#define REPLACED_SIZE (SPOT_NAME_SIZE + sizeof REPLACED)

/* ---- the groups ---------------------------------------------------------------------------- */

static hid_t make_group(hid_t file, const char *class)
{
    const hid_t group = H5Gcreate_anon(file, H5P_DEFAULT, H5P_DEFAULT);
    if (group >= 0 && !nexus_attribute(group, "NX_class", class)) {
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
    return stage->entry >= 0 ? DONE : nexus_complain(file_name);
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

/* ---- the disk ------------------------------------------------------------------------------ */

/* The descriptor of a file that HDF5 has open as a plain one; negative: it is something else. */
static int descriptor(hid_t file)
{
    int *handle = NULL;
    const hid_t access = H5Fget_access_plist(file);
    const bool plain = H5Pget_driver(access) == H5FD_SEC2;
    H5Pclose(access);
    if (!plain || H5Fget_vfd_handle(file, H5P_DEFAULT, (void **)&handle) < 0)
        return -1;
    return *handle;
}

/* HDF5 notes the new length of the file before it makes it that long: a program that opened it in
 * between, or after the disk was full or a kill, would find it cut off. */
static enum outcome reserve(const struct spot_stage *stage)
{
    hsize_t size;
    struct stat status;
    const int file = descriptor(stage->file);
    if (file < 0 || H5Fget_filesize(stage->file, &size) < 0 || fstat(file, &status) != 0 ||
        (hsize_t)status.st_size >= size)
        return DONE;
    const int error = posix_fallocate(file, status.st_size, (off_t)size - status.st_size);
    if (error == 0)
        return DONE;
    complain("%s: the table cannot be written to its end: %s; the file is as it was",
             stage->file_name, strerror(error));
    return IO_FAILURE;
}

static enum outcome flush(const struct spot_stage *stage)
{
    const enum outcome outcome = reserve(stage);
    if (outcome == DONE && H5Fflush(stage->file, H5F_SCOPE_GLOBAL) < 0)
        return nexus_complain(stage->file_name);
    return outcome;
}

/* ---- the names ----------------------------------------------------------------------------- */

static bool replaced_name(const struct spot_stage *stage, enum spot_part part,
                          char name[SPOT_NAME_SIZE], char replaced[REPLACED_SIZE])
{
    if (!spot_part_name(stage->table, part, name))
        return false;
    snprintf(replaced, REPLACED_SIZE, "%s" REPLACED, name);
    return true;
}

/* Removes the groups that were replaced, now or when somebody was interrupted. */
static bool remove_replaced(const struct spot_stage *stage)
{
    char name[SPOT_NAME_SIZE], replaced[REPLACED_SIZE];
    for (int i = 0; i < SPOT_PARTS; i++) {
        if (!replaced_name(stage, (enum spot_part)i, name, replaced))
            return false;
        if (exists(stage, replaced) && H5Ldelete(stage->entry, replaced, H5P_DEFAULT) < 0)
            return false;
    }
    return true;
}

static bool name_group(const struct spot_stage *stage, enum spot_part part)
{
    char name[SPOT_NAME_SIZE], replaced[REPLACED_SIZE];
    if (!replaced_name(stage, part, name, replaced))
        return false;
    if (exists(stage, name) &&
        H5Lmove(stage->entry, name, stage->entry, replaced, H5P_DEFAULT, H5P_DEFAULT) < 0)
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
        !nexus_attribute(stage->entry, "default", frames) || H5Gget_info(stage->file, &info) < 0)
        return false;
    if (info.nlinks == 0 && !(nexus_attribute(stage->file, "NX_class", "NXroot") &&
                              nexus_attribute(stage->file, "default", SPOT_NEW_ENTRY)))
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

enum outcome spot_stage_commit(struct spot_stage *stage)
{
    enum outcome outcome = flush(stage);
    if (outcome == DONE && !remove_replaced(stage))
        outcome = nexus_complain(stage->file_name);
    if (outcome == DONE && !name_all(stage))
        outcome = nexus_complain(stage->file_name);
    if (outcome == DONE)
        outcome = flush(stage);
    if (outcome == DONE && !remove_replaced(stage))
        outcome = nexus_complain(stage->file_name);
    return outcome == DONE ? flush(stage) : outcome;
}
