/* pread() and pwrite(), repeated after short transfers and EINTR. */
#define _POSIX_C_SOURCE 200809L
#include "base/raw_io.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

bool raw_read(int file, uint64_t at, size_t size, uint8_t *bytes)
{
    while (size > 0) {
        const ssize_t n = pread(file, bytes, size, (off_t)at);
        if (n < 0 && errno != EINTR)
            return false;
        if (n == 0) {
            memset(bytes, 0, size);
            return true;
        }
        if (n > 0) {
            bytes += n;
            at += (uint64_t)n;
            size -= (size_t)n;
        }
    }
    return true;
}

bool raw_write(int file, uint64_t at, size_t size, const uint8_t *bytes)
{
    while (size > 0) {
        const ssize_t n = pwrite(file, bytes, size, (off_t)at);
        if (n < 0 && errno != EINTR)
            return false;
        if (n > 0) {
            bytes += n;
            at += (uint64_t)n;
            size -= (size_t)n;
        }
    }
    return true;
}
