/* Taking the rim off marked areas. */
#ifndef WN_ERODE_H
#define WN_ERODE_H

#include "winnow.h"

/* Leave those pixels marked that have only marked ones within a square of 2 radius + 1, as far as
 * it lies in the frame. `mark` has height * width bytes of 0 or 1. WN_ERR_MEMORY. */
wn_status erode(uint8_t *mark, size_t height, size_t width, size_t radius);

#endif
