/* Links spots over a series of frames, one frame at a time: each open spot is a connected component
 * that reaches the last frame. The sets of a union-find (image/disjoint_set.h) are the open spots
 * followed by the pixels of the new frame; after joining, each set with pixels of that frame is an
 * open spot, and every other open spot is finished. Time and memory grow with the pixels found, not
 * with the frames. */
#include <math.h>
#include <stdlib.h>

#include "common/dynarray.h"
#include "linking/finished_spots.h"
#include "linking/frame_links.h"
#include "linking/pixel_lists.h"
#include "linking/spot_measure.h"

/* A spot that may still grow: connected pixels, some of them on the last frame. */
struct open_spot {
    struct pixel_list pixels; /* empty once they are too many for a spot */
    uint64_t strong;
    unsigned flags; /* wn_spot flags that do not follow from the pixels */
    bool continued; /* it has assigned spots of the frame before */
    bool assigned;  /* it has assigned spots of the last frame */
    struct peak_sums peaks;
};

struct open_spots {
    struct open_spot *spot;
    size_t n, capacity;
};

struct wn_linker {
    wn_spot_rule rule;
    uint32_t height, width;
    bool started, ended;
    uint64_t frame;           /* the last one that was added */
    struct open_spots open;   /* those that reach it */
    struct open_spots next;   /* those that reach the frame being added */
    struct disjoint_set sets; /* the open spots, then the pixels of the frame */
    uint32_t *spot_of;        /* [the same] by the lowest number of a set: its index in `next` */
    size_t spot_capacity;
    struct assigned_spots assigned;
    double *weight; /* of the peaks of the frame being added */
    size_t weight_capacity;
    struct linked_pixel *strong; /* of the last frame */
    size_t strong_n, strong_capacity;
    struct pixel_lists lists;
    struct spot_pixel *gathered; /* the pixels of one spot */
    size_t gathered_capacity;
    struct finished_spots finished;
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
    wn_pixel_lists_init(&linker->lists);
    *out = linker;
    return WN_OK;
}

void wn_linker_free(wn_linker *linker)
{
    if (!linker)
        return;
    free(linker->open.spot);
    free(linker->next.spot);
    wn_disjoint_set_free(&linker->sets);
    free(linker->spot_of);
    wn_assigned_spots_free(&linker->assigned);
    free(linker->weight);
    free(linker->strong);
    wn_pixel_lists_free(&linker->lists);
    free(linker->gathered);
    wn_finished_spots_free(&linker->finished);
    free(linker);
}

/* ---- finished spots ------------------------------------------------------------------------ */

static bool is_too_large(const wn_linker *linker, const struct open_spot *spot)
{
    return linker->rule.max_pixels > 0 && spot->strong > linker->rule.max_pixels;
}

/* By z, y, x; of the same pixel in several assigned spots the strong one comes first. */
static int compare_pixels(const void *one, const void *other)
{
    const struct spot_pixel *a = one, *b = other;
    if (a->z != b->z)
        return a->z < b->z ? -1 : 1;
    if (a->index != b->index)
        return a->index < b->index ? -1 : 1;
    return (int)(b->bits & WN_FOUND_STRONG) - (int)(a->bits & WN_FOUND_STRONG);
}

/* Sort pixels and remove duplicates; returns how many are left. */
static size_t sort_unique(struct spot_pixel *pixel, size_t n)
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

/* Copy the pixels of a spot, sorted, to linker->gathered. */
static wn_status gather(wn_linker *linker, const struct open_spot *spot, size_t *n)
{
    size_t gathered = 0;
    for (uint32_t i = spot->pixels.first; i != PIXEL_LIST_END; i = linker->lists.node[i].next) {
        struct spot_pixel *pixel = dynarray_reserve(linker->gathered, &linker->gathered_capacity,
                                                    gathered + 1, sizeof *pixel);
        if (!pixel)
            return WN_ERR_MEMORY;
        linker->gathered = pixel;
        pixel[gathered++] = linker->lists.node[i].pixel;
    }
    *n = sort_unique(linker->gathered, gathered);
    return WN_OK;
}

static wn_status measure_spot(wn_linker *linker, const struct open_spot *spot)
{
    const wn_spot_rule *rule = &linker->rule;
    size_t n;
    const wn_status status = gather(linker, spot, &n);
    if (status != WN_OK)
        return status;
    wn_spot measured = wn_spot_of_pixels(linker->gathered, n, linker->width, rule, spot->flags);
    wn_peak_sums_locate(&spot->peaks, &measured);
    if (rule->max_separation > 0 && wn_spot_separation(&measured) > rule->max_separation) {
        linker->left_out.separated++;
        return WN_OK;
    }
    return wn_finished_spots_add(&linker->finished, &measured, linker->gathered, n, linker->width,
                                 rule->shoeboxes);
}

static wn_status finish_spot(wn_linker *linker, struct open_spot *spot)
{
    wn_status status = WN_OK;
    if (spot->strong == 0 || spot->strong < linker->rule.min_pixels)
        linker->left_out.small++;
    else if (is_too_large(linker, spot))
        linker->left_out.large++;
    else
        status = measure_spot(linker, spot);
    wn_pixel_list_release(&linker->lists, &spot->pixels);
    return status;
}

/* Finish all open spots. */
static wn_status finish_all(wn_linker *linker)
{
    wn_status status = WN_OK;
    for (size_t i = 0; i < linker->open.n && status == WN_OK; i++) {
        if (linker->rule.across_frames)
            linker->open.spot[i].flags |= WN_SPOT_EDGE;
        status = finish_spot(linker, &linker->open.spot[i]);
    }
    linker->open.n = 0;
    linker->strong_n = 0;
    return status;
}

/* ---- a new frame --------------------------------------------------------------------------- */

#define NO_SPOT UINT32_MAX

/* Element of the sets for a pixel of the new frame. */
static uint32_t number_of(const wn_linker *linker, size_t pixel)
{
    return (uint32_t)(linker->open.n + pixel);
}

static wn_status reserve_arrays(wn_linker *linker, const wn_found *found)
{
    const size_t n = linker->open.n + found->n;
    uint32_t *spot_of =
        dynarray_reserve(linker->spot_of, &linker->spot_capacity, n, sizeof *spot_of);
    if (spot_of)
        linker->spot_of = spot_of;
    struct open_spot *next =
        dynarray_reserve(linker->next.spot, &linker->next.capacity, found->n, sizeof *next);
    if (next)
        linker->next.spot = next;
    struct linked_pixel *strong =
        dynarray_reserve(linker->strong, &linker->strong_capacity, found->n, sizeof *strong);
    if (strong)
        linker->strong = strong;
    double *weight =
        dynarray_reserve(linker->weight, &linker->weight_capacity, found->peaks, sizeof *weight);
    if (weight)
        linker->weight = weight;
    return spot_of && next && strong && weight ? WN_OK : WN_ERR_MEMORY;
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
    return wn_assigned_spots_join(&linker->assigned, found, first, &linker->sets);
}

/* An open spot for each set that has pixels of the frame. */
static void number_open_spots(wn_linker *linker, const wn_found *found)
{
    struct open_spots *next = &linker->next;
    for (size_t i = 0; i < linker->open.n + found->n; i++)
        linker->spot_of[i] = NO_SPOT;
    next->n = 0;
    for (size_t i = 0; i < found->n; i++) {
        uint32_t *spot =
            &linker->spot_of[wn_disjoint_set_lowest(&linker->sets, number_of(linker, i))];
        if (*spot != NO_SPOT)
            continue;
        *spot = (uint32_t)next->n;
        next->spot[next->n++] = (struct open_spot){.pixels = EMPTY_PIXEL_LIST};
    }
}

static struct open_spot *successor_of(wn_linker *linker, uint32_t number)
{
    const uint32_t spot = linker->spot_of[wn_disjoint_set_lowest(&linker->sets, number)];
    return spot == NO_SPOT ? NULL : &linker->next.spot[spot];
}

/* Merge an open spot into its successor. Two with assigned spots on the frame before are several
 * peaks there: a split spot. */
static void merge_open_spot(wn_linker *linker, struct open_spot *spot, const struct open_spot *open)
{
    wn_pixel_list_append(&linker->lists, &spot->pixels, open->pixels);
    spot->strong += open->strong;
    spot->flags |= open->flags | (spot->continued && open->assigned ? WN_SPOT_SPLIT : 0u);
    spot->continued |= open->assigned;
    wn_peak_sums_join(&spot->peaks, &open->peaks);
}

/* Merge each open spot into its successor, or finish it. */
static wn_status carry_over(wn_linker *linker)
{
    wn_status status = WN_OK;
    for (size_t i = 0; i < linker->open.n && status == WN_OK; i++) {
        struct open_spot *next = successor_of(linker, (uint32_t)i);
        if (next)
            merge_open_spot(linker, next, &linker->open.spot[i]);
        else
            status = finish_spot(linker, &linker->open.spot[i]);
    }
    return status;
}

static wn_status add_pixel(wn_linker *linker, struct open_spot *spot, const wn_found_pixel *pixel)
{
    spot->strong += (pixel->bits & WN_FOUND_STRONG) != 0;
    if (is_too_large(linker, spot)) {
        wn_pixel_list_release(&linker->lists, &spot->pixels);
        return WN_OK;
    }
    const struct spot_pixel kept = {linker->frame,   pixel->value, pixel->expected,
                                    pixel->variance, pixel->index, pixel->bits};
    return wn_pixel_list_add(&linker->lists, &spot->pixels, &kept);
}

/* Add the pixels of the frame to their spots. A strong pixel shared by several assigned spots
 * counts once. */
static wn_status add_pixels(wn_linker *linker, const wn_found *found)
{
    const bool across_frames = linker->rule.across_frames;
    wn_status status = WN_OK;
    linker->strong_n = 0;
    wn_peak_weights(found, linker->weight);
    for (size_t i = 0; i < found->n && status == WN_OK; i++) {
        const wn_found_pixel *pixel = &found->pixel[i];
        const bool strong = pixel->bits & WN_FOUND_STRONG;
        struct open_spot *spot = successor_of(linker, number_of(linker, i));
        if (wn_assigned_spots_begin(&linker->assigned, found, i)) {
            spot->flags |= spot->assigned ? WN_SPOT_SPLIT : 0u;
            spot->assigned = true;
            if (pixel->spot < found->peaks)
                wn_peak_sums_add(&spot->peaks, &found->peak[pixel->spot],
                                 linker->weight[pixel->spot]);
        }
        if (across_frames && strong) {
            if (linker->strong_n > 0 && linker->strong[linker->strong_n - 1].index == pixel->index)
                continue;
            linker->strong[linker->strong_n++] =
                (struct linked_pixel){pixel->index, (uint32_t)(spot - linker->next.spot)};
        }
        status = add_pixel(linker, spot, pixel);
    }
    return status;
}

static void flag_as_first(struct open_spots *spots)
{
    for (size_t i = 0; i < spots->n; i++)
        spots->spot[i].flags |= WN_SPOT_EDGE;
}

static wn_status add_frame(wn_linker *linker, const wn_found *found)
{
    wn_status status = reserve_arrays(linker, found);
    if (status == WN_OK)
        status = join_all(linker, found);
    if (status != WN_OK)
        return status;
    number_open_spots(linker, found);
    status = carry_over(linker);
    if (status == WN_OK)
        status = add_pixels(linker, found);
    const struct open_spots before = linker->open;
    linker->open = linker->next;
    linker->next = before;
    return status;
}

/* ---- public functions ---------------------------------------------------------------------- */

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
    const bool consecutive = linker->started && frame == linker->frame + 1;
    if (linker->ended || (linker->started && frame <= linker->frame))
        return WN_ERR_ARGUMENT;
    wn_status status = check_found(linker, found);
    if (status == WN_OK && !consecutive)
        status = finish_all(linker);
    if (status != WN_OK)
        return status;
    linker->started = true;
    linker->frame = frame;
    status = add_frame(linker, found);
    if (status == WN_OK && across_frames && !consecutive)
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
    return wn_finished_spots_take(&linker->finished, list);
}

wn_left_out wn_linker_left_out(const wn_linker *linker)
{
    return linker->left_out;
}
