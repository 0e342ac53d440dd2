#include "frame/blank_areas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -log of the probability of an accident. */
#define BLANK_MIN_LOG_ODDS 40.0

/* Rows of unflagged pixels that tell what a row looks like that is not blank. */
#define BLANK_NEIGHBOUR_ROWS 4

/* Every so many rows are looked at to choose the edge of blocks. */
#define BLANK_SAMPLED_ROWS 16

/* ---- how unlikely zeros are ---------------------------------------------------------------- */

/* Unflagged pixels, and the zeros among them. */
struct zero_tally {
    size_t n, zeros;
};

static void count(const struct pixels *p, size_t first, size_t n, struct zero_tally *t)
{
    double real[SEGMENT];
    for (size_t end = first + n; first < end; first += SEGMENT) {
        const size_t m = at_most(end - first, SEGMENT);
        wn_pixels_reals(p, first, m, real);
        for (size_t i = 0; i < m; i++) {
            t->n += isnan(real[i]) ? 0 : 1;
            t->zeros += real[i] == 0;
        }
    }
}

/* -log of the probability that n pixels are all zero, if they are like those that were counted. */
static double surprise(const struct zero_tally *t, size_t n)
{
    if (t->n == 0)
        return 0;
    /* Without a single zero, half a one is assumed. */
    const double fraction = t->zeros > 0 ? (double)t->zeros : 0.5;
    return -log(fraction / (double)t->n) * (double)n;
}

static bool is_zero(const struct pixels *p, size_t first, size_t n)
{
    const uint8_t *bytes = p->data + first * p->size;
    const size_t size = n * p->size;
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

/* ---- ends ---------------------------------------------------------------------------------- */

/* Whether zero rows at one end of the frame are blank; `first` is the outermost row, `step` the way
 * to the next one. */
static bool end_is_blank(const struct pixels *p, size_t first, ptrdiff_t step)
{
    size_t rows = 0;
    ptrdiff_t y = (ptrdiff_t)first;
    while (rows < p->height && is_zero(p, (size_t)y * p->width, p->width)) {
        rows++;
        y += step;
    }
    if (rows == 0 || rows == p->height)
        return false;
    struct zero_tally about = {0};
    /* Behind a gap, further on. */
    const size_t enough = BLANK_NEIGHBOUR_ROWS * (size_t)p->width;
    for (; about.n < enough && y >= 0 && y < (ptrdiff_t)p->height; y += step)
        count(p, (size_t)y * p->width, p->width, &about);
    return surprise(&about, rows * p->width) > BLANK_MIN_LOG_ODDS;
}

bool wn_blank_rows_at_ends(const struct pixels *p)
{
    return end_is_blank(p, 0, 1) || end_is_blank(p, p->height - 1, -1);
}

/* ---- blocks -------------------------------------------------------------------------------- */

struct zero_blocks {
    const struct pixels *pixels;
    struct zero_tally sample; /* of the whole frame */
    size_t edge, across, down;
    uint8_t *state; /* [across * down] */
    size_t *queue;  /* [across * down] */
};

enum { NOT_ZERO, ZERO, SEEN, BLANK };

/* Choose the edge of blocks that would surprise if they were zero by accident; 0 if none would. */
static void choose_edge(struct zero_blocks *b)
{
    const struct pixels *p = b->pixels;
    for (size_t y = 0; y < p->height; y += BLANK_SAMPLED_ROWS)
        count(p, y * p->width, p->width, &b->sample);
    for (size_t edge = 8; edge <= 64 && b->edge == 0; edge *= 2) {
        if (surprise(&b->sample, edge * edge) > 1.5 * BLANK_MIN_LOG_ODDS)
            b->edge = edge;
    }
}

/* Rows and columns of a block. */
struct extent {
    size_t x, y, width, height;
};

static struct extent extent_of(const struct zero_blocks *b, size_t block)
{
    const size_t x = block % b->across * b->edge, y = block / b->across * b->edge;
    return (struct extent){x, y, at_most(b->edge, b->pixels->width - x),
                           at_most(b->edge, b->pixels->height - y)};
}

static bool block_is_zero(const struct zero_blocks *b, size_t block)
{
    const struct extent e = extent_of(b, block);
    for (size_t y = e.y; y < e.y + e.height; y++) {
        if (!is_zero(b->pixels, y * b->pixels->width + e.x, e.width))
            return false;
    }
    return true;
}

static void count_block(const struct zero_blocks *b, size_t block, struct zero_tally *t)
{
    const struct extent e = extent_of(b, block);
    for (size_t y = e.y; y < e.y + e.height; y++)
        count(b->pixels, y * b->pixels->width + e.x, e.width, t);
}

/* The up to four neighbours of a block. */
static size_t neighbours_of(const struct zero_blocks *b, size_t block, size_t neighbour[4])
{
    const size_t x = block % b->across, y = block / b->across;
    size_t n = 0;
    if (x > 0)
        neighbour[n++] = block - 1;
    if (x + 1 < b->across)
        neighbour[n++] = block + 1;
    if (y > 0)
        neighbour[n++] = block - b->across;
    if (y + 1 < b->down)
        neighbour[n++] = block + b->across;
    return n;
}

/* Walk over the zero blocks that hang together with one, and judge each by those about them all.
 * Returns whether any of them is blank. */
static bool judge_area(struct zero_blocks *b, size_t start)
{
    struct zero_tally about = {0};
    size_t end = 0;
    b->queue[end++] = start;
    b->state[start] = SEEN;
    for (size_t i = 0; i < end; i++) {
        size_t neighbour[4];
        const size_t n = neighbours_of(b, b->queue[i], neighbour);
        for (size_t k = 0; k < n; k++) {
            if (b->state[neighbour[k]] == NOT_ZERO) {
                count_block(b, neighbour[k], &about);
            } else if (b->state[neighbour[k]] == ZERO) {
                b->state[neighbour[k]] = SEEN;
                b->queue[end++] = neighbour[k];
            }
        }
    }
    if (about.n < b->edge * b->edge) /* flagged pixels all around */
        about = b->sample;
    bool any = false;
    for (size_t i = 0; i < end; i++) {
        const struct extent e = extent_of(b, b->queue[i]); /* those at the edge are smaller */
        if (surprise(&about, e.width * e.height) > BLANK_MIN_LOG_ODDS) {
            b->state[b->queue[i]] = BLANK;
            any = true;
        }
    }
    return any;
}

static bool judge_blocks(struct zero_blocks *b)
{
    bool any = false;
    for (size_t i = 0; i < b->across * b->down; i++)
        b->state[i] = block_is_zero(b, i) ? ZERO : NOT_ZERO;
    for (size_t i = 0; i < b->across * b->down; i++) {
        if (b->state[i] == ZERO)
            any = judge_area(b, i) || any;
    }
    return any;
}

/* ---- mask ---------------------------------------------------------------------------------- */

/* Mask zero pixels from a start on, up to the edge of a block further. */
static void extend(const struct pixels *p, uint8_t *mask, size_t x, size_t y, ptrdiff_t dx,
                   ptrdiff_t dy, size_t most)
{
    for (size_t i = 0; i < most; i++) {
        x += (size_t)dx;
        y += (size_t)dy;
        if (x >= p->width || y >= p->height || !is_zero(p, y * p->width + x, 1))
            return;
        mask[y * p->width + x] = 0;
    }
}

/* Blank areas do not end where blocks do. */
static void mask_block(const struct zero_blocks *b, size_t block, uint8_t *mask)
{
    const struct pixels *p = b->pixels;
    const struct extent e = extent_of(b, block);
    for (size_t y = e.y; y < e.y + e.height; y++) {
        memset(mask + y * p->width + e.x, 0, e.width);
        extend(p, mask, e.x, y, -1, 0, b->edge);
        extend(p, mask, e.x + e.width - 1, y, 1, 0, b->edge);
    }
    for (size_t x = e.x; x < e.x + e.width; x++) {
        extend(p, mask, x, e.y, 0, -1, b->edge);
        extend(p, mask, x, e.y + e.height - 1, 0, 1, b->edge);
    }
}

static wn_status mask_blanks(const struct zero_blocks *b, uint8_t **mask)
{
    const struct pixels *p = b->pixels;
    const size_t pixels = (size_t)p->height * p->width;
    uint8_t *made = malloc(pixels);
    if (!made)
        return WN_ERR_MEMORY;
    if (p->valid)
        memcpy(made, p->valid, pixels);
    else
        memset(made, 1, pixels);
    for (size_t i = 0; i < b->across * b->down; i++) {
        if (b->state[i] == BLANK)
            mask_block(b, i, made);
    }
    *mask = made;
    return WN_OK;
}

wn_status wn_blank_areas_find(const struct pixels *p, uint8_t **mask)
{
    *mask = NULL;
    struct zero_blocks b = {.pixels = p};
    choose_edge(&b);
    if (b.edge == 0)
        return WN_OK;
    b.across = (p->width + b.edge - 1) / b.edge;
    b.down = (p->height + b.edge - 1) / b.edge;
    b.state = malloc(b.across * b.down);
    b.queue = malloc(b.across * b.down * sizeof *b.queue);
    wn_status status = b.state && b.queue ? WN_OK : WN_ERR_MEMORY;
    if (status == WN_OK && judge_blocks(&b))
        status = mask_blanks(&b, mask);
    free(b.state);
    free(b.queue);
    return status;
}
