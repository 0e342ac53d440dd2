/* Fitting the profile of a separated frame. */
#ifndef WN_ENCODE_PROFILE_FIT_H
#define WN_ENCODE_PROFILE_FIT_H

#include "format/profile.h"
#include "pick/separation.h"

/* Fit the distributions to the background pixels of a separated frame and write them as a profile.
 * If they cannot be stored, w->full is set: the frame is then not separated. */
wn_status wn_profile_write(struct byte_writer *w, const struct separation *separation,
                           wn_type type);

#endif
