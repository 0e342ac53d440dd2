/* Blocks of edge x edge pixels, of whose background pixels only the sum of the counts is stored.
 *
 * The pixels of a block are numbered row by row. Reading draws the sum over them by halves: a node
 * of the tree, the pixels `low` to `high` - 1, gives a binomial part of its counts to its first
 * half, those below middle = low + (high - low) / 2, and the rest to the second one, see
 * stats/binomial.h. Nodes that have halves are numbered from the whole block on, each before those
 * of its first half, and these before those of the second: edge * edge - 1 of them. For number j of
 * the block in column x of row y of the blocks, the word number ((edge * edge - 1) * y + j) *
 * across + x is drawn with, where `across` is the number of blocks in a row. Neighbours may count
 * more evenly than by Poisson's law (pick/pair_evenness.h): of a node of two pixels with 16 counts
 * or less whose word r has (r * 0x85ebca6b mod 2^32) >> 24 below `even`, the first gets min(n,
 * floor(n share + d / 2^32)) of its n counts, in double, d = r * 0xc2b2ae35 mod 2^32. The shares
 * are those of the expected counts, so that the counts of the block are otherwise a multinomial
 * draw (Kolaczyk, Statist. Sinica 9 (1999) 119: the multiscale factorisation of Poisson counts).
 * Pixels that are not background, or beyond the edges of the frame, have the weight 0 and get
 * nothing. */
#ifndef WN_FORMAT_BLOCK_SUMS_H
#define WN_FORMAT_BLOCK_SUMS_H

#include "frame/pixels.h"
#include "geometry/map.h"
#include "stats/binomial.h"

#define MOST_EDGE  8
#define MOST_NODES (2 * MOST_EDGE * MOST_EDGE - 1)

/* Evenness is in units of 1/256. */
#define MOST_EVENNESS 255

/* It is that of pairs of so many counts at most: others may be signal. */
#define EVEN_COUNTS 16

/* A node of the tree; node 0 is the whole block, nodes come before their halves. */
struct block_node {
    uint8_t low, high;     /* pixels of the block; a leaf has one */
    uint8_t first, second; /* nodes: the halves; 0 for a leaf */
};

/* One row of blocks at a time. */
struct block_sums {
    const wn_map *map;
    const float *mean; /* [cells] expected count of a pixel, above 0 */
    unsigned edge;
    unsigned even; /* in 256 splits, of two pixels, how many are made as evenly as they can; 0
                      unless set */
    size_t across, down;
    size_t nodes;
    struct block_node node[MOST_NODES];
    size_t leaf[MOST_EDGE][MOST_EDGE]; /* the nodes of the pixels, by row and column of a block */
    float *weight;   /* [nodes * across] expected counts of the background pixels of a node */
    uint32_t *count; /* [nodes * across] */
    float *line;     /* [width] */
};

/* WN_ERR_MEMORY. What is pointed to is not copied. */
wn_status wn_block_sums_create(const wn_map *map, const float *mean, unsigned edge,
                               struct block_sums *blocks);
void wn_block_sums_free(struct block_sums *blocks);

/* Fill in the weights of row number `row`, the pixels of whose lines are of these kinds
 * (wn_pixel_kind); those of the blocks themselves, [across], are returned:
 * 0 for a block without background pixels. */
const float *wn_block_sums_weigh(struct block_sums *blocks, size_t row, const uint8_t *kind);

/* Where the sums of the blocks of a row go before they are drawn: [across]. */
static inline uint32_t *block_sums_of_row(struct block_sums *blocks)
{
    return blocks->count;
}

/* Words that a row of blocks needs. */
static inline size_t block_sums_words(const struct block_sums *blocks)
{
    return (blocks->edge * blocks->edge - 1) * blocks->across;
}

/* Draw the sums of the weighed row number `row` over its pixels. pixel gets its lines of the frame,
 * up to edge of them; counts of pixels that are no background are 0. word: the random words of the
 * row. splits NULL: without noise, each half gets its expected part, rounded up or down as the
 * words say. */
void wn_block_sums_draw(struct block_sums *blocks, size_t row, const struct binomial_tables *splits,
                        const uint32_t *word, uint32_t *pixel);

/* Lines of the frame in a row of blocks. */
static inline size_t block_sums_lines(const struct block_sums *blocks, size_t row)
{
    return at_most(blocks->map->height - row * blocks->edge, blocks->edge);
}

/* The sums of the background pixels of the blocks of row number `row`, [across], where kind is that
 * of its lines; used[across] is 1 for blocks that have any, else 0. */
void wn_block_sums_add_up(const struct block_sums *blocks, const struct pixels *pixels,
                          const uint8_t *kind, size_t row, uint64_t *sum, uint8_t *used);

#endif
