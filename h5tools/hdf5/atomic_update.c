/*
 * Takes an flock() on the file, restores it from a rollback journal that a killed program may have
 * left, and opens it with the overlay driver; closing commits the overlay in one go.
 */
#define _DEFAULT_SOURCE
#include "hdf5/atomic_update.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/message.h"
#include "hdf5/file.h"
#include "hdf5/overlay_vfd.h"
#include "hdf5/rollback_journal.h"

/* Opens and locks the file; negative on failure, with a message. */
static int open_locked(const char *path)
{
    const int file = open(path, O_RDWR | O_CLOEXEC);
    if (file < 0) {
        complain("%s: cannot be opened for writing: %s; the table can be written to a file of its "
                 "own",
                 path, strerror(errno));
        return -1;
    }
    if (flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        complain("%s: another program has it open: end that, or write the table to a file of its "
                 "own",
                 path);
        close(file);
        return -1;
    }
    return file;
}

enum outcome atomic_update_check(const char *path)
{
    const int file = open_locked(path);
    if (file >= 0)
        close(file);
    return file >= 0 ? DONE : IO_FAILURE;
}

/* Rolls back the changes of a program that was killed while committing. */
static enum outcome restore(const char *path, int file)
{
    bool undone;
    const int error = rollback_journal_restore(path, file, &undone);
    if (error == EBADMSG)
        complain("%s: %s.undo says how it was before it was changed by a program that was stopped, "
                 "but that does not fit it: if the file is good, remove %s.undo",
                 path, path, path);
    else if (error != 0)
        complain("%s: %s.undo cannot be put back: %s", path, path, strerror(error));
    else if (undone)
        complain("%s: a program was stopped while changing it: it is as it was before", path);
    return error == 0 ? DONE : error == EBADMSG ? BAD_INPUT : IO_FAILURE;
}

static enum outcome open_hdf5(const char *path, struct page_overlay *overlay, hid_t *file)
{
    char reason[REASON_SIZE];
    *file = overlay_vfd_open(path, overlay);
    if (*file >= 0)
        return DONE;
    hdf5_reason(reason);
    complain(
        "%s: HDF5 cannot open it for writing (%s): is it an HDF5 file, complete, and not being "
        "written?",
        path, reason);
    return BAD_INPUT;
}

static enum outcome make_overlay(const char *path, int file, struct page_overlay **overlay)
{
    *overlay = malloc(sizeof **overlay);
    if (*overlay && page_overlay_open(file, *overlay))
        return DONE;
    complain("%s: cannot be read: %s", path, strerror(errno));
    free(*overlay);
    return IO_FAILURE;
}

enum outcome atomic_update_open(const char *path, hid_t *file)
{
    *file = -1;
    const int descriptor = open_locked(path);
    if (descriptor < 0)
        return IO_FAILURE;
    struct page_overlay *overlay = NULL;
    enum outcome outcome = restore(path, descriptor);
    if (outcome == DONE)
        outcome = make_overlay(path, descriptor, &overlay);
    if (outcome != DONE) {
        close(descriptor);
        return outcome;
    }
    outcome = open_hdf5(path, overlay, file);
    if (outcome != DONE) {
        page_overlay_close(overlay);
        free(overlay);
    }
    return outcome;
}

enum outcome atomic_update_close(hid_t file, const char *path)
{
    struct page_overlay *overlay = overlay_vfd_overlay(file);
    const bool closed = H5Fclose(file) >= 0;
    overlay->complete = overlay->complete && closed;
    const int error = page_overlay_apply(overlay, path);
    if (error != 0 && overlay->harmed)
        complain("%s: is damaged, because the disk failed in the middle: %s; %s.undo has what it "
                 "was, and h5winnow spots puts that back the next time",
                 path, strerror(error), path);
    else if (error != 0)
        complain("%s: cannot be written: %s; it is as it was before", path, strerror(error));
    page_overlay_close(overlay);
    free(overlay);
    return error == 0 ? DONE : IO_FAILURE;
}
