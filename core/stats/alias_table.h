/* Alias tables: one look-up draws from a discrete distribution of small counts (Walker, ACM Trans.
 * Math. Softw. 3 (1977) 253). A table has 2^bits columns, each with a probability of 24 bits for
 * its own number and, in the low 8 bits, its alias, the number that is drawn otherwise. The tables
 * are the same on every machine (promise P4). */
#ifndef WN_STATS_ALIAS_TABLE_H
#define WN_STATS_ALIAS_TABLE_H

#include <stdint.h>

/* Maximum number of columns of a table. */
#define ALIAS_COLUMNS 256

/* Fill the columns for the numbers 0 to counts - 1 with probabilities weight / sum; `sum` is the
 * sum of the weights. counts <= columns <= ALIAS_COLUMNS; numbers >= counts are never drawn. */
void wn_alias_table_fill(const double *weight, double sum, uint32_t counts, uint32_t columns,
                         uint32_t *column);

/* Draw a number from a table by 32 random bits. table = its first column << 8 | 32 - bits. */
static inline uint32_t alias_table_draw(const uint32_t *column, uint32_t table, uint32_t random)
{
    const uint32_t shift = table & 255, number = random >> shift;
    const uint32_t entry = column[(table >> 8) + number];
    const uint32_t fraction = (random << (32 - shift)) >> 8;
    return fraction < entry >> 8 ? number : entry & 255;
}

#endif
