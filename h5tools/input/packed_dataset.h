/* Opening the only dataset of a file that is compressed by winnow. */
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

/* Opens FILE or FILE::OBJECT, as on the command line, and the only dataset there that is compressed
 * by winnow; a failure is reported. packed_dataset_close() must be called whatever the outcome. */
enum outcome packed_dataset_open(const char *address, struct packed_dataset *compressed);
void packed_dataset_close(struct packed_dataset *compressed);

#endif
