/* Construction of alias tables by Vose's method (IEEE Trans. Softw. Eng. 17 (1991) 972): columns
 * that their own number does not fill are completed by numbers of more than average probability.
 * Linear in the number of columns; two stacks, no sorting. */
#include "stats/alias_table.h"

#include "common/bitexact_math.h"

/* The columns during construction. */
struct columns {
    double filled[ALIAS_COLUMNS];  /* probability left of the column's own number, times columns */
    uint32_t small[ALIAS_COLUMNS]; /* stack of columns with filled < 1 */
    uint32_t large[ALIAS_COLUMNS]; /* stack of the others */
    uint32_t n_small, n_large;
};

static void sort_columns(const double *weight, double scale, uint32_t counts, uint32_t columns,
                         struct columns *c)
{
    c->n_small = c->n_large = 0;
    for (uint32_t j = 0; j < columns; j++) {
        c->filled[j] = j < counts ? weight[j] * scale : 0;
        if (c->filled[j] < 1)
            c->small[c->n_small++] = j;
        else
            c->large[c->n_large++] = j;
    }
}

void wn_alias_table_fill(const double *weight, double sum, uint32_t counts, uint32_t columns,
                         uint32_t *column)
{
    struct columns c;
    sort_columns(weight, columns / sum, counts, columns, &c);
    while (c.n_small > 0 && c.n_large > 0) {
        const uint32_t j = c.small[--c.n_small], giver = c.large[c.n_large - 1];
        column[j] = (uint32_t)(c.filled[j] * 16777216.0) << 8 | giver;
        c.filled[giver] -= 1 - c.filled[j];
        if (c.filled[giver] < 1)
            c.small[c.n_small++] = c.large[--c.n_large];
    }
    /* The remaining columns are full up to rounding errors. */
    while (c.n_small > 0) {
        const uint32_t j = c.small[--c.n_small];
        column[j] = 0xffffff00u | j;
    }
    while (c.n_large > 0) {
        const uint32_t j = c.large[--c.n_large];
        column[j] = 0xffffff00u | j;
    }
}
