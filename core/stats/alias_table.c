#include "stats/alias_table.h"

#include "common/bitexact_math.h"

/* Columns that are being filled. */
struct columns {
    double filled[ALIAS_COLUMNS]; /* how far each is filled by its own number */
    uint32_t poor[ALIAS_COLUMNS]; /* stack of those that are not full */
    uint32_t rich[ALIAS_COLUMNS]; /* stack of those that are */
    uint32_t n_poor, n_rich;
};

static void sort_columns(const double *weight, double scale, uint32_t counts, uint32_t columns,
                         struct columns *c)
{
    c->n_poor = c->n_rich = 0;
    for (uint32_t j = 0; j < columns; j++) {
        c->filled[j] = j < counts ? weight[j] * scale : 0;
        if (c->filled[j] < 1)
            c->poor[c->n_poor++] = j;
        else
            c->rich[c->n_rich++] = j;
    }
}

/* Vose's construction (IEEE Trans. Softw. Eng. 17 (1991) 972). A poor column keeps what its own
 * number fills, and gets the rest from a rich one. */
void wn_alias_table_fill(const double *weight, double sum, uint32_t counts, uint32_t columns,
                         uint32_t *column)
{
    struct columns c;
    sort_columns(weight, columns / sum, counts, columns, &c);
    while (c.n_poor > 0 && c.n_rich > 0) {
        const uint32_t j = c.poor[--c.n_poor], giver = c.rich[c.n_rich - 1];
        column[j] = (uint32_t)(c.filled[j] * 16777216.0) << 8 | giver;
        c.filled[giver] -= 1 - c.filled[j];
        if (c.filled[giver] < 1)
            c.poor[c.n_poor++] = c.rich[--c.n_rich];
    }
    /* What is left is full but for rounding. */
    while (c.n_poor > 0) {
        const uint32_t j = c.poor[--c.n_poor];
        column[j] = 0xffffff00u | j;
    }
    while (c.n_rich > 0) {
        const uint32_t j = c.rich[--c.n_rich];
        column[j] = 0xffffff00u | j;
    }
}
