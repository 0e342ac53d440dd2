/* Shape, type, chunks and filters of a dataset that may be a stack of frames. */
#ifndef H5WINNOW_INPUT_DATASET_LAYOUT_H
#define H5WINNOW_INPUT_DATASET_LAYOUT_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/outcome.h"
#include "winnow.h"

#define FILTER_NAMES_SIZE 256

struct dataset_layout {
    hid_t dataset;
    const char *file; /* names for messages: file and dataset */
    const char *path;

    int rank;
    hsize_t shape[H5S_MAX_RANK];
    size_t element_size;
    H5D_layout_t layout;
    hsize_t chunk[H5S_MAX_RANK]; /* chunked layout only */
    wn_array array;              /* what a chunk holds; type 0: not a stack of images */
    bool partial_raw;            /* chunks across the edge of the dataset are not filtered */

    int winnow_at; /* index of winnow among the filters; -1: none */
    bool mandatory;
    size_t cd_count; /* number of parameters; at most WN_CD_VALUES are read */
    uint32_t cd[WN_CD_VALUES];
    int filters;
    H5Z_filter_t last_filter;
    char filter_names[FILTER_NAMES_SIZE]; /* of all filters */
};

/* Describes a dataset, which must stay open. FINDING, with a message: it is damaged. */
enum outcome dataset_layout_describe(hid_t dataset, const char *file, const char *path,
                                     struct dataset_layout *stack);

/* Sets type and byte order of array elements. False: not a type that winnow supports. */
bool dataset_layout_element(hid_t type, wn_array *array);

/* Whether a chunk holds exactly this array. */
bool dataset_layout_holds(const struct dataset_layout *stack, const wn_array *array);

/* Why the filter refuses to read this dataset, regardless of its chunks; NULL: it does not. */
const char *dataset_layout_why_unreadable(const struct dataset_layout *stack);

/* Frames in the dataset; UINT64_MAX if they are more than that. */
uint64_t dataset_layout_frames(const struct dataset_layout *stack);

/* Chunks along one dimension, if all are written. */
uint64_t dataset_layout_chunks_along(const struct dataset_layout *stack, int dimension);

/* Chunks that the dataset would have if all were written; UINT64_MAX as above. */
uint64_t dataset_layout_chunks(const struct dataset_layout *stack);

/* Whether a chunk holds only part of each frame. */
bool dataset_layout_cuts_frames(const struct dataset_layout *stack);

#endif
