/* Thresholds of cells and pixels: by quantile of the fitted count distribution
 * (stats/count_distribution.h), or by the rule of pyFAI's sparsification (Kieffer et al., J. Appl.
 * Cryst. 58 (2025) 138), with mean and sigma interpolated as pyFAI does. */
#include "pick/threshold.h"

#include <math.h>

#include "geometry/map.h"
#include "stats/count_distribution.h"

/* Relative margin for the rounding of values that are computed in two ways. */
#define ROUNDING_MARGIN 1e-9

static double margin(const struct pick_rule *rule, double sigma)
{
    return fmax(rule->noise, rule->pick * sqrt(sigma * sigma + rule->noise * rule->noise));
}

double wn_threshold_of_region(const struct pick_rule *rule, size_t region)
{
    return rule->mean[region] + margin(rule, rule->sigma[region]);
}

/* Linear between the middles of the rings, constant beyond the first and the last. */
static double interpolate(const double *value, size_t regions, double position)
{
    const double last = (double)(regions - 1);
    const double p = position < 0 ? 0 : position > last ? last : position;
    const size_t i = (size_t)p, j = i + 1 < regions ? i + 1 : i;
    const double weight = p - (double)i;
    return (1 - weight) * value[i] + weight * value[j];
}

/* Bounds of the threshold over a cell: mean and sigma are linear within it, so that their extremes
 * are at its ends. */
static struct threshold threshold_over_cell(const struct pick_rule *rule, size_t cell)
{
    const wn_map *map = rule->background.map;
    const double middle = map->cell_region[cell] + map->cell_position[cell].x;
    double mean_low = INFINITY, mean_high = -INFINITY, sigma_low = INFINITY, sigma_high = 0;
    for (int side = -1; side <= 1; side += 2) {
        const double position = middle + side * 0.5 * map->step_width;
        const double mean = interpolate(rule->mean, map->regions, position);
        const double sigma = interpolate(rule->sigma, map->regions, position);
        mean_low = fmin(mean_low, mean);
        mean_high = fmax(mean_high, mean);
        sigma_low = fmin(sigma_low, sigma);
        sigma_high = fmax(sigma_high, sigma);
    }
    const double low = mean_low + margin(rule, sigma_low);
    const double high = mean_high + margin(rule, sigma_high);
    const double norm_min = map->cell_norm_min[cell], norm_max = map->cell_norm_max[cell];
    return (struct threshold){
        (low - ROUNDING_MARGIN * fabs(low)) * (low > 0 ? norm_min : norm_max),
        (high + ROUNDING_MARGIN * fabs(high)) * (high > 0 ? norm_max : norm_min),
    };
}

struct threshold wn_threshold_of_cell(const struct pick_rule *rule, size_t cell)
{
    const wn_map *map = rule->background.map;
    const size_t region = map->cell_region[cell];
    if (rule->keep_all[region])
        return (struct threshold){-INFINITY, -INFINITY};
    if (rule->method == PICK_BY_PIXEL)
        return threshold_over_cell(rule, cell);
    const double mean = surface_at(&rule->background, cell), sigma = rule->sigma[region];
    double value = mean + margin(rule, sigma);
    if (rule->method == PICK_QUANTILE) {
        const double variance = sigma * sigma, middle = rule->mean[region];
        value = wn_count_quantile(mean, middle > 0 ? variance / middle : 1, rule->pick);
    }
    value *= map->cell_norm[cell];
    return (struct threshold){value, value};
}

struct expected_background wn_expected_at(const struct pick_rule *rule, size_t pixel)
{
    const wn_map *map = rule->background.map;
    if (map->model.kind != WN_MODEL_RADIAL) {
        const size_t cell = map->cell[pixel];
        return (struct expected_background){surface_at(&rule->background, cell),
                                            rule->sigma[map->cell_region[cell]]};
    }
    const double position = wn_map_ring_position(map, pixel);
    return (struct expected_background){interpolate(rule->mean, map->regions, position),
                                        interpolate(rule->sigma, map->regions, position)};
}

bool wn_pick_pixel(const struct pick_rule *rule, size_t pixel, double value)
{
    const wn_map *map = rule->background.map;
    const struct expected_background expected = wn_expected_at(rule, pixel);
    const double norm = map->norm ? map->norm[pixel] : 1;
    return value / norm - expected.mean > margin(rule, expected.sigma);
}
