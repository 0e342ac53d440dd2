/*
 * read() and write() in blocks of 1 MiB, then fsync() and rename(). An interrupt removes the
 * partial file.
 */
#define _GNU_SOURCE
#include "output/copy_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/message.h"

#define BLOCK_BYTES ((size_t)1 << 20)

char *path_join(const char *folder, const char *name)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0) {
        complain_memory();
        return NULL;
    }
    return path;
}

static bool write_all(int file, const char *bytes, size_t n)
{
    while (n > 0) {
        const ssize_t written = write(file, bytes, n);
        if (written < 0 && errno != EINTR)
            return false;
        if (written > 0) {
            bytes += written;
            n -= (size_t)written;
        }
    }
    return true;
}

static bool copy_bytes(int in, int out)
{
    char *block = malloc(BLOCK_BYTES);
    ssize_t n = !block ? -1 : 1;
    while (n > 0 && !interrupted()) {
        n = read(in, block, BLOCK_BYTES);
        if (n > 0 && !write_all(out, block, (size_t)n))
            n = -1;
    }
    free(block);
    return n == 0 && fsync(out) == 0;
}

static bool copy_to_partial(const char *from, const char *partial)
{
    const int in = open(from, O_RDONLY | O_CLOEXEC);
    const int out = in < 0 ? -1 : open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool good = out >= 0 && copy_bytes(in, out);
    if (out >= 0)
        good = close(out) == 0 && good;
    if (in >= 0)
        close(in);
    return good;
}

enum outcome copy_file(const char *from, const char *to, bool force)
{
    char *partial = NULL;
    if (!force && access(to, F_OK) == 0) {
        complain("%s: is there already: choose another name, or --force to replace it", to);
        return WRONG_USAGE;
    }
    if (asprintf(&partial, "%s.partial", to) < 0) {
        complain_memory();
        return IO_FAILURE;
    }
    const bool good = copy_to_partial(from, partial) && rename(partial, to) == 0;
    if (!good && !interrupted())
        complain("%s: cannot be copied to %s: %s", from, to, strerror(errno));
    if (!good)
        unlink(partial);
    free(partial);
    return good ? DONE : interrupted() ? INTERRUPTED : IO_FAILURE;
}
