/* Defects drawn at random from the good pixels, in numbers that scale with the size of the
 * detector. */
#include "defects.h"

#include <math.h>
#include <stdlib.h>

#include "arithmetic.h"
#include "beamstop.h"
#include "random.h"

/* Numbers of an Eiger 1M; those of pixels go with the size of the detector. */
#define DEAD           40.0
#define HOT            12.0
#define FLICKERING     8.0
#define MIN_DEFECTS    2.0
#define GAP_FRACTION   (37.0 / 1065.0)
#define HOT_COUNTS_MIN 60.0
#define HOT_COUNTS_MAX 1200.0
#define FLAGGED_EVERY  3

/* How many pixels of a kind this detector has, where an Eiger 1M has reference. */
static size_t number(const struct experiment *e, double reference)
{
    return (size_t)fmax(floor(reference * experiment_pixel_ratio(e) + 0.5), MIN_DEFECTS);
}

/* Masks the rows between the two modules and the core of the beam stop. */
static void mask_regions(uint32_t *mask, const struct experiment *e)
{
    const size_t gap = (size_t)floor(GAP_FRACTION * (double)e->height + 0.5);
    const size_t gap_start = (e->height - gap) / 2;
    for (size_t row = 0; row < e->height; row++)
        for (size_t column = 0; column < e->width; column++) {
            uint32_t *pixel = &mask[row * e->width + column];
            if (row >= gap_start && row < gap_start + gap)
                *pixel = MASK_GAP;
            else if (beamstop_core(e, (double)column, (double)row))
                *pixel = MASK_USER;
        }
}

static bool listed(const uint64_t *list, size_t count, uint64_t pixel)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == pixel)
            return true;
    return false;
}

/* A pixel that is neither masked nor among the defects that are listed already. */
static uint64_t sound_pixel(const struct defects *d, const struct experiment *e,
                            struct random_stream *stream)
{
    for (;;) {
        const uint64_t pixel = random_below(stream, (uint64_t)e->width * e->height);
        if (d->pixel_mask[pixel] == 0 && !listed(d->hot, d->hot_count, pixel) &&
            !listed(d->flickering, d->flickering_count, pixel))
            return pixel;
    }
}

bool defects_init(struct defects *d, const struct experiment *e)
{
    const size_t dead = number(e, DEAD), hot = number(e, HOT), flickering = number(e, FLICKERING);
    *d = (struct defects){.pixel_mask = calloc(e->width * e->height, sizeof *d->pixel_mask),
                          .hot = calloc(hot, sizeof *d->hot),
                          .hot_counts = calloc(hot, sizeof *d->hot_counts),
                          .flickering = calloc(flickering, sizeof *d->flickering)};
    if (!d->pixel_mask || !d->hot || !d->hot_counts || !d->flickering) {
        defects_free(d);
        return false;
    }

    mask_regions(d->pixel_mask, e);
    struct random_stream stream = random_start(e->seed, RANDOM_DEFECTS, 0, 0);
    for (size_t i = 0; i < dead; i++)
        d->pixel_mask[sound_pixel(d, e, &stream)] = MASK_DEAD;
    const double span = fixed_log(HOT_COUNTS_MAX / HOT_COUNTS_MIN);
    for (; d->hot_count < hot; d->hot_count++) {
        d->hot[d->hot_count] = sound_pixel(d, e, &stream);
        d->hot_counts[d->hot_count] = HOT_COUNTS_MIN * fixed_exp(span * random_uniform(&stream));
    }
    for (; d->flickering_count < flickering; d->flickering_count++)
        d->flickering[d->flickering_count] = sound_pixel(d, e, &stream);
    return true;
}

void defects_free(struct defects *d)
{
    free(d->pixel_mask);
    free(d->hot);
    free(d->hot_counts);
    free(d->flickering);
    *d = (struct defects){0};
}

bool defects_flagged(size_t n, size_t frame)
{
    return (frame + n) % FLAGGED_EVERY == 0;
}
