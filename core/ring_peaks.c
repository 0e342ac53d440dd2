#include "ring_peaks.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "index_list.h"
#include "matched.h"
#include "separate.h"

/* Sigma of the filter, pixels: sharp spots lose less to a wider filter than wide spots to a narrow
 * one. */
#define FILTER_WIDTH 1.1

/* Pixels beyond the patch of a peak that are this far above the background belong to it as well. */
#define GROWTH_SIGMA 3

/* What is noted of a pixel. Few pages of such an array are ever touched. */
struct mark {
    float height;   /* (S - E)^2 / (E D) where the filtered counts stand out, else 0 */
    uint32_t owner; /* the number of the peak that it belongs to, plus 1; 0: none */
};

/* A peak, and how much more is counted about it than the background of rings or tiles has it. */
struct peak {
    uint32_t index;
    double offset;
};

struct peak_list {
    size_t n, capacity;
    struct peak *at;
    bool failed;
};

/* The search for peaks on one frame. */
struct search {
    const struct wn_finder *finder;
    struct matched matched;
    struct critical significant; /* counts */
    struct mark *mark;           /* [pixels] */
    struct index_list candidates, owned;
    struct peak_list peaks;
};

/* ---- the background at a pixel ------------------------------------------------------------- */

struct pixel_state {
    bool usable;
    double value, expected;
    double variance; /* of the background */
};

/* `offset` is added to what is expected. */
static struct pixel_state look_at(const struct search *s, size_t index, double offset)
{
    const struct matched *m = &s->matched;
    const size_t cell = m->map->cell[index], width = m->map->width;
    struct pixel_state pixel = {.usable = pixel_is_usable(m->pixels, index)};
    float level = 1;
    if (!pixel.usable)
        return pixel;
    if (m->variance) {
        pixels_reals(m->pixels, index, 1, &pixel.value);
        pixel.expected = m->mean[cell] + offset;
        pixel.variance = m->variance[cell];
        return pixel;
    }
    uint32_t count;
    if (m->levels.level)
        levels_of_row(&m->levels, index / width, index % width, 1, &level);
    pixel.value = *pixels_counts(m->pixels, index, 1, &count);
    pixel.expected = (double)m->mean[cell] * level + offset;
    pixel.variance = m->dispersion[cell] * pixel.expected;
    return pixel;
}

static bool is_above(const struct pixel_state *pixel, double sigma)
{
    const double excess = pixel->value - pixel->expected;
    return pixel->usable && excess > 0 && excess >= sigma * sqrt(pixel->variance);
}

/* Pixels within `reach` of one, in the frame. */
struct window {
    size_t x, y, left, end_x, top, end_y;
};

static struct window window_about(const struct search *s, size_t index, size_t reach)
{
    const size_t width = s->matched.map->width, height = s->matched.map->height;
    const size_t x = index % width, y = index / width;
    return (struct window){x,
                           y,
                           x > reach ? x - reach : 0,
                           at_most(x + reach + 1, width),
                           y > reach ? y - reach : 0,
                           at_most(y + reach + 1, height)};
}

static size_t reach_of(const struct search *s)
{
    return (size_t)s->finder->params.patch / 2;
}

/* ---- candidates ---------------------------------------------------------------------------- */

static void take_candidate(void *context, const struct matched_block *block,
                           const struct matched_row *row, size_t y, size_t i)
{
    struct search *s = context;
    const struct matched *m = &s->matched;
    const size_t index = y * m->map->width + block->first_column + i;
    const float dispersion = m->dispersion[m->map->cell[index]];
    const float filtered = row->filtered_count[i], expected = row->filtered_mean[i];
    const bool counts = !m->variance;
    if (!pixel_is_usable(m->pixels, index) ||
        (counts && !stands_out(&s->significant, filtered, expected, dispersion)))
        return;
    const float excess = filtered - expected;
    s->mark[index].height = excess * excess / fmaxf(expected * dispersion, FLT_MIN);
    index_list_add(&s->candidates, (uint32_t)index);
}

static wn_status find_candidates(struct search *s)
{
    const uint32_t height = s->matched.map->height, width = s->matched.map->width;
    const struct matched_sink sink = {take_candidate, s};
    struct matched_work *work = matched_work_new();
    if (!work)
        return WN_ERR_MEMORY;
    struct matched_block b = {.end_row = height};
    for (size_t x = 0; x < width; x += MATCHED_COLUMNS) {
        b.first_column = x;
        b.columns = at_most(MATCHED_COLUMNS, width - x);
        matched_search(&s->matched, &b, 0, &sink, work);
    }
    matched_work_free(work);
    return s->candidates.failed ? WN_ERR_MEMORY : WN_OK;
}

/* ---- the surroundings of a peak ------------------------------------------------------------- */

/* The background about a peak is looked at in a square without its middle. */
#define SURROUNDINGS_REACH 6
#define MIDDLE_REACH       3
#define SURROUNDINGS       (2 * SURROUNDINGS_REACH + 1)

/* They count if they are this far above what is expected of them; single pixels further from it
 * than this are left out, as signal. */
#define SURROUNDINGS_SIGMA 3

static bool is_in_middle(const struct window *w, size_t x, size_t y)
{
    return x + MIDDLE_REACH >= w->x && x <= w->x + MIDDLE_REACH && y + MIDDLE_REACH >= w->y &&
           y <= w->y + MIDDLE_REACH;
}

struct surroundings {
    size_t n;
    double excess[SURROUNDINGS * SURROUNDINGS], variance[SURROUNDINGS * SURROUNDINGS];
};

static void look_around(const struct search *s, size_t index, struct surroundings *around)
{
    const struct window w = window_about(s, index, SURROUNDINGS_REACH);
    around->n = 0;
    for (size_t y = w.top; y < w.end_y; y++) {
        for (size_t x = w.left; x < w.end_x; x++) {
            const struct pixel_state pixel = look_at(s, y * s->matched.map->width + x, 0);
            if (!pixel.usable || is_in_middle(&w, x, y))
                continue;
            around->excess[around->n] = pixel.value - pixel.expected;
            around->variance[around->n++] = pixel.variance;
        }
    }
}

static int compare_reals(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

static double median(const struct surroundings *around)
{
    double sorted[SURROUNDINGS * SURROUNDINGS];
    memcpy(sorted, around->excess, around->n * sizeof *sorted);
    qsort(sorted, around->n, sizeof *sorted, compare_reals);
    return sorted[around->n / 2];
}

/* The mean of the pixels that are not far from `start`. */
struct mean {
    size_t n;
    double value, sigma;
};

static struct mean clipped_mean(const struct surroundings *around, double start)
{
    struct mean mean = {0};
    double sum = 0, variance = 0;
    for (size_t i = 0; i < around->n; i++) {
        const double spread = around->variance[i] + fmax(start, 0);
        if (fabs(around->excess[i] - start) > SURROUNDINGS_SIGMA * sqrt(spread) + 1)
            continue;
        sum += around->excess[i];
        variance += spread;
        mean.n++;
    }
    if (mean.n > 0) {
        mean.value = sum / (double)mean.n;
        mean.sigma = sqrt(variance) / (double)mean.n;
    }
    return mean;
}

/* How much more is counted about a pixel than the background of rings or tiles has it; 0 if that
 * may be chance. The median is needed where most of the surroundings are far from it. */
static double offset_about(const struct search *s, size_t index)
{
    struct surroundings around;
    look_around(s, index, &around);
    struct mean mean = clipped_mean(&around, 0);
    if (4 * mean.n < 3 * around.n)
        mean.value = median(&around);
    mean = clipped_mean(&around, mean.value);
    return mean.value > SURROUNDINGS_SIGMA * mean.sigma ? mean.value : 0;
}

/* Residuals about a peak, 0 where a pixel is not usable, and their variances. */
#define STAMP_REACH 3
#define STAMP       (2 * STAMP_REACH + 1)

struct stamp {
    double excess[STAMP][STAMP];
    double background[STAMP][STAMP]; /* variance without signal */
    double variance[STAMP][STAMP];   /* with it */
};

static void stamp_make(const struct search *s, const struct peak *peak, struct stamp *stamp)
{
    const struct window w = window_about(s, peak->index, STAMP_REACH);
    *stamp = (struct stamp){0};
    for (size_t y = w.top; y < w.end_y; y++) {
        for (size_t x = w.left; x < w.end_x; x++) {
            const struct pixel_state pixel =
                look_at(s, y * s->matched.map->width + x, peak->offset);
            const size_t row = y + STAMP_REACH - w.y, column = x + STAMP_REACH - w.x;
            if (!pixel.usable)
                continue;
            stamp->background[row][column] = pixel.variance;
            stamp->excess[row][column] = pixel.value - pixel.expected;
            stamp->variance[row][column] = pixel.variance + fmax(pixel.value - pixel.expected, 0);
        }
    }
}

static double weight_at(const struct kernel *k, int distance)
{
    return k->weight[distance < 0 ? -distance : distance];
}

/* A plane of the stamp, filtered, so many pixels beside the peak. */
static double filtered_at(const struct kernel *k, const double plane[STAMP][STAMP], int x, int y)
{
    const int reach = (int)k->radius;
    double sum = 0;
    for (int row = -reach; row <= reach; row++) {
        for (int column = -reach; column <= reach; column++)
            sum += weight_at(k, row) * weight_at(k, column) *
                   plane[STAMP_REACH + y + row][STAMP_REACH + x + column];
    }
    return sum;
}

/* Whether a peak stands out of its surroundings as well. */
static bool is_significant(const struct search *s, const struct peak *peak)
{
    const struct kernel *k = &s->matched.kernel;
    const double significance = s->finder->params.significance;
    struct stamp stamp;
    stamp_make(s, peak, &stamp);
    const double excess = filtered_at(k, stamp.excess, 0, 0);
    const double variance = filtered_at(k, stamp.background, 0, 0);
    if (s->matched.variance)
        return excess > significance * sqrt(variance);
    const double dispersion = s->matched.dispersion[s->matched.map->cell[peak->index]];
    const double expected = variance / dispersion;
    return stands_out(&s->significant, excess + expected, expected, dispersion);
}

/* ---- peaks --------------------------------------------------------------------------------- */

/* Of equal ones the first is the highest. */
static bool is_higher(const struct search *s, size_t one, size_t other)
{
    const float a = s->mark[one].height, b = s->mark[other].height;
    return a > b || (a == b && one < other);
}

static bool is_highest(const struct search *s, size_t index)
{
    const struct window w = window_about(s, index, reach_of(s));
    for (size_t y = w.top; y < w.end_y; y++) {
        for (size_t x = w.left; x < w.end_x; x++) {
            const size_t other = y * s->matched.map->width + x;
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

/* The number of pixels in the largest group that hangs together by edges or corners. */
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

static bool is_connected(const struct search *s, const struct peak *peak)
{
    const struct window w = window_about(s, peak->index, reach_of(s));
    uint64_t above = 0;
    for (size_t y = w.top; y < w.end_y; y++) {
        for (size_t x = w.left; x < w.end_x; x++) {
            const struct pixel_state pixel =
                look_at(s, y * s->matched.map->width + x, peak->offset);
            if (is_above(&pixel, s->finder->params.cutoff))
                above |= (uint64_t)1 << ((y - w.top) * PATCH_ROW + (x - w.left));
        }
    }
    return largest_group(above) >= s->finder->params.connected;
}

static void add_peak(struct peak_list *list, const struct peak *peak)
{
    if (list->n == list->capacity && !list->failed) {
        const size_t capacity = list->capacity > 0 ? 2 * list->capacity : 256;
        struct peak *more = realloc(list->at, capacity * sizeof *more);
        list->failed = !more;
        if (more) {
            list->at = more;
            list->capacity = capacity;
        }
    }
    if (!list->failed)
        list->at[list->n++] = *peak;
}

static wn_status find_peaks(struct search *s)
{
    for (size_t i = 0; i < s->candidates.n; i++) {
        const uint32_t index = s->candidates.index[i];
        if (!is_highest(s, index))
            continue;
        const struct peak peak = {index, offset_about(s, index)};
        if (is_significant(s, &peak) && is_connected(s, &peak))
            add_peak(&s->peaks, &peak);
    }
    return s->peaks.failed ? WN_ERR_MEMORY : WN_OK;
}

/* ---- what belongs to a peak ---------------------------------------------------------------- */

static size_t distance2(const struct search *s, size_t one, size_t other)
{
    const size_t width = s->matched.map->width;
    const ptrdiff_t x = (ptrdiff_t)(one % width) - (ptrdiff_t)(other % width);
    const ptrdiff_t y = (ptrdiff_t)(one / width) - (ptrdiff_t)(other / width);
    return (size_t)(x * x + y * y);
}

/* A pixel of a patch belongs to the nearest peak, of equally near ones to the higher. */
static bool is_nearer(const struct search *s, size_t index, uint32_t peak, uint32_t owner)
{
    const size_t own = distance2(s, index, s->peaks.at[peak].index);
    const size_t other = distance2(s, index, s->peaks.at[owner].index);
    return own < other ||
           (own == other && is_higher(s, s->peaks.at[peak].index, s->peaks.at[owner].index));
}

static void own_patch(struct search *s, uint32_t peak)
{
    const struct window w = window_about(s, s->peaks.at[peak].index, reach_of(s));
    for (size_t y = w.top; y < w.end_y; y++) {
        for (size_t x = w.left; x < w.end_x; x++) {
            const size_t index = y * s->matched.map->width + x;
            uint32_t *owner = &s->mark[index].owner;
            if (!pixel_is_usable(s->matched.pixels, index))
                continue;
            if (*owner == 0)
                index_list_add(&s->owned, (uint32_t)index);
            if (*owner == 0 || is_nearer(s, index, peak, *owner - 1))
                *owner = peak + 1;
        }
    }
}

static void grow_to(struct search *s, size_t index, uint32_t owner)
{
    if (s->mark[index].owner != 0)
        return;
    const struct pixel_state pixel = look_at(s, index, s->peaks.at[owner - 1].offset);
    if (!is_above(&pixel, GROWTH_SIGMA))
        return;
    s->mark[index].owner = owner;
    index_list_add(&s->owned, (uint32_t)index);
}

/* Strong pixels beyond the patches that share an edge with strong pixels of a peak join it. The
 * list of owned pixels grows while it is worked through. */
static void grow(struct search *s)
{
    const size_t width = s->matched.map->width, pixels = width * s->matched.map->height;
    for (size_t i = 0; i < s->owned.n; i++) {
        const size_t index = s->owned.index[i], x = index % width;
        const uint32_t owner = s->mark[index].owner;
        const struct pixel_state pixel = look_at(s, index, s->peaks.at[owner - 1].offset);
        if (!is_above(&pixel, GROWTH_SIGMA))
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

static wn_status find_owners(struct search *s)
{
    for (uint32_t peak = 0; peak < s->peaks.n; peak++)
        own_patch(s, peak);
    grow(s);
    return s->owned.failed ? WN_ERR_MEMORY : WN_OK;
}

/* ---- positions ----------------------------------------------------------------------------- */

/* The variance of the slope of the filtered residual along x. */
static double slope_variance(const struct kernel *k, const struct stamp *stamp, bool along_y)
{
    const int reach = (int)k->radius;
    double sum = 0;
    for (int row = -reach; row <= reach; row++) {
        for (int column = -reach; column <= reach; column++) {
            const double slope = weight_at(k, row) * weight_at(k, column) *
                                 (along_y ? row : column) / (FILTER_WIDTH * FILTER_WIDTH);
            sum += slope * slope * stamp->variance[STAMP_REACH + row][STAMP_REACH + column];
        }
    }
    return sum;
}

/* Where three values a pixel apart have their maximum, and its variance: the logarithm of a
 * Gaussian is a parabola. */
static void find_maximum(const double value[3], double variance_of_slope, double *offset,
                         double *variance)
{
    *offset = 0;
    *variance = 1.0 / 12; /* of a pixel */
    if (!(value[0] > 0 && value[1] > 0 && value[2] > 0))
        return;
    const double before = log(value[0]), own = log(value[1]), after = log(value[2]);
    const double curvature = 2 * own - before - after;
    if (!(curvature > 0))
        return;
    *offset = fmin(fmax(0.5 * (after - before) / curvature, -0.5), 0.5);
    *variance = variance_of_slope / (value[1] * value[1] * curvature * curvature);
}

/* The maximum of the filtered residual: for a spot of the shape of the filter the likeliest place
 * of its centre, and nearly that for others. */
static wn_found_peak peak_position(const struct search *s, const struct peak *found)
{
    const struct kernel *k = &s->matched.kernel;
    const size_t index = found->index, width = s->matched.map->width;
    struct stamp stamp;
    stamp_make(s, found, &stamp);
    double across[3], down[3];
    for (int i = 0; i < 3; i++) {
        across[i] = filtered_at(k, stamp.excess, i - 1, 0);
        down[i] = filtered_at(k, stamp.excess, 0, i - 1);
    }
    double x, y;
    wn_found_peak peak;
    find_maximum(across, slope_variance(k, &stamp, false), &x, &peak.variance_x);
    find_maximum(down, slope_variance(k, &stamp, true), &y, &peak.variance_y);
    peak.x = (double)(index % width) + x;
    peak.y = (double)(index / width) + y;
    return peak;
}

/* ---- results ------------------------------------------------------------------------------- */

/* Counts of signal vary by Poisson's law, those of the background as they are seen to. */
static wn_found_pixel found_pixel(const struct search *s, uint32_t index)
{
    const uint32_t peak = s->mark[index].owner - 1;
    const struct pixel_state pixel = look_at(s, index, s->peaks.at[peak].offset);
    const bool strong =
        s->peaks.at[peak].index == index || is_above(&pixel, s->finder->params.cutoff);
    return (wn_found_pixel){
        .index = index,
        .spot = peak,
        .value = pixel.value,
        .expected = pixel.expected,
        .variance = pixel.variance + fmax(pixel.value - pixel.expected, 0),
        .bits = strong ? WN_FOUND_STRONG : 0,
    };
}

static void list_found(const struct search *s, struct found_list *list)
{
    for (size_t i = 0; i < s->owned.n; i++) {
        const wn_found_pixel pixel = found_pixel(s, s->owned.index[i]);
        found_add(list, &pixel);
    }
    for (size_t i = 0; i < s->peaks.n; i++) {
        const wn_found_peak peak = peak_position(s, &s->peaks.at[i]);
        found_add_peak(list, &peak);
    }
}

static wn_status search(struct search *s, struct found_list *list)
{
    wn_status status = find_candidates(s);
    if (status == WN_OK)
        status = find_peaks(s);
    if (status == WN_OK)
        status = find_owners(s);
    if (status == WN_OK)
        list_found(s, list);
    return status;
}

wn_status ring_peaks_on(const struct wn_finder *finder, const struct pixels *pixels,
                        const struct ring_background *background, struct found_list *list)
{
    const wn_map *map = finder->map;
    const double significance = finder->params.significance;
    struct search s = {
        .finder = finder,
        .matched = {.map = map,
                    .pixels = pixels,
                    .mean = background->mean,
                    .variance = background->variance,
                    .dispersion = background->dispersion,
                    .kernel = kernel_make(FILTER_WIDTH, (size_t)finder->params.patch / 2),
                    .factor = (float)(significance * significance),
                    .own_factor = INFINITY},
        .mark = calloc((size_t)map->height * map->width, sizeof *s.mark),
    };
    wn_status status = s.mark ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK && !background->variance) {
        critical_make(significance, &s.significant);
        s.matched.factor = s.significant.factor;
        status = levels_find(map, pixels, background->mean, background->dispersion, 1,
                             &s.matched.levels);
    }
    if (status == WN_OK)
        status = search(&s, list);
    levels_free(&s.matched.levels);
    index_list_free(&s.candidates);
    free(s.peaks.at);
    index_list_free(&s.owned);
    free(s.mark);
    return status;
}
