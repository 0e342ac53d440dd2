/* nexus/metadata.h - where the detector stood, which of its pixels are bad, and how the sample
 * turned, as a NeXus or Dectris file says it. */
#ifndef H5WINNOW_NEXUS_METADATA_H
#define H5WINNOW_NEXUS_METADATA_H

#include <hdf5.h>
#include <stdint.h>

#include "base/outcome.h"
#include "geometry/placement.h"
#include "nexus/scan.h"

struct metadata {
    struct placement placement; /* `from` is the HDF5 path that gives a quantity, owned here */
    double wavelength;          /* angstrom; 0: not known */
    char *wavelength_from;      /* HDF5 path, or NULL */
    uint8_t *valid;             /* [height * width] 1 = good; NULL: the file has no mask for frames
                                   of this size */
    size_t masked;              /* pixels that are not valid */
    char *mask_from;            /* HDF5 path, or NULL; with * for the channel if the detector has
                                   several with a mask each, whose bad pixels are all bad here */
    double saturation;          /* counts from which on pixels are saturated; NaN: not known */
    struct nexus_scan scan;
    const char *doubt;                 /* why the geometry that is there cannot be used for rings (a
                                          sentence without its full stop), or NULL */
    char *paths[PLACEMENT_QUANTITIES]; /* what `from` points to */
};

/*
 * Reads what the file says about the detector that took the image at `image_path`: from the entry
 * that holds it (image_path is that in the master file, even if it is a link), and there from the
 * only detector, or the one whose data is the image. With frames of another size than the mask
 * there is no mask.
 *
 * The beam centre, distance and tilt come from the detector's transformations (NXmx), if they are
 * complete, otherwise from beam_center_x, distance and so on. If they change from frame to frame,
 * those of the first frame are given, and a doubt if rings would notice (0.5 pixel, 0.1 % of the
 * distance); other doubts leave the beam centre out. Where there is a doubt, make no rings.
 *
 * Missing things are no error. Things that are there and make no sense are complained about and
 * left out; this is no error, either. IO_FAILURE: not enough memory; there is nothing to free.
 */
enum outcome metadata_read(hid_t file, const char *file_name, const char *image_path,
                           uint32_t height, uint32_t width, struct metadata *metadata);

void metadata_free(struct metadata *metadata);

#endif
