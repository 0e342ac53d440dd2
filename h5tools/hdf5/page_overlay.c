/*
 * Copy-on-write pages of 4 KiB in a sorted array: O(log n) to find one, O(n) to insert one.
 * Appended data go straight to the file beyond its old end. The commit follows the order of a
 * rollback journal: sync the appended data, write the journal, overwrite the pages, sync, delete
 * the journal.
 */
#define _POSIX_C_SOURCE 200809L
#include "hdf5/page_overlay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/raw_io.h"

bool page_overlay_open(int file, struct page_overlay *overlay)
{
    struct stat status;
    *overlay = (struct page_overlay){.file = file};
    if (fstat(file, &status) != 0)
        return false;
    overlay->size = (uint64_t)status.st_size;
    overlay->length = overlay->size;
    overlay->free = (overlay->size + FILE_PAGE - 1) / FILE_PAGE * FILE_PAGE;
    return true;
}

void page_overlay_close(struct page_overlay *overlay)
{
    for (size_t i = 0; i < overlay->pages; i++)
        free(overlay->page[i].bytes);
    free(overlay->page);
    close(overlay->file);
}

/* ---- pages --------------------------------------------------------------------------------- */

/* Index of a page in the list, or where it belongs. */
static size_t find_page(const struct page_overlay *overlay, uint64_t number)
{
    size_t low = 0, high = overlay->pages;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (overlay->page[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool has(const struct page_overlay *overlay, size_t index, uint64_t number)
{
    return index < overlay->pages && overlay->page[index].number == number;
}

static bool make_room(struct page_overlay *overlay)
{
    if (overlay->pages < overlay->capacity)
        return true;
    const size_t capacity = 2 * overlay->capacity + 16;
    struct file_page *page = realloc(overlay->page, capacity * sizeof *page);
    if (!page)
        return false;
    overlay->page = page;
    overlay->capacity = capacity;
    return true;
}

/* The page in memory, first filled from the file. NULL: out of memory, or not readable. */
static uint8_t *get_page(struct page_overlay *overlay, uint64_t number)
{
    const size_t index = find_page(overlay, number);
    if (has(overlay, index, number))
        return overlay->page[index].bytes;
    uint8_t *bytes = malloc(FILE_PAGE);
    if (!bytes || !make_room(overlay) ||
        !raw_read(overlay->file, number * FILE_PAGE, FILE_PAGE, bytes)) {
        free(bytes);
        return NULL;
    }
    memmove(&overlay->page[index + 1], &overlay->page[index],
            (overlay->pages - index) * sizeof *overlay->page);
    overlay->page[index] = (struct file_page){number, bytes};
    overlay->pages++;
    return bytes;
}

/* How many of `size` bytes from `at` lie on the page that they start on. */
static size_t on_page(uint64_t at, size_t size)
{
    const size_t rest = FILE_PAGE - (size_t)(at % FILE_PAGE);
    return size < rest ? size : rest;
}

/* ---- reading and writing ------------------------------------------------------------------- */

bool page_overlay_read(const struct page_overlay *overlay, uint64_t at, size_t size, void *bytes)
{
    uint8_t *to = bytes;
    if (!raw_read(overlay->file, at, size, to))
        return false;
    for (size_t i = find_page(overlay, at / FILE_PAGE); i < overlay->pages; i++) {
        const uint64_t start = overlay->page[i].number * FILE_PAGE;
        if (start >= at + size)
            break;
        const uint64_t first = start > at ? start : at;
        const size_t n = on_page(first, (size_t)(at + size - first));
        memcpy(to + (first - at), overlay->page[i].bytes + (first - start), n);
    }
    return true;
}

static bool write_pages(struct page_overlay *overlay, uint64_t at, size_t size,
                        const uint8_t *bytes)
{
    while (size > 0) {
        const size_t n = on_page(at, size);
        uint8_t *page = get_page(overlay, at / FILE_PAGE);
        if (!page)
            return false;
        memcpy(page + at % FILE_PAGE, bytes, n);
        bytes += n;
        at += n;
        size -= n;
    }
    return true;
}

bool page_overlay_write(struct page_overlay *overlay, uint64_t at, size_t size, const void *bytes)
{
    const uint8_t *from = bytes;
    if (at + size > overlay->length)
        overlay->length = at + size;
    if (at < overlay->free) {
        const size_t below = size < overlay->free - at ? size : (size_t)(overlay->free - at);
        if (!write_pages(overlay, at, below, from))
            return false;
        from += below;
        at += below;
        size -= below;
    }
    if (overlay->error == 0 && !raw_write(overlay->file, at, size, from))
        overlay->error = errno;
    return overlay->error == 0 || write_pages(overlay, at, size, from);
}

/* ---- applying ------------------------------------------------------------------------------ */

/* Drops pages that equal those in the file. False: it cannot be read. */
static bool drop_unchanged(struct page_overlay *overlay)
{
    uint8_t before[FILE_PAGE];
    size_t changed = 0;
    for (size_t i = 0; i < overlay->pages; i++) {
        const struct file_page page = overlay->page[i];
        if (!raw_read(overlay->file, page.number * FILE_PAGE, FILE_PAGE, before))
            return false;
        overlay->page[i] = overlay->page[changed];
        overlay->page[changed] = page;
        changed += memcmp(before, page.bytes, FILE_PAGE) != 0;
    }
    while (overlay->pages > changed)
        free(overlay->page[--overlay->pages].bytes);
    return true;
}

/* Swaps the first pages with those in the file. Returns how many were swapped before an error. */
static size_t exchange(struct page_overlay *overlay, size_t pages)
{
    uint8_t before[FILE_PAGE];
    for (size_t i = 0; i < pages; i++) {
        const struct file_page *page = &overlay->page[i];
        const uint64_t at = page->number * FILE_PAGE;
        if (!raw_read(overlay->file, at, FILE_PAGE, before) ||
            !raw_write(overlay->file, at, FILE_PAGE, page->bytes))
            return i;
        memcpy(page->bytes, before, FILE_PAGE);
    }
    return pages;
}

/* Truncates the file to its old length; passes `error` on. */
static int truncate_back(const struct page_overlay *overlay, int error)
{
    struct stat status;
    if (fstat(overlay->file, &status) == 0 && (uint64_t)status.st_size > overlay->size &&
        ftruncate(overlay->file, (off_t)overlay->size) != 0)
        return errno;
    return error;
}

/* Appended data must be on disk, and the file extended to its new length, before any page refers to
 * them. */
static bool prepare(const struct page_overlay *overlay)
{
    return (overlay->length <= overlay->size ||
            ftruncate(overlay->file, (off_t)overlay->length) == 0) &&
           fsync(overlay->file) == 0;
}

static bool finish(const struct page_overlay *overlay)
{
    return ftruncate(overlay->file, (off_t)overlay->length) == 0 && fsync(overlay->file) == 0;
}

/* Writes all pages, or swaps back those already written. 0, or an errno. */
static int commit_pages(struct page_overlay *overlay)
{
    const size_t done = exchange(overlay, overlay->pages);
    if (done == overlay->pages && finish(overlay))
        return 0;
    const int error = errno;
    overlay->harmed = exchange(overlay, done) < done;
    return error;
}

int page_overlay_apply(struct page_overlay *overlay, const char *path)
{
    if (overlay->error != 0 || !overlay->complete)
        return truncate_back(overlay, overlay->error != 0 ? overlay->error : EIO);
    if (!drop_unchanged(overlay))
        return truncate_back(overlay, errno);
    if (overlay->pages == 0)
        return truncate_back(overlay, 0);
    if (!prepare(overlay))
        return truncate_back(overlay, errno);
    int error =
        rollback_journal_write(path, overlay->file, overlay->size, overlay->page, overlay->pages);
    if (error == 0)
        error = commit_pages(overlay);
    if (overlay->harmed)
        return error;
    rollback_journal_remove(path);
    return error == 0 ? 0 : truncate_back(overlay, error);
}
