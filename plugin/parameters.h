/* The parameter list (cd_values) in a dataset creation property list.
 *
 * A list comes from the user, who has set some of the slots 0 to 17, or it was completed for
 * another dataset whose property list is used again, as h5repack and h5py do. */
#ifndef H5ZWINNOW_PARAMETERS_H
#define H5ZWINNOW_PARAMETERS_H

#include "h5api.h"
#include "winnow.h"

#include <stdbool.h>

struct parameters {
    unsigned flags; /* H5Z_FLAG_OPTIONAL or 0 */
    size_t n;
    unsigned cd[WN_CD_VALUES];
};

/* Read the list of this filter, without the array that it may have been completed for. False if
 * there is none, if it is too long, or if other filters come before this one; then why[0..why_size)
 * says what is wrong. */
bool parameters_read(const struct h5api *api, hid_t dcpl, struct parameters *list, char *why,
                     size_t why_size);

/* Store the list as it was read. An incomplete list makes the filter refuse every chunk. */
bool parameters_store(const struct h5api *api, hid_t dcpl, const struct parameters *list);

/* Store the list completed with all parameter values and the array. */
bool parameters_complete(const struct h5api *api, hid_t dcpl, const struct parameters *list,
                         const wn_params *params, const wn_array *array);

/* The parameters that a list of n values means for this array. Returns false, with the reason in
 * `why`, if they do not suit it. */
bool parameters_fit(const unsigned *cd, size_t n, const wn_array *array, wn_params *params,
                    char *why, size_t why_size);

#endif
