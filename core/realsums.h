/* Sums of real numbers over windows of a frame, in the way of sat.h. Each window is summed for
 * itself, columns first: a large number leaves no rounding behind in the next one. */
#ifndef WN_REALSUMS_H
#define WN_REALSUMS_H

#include "sat.h"

struct real_sums {
    struct window_rule rule;
    double *column; /* [3][width] of a column: how many pixels count, their sum, their squares' */
    double *window; /* [3][width] of the window about a pixel */
};

/* As sat_create() and so on. Pixels of SAT_LIMIT or more are left out here as well. */
wn_status real_sums_create(const struct window_rule *rule, struct real_sums *sums);
void real_sums_free(struct real_sums *sums);
void real_sums_fill(struct real_sums *sums, size_t y, size_t first, size_t end);

#endif
