/* Moments of the background pixels of every region, to which the background distribution is
 * fitted. */
#ifndef WN_PICK_BACKGROUND_SUMS_H
#define WN_PICK_BACKGROUND_SUMS_H

#include "background/collect.h"
#include "pick/pick.h"

/* Sum up the background pixels of every region, without those near strong signal. */
wn_status wn_background_sums_picked(struct separation *separation, const struct pick_limits *limits,
                                    const struct collection *collection,
                                    const struct pixels *pixels);

/* The same by the kinds of the pixels, `kind`: sum up those of the kind background. */
void wn_background_sums_classified(struct separation *separation, const struct pixels *pixels);

#endif
