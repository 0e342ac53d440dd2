/* The dropped pixels of every region: what the background law will be fitted to. */
#ifndef WN_PICK_BACKGROUND_SUMS_H
#define WN_PICK_BACKGROUND_SUMS_H

#include "background/collect.h"
#include "pick/pick.h"

/* Sum up the dropped pixels of every region, but for the skirts of strong signal. */
wn_status wn_background_sums_picked(struct separation *separation, const struct pick_limits *cuts,
                                    const struct collection *collection,
                                    const struct pixels *pixels);

/* The same from what each pixel is: sum up those of the kind background. */
void wn_background_sums_kinds(struct separation *separation, const struct pixels *pixels);

#endif
