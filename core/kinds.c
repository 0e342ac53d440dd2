#include "kinds.h"

#include <stdlib.h>
#include <string.h>

wn_status kinds_create(const struct places *places, const struct area_list *flagged,
                       uint32_t height, uint32_t width, struct kinds *kinds)
{
    struct kinds k = {.places = places, .flagged = flagged, .height = height, .width = width};
    k.now = malloc((flagged->n + 1) * sizeof *k.now);
    k.line = malloc(width);
    if (!k.now || !k.line) {
        kinds_free(&k);
        return WN_ERR_MEMORY;
    }
    memset(k.line, WN_PIXEL_KEPT, width);
    *kinds = k;
    return WN_OK;
}

void kinds_free(struct kinds *k)
{
    free(k->now);
    free(k->line);
    *k = (struct kinds){0};
}

/* Put the flags of the line in, and leave out areas that end with it. */
static void put_flags(struct kinds *k, uint8_t *kind)
{
    const struct area *area = k->flagged->area;
    while (k->begun < k->flagged->n && area[k->begun].first / k->width == k->y)
        k->now[k->n_now++] = (uint32_t)k->begun++;
    size_t left = 0;
    for (size_t i = 0; i < k->n_now; i++) {
        const struct area *a = &area[k->now[i]];
        memset(kind + a->first % k->width, WN_PIXEL_FLAGGED, a->width);
        k->now[left] = k->now[i];
        left += k->y + 1 < a->first / k->width + a->height;
    }
    k->n_now = left;
}

void kinds_next(struct kinds *k, size_t lines, uint8_t *kind)
{
    for (size_t i = 0; i < lines; i++, kind += k->width, k->y++) {
        if (k->places && k->y % k->places->grain == 0)
            places_line(k->places, k->y / k->places->grain, k->width, k->line);
        memcpy(kind, k->line, k->width);
        put_flags(k, kind);
    }
}
