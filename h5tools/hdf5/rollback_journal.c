/*
 * The protocol of SQLite's rollback journal ("Atomic Commit In SQLite",
 * sqlite.org/atomiccommit.html), with one difference: a record holds a page both before and after
 * the change, so that the restorer can tell a finished, an interrupted and a foreign change apart.
 * The journal appears under its name by rename(), complete and synced.
 */
#define _GNU_SOURCE
#include "hdf5/rollback_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/raw_io.h"

#define MAGIC "wnundo1\n"

struct journal_header {
    char magic[8];
    uint64_t device, inode, size; /* of the file */
    uint64_t pages;
};

struct journal_record {
    uint64_t number;
    uint8_t before[FILE_PAGE], after[FILE_PAGE];
};

/* ---- names --------------------------------------------------------------------------------- */

struct journal_names {
    char *undo, *partial;
};

static void free_names(struct journal_names *names)
{
    free(names->undo);
    free(names->partial);
}

static bool make_names(const char *path, struct journal_names *names)
{
    *names = (struct journal_names){0};
    if (asprintf(&names->undo, "%s.undo", path) < 0)
        names->undo = NULL;
    if (asprintf(&names->partial, "%s.undo.partial", path) < 0)
        names->partial = NULL;
    if (names->undo && names->partial)
        return true;
    free_names(names);
    return false;
}

/* ---- writing ------------------------------------------------------------------------------- */

/* What the journal is to record. */
struct journal_contents {
    int file;
    uint64_t size;
    const struct file_page *page;
    size_t pages;
};

static bool write_record(const struct journal_contents *note, size_t i, int to)
{
    struct journal_record record = {.number = note->page[i].number};
    const uint64_t at = sizeof(struct journal_header) + i * sizeof record;
    memcpy(record.after, note->page[i].bytes, FILE_PAGE);
    return raw_read(note->file, record.number * FILE_PAGE, FILE_PAGE, record.before) &&
           raw_write(to, at, sizeof record, (const uint8_t *)&record);
}

static bool write_records(const struct journal_contents *note, int to)
{
    struct stat status;
    if (fstat(note->file, &status) != 0)
        return false;
    struct journal_header head = {.magic = MAGIC,
                                  .device = status.st_dev,
                                  .inode = status.st_ino,
                                  .size = note->size,
                                  .pages = note->pages};
    if (!raw_write(to, 0, sizeof head, (const uint8_t *)&head))
        return false;
    for (size_t i = 0; i < note->pages; i++)
        if (!write_record(note, i, to))
            return false;
    return fsync(to) == 0;
}

/* Writes the journal; it gets its name once it is complete. */
static int write_named(const struct journal_names *names, const struct journal_contents *note)
{
    const int to =
        open(names->partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0)
        return errno;
    const bool good = write_records(note, to);
    int error = good ? 0 : errno;
    close(to);
    if (good && rename(names->partial, names->undo) != 0)
        error = errno;
    if (error != 0)
        unlink(names->partial);
    return error;
}

int rollback_journal_write(const char *path, int file, uint64_t size, const struct file_page *page,
                           size_t pages)
{
    const struct journal_contents note = {file, size, page, pages};
    struct journal_names names;
    if (!make_names(path, &names))
        return ENOMEM;
    const int error = write_named(&names, &note);
    free_names(&names);
    return error;
}

void rollback_journal_remove(const char *path)
{
    struct journal_names names;
    if (!make_names(path, &names))
        return;
    unlink(names.undo);
    free_names(&names);
}

/* ---- restoring ----------------------------------------------------------------------------- */

/* Whether the journal belongs to this file and to this user. */
static bool belongs(int undo, int file, struct journal_header *head)
{
    struct stat of_undo, of_file;
    return fstat(undo, &of_undo) == 0 && fstat(file, &of_file) == 0 && S_ISREG(of_undo.st_mode) &&
           of_undo.st_uid == geteuid() && raw_read(undo, 0, sizeof *head, (uint8_t *)head) &&
           memcmp(head->magic, MAGIC, sizeof head->magic) == 0 && head->device == of_file.st_dev &&
           head->inode == of_file.st_ino &&
           head->pages ==
               ((uint64_t)of_undo.st_size - sizeof *head) / sizeof(struct journal_record);
}

/* State of the file or of a page, according to the journal. */
enum commit_state {
    UNDONE,   /* old, or partly old and partly new */
    COMPLETE, /* new */
    FOREIGN,  /* neither: changed since by another program */
};

/* The largest unit that a disk surely writes as a whole. */
#define SECTOR 512

static enum commit_state state_of_page(const struct journal_record *record, const uint8_t *page)
{
    if (memcmp(page, record->after, FILE_PAGE) == 0)
        return COMPLETE;
    for (size_t i = 0; i < FILE_PAGE; i += SECTOR)
        if (memcmp(page + i, record->before + i, SECTOR) != 0 &&
            memcmp(page + i, record->after + i, SECTOR) != 0)
            return FOREIGN;
    return UNDONE;
}

static bool read_record(int undo, uint64_t i, struct journal_record *record)
{
    return raw_read(undo, sizeof(struct journal_header) + i * sizeof *record, sizeof *record,
                    (uint8_t *)record);
}

static bool find_state(int undo, int file, const struct journal_header *head,
                       enum commit_state *state)
{
    struct journal_record record;
    uint8_t page[FILE_PAGE];
    uint64_t complete = 0;
    *state = UNDONE;
    for (uint64_t i = 0; i < head->pages && *state != FOREIGN; i++) {
        if (!read_record(undo, i, &record) ||
            !raw_read(file, record.number * FILE_PAGE, FILE_PAGE, page))
            return false;
        *state = state_of_page(&record, page);
        complete += *state == COMPLETE;
    }
    if (*state != FOREIGN)
        *state = complete == head->pages ? COMPLETE : UNDONE;
    return true;
}

static bool put_back(int undo, int file, const struct journal_header *head)
{
    struct journal_record record;
    for (uint64_t i = 0; i < head->pages; i++)
        if (!read_record(undo, i, &record) ||
            !raw_write(file, record.number * FILE_PAGE, FILE_PAGE, record.before))
            return false;
    return ftruncate(file, (off_t)head->size) == 0 && fsync(file) == 0;
}

static int restore(int undo, int file, bool *undone)
{
    struct journal_header head;
    enum commit_state state;
    if (!belongs(undo, file, &head))
        return EBADMSG;
    if (!find_state(undo, file, &head, &state))
        return errno;
    if (state == FOREIGN)
        return EBADMSG;
    if (state == COMPLETE)
        return 0;
    *undone = true;
    return put_back(undo, file, &head) ? 0 : errno;
}

int rollback_journal_restore(const char *path, int file, bool *undone)
{
    struct journal_names names;
    int error = 0;
    *undone = false;
    if (!make_names(path, &names))
        return ENOMEM;
    const int undo = open(names.undo, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (undo >= 0) {
        error = restore(undo, file, undone);
        close(undo);
        if (error == 0)
            unlink(names.undo);
    }
    free_names(&names);
    return error;
}
