/* hdf5/hyperslabs.h - going through a dataset of any size, block by block. */
#ifndef H5WINNOW_HDF5_HYPERSLABS_H
#define H5WINNOW_HDF5_HYPERSLABS_H

#include <hdf5.h>
#include <stdbool.h>

/* A block is `memory`, a space that is selected as a whole, and its place in `file`, the space of
 * the dataset. False ends the visits. */
typedef bool (*block_visit)(void *context, hid_t memory, hid_t file);

/* Whether there are no more blocks than somebody could have written. */
bool hyperslabs_count_plausible(hid_t dataset);

/* Visits blocks that make up the dataset; they are chunks, where it has chunks, and those that were
 * never written are left out. False: a visit returned false, HDF5 fails, or there are too many
 * blocks. */
bool hyperslabs_visit(hid_t dataset, block_visit visit, void *context);

#endif
