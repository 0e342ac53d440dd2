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

/* Where a page is in the list, or would be. */
static size_t place_of(const struct page_overlay *overlay, uint64_t number)
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

static bool has(const struct page_overlay *overlay, size_t place, uint64_t number)
{
    return place < overlay->pages && overlay->page[place].number == number;
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

/* The page in memory, with the bytes that the file has there. NULL: no memory, or not readable. */
static uint8_t *page_of(struct page_overlay *overlay, uint64_t number)
{
    const size_t place = place_of(overlay, number);
    if (has(overlay, place, number))
        return overlay->page[place].bytes;
    uint8_t *bytes = malloc(FILE_PAGE);
    if (!bytes || !make_room(overlay) ||
        !raw_read(overlay->file, number * FILE_PAGE, FILE_PAGE, bytes)) {
        free(bytes);
        return NULL;
    }
    memmove(&overlay->page[place + 1], &overlay->page[place],
            (overlay->pages - place) * sizeof *overlay->page);
    overlay->page[place] = (struct file_page){number, bytes};
    overlay->pages++;
    return bytes;
}

/* How many of these bytes are on the page that they begin on. */
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
    for (size_t i = place_of(overlay, at / FILE_PAGE); i < overlay->pages; i++) {
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
        uint8_t *page = page_of(overlay, at / FILE_PAGE);
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

/* Forgets the pages that are in the file as they are. False: it cannot be read. */
static bool leave_changed(struct page_overlay *overlay)
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

/* Exchanges pages with those in the file. How many it has got through; all of them: no error. */
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

/* Cuts off what was appended. */
static int forget(const struct page_overlay *overlay, int error)
{
    struct stat status;
    if (fstat(overlay->file, &status) == 0 && (uint64_t)status.st_size > overlay->size &&
        ftruncate(overlay->file, (off_t)overlay->size) != 0)
        return errno;
    return error;
}

/* What was appended is to be on the disk, and the file as long as its new beginning says, before
 * anything leads there. */
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

/* All pages, or none of them. */
static int change(struct page_overlay *overlay)
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
        return forget(overlay, overlay->error != 0 ? overlay->error : EIO);
    if (!leave_changed(overlay))
        return forget(overlay, errno);
    if (overlay->pages == 0)
        return forget(overlay, 0);
    if (!prepare(overlay))
        return forget(overlay, errno);
    int error =
        rollback_journal_write(path, overlay->file, overlay->size, overlay->page, overlay->pages);
    if (error == 0)
        error = change(overlay);
    if (overlay->harmed)
        return error;
    rollback_journal_remove(path);
    return error == 0 ? 0 : forget(overlay, error);
}
