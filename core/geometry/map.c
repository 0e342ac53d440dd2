/* Construction of the map in a few passes over the pixels of a frame: the span of the radii, the
 * cell of each pixel from its radius (or tile), and with normalisation the class of its norm.
 * Encoder and decoder compute the same map: the arithmetic is bit-exact (promise P4). Memory: 2
 * bytes a pixel, 6 with normalisation, and one more for the mask. */
#include "geometry/map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cell numbers have 16 bits. */
#define MAP_MAX_CELLS 65536u

/* Cells of a ring: steps along its width times classes of norm. Powers of two, so that rounding
 * never puts a pixel into a cell of another ring. */
#define RING_STEPS            8u
#define RING_STEPS_NORMALISED 2u
#define NORM_CLASSES          16u

/* Cells along the edge of a tile. */
#define TILE_STEPS 4u

static bool is_normalised(const struct model *m)
{
    return m->solid_angle || m->polarised;
}

static uint32_t ring_steps(const struct model *m)
{
    return is_normalised(m) ? RING_STEPS_NORMALISED : RING_STEPS;
}

static uint32_t norm_classes(const struct model *m)
{
    return is_normalised(m) ? NORM_CLASSES : 1;
}

/* Number of tiles along an edge of n pixels: a remainder of less than half a tile is added to the
 * last one. */
static uint32_t tiles_along(uint32_t n, uint32_t tile)
{
    const uint64_t tiles = ((uint64_t)n + tile / 2) / tile;
    return tiles > 0 ? (uint32_t)tiles : 1;
}

static uint32_t cells_along(uint32_t n, uint32_t tile)
{
    const uint32_t cell = tile / TILE_STEPS;
    return (uint32_t)(((uint64_t)n + cell - 1) / cell);
}

void wn_map_free(wn_map *map)
{
    if (!map)
        return;
    free(map->cell);
    free(map->cell_region);
    free(map->cell_pixels);
    free(map->cell_position);
    free(map->cell_norm);
    free(map->cell_norm_min);
    free(map->cell_norm_max);
    free(map->norm);
    free(map->valid);
    wn_binomial_store_free(map->splits);
    free(map);
}

/* Set the numbers and strides of regions and cells. WN_ERR_SHAPE: too many cells. */
static wn_status count_cells(wn_map *map)
{
    const struct model *m = &map->model;
    uint64_t cells;
    if (m->kind == WN_MODEL_RADIAL) {
        map->regions = m->bins;
        map->region_stride = 1;
        map->cell_stride = norm_classes(m);
        map->step_width = 1.0 / ring_steps(m);
        cells = (uint64_t)m->bins * ring_steps(m) * norm_classes(m);
    } else {
        map->region_stride = tiles_along(map->width, m->bins);
        map->regions = map->region_stride * tiles_along(map->height, m->bins);
        map->cell_stride = cells_along(map->width, m->bins);
        cells = (uint64_t)map->cell_stride * cells_along(map->height, m->bins);
    }
    map->cells = (size_t)cells;
    return cells <= MAP_MAX_CELLS ? WN_OK : WN_ERR_SHAPE;
}

bool wn_map_can_number_cells(const struct model *m, uint32_t height, uint32_t width)
{
    wn_map map = {.model = *m, .height = height, .width = width};
    return m->bins == 0 || count_cells(&map) == WN_OK;
}

static wn_status allocate(wn_map *map)
{
    const size_t pixels = (size_t)map->height * map->width, cells = map->cells;
    map->cell = malloc(pixels * sizeof *map->cell);
    map->cell_region = malloc(cells * sizeof *map->cell_region);
    map->cell_pixels = calloc(cells, sizeof *map->cell_pixels);
    map->cell_position = calloc(cells, sizeof *map->cell_position);
    map->cell_norm = malloc(cells * sizeof *map->cell_norm);
    map->cell_norm_min = malloc(cells * sizeof *map->cell_norm_min);
    map->cell_norm_max = malloc(cells * sizeof *map->cell_norm_max);
    if (is_normalised(&map->model))
        map->norm = malloc(pixels * sizeof *map->norm);
    const bool complete = map->cell && map->cell_region && map->cell_pixels && map->cell_position &&
                          map->cell_norm && map->cell_norm_min && map->cell_norm_max &&
                          (map->norm || !is_normalised(&map->model));
    return complete ? WN_OK : WN_ERR_MEMORY;
}

/* ---- rings --------------------------------------------------------------------------------- */

static double ring_width(const struct model *m)
{
    return (m->radius_max - m->radius_min) / m->bins;
}

/* The step (narrow ring) that a radius falls into; pixels that are not valid may be outside of all
 * rings and are put into the nearest. */
static uint32_t step_of_radius(const struct model *m, double radius)
{
    const uint32_t steps = m->bins * ring_steps(m);
    const double step = (radius - m->radius_min) / ring_width(m) * ring_steps(m);
    if (!(step > 0))
        return 0;
    return step < steps ? (uint32_t)step : steps - 1;
}

static void map_steps(wn_map *map)
{
    for (uint32_t y = 0; y < map->height; y++) {
        uint16_t *row = map->cell + (size_t)y * map->width;
        for (uint32_t x = 0; x < map->width; x++)
            row[x] =
                (uint16_t)step_of_radius(&map->model, wn_geometry_radius(&map->geometry, x, y));
    }
}

/* Divide the steps into cells by classes of norm, equally wide between the lowest and the highest
 * norm of each step. */
static wn_status refine_by_norm(wn_map *map)
{
    const size_t pixels = (size_t)map->height * map->width;
    const size_t steps = map->cells / NORM_CLASSES;
    double *low = malloc(steps * sizeof *low), *high = malloc(steps * sizeof *high);
    if (!low || !high) {
        free(low);
        free(high);
        return WN_ERR_MEMORY;
    }
    for (size_t i = 0; i < steps; i++) {
        low[i] = INFINITY;
        high[i] = -INFINITY;
    }
    for (size_t p = 0; p < pixels; p++) {
        const double x = (double)(p % map->width), y = (double)(p / map->width);
        map->norm[p] = (float)wn_geometry_norm(&map->geometry, x, y);
        low[map->cell[p]] = fmin(low[map->cell[p]], map->norm[p]);
        high[map->cell[p]] = fmax(high[map->cell[p]], map->norm[p]);
    }
    for (size_t p = 0; p < pixels; p++) {
        const size_t step = map->cell[p];
        const double span = high[step] - low[step];
        const double class = span > 0 ? (map->norm[p] - low[step]) / span * NORM_CLASSES : 0;
        const uint32_t number = class < NORM_CLASSES ? (uint32_t) class : NORM_CLASSES - 1;
        map->cell[p] = (uint16_t)(step * NORM_CLASSES + number);
    }
    for (size_t c = 0; c < map->cells; c++) {
        const size_t step = c / NORM_CLASSES;
        const bool empty = !(low[step] <= high[step]);
        const double width = empty ? 0 : (high[step] - low[step]) / NORM_CLASSES;
        map->cell_norm_min[c] = empty ? 1 : low[step] + width * (double)(c % NORM_CLASSES);
        map->cell_norm_max[c] = map->cell_norm_min[c] + width;
        map->cell_norm[c] = map->cell_norm_min[c] + 0.5 * width;
    }
    free(low);
    free(high);
    return WN_OK;
}

static wn_status map_rings(wn_map *map)
{
    const struct model *m = &map->model;
    const uint32_t steps = ring_steps(m), classes = norm_classes(m);
    for (size_t c = 0; c < map->cells; c++) {
        const double middle = ((double)(c / classes % steps) + 0.5) / steps;
        map->cell_region[c] = (uint32_t)(c / classes / steps);
        map->cell_position[c] = (struct cell_position){middle - 0.5, 0};
    }
    map_steps(map);
    return is_normalised(m) ? refine_by_norm(map) : WN_OK;
}

/* ---- tiles --------------------------------------------------------------------------------- */

/* The tile of a cell along one axis, and the position of the cell from its middle, in tiles. The
 * last tile may have more or fewer cells than the others. */
struct tile_position {
    uint32_t tile;
    double position;
};

static struct tile_position position_in_tile(uint32_t cell, uint32_t cells, uint32_t tiles)
{
    const uint32_t tile = cell / TILE_STEPS < tiles ? cell / TILE_STEPS : tiles - 1;
    const uint32_t first = tile * TILE_STEPS;
    const uint32_t end = tile == tiles - 1 ? cells : first + TILE_STEPS;
    const double middle = 0.5 * (first + end);
    return (struct tile_position){tile, (cell + 0.5 - middle) / TILE_STEPS};
}

static void map_tiles(wn_map *map)
{
    const uint32_t edge = map->model.bins / TILE_STEPS;
    const uint32_t tiles_x = (uint32_t)map->region_stride, cells_x = (uint32_t)map->cell_stride;
    const uint32_t tiles_y = (uint32_t)map->regions / tiles_x;
    const uint32_t cells_y = (uint32_t)map->cells / cells_x;
    for (uint32_t c = 0; c < map->cells; c++) {
        const struct tile_position x = position_in_tile(c % cells_x, cells_x, tiles_x);
        const struct tile_position y = position_in_tile(c / cells_x, cells_y, tiles_y);
        map->cell_region[c] = y.tile * tiles_x + x.tile;
        map->cell_position[c] = (struct cell_position){x.position, y.position};
    }
    for (uint32_t y = 0; y < map->height; y++) {
        uint16_t *row = map->cell + (size_t)y * map->width;
        for (uint32_t x = 0; x < map->width; x++)
            row[x] = (uint16_t)((y / edge) * map->cell_stride + x / edge);
    }
}

/* ---- construction -------------------------------------------------------------------------- */

static wn_status fill(wn_map *map)
{
    wn_status status = count_cells(map);
    if (status == WN_OK)
        status = allocate(map);
    if (status != WN_OK)
        return status;
    map->splits = wn_binomial_store_create();
    if (!map->splits)
        return WN_ERR_MEMORY;
    for (size_t c = 0; c < map->cells; c++)
        map->cell_norm[c] = map->cell_norm_min[c] = map->cell_norm_max[c] = 1;
    if (map->model.kind == WN_MODEL_RADIAL)
        status = map_rings(map);
    else
        map_tiles(map);
    const size_t pixels = (size_t)map->height * map->width;
    for (size_t p = 0; p < pixels; p++)
        map->cell_pixels[map->cell[p]]++;
    return status;
}

wn_status wn_map_of_model(const struct model *model, uint32_t height, uint32_t width, wn_map **out)
{
    wn_map *map = calloc(1, sizeof *map);
    if (!map)
        return WN_ERR_MEMORY;
    map->model = *model;
    map->height = height;
    map->width = width;
    map->geometry = wn_geometry_of_model(model);
    const wn_status status = fill(map);
    if (status == WN_OK)
        *out = map;
    else
        wn_map_free(map);
    return status;
}

/* Span of the radii of the valid pixels; as in pyFAI, the upper end is just beyond the largest.
 * Returns false if no pixel is valid. */
static bool radial_range(struct model *m, uint32_t height, uint32_t width, const uint8_t *valid)
{
    const struct geometry g = wn_geometry_of_model(m);
    double low = INFINITY, high = -INFINITY;
    for (uint32_t y = 0; y < height; y++) {
        for (uint32_t x = 0; x < width; x++) {
            if (valid && !valid[(size_t)y * width + x])
                continue;
            const double radius = wn_geometry_radius(&g, x, y);
            low = radius < low ? radius : low;
            high = radius > high ? radius : high;
        }
    }
    if (!(high >= low))
        return false;
    m->radius_min = low;
    m->radius_max = high * (1 + 1.0 / (1 << 23));
    if (!(m->radius_max > m->radius_min)) /* one pixel, at the beam centre */
        m->radius_max = m->radius_min + 1;
    return true;
}

static void choose_rings(struct model *m)
{
    const uint32_t limit = MAP_MAX_CELLS / (ring_steps(m) * norm_classes(m)) - 1;
    const double bins = ceil((m->radius_max - m->radius_min) / WN_DEFAULT_RING_WIDTH);
    m->bins = bins < 1 ? 1 : bins > limit ? limit : (uint32_t)bins;
}

/* The default edge, doubled until even a large frame has no more than MAP_MAX_CELLS cells. */
static void choose_tile(struct model *m, uint32_t height, uint32_t width)
{
    m->bins = WN_DEFAULT_TILE;
    while ((uint64_t)cells_along(height, m->bins) * cells_along(width, m->bins) > MAP_MAX_CELLS)
        m->bins *= 2;
}

wn_status wn_map_create(const wn_params *params, uint32_t height, uint32_t width,
                        const uint8_t *valid, wn_map **out)
{
    const wn_array frame = {WN_U8, false, 1, height, width};
    if (wn_params_check(params, NULL, 0) != WN_OK)
        return WN_ERR_PARAMS;
    if (wn_array_bytes(&frame) == 0)
        return WN_ERR_SHAPE;
    struct model m = wn_model_of_params(params);
    if (m.kind == WN_MODEL_RADIAL) {
        if (!radial_range(&m, height, width, valid)) /* all masked: any range will do */
            m.radius_max = m.radius_min + 1;
        if (m.bins == 0)
            choose_rings(&m);
    } else if (m.bins == 0) {
        choose_tile(&m, height, width);
    }
    wn_map *map;
    wn_status status = wn_map_of_model(&m, height, width, &map);
    if (status != WN_OK)
        return status;
    status = wn_map_mask(map, valid);
    if (status == WN_OK)
        *out = map;
    else
        wn_map_free(map);
    return status;
}

wn_status wn_map_mask(wn_map *map, const uint8_t *valid)
{
    const size_t pixels = (size_t)map->height * map->width;
    uint8_t *mask = valid ? malloc(pixels) : NULL;
    if (valid && !mask)
        return WN_ERR_MEMORY;
    if (valid)
        memcpy(mask, valid, pixels);
    free(map->valid);
    map->valid = mask;
    return WN_OK;
}

/* ---- queries ------------------------------------------------------------------------------- */

bool wn_map_has_model(const wn_map *map, const struct model *model, uint32_t height, uint32_t width)
{
    uint8_t ours[MODEL_BYTES], theirs[MODEL_BYTES];
    wn_model_store(&map->model, ours);
    wn_model_store(model, theirs);
    return map->height == height && map->width == width && memcmp(ours, theirs, MODEL_BYTES) == 0;
}

double wn_map_ring_position(const wn_map *map, size_t pixel)
{
    const struct model *m = &map->model;
    const double radius = wn_geometry_radius(&map->geometry, (double)(pixel % map->width),
                                             (double)(pixel / map->width));
    const double position = (radius - m->radius_min) / ring_width(m) - 0.5;
    const double last = m->bins - 1.0;
    return position < 0 ? 0 : position > last ? last : position;
}

size_t wn_map_regions(const wn_map *map)
{
    return map->regions;
}

size_t wn_map_region_of(const wn_map *map, size_t pixel)
{
    return map->cell_region[map->cell[pixel]];
}

double wn_map_radius(const wn_map *map, size_t region)
{
    const struct model *m = &map->model;
    if (m->kind != WN_MODEL_RADIAL)
        return NAN;
    return m->radius_min + ((double)region + 0.5) * ring_width(m);
}

size_t wn_map_cells(const wn_map *map)
{
    return map->cells;
}

size_t wn_map_cell_of(const wn_map *map, size_t pixel)
{
    return map->cell[pixel];
}

double wn_map_cell_radius(const wn_map *map, size_t cell)
{
    const struct model *m = &map->model;
    if (m->kind != WN_MODEL_RADIAL)
        return NAN;
    const size_t step = cell / norm_classes(m);
    return m->radius_min + ((double)step + 0.5) / ring_steps(m) * ring_width(m);
}

size_t wn_map_memory(const wn_map *map)
{
    const size_t pixels = (size_t)map->height * map->width;
    const size_t per_pixel = sizeof *map->cell + (map->norm ? sizeof *map->norm : 0) +
                             (map->valid ? sizeof *map->valid : 0);
    const size_t per_cell = sizeof *map->cell_region + sizeof *map->cell_pixels +
                            sizeof *map->cell_position + 3 * sizeof *map->cell_norm;
    return sizeof *map + pixels * per_pixel + map->cells * per_cell;
}
