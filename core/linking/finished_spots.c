/* Collects finished spots in arrays that grow by doubling; handing them out sorts them (qsort, by
 * z, y, x, first pixel and order of completion, which makes the order unique) and copies their
 * pixels. */
#include "linking/finished_spots.h"

#include <string.h>

#include "common/dynarray.h"

void wn_spot_list_free(wn_spot_list *list)
{
    if (!list)
        return;
    free(list->spot);
    free(list->pixel);
    free(list);
}

void wn_finished_spots_free(struct finished_spots *finished)
{
    free(finished->spot);
    free(finished->pixel);
    *finished = (struct finished_spots){0};
}

/* ---- adding -------------------------------------------------------------------------------- */

static wn_status keep_pixels(struct finished_spots *finished, const struct spot_pixel *pixel,
                             size_t n, uint32_t width)
{
    wn_shoebox_pixel *kept = dynarray_reserve(finished->pixel, &finished->pixel_capacity,
                                              finished->pixels + n, sizeof *kept);
    if (!kept)
        return WN_ERR_MEMORY;
    finished->pixel = kept;
    for (size_t i = 0; i < n; i++) {
        const struct spot_pixel *p = &pixel[i];
        kept[finished->pixels++] = (wn_shoebox_pixel){.x = p->index % width,
                                                      .y = p->index / width,
                                                      .z = p->z,
                                                      .value = (float)p->value,
                                                      .expected = (float)p->expected,
                                                      .strong = p->bits & WN_FOUND_STRONG};
    }
    return WN_OK;
}

wn_status wn_finished_spots_add(struct finished_spots *finished, const wn_spot *spot,
                                const struct spot_pixel *pixel, size_t n, uint32_t width, bool keep)
{
    struct finished_spot *all =
        dynarray_reserve(finished->spot, &finished->capacity, finished->n + 1, sizeof *all);
    if (!all)
        return WN_ERR_MEMORY;
    finished->spot = all;
    all[finished->n] = (struct finished_spot){*spot, pixel[0].index, finished->n};
    all[finished->n].spot.first = finished->pixels;
    all[finished->n].spot.n = keep ? n : 0;
    const wn_status status = keep ? keep_pixels(finished, pixel, n, width) : WN_OK;
    finished->n += status == WN_OK;
    return status;
}

/* ---- taking -------------------------------------------------------------------------------- */

static int compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_spots(const void *one, const void *other)
{
    const struct finished_spot *a = one, *b = other;
    if (a->spot.z0 != b->spot.z0)
        return compare(a->spot.z0, b->spot.z0);
    if (a->spot.y0 != b->spot.y0)
        return compare(a->spot.y0, b->spot.y0);
    if (a->spot.x0 != b->spot.x0)
        return compare(a->spot.x0, b->spot.x0);
    if (a->first_index != b->first_index)
        return compare(a->first_index, b->first_index);
    return compare(a->number, b->number);
}

/* The spots in order, each followed by its pixels in the list. */
static void fill_list(const struct finished_spots *finished, wn_spot_list *list)
{
    for (size_t i = 0; i < finished->n; i++) {
        wn_spot *spot = &list->spot[list->n++];
        *spot = finished->spot[i].spot;
        if (spot->n > 0)
            memcpy(list->pixel + list->pixels, finished->pixel + spot->first,
                   spot->n * sizeof *list->pixel);
        spot->first = list->pixels;
        list->pixels += spot->n;
    }
}

wn_status wn_finished_spots_take(struct finished_spots *finished, wn_spot_list **out)
{
    wn_spot_list *list = calloc(1, sizeof *list);
    if (!list)
        return WN_ERR_MEMORY;
    list->spot = malloc((finished->n + 1) * sizeof *list->spot);
    list->pixel = malloc((finished->pixels + 1) * sizeof *list->pixel);
    if (!list->spot || !list->pixel) {
        wn_spot_list_free(list);
        return WN_ERR_MEMORY;
    }
    if (finished->n > 0)
        qsort(finished->spot, finished->n, sizeof *finished->spot, compare_spots);
    fill_list(finished, list);
    finished->n = finished->pixels = 0;
    *out = list;
    return WN_OK;
}
