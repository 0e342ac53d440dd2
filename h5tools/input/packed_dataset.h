/* compressed.h - the one dataset of a file that winnow has compressed. */
#ifndef H5WINNOW_COMPRESSED_H
#define H5WINNOW_COMPRESSED_H

#include "hdf5/file.h"
#include "input/dataset_layout.h"

struct compressed {
    struct address address;
    char *path; /* of the dataset */
    hid_t file, dataset;
    struct stack stack;
};

/* Opens FILE or FILE::OBJECT, as on the command line, and the only dataset there that winnow has
 * compressed; or complains. Whatever the outcome, compressed_close() is to be called. */
enum outcome compressed_open(const char *address, struct compressed *compressed);
void compressed_close(struct compressed *compressed);

#endif
