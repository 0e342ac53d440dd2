/* Streams of counts: numbers of known expectation, at the cost of their entropy. */
#ifndef WN_FORMAT_COUNT_STREAM_H
#define WN_FORMAT_COUNT_STREAM_H

#include <math.h>

#include "format/rans.h"

/*
 * Writer and reader know a context for each count, 0 to 255, from the expected count. The counts of
 * a context follow one distribution, which the encoder measures and stores as a table
 * (format/count_code.h). Coding by rANS (Duda, arXiv:1311.2540) then costs the entropy of the
 * counts given their contexts. States have 32 bits, words 16, frequencies sum up to 2^12; count i
 * belongs to state i mod 32.
 *
 * The layout of a stream, all little-endian:
 *
 *     4    T
 *     ...  T numbers (format/byte_stream.h), for each context that occurs, ascending:
 *            context - (previous context + 1), the previous of the first being -1;
 *            base; shift, 0 to 31; m, 1 to 255;
 *            the frequencies of m symbols and of the escape: sum 4096, none above 4095.
 *          Readers ignore tables of contexts that do not occur.
 *     4    W, at least 64
 *     2 W  words: the initial states of the decoder, state 0 first, low word first; then the
 *          words that the decoder reads, in its order
 *     4    B
 *     B    the low bits of all counts that have any, LSB first, padded with 0
 *     4    E
 *     ...  E numbers: the escaped counts, in order. These and the T numbers are there, as 5 bytes,
 *          even if there are none.
 *
 * With the state x, slot = x mod 4096 lies in the interval of a symbol j: start <= slot < start +
 * frequency, where start is the sum of the frequencies before. Then x = frequency * (x >> 12) +
 * slot - start, and if x < 2^16, x = x << 16 | next word. For j < m, count = base + (j << shift) +
 * the next `shift` low bits; for j = m it is the next escaped count. In the end all states are
 * 2^16.
 */

/* Most numbers of one table: context, base, shift, m, frequencies. */
#define TABLE_NUMBERS (4 + MAX_SYMBOLS + 1)

/* Most contexts for each unit of sqrt(expected count), that is for two standard deviations. */
#define MAX_CONTEXT_STEPS 16

/* The largest count that can be coded; UINT32_MAX is that of a flagged pixel. */
#define LARGEST_COUNT 0xfffffffeu

/* The context of a count whose expectation is `expected`, finite and >= 0: `steps`, 1 to 16,
 * contexts for each unit of sqrt(expected), which is two standard deviations of a Poisson count. */
static inline unsigned count_context(float expected, unsigned steps)
{
    const float context = sqrtf(expected) * (float)steps + 0.5f;
    return context < 255 ? (unsigned)context : 255;
}

#endif
