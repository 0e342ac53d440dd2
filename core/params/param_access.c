/* Access to parameters through the rows of their table: whether a row applies, values with and
 * without defaults, choices by name and by value. A row holds the offset and size of its field in
 * wn_params; enumerations are read and written as int32_t. */
#include <string.h>

#include "winnow.h"

_Static_assert(sizeof(wn_model) == sizeof(int32_t) && sizeof(wn_error_model) == sizeof(int32_t) &&
                   sizeof(wn_keep) == sizeof(int32_t) && sizeof(bool) == 1,
               "fields of wn_params are bool or have 32 bits");

static bool is_outlier(wn_keep keep)
{
    return keep == WN_KEEP_AUTO || keep == WN_KEEP_OUTLIER;
}

bool wn_condition_holds(wn_condition condition, const wn_params *params)
{
    switch (condition) {
    case WN_IF_RADIAL:
        return wn_params_model(params) == WN_MODEL_RADIAL;
    case WN_IF_TILES:
        return wn_params_model(params) != WN_MODEL_RADIAL;
    case WN_IF_PICKED:
        return params->keep != WN_KEEP_ALL;
    case WN_IF_OUTLIERS:
        return is_outlier(params->keep);
    case WN_IF_CLUSTERS:
        return params->keep == WN_KEEP_CLUSTER;
    case WN_IF_NO_CLUSTERS:
        return params->keep != WN_KEEP_CLUSTER;
    case WN_IF_BLOCKS:
        return params->block != 0;
    case WN_IF_NO_BLOCKS:
        return params->block == 0;
    default:
        return condition == WN_ALWAYS;
    }
}

static const struct {
    const char *name, *words;
} CONDITIONS[WN_CONDITIONS] = {
    [WN_ALWAYS] = {"always", "always"},
    [WN_IF_RADIAL] = {"radial", "for rings"},
    [WN_IF_TILES] = {"tiles", "for tiles"},
    [WN_IF_PICKED] = {"picked", "if not all are kept"},
    [WN_IF_OUTLIERS] = {"outliers", "for outliers"},
    [WN_IF_CLUSTERS] = {"clusters", "for clusters"},
    [WN_IF_NO_CLUSTERS] = {"no clusters", "for outliers"},
    [WN_IF_BLOCKS] = {"blocks", "with blocks"},
    [WN_IF_NO_BLOCKS] = {"no blocks", "without blocks"},
};

const char *wn_condition_name(wn_condition condition)
{
    return condition < WN_CONDITIONS ? CONDITIONS[condition].name : "never";
}

const char *wn_condition_words(wn_condition condition)
{
    return condition < WN_CONDITIONS ? CONDITIONS[condition].words : "never";
}

const wn_param *wn_param_find(const char *name, const wn_params *params)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (strcmp(table[i].name, name) == 0 && wn_condition_holds(table[i].meaning, params))
            return &table[i];
    return NULL;
}

int64_t wn_param_get(const wn_param *param, const wn_params *params)
{
    const unsigned char *field = (const unsigned char *)params + param->offset;
    int32_t value = 0;
    if (param->size == sizeof value)
        memcpy(&value, field, sizeof value);
    else if (param->size == 1)
        value = *field;
    return param->highest > INT32_MAX ? (int64_t)(uint32_t)value : value;
}

void wn_param_set(const wn_param *param, wn_params *params, int64_t value)
{
    unsigned char *field = (unsigned char *)params + param->offset;
    const uint32_t bits = (uint32_t)value;
    if (param->size == sizeof bits)
        memcpy(field, &bits, sizeof bits);
    else if (param->size == 1)
        *field = value != 0;
}

int64_t wn_param_value(const wn_param *param, const wn_params *params, wn_type type)
{
    const int64_t value = wn_param_get(param, params);
    if (value != 0 || param->kind == WN_PARAM_QUALITY)
        return value;
    if (param->offset == offsetof(wn_params, model))
        return wn_params_model(params);
    if (param->offset == offsetof(wn_params, error_model) && wn_type_size(type) > 0)
        return wn_params_error_model(params, type);
    return param->standard;
}

bool wn_param_word(const wn_param *param, const char *word, int32_t *value)
{
    for (size_t i = 0; i < param->choices; i++) {
        if (strcmp(param->choice[i].word, word) == 0) {
            *value = param->choice[i].value;
            return true;
        }
    }
    return false;
}

const wn_choice *wn_param_choice(const wn_param *param, int64_t value)
{
    for (size_t i = 0; i < param->choices; i++)
        if (param->choice[i].value == value)
            return &param->choice[i];
    return NULL;
}
