/*
 * h5tools_tree [--keep-external] [--first-frame] INPUT OUTPUT: copies a file with tree_copy().
 *
 * Datasets of three dimensions and more are taken over: written frame by frame, compressed with
 * deflate; with --first-frame the first frame only, for speed. The exit status is the outcome. At
 * the end stdout says how many identifiers are still open, which ought to be none.
 */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "copy/tree_copy.h"
#include "hdf5/file.h"

/* The properties of a dataset in chunks of one frame. */
static hid_t deflated(int rank, const hsize_t *shape)
{
    hsize_t chunk[H5S_MAX_RANK];
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    for (int i = 0; i < rank; i++)
        chunk[i] = i < rank - 2 ? 1 : shape[i];
    H5Pset_chunk(properties, rank, chunk);
    H5Pset_deflate(properties, 1);
    return properties;
}

/* Copies the frames along the first dimension. */
static bool write_frames(hid_t in, hid_t out, hid_t type, int rank, const hsize_t *shape,
                         hsize_t frames)
{
    hsize_t start[H5S_MAX_RANK] = {0}, count[H5S_MAX_RANK];
    bool good = true;
    memcpy(count, shape, (size_t)rank * sizeof *shape);
    count[0] = 1;
    const hid_t memory = H5Screate_simple(rank, count, NULL), file = H5Dget_space(in);
    char *frame = malloc((size_t)H5Sget_simple_extent_npoints(memory) * H5Tget_size(type));
    for (; start[0] < frames && good; start[0]++)
        good = frame && H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
               H5Dread(in, type, memory, file, H5P_DEFAULT, frame) >= 0 &&
               H5Dwrite(out, type, memory, file, H5P_DEFAULT, frame) >= 0;
    free(frame);
    H5Sclose(memory);
    H5Sclose(file);
    return good;
}

static enum outcome take_over(void *context, hid_t in, const char *in_path, hid_t out,
                              const char *name, bool *taken)
{
    const bool *first_only = context;
    hsize_t shape[H5S_MAX_RANK] = {0};
    enum outcome outcome = BAD_INPUT;
    const hid_t space = H5Dget_space(in), type = H5Dget_type(in);
    const int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    if (rank >= 3 && H5Sget_simple_extent_npoints(space) > 0) {
        const hid_t properties = deflated(rank, shape);
        const hid_t dataset =
            H5Dcreate2(out, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
        *taken = true;
        printf("taken over: %s\n", in_path);
        if (write_frames(in, dataset, type, rank, shape, *first_only ? 1 : shape[0]))
            outcome = DONE;
        H5Dclose(dataset);
        H5Pclose(properties);
    } else {
        outcome = DONE;
    }
    H5Tclose(type);
    H5Sclose(space);
    return outcome;
}

static int usage(void)
{
    fputs("usage: h5tools_tree [--keep-external] [--first-frame] INPUT OUTPUT\n", stderr);
    return WRONG_USAGE;
}

int main(int argc, char **argv)
{
    bool first_only = false;
    struct tree_options options = {.dataset = take_over, .context = &first_only};
    hid_t in;
    /* HDF5 (1.10.8) crashes when it tidies up after a file that could not be written. */
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--keep-external") == 0)
            options.keep_external = true;
        else if (strcmp(argv[i], "--first-frame") == 0)
            first_only = true;
        else
            return usage();
    }
    if (argc - i != 2)
        return usage();
    enum outcome outcome = file_open(argv[i], &in);
    if (outcome != DONE)
        return (int)outcome;
    const hid_t out = file_create_like(argv[i + 1], in);
    if (out < 0) {
        fprintf(stderr, "h5tools_tree: %s cannot be created\n", argv[i + 1]);
        return IO_FAILURE;
    }
    outcome = tree_copy(in, argv[i], out, &options);
    H5Fclose(in);
    if (H5Fclose(out) < 0)
        outcome = worse(outcome, IO_FAILURE);
    printf("open identifiers: %ld\n", (long)H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL));
    return (int)outcome;
}
