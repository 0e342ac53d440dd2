/* How much more evenly than by Poisson's law neighbouring background pixels count. */
#ifndef WN_PICK_PAIR_EVENNESS_H
#define WN_PICK_PAIR_EVENNESS_H

#include "frame/pixels.h"

/*
 * The part of pairs of neighbours that would have to share their counts as evenly as they can, the
 * others binomially, for the spread that background pixels have. Detectors that merge or discard
 * events (counting ones at high rates, integrating ones rounded to photons) count more evenly than
 * Poisson's law, and so does what clusters leave between them. 0 where pairs vary as much or more.
 */
unsigned wn_pair_evenness(const struct pixels *pixels, const uint8_t *kind);

#endif
