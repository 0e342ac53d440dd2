/*
 * Identity of an object within an HDF5 file.
 *
 * Up to HDF5 1.10 this is its address, later a token.
 */
#ifndef H5WINNOW_HDF5_OBJECT_ID_H
#define H5WINNOW_HDF5_OBJECT_ID_H

#include <hdf5.h>
#include <stdbool.h>

#if H5_VERSION_GE(1, 12, 0)
typedef H5O_token_t object_token;
typedef H5L_info2_t link_info;
#else
typedef haddr_t object_token;
typedef H5L_info_t link_info;
#endif

/* The token of an open object. False: HDF5 fails. */
bool object_token_of(hid_t object, object_token *token);

/* Opens an object of the same file as `location` (a file or an object). Negative: HDF5 fails. */
hid_t object_open(hid_t location, const object_token *token);

/* A datatype for reading the elements of a dataset or attribute unconverted; to be closed. It is a
 * copy, because HDF5 shares an open committed datatype, including its notes on where data are.
 * Negative: HDF5 fails. */
hid_t memory_type_of(hid_t holder);

/* Whether the elements of a dataset or an attribute are or contain references. */
bool holds_references(hid_t holder);

/* The token of the target of a hard link. */
object_token link_token(const link_info *link);

#endif
