/* Radial statistics of peakfinder8 (Barty et al., J. Appl. Cryst. 47 (2014) 1118). Radii become the
 * regions of a small map, so that the samples of all radii are collected in one pass
 * (background/collect.h); each clipping cycle then works on the samples of one radius. */
#include "spots/radial_stats.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "background/collect.h"
#include "geometry/map.h"

#define RADIAL_CYCLES 5
#define MAX_RADII     65536u

/* Limits of the first cycle, as in CrystFEL. */
#define FIRST_LIMIT 1e9

void wn_radial_stats_free(struct radial_stats *r)
{
    free(r->map.cell);
    free(r->map.cell_region);
    free(r->map.cell_pixels);
    free(r->mean);
    free(r->high);
    memset(r, 0, sizeof *r);
}

/* ---- radius of each pixel ------------------------------------------------------------------ */

/* Squared distances of n columns or rows from the beam, truncated to whole pixels. */
struct squares {
    double *square;
    double min, max;
};

static struct squares squares_along(uint32_t n, int32_t centre, double pitch)
{
    struct squares s = {malloc(n * sizeof *s.square), INFINITY, 0};
    for (uint32_t i = 0; s.square && i < n; i++) {
        const double distance = trunc((i - (centre / 1e3 + 0.5)) * pitch);
        s.square[i] = distance * distance;
        s.min = fmin(s.min, s.square[i]);
        s.max = fmax(s.max, s.square[i]);
    }
    return s;
}

/* Floats from here to twice this are whole numbers. */
#define FIRST_WHOLE_FLOAT 8388608.0f

/* Rounded through float32, as in CrystFEL: large roots just below a half become halves. The
 * addition rounds like rint(), but vectorises. */
static uint32_t radius_of(double square)
{
    return (uint32_t)(int32_t)((float)sqrt(square) + FIRST_WHOLE_FLOAT) -
           (uint32_t)FIRST_WHOLE_FLOAT;
}

/* Whether radii can be rounded, and numbered in 16 bits. */
static bool can_number(double min, double max)
{
    return max < (double)FIRST_WHOLE_FLOAT * (double)FIRST_WHOLE_FLOAT &&
           radius_of(max) - radius_of(min) < MAX_RADII;
}

static wn_status allocate(struct radial_stats *r, size_t n)
{
    wn_map *map = &r->map;
    map->regions = map->cells = n;
    map->cell = malloc((size_t)map->height * map->width * sizeof *map->cell);
    map->cell_region = malloc(n * sizeof *map->cell_region);
    map->cell_pixels = calloc(n, sizeof *map->cell_pixels);
    r->mean = calloc(n, sizeof *r->mean);
    r->high = calloc(n, sizeof *r->high);
    const bool complete = map->cell && map->cell_region && map->cell_pixels && r->mean && r->high;
    return complete ? WN_OK : WN_ERR_MEMORY;
}

static void number_pixels(struct radial_stats *r, const double *x2, const double *y2)
{
    const wn_map *map = &r->map;
    for (size_t i = 0; i < map->regions; i++)
        map->cell_region[i] = (uint32_t)i;
    for (size_t y = 0; y < map->height; y++) {
        uint16_t *row = map->cell + y * map->width;
        for (size_t x = 0; x < map->width; x++)
            row[x] = (uint16_t)(radius_of(x2[x] + y2[y]) - r->first);
        for (size_t x = 0; x < map->width; x++)
            map->cell_pixels[row[x]]++;
    }
}

wn_status wn_radial_stats_make(const wn_map *map, struct radial_stats *out)
{
    const struct model *m = &map->model;
    struct radial_stats r = {
        .map = {.height = map->height, .width = map->width, .valid = map->valid},
    };
    const struct squares x = squares_along(map->width, m->centre_x, 1);
    const struct squares y = squares_along(map->height, m->centre_y, map->geometry.aspect);
    wn_status status = x.square && y.square ? WN_OK : WN_ERR_MEMORY;
    const double min = x.min + y.min, max = x.max + y.max;
    if (status == WN_OK && !can_number(min, max))
        status = WN_ERR_SHAPE;
    if (status == WN_OK) {
        r.first = radius_of(min);
        status = allocate(&r, radius_of(max) - r.first + 1);
    }
    if (status == WN_OK)
        number_pixels(&r, x.square, y.square);
    free(x.square);
    free(y.square);
    if (status == WN_OK)
        *out = r;
    else
        wn_radial_stats_free(&r);
    return status;
}

/* ---- background ---------------------------------------------------------------------------- */

/* A radius without any sample left starts again from its positive ones, as in CrystFEL. */
static void clip_radius(const struct samples *samples, const wn_spot_params *params, double *mean,
                        double *high)
{
    double low = -FIRST_LIMIT;
    *high = FIRST_LIMIT;
    for (int cycle = 0; cycle < RADIAL_CYCLES; cycle++) {
        const double from = nextafter(low, INFINITY), to = nextafter(*high, -INFINITY);
        const struct sample_sums sums = wn_samples_sums(samples, from, to);
        *mean = 0;
        low = FLT_MIN;
        *high = FLT_MAX;
        if (sums.n > 0) {
            const double n = (double)sums.n;
            *mean = sums.signal / n;
            const double spread = sqrt(wn_samples_scatter(samples, from, to, *mean) / n);
            low = *mean - params->min_snr * spread;
            *high = fmax(*mean + params->min_snr * spread, params->threshold);
        }
    }
}

wn_status wn_radial_stats_clip(struct radial_stats *r, const struct pixels *pixels,
                               const wn_spot_params *params)
{
    struct collection c;
    const wn_status status = wn_collect_samples(pixels, &r->map, 1, &c);
    if (status != WN_OK)
        return status;
    double sum = 0, n = 0;
    for (size_t i = 0; i < r->map.regions; i++) {
        const struct samples samples = wn_collection_samples(&c, i);
        clip_radius(&samples, params, &r->mean[i], &r->high[i]);
        const double used = r->first + i > 0 ? (double)samples.n : 0;
        sum += used * r->mean[i];
        n += used;
    }
    r->background = n > 0 ? sum / n : 0;
    wn_collection_free(&c);
    return WN_OK;
}
