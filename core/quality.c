/* Quality levels: what to ask for, by what shall survive. The figures that led to these parameters
 * are in the documentation of the experiment, tests/quality/README.md. */
#include "winnow.h"

/* Pixels that are no counts cannot be summed up: what shall serve integration is then not lossy,
 * and the rest is the published method. */
static void choose_for_reals(wn_quality quality, wn_params *params)
{
    params->keep = quality <= WN_QUALITY_HIGH ? WN_KEEP_ALL : WN_KEEP_OUTLIER;
    params->pick = quality == WN_QUALITY_HITS ? 500 : 0;
}

wn_status wn_params_quality(wn_quality quality, wn_type type, wn_params *params)
{
    static const struct {
        wn_keep keep;
        int32_t pick, halo, block;
    } level[] = {
        [WN_QUALITY_LOSSLESS] = {WN_KEEP_ALL, 0, 0, 0},
        [WN_QUALITY_TRANSPARENT] = {WN_KEEP_CLUSTER, 250, 2, 2},
        [WN_QUALITY_HIGH] = {WN_KEEP_CLUSTER, 250, 2, 3},
        [WN_QUALITY_COMPACT] = {WN_KEEP_CLUSTER, 300, 2, 4},
        [WN_QUALITY_HITS] = {WN_KEEP_CLUSTER, 1000, 0, 0},
    };
    if (quality < WN_QUALITY_LOSSLESS || quality > WN_QUALITY_HITS || wn_type_size(type) == 0)
        return WN_ERR_ARGUMENT;
    params->keep = level[quality].keep;
    params->pick = level[quality].pick;
    params->halo = level[quality].halo;
    params->block = level[quality].block;
    params->filter_width = 0;
    params->noise_floor = 0;
    if (wn_type_is_float(type)) {
        params->halo = params->block = 0;
        choose_for_reals(quality, params);
    }
    return WN_OK;
}

const char *wn_quality_name(wn_quality quality)
{
    static const char *const name[] = {
        [WN_QUALITY_LOSSLESS] = "lossless", [WN_QUALITY_TRANSPARENT] = "transparent",
        [WN_QUALITY_HIGH] = "high",         [WN_QUALITY_COMPACT] = "compact",
        [WN_QUALITY_HITS] = "hits",
    };
    return quality < WN_QUALITY_LOSSLESS || quality > WN_QUALITY_HITS ? "unknown" : name[quality];
}
