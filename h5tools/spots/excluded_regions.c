/*
 * A pixel is masked by its 1/d^2: outside the limits, or within half a ring's width of a ring,
 * found by bisection in the sorted rings. Ice rings are all reflections allowed in P6_3/mmc, from
 * the cell of hexagonal ice. Cost: one resolution and two bisections a pixel, once a file.
 */
#include "spots/excluded_regions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/parse_numbers.h"

/* Hexagonal ice, P6_3/mmc: edges of its cell, angstrom. */
#define ICE_A 4.498
#define ICE_C 7.338

/* Rings are generated down to this d, angstrom; beyond it they are too dense to be masked one by
 * one. */
#define MIN_RING_D 0.3

/* Rings by 1/d^2, 1/angstrom^2. */
struct ring_limits {
    double *centre;
    size_t n, capacity;
    double half_width;
};

bool excluded_regions_powder(const char *text, struct excluded_regions *regions)
{
    char part[64];
    regions->powder_rings = 0;
    regions->powder_width = RING_WIDTH;
    for (;;) {
        const size_t length = strcspn(text, ",:");
        double *d = &regions->powder[regions->powder_rings];
        if (length >= sizeof part || regions->powder_rings == POWDER_RINGS_MAX)
            return false;
        memcpy(part, text, length);
        part[length] = '\0';
        if (!parse_real(part, d) || !(*d > 0))
            return false;
        regions->powder_rings++;
        text += length;
        if (*text != ',')
            break;
        text++;
    }
    return *text == '\0' ||
           (parse_real(text + 1, &regions->powder_width) && regions->powder_width > 0);
}

bool excluded_regions_any(const struct excluded_regions *regions)
{
    return regions->d_min > 0 || regions->d_max > 0 || regions->ice_rings ||
           regions->powder_rings > 0;
}

/* ---- rings --------------------------------------------------------------------------------- */

static bool add_ring(struct ring_limits *rings, double centre)
{
    if (rings->n == rings->capacity) {
        const size_t capacity = 2 * rings->capacity + 64;
        double *grown = realloc(rings->centre, capacity * sizeof *grown);
        if (!grown)
            return false;
        rings->centre = grown;
        rings->capacity = capacity;
    }
    rings->centre[rings->n++] = centre;
    return true;
}

/* Systematic absences of P6_3/mmc: where h equals k, and where both are 0, l is even. */
static bool is_present(int h, int k, int l)
{
    return h + k + l > 0 && (h != k || l % 2 == 0);
}

/* All reflections of ice with 1/d^2 up to `highest`, one of each set of equivalents. */
static bool add_ice(struct ring_limits *rings, double highest)
{
    const int max_h = (int)(sqrt(highest * 0.75) * ICE_A), max_l = (int)(sqrt(highest) * ICE_C);
    for (int h = 0; h <= max_h; h++) {
        for (int k = 0; k <= h; k++) {
            for (int l = 0; l <= max_l; l++) {
                const double across = 4.0 / 3.0 * (h * h + h * k + k * k) / (ICE_A * ICE_A);
                const double centre = across + l * l / (ICE_C * ICE_C);
                if (is_present(h, k, l) && centre <= highest && !add_ring(rings, centre))
                    return false;
            }
        }
    }
    return true;
}

static int compare_numbers(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* Whether a ring lies within half its width of a value. */
static bool is_on_ring(const struct ring_limits *rings, double value)
{
    size_t low = 0, high = rings->n;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (rings->centre[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return (low < rings->n && rings->centre[low] - value <= rings->half_width) ||
           (low > 0 && value - rings->centre[low - 1] <= rings->half_width);
}

/* ---- the mask ------------------------------------------------------------------------------ */

/* The limits that the 1/d^2 of a pixel is compared with. */
struct limits {
    const struct excluded_regions *regions;
    struct ring_limits ice, powder;
};

static bool is_masked(const struct limits *limits, double d)
{
    const struct excluded_regions *r = limits->regions;
    const double value = 1 / (d * d);
    return (r->d_min > 0 && d < r->d_min) || (r->d_max > 0 && d > r->d_max) ||
           is_on_ring(&limits->ice, value) || is_on_ring(&limits->powder, value);
}

/* The highest 1/d^2 on the detector, which is at one of its corners, but at most that of
 * MIN_RING_D. */
static double highest_in_corners(const struct spot_table *table)
{
    const double x[] = {-0.5, table->width - 0.5}, y[] = {-0.5, table->height - 0.5};
    double highest = 0;
    for (int i = 0; i < 4; i++) {
        const double d = spot_table_resolution(table, x[i % 2], y[i / 2]);
        highest = fmax(highest, 1 / (d * d));
    }
    return fmin(highest, 1 / (MIN_RING_D * MIN_RING_D));
}

static bool make_limits(const struct excluded_regions *regions, const struct spot_table *table,
                        struct limits *limits)
{
    *limits = (struct limits){.regions = regions,
                              .ice = {.half_width = RING_WIDTH / 2},
                              .powder = {.half_width = regions->powder_width / 2}};
    bool good = !regions->ice_rings || add_ice(&limits->ice, highest_in_corners(table));
    for (size_t i = 0; i < regions->powder_rings && good; i++)
        good = add_ring(&limits->powder, 1 / (regions->powder[i] * regions->powder[i]));
    if (limits->ice.n > 0)
        qsort(limits->ice.centre, limits->ice.n, sizeof(double), compare_numbers);
    if (limits->powder.n > 0)
        qsort(limits->powder.centre, limits->powder.n, sizeof(double), compare_numbers);
    return good;
}

/* Masks pixels; returns the number of good ones left. */
static size_t mask_pixels(const struct limits *limits, struct spot_table *table)
{
    size_t left = 0;
    for (uint32_t y = 0; y < table->height; y++) {
        uint8_t *row = table->valid + (size_t)y * table->width;
        for (uint32_t x = 0; x < table->width; x++) {
            row[x] = row[x] && !is_masked(limits, spot_table_resolution(table, x, y));
            left += row[x];
        }
    }
    return left;
}

static enum outcome mask(const struct excluded_regions *regions, struct spot_table *table)
{
    const size_t pixels = (size_t)table->height * table->width;
    struct limits limits = {0};
    enum outcome outcome = DONE;
    if (!table->valid) {
        table->valid = malloc(pixels);
        if (table->valid)
            memset(table->valid, 1, pixels);
    }
    if (!table->valid || !make_limits(regions, table, &limits)) {
        complain_memory();
        outcome = IO_FAILURE;
    } else if (mask_pixels(&limits, table) == 0) {
        complain("%s::%s: the resolution limits and rings leave no good pixel: check them, and "
                 "distance and wavelength",
                 table->file, table->dataset);
        outcome = BAD_INPUT;
    }
    free(limits.ice.centre);
    free(limits.powder.centre);
    return outcome;
}

enum outcome excluded_regions_mask(const struct excluded_regions *regions, struct spot_table *table)
{
    if (!excluded_regions_any(regions))
        return DONE;
    if (!isnan(spot_table_resolution(table, 0, 0)))
        return mask(regions, table);
    complain("%s::%s: the resolution of its pixels is not known, which --d-min, --d-max, "
             "--ice-rings and --powder-rings need: give --wavelength, --centre, --distance and "
             "--pixel-size, as far as the file does not say them",
             table->file, table->dataset);
    return BAD_INPUT;
}
