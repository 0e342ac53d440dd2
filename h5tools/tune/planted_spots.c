/* The intensity of a spot is fitted by its profile, sum(p c) / sum(p^2), before and after
 * compression. */
#include "tune/planted_spots.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "input/pixel_values.h"

/* Edge of a cell, and of the square in its middle where a spot is planted, pixels. The latter is a
 * multiple of the edges of blocks, so that spots have all positions relative to blocks. */
#define CELL_EDGE   36
#define MIDDLE_EDGE 12

double strength_sigmas(enum strength strength)
{
    static const double sigmas[STRENGTHS] = {1.5, 3, 6, 12};
    return sigmas[strength];
}

/* ---- one spot ------------------------------------------------------------------------------ */

/* The fraction p of the counts in each pixel, and the sum of p^2. */
struct spot_profile {
    double p[PROFILE_PIXELS];
    double sum2;
};

/* The profile of a spot with this offset from the centre of the middle pixel. */
static struct spot_profile make_profile(double dx, double dy)
{
    struct spot_profile profile = {.sum2 = 0};
    double sum = 0;
    for (int i = 0; i < PROFILE_PIXELS; i++) {
        const double x = i % PROFILE_EDGE - PROFILE_EDGE / 2 - dx;
        const double y = i / PROFILE_EDGE - PROFILE_EDGE / 2 - dy;
        profile.p[i] = exp(-(x * x + y * y) / 2);
        sum += profile.p[i];
    }
    for (int i = 0; i < PROFILE_PIXELS; i++) {
        profile.p[i] /= sum;
        profile.sum2 += profile.p[i] * profile.p[i];
    }
    return profile;
}

/* The expected counts N of a spot, from N / sqrt(49 b + N) = sigmas; `noise` is b. */
static double counts_of(double sigmas, double noise, bool real)
{
    const double fixed = sigmas * sigmas * PROFILE_PIXELS * noise;
    const double growing = real ? 0 : sigmas * sigmas;
    return (growing + sqrt(growing * growing + 4 * fixed)) / 2;
}

/* Adds a spot to the frame. False: a pixel would become too large. */
static bool add_spot(struct planted_spots *planted, size_t corner,
                     const double added[PROFILE_PIXELS])
{
    const wn_array *array = &planted->array;
    double value[PROFILE_PIXELS];
    for (int i = 0; i < PROFILE_EDGE; i++)
        wn_pixel_values(array, planted->frame, corner + (size_t)i * array->width, PROFILE_EDGE,
                        value + i * PROFILE_EDGE);
    for (int i = 0; i < PROFILE_PIXELS; i++) {
        value[i] += added[i];
        if (!(value[i] <= pixel_value_highest(array->type)))
            return false;
    }
    for (size_t i = 0; i < PROFILE_PIXELS; i++)
        pixel_value_write(array, planted->frame,
                          corner + i / PROFILE_EDGE * array->width + i % PROFILE_EDGE, value[i]);
    return true;
}

static void plant(struct planted_spots *planted, struct planted_spot spot, double counts,
                  const struct spot_profile *profile, uint64_t *random)
{
    const bool real = wn_type_is_float(planted->array.type);
    double added[PROFILE_PIXELS];
    spot.intensity = 0;
    for (int i = 0; i < PROFILE_PIXELS; i++) {
        const double expected = counts * profile->p[i], weight = profile->p[i] / profile->sum2;
        added[i] = real ? expected : random_poisson(random, expected);
        spot.weight[i] = (float)weight;
        spot.intensity += weight * added[i];
    }
    if (add_spot(planted, spot.corner, added))
        planted->spot[planted->spots++] = spot;
}

/* ---- all spots ----------------------------------------------------------------------------- */

/* A random position in the middle of a cell, along x or y. */
static double random_position(size_t cell, uint64_t *random)
{
    return (double)(cell * CELL_EDGE) + (CELL_EDGE - MIDDLE_EDGE) / 2.0 - 0.5 +
           MIDDLE_EDGE * random_uniform(random);
}

static void plant_in_cell(struct planted_spots *planted, const struct clear_background *background,
                          size_t cell_x, size_t cell_y, uint64_t *random)
{
    const size_t width = planted->array.width;
    const double x = random_position(cell_x, random), y = random_position(cell_y, random);
    const double column = round(x), row = round(y);
    const size_t pixel = (size_t)row * width + (size_t)column;
    const bool real = wn_type_is_float(planted->array.type);
    const double noise = real ? background->variance[pixel] : background->mean[pixel];
    if (!background->clear[pixel] || !(noise > 0))
        return;
    const struct spot_profile profile = make_profile(x - column, y - row);
    const struct planted_spot spot = {.strength = (enum strength)((cell_x + cell_y) % STRENGTHS),
                                      .corner = pixel - PROFILE_EDGE / 2 * (width + 1)};
    const double sigmas = strength_sigmas(spot.strength);
    plant(planted, spot, counts_of(sigmas, noise, real), &profile, random);
}

static struct planted_spots *planted_new(const wn_array *array, const void *frame)
{
    struct planted_spots *planted = calloc(1, sizeof *planted);
    if (!planted)
        return NULL;
    const size_t cells = (size_t)(array->height / CELL_EDGE) * (array->width / CELL_EDGE);
    planted->array = *array;
    planted->pixels = (size_t)array->height * array->width;
    planted->frame = malloc(wn_array_bytes(array));
    planted->value = malloc(planted->pixels * sizeof *planted->value);
    planted->spot = malloc((cells + 1) * sizeof *planted->spot);
    if (planted->frame && planted->value && planted->spot) {
        memcpy(planted->frame, frame, wn_array_bytes(array));
        return planted;
    }
    planted_spots_free(planted);
    return NULL;
}

wn_status planted_spots_make(const struct clear_background *background, const void *frame,
                             uint64_t seed, struct planted_spots **planted)
{
    const wn_array *array = &background->array;
    struct planted_spots *made = planted_new(array, frame);
    if (!made)
        return WN_ERR_MEMORY;
    uint64_t random = seed;
    for (size_t y = 0; y < array->height / CELL_EDGE; y++)
        for (size_t x = 0; x < array->width / CELL_EDGE; x++)
            plant_in_cell(made, background, x, y, &random);
    pixel_values_read(array, made->frame, made->value);
    *planted = made;
    return WN_OK;
}

void planted_spots_free(struct planted_spots *planted)
{
    if (!planted)
        return;
    free(planted->frame);
    free(planted->value);
    free(planted->spot);
    free(planted);
}

double spot_difference(const struct planted_spot *spot, size_t width, const float *from,
                       const float *to)
{
    double sum = 0;
    for (size_t i = 0; i < PROFILE_PIXELS; i++) {
        const size_t pixel = spot->corner + i / PROFILE_EDGE * width + i % PROFILE_EDGE;
        sum += spot->weight[i] * ((double)to[pixel] - from[pixel]);
    }
    return sum;
}
