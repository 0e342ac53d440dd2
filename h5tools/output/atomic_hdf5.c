/*
 * Write, fsync, rename: the partial file is flushed and synced before rename() or
 * renameat2(RENAME_NOREPLACE) gives it its name; file systems without the latter get a hard link
 * instead. flock() detects a second writer.
 */
#define _GNU_SOURCE
#include "output/atomic_hdf5.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/message.h"
#include "copy/tree_copy.h"
#include "hdf5/file.h"

/* For messages; longer names are truncated. */
#define NAME_SIZE 1024

/* The folder of a file, for free(); NULL: out of memory. */
static char *folder_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    if (!slash)
        return strdup(".");
    return strndup(name, slash == name ? 1 : (size_t)(slash - name));
}

static bool is_same_file(const char *one, const char *other)
{
    struct stat a, b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

static enum outcome check_name(const char *name, const char *const *inputs, size_t n, bool force)
{
    struct stat status;
    if (name[0] == '\0') {
        complain("the output needs a name");
        return WRONG_USAGE;
    }
    for (size_t i = 0; i < n; i++) {
        if (is_same_file(name, inputs[i])) {
            complain("%s: is the input as well: nothing is packed in place, choose another name",
                     name);
            return WRONG_USAGE;
        }
    }
    if (lstat(name, &status) != 0)
        return DONE;
    if (S_ISDIR(status.st_mode)) {
        complain("%s: is a folder: give the name of a file", name);
        return WRONG_USAGE;
    }
    if (!force) {
        complain("%s: is there already: choose another name, or --force to replace it", name);
        return WRONG_USAGE;
    }
    return DONE;
}

static enum outcome check_space(const char *name, uint64_t bytes)
{
    struct statvfs system;
    char *folder = folder_of(name);
    enum outcome outcome = DONE;
    if (!folder) {
        complain_memory();
        return IO_FAILURE;
    }
    if (statvfs(folder, &system) != 0) {
        complain("%s: its folder cannot be used: %s", name, strerror(errno));
        outcome = IO_FAILURE;
    } else if ((uint64_t)system.f_bavail * system.f_frsize < bytes) {
        complain("%s: %.1f MB are free there, and about %.1f MB are needed: make room, or write "
                 "somewhere else",
                 name, (double)system.f_bavail * (double)system.f_frsize / 1e6,
                 (double)bytes / 1e6);
        outcome = IO_FAILURE;
    }
    free(folder);
    return outcome;
}

/* Checks for a lock before HDF5 does, because HDF5 truncates a file before it tries to lock it. */
static enum outcome check_partial(const char *name)
{
    const int probe = open(name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
    if (probe < 0) {
        complain("%s: cannot be written: %s", name, strerror(errno));
        return IO_FAILURE;
    }
    const bool taken = flock(probe, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(probe);
    if (taken)
        complain("%s: another program is writing it, perhaps another h5winnow: wait until that "
                 "has ended, or choose another name",
                 name);
    return taken ? IO_FAILURE : DONE;
}

enum outcome atomic_hdf5_prepare(const char *name, const char *const *inputs, size_t input_count,
                                 bool force, uint64_t bytes, struct atomic_hdf5 *output)
{
    *output = (struct atomic_hdf5){.force = force, .file = -1};
    enum outcome outcome = check_name(name, inputs, input_count, force);
    if (outcome == DONE)
        outcome = check_space(name, bytes);
    if (outcome != DONE)
        return outcome;
    output->name = strdup(name);
    if (!output->name || asprintf(&output->partial, "%s.partial", name) < 0) {
        output->partial = NULL;
        complain_memory();
        outcome = IO_FAILURE;
    } else {
        outcome = check_partial(output->partial);
    }
    if (outcome != DONE) {
        free(output->name);
        free(output->partial);
    }
    return outcome;
}

enum outcome atomic_hdf5_create(const char *name, const char *const *inputs, size_t input_count,
                                bool force, uint64_t bytes, hid_t like, struct atomic_hdf5 *output)
{
    char reason[REASON_SIZE];
    const enum outcome outcome =
        atomic_hdf5_prepare(name, inputs, input_count, force, bytes, output);
    if (outcome != DONE)
        return outcome;
    output->file = like >= 0 ? file_create_like(output->partial, like)
                             : H5Fcreate(output->partial, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (output->file >= 0)
        return DONE;
    hdf5_reason(reason);
    complain("%s: cannot be created: %s", output->partial, reason);
    free(output->name);
    free(output->partial);
    return IO_FAILURE;
}

/* The data must be on disk before the file gets its final name. */
static bool synchronise(const char *name)
{
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    const bool good = file >= 0 && fsync(file) == 0;
    if (file >= 0)
        close(file);
    return good;
}

enum outcome atomic_hdf5_close(struct atomic_hdf5 *output)
{
    if (output->file < 0)
        return DONE;
    const bool good = H5Fflush(output->file, H5F_SCOPE_GLOBAL) >= 0;
    const bool closed = H5Fclose(output->file) >= 0;
    output->file = -1;
    if (good && closed && synchronise(output->partial))
        return DONE;
    complain("%s: cannot be written to its end: is the disk full?", output->partial);
    return IO_FAILURE;
}

/* Renames the file; without force it never replaces another, even one created meanwhile. */
static bool rename_partial(const struct atomic_hdf5 *output)
{
    if (output->force)
        return rename(output->partial, output->name) == 0;
    if (renameat2(AT_FDCWD, output->partial, AT_FDCWD, output->name, RENAME_NOREPLACE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS) /* file system without RENAME_NOREPLACE */
        return false;
    return link(output->partial, output->name) == 0 && unlink(output->partial) == 0;
}

enum outcome atomic_hdf5_finish(struct atomic_hdf5 *output, enum outcome outcome)
{
    outcome = worse(outcome, atomic_hdf5_close(output));
    if (outcome <= FINDING && !rename_partial(output)) {
        complain("%s: cannot get its final name %s: %s", output->partial, output->name,
                 strerror(errno));
        outcome = IO_FAILURE;
    }
    if (outcome > FINDING)
        unlink(output->partial);
    free(output->name);
    free(output->partial);
    return outcome;
}

void atomic_hdf5_complain(hid_t object, const char *what)
{
    char reason[REASON_SIZE], file[NAME_SIZE] = "", path[NAME_SIZE] = "";
    hdf5_reason(reason);
    H5Fget_name(object, file, sizeof file);
    H5Iget_name(object, path, sizeof path);
    make_printable(path);
    complain("%s::%s: %s (%s): is the disk full?", file, path, what, reason);
}

enum outcome create_folder(const char *name)
{
    char *path = strdup(name);
    if (!path) {
        complain_memory();
        return IO_FAILURE;
    }
    bool good = true;
    for (char *slash = strchr(path + 1, '/'); slash && good; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        good = mkdir(path, 0777) == 0 || errno == EEXIST;
        *slash = '/';
    }
    good = good && (mkdir(path, 0777) == 0 || errno == EEXIST);
    if (!good)
        complain("%s: the folder cannot be created: %s", name, strerror(errno));
    free(path);
    return good ? DONE : IO_FAILURE;
}

enum outcome create_parent_folder(const char *file)
{
    char *folder = folder_of(file);
    if (!folder) {
        complain_memory();
        return IO_FAILURE;
    }
    const enum outcome outcome = create_folder(folder);
    free(folder);
    return outcome;
}
