/*
 * A program with an HDF5 library of its own linked in; see test_static.sh.
 *
 *     host_static read FILE          print a checksum of the frames
 *     host_static write FILE FROM    copy the frames of FROM through the filter
 *     host_static wrong FILE         create a dataset with wrong parameters: must fail
 *
 * Built with -DREADER it is a shared object with one function, as reader plugins are; built with
 * -DLOADER it is the program that opens this shared object:
 *
 *     host_loader local|global READER.so read FILE ...
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int host_static(int argc, char **argv);

#ifdef LOADER

#include <dlfcn.h>

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    const int scope = strcmp(argv[1], "global") == 0 ? RTLD_GLOBAL : RTLD_LOCAL;
    void *reader = dlopen(argv[2], RTLD_NOW | scope);
    if (!reader) {
        fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    int (*function)(int, char **);
    void *symbol = dlsym(reader, "host_static");
    memcpy(&function, &symbol, sizeof function);
    return symbol ? function(argc - 2, argv + 2) : 2;
}

#else

#include <hdf5.h>

#define FILTER  47000
#define DATASET "/entry/data/data"

typedef struct frames {
    hsize_t dims[3];
    size_t size; /* bytes */
    uint32_t *data;
} frames;

static int fail(const char *what)
{
    fprintf(stderr, "%s fails\n", what);
    return 1;
}

static int read_frames(const char *path, frames *f)
{
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t dataset = file < 0 ? -1 : H5Dopen2(file, DATASET, H5P_DEFAULT);
    const hid_t space = dataset < 0 ? -1 : H5Dget_space(dataset);
    if (space < 0 || H5Sget_simple_extent_ndims(space) != 3)
        return fail("opening");
    H5Sget_simple_extent_dims(space, f->dims, NULL);
    f->size = (size_t)(f->dims[0] * f->dims[1] * f->dims[2]) * sizeof *f->data;
    f->data = malloc(f->size);
    if (!f->data || H5Dread(dataset, H5T_STD_U32LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, f->data) < 0)
        return fail("reading");
    H5Sclose(space);
    H5Dclose(dataset);
    return H5Fclose(file) < 0 ? fail("closing") : 0;
}

/* Create a dataset with one frame per chunk and write the frames; f->data may be NULL. */
static int write_frames(const char *path, const frames *f, size_t n, const unsigned *values)
{
    const hsize_t chunk[3] = {1, f->dims[1], f->dims[2]};
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t links = H5Pcreate(H5P_LINK_CREATE);
    const hid_t plist = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t space = H5Screate_simple(3, f->dims, NULL);
    if (file < 0 || space < 0 || H5Pset_create_intermediate_group(links, 1) < 0 ||
        H5Pset_chunk(plist, 3, chunk) < 0 || H5Pset_filter(plist, FILTER, 0, n, values) < 0)
        return fail("preparing");
    const hid_t dataset =
        H5Dcreate2(file, DATASET, H5T_STD_U32LE, space, links, plist, H5P_DEFAULT);
    if (dataset < 0)
        return fail("creating");
    if (f->data && H5Dwrite(dataset, H5T_STD_U32LE, H5S_ALL, H5S_ALL, H5P_DEFAULT, f->data) < 0)
        return fail("writing");
    H5Dclose(dataset);
    H5Sclose(space);
    H5Pclose(plist);
    H5Pclose(links);
    return H5Fclose(file) < 0 ? fail("closing") : 0;
}

static void print_checksum(const frames *f)
{
    uint64_t sum = 0xcbf29ce484222325u; /* FNV-1a by elements */
    for (size_t i = 0; i < f->size / sizeof *f->data; i++)
        sum = (sum ^ f->data[i]) * 0x100000001b3u;
    unsigned major;
    unsigned minor;
    unsigned release;
    H5get_libversion(&major, &minor, &release);
    fprintf(stderr, "HDF5 %u.%u.%u\n", major, minor, release);
    printf("%016llx\n", (unsigned long long)sum);
}

int host_static(int argc, char **argv)
{
    static const unsigned wrong[] = {1, 0, 0, 0, 20000};
    frames f = {.dims = {1, 64, 64}};
    int status = 2;
    if (argc == 3 && strcmp(argv[1], "read") == 0) {
        status = read_frames(argv[2], &f);
        if (status == 0)
            print_checksum(&f);
    } else if (argc == 4 && strcmp(argv[1], "write") == 0) {
        status = read_frames(argv[3], &f);
        if (status == 0)
            status = write_frames(argv[2], &f, 0, NULL);
    } else if (argc == 3 && strcmp(argv[1], "wrong") == 0) {
        status = write_frames(argv[2], &f, 5, wrong);
    }
    free(f.data);
    return status;
}

#ifndef READER
int main(int argc, char **argv)
{
    return host_static(argc, argv);
}
#endif

#endif
