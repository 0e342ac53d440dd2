/* The dropped pixels of every region: what the background law will be fitted to. */
#ifndef WN_DROPPED_H
#define WN_DROPPED_H

#include "background/collect.h"
#include "pick/pick.h"

/* Sum up the dropped pixels of every region, but for the skirts of strong signal. */
wn_status sum_dropped(struct separation *separation, const struct cuts *cuts,
                      const struct collection *collection, const struct pixels *pixels);

/* The same from what each pixel is: sum up those of the kind background. */
void sum_background(struct separation *separation, const struct pixels *pixels);

#endif
