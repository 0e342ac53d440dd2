/* Non-maximum suppression of the candidates of the matched filter (spots/ring_candidates.c), closer
 * tests of the maxima, then region growing from the patches of the peaks (breadth first, first
 * come). Beyond the one pass of the filter, work grows with the candidates; memory: 8 bytes a
 * pixel, mostly untouched. */
#include "spots/ring_peaks.h"

#include <math.h>
#include <stdlib.h>

#include "common/dynarray.h"
#include "geometry/map.h"
#include "spots/found_list.h"
#include "spots/ring_background.h"
#include "spots/ring_candidates.h"
#include "spots/ring_local_background.h"
#include "spots/ring_stamp.h"

/* Sigma of the filter, pixels. Sharp spots lose less to a filter that is too wide than wide spots
 * to one that is too narrow. */
#define FILTER_WIDTH 1.1

/* Significance of connected pixels beyond the patch of a peak that are added to it. */
#define GROWTH_SIGMA 3

/* A peak, and the excess of its local background over that of rings or tiles. */
struct ring_peak {
    uint32_t index;
    double offset;
};

struct ring_peak_list {
    size_t n, capacity;
    struct ring_peak *at;
    bool failed;
};

/* The search for peaks on one frame. */
struct ring_search {
    const wn_spot_params *params;
    struct ring_field field;
    struct convolution kernel;
    struct poisson_threshold significant;
    struct candidate_map_entry *entry; /* [pixels] */
    struct index_list candidates, owned;
    struct ring_peak_list peaks;
};

static struct pixel_window patch_around(const struct ring_search *s, size_t index)
{
    return wn_pixel_window_around(s->field.map, index, (size_t)s->params->patch / 2);
}

/* ---- peaks --------------------------------------------------------------------------------- */

/* Of equal heights the first pixel is higher. */
static bool is_higher(const struct ring_search *s, size_t one, size_t other)
{
    const float a = s->entry[one].height, b = s->entry[other].height;
    return a > b || (a == b && one < other);
}

static bool is_highest(const struct ring_search *s, size_t index)
{
    const struct pixel_window w = patch_around(s, index);
    for (size_t y = w.top; y < w.end_y; y++) {
        for (size_t x = w.left; x < w.end_x; x++) {
            const size_t other = y * s->field.map->width + x;
            if (other != index && is_higher(s, other, index))
                return false;
        }
    }
    return true;
}

/* The pixels of a patch as bits, in rows of 8 with an empty bit at the end of each. */
#define PATCH_ROW 8

static uint64_t grown(uint64_t bits)
{
    const uint64_t across = bits | bits << 1 | bits >> 1;
    return across | across << PATCH_ROW | across >> PATCH_ROW;
}

/* Size of the largest 8-connected group. */
static int largest_group(uint64_t bits)
{
    int largest = 0;
    while (bits != 0) {
        uint64_t group = bits & -bits, before = 0;
        while (group != before) {
            before = group;
            group = grown(group) & bits;
        }
        const int n = __builtin_popcountll(group);
        largest = n > largest ? n : largest;
        bits &= ~group;
    }
    return largest;
}

static bool is_connected(const struct ring_search *s, const struct ring_peak *peak)
{
    const struct pixel_window w = patch_around(s, peak->index);
    uint64_t above = 0;
    for (size_t y = w.top; y < w.end_y; y++) {
        for (size_t x = w.left; x < w.end_x; x++) {
            const struct pixel_state pixel =
                wn_ring_field_at(&s->field, y * s->field.map->width + x, peak->offset);
            if (wn_is_above(&pixel, s->params->cutoff))
                above |= (uint64_t)1 << ((y - w.top) * PATCH_ROW + (x - w.left));
        }
    }
    return largest_group(above) >= s->params->connected;
}

static bool is_significant(const struct ring_search *s, uint32_t index, double offset)
{
    const struct ring_background *b = s->field.background;
    const double dispersion = b->variance ? 0 : b->dispersion[s->field.map->cell[index]];
    struct ring_stamp stamp;
    wn_ring_stamp_make(&s->field, index, offset, &stamp);
    return wn_ring_stamp_is_significant(&stamp, &s->kernel, &s->significant, dispersion);
}

static void add_peak(struct ring_peak_list *list, const struct ring_peak *peak)
{
    struct ring_peak *all = dynarray_reserve(list->at, &list->capacity, list->n + 1, sizeof *all);
    list->failed |= !all;
    if (!all)
        return;
    list->at = all;
    all[list->n++] = *peak;
}

static int compare_peaks(const void *one, const void *other)
{
    const struct ring_peak *a = one, *b = other;
    return (a->index > b->index) - (a->index < b->index);
}

/* Sorted by pixel, whatever the order of the search. */
static wn_status find_peaks(struct ring_search *s)
{
    for (size_t i = 0; i < s->candidates.n; i++) {
        const uint32_t index = s->candidates.index[i];
        if (!is_highest(s, index))
            continue;
        const struct ring_peak peak = {index, wn_local_background_offset(&s->field, index)};
        if (is_significant(s, index, peak.offset) && is_connected(s, &peak) &&
            is_significant(s, index, wn_local_background_highest_offset(&s->field, index)))
            add_peak(&s->peaks, &peak);
    }
    if (s->peaks.n > 1)
        qsort(s->peaks.at, s->peaks.n, sizeof *s->peaks.at, compare_peaks);
    return s->peaks.failed ? WN_ERR_MEMORY : WN_OK;
}

/* ---- pixels of a peak ---------------------------------------------------------------------- */

static size_t distance2(const struct ring_search *s, size_t one, size_t other)
{
    const size_t width = s->field.map->width;
    const ptrdiff_t x = (ptrdiff_t)(one % width) - (ptrdiff_t)(other % width);
    const ptrdiff_t y = (ptrdiff_t)(one / width) - (ptrdiff_t)(other / width);
    return (size_t)(x * x + y * y);
}

/* A pixel of a patch belongs to the nearest peak; at equal distance, to the higher one. */
static bool is_nearer(const struct ring_search *s, size_t index, uint32_t peak, uint32_t owner)
{
    const size_t own = distance2(s, index, s->peaks.at[peak].index);
    const size_t other = distance2(s, index, s->peaks.at[owner].index);
    return own < other ||
           (own == other && is_higher(s, s->peaks.at[peak].index, s->peaks.at[owner].index));
}

static void own_patch(struct ring_search *s, uint32_t peak)
{
    const struct pixel_window w = patch_around(s, s->peaks.at[peak].index);
    for (size_t y = w.top; y < w.end_y; y++) {
        for (size_t x = w.left; x < w.end_x; x++) {
            const size_t index = y * s->field.map->width + x;
            uint32_t *owner = &s->entry[index].owner;
            if (!wn_pixel_is_usable(s->field.pixels, index))
                continue;
            if (*owner == 0)
                wn_index_list_add(&s->owned, (uint32_t)index);
            if (*owner == 0 || is_nearer(s, index, peak, *owner - 1))
                *owner = peak + 1;
        }
    }
}

static void grow_to(struct ring_search *s, size_t index, uint32_t owner)
{
    if (s->entry[index].owner != 0)
        return;
    const struct pixel_state pixel =
        wn_ring_field_at(&s->field, index, s->peaks.at[owner - 1].offset);
    if (!wn_is_above(&pixel, GROWTH_SIGMA))
        return;
    s->entry[index].owner = owner;
    wn_index_list_add(&s->owned, (uint32_t)index);
}

/* Strong pixels beyond the patches that share an edge with strong pixels of a peak join it. The
 * list of owned pixels serves as the queue. */
static void grow(struct ring_search *s)
{
    const size_t width = s->field.map->width, pixels = width * s->field.map->height;
    for (size_t i = 0; i < s->owned.n; i++) {
        const size_t index = s->owned.index[i], x = index % width;
        const uint32_t owner = s->entry[index].owner;
        const struct pixel_state pixel =
            wn_ring_field_at(&s->field, index, s->peaks.at[owner - 1].offset);
        if (!wn_is_above(&pixel, GROWTH_SIGMA))
            continue;
        if (x > 0)
            grow_to(s, index - 1, owner);
        if (x + 1 < width)
            grow_to(s, index + 1, owner);
        if (index >= width)
            grow_to(s, index - width, owner);
        if (index + width < pixels)
            grow_to(s, index + width, owner);
    }
}

static wn_status find_owners(struct ring_search *s)
{
    for (uint32_t peak = 0; peak < s->peaks.n; peak++)
        own_patch(s, peak);
    grow(s);
    return s->owned.failed ? WN_ERR_MEMORY : WN_OK;
}

/* ---- results ------------------------------------------------------------------------------- */

/* Signal has Poisson variance, the background the variance measured. */
static wn_found_pixel found_pixel(const struct ring_search *s, uint32_t index)
{
    const uint32_t peak = s->entry[index].owner - 1;
    const struct pixel_state pixel = wn_ring_field_at(&s->field, index, s->peaks.at[peak].offset);
    const bool strong = s->peaks.at[peak].index == index || wn_is_above(&pixel, s->params->cutoff);
    return (wn_found_pixel){
        .index = index,
        .spot = peak,
        .value = pixel.value,
        .expected = pixel.expected,
        .variance = pixel.variance + fmax(pixel.value - pixel.expected, 0),
        .bits = strong ? WN_FOUND_STRONG : 0,
    };
}

static wn_found_peak peak_position(const struct ring_search *s, const struct ring_peak *found)
{
    const size_t width = s->field.map->width;
    struct ring_stamp stamp;
    wn_ring_stamp_make(&s->field, found->index, found->offset, &stamp);
    wn_found_peak peak = wn_ring_stamp_position(&stamp, &s->kernel, FILTER_WIDTH);
    peak.x += (double)(found->index % width);
    peak.y += (double)(found->index / width);
    return peak;
}

static void list_found(const struct ring_search *s, struct found_list *list)
{
    for (size_t i = 0; i < s->owned.n; i++) {
        const wn_found_pixel pixel = found_pixel(s, s->owned.index[i]);
        wn_found_list_add(list, &pixel);
    }
    for (size_t i = 0; i < s->peaks.n; i++) {
        const wn_found_peak peak = peak_position(s, &s->peaks.at[i]);
        wn_found_list_add_peak(list, &peak);
    }
}

static wn_status search(struct ring_search *s, struct found_list *list)
{
    wn_status status =
        wn_ring_candidates(&s->field, &s->kernel, &s->significant, s->entry, &s->candidates);
    if (status == WN_OK)
        status = find_peaks(s);
    if (status == WN_OK)
        status = find_owners(s);
    if (status == WN_OK)
        list_found(s, list);
    return status;
}

wn_status wn_find_ring_peaks(const struct wn_finder *finder, const struct pixels *pixels,
                             const struct ring_background *background, struct found_list *list)
{
    const wn_map *map = finder->map;
    struct ring_search s = {
        .params = &finder->params,
        .kernel = wn_convolution_make(FILTER_WIDTH, (size_t)finder->params.patch / 2),
        .entry = calloc((size_t)map->height * map->width, sizeof *s.entry),
    };
    wn_status status = s.entry ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK)
        status = wn_ring_field_create(map, pixels, background, &s.field);
    if (status == WN_OK) {
        wn_poisson_threshold_make(finder->params.significance, &s.significant);
        status = search(&s, list);
    }
    wn_ring_field_free(&s.field);
    wn_index_list_free(&s.candidates);
    wn_index_list_free(&s.owned);
    free(s.peaks.at);
    free(s.entry);
    return status;
}
