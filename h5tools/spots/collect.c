/*
 * Frames are added in order; the core's linker returns spots as soon as no later frame can extend
 * them. At the end the spots are sorted by frame, y and x, O(n log n), and the resolution of each
 * frame is taken from a quantile of 1/d^2 of its spots.
 */
#include "spots/collect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

/* Sort key of a spot. */
struct collected_key {
    uint64_t frame;
    double x, y;
    size_t number;
};

/* Grows an array to at least `wanted` elements, by doubling. */
static bool reserve(void **array, size_t *capacity, size_t wanted, size_t size)
{
    size_t more = *capacity > 0 ? *capacity : 64;
    if (wanted <= *capacity)
        return true;
    while (more < wanted)
        more *= 2;
    void *grown = more <= SIZE_MAX / size ? realloc(*array, more * size) : NULL;
    if (!grown)
        return false;
    *array = grown;
    *capacity = more;
    return true;
}

static enum outcome out_of_memory(void)
{
    complain_memory();
    return IO_FAILURE;
}

/* ---- collecting ---------------------------------------------------------------------------- */

enum outcome spot_collector_begin(struct spot_collector *c, const wn_spot_rule *rule,
                                  struct spot_table *table)
{
    *c = (struct spot_collector){.table = table};
    table->rotation = rule->across_frames;
    table->shoeboxes = rule->shoeboxes;
    return wn_linker_create(rule, table->height, table->width, &c->linker) == WN_OK
               ? DONE
               : out_of_memory();
}

void spot_collector_free(struct spot_collector *c)
{
    wn_linker_free(c->linker);
}

/* Appends the spots that the linker has completed. */
static bool take(struct spot_collector *c)
{
    struct spot_table *t = c->table;
    wn_spot_list *list;
    if (wn_linker_take(c->linker, &list) != WN_OK)
        return false;
    void *spot = t->spot, *pixel = t->pixel;
    const bool good =
        reserve(&spot, &c->spot_capacity, t->spots + list->n, sizeof *t->spot) &&
        reserve(&pixel, &c->pixel_capacity, t->pixels + list->pixels, sizeof *t->pixel);
    t->spot = spot;
    t->pixel = pixel;
    for (size_t i = 0; i < list->n && good; i++) {
        t->spot[t->spots] = list->spot[i];
        t->spot[t->spots++].first += t->pixels;
    }
    if (good && list->pixels > 0) {
        memcpy(t->pixel + t->pixels, list->pixel, list->pixels * sizeof *t->pixel);
        t->pixels += list->pixels;
    }
    wn_spot_list_free(list);
    return good;
}

enum outcome spot_collector_add(struct spot_collector *c, uint64_t number, const wn_found *found)
{
    struct spot_table *t = c->table;
    void *frame = t->frame;
    const bool room = reserve(&frame, &c->frame_capacity, t->frames + 1, sizeof *t->frame);
    t->frame = frame;
    if (!room || wn_linker_add(c->linker, number, found) != WN_OK || !take(c))
        return out_of_memory();
    t->frame[t->frames++] = (struct spot_frame){.number = number,
                                                .strong = found->strong,
                                                .background = found->background,
                                                .resolution = NAN};
    return DONE;
}

/* ---- the order of spots -------------------------------------------------------------------- */

static uint64_t nearest_frame(const wn_spot *spot)
{
    const double z = round(spot->z);
    if (!(z > (double)spot->z0))
        return spot->z0;
    return z < (double)spot->z1 ? (uint64_t)z : spot->z1 - 1;
}

static int compare_keys(const void *one, const void *other)
{
    const struct collected_key *a = one, *b = other;
    if (a->frame != b->frame)
        return a->frame < b->frame ? -1 : 1;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* Sorts spots by frame, y and x, and sets their frame and resolution. */
static bool order_spots(struct spot_table *t)
{
    struct collected_key *key = malloc((t->spots + 1) * sizeof *key);
    wn_spot *ordered = malloc((t->spots + 1) * sizeof *ordered);
    t->spot_frame = malloc((t->spots + 1) * sizeof *t->spot_frame);
    t->d = malloc((t->spots + 1) * sizeof *t->d);
    const bool good = key && ordered && t->spot_frame && t->d;
    if (good) {
        for (size_t i = 0; i < t->spots; i++)
            key[i] =
                (struct collected_key){nearest_frame(&t->spot[i]), t->spot[i].x, t->spot[i].y, i};
        qsort(key, t->spots, sizeof *key, compare_keys);
        for (size_t i = 0; i < t->spots; i++) {
            ordered[i] = t->spot[key[i].number];
            t->spot_frame[i] = key[i].frame;
            t->d[i] = spot_table_resolution(t, key[i].x, key[i].y);
        }
        free(t->spot);
        t->spot = ordered;
    } else {
        free(ordered);
    }
    free(key);
    return good;
}

/* ---- frames -------------------------------------------------------------------------------- */

static int compare_numbers(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* The resolution that n spots reach; `value` is scratch space for n numbers. */
static double resolution_of(const double *d, size_t n, double *value)
{
    size_t known = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(d[i]))
            value[known++] = 1 / (d[i] * d[i]);
    if (known < RESOLUTION_SPOTS)
        return NAN;
    qsort(value, known, sizeof *value, compare_numbers);
    return 1 / sqrt(value[(size_t)ceil(RESOLUTION_SHARE * (double)known) - 1]);
}

static bool count_spots(struct spot_table *t, uint64_t hits)
{
    double *value = malloc((t->spots + 1) * sizeof *value);
    size_t first = 0;
    if (!value)
        return false;
    for (size_t i = 0; i < t->frames; i++) {
        struct spot_frame *frame = &t->frame[i];
        size_t end = first;
        while (end < t->spots && t->spot_frame[end] == frame->number)
            end++;
        frame->spots = end - first;
        frame->resolution = resolution_of(t->d + first, end - first, value);
        frame->hit = frame->spots >= hits;
        first = end;
    }
    free(value);
    return true;
}

enum outcome spot_collector_end(struct spot_collector *c, uint64_t hits)
{
    const bool good = wn_linker_end(c->linker) == WN_OK && take(c) && order_spots(c->table) &&
                      count_spots(c->table, hits);
    return good ? DONE : out_of_memory();
}
