/* Blank areas by a significance test of zeros: if pixels were as likely to be zero as those of the
 * surroundings, n of them would all be zero with the probability (zeros / pixels)^n.
 *
 * The frame is divided into blocks, whose edge follows from the fraction of zeros in every 16th
 * row. Connected blocks of zeros (breadth-first search) are judged by the non-zero blocks at their
 * border; blank ones are extended pixel by pixel up to the true edge. Usually much less than a pass
 * over the frame, as a block is left at its first non-zero row; memory for a byte and an index per
 * block. */
#include "frame/blank_areas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Significance level, as -log(p): zeros this unlikely are blank. */
#define BLANK_MIN_SURPRISAL 40.0

/* Reference for rows at the ends of a frame: unflagged pixels of this many rows. */
#define BLANK_NEIGHBOUR_ROWS 4

/* Distance of the rows that are sampled to choose the edge of blocks. */
#define BLANK_ROW_STEP 16

/* ---- significance of zeros ----------------------------------------------------------------- */

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

/* -log of the probability that n pixels are all zero, if each is with the frequency of the tally.
 */
static double surprisal(const struct zero_tally *t, size_t n)
{
    if (t->n == 0)
        return 0;
    /* If there is no zero at all, half of one is assumed. */
    const double fraction = t->zeros > 0 ? (double)t->zeros : 0.5;
    return -log(fraction / (double)t->n) * (double)n;
}

static bool is_zero(const struct pixels *p, size_t first, size_t n)
{
    const uint8_t *bytes = p->data + first * p->size;
    const size_t size = n * p->size;
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

/* ---- first and last rows ------------------------------------------------------------------- */

/* Whether zero rows at one end of the frame are blank; `first` is the outermost row, `step` leads
 * inwards, 1 or -1. */
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
    struct zero_tally next_rows = {0};
    /* More rows if these lie in a flagged gap. */
    const size_t enough = BLANK_NEIGHBOUR_ROWS * (size_t)p->width;
    for (; next_rows.n < enough && y >= 0 && y < (ptrdiff_t)p->height; y += step)
        count(p, (size_t)y * p->width, p->width, &next_rows);
    return surprisal(&next_rows, rows * p->width) > BLANK_MIN_SURPRISAL;
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

/* Choose the smallest edge of blocks that are unlikely enough to be zero by chance; 0 if there is
 * none. */
static void choose_edge(struct zero_blocks *b)
{
    const struct pixels *p = b->pixels;
    for (size_t y = 0; y < p->height; y += BLANK_ROW_STEP)
        count(p, y * p->width, p->width, &b->sample);
    for (size_t edge = 8; edge <= 64 && b->edge == 0; edge *= 2) {
        if (surprisal(&b->sample, edge * edge) > 1.5 * BLANK_MIN_SURPRISAL)
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

/* Judge the connected zero blocks that include `start`, all by the blocks that border on any of
 * them. Returns whether any is blank. */
static bool judge_area(struct zero_blocks *b, size_t start)
{
    struct zero_tally border = {0};
    size_t end = 0;
    b->queue[end++] = start;
    b->state[start] = SEEN;
    for (size_t i = 0; i < end; i++) {
        size_t neighbour[4];
        const size_t n = neighbours_of(b, b->queue[i], neighbour);
        for (size_t k = 0; k < n; k++) {
            if (b->state[neighbour[k]] == NOT_ZERO) {
                count_block(b, neighbour[k], &border);
            } else if (b->state[neighbour[k]] == ZERO) {
                b->state[neighbour[k]] = SEEN;
                b->queue[end++] = neighbour[k];
            }
        }
    }
    if (border.n < b->edge * b->edge) /* most of the border is flagged */
        border = b->sample;
    bool any = false;
    for (size_t i = 0; i < end; i++) {
        const struct extent e = extent_of(b, b->queue[i]); /* those at the edge are smaller */
        if (surprisal(&border, e.width * e.height) > BLANK_MIN_SURPRISAL) {
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

/* Mask the zero pixels that follow (x, y) in the direction (dx, dy), at most `limit` of them. */
static void extend(const struct pixels *p, uint8_t *mask, size_t x, size_t y, ptrdiff_t dx,
                   ptrdiff_t dy, size_t limit)
{
    for (size_t i = 0; i < limit; i++) {
        x += (size_t)dx;
        y += (size_t)dy;
        if (x >= p->width || y >= p->height || !is_zero(p, y * p->width + x, 1))
            return;
        mask[y * p->width + x] = 0;
    }
}

/* Mask a block, and the zeros of its neighbours next to it: blank areas do not end at blocks. */
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
