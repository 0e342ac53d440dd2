/* Rectangles from runs by a sweep over the rows: a run extends a rectangle that ends in the row
 * above at the same columns with the same bits, or starts a new one. Linear in the number of runs;
 * memory for two rows of indices. */
#include "frame/rects.h"

#include <stdlib.h>

wn_status wn_run_list_add(struct run_list *list, const struct run *run, uint32_t width)
{
    if (list->n > 0 && run->first % width != 0) {
        struct run *last = &list->run[list->n - 1];
        if (last->first + last->length == run->first && last->bits == run->bits) {
            last->length += run->length;
            return WN_OK;
        }
    }
    if (list->n == list->capacity) {
        const size_t capacity = list->capacity ? 2 * list->capacity : 256;
        struct run *grown = realloc(list->run, capacity * sizeof *grown);
        if (!grown)
            return WN_ERR_MEMORY;
        list->run = grown;
        list->capacity = capacity;
    }
    list->run[list->n++] = *run;
    return WN_OK;
}

void wn_run_list_free(struct run_list *list)
{
    free(list->run);
    *list = (struct run_list){0};
}

void wn_rect_list_free(struct rect_list *rects)
{
    free(rects->area);
    *rects = (struct rect_list){0};
}

/* State of the sweep: indices of the rectangles that reach the previous row and the current one,
 * by column. */
struct front {
    uint32_t *above, *here;
    size_t n_above, n_here, next;
    uint32_t row;
};

static void go_to_row(struct front *f, uint32_t row)
{
    uint32_t *reuse = f->above;
    f->n_above = row == f->row + 1 ? f->n_here : 0;
    f->above = f->here;
    f->here = reuse;
    f->n_here = 0;
    f->next = 0;
    f->row = row;
}

static void add_run(struct rect_list *rects, struct front *f, const struct run *run, uint32_t width)
{
    const uint32_t row = run->first / width, column = run->first % width;
    if (row != f->row)
        go_to_row(f, row);
    while (f->next < f->n_above && rects->area[f->above[f->next]].first % width < column)
        f->next++;
    rects->pixels += run->length;
    if (f->next < f->n_above) {
        struct rect *a = &rects->area[f->above[f->next]];
        if (a->first % width == column && a->width == run->length && a->bits == run->bits) {
            a->height++;
            f->here[f->n_here++] = f->above[f->next];
            return;
        }
    }
    f->here[f->n_here++] = (uint32_t)rects->n;
    rects->area[rects->n++] = (struct rect){run->first, run->length, 1, run->bits};
}

wn_status wn_rects_of_runs(const struct run_list *list, size_t lists, uint32_t width,
                           struct rect_list *out)
{
    size_t runs = 0;
    for (size_t i = 0; i < lists; i++)
        runs += list[i].n;
    struct rect_list rects = {.area = malloc((runs + 1) * sizeof *rects.area)};
    uint32_t *front = malloc(2 * (size_t)width * sizeof *front);
    if (!rects.area || !front) {
        free(front);
        wn_rect_list_free(&rects);
        return WN_ERR_MEMORY;
    }
    struct front f = {.above = front, .here = front + width, .row = UINT32_MAX - 1};
    for (size_t i = 0; i < lists; i++) {
        for (size_t j = 0; j < list[i].n; j++)
            add_run(&rects, &f, &list[i].run[j], width);
    }
    free(front);
    *out = rects;
    return WN_OK;
}

wn_status wn_rect_list_merge(struct rect_list *rects, struct rect_list *other)
{
    struct rect_list both = {.area = malloc((rects->n + other->n + 1) * sizeof *both.area)};
    if (!both.area)
        return WN_ERR_MEMORY;
    both.pixels = rects->pixels + other->pixels;
    size_t i = 0, j = 0;
    while (i < rects->n || j < other->n) {
        const bool ours =
            j == other->n || (i < rects->n && rects->area[i].first < other->area[j].first);
        both.area[both.n++] = ours ? rects->area[i++] : other->area[j++];
    }
    wn_rect_list_free(rects);
    wn_rect_list_free(other);
    *rects = both;
    return WN_OK;
}
