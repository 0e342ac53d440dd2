/*
 * parameters.h - the parameter list (cd_values) in a dataset creation property list.
 *
 * A list comes from the user, who has typed some of the slots 0 to 17, or it was completed for
 * another dataset whose property list is used again: h5repack and h5py do that.
 */
#ifndef H5ZWINNOW_PARAMETERS_H
#define H5ZWINNOW_PARAMETERS_H

#include "h5api.h"
#include "winnow.h"

#include <stdbool.h>

typedef struct parameters {
    unsigned flags; /* H5Z_FLAG_OPTIONAL or 0 */
    size_t n;
    unsigned cd[WN_CD_VALUES];
} parameters;

/* Read the list of this filter, without the array that it may have been completed for. False if
 * there is none, if it is too long, or if other filters come before this one; then why[0..why_size)
 * says what is wrong. */
bool parameters_read(const h5api *api, hid_t dcpl, parameters *list, char *why, size_t why_size);

/* Store the list as it was read. Not complete, it makes the filter refuse every chunk. */
bool parameters_store(const h5api *api, hid_t dcpl, const parameters *list);

/* Complete the list with what it means and the array it is for, and store it. */
bool parameters_complete(const h5api *api, hid_t dcpl, const parameters *list,
                         const wn_params *params, const wn_array *array);

/* What a list of n values means for this array; false and `why` if it does not suit it. */
bool parameters_fit(const unsigned *cd, size_t n, const wn_array *array, wn_params *params,
                    char *why, size_t why_size);

#endif
