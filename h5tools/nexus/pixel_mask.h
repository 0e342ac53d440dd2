/*
 * The bad pixels of a detector according to a NeXus file.
 *
 * pixel_mask is read from the detector, its detectorSpecific (Dectris), or its channels
 * (Dectris v2024.2, NXdetector_channel): a pixel is bad if any bit is set, in any of the channels.
 */
#ifndef H5WINNOW_NEXUS_PIXEL_MASK_H
#define H5WINNOW_NEXUS_PIXEL_MASK_H

#include <stdint.h>

#include "base/outcome.h"
#include "nexus/node.h"

struct pixel_mask {
    uint8_t *valid; /* [height * width], 1 = good; NULL: no mask. To be freed by the caller */
    size_t masked;  /* pixels that are not valid */
    char path[NODE_PATH_SIZE]; /* with * for the name of the channel if there are several */
};

/* Reads the mask for frames of this size. Invalid masks are reported and left out.
 * IO_FAILURE: out of memory. */
enum outcome pixel_mask_read(const struct nexus_node *detector, uint32_t height, uint32_t width,
                             struct pixel_mask *mask);

#endif
