/* Streams of counts: numbers of known expectation, at the cost of their entropy. */
#ifndef WN_FORMAT_COUNT_STREAM_H
#define WN_FORMAT_COUNT_STREAM_H

#include <math.h>

#include "format/rans.h"

/*
 * Both sides know a class for each count, 0 to 255, which says what is expected. Counts of a class
 * follow one distribution, which the encoder learns and stores as a table (format/count_code.h);
 * what is then coded by rANS (Duda, arXiv:1311.2540) costs the entropy of the counts given their
 * classes. States have 32 bits, words 16, frequencies sum up to 2^12; count i belongs to state i
 * mod 32.
 *
 * A stream is, all little-endian:
 *
 *     4    T
 *     ...  T numbers (format/byte_stream.h), for each class that occurs, ascending: class -
 * (previous class + 1), where the previous of the first is -1; base; shift, 0 to 31; m, 1 to 255;
 * the frequencies of m symbols and of the escape, which sum up to 4096, none above 4095. Readers do
 * not mind tables of other classes 4    W, at least 64 2 W  words: the states where the decoder
 * begins, state 0 first, the low word of each first; then what the decoder takes in, in this order
 *     4    B
 *     B    the low bits of all counts that have any, LSB first, filled up with 0
 *     4    E
 *     ...  E numbers: the counts that escaped, in order. Like the T numbers they are there, as 5
 *          bytes, even if there are none.
 *
 * With the state x, slot = x mod 4096 lies in the interval of a symbol j: start <= slot < start +
 * frequency, where start is the sum of the frequencies before. Then x = frequency * (x >> 12) +
 * slot - start, and if x < 2^16, x = x << 16 | next word. For j < m, count = base + (j << shift) +
 * the next `shift` low bits; for j = m it is the next that escaped. In the end all states are
 * 2^16.
 */

/* Numbers of a table: the class, base, shift and m, the frequencies. */
#define TABLE_NUMBERS (4 + MOST_SYMBOLS + 1)

/* The largest count; UINT32_MAX is that of a flagged pixel. */
#define MOST_STEPS    16
#define LARGEST_COUNT 0xfffffffeu

/* The class of counts of which `expected` are expected, finite and >= 0: `steps`, 1 to 16, classes
 * for each standard deviation of Poisson's law. */
static inline unsigned count_context(float expected, unsigned steps)
{
    const float class = sqrtf(expected) * (float)steps + 0.5f;
    return class < 255 ? (unsigned)class : 255;
}

#endif
