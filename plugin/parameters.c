/* Reads, completes and stores cd_values through the HDF5 library of the caller; what the values
 * mean is up to the core. */
#include "parameters.h"

#include <stdio.h>

/* Remove the array from a complete list. Tiles suit frames of any size, but a beam centre belongs
 * to frames of one size, so height and width stay in the list. */
static void forget_array(struct parameters *list)
{
    wn_array array;
    wn_params params;
    if (wn_array_from_cd(list->cd, list->n, &array) != WN_OK ||
        wn_params_from_cd(list->cd, list->n, &params, NULL, 0) != WN_OK)
        return;
    list->n = wn_params_model(&params) == WN_MODEL_RADIAL ? WN_CD_FRAMES : WN_CD_WIDTH;
}

/* Whether this filter comes first, and so sees pixels rather than the output of another filter. */
static bool is_first(const struct h5api *api, hid_t dcpl)
{
    size_t n = 0;
    unsigned flags;
    unsigned config;
    return api->filter_at(dcpl, 0, &flags, &n, NULL, 0, NULL, &config) == WN_FILTER_ID;
}

bool parameters_read(const struct h5api *api, hid_t dcpl, struct parameters *list, char *why,
                     size_t why_size)
{
    unsigned config;
    list->n = WN_CD_VALUES;
    if (api->filter_by_id(dcpl, WN_FILTER_ID, &list->flags, &list->n, list->cd, 0, NULL, &config) <
        0) {
        snprintf(why, why_size, "the parameters of the filter cannot be read");
        return false;
    }
    if (list->n > WN_CD_VALUES) {
        snprintf(why, why_size,
                 "%zu parameters are too many, there are at most %d: see h5winnow params", list->n,
                 WN_CD_VALUES);
        return false;
    }
    if (!is_first(api, dcpl)) {
        snprintf(why, why_size,
                 "another filter comes before winnow, which must see the pixels themselves: leave "
                 "out shuffle, or put it behind");
        return false;
    }
    forget_array(list);
    return true;
}

bool parameters_store(const struct h5api *api, hid_t dcpl, const struct parameters *list)
{
    return api->filter_modify(dcpl, WN_FILTER_ID, list->flags, list->n, list->cd) >= 0;
}

bool parameters_complete(const struct h5api *api, hid_t dcpl, const struct parameters *list,
                         const wn_params *params, const wn_array *array)
{
    struct parameters complete = {.flags = list->flags, .n = WN_CD_VALUES};
    wn_params_to_cd(params, complete.cd);
    wn_array_to_cd(array, complete.cd);
    return parameters_store(api, dcpl, &complete);
}

bool parameters_fit(const unsigned *cd, size_t n, const wn_array *array, wn_params *params,
                    char *why, size_t why_size)
{
    why[0] = '\0';
    wn_status status = wn_params_from_cd(cd, n, params, why, why_size);
    if (status == WN_OK)
        status = wn_params_fit(params, array, why, why_size);
    if (status != WN_OK && why[0] == '\0')
        snprintf(why, why_size, "%s", wn_strerror(status));
    return status == WN_OK;
}
