/* input/packed_dataset.h - the one dataset of a file that winnow has compressed. */
#ifndef H5WINNOW_INPUT_PACKED_DATASET_H
#define H5WINNOW_INPUT_PACKED_DATASET_H

#include "hdf5/file.h"
#include "input/dataset_layout.h"

struct packed_dataset {
    struct address address;
    char *path; /* of the dataset */
    hid_t file, dataset;
    struct dataset_layout stack;
};

/* Opens FILE or FILE::OBJECT, as on the command line, and the only dataset there that winnow has
 * compressed; or complains. Whatever the outcome, packed_dataset_close() is to be called. */
enum outcome packed_dataset_open(const char *address, struct packed_dataset *compressed);
void packed_dataset_close(struct packed_dataset *compressed);

#endif
