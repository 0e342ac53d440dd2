/* Quality levels: presets of the parameters for a use of the data. The values were chosen by an
 * experiment on intensities, see tests/quality/README.md. Floats have no exact sums, so that the
 * levels for integration keep every float pixel; the other levels pick outliers of floats. */
#include "winnow.h"

static const wn_quality_level LEVELS[] = {
    {WN_QUALITY_LOSSLESS,
     "lossless",
     "every pixel exact",
     {WN_KEEP_ALL, 0, 0, 0},
     {WN_KEEP_ALL, 0, 0, 0}},
    {WN_QUALITY_TRANSPARENT,
     "transparent",
     "pixels around signal exact, the counts of all others summed in blocks of 2 x 2: merged "
     "intensities as from the raw data, weak ones included",
     {WN_KEEP_CLUSTER, 250, 2, 2},
     {WN_KEEP_ALL, 0, 0, 0}},
    {WN_QUALITY_HIGH,
     "high",
     "as transparent, with blocks of 3 x 3: intensities above 2 sigma as from the raw data",
     {WN_KEEP_CLUSTER, 250, 2, 3},
     {WN_KEEP_ALL, 0, 0, 0}},
    {WN_QUALITY_COMPACT,
     "compact",
     "blocks of 4 x 4 and a higher cut-off: for spot finding, indexing and a first look at "
     "intensities, not for integration",
     {WN_KEEP_CLUSTER, 300, 2, 4},
     {WN_KEEP_OUTLIER, 0, 0, 0}},
    {WN_QUALITY_HITS,
     "hits",
     "strong signal alone, of the background only its distribution: for hit finding and indexing, "
     "not for integration",
     {WN_KEEP_CLUSTER, 1000, 0, 0},
     {WN_KEEP_OUTLIER, 500, 0, 0}},
};

_Static_assert(sizeof LEVELS / sizeof LEVELS[0] == WN_QUALITY_LEVELS,
               "WN_QUALITY_LEVELS in winnow.h does not match LEVELS");

const wn_quality_level *wn_quality_table(void)
{
    return LEVELS;
}

/* NULL: there is no such level. */
static const wn_quality_level *find_level(wn_quality quality)
{
    for (size_t i = 0; i < WN_QUALITY_LEVELS; i++)
        if (LEVELS[i].quality == quality)
            return &LEVELS[i];
    return NULL;
}

wn_status wn_params_quality(wn_quality quality, wn_type type, wn_params *params)
{
    const wn_quality_level *level = find_level(quality);
    if (!level || wn_type_size(type) == 0)
        return WN_ERR_ARGUMENT;
    const wn_quality_choice *choice = wn_type_is_float(type) ? &level->floats : &level->counts;
    params->keep = choice->keep;
    params->pick = choice->pick;
    params->halo = choice->halo;
    params->block = choice->block;
    params->filter_width = 0;
    params->noise_floor = 0;
    return WN_OK;
}

const char *wn_quality_name(wn_quality quality)
{
    const wn_quality_level *level = find_level(quality);
    return level ? level->name : "unknown";
}
