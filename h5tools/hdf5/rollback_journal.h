/*
 * Rollback journal: a copy of pages of a file, kept beside it while they are overwritten.
 *
 * NAME.undo exists only while pages of the file NAME are overwritten. If the power fails or the
 * program is killed meanwhile, the next program that opens the file for changes puts the old pages
 * back.
 */
#ifndef H5WINNOW_HDF5_ROLLBACK_JOURNAL_H
#define H5WINNOW_HDF5_ROLLBACK_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_PAGE 4096

/* The new contents of a page of a file. */
struct file_page {
    uint64_t number;
    uint8_t *bytes; /* [FILE_PAGE] */
};

/* Writes the pages of a file that are about to be overwritten, old and new, to PATH.undo. `file` is
 * its descriptor, `size` the length to truncate it to on rollback. 0, or an errno. */
int rollback_journal_write(const char *path, int file, uint64_t size, const struct file_page *page,
                           size_t pages);

/* Removes PATH.undo, once the file is entirely new or entirely old. */
void rollback_journal_remove(const char *path);

/* Rolls the file back if PATH.undo exists and the change is not complete, and removes PATH.undo.
 * `file` is open for writing. *undone: pages were put back. 0, or an errno; EBADMSG: the file was
 * changed since, or the journal is of another file. */
int rollback_journal_restore(const char *path, int file, bool *undone);

#endif
