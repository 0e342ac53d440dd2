/* Checks of the parameters, and their stored form, the cd_values of the HDF5 filter. Both loop over
 * the table of parameters (param_table.c); only rules about several fields are written out. */
#include "params/params.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Two slots hold several fields as decimal digits; valid values are below these ends. */
#define METHOD_DIGITS   8
#define METHOD_END      100000000
#define KEEP_DIGITS_END 10000

/* Added to the element type in its slot if the elements are big-endian. */
#define BIG_ENDIAN_OFFSET 1000u

void wn_params_init(wn_params *params)
{
    memset(params, 0, sizeof *params);
}

wn_status wn_refuse(char *why, size_t size, const char *format, ...)
{
    if (why && size > 0) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(why, size, format, arguments);
        va_end(arguments);
    }
    return WN_ERR_PARAMS;
}

wn_model wn_params_model(const wn_params *params)
{
    if (params->model != WN_MODEL_AUTO)
        return params->model;
    return params->centre_x != 0 || params->centre_y != 0 ? WN_MODEL_RADIAL : WN_MODEL_TILES;
}

wn_error_model wn_params_error_model(const wn_params *params, wn_type type)
{
    if (params->error_model != WN_ERROR_AUTO)
        return params->error_model;
    return wn_type_is_float(type) ? WN_DEFAULT_FLOAT_ERROR_MODEL : WN_DEFAULT_ERROR_MODEL;
}

static wn_status check_range(const wn_param *param, const wn_params *p, char *why, size_t why_size)
{
    const int64_t value = wn_param_get(param, p);
    if (value == 0 || (value >= param->lowest && value <= param->highest))
        return WN_OK;
    if (param->kind != WN_PARAM_NUMBER)
        return wn_refuse(why, why_size, "%s has the number %ld, but there are only %ld",
                         param->title, (long)value, (long)param->highest);
    const char *space = *param->unit != '\0' ? " " : "";
    char stored[40] = "";
    if (param->scale != 1)
        snprintf(stored, sizeof stored, " (stored as %ld)", (long)value);
    return wn_refuse(why, why_size, "%s is %.10g%s%s%s, but must be in %.10g to %.10g%s%s",
                     param->title, (double)value / param->scale, space, param->unit, stored,
                     (double)param->lowest / param->scale, (double)param->highest / param->scale,
                     space, param->unit);
}

static wn_status check_ranges(const wn_params *p, char *why, size_t why_size)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        if (table[i].kind == WN_PARAM_QUALITY || !wn_condition_holds(table[i].meaning, p))
            continue;
        const wn_status status = check_range(&table[i], p, why, why_size);
        if (status != WN_OK)
            return status;
    }
    return WN_OK;
}

/* Whether the rule of keeping, blocks, halo and filter can be combined. */
static wn_status check_keep(const wn_params *p, char *why, size_t why_size)
{
    if (p->keep == WN_KEEP_ALL && p->block != 0)
        return wn_refuse(why, why_size,
                         "with all pixels kept there is nothing to sum up in blocks");
    if (p->keep != WN_KEEP_CLUSTER && (p->halo != 0 || p->filter_width != 0))
        return wn_refuse(why, why_size, "a halo and a filter width are for keeping clusters");
    if (p->keep == WN_KEEP_CLUSTER && (p->compat_pyfai || p->noise_floor != 0))
        return wn_refuse(why, why_size,
                         "pyFAI's rule and its noise floor are for keeping outliers");
    return WN_OK;
}

wn_status wn_params_check(const wn_params *p, char *why, size_t why_size)
{
    wn_status status = check_ranges(p, why, why_size);
    if (status == WN_OK)
        status = check_keep(p, why, why_size);
    if (status != WN_OK)
        return status;
    if (wn_params_model(p) != WN_MODEL_RADIAL) {
        if (p->solid_angle || p->polarised || p->rot1 != 0 || p->rot2 != 0)
            return wn_refuse(why, why_size,
                             "solid angle, polarisation and rotations need the radial model: give "
                             "the beam centre");
        if (p->bins % 4 != 0)
            return wn_refuse(why, why_size, "a tile edge of %ld pixels is no multiple of 4",
                             (long)p->bins);
    }
    if (p->distance == 0 && (p->solid_angle || p->polarised || p->rot1 != 0 || p->rot2 != 0))
        return wn_refuse(why, why_size,
                         "solid angle, polarisation and rotations need the detector distance");
    return WN_OK;
}

bool wn_params_suit_type(const wn_params *params, wn_type type)
{
    const bool counts_only = params->keep == WN_KEEP_CLUSTER || params->block != 0;
    return !counts_only || !wn_type_is_float(type);
}

wn_status wn_params_admit(const wn_params *params, const wn_array *array, uint32_t height,
                          uint32_t width)
{
    if (wn_params_check(params, NULL, 0) != WN_OK || !wn_params_suit_type(params, array->type))
        return WN_ERR_PARAMS;
    if (wn_array_bytes(array) == 0 || array->height != height || array->width != width)
        return WN_ERR_SHAPE;
    return WN_OK;
}

size_t wn_params_to_cd(const wn_params *p, uint32_t cd[WN_CD_VALUES])
{
    const wn_param *table = wn_param_table();
    memset(cd, 0, WN_CD_VALUES * sizeof cd[0]);
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        if (table[i].kind == WN_PARAM_QUALITY || !wn_condition_holds(table[i].meaning, p))
            continue;
        const uint32_t value = (uint32_t)wn_param_get(&table[i], p);
        cd[table[i].slot] += table[i].digit > 0 ? value * table[i].place : value;
    }
    size_t used = WN_CD_VALUES;
    while (used > 0 && cd[used - 1] == 0)
        used--;
    if (used > 0)
        cd[WN_CD_VERSION] = WN_PARAMS_VERSION;
    return used;
}

/* Check the two slots that are made of decimal digits: no more digits than fields, and no digit of
 * the method beyond the largest value of its field. */
static wn_status check_digits(const uint32_t slot[WN_CD_VALUES], char *why, size_t why_size)
{
    const wn_param *table = wn_param_table();
    const uint32_t method = slot[WN_CD_METHOD], keep_digits = slot[WN_CD_KEEP_DIGITS];
    if (keep_digits >= KEEP_DIGITS_END)
        return wn_refuse(why, why_size, "parameter %d is %lu, but has no more than four digits",
                         WN_CD_KEEP_DIGITS, (unsigned long)keep_digits);
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        if (table[i].slot != WN_CD_METHOD || table[i].digit == 0)
            continue;
        const uint32_t digit = method / table[i].place % table[i].digit;
        if (digit > table[i].highest)
            return wn_refuse(why, why_size,
                             "the method %lu has the digit %lu for '%s', which goes to %ld",
                             (unsigned long)method, (unsigned long)digit, table[i].title,
                             (long)table[i].highest);
    }
    if (method >= METHOD_END)
        return wn_refuse(why, why_size, "the method %lu has more than %d digits",
                         (unsigned long)method, METHOD_DIGITS);
    return WN_OK;
}

wn_status wn_params_from_cd(const uint32_t *cd, size_t n, wn_params *params, char *why,
                            size_t why_size)
{
    const wn_param *table = wn_param_table();
    uint32_t slot[WN_CD_VALUES] = {0};
    if (n > WN_CD_VALUES)
        return wn_refuse(why, why_size, "%zu parameters are too many: there are %d", n,
                         WN_CD_VALUES);
    if (n > 0)
        memcpy(slot, cd, n * sizeof slot[0]);
    if (slot[WN_CD_VERSION] > WN_PARAMS_VERSION)
        return WN_ERR_VERSION;
    const wn_status status = check_digits(slot, why, why_size);
    if (status != WN_OK)
        return status;
    wn_params_init(params);
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        const uint32_t value = slot[table[i].slot];
        if (table[i].kind != WN_PARAM_QUALITY)
            wn_param_set(&table[i], params,
                         table[i].digit > 0 ? value / table[i].place % table[i].digit : value);
    }
    return WN_OK;
}

void wn_array_to_cd(const wn_array *array, uint32_t cd[WN_CD_VALUES])
{
    cd[WN_CD_VERSION] = WN_PARAMS_VERSION;
    cd[WN_CD_WIDTH] = array->width;
    cd[WN_CD_HEIGHT] = array->height;
    cd[WN_CD_FRAMES] = array->frames;
    cd[WN_CD_TYPE] = (uint32_t)array->type + (array->big_endian ? BIG_ENDIAN_OFFSET : 0);
}

wn_status wn_array_from_cd(const uint32_t *cd, size_t n, wn_array *array)
{
    if (n < WN_CD_VALUES)
        return WN_ERR_PARAMS;
    if (cd[WN_CD_VERSION] != WN_PARAMS_VERSION)
        return WN_ERR_VERSION;
    const bool big_endian = cd[WN_CD_TYPE] >= BIG_ENDIAN_OFFSET;
    const wn_array a = {
        .type = (wn_type)(cd[WN_CD_TYPE] - (big_endian ? BIG_ENDIAN_OFFSET : 0)),
        .big_endian = big_endian,
        .frames = cd[WN_CD_FRAMES],
        .height = cd[WN_CD_HEIGHT],
        .width = cd[WN_CD_WIDTH],
    };
    if (wn_array_bytes(&a) == 0)
        return WN_ERR_PARAMS;
    *array = a;
    return WN_OK;
}
