#define _DEFAULT_SOURCE
#include "spot_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "file.h"
#include "message.h"
#include "nexus_write.h"

/* HDF5 says no more than that it cannot lock the file. */
enum outcome spot_file_check(const char *path)
{
    const int probe = open(path, O_RDWR | O_CLOEXEC);
    if (probe < 0) {
        complain("%s: cannot be opened for writing: %s; the table can be written to a file of its "
                 "own",
                 path, strerror(errno));
        return IO_FAILURE;
    }
    const bool taken = flock(probe, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(probe);
    if (taken)
        complain("%s: another program has it open: end that, or write the table to a file of its "
                 "own",
                 path);
    return taken ? IO_FAILURE : DONE;
}

enum outcome spot_file_open(const char *path, hid_t *file)
{
    char reason[REASON_SIZE];
    *file = -1;
    const enum outcome outcome = spot_file_check(path);
    if (outcome != DONE)
        return outcome;
    *file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    if (*file >= 0)
        return DONE;
    hdf5_reason(reason);
    complain(
        "%s: HDF5 cannot open it for writing (%s): is it an HDF5 file, complete, and not being "
        "written?",
        path, reason);
    return BAD_INPUT;
}

enum outcome spot_file_close(hid_t file, const char *path)
{
    const bool flushed = H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
    const bool closed = H5Fclose(file) >= 0;
    return flushed && closed ? DONE : nexus_complain(path);
}
