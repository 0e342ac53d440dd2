/* Connecting the spots of a series, frame by frame: what reaches the last frame may still grow, all
 * else is complete. */
#include <math.h>
#include <stdlib.h>

#include "common/dynarray.h"
#include "linking/finished_spots.h"
#include "linking/frame_links.h"
#include "linking/pixel_lists.h"
#include "linking/spot_measure.h"

/* What may still grow: connected pixels, some of them on the last frame. */
struct region {
    struct pixel_list pixels; /* empty as soon as there are too many for a spot */
    uint64_t strong;
    unsigned flags; /* those that do not follow from the pixels */
    bool goes_on;   /* it has spots of the frame before that were given */
    bool given;     /* it has spots of the last frame that were given */
    struct peak_sums peaks;
};

struct regions {
    struct region *region;
    size_t n, capacity;
};

struct wn_linker {
    wn_spot_rule rule;
    uint32_t height, width;
    bool started, ended;
    uint64_t frame;           /* the last one that was added */
    struct regions open;      /* those that reach it */
    struct regions next;      /* those that reach the frame that is being added */
    struct disjoint_set sets; /* the open regions, then the pixels of the frame */
    uint32_t *region_of;      /* [the same], by the lowest number of a set: its region in `next` */
    size_t region_capacity;
    struct assigned_spots given;
    double *weight; /* of the peaks of the frame that is being added */
    size_t weight_capacity;
    struct linked_pixel *strong; /* of the last frame */
    size_t strong_n, strong_capacity;
    struct pixel_lists chains;
    struct spot_pixel *gathered; /* the pixels of one region */
    size_t gathered_capacity;
    struct finished_spots complete;
    wn_left_out left_out;
};

/* ---- creation ------------------------------------------------------------------------------ */

wn_status wn_linker_create(const wn_spot_rule *rule, uint32_t height, uint32_t width,
                           wn_linker **out)
{
    const uint64_t pixels = (uint64_t)height * width;
    if (pixels == 0 || pixels > UINT32_MAX || !(rule->max_separation >= 0) ||
        (rule->max_pixels > 0 && rule->max_pixels < rule->min_pixels))
        return WN_ERR_ARGUMENT;
    wn_linker *linker = calloc(1, sizeof *linker);
    if (!linker)
        return WN_ERR_MEMORY;
    linker->rule = *rule;
    linker->height = height;
    linker->width = width;
    wn_pixel_lists_init(&linker->chains);
    *out = linker;
    return WN_OK;
}

void wn_linker_free(wn_linker *linker)
{
    if (!linker)
        return;
    free(linker->open.region);
    free(linker->next.region);
    wn_disjoint_set_free(&linker->sets);
    free(linker->region_of);
    wn_assigned_spots_free(&linker->given);
    free(linker->weight);
    free(linker->strong);
    wn_pixel_lists_free(&linker->chains);
    free(linker->gathered);
    wn_finished_spots_free(&linker->complete);
    free(linker);
}

/* ---- regions that are complete -------------------------------------------------------------- */

static bool is_too_large(const wn_linker *linker, const struct region *region)
{
    return linker->rule.max_pixels > 0 && region->strong > linker->rule.max_pixels;
}

/* In order of z, y, x; of the same pixel in several given spots the strong one is first. */
static int compare_pixels(const void *one, const void *other)
{
    const struct spot_pixel *a = one, *b = other;
    if (a->z != b->z)
        return a->z < b->z ? -1 : 1;
    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    return (int)(b->bits & WN_FOUND_STRONG) - (int)(a->bits & WN_FOUND_STRONG);
}

/* Put pixels in order, and leave out those that are there twice; returns how many are left. */
static size_t put_in_order(struct spot_pixel *pixel, size_t n)
{
    bool ordered = true;
    for (size_t i = 1; i < n && ordered; i++)
        ordered = compare_pixels(&pixel[i - 1], &pixel[i]) < 0;
    if (!ordered)
        qsort(pixel, n, sizeof *pixel, compare_pixels);
    size_t left = 1;
    for (size_t i = 1; i < n; i++) {
        if (pixel[i].z != pixel[left - 1].z || pixel[i].index != pixel[left - 1].index)
            pixel[left++] = pixel[i];
    }
    return left;
}

/* The pixels of a region, in order, in linker->gathered. */
static wn_status gather(wn_linker *linker, const struct region *region, size_t *n)
{
    size_t gathered = 0;
    for (uint32_t i = region->pixels.first; i != PIXEL_LIST_END; i = linker->chains.link[i].next) {
        struct spot_pixel *pixel = dynarray_reserve(linker->gathered, &linker->gathered_capacity,
                                                    gathered + 1, sizeof *pixel);
        if (!pixel)
            return WN_ERR_MEMORY;
        linker->gathered = pixel;
        pixel[gathered++] = linker->chains.link[i].pixel;
    }
    *n = put_in_order(linker->gathered, gathered);
    return WN_OK;
}

static wn_status add_spot(wn_linker *linker, const struct region *region)
{
    const wn_spot_rule *rule = &linker->rule;
    size_t n;
    const wn_status status = gather(linker, region, &n);
    if (status != WN_OK)
        return status;
    wn_spot spot = wn_spot_of_pixels(linker->gathered, n, linker->width, rule, region->flags);
    wn_peak_sums_place(&region->peaks, &spot);
    if (rule->max_separation > 0 && wn_spot_separation(&spot) > rule->max_separation) {
        linker->left_out.separated++;
        return WN_OK;
    }
    return wn_finished_spots_add(&linker->complete, &spot, linker->gathered, n, linker->width,
                                 rule->shoeboxes);
}

static wn_status finish_region(wn_linker *linker, struct region *region)
{
    wn_status status = WN_OK;
    if (region->strong == 0 || region->strong < linker->rule.min_pixels)
        linker->left_out.small++;
    else if (is_too_large(linker, region))
        linker->left_out.large++;
    else
        status = add_spot(linker, region);
    wn_pixel_list_release(&linker->chains, &region->pixels);
    return status;
}

/* No pixel will be added to any region. */
static wn_status finish_all(wn_linker *linker)
{
    wn_status status = WN_OK;
    for (size_t i = 0; i < linker->open.n && status == WN_OK; i++) {
        if (linker->rule.across_frames)
            linker->open.region[i].flags |= WN_SPOT_EDGE;
        status = finish_region(linker, &linker->open.region[i]);
    }
    linker->open.n = 0;
    linker->strong_n = 0;
    return status;
}

/* ---- regions that grow ---------------------------------------------------------------------- */

#define NO_REGION UINT32_MAX

/* Number of a pixel of the frame among the sets. */
static uint32_t number_of(const wn_linker *linker, size_t pixel)
{
    return (uint32_t)(linker->open.n + pixel);
}

static wn_status make_room(wn_linker *linker, const wn_found *found)
{
    const size_t n = linker->open.n + found->n;
    uint32_t *region_of =
        dynarray_reserve(linker->region_of, &linker->region_capacity, n, sizeof *region_of);
    if (region_of)
        linker->region_of = region_of;
    struct region *next =
        dynarray_reserve(linker->next.region, &linker->next.capacity, found->n, sizeof *next);
    if (next)
        linker->next.region = next;
    struct linked_pixel *strong =
        dynarray_reserve(linker->strong, &linker->strong_capacity, found->n, sizeof *strong);
    if (strong)
        linker->strong = strong;
    double *weight =
        dynarray_reserve(linker->weight, &linker->weight_capacity, found->peaks, sizeof *weight);
    if (weight)
        linker->weight = weight;
    return region_of && next && strong && weight ? WN_OK : WN_ERR_MEMORY;
}

static wn_status join_all(wn_linker *linker, const wn_found *found)
{
    const uint32_t first = number_of(linker, 0);
    wn_status status = wn_disjoint_set_start(&linker->sets, linker->open.n + found->n);
    if (status != WN_OK)
        return status;
    wn_link_neighbours(found, linker->width, first, &linker->sets);
    if (linker->rule.across_frames) {
        wn_link_shared(found, first, &linker->sets);
        wn_link_frames(linker->strong, linker->strong_n, found, first, &linker->sets);
    }
    return wn_assigned_spots_join(&linker->given, found, first, &linker->sets);
}

/* A region for each set that has pixels of the frame. */
static void number_regions(wn_linker *linker, const wn_found *found)
{
    struct regions *next = &linker->next;
    for (size_t i = 0; i < linker->open.n + found->n; i++)
        linker->region_of[i] = NO_REGION;
    next->n = 0;
    for (size_t i = 0; i < found->n; i++) {
        uint32_t *region =
            &linker->region_of[wn_disjoint_set_lowest(&linker->sets, number_of(linker, i))];
        if (*region != NO_REGION)
            continue;
        *region = (uint32_t)next->n;
        next->region[next->n++] = (struct region){.pixels = EMPTY_CHAIN};
    }
}

static struct region *next_region_of(wn_linker *linker, uint32_t number)
{
    const uint32_t region = linker->region_of[wn_disjoint_set_lowest(&linker->sets, number)];
    return region == NO_REGION ? NULL : &linker->next.region[region];
}

/* Two regions with given spots on the frame before are several peaks there. */
static void take_over(wn_linker *linker, struct region *region, const struct region *open)
{
    wn_pixel_list_append(&linker->chains, &region->pixels, open->pixels);
    region->strong += open->strong;
    region->flags |= open->flags | (region->goes_on && open->given ? WN_SPOT_SPLIT : 0u);
    region->goes_on |= open->given;
    wn_peak_sums_join(&region->peaks, &open->peaks);
}

/* Open regions become part of the next ones, or are complete. */
static wn_status hand_over(wn_linker *linker)
{
    wn_status status = WN_OK;
    for (size_t i = 0; i < linker->open.n && status == WN_OK; i++) {
        struct region *next = next_region_of(linker, (uint32_t)i);
        if (next)
            take_over(linker, next, &linker->open.region[i]);
        else
            status = finish_region(linker, &linker->open.region[i]);
    }
    return status;
}

static wn_status add_pixel(wn_linker *linker, struct region *region, const wn_found_pixel *pixel)
{
    region->strong += (pixel->bits & WN_FOUND_STRONG) != 0;
    if (is_too_large(linker, region)) {
        wn_pixel_list_release(&linker->chains, &region->pixels);
        return WN_OK;
    }
    const struct spot_pixel kept = {linker->frame,   pixel->value, pixel->expected,
                                    pixel->variance, pixel->index, pixel->bits};
    return wn_pixel_list_add(&linker->chains, &region->pixels, &kept);
}

/* Add the pixels of the frame to their regions. Where given spots are one because they share a
 * strong pixel, it counts once. */
static wn_status add_pixels(wn_linker *linker, const wn_found *found)
{
    const bool across_frames = linker->rule.across_frames;
    wn_status status = WN_OK;
    linker->strong_n = 0;
    wn_peak_weights(found, linker->weight);
    for (size_t i = 0; i < found->n && status == WN_OK; i++) {
        const wn_found_pixel *pixel = &found->pixel[i];
        const bool strong = pixel->bits & WN_FOUND_STRONG;
        struct region *region = next_region_of(linker, number_of(linker, i));
        if (wn_assigned_spots_begin(&linker->given, found, i)) {
            region->flags |= region->given ? WN_SPOT_SPLIT : 0u;
            region->given = true;
            if (pixel->spot < found->peaks)
                wn_peak_sums_add(&region->peaks, &found->peak[pixel->spot],
                                 linker->weight[pixel->spot]);
        }
        if (across_frames && strong) {
            if (linker->strong_n > 0 && linker->strong[linker->strong_n - 1].index == pixel->index)
                continue;
            linker->strong[linker->strong_n++] =
                (struct linked_pixel){pixel->index, (uint32_t)(region - linker->next.region)};
        }
        status = add_pixel(linker, region, pixel);
    }
    return status;
}

static void flag_as_first(struct regions *regions)
{
    for (size_t i = 0; i < regions->n; i++)
        regions->region[i].flags |= WN_SPOT_EDGE;
}

static wn_status add_frame(wn_linker *linker, const wn_found *found)
{
    wn_status status = make_room(linker, found);
    if (status == WN_OK)
        status = join_all(linker, found);
    if (status != WN_OK)
        return status;
    number_regions(linker, found);
    status = hand_over(linker);
    if (status == WN_OK)
        status = add_pixels(linker, found);
    const struct regions before = linker->open;
    linker->open = linker->next;
    linker->next = before;
    return status;
}

/* ---- the functions of include/winnow.h
 * -------------------------------------------------------------- */

static bool is_in_order(const wn_found_pixel *a, const wn_found_pixel *b)
{
    return a->index < b->index || (a->index == b->index && a->spot < b->spot);
}

static wn_status check_found(const wn_linker *linker, const wn_found *found)
{
    const uint64_t pixels = (uint64_t)linker->height * linker->width;
    for (size_t i = 0; i < found->n; i++) {
        const wn_found_pixel *p = &found->pixel[i];
        const bool by_neighbours = p->spot == WN_SPOT_BY_NEIGHBOURS;
        if (p->index >= pixels || (i > 0 && !is_in_order(p - 1, p)) ||
            (by_neighbours ? !(p->bits & WN_FOUND_STRONG) : p->spot >= pixels))
            return WN_ERR_ARGUMENT;
    }
    return WN_OK;
}

wn_status wn_linker_add(wn_linker *linker, uint64_t frame, const wn_found *found)
{
    const bool across_frames = linker->rule.across_frames;
    const bool goes_on = linker->started && frame == linker->frame + 1;
    if (linker->ended || (linker->started && frame <= linker->frame))
        return WN_ERR_ARGUMENT;
    wn_status status = check_found(linker, found);
    if (status == WN_OK && !goes_on)
        status = finish_all(linker);
    if (status != WN_OK)
        return status;
    linker->started = true;
    linker->frame = frame;
    status = add_frame(linker, found);
    if (status == WN_OK && across_frames && !goes_on)
        flag_as_first(&linker->open);
    if (status == WN_OK && !across_frames)
        status = finish_all(linker);
    return status;
}

wn_status wn_linker_end(wn_linker *linker)
{
    linker->ended = true;
    return finish_all(linker);
}

wn_status wn_linker_take(wn_linker *linker, wn_spot_list **list)
{
    return wn_finished_spots_take(&linker->complete, list);
}

wn_left_out wn_linker_left_out(const wn_linker *linker)
{
    return linker->left_out;
}
