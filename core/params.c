/* Parameters: their ranges, and their stored form as the cd_values of the HDF5 filter. */
#include "params.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Decimal digits of the method slot, from the right. */
enum method_digit {
    DIGIT_MODEL,
    DIGIT_ERROR_MODEL,
    DIGIT_KEEP,
    DIGIT_PLAIN_MEAN,
    DIGIT_COMPAT_PYFAI,
    DIGIT_SOLID_ANGLE,
    DIGIT_POLARISED,
    DIGIT_HAS_DUMMY,
    METHOD_DIGITS,
};

/* Decimal digits of the places slot, from the right: a block of one digit, a halo of one, a filter
 * width of two. */
#define PLACES_HALO   10
#define PLACES_FILTER 100
#define PLACES_END    10000

/* What is added to the element type if the elements are big-endian. */
#define BIG_ENDIAN_MARK 1000u

void wn_params_init(wn_params *params)
{
    memset(params, 0, sizeof *params);
}

wn_status refuse(char *why, size_t size, const char *format, ...)
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

/* The edge that the longest row needs, of WN_ARRAY_MAX pixels, for its cells to be numbered. */
#define LARGEST_TILE 131072

/* Cells must be numbered: eight to a ring. */
#define MOST_RINGS 8191

static wn_status check_ranges(const wn_params *p, char *why, size_t why_size)
{
    const bool radial = wn_params_model(p) == WN_MODEL_RADIAL;
    const struct {
        const char *name;
        int32_t value, lowest, highest;
    } range[] = {
        {"background model", (int32_t)p->model, 0, WN_MODEL_TILES},
        {"error model", (int32_t)p->error_model, 0, WN_ERROR_HYBRID},
        {"keep", (int32_t)p->keep, 0, WN_KEEP_ALL},
        {"pick cut-off (1/100 sigma)", p->pick, 0, 10000},
        {"noise floor (1/100 count)", p->noise_floor, 0, 100000000},
        {radial ? "number of rings" : "tile edge", p->bins, 0, radial ? MOST_RINGS : LARGEST_TILE},
        {"clipping cut-off (1/100 sigma)", p->clip, 0, 10000},
        {"clipping cycles", p->cycles, 0, 100},
        {"distance (1/1000 pixel)", p->distance, 0, INT32_MAX},
        {"pixel aspect (1/1000000)", p->aspect, 0, 100000000},
        {"rot1 (microradian)", p->rot1, -1500000, 1500000},
        {"rot2 (microradian)", p->rot2, -1500000, 1500000},
        {"polarisation factor (1/1000)", p->polarisation, -1000, 1000},
        {"edge of a block", p->block, 0, 8},
        {"halo", p->halo, 0, 9},
        {"filter width (1/10 pixel)", p->filter_width, 0, 99},
    };
    for (size_t i = 0; i < sizeof range / sizeof range[0]; i++) {
        if (range[i].value < range[i].lowest || range[i].value > range[i].highest)
            return refuse(why, why_size, "%s is %ld, but must be in %ld to %ld", range[i].name,
                          (long)range[i].value, (long)range[i].lowest, (long)range[i].highest);
    }
    if (p->aspect != 0 && p->aspect < 10000)
        return refuse(why, why_size, "the pixels are %ld/1000000 as high as wide: too flat",
                      (long)p->aspect);
    return WN_OK;
}

/* Whether what is said about keeping fits together. */
static wn_status check_keep(const wn_params *p, char *why, size_t why_size)
{
    if (p->block == 1)
        return refuse(why, why_size, "a block of one pixel is the pixel itself: keep all instead");
    if (p->keep == WN_KEEP_ALL && p->block != 0)
        return refuse(why, why_size, "with all pixels kept there is nothing to sum up in blocks");
    if (p->keep != WN_KEEP_CLUSTER && (p->halo != 0 || p->filter_width != 0))
        return refuse(why, why_size, "a halo and a filter width are for keeping clusters");
    if (p->keep == WN_KEEP_CLUSTER && (p->compat_pyfai || p->noise_floor != 0))
        return refuse(why, why_size, "pyFAI's rule and its noise floor are for keeping outliers");
    if (p->keep == WN_KEEP_CLUSTER && p->pick != 0 && (p->pick < 100 || p->pick > 3000))
        return refuse(why, why_size, "clusters are picked at 1 to 30 sigma, not at %g",
                      p->pick / 100.0);
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
            return refuse(why, why_size,
                          "solid angle, polarisation and rotations need the radial model: give "
                          "the beam centre");
        if (p->bins % 4 != 0)
            return refuse(why, why_size, "a tile edge of %ld pixels is no multiple of 4",
                          (long)p->bins);
    }
    if (p->distance == 0 && (p->solid_angle || p->polarised || p->rot1 != 0 || p->rot2 != 0))
        return refuse(why, why_size,
                      "solid angle, polarisation and rotations need the detector distance");
    return WN_OK;
}

bool params_suit(const wn_params *params, wn_type type)
{
    const bool counts_only = params->keep == WN_KEEP_CLUSTER || params->block != 0;
    return !counts_only || !wn_type_is_float(type);
}

wn_status params_admit(const wn_params *params, const wn_array *array, uint32_t height,
                       uint32_t width)
{
    if (wn_params_check(params, NULL, 0) != WN_OK || !params_suit(params, array->type))
        return WN_ERR_PARAMS;
    if (wn_array_bytes(array) == 0 || array->height != height || array->width != width)
        return WN_ERR_SHAPE;
    return WN_OK;
}

size_t wn_params_to_cd(const wn_params *p, uint32_t cd[WN_CD_VALUES])
{
    const unsigned digit[METHOD_DIGITS] = {
        [DIGIT_MODEL] = p->model,
        [DIGIT_ERROR_MODEL] = p->error_model,
        [DIGIT_KEEP] = p->keep,
        [DIGIT_PLAIN_MEAN] = p->plain_mean,
        [DIGIT_COMPAT_PYFAI] = p->compat_pyfai,
        [DIGIT_SOLID_ANGLE] = p->solid_angle,
        [DIGIT_POLARISED] = p->polarised,
        [DIGIT_HAS_DUMMY] = p->has_dummy,
    };
    uint32_t method = 0;
    for (int i = METHOD_DIGITS - 1; i >= 0; i--)
        method = method * 10 + digit[i];

    memset(cd, 0, WN_CD_VALUES * sizeof cd[0]);
    cd[WN_CD_METHOD] = method;
    cd[WN_CD_CENTRE_X] = (uint32_t)p->centre_x;
    cd[WN_CD_CENTRE_Y] = (uint32_t)p->centre_y;
    cd[WN_CD_PICK] = (uint32_t)p->pick;
    cd[WN_CD_NOISE_FLOOR] = (uint32_t)p->noise_floor;
    cd[WN_CD_BINS] = (uint32_t)p->bins;
    cd[WN_CD_CLIP] = (uint32_t)p->clip;
    cd[WN_CD_CYCLES] = (uint32_t)p->cycles;
    cd[WN_CD_DISTANCE] = (uint32_t)p->distance;
    cd[WN_CD_ASPECT] = (uint32_t)p->aspect;
    cd[WN_CD_ROT1] = (uint32_t)p->rot1;
    cd[WN_CD_ROT2] = (uint32_t)p->rot2;
    cd[WN_CD_POLARISATION] = (uint32_t)p->polarisation;
    cd[WN_CD_DUMMY] = (uint32_t)p->dummy;
    cd[WN_CD_PLACES] =
        (uint32_t)(p->block + PLACES_HALO * p->halo + PLACES_FILTER * p->filter_width);
    cd[WN_CD_WIDTH] = p->width;
    cd[WN_CD_HEIGHT] = p->height;

    size_t used = WN_CD_VALUES;
    while (used > 0 && cd[used - 1] == 0)
        used--;
    if (used > 0)
        cd[WN_CD_VERSION] = WN_PARAMS_VERSION;
    return used;
}

/* Spread a method over the fields it stands for. */
static wn_status read_method(uint32_t method, wn_params *p, char *why, size_t why_size)
{
    static const struct {
        const char *name;
        unsigned highest;
    } meaning[METHOD_DIGITS] = {
        [DIGIT_MODEL] = {"background model", WN_MODEL_TILES},
        [DIGIT_ERROR_MODEL] = {"error model", WN_ERROR_HYBRID},
        [DIGIT_KEEP] = {"keep", WN_KEEP_ALL},
        [DIGIT_PLAIN_MEAN] = {"restore without noise", 1},
        [DIGIT_COMPAT_PYFAI] = {"compatible with pyFAI", 1},
        [DIGIT_SOLID_ANGLE] = {"solid angle", 1},
        [DIGIT_POLARISED] = {"polarisation", 1},
        [DIGIT_HAS_DUMMY] = {"dummy", 1},
    };
    unsigned digit[METHOD_DIGITS];
    uint32_t rest = method;
    for (int i = 0; i < METHOD_DIGITS; i++, rest /= 10) {
        digit[i] = rest % 10;
        if (digit[i] > meaning[i].highest)
            return refuse(why, why_size,
                          "the method %lu has the digit %u for '%s', which goes to %u",
                          (unsigned long)method, digit[i], meaning[i].name, meaning[i].highest);
    }
    if (rest != 0)
        return refuse(why, why_size, "the method %lu has more than %d digits",
                      (unsigned long)method, METHOD_DIGITS);
    p->model = (wn_model)digit[DIGIT_MODEL];
    p->error_model = (wn_error_model)digit[DIGIT_ERROR_MODEL];
    p->keep = (wn_keep)digit[DIGIT_KEEP];
    p->plain_mean = digit[DIGIT_PLAIN_MEAN];
    p->compat_pyfai = digit[DIGIT_COMPAT_PYFAI];
    p->solid_angle = digit[DIGIT_SOLID_ANGLE];
    p->polarised = digit[DIGIT_POLARISED];
    p->has_dummy = digit[DIGIT_HAS_DUMMY];
    return WN_OK;
}

wn_status wn_params_from_cd(const uint32_t *cd, size_t n, wn_params *params, char *why,
                            size_t why_size)
{
    uint32_t slot[WN_CD_VALUES] = {0};
    if (n > WN_CD_VALUES)
        return refuse(why, why_size, "%zu parameters are too many: there are %d", n, WN_CD_VALUES);
    if (n > 0)
        memcpy(slot, cd, n * sizeof slot[0]);
    if (slot[WN_CD_VERSION] > WN_PARAMS_VERSION)
        return WN_ERR_VERSION;
    const uint32_t places = slot[WN_CD_PLACES];
    if (places >= PLACES_END)
        return refuse(why, why_size, "parameter %d is %lu, but has no more than four digits",
                      WN_CD_PLACES, (unsigned long)places);

    wn_params p;
    wn_params_init(&p);
    wn_status status = read_method(slot[WN_CD_METHOD], &p, why, why_size);
    if (status != WN_OK)
        return status;
    p.centre_x = (int32_t)slot[WN_CD_CENTRE_X];
    p.centre_y = (int32_t)slot[WN_CD_CENTRE_Y];
    p.pick = (int32_t)slot[WN_CD_PICK];
    p.noise_floor = (int32_t)slot[WN_CD_NOISE_FLOOR];
    p.bins = (int32_t)slot[WN_CD_BINS];
    p.clip = (int32_t)slot[WN_CD_CLIP];
    p.cycles = (int32_t)slot[WN_CD_CYCLES];
    p.distance = (int32_t)slot[WN_CD_DISTANCE];
    p.aspect = (int32_t)slot[WN_CD_ASPECT];
    p.rot1 = (int32_t)slot[WN_CD_ROT1];
    p.rot2 = (int32_t)slot[WN_CD_ROT2];
    p.polarisation = (int32_t)slot[WN_CD_POLARISATION];
    p.dummy = (int32_t)slot[WN_CD_DUMMY];
    p.block = (int32_t)(places % PLACES_HALO);
    p.halo = (int32_t)(places / PLACES_HALO % 10);
    p.filter_width = (int32_t)(places / PLACES_FILTER);
    p.width = slot[WN_CD_WIDTH];
    p.height = slot[WN_CD_HEIGHT];
    *params = p;
    return WN_OK;
}

void wn_array_to_cd(const wn_array *array, uint32_t cd[WN_CD_VALUES])
{
    cd[WN_CD_VERSION] = WN_PARAMS_VERSION;
    cd[WN_CD_WIDTH] = array->width;
    cd[WN_CD_HEIGHT] = array->height;
    cd[WN_CD_FRAMES] = array->frames;
    cd[WN_CD_TYPE] = (uint32_t)array->type + (array->big_endian ? BIG_ENDIAN_MARK : 0);
}

wn_status wn_array_from_cd(const uint32_t *cd, size_t n, wn_array *array)
{
    if (n < WN_CD_VALUES)
        return WN_ERR_PARAMS;
    if (cd[WN_CD_VERSION] != WN_PARAMS_VERSION)
        return WN_ERR_VERSION;
    const bool big_endian = cd[WN_CD_TYPE] >= BIG_ENDIAN_MARK;
    const wn_array a = {
        .type = (wn_type)(cd[WN_CD_TYPE] - (big_endian ? BIG_ENDIAN_MARK : 0)),
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
