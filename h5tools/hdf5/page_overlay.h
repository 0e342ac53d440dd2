/*
 * hdf5/page_overlay.h - changing a file all at once.
 *
 * What is appended is written behind the end of the file, where nothing leads to it yet. Pages that
 * were there before are changed in memory only, until page_overlay_apply(). If the disk fills up,
 * what does not fit stays in memory as well: who writes notices nothing, and at last nothing is
 * applied.
 */
#ifndef H5WINNOW_HDF5_PAGE_OVERLAY_H
#define H5WINNOW_HDF5_PAGE_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hdf5/rollback_journal.h"

struct page_overlay {
    int file;
    uint64_t size;   /* of the file, when it was opened */
    uint64_t free;   /* from here on it is written to directly: a multiple of the page size */
    uint64_t length; /* of the file as it is to be */
    bool complete;   /* all of it was written */
    bool harmed;     /* the disk failed: it is neither what it was nor what it is to be */
    struct file_page *page; /* [pages] ascending */
    size_t pages, capacity;
    int error; /* errno of the first write that failed; 0: none did */
};

/* Takes over the descriptor of a file that is open for reading and writing. False: errno says why.
 */
bool page_overlay_open(int file, struct page_overlay *overlay);

/* Reads and writes bytes of the file as it is to be; behind its end there are zeros. False: no
 * memory, or it cannot be read. */
bool page_overlay_read(const struct page_overlay *overlay, uint64_t at, size_t size, void *bytes);
bool page_overlay_write(struct page_overlay *overlay, uint64_t at, size_t size, const void *bytes);

/* Makes the file what it is to be; if it is not complete or that fails, what it was. Changes that
 * are no changes write nothing. `path` is that of the file, beside which it is noted what it was as
 * long as that is not done: see hdf5/rollback_journal.h. 0, or an errno; `harmed`: the note stays.
 */
int page_overlay_apply(struct page_overlay *overlay, const char *path);

/* Closes the descriptor and frees the memory. */
void page_overlay_close(struct page_overlay *overlay);

#endif
