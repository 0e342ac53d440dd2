/* How much more evenly than Poisson counts the counts of neighbouring background pixels are
 * distributed. */
#ifndef WN_PICK_PAIR_EVENNESS_H
#define WN_PICK_PAIR_EVENNESS_H

#include "frame/pixels.h"

/* The fraction, in 1/256, of pairs of neighbours that have to be split as evenly as possible, and
 * the others binomially, to reproduce the observed spread of background pixels. Counts are more
 * even than Poisson counts on detectors that merge or discard events (counting detectors at high
 * rates, integrating ones rounded to photons), and among the pixels that clusters leave as
 * background. 0 if pairs vary as much as Poisson counts, or more. */
unsigned wn_pair_evenness(const struct pixels *pixels, const uint8_t *kind);

#endif
