/* Values for regions that have no background of their own, from their neighbours. */
#ifndef WN_BACKGROUND_FILL_GAPS_H
#define WN_BACKGROUND_FILL_GAPS_H

#include "winnow.h"

/* Replace value[i] of every region that is not good[i]: rings by interpolation between good ones,
 * tiles by averages of their neighbours. Without any good region all become 0. */
wn_status wn_fill_gaps(const wn_map *map, const bool *good, double *value);

#endif
