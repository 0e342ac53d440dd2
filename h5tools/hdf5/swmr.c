/*
 * Whether a writer has the file open is read from the superblock, past HDF5.
 */
#include "hdf5/swmr.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/message.h"
#include "hdf5/file.h"

#define NAME_SIZE 4096

enum outcome swmr_open(const char *path, hid_t *file)
{
    *file = H5Fopen(path, H5F_ACC_RDONLY | H5F_ACC_SWMR_READ, H5P_DEFAULT);
    return *file >= 0 ? DONE : file_open(path, file); /* a file of the older format, or none */
}

/* From version 3 of the superblock on, bit 0 of its byte 11 is set while the file is open for
 * writing (HDF5 File Format Specification 3.0, section II.A). */
bool swmr_is_written(hid_t object)
{
    static const uint8_t signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    enum { VERSION = 8, FLAGS = 11, WRITTEN = 1, SUPERBLOCK = 12 };
    char name[NAME_SIZE];
    uint8_t block[SUPERBLOCK] = {0};
    if (H5Fget_name(object, name, sizeof name) < 0)
        return false;
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    const bool whole = file >= 0 && pread(file, block, sizeof block, 0) == (ssize_t)sizeof block;
    if (file >= 0)
        close(file);
    return whole && memcmp(block, signature, sizeof signature) == 0 && block[VERSION] >= 3 &&
           (block[FLAGS] & WRITTEN) != 0;
}
