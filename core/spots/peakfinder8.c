/* The peakfinder8 algorithm (Barty et al., J. Appl. Cryst. 47 (2014) 1118) as in CrystFEL, in its
 * order of search: flood fill from each pixel above the limit of its radius, then a local
 * background around the centroid of the group. CrystFEL's limit on the number of peaks is left out.
 * One pass over the frame plus work around each group; memory: 5 bytes a pixel besides the map of
 * radii. */
#include "spots/peakfinder8.h"

#include <math.h>
#include <stdlib.h>

#include "spots/found_list.h"
#include "spots/radial_stats.h"

/* Spread of a local background whose spread cannot be computed. */
#define MIN_SPREAD 0.01

/* Sums smaller than this count as 0. */
#define SUM_EPSILON 1e-10

struct peakfinder8_search {
    const wn_spot_params *params;
    const struct pixels *pixels;
    const struct radial_stats *radii;
    uint8_t *taken;  /* [pixels] already in a group, whether a peak or not */
    uint32_t *group; /* [pixels] the pixels of the last group */
    uint32_t peaks;
    struct found_list *list;
};

/* NaN for pixels that are not used. */
static double value_at(const struct peakfinder8_search *s, size_t pixel)
{
    double value;
    wn_pixels_reals(s->pixels, pixel, 1, &value);
    return is_at_centre(s->radii, pixel) ? (double)NAN : value;
}

static double high_at(const struct peakfinder8_search *s, size_t pixel)
{
    return s->radii->high[s->radii->map.cell[pixel]];
}

static double mean_at(const struct peakfinder8_search *s, size_t pixel)
{
    return s->radii->mean[s->radii->map.cell[pixel]];
}

/* ---- groups of pixels ---------------------------------------------------------------------- */

/* Part of a row or column: [first, end). */
struct span {
    size_t first, end;
};

/* From `before` pixels before the middle to `after` pixels behind it, clipped to the frame. */
static struct span span_about(size_t middle, size_t before, size_t after, size_t size)
{
    return (struct span){middle > before ? middle - before : 0, at_most(middle + after + 1, size)};
}

/* Flood fill, 8-connected, over pixels above the limit of their radius; returns the number of
 * pixels. */
static size_t grow_group(struct peakfinder8_search *s, size_t first)
{
    const size_t width = s->pixels->width;
    size_t n = 0;
    s->group[n++] = (uint32_t)first;
    s->taken[first] = 1;
    for (size_t i = 0; i < n; i++) {
        const struct span rows = span_about(s->group[i] / width, 1, 1, s->pixels->height);
        const struct span columns = span_about(s->group[i] % width, 1, 1, width);
        for (size_t y = rows.first; y < rows.end; y++) {
            for (size_t x = columns.first; x < columns.end; x++) {
                const size_t pixel = y * width + x;
                if (s->taken[pixel] || !(value_at(s, pixel) > high_at(s, pixel)))
                    continue;
                s->group[n++] = (uint32_t)pixel;
                s->taken[pixel] = 1;
            }
        }
    }
    return n;
}

/* Centroid of the group, weighted by the distance of its pixels from the mean of their radius;
 * false if the weights are 0. In float32 as in CrystFEL: its rounding decides between two pixels.
 */
static bool centroid_of_group(const struct peakfinder8_search *s, size_t n, size_t *column,
                              size_t *row)
{
    const size_t width = s->pixels->width;
    float sum = 0, x = 0, y = 0;
    for (size_t i = 0; i < n; i++) {
        const float value = (float)value_at(s, s->group[i]);
        const float weight = fabsf(value - (float)mean_at(s, s->group[i]));
        sum += weight;
        x += weight * (float)(s->group[i] % width);
        y += weight * (float)(s->group[i] / width);
    }
    if (sum < SUM_EPSILON)
        return false;
    *column = (size_t)rintf(x / sum);
    *row = (size_t)rintf(y / sum);
    return true;
}

/* ---- local background ---------------------------------------------------------------------- */

struct local_background {
    double mean, spread, highest;
};

/* Mean and spread of the pixels below the limit of their radius, within twice the radius of the
 * local background. CrystFEL's square around them lacks its last row and column; so does this one.
 */
static struct local_background local_background_of(const struct peakfinder8_search *s,
                                                   size_t column, size_t row)
{
    const size_t width = s->pixels->width, reach = 2 * (size_t)s->params->local_background;
    const struct span rows = span_about(row, reach, reach - 1, s->pixels->height);
    const struct span columns = span_about(column, reach, reach - 1, width);
    double n = 0, sum = 0, sum2 = 0, highest = 0;
    for (size_t y = rows.first; y < rows.end; y++) {
        for (size_t x = columns.first; x < columns.end; x++) {
            const size_t dy = y > row ? y - row : row - y,
                         dx = x > column ? x - column : column - x;
            const size_t pixel = y * width + x;
            const double value = value_at(s, pixel);
            if (dx * dx + dy * dy > reach * reach || !(value < high_at(s, pixel)))
                continue;
            n++;
            sum += value;
            sum2 += value * value;
            highest = fmax(highest, value);
        }
    }
    if (n == 0)
        return (struct local_background){mean_at(s, row * width + column), MIN_SPREAD, 0};
    const double mean = sum / n, variance = sum2 / n - mean * mean;
    return (struct local_background){mean, variance >= 0 ? sqrt(variance) : MIN_SPREAD, highest};
}

/* ---- peaks --------------------------------------------------------------------------------- */

/* The signal-to-noise ratio is the sum over the spread of one pixel. The centre is weighted by raw
 * values, so that negative ones may move it outside the frame. */
static bool is_peak(const struct peakfinder8_search *s, size_t n,
                    const struct local_background *around)
{
    const size_t width = s->pixels->width;
    double sum = 0, raw = 0, x = 0, y = 0, highest = 0;
    for (size_t i = 0; i < n; i++) {
        const double value = value_at(s, s->group[i]);
        sum += value - around->mean;
        raw += value;
        x += value * (double)(s->group[i] % width);
        y += value * (double)(s->group[i] / width);
        highest = fmax(highest, value - around->mean);
    }
    const double snr = around->spread > SUM_EPSILON ? sum / around->spread : 0;
    x /= fabs(raw);
    y /= fabs(raw);
    return fabs(raw) >= SUM_EPSILON && snr >= s->params->min_snr &&
           highest >= around->highest - around->mean && x >= 0 && x <= (double)width - 1 &&
           y >= 0 && y <= (double)s->pixels->height - 1;
}

static void add_peak(struct peakfinder8_search *s, size_t n, const struct local_background *around)
{
    for (size_t i = 0; i < n; i++) {
        const double value = value_at(s, s->group[i]);
        const wn_found_pixel pixel = {
            .index = s->group[i],
            .spot = s->peaks,
            .value = value,
            .expected = around->mean,
            .variance = around->spread * around->spread + fmax(value - around->mean, 0),
            .bits = WN_FOUND_STRONG,
        };
        wn_found_list_add(s->list, &pixel);
    }
    s->peaks++;
}

static void try_group(struct peakfinder8_search *s, size_t first)
{
    const size_t n = grow_group(s, first);
    size_t column, row;
    if (n < (size_t)s->params->min_pixels || n > (size_t)s->params->max_pixels ||
        !centroid_of_group(s, n, &column, &row))
        return;
    const struct local_background around = local_background_of(s, column, row);
    if (is_peak(s, n, &around))
        add_peak(s, n, &around);
}

/* ---- the frame ----------------------------------------------------------------------------- */

/* Groups start within the edge of the frame. */
static void search_row(struct peakfinder8_search *s, size_t row)
{
    const size_t width = s->pixels->width, end = (row + 1) * width - 1;
    double value[SEGMENT];
    for (size_t first = row * width + 1; first < end; first += SEGMENT) {
        const size_t n = at_most(end - first, SEGMENT);
        wn_pixels_reals(s->pixels, first, n, value);
        for (size_t i = 0; i < n; i++) {
            const size_t pixel = first + i;
            if (value[i] > high_at(s, pixel) && !s->taken[pixel] && !is_at_centre(s->radii, pixel))
                try_group(s, pixel);
        }
    }
}

static wn_status search_frame(const struct wn_finder *finder, const struct pixels *pixels,
                              const struct radial_stats *radii, struct found_list *list)
{
    const size_t n = (size_t)pixels->height * pixels->width;
    struct peakfinder8_search s = {
        .params = &finder->params,
        .pixels = pixels,
        .radii = radii,
        .taken = calloc(n, 1),
        .group = malloc(n * sizeof *s.group),
        .list = list,
    };
    const wn_status status = s.taken && s.group ? WN_OK : WN_ERR_MEMORY;
    for (size_t row = 1; status == WN_OK && row + 1 < pixels->height; row++)
        search_row(&s, row);
    free(s.taken);
    free(s.group);
    return status;
}

wn_status wn_find_peakfinder8(const struct wn_finder *finder, const struct pixels *pixels,
                              struct found_list *list, double *background)
{
    struct radial_stats radii;
    wn_status status = wn_radial_stats_make(finder->map, &radii);
    if (status != WN_OK)
        return status;
    status = wn_radial_stats_clip(&radii, pixels, &finder->params);
    if (status == WN_OK)
        status = search_frame(finder, pixels, &radii, list);
    *background = radii.background;
    wn_radial_stats_free(&radii);
    return status;
}
