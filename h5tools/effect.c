#include "effect.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Pixels that are converted at once. */
#define ROW 1024

/* Floats beyond this are no counts, and would spoil all sums. */
#define HIGHEST 1e30

/* Pixels around a pixel, each way, whose level is that of its background. */
#define LEVEL_RADIUS 20

/* What counts as background: no more than this above it, sigma. */
#define BACKGROUND_SIGMA 4

static const double LOWEST_EXCESS[EXCESS_CLASSES] = {2, 4, 8};

struct place {
    size_t pixel;
    double excess; /* counts */
    enum excess class;
};

struct reference {
    wn_array array;
    size_t pixels;
    float *value;        /* of the raw frame; 0 where it is flagged */
    bool *is_background; /* [pixels] */
    struct place *place;
    size_t places, room;
};

/* What the search for places works with; all [pixels]. */
struct search {
    struct reference *found;
    bool *usable;     /* not flagged */
    float *mean;      /* expected background */
    float *variance;  /* of a background pixel */
    float *clipped;   /* values without signal */
    float *around[3]; /* sums over the surroundings: clipped, mean, variance */
};

/* ---- frames as numbers --------------------------------------------------------------------- */

/* All pixels; NaN, which flags them, becomes 0. */
static void read_values(const wn_array *array, const void *frame, float *value)
{
    const size_t pixels = (size_t)array->height * array->width;
    double row[ROW];
    for (size_t first = 0; first < pixels; first += ROW) {
        size_t n = pixels - first;
        if (n > ROW)
            n = ROW;
        wn_pixel_values(array, frame, first, n, row);
        for (size_t i = 0; i < n; i++)
            value[first + i] = isnan(row[i]) ? 0 : (float)fmax(fmin(row[i], HIGHEST), -HIGHEST);
    }
}

/* The sum over 3 x 3 pixels, of which none is on the edge of the frame. */
static double sum_of_nine(const float *value, size_t width, size_t pixel)
{
    double sum = 0;
    for (const float *row = value + pixel - width; row <= value + pixel + width; row += width)
        sum += (double)row[-1] + row[0] + row[1];
    return sum;
}

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

/* Sums over the surroundings of each pixel, as far as they lie in the frame. */
static wn_status sum_surroundings(const wn_array *array, const float *value, float *out)
{
    const size_t height = array->height, width = array->width, radius = LEVEL_RADIUS;
    double *column = calloc(width, sizeof *column);
    if (column == NULL)
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

/* ---- the background ------------------------------------------------------------------------ */

/* Sums over the pixels of a region whose background is known. */
struct region_sums {
    double n, mean, variance;
};

static struct region_sums *sum_regions(const wn_map *map, const wn_stored_frame *stored,
                                       size_t pixels)
{
    struct region_sums *sums = calloc(wn_map_regions(map), sizeof *sums);
    if (sums == NULL)
        return NULL;
    for (size_t i = 0; i < pixels; i++) {
        const size_t cell = wn_map_cell_of(map, i);
        struct region_sums *s = &sums[wn_map_region_of(map, i)];
        if (stored->sigma[cell] == 0)
            continue;
        s->n++;
        s->mean += stored->mean[cell];
        s->variance += stored->sigma[cell] * stored->sigma[cell];
    }
    return sums;
}

/* The law of each pixel's cell; cells without a background pixel take what the others of their
 * region have on average. */
static wn_status expect(struct search *s, const wn_map *map, const wn_stored_frame *stored)
{
    struct region_sums *sums = sum_regions(map, stored, s->found->pixels);
    if (sums == NULL)
        return WN_ERR_MEMORY;
    for (size_t i = 0; i < s->found->pixels; i++) {
        const size_t cell = wn_map_cell_of(map, i);
        const struct region_sums *region = &sums[wn_map_region_of(map, i)];
        double mean = stored->mean[cell], variance = stored->sigma[cell] * stored->sigma[cell];
        if (variance == 0 && region->n > 0) {
            mean = region->mean / region->n;
            variance = region->variance / region->n;
        }
        s->mean[i] = s->usable[i] ? (float)mean : 0;
        s->variance[i] = s->usable[i] ? (float)variance : 0;
    }
    free(sums);
    return WN_OK;
}

static double highest_background(const struct search *s, size_t pixel)
{
    return s->mean[pixel] + BACKGROUND_SIGMA * sqrt(s->variance[pixel]) + 1;
}

/* Rings and tiles know nothing of shadows and polarisation: the background follows what lies around
 * each pixel, where that is known to 10 %. */
static wn_status level(struct search *s)
{
    const wn_array *array = &s->found->array;
    const float *of[] = {s->clipped, s->mean, s->variance};
    wn_status status = WN_OK;
    for (size_t i = 0; i < s->found->pixels; i++)
        s->clipped[i] =
            s->usable[i] ? (float)fmin(s->found->value[i], highest_background(s, i)) : 0;
    for (int k = 0; k < 3 && status == WN_OK; k++)
        status = sum_surroundings(array, of[k], s->around[k]);
    for (size_t i = 0; i < s->found->pixels && status == WN_OK; i++) {
        const double mean = s->around[1][i], spread = sqrt(fmax(s->around[2][i], 0));
        if (!(mean > 10 * spread))
            continue;
        const float ratio = (float)fmax(s->around[0][i] / mean, 0.05);
        s->mean[i] *= ratio;
        s->variance[i] *= ratio;
    }
    return status;
}

/* ---- places -------------------------------------------------------------------------------- */

static bool all_usable(const struct search *s, size_t width, size_t pixel)
{
    for (const bool *row = s->usable + pixel - width; row <= s->usable + pixel + width;
         row += width)
        if (!row[-1] || !row[0] || !row[1])
            return false;
    return true;
}

/* Whether no neighbour has a higher sum; of equal ones, the last is the maximum. */
static bool is_maximum(const float *value, size_t width, size_t pixel, double sum)
{
    const size_t before[] = {pixel - width - 1, pixel - width, pixel - width + 1, pixel - 1};
    const size_t behind[] = {pixel + 1, pixel + width - 1, pixel + width, pixel + width + 1};
    for (int i = 0; i < 4; i++)
        if (sum_of_nine(value, width, before[i]) > sum ||
            sum_of_nine(value, width, behind[i]) >= sum)
            return false;
    return true;
}

static wn_status add_place(struct reference *found, struct place place)
{
    if (found->places == found->room) {
        const size_t room = found->room == 0 ? 1024 : 2 * found->room;
        struct place *grown = realloc(found->place, room * sizeof *grown);
        if (grown == NULL)
            return WN_ERR_MEMORY;
        found->place = grown;
        found->room = room;
    }
    found->place[found->places++] = place;
    return WN_OK;
}

static wn_status consider(const struct search *s, size_t pixel)
{
    struct reference *found = s->found;
    const size_t width = found->array.width;
    const double sum = sum_of_nine(found->value, width, pixel);
    const double excess = sum - sum_of_nine(s->mean, width, pixel);
    const double sigma = sqrt(sum_of_nine(s->variance, width, pixel));
    if (!(sigma > 0) || excess <= LOWEST_EXCESS[EXCESS_2_TO_4] * sigma ||
        !all_usable(s, width, pixel) || !is_maximum(found->value, width, pixel, sum))
        return WN_OK;
    enum excess class = EXCESS_ABOVE_8;
    while (excess <= LOWEST_EXCESS[class] * sigma)
        class --;
    return add_place(found, (struct place){pixel, excess, class});
}

/* Places whose neighbours' sums lie in the frame as well. */
static wn_status find_places(const struct search *s)
{
    const wn_array *array = &s->found->array;
    wn_status status = WN_OK;
    for (size_t y = 2; y + 2 < array->height; y++)
        for (size_t x = 2; x + 2 < array->width && status == WN_OK; x++)
            status = consider(s, y * array->width + x);
    return status;
}

/* The pixels of a place are no background. */
static void take_out(struct reference *found, size_t pixel)
{
    const size_t width = found->array.width;
    for (size_t row = pixel - width; row <= pixel + width; row += width)
        for (size_t i = row - 1; i <= row + 1; i++)
            found->is_background[i] = false;
}

static void find_background(const struct search *s)
{
    struct reference *found = s->found;
    for (size_t i = 0; i < found->pixels; i++)
        found->is_background[i] = s->usable[i] && found->value[i] <= highest_background(s, i);
    for (size_t i = 0; i < found->places; i++)
        if (found->place[i].class != EXCESS_2_TO_4)
            take_out(found, found->place[i].pixel);
}

/* ---- one raw frame ------------------------------------------------------------------------- */

/* The frame as winnow separates it when it keeps what clearly stands out. */
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
    if (chunk == NULL)
        return WN_ERR_MEMORY;
    wn_status status = wn_encode(map, &outliers, array, frame, threads, chunk, bound, &size);
    if (status == WN_OK)
        status = wn_chunk_stored_frame(map, chunk, size, array, 0, stored);
    free(chunk);
    return status;
}

static void mark_usable(struct search *s, const void *frame, const wn_stored_frame *stored)
{
    const struct reference *found = s->found;
    read_values(&found->array, frame, found->value);
    for (size_t i = 0; i < found->pixels; i++)
        s->usable[i] = true;
    for (size_t i = 0; i < stored->flagged; i++) {
        s->usable[stored->flagged_index[i]] = false;
        found->value[stored->flagged_index[i]] = 0;
    }
}

static wn_status search_separated(struct search *s, const wn_map *map, const void *frame,
                                  const wn_stored_frame *stored)
{
    mark_usable(s, frame, stored);
    wn_status status = expect(s, map, stored);
    if (status == WN_OK)
        status = level(s);
    if (status == WN_OK)
        status = find_places(s);
    if (status == WN_OK)
        find_background(s);
    return status;
}

static wn_status search_frame(struct reference *found, const wn_map *map, const void *frame,
                              const wn_stored_frame *stored)
{
    const size_t n = found->pixels;
    struct search s = {.found = found,
                       .usable = malloc(n * sizeof *s.usable),
                       .mean = malloc(n * sizeof *s.mean),
                       .variance = malloc(n * sizeof *s.variance),
                       .clipped = malloc(n * sizeof *s.clipped)};
    bool memory = s.usable != NULL && s.mean != NULL && s.variance != NULL && s.clipped != NULL;
    for (int k = 0; k < 3; k++) {
        s.around[k] = malloc(n * sizeof *s.around[k]);
        memory = memory && s.around[k] != NULL;
    }
    const wn_status status = memory ? search_separated(&s, map, frame, stored) : WN_ERR_MEMORY;
    for (int k = 0; k < 3; k++)
        free(s.around[k]);
    free(s.clipped);
    free(s.variance);
    free(s.mean);
    free(s.usable);
    return status;
}

wn_status reference_make(const wn_map *map, const wn_params *params, const wn_array *array,
                         const void *frame, int threads, struct reference **reference)
{
    wn_stored_frame *stored = NULL;
    wn_status status = separate(map, params, array, frame, threads, &stored);
    if (status != WN_OK)
        return status;
    struct reference *made = calloc(1, sizeof *made);
    if (made != NULL) {
        made->array = *array;
        made->pixels = (size_t)array->height * array->width;
        made->value = calloc(made->pixels, sizeof *made->value);
        made->is_background = calloc(made->pixels, sizeof *made->is_background);
    }
    if (made == NULL || made->value == NULL || made->is_background == NULL)
        status = WN_ERR_MEMORY;
    else if (stored->form == WN_FORM_SEPARATED)
        status = search_frame(made, map, frame, stored);
    wn_stored_frame_free(stored);
    if (status == WN_OK)
        *reference = made;
    else
        reference_free(made);
    return status;
}

void reference_free(struct reference *reference)
{
    if (reference == NULL)
        return;
    free(reference->value);
    free(reference->is_background);
    free(reference->place);
    free(reference);
}

/* ---- what became of it --------------------------------------------------------------------- */

wn_status effect_add(const struct reference *reference, const void *restored, struct effect *effect)
{
    const wn_array *array = &reference->array;
    float *value = malloc(reference->pixels * sizeof *value);
    if (value == NULL)
        return WN_ERR_MEMORY;
    read_values(array, restored, value);
    for (size_t i = 0; i < reference->places; i++) {
        const struct place *place = &reference->place[i];
        effect->of[place->class].places++;
        effect->of[place->class].excess += place->excess;
        effect->of[place->class].lost += sum_of_nine(reference->value, array->width, place->pixel) -
                                         sum_of_nine(value, array->width, place->pixel);
    }
    for (size_t i = 0; i < reference->pixels; i++) {
        if (reference->is_background[i]) {
            effect->background += reference->value[i];
            effect->background_restored += value[i];
        }
    }
    free(value);
    return WN_OK;
}

double effect_loss(const struct effect *effect, enum excess class)
{
    const double excess = effect->of[class].excess;
    return excess > 0 ? 100 * effect->of[class].lost / excess : NAN;
}

double effect_background(const struct effect *effect)
{
    return effect->background > 0 ? effect->background_restored / effect->background : NAN;
}
