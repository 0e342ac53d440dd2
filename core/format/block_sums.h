/* Sums of blocks of edge x edge pixels: of the background pixels of a block only the sum of their
 * counts is stored.
 *
 * The pixels of a block are numbered row by row. The reader distributes the sum by successive
 * halving: a node of the binary tree, the pixels `low` to `high` - 1, gives a binomially
 * distributed part of its counts to its first half, the pixels below middle = low + (high - low) /
 * 2, and the rest to its second half, see stats/binomial.h. The shares are those of the expected
 * counts, so that the counts of a block are a multinomial draw (Kolaczyk, Statist. Sinica 9 (1999)
 * 119: the multiscale factorisation of Poisson counts). Pixels that are not background, or beyond
 * the edges of the frame, have the weight 0 and get nothing.
 *
 * Inner nodes are numbered in preorder: the whole block is 0, each node comes before those of its
 * first half, and these before those of its second half; edge * edge - 1 of them. Node j of the
 * block in column x of row y of the blocks uses random word ((edge * edge - 1) * y + j) * across +
 * x, where `across` is the number of blocks in a row.
 *
 * Neighbouring pixels may be more even than Poisson counts (pick/pair_evenness.h): of a node of two
 * pixels and at most 16 counts whose word r has (r * 0x85ebca6b mod 2^32) >> 24 below `evenness`,
 * the first pixel gets min(n, floor(n share + d / 2^32)) of the n counts, in double, d = r *
 * 0xc2b2ae35 mod 2^32. */
#ifndef WN_FORMAT_BLOCK_SUMS_H
#define WN_FORMAT_BLOCK_SUMS_H

#include "frame/pixels.h"
#include "geometry/map.h"
#include "stats/binomial.h"

#define MAX_BLOCK_EDGE  8
#define MAX_BLOCK_NODES (2 * MAX_BLOCK_EDGE * MAX_BLOCK_EDGE - 1)

/* Evenness is in units of 1/256: the fraction of pairs that are split as evenly as possible. */
#define MAX_EVENNESS 255

/* Only pairs of at most this many counts are split evenly: higher ones may be signal. */
#define EVEN_PAIR_MAX_COUNTS 16

/* A node of the binary tree; node 0 is the whole block, and each node comes before its halves. */
struct block_node {
    uint8_t low, high;     /* pixels of the block; a leaf has one */
    uint8_t first, second; /* numbers of the halves; 0 for a leaf */
};

/* State for one row of blocks at a time. */
struct block_sums {
    const wn_map *map;
    const float *mean; /* [cells] expected count of a pixel, above 0 */
    unsigned edge;
    unsigned evenness; /* see MAX_EVENNESS; 0 unless set */
    size_t across, down;
    size_t nodes;
    struct block_node node[MAX_BLOCK_NODES];
    /* the node of each pixel of a block, by row and column */
    size_t leaf[MAX_BLOCK_EDGE][MAX_BLOCK_EDGE];
    float *weight;   /* [nodes * across] expected counts of the background pixels of each node */
    uint32_t *count; /* [nodes * across] */
    float *line;     /* [width] weights of one row of pixels */
};

/* The map and the means are referenced, not copied. Errors: WN_ERR_MEMORY. */
wn_status wn_block_sums_create(const wn_map *map, const float *mean, unsigned edge,
                               struct block_sums *blocks);
void wn_block_sums_free(struct block_sums *blocks);

/* Fill in the weights of row `row` of blocks, whose pixels have these kinds (wn_pixel_kind).
 * Returns the weights of whole blocks, [across]: 0 for a block without background pixels. */
const float *wn_block_sums_weigh(struct block_sums *blocks, size_t row, const uint8_t *kind);

/* Where the caller puts the sums of a row of blocks before it is drawn: [across]. */
static inline uint32_t *block_sums_of_row(struct block_sums *blocks)
{
    return blocks->count;
}

/* Random words that a row of blocks needs. */
static inline size_t block_sums_random_words(const struct block_sums *blocks)
{
    return (blocks->edge * blocks->edge - 1) * blocks->across;
}

/* Distribute the sums of row `row` of blocks, whose weights have been filled in, over its pixels.
 * `pixel` gets up to `edge` rows of the frame; pixels that are not background get 0. `random` holds
 * the random words of the row. `splits` NULL: without noise, each half gets its expected part,
 * rounded up or down by the dither in `random`. */
void wn_block_sums_draw(struct block_sums *blocks, size_t row, const struct binomial_tables *splits,
                        const uint32_t *random, uint32_t *pixel);

/* Rows of pixels in a row of blocks: `edge`, or fewer at the lower edge of the frame. */
static inline size_t block_sums_lines(const struct block_sums *blocks, size_t row)
{
    return at_most(blocks->map->height - row * blocks->edge, blocks->edge);
}

/* The sums of the background pixels of row `row` of blocks, [across]; kind: of the pixels of that
 * row. used[across] is 1 for blocks that have background pixels, else 0. */
void wn_block_sums_add_up(const struct block_sums *blocks, const struct pixels *pixels,
                          const uint8_t *kind, size_t row, uint64_t *sum, uint8_t *used);

#endif
