/*
 * hdf5/object_id.h - what tells an object of an HDF5 file apart from the others in that file.
 *
 * Up to HDF5 1.10 that is its address, later a token.
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

/* Opens an object of the file that `place` (a file or an object) is in. Negative: HDF5 fails. */
hid_t object_open(hid_t place, const object_token *token);

/* The type that the elements of a dataset or an attribute have in memory when they are read without
 * a change; to be closed. (HDF5 shares a committed datatype with whatever else has it open, also
 * what it notes there about where data are.) Negative: HDF5 fails. */
hid_t memory_type_of(hid_t holder);

/* Whether the elements of a dataset or an attribute are or contain references. */
bool holds_references(hid_t holder);

/* The token of what a hard link leads to. */
object_token link_token(const link_info *link);

#endif
