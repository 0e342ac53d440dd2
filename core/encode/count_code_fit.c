/* Choosing the code of a context: the size of a few codes, differing in how many counts escape and
 * in how many low bits are split off, is estimated by entropy plus table, and the smallest is
 * taken. Frequencies are rounded to SLOTS greedily, each slot going where it changes the size most.
 * Linear in the number of counts. */
#include "encode/count_code_fit.h"

#include <math.h>
#include <string.h>

/* Most bins of the histogram of a context. */
#define BINS COUNT_BINS

/* Estimated bits of a table: of any code, of a symbol that occurs, and of one that does not.
 * ESCAPE_BITS: bits of an escaped count, beyond log2 of twice the highest count that does not
 * escape. Measured with streams of 200 to 65000 counts. */
#define CODE_BITS   24
#define SYMBOL_BITS 6
#define GAP_BITS    5
#define ESCAPE_BITS 5

/* Low bits take time: a code that has them must save this many bits for each count. */
#define LOW_BITS_PRICE 0.05

/* Codes are tried in which at most n / ESCAPE_DIVISOR[i] counts escape at either end: first
 * none. */
static const size_t ESCAPE_DIVISOR[] = {SIZE_MAX, 512, 64, 16};

/* ---- bins ---------------------------------------------------------------------------------- */

/* Histogram of the counts of a context: bin i begins at low + (i << shift). */
struct bins {
    uint32_t low, high; /* lowest and highest count that is in a bin */
    unsigned shift;
    size_t below, above; /* counts below and above all bins */
    uint32_t bin[BINS];
};

/* The smallest shift with which low ... high fall into at most `most` bins. */
static unsigned shift_for(uint32_t low, uint32_t high, uint32_t most)
{
    unsigned shift = 0;
    while ((high - low) >> shift >= most)
        shift++;
    return shift;
}

static void fill_bins(struct bins *b, const uint32_t *count, size_t n)
{
    const uint32_t low = b->low, high = b->high;
    const unsigned shift = shift_for(low, high, BINS);
    memset(b->bin, 0, (((high - low) >> shift) + 1) * sizeof b->bin[0]);
    size_t below = 0, above = 0;
    for (size_t i = 0; i < n; i++) {
        if (count[i] < low)
            below++;
        else if (count[i] > high)
            above++;
        else
            b->bin[(count[i] - low) >> shift]++;
    }
    b->shift = shift;
    b->below = below;
    b->above = above;
}

static void all_bins(struct bins *b, const uint32_t *count, size_t n)
{
    uint32_t low = UINT32_MAX, high = 0;
    for (size_t i = 0; i < n; i++) {
        low = count[i] < low ? count[i] : low;
        high = count[i] > high ? count[i] : high;
    }
    b->low = low;
    b->high = high;
    fill_bins(b, count, n);
}

/* Remove bins at both ends, as long as at most `max_escapes` counts are beyond either end; the
 * remaining bins are moved to bin 0. */
static void trim_ends(struct bins *b, size_t max_escapes)
{
    size_t first = 0, last = (b->high - b->low) >> b->shift;
    while (first < last && b->below + b->bin[first] <= max_escapes)
        b->below += b->bin[first++];
    while (first < last && b->above + b->bin[last] <= max_escapes)
        b->above += b->bin[last--];
    const uint32_t end = (uint32_t)((last + 1) << b->shift) - 1;
    if (end < b->high - b->low)
        b->high = b->low + end;
    b->low += (uint32_t)(first << b->shift);
    memmove(b->bin, b->bin + first, (last - first + 1) * sizeof b->bin[0]);
}

/* Trim both ends; the rest may then fit narrower bins, and be trimmed further. */
static void trim_and_refine(struct bins *b, const uint32_t *count, size_t n, size_t max_escapes)
{
    trim_ends(b, max_escapes);
    while (shift_for(b->low, b->high, BINS) < b->shift) {
        fill_bins(b, count, n);
        trim_ends(b, max_escapes);
    }
}

/* ---- frequencies --------------------------------------------------------------------------- */

/* How often each symbol of a code occurs; the last one is the escape. */
struct occurrences {
    size_t n;
    size_t symbol[MAX_SYMBOLS + 1];
};

/* The symbol for which one slot more (by = 1) saves most, or one less (by = -1) costs least. */
static unsigned best_symbol_to_change(const struct count_code *code, const struct occurrences *o,
                                      int by)
{
    unsigned best = 0;
    double best_gain = -INFINITY;
    for (unsigned j = 0; j <= code->symbols; j++) {
        const int frequency = code->frequency[j];
        if (o->symbol[j] == 0 || frequency + by < 1 || frequency + by >= (int)SLOTS)
            continue;
        const double gain = by * (double)o->symbol[j] / (frequency + 0.5 * by);
        if (gain > best_gain) {
            best_gain = gain;
            best = j;
        }
    }
    return best;
}

static void set_frequencies(struct count_code *code, const struct occurrences *o)
{
    const double slots_per_count = (double)SLOTS / (double)o->n;
    int missing = SLOTS;
    for (unsigned j = 0; j <= code->symbols; j++) {
        const unsigned share = (unsigned)((double)o->symbol[j] * slots_per_count + 0.5);
        const unsigned least = o->symbol[j] > 0;
        const unsigned frequency = share < least ? least : share < SLOTS ? share : SLOTS - 1;
        code->frequency[j] = (uint16_t)frequency;
        missing -= (int)frequency;
    }
    /* If only one symbol occurs, which is then the first, the escape gets one slot. */
    if (o->symbol[0] == o->n) {
        code->frequency[code->symbols] = 1;
        return;
    }
    for (; missing > 0; missing--)
        code->frequency[best_symbol_to_change(code, o, 1)]++;
    for (; missing < 0; missing++)
        code->frequency[best_symbol_to_change(code, o, -1)]--;
}

/* ---- codes --------------------------------------------------------------------------------- */

/* Estimated bits of the counts with a code; `high` is the highest count that does not escape. */
static double bits_of(const struct count_code *code, const struct occurrences *o, uint32_t high)
{
    const double escapes = (double)o->symbol[code->symbols];
    const double low_bits = code->shift > 0 ? code->shift + LOW_BITS_PRICE : 0;
    double bits = CODE_BITS + ((double)o->n - escapes) * low_bits +
                  escapes * (ESCAPE_BITS + log2(2.0 * high + 8));
    for (unsigned j = 0; j <= code->symbols; j++) {
        if (code->frequency[j] == 0) {
            bits += GAP_BITS;
            continue;
        }
        const double length = log2(code->frequency[j]);
        bits += (double)o->symbol[j] * (SLOT_BITS - length) + SYMBOL_BITS + fmax(length - 2, 0);
    }
    return bits;
}

/* The code for a histogram, with symbols of 2^shift counts; returns its estimated bits. */
static double code_of_bins(const struct bins *b, size_t n, unsigned shift, struct count_code *code)
{
    struct occurrences o = {.n = n};
    code->base = b->low;
    code->shift = shift;
    code->symbols = ((b->high - b->low) >> shift) + 1;
    for (size_t i = 0; i <= (b->high - b->low) >> b->shift; i++)
        o.symbol[i >> (shift - b->shift)] += b->bin[i];
    o.symbol[code->symbols] = b->below + b->above;
    set_frequencies(code, &o);
    return bits_of(code, &o, b->high);
}

/* Try codes with ever wider symbols as long as their size falls. The best replaces *code if it
 * takes fewer than *least bits. */
static void try_codes(const struct bins *b, size_t n, double *least, struct count_code *code)
{
    double last = INFINITY;
    for (unsigned shift = shift_for(b->low, b->high, MAX_SYMBOLS); shift < 32; shift++) {
        struct count_code other;
        const double bits = code_of_bins(b, n, shift, &other);
        if (bits >= last)
            return;
        last = bits;
        if (bits < *least) {
            *least = bits;
            *code = other;
        }
    }
}

void wn_count_code_choose(const uint32_t *count, size_t n, struct count_code *code)
{
    struct bins bins;
    all_bins(&bins, count, n);
    double least = INFINITY;
    for (size_t i = 0; i < sizeof ESCAPE_DIVISOR / sizeof ESCAPE_DIVISOR[0]; i++) {
        trim_and_refine(&bins, count, n, n / ESCAPE_DIVISOR[i]);
        try_codes(&bins, n, &least, code);
    }
}

void wn_count_code_of_histogram(const uint32_t times[COUNT_BINS], struct count_code *code)
{
    struct bins bins = {.low = 0, .high = COUNT_BINS - 1};
    size_t n = 0;
    for (size_t i = 0; i < COUNT_BINS; i++)
        n += times[i];
    while (times[bins.low] == 0)
        bins.low++;
    while (times[bins.high] == 0)
        bins.high--;
    memcpy(bins.bin, times + bins.low, (bins.high - bins.low + 1) * sizeof bins.bin[0]);
    double least = INFINITY;
    for (size_t i = 0; i < sizeof ESCAPE_DIVISOR / sizeof ESCAPE_DIVISOR[0]; i++) {
        trim_ends(&bins, n / ESCAPE_DIVISOR[i]);
        try_codes(&bins, n, &least, code);
    }
}
