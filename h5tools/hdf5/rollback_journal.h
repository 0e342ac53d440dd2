/*
 * hdf5/rollback_journal.h - what a file was before it was changed, in a file beside it.
 *
 * NAME.undo is there only while pages of the file NAME are exchanged, which takes less than a
 * millisecond unless the power fails or the program is killed just then. Who opens the file for
 * changes the next time puts the pages back.
 */
#ifndef H5WINNOW_HDF5_ROLLBACK_JOURNAL_H
#define H5WINNOW_HDF5_ROLLBACK_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILE_PAGE 4096

/* What a page of a file is to be. */
struct file_page {
    uint64_t number;
    uint8_t *bytes; /* [FILE_PAGE] */
};

/* Writes the pages of a file that are about to be changed, as they are in the file, to PATH.undo.
 * `file` is its descriptor, `size` what it is to be cut to when the pages are put back. 0, or an
 * errno. */
int rollback_journal_write(const char *path, int file, uint64_t size, const struct file_page *page,
                           size_t pages);

/* Removes PATH.undo: the file is what it is to be, or what it was. */
void rollback_journal_remove(const char *path);

/* Puts back what PATH.undo has, if there is one and the file is not what it was to be, and removes
 * it. `file` is open for writing. `undone`: something was put back. 0, or an errno; EBADMSG: the
 * file was changed since, or the note is of another file. */
int rollback_journal_restore(const char *path, int file, bool *undone);

#endif
