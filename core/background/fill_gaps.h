/* Filling regions that have no background of their own from their neighbours. */
#ifndef WN_BACKGROUND_FILL_GAPS_H
#define WN_BACKGROUND_FILL_GAPS_H

#include "winnow.h"

/* Values per region, where some regions have none worth having: those take theirs from their
 * neighbours, rings by interpolation, tiles by averaging. With no good region all become 0. */
wn_status wn_fill_gaps(const wn_map *map, const bool *good, double *value);

#endif
