/* From an HDF5 datatype and the extent of a chunk to an array of frames. */
#ifndef H5ZWINNOW_ELEMENT_TYPE_H
#define H5ZWINNOW_ELEMENT_TYPE_H

#include "h5api.h"
#include "winnow.h"

#include <stdbool.h>

/* Describe a chunk of this type and extent as an array. Returns false if it is no stack of images,
 * with the reason in why[0..why_size). `api` must have no problem. */
bool element_type_array(const struct h5api *api, hid_t type, hid_t space, wn_array *array,
                        char *why, size_t why_size);

#endif
