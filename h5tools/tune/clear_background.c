/* Mean and variance are those of the cells that winnow finds with keep = outlier at 3 sigma, scaled
 * by the ratio of the summed pixels to the summed means around each pixel, signal clipped. A pixel
 * is clear if no flag and no signal lies around it. Box sums run along columns, then rows:
 * O(pixels), a few floats a pixel. The margin for the skewness of Poisson counts is the second term
 * of the Cornish-Fisher expansion (E. A. Cornish and R. A. Fisher, Rev. Inst. Int. Stat. 5 (1938)
 * 307). */
#include "tune/clear_background.h"

#include <math.h>
#include <stdlib.h>

#include "input/pixel_values.h"

/* Half the edge of the square whose sums scale the background of a pixel, pixels. */
#define SCALE_RADIUS 20

/* Limit of the background above its mean, sigma; and for counts the excess of the Poisson quantile
 * over the Gaussian one there, (4^2 - 1) / 6 (Cornish-Fisher). */
#define BACKGROUND_SIGMA 4
#define BACKGROUND_SKEW  2.5

/* Working arrays of the search, [pixels] each. */
struct clear_search {
    struct clear_background *found;
    bool *usable;     /* not flagged */
    float *chosen;    /* what is summed over the surroundings: */
    float *around[3]; /* clipped values, mean, variance; later the number of bad pixels */
};

/* ---- surroundings -------------------------------------------------------------------------- */

static void add_row(const float *row, size_t width, double factor, double *column)
{
    for (size_t x = 0; x < width; x++)
        column[x] += factor * row[x];
}

static void sum_along(const double *column, size_t width, size_t radius, float *out)
{
    double sum = 0;
    for (size_t x = 0; x < radius && x < width; x++)
        sum += column[x];
    for (size_t x = 0; x < width; x++) {
        if (x + radius < width)
            sum += column[x + radius];
        if (x > radius)
            sum -= column[x - radius - 1];
        out[x] = (float)sum;
    }
}

/* Box sums: over the square about each pixel, as far as it lies in the frame. */
static wn_status sum_surroundings(const wn_array *array, const float *value, size_t radius,
                                  float *out)
{
    const size_t height = array->height, width = array->width;
    double *column = calloc(width, sizeof *column);
    if (!column)
        return WN_ERR_MEMORY;
    for (size_t y = 0; y < radius && y < height; y++)
        add_row(value + y * width, width, 1, column);
    for (size_t y = 0; y < height; y++) {
        if (y + radius < height)
            add_row(value + (y + radius) * width, width, 1, column);
        if (y > radius)
            add_row(value + (y - radius - 1) * width, width, -1, column);
        sum_along(column, width, radius, out + y * width);
    }
    free(column);
    return WN_OK;
}

/* ---- mean and variance of each pixel ------------------------------------------------------- */

/* Sums over the pixels of a region whose cells have a background. */
struct cleared_region_sums {
    double n, mean, variance;
};

static struct cleared_region_sums *sum_regions(const wn_map *map, const wn_stored_frame *stored,
                                               size_t pixels)
{
    struct cleared_region_sums *sums = calloc(wn_map_regions(map), sizeof *sums);
    if (!sums)
        return NULL;
    for (size_t i = 0; i < pixels; i++) {
        const size_t cell = wn_map_cell_of(map, i);
        struct cleared_region_sums *s = &sums[wn_map_region_of(map, i)];
        if (stored->sigma[cell] == 0)
            continue;
        s->n++;
        s->mean += stored->mean[cell];
        s->variance += stored->sigma[cell] * stored->sigma[cell];
    }
    return sums;
}

/* Takes mean and variance of the cell of each pixel; cells without a background pixel take the
 * average of the others of their region. */
static wn_status set_expected(const struct clear_search *s, const wn_map *map,
                              const wn_stored_frame *stored)
{
    struct cleared_region_sums *sums = sum_regions(map, stored, s->found->pixels);
    if (!sums)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < s->found->pixels; i++) {
        const size_t cell = wn_map_cell_of(map, i);
        const struct cleared_region_sums *region = &sums[wn_map_region_of(map, i)];
        double mean = stored->mean[cell], variance = stored->sigma[cell] * stored->sigma[cell];
        if (variance == 0 && region->n > 0) {
            mean = region->mean / region->n;
            variance = region->variance / region->n;
        }
        s->found->mean[i] = s->usable[i] ? (float)mean : 0;
        s->found->variance[i] = s->usable[i] ? (float)variance : 0;
    }
    free(sums);
    return WN_OK;
}

static double highest_background(const struct clear_background *b, size_t pixel)
{
    const double skew = wn_type_is_float(b->array.type) ? 0 : BACKGROUND_SKEW;
    return b->mean[pixel] + BACKGROUND_SIGMA * sqrt(b->variance[pixel]) + skew;
}

static bool is_signal(const struct clear_background *b, size_t pixel)
{
    return b->value[pixel] > highest_background(b, pixel);
}

/* Sums over the surroundings without flagged pixels, signal clipped to the limit of the background.
 */
static wn_status sum_clipped(const struct clear_search *s)
{
    const struct clear_background *b = s->found;
    const float *of[] = {s->chosen, b->mean, b->variance};
    wn_status status = WN_OK;
    for (size_t i = 0; i < b->pixels; i++)
        s->chosen[i] = s->usable[i] ? (float)fmin(b->value[i], highest_background(b, i)) : 0;
    for (int k = 0; k < 3 && status == WN_OK; k++)
        status = sum_surroundings(&b->array, of[k], SCALE_RADIUS, s->around[k]);
    return status;
}

/* Follows shadows and polarisation, which rings and tiles average out: scales the background to the
 * surroundings of each pixel, where their sum is known to 10 %. */
static void scale_to_surroundings(const struct clear_search *s)
{
    struct clear_background *b = s->found;
    for (size_t i = 0; i < b->pixels; i++) {
        const double mean = s->around[1][i], spread = sqrt(fmax(s->around[2][i], 0));
        if (!(mean > 10 * spread))
            continue;
        const float ratio = (float)fmax(s->around[0][i] / mean, 0.05);
        b->mean[i] *= ratio;
        b->variance[i] *= ratio;
    }
}

static wn_status find_clear(const struct clear_search *s)
{
    struct clear_background *b = s->found;
    for (size_t i = 0; i < b->pixels; i++)
        s->chosen[i] = !s->usable[i] || is_signal(b, i) ? 1 : 0;
    const wn_status status = sum_surroundings(&b->array, s->chosen, CLEAR_RADIUS, s->around[0]);
    for (size_t i = 0; i < b->pixels && status == WN_OK; i++)
        b->clear[i] = s->around[0][i] == 0;
    return status;
}

/* ---- one frame ----------------------------------------------------------------------------- */

/* Separates the frame, with everything above 3 sigma kept as an outlier. */
static wn_status separate(const wn_map *map, const wn_params *params, const wn_array *array,
                          const void *frame, int threads, wn_stored_frame **stored)
{
    wn_params outliers = *params;
    outliers.keep = WN_KEEP_OUTLIER;
    outliers.pick = 300;
    outliers.noise_floor = outliers.block = outliers.halo = outliers.filter_width = 0;
    const size_t bound = wn_encode_bound(array);
    size_t size;
    uint8_t *chunk = malloc(bound);
    if (!chunk)
        return WN_ERR_MEMORY;
    wn_status status = wn_encode(map, &outliers, array, frame, threads, chunk, bound, &size);
    if (status == WN_OK)
        status = wn_chunk_stored_frame(map, chunk, size, array, 0, stored);
    free(chunk);
    return status;
}

static void mark_usable(const struct clear_search *s, const void *frame,
                        const wn_stored_frame *stored)
{
    struct clear_background *b = s->found;
    pixel_values_read(&b->array, frame, b->value);
    for (size_t i = 0; i < b->pixels; i++)
        s->usable[i] = true;
    for (size_t i = 0; i < stored->flagged; i++) {
        s->usable[stored->flagged_index[i]] = false;
        b->value[stored->flagged_index[i]] = 0;
    }
}

static wn_status search_separated(const struct clear_search *s, const wn_map *map,
                                  const void *frame, const wn_stored_frame *stored)
{
    mark_usable(s, frame, stored);
    wn_status status = set_expected(s, map, stored);
    if (status == WN_OK)
        status = sum_clipped(s);
    if (status != WN_OK)
        return status;
    scale_to_surroundings(s);
    return find_clear(s);
}

static wn_status search_frame(struct clear_background *found, const wn_map *map, const void *frame,
                              const wn_stored_frame *stored)
{
    const size_t n = found->pixels;
    struct clear_search s = {.found = found,
                             .usable = malloc(n * sizeof *s.usable),
                             .chosen = malloc(n * sizeof *s.chosen)};
    bool memory = s.usable && s.chosen;
    for (int k = 0; k < 3; k++) {
        s.around[k] = malloc(n * sizeof *s.around[k]);
        memory = memory && s.around[k];
    }
    const wn_status status = memory ? search_separated(&s, map, frame, stored) : WN_ERR_MEMORY;
    for (int k = 0; k < 3; k++)
        free(s.around[k]);
    free(s.chosen);
    free(s.usable);
    return status;
}

/* A background without clear pixels; NULL: not enough memory. */
static struct clear_background *background_new(const wn_array *array)
{
    struct clear_background *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->array = *array;
    b->pixels = (size_t)array->height * array->width;
    b->value = calloc(b->pixels, sizeof *b->value);
    b->mean = calloc(b->pixels, sizeof *b->mean);
    b->variance = calloc(b->pixels, sizeof *b->variance);
    b->clear = calloc(b->pixels, sizeof *b->clear);
    if (b->value && b->mean && b->variance && b->clear)
        return b;
    clear_background_free(b);
    return NULL;
}

wn_status clear_background_find(const wn_map *map, const wn_params *params, const wn_array *array,
                                const void *frame, int threads,
                                struct clear_background **background)
{
    wn_stored_frame *stored = NULL;
    wn_status status = separate(map, params, array, frame, threads, &stored);
    if (status != WN_OK)
        return status;
    struct clear_background *found = background_new(array);
    if (!found)
        status = WN_ERR_MEMORY;
    else if (stored->form == WN_FORM_SEPARATED)
        status = search_frame(found, map, frame, stored);
    wn_stored_frame_free(stored);
    if (status == WN_OK)
        *background = found;
    else
        clear_background_free(found);
    return status;
}

void clear_background_free(struct clear_background *background)
{
    if (!background)
        return;
    free(background->value);
    free(background->mean);
    free(background->variance);
    free(background->clear);
    free(background);
}
