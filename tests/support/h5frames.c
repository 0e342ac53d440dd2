/* Reads whole datasets through HDF5, converted to native types. */
#include "support/h5frames.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void fail(const char *file, const char *dataset, const char *what)
{
    fprintf(stderr, "%s::%s: %s\n", file, dataset, what);
    exit(3);
}

static wn_type element_type(hid_t type)
{
    const size_t bits = 8 * H5Tget_size(type);
    if (H5Tget_class(type) == H5T_FLOAT)
        return (wn_type)(300 + bits);
    return (wn_type)((H5Tget_sign(type) == H5T_SGN_NONE ? 100 : 200) + bits);
}

struct h5frames h5frames_read(const char *file, const char *dataset)
{
    const hid_t f = H5Fopen(file, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t d = f < 0 ? -1 : H5Dopen2(f, dataset, H5P_DEFAULT);
    if (d < 0)
        fail(file, dataset, "cannot be opened");
    const hid_t stored = H5Dget_type(d), space = H5Dget_space(d);
    const hid_t native = H5Tget_native_type(stored, H5T_DIR_ASCEND);
    hsize_t dims[3] = {1, 1, 1};
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank < 0 || rank > 3)
        fail(file, dataset, "has more than three dimensions");
    H5Sget_simple_extent_dims(space, dims + 3 - rank, NULL);

    struct h5frames frames = {.array = {.type = element_type(native),
                                        .big_endian = wn_native_big_endian(),
                                        .frames = (uint32_t)dims[0],
                                        .height = (uint32_t)dims[1],
                                        .width = (uint32_t)dims[2]}};
    frames.data = malloc((size_t)(dims[0] * dims[1] * dims[2]) * H5Tget_size(native) + 1);
    if (!frames.data || H5Dread(d, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, frames.data) < 0)
        fail(file, dataset, "cannot be read (bitshuffle plugin missing?)");
    H5Tclose(native);
    H5Tclose(stored);
    H5Sclose(space);
    H5Dclose(d);
    H5Fclose(f);
    return frames;
}

void h5frames_free(struct h5frames *frames)
{
    free(frames->data);
    frames->data = NULL;
}

int file_exists(const char *path)
{
    return access(path, R_OK) == 0;
}
