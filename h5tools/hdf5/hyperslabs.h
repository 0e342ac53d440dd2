/* Reading a dataset of any size block by block. */
#ifndef H5WINNOW_HDF5_HYPERSLABS_H
#define H5WINNOW_HDF5_HYPERSLABS_H

#include <hdf5.h>
#include <stdbool.h>

/* `memory` is the extent of the block, fully selected; `file` is the dataset's space with the block
 * selected. Returning false stops the iteration. */
typedef bool (*block_visit)(void *context, hid_t memory, hid_t file);

/* Whether the number of blocks is one that a real file can have. */
bool hyperslabs_count_plausible(hid_t dataset);

/* Visits the blocks of a dataset: its chunks, except those never written, or slabs of rows where it
 * has no chunks. False: a visit returned false, HDF5 fails, or there are too many blocks. */
bool hyperslabs_visit(hid_t dataset, block_visit visit, void *context);

#endif
