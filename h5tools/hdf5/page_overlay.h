/*
 * Changing a file atomically.
 *
 * Appended data are written beyond the end of the file, where nothing refers to them yet. Existing
 * pages are changed in memory only, until page_overlay_apply(). If the disk fills up, what does not
 * fit stays in memory as well: writes keep succeeding, and page_overlay_apply() then fails and
 * leaves the file as it was.
 */
#ifndef H5WINNOW_HDF5_PAGE_OVERLAY_H
#define H5WINNOW_HDF5_PAGE_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hdf5/rollback_journal.h"

struct page_overlay {
    int file;
    uint64_t size;          /* of the file when it was opened */
    uint64_t free;          /* from this offset on writes go to the file: a multiple of FILE_PAGE */
    uint64_t length;        /* of the file after the commit */
    bool complete;          /* everything was written */
    bool harmed;            /* the disk failed in mid-commit: a mixture of old and new pages */
    struct file_page *page; /* [pages] ascending */
    size_t pages, capacity;
    int error; /* errno of the first failed write, or 0 */
};

/* Takes ownership of the descriptor of a file that is open for reading and writing. False: see
 * errno. */
bool page_overlay_open(int file, struct page_overlay *overlay);

/* Reads and writes the file as it will be; bytes beyond its end read as zeros. False: out of
 * memory, or the file cannot be read. */
bool page_overlay_read(const struct page_overlay *overlay, uint64_t at, size_t size, void *bytes);
bool page_overlay_write(struct page_overlay *overlay, uint64_t at, size_t size, const void *bytes);

/* Commits the changes; if the overlay is not complete or this fails, restores the file. Pages that
 * did not change are not written. `path` is that of the file, beside which a journal exists during
 * the commit: see hdf5/rollback_journal.h. 0, or an errno; if `harmed` is set, the journal stays.
 */
int page_overlay_apply(struct page_overlay *overlay, const char *path);

/* Closes the descriptor and frees the memory. */
void page_overlay_close(struct page_overlay *overlay);

#endif
