/* Expected counts of a frame (background, peaks, hot pixels), then one Poisson number for each
 * pixel. */
#include "simulate.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "background.h"
#include "beamstop.h"
#include "random.h"

#define PART_SIZE 1024

/* Background, Bragg peaks and hot pixels: what the frame's pixels count on average. */
static bool expect(struct simulation *s, size_t frame)
{
    const struct experiment *e = &s->experiment;
    for (size_t i = 0; i < e->width * e->height; i++)
        s->expected[i] = (double)s->background[i];
    const size_t first = s->peaks.count;
    if (!lattice_peaks(s->lattice, frame, &s->peaks))
        return false;
    for (size_t i = first; i < s->peaks.count; i++)
        peak_draw(&s->peaks.peaks[i], s->expected, e->width, e->height);
    for (size_t i = 0; i < s->defects.hot_count; i++)
        s->expected[s->defects.hot[i]] += s->defects.hot_counts[i];
    return true;
}

struct simulation *simulation_new(const struct experiment *experiment)
{
    struct simulation *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->experiment = *experiment;
    const struct experiment *e = &s->experiment;
    s->lattice = lattice_new(e);
    s->background = background_new(e);
    s->expected = malloc(e->width * e->height * sizeof *s->expected);
    const bool marked = defects_init(&s->defects, e);
    if (!marked || !s->lattice || !s->background || !s->expected) {
        simulation_free(s);
        return NULL;
    }
    return s;
}

void simulation_free(struct simulation *s)
{
    if (!s)
        return;
    lattice_free(s->lattice);
    defects_free(&s->defects);
    free(s->background);
    free(s->expected);
    free(s->peaks.peaks);
    free(s);
}

bool simulation_frame(struct simulation *s, size_t frame, uint32_t *counts)
{
    const struct experiment *e = &s->experiment;
    const struct defects *d = &s->defects;
    if (!expect(s, frame))
        return false;
    for (size_t i = 0; i < e->width * e->height; i++) {
        if (d->pixel_mask[i] != 0) {
            counts[i] = PIXEL_FLAG;
            continue;
        }
        struct random_stream stream = random_start(e->seed, RANDOM_COUNTS, frame, i);
        const uint32_t drawn = random_poisson(&stream, s->expected[i]);
        counts[i] = drawn < e->saturation ? drawn : e->saturation;
    }
    for (size_t n = 0; n < d->flickering_count; n++)
        if (defects_flagged(n, frame))
            counts[d->flickering[n]] = PIXEL_FLAG;
    return true;
}

void simulation_describe(const struct simulation *s, char *text, size_t size)
{
    const struct experiment *e = &s->experiment;
    char background[PART_SIZE], beamstop[PART_SIZE], lattice[PART_SIZE];
    background_describe(e, background, sizeof background);
    beamstop_describe(e, beamstop, sizeof beamstop);
    lattice_describe(e, lattice, sizeof lattice);
    snprintf(text, size,
             "winnow test series, seed %" PRIu64 ". Pixel centres at integers, x along the fast "
             "axis. r = distance in pixels from beam_x = %.6g, beam_y = %.6g; L = %.6g pixels; "
             "t = r/L = tan(2 theta). background = %s. P = 1 - (%.6g dx^2 + %.6g dy^2)/(r^2 + L^2)."
             " %s. Peaks: Gaussians of sigma pixels at (x, y) that hold counts on that frame, "
             "those on masked pixels included; %s. Every pixel is a Poisson number of background + "
             "peaks + hot_counts, and at most %" PRIu32 ". Masked pixels are 2^32-1 in every "
             "frame, the n-th flickering pixel in those where (frame + n) mod 3 = 0.",
             e->seed, e->beam_x, e->beam_y, e->distance, background, e->polarisation,
             1 - e->polarisation, beamstop, lattice, e->saturation);
}
