/* Sums of blocks: multinomial draws by successive binomial halving (Kolaczyk, Statist. Sinica 9
 * (1999) 119), one level of the tree for a whole row of blocks at a time, so that the loops
 * vectorise. The two multipliers that derive further random numbers from a word are those of the
 * 32-bit finaliser of MurmurHash3 (A. Appleby, 2011, public domain). Linear in the number of
 * pixels; memory for about 4 edge^2 values for each block of a row. */
#include "format/block_sums.h"

#include <stdlib.h>
#include <string.h>

#include "common/simd.h"
#include "geometry/map.h"

/* Multipliers of the finaliser of MurmurHash3, which derive further random numbers from a word. */
#define MURMUR3_FINALISER_1 0x85ebca6bu
#define MURMUR3_FINALISER_2 0xc2b2ae35u

/* Append the node of the pixels `low` to `high` - 1 and all nodes below it; returns its number. */
static size_t add_nodes(struct block_sums *b, unsigned low, unsigned high)
{
    const size_t here = b->nodes++;
    b->node[here] = (struct block_node){(uint8_t)low, (uint8_t)high, 0, 0};
    if (high - low > 1) {
        const unsigned middle = low + (high - low) / 2;
        b->node[here].first = (uint8_t)add_nodes(b, low, middle);
        b->node[here].second = (uint8_t)add_nodes(b, middle, high);
    } else {
        b->leaf[low / b->edge][low % b->edge] = here;
    }
    return here;
}

wn_status wn_block_sums_create(const wn_map *map, const float *mean, unsigned edge,
                               struct block_sums *blocks)
{
    struct block_sums b = {.map = map,
                           .mean = mean,
                           .edge = edge,
                           .across = (map->width + edge - 1) / edge,
                           .down = (map->height + edge - 1) / edge};
    add_nodes(&b, 0, edge * edge);
    b.weight = malloc(b.nodes * b.across * sizeof *b.weight);
    b.count = malloc(b.nodes * b.across * sizeof *b.count);
    b.line = calloc(b.across * edge, sizeof *b.line);
    if (!b.weight || !b.count || !b.line) {
        wn_block_sums_free(&b);
        return WN_ERR_MEMORY;
    }
    *blocks = b;
    return WN_OK;
}

void wn_block_sums_free(struct block_sums *b)
{
    free(b->weight);
    free(b->count);
    free(b->line);
    *b = (struct block_sums){0};
}

/* ---- weights ------------------------------------------------------------------------------- */

WN_MULTIVERSION
static void weigh_line(const float *restrict mean, const uint16_t *restrict cell,
                       const uint8_t *restrict kind, size_t n, float *restrict line)
{
    for (size_t i = 0; i < n; i++) {
        const float m = mean[cell[i]];
        line[i] = kind[i] == WN_PIXEL_BACKGROUND ? m : 0;
    }
}

/* Every edge-th value of a row. The most common edge has a loop of its own, which the compiler
 * turns into shuffles. */
WN_MULTIVERSION
static void take_strided(const float *restrict line, size_t edge, size_t n, float *restrict to)
{
    if (edge == 2) {
        for (size_t i = 0; i < n; i++)
            to[i] = line[2 * i];
    } else {
        for (size_t i = 0; i < n; i++)
            to[i] = line[edge * i];
    }
}

WN_MULTIVERSION
static void add_floats(const float *restrict a, const float *restrict b, size_t n,
                       float *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = a[i] + b[i];
}

/* The weights of one row of pixels, sorted into the leaves of the tree. */
static void weigh_leaves(struct block_sums *b, size_t row, size_t line, const uint8_t *kind)
{
    const size_t width = b->map->width, n = b->across, first = (row * b->edge + line) * width;
    weigh_line(b->mean, b->map->cell + first, kind + line * width, width, b->line);
    for (size_t x = 0; x < b->edge; x++)
        take_strided(b->line + x, b->edge, n, b->weight + b->leaf[line][x] * n);
}

const float *wn_block_sums_weigh(struct block_sums *b, size_t row, const uint8_t *kind)
{
    const size_t n = b->across, lines = block_sums_lines(b, row);
    for (size_t y = 0; y < lines; y++)
        weigh_leaves(b, row, y, kind);
    for (size_t y = lines; y < b->edge; y++) {
        for (size_t x = 0; x < b->edge; x++)
            memset(b->weight + b->leaf[y][x] * n, 0, n * sizeof *b->weight);
    }
    for (size_t k = b->nodes; k-- > 0;) {
        const struct block_node *node = &b->node[k];
        if (node->first != 0)
            add_floats(b->weight + node->first * n, b->weight + node->second * n, n,
                       b->weight + k * n);
    }
    return b->weight;
}

/* ---- drawing ------------------------------------------------------------------------------- */

/* The expected part of the first half, rounded up as often as its fraction says. */
WN_MULTIVERSION
static void split_expected(const uint32_t *restrict n, const float *restrict first,
                           const float *restrict second, const uint32_t *restrict random,
                           size_t count, uint32_t *restrict to_first)
{
    for (size_t i = 0; i < count; i++) {
        const float share = share_of(first[i], second[i]);
        const double part = n[i] * (double)share + random[i] * (1.0 / 4294967296.0), all = n[i];
        to_first[i] = (uint32_t)(part < all ? part : all);
    }
}

/* Replace those drawn splits that the random words select by the expected part, dithered. */
WN_MULTIVERSION
static void split_evenly(const uint32_t *restrict n, const float *restrict first,
                         const float *restrict second, const uint32_t *restrict random,
                         uint32_t evenness, size_t count, uint32_t *restrict to_first)
{
    for (size_t i = 0; i < count; i++) {
        const float share = share_of(first[i], second[i]);
        const uint32_t dither = random[i] * MURMUR3_FINALISER_2, all = n[i];
        const double exact = all * (double)share + dither * (1.0 / 4294967296.0);
        const uint32_t part = exact < all ? (uint32_t)exact : all;
        const bool chosen =
            (random[i] * MURMUR3_FINALISER_1) >> 24 < evenness && all <= EVEN_PAIR_MAX_COUNTS;
        to_first[i] = chosen ? part : to_first[i];
    }
}

WN_MULTIVERSION
static void subtract(const uint32_t *restrict a, const uint32_t *restrict b, size_t n,
                     uint32_t *restrict to)
{
    for (size_t i = 0; i < n; i++)
        to[i] = a[i] - b[i];
}

/* Split all nodes of a row of blocks, from the whole blocks down. */
static void draw_nodes(struct block_sums *b, const struct binomial_tables *splits,
                       const uint32_t *random)
{
    const size_t n = b->across;
    for (size_t k = 0; k < b->nodes; k++) {
        const struct block_node *node = &b->node[k];
        if (node->first == 0)
            continue;
        const uint32_t *count = b->count + k * n;
        uint32_t *first = b->count + node->first * n;
        const float *weight = b->weight + node->first * n, *other = b->weight + node->second * n;
        if (splits)
            wn_binomial_split_many(splits, count, weight, other, random, n, first);
        else
            split_expected(count, weight, other, random, n, first);
        if (splits && b->evenness > 0 && node->high - node->low == 2)
            split_evenly(count, weight, other, random, b->evenness, n, first);
        subtract(count, first, n, b->count + node->second * n);
        random += n;
    }
}

/* Interleave two columns of leaves to a row of pixels. */
WN_MULTIVERSION
static void put_pairs(const uint32_t *restrict left, const uint32_t *restrict right, size_t n,
                      uint32_t *restrict pixel)
{
    for (size_t i = 0; i < n; i++) {
        pixel[2 * i] = left[i];
        pixel[2 * i + 1] = right[i];
    }
}

/* Write a column of leaves to its pixels; the last one may lie beyond the frame. */
static void put_column(const uint32_t *restrict count, size_t edge, size_t width, size_t x,
                       uint32_t *restrict pixel)
{
    for (size_t i = 0; x < width; i++, x += edge)
        pixel[x] = count[i];
}

static void put_line(const struct block_sums *b, size_t line, uint32_t *pixel)
{
    const size_t width = b->map->width, n = b->across, pairs = width / 2;
    const size_t *leaf = b->leaf[line];
    size_t done = 0;
    if (b->edge == 2) {
        put_pairs(b->count + leaf[0] * n, b->count + leaf[1] * n, pairs, pixel);
        done = pairs;
    }
    for (size_t x = 0; x < b->edge; x++)
        put_column(b->count + leaf[x] * n + done, b->edge, width, done * b->edge + x, pixel);
}

void wn_block_sums_draw(struct block_sums *b, size_t row, const struct binomial_tables *splits,
                        const uint32_t *random, uint32_t *pixel)
{
    draw_nodes(b, splits, random);
    for (size_t y = 0; y < block_sums_lines(b, row); y++)
        put_line(b, y, pixel + y * b->map->width);
}

/* ---- sums ---------------------------------------------------------------------------------- */

/* Part of a row of pixels: background counts, and which pixels are background; zero-padded to whole
 * blocks. */
struct block_part {
    uint32_t count[SEGMENT];
    uint8_t used[SEGMENT];
};

WN_MULTIVERSION
static void mask_counts(const uint32_t *restrict count, const uint8_t *restrict kind, size_t n,
                        struct block_part *restrict part)
{
    for (size_t i = 0; i < n; i++) {
        const uint32_t c = count[i];
        part->count[i] = kind[i] == WN_PIXEL_BACKGROUND ? c : 0;
    }
    for (size_t i = 0; i < n; i++)
        part->used[i] = kind[i] == WN_PIXEL_BACKGROUND;
}

/* Add the part to the sums of its blocks. */
WN_MULTIVERSION
static void add_pairs(const struct block_part *restrict part, size_t blocks, uint64_t *restrict sum,
                      uint8_t *restrict used)
{
    for (size_t i = 0; i < blocks; i++)
        sum[i] += (uint64_t)part->count[2 * i] + part->count[2 * i + 1];
    for (size_t i = 0; i < blocks; i++)
        used[i] |= part->used[2 * i] | part->used[2 * i + 1];
}

static void add_part(const struct block_part *part, size_t edge, size_t blocks, uint64_t *sum,
                     uint8_t *used)
{
    for (size_t i = 0; i < blocks; i++) {
        for (size_t x = 0; x < edge; x++) {
            sum[i] += part->count[i * edge + x];
            used[i] |= part->used[i * edge + x];
        }
    }
}

static void add_line(const struct block_sums *b, const struct pixels *p, const uint8_t *kind,
                     size_t y, uint64_t *sum, uint8_t *used)
{
    /* Whole blocks: SEGMENT is enough for what wn_pixels_counts() gives, and for the zeros. */
    const size_t edge = b->edge, step = SEGMENT / edge * edge;
    uint32_t buffer[SEGMENT];
    struct block_part part;
    for (size_t x = 0; x < p->width; x += step) {
        const size_t n = at_most(p->width - x, step), first = y * p->width + x;
        const size_t blocks = (n + edge - 1) / edge, beyond = blocks * edge - n;
        mask_counts(wn_pixels_counts(p, first, n, buffer), kind + x, n, &part);
        memset(part.count + n, 0, beyond * sizeof part.count[0]);
        memset(part.used + n, 0, beyond);
        if (edge == 2)
            add_pairs(&part, blocks, sum + x / edge, used + x / edge);
        else
            add_part(&part, edge, blocks, sum + x / edge, used + x / edge);
    }
}

void wn_block_sums_add_up(const struct block_sums *b, const struct pixels *p, const uint8_t *kind,
                          size_t row, uint64_t *sum, uint8_t *used)
{
    memset(sum, 0, b->across * sizeof *sum);
    memset(used, 0, b->across);
    for (size_t y = 0; y < block_sums_lines(b, row); y++)
        add_line(b, p, kind + y * p->width, row * b->edge + y, sum, used);
}
