/* Detector geometry, pixel mask and sample rotation of a NeXus or Dectris file. */
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
    char *mask_from;            /* HDF5 path, or NULL; with * for the channel if several channels
                                   have masks, which are then combined */
    double saturation;          /* counts at which pixels are saturated; NaN: unknown */
    struct nexus_scan scan;
    const char *doubt;                 /* why the geometry cannot be used for rings (a
                                          sentence without its full stop), or NULL */
    char *paths[PLACEMENT_QUANTITIES]; /* the strings of placement.at[].from */
};

/*
 * Reads the metadata of the detector that took the image at `image_path`: from the entry that holds
 * the image (image_path is that in the master file, even if it is a link), and there from the only
 * detector, or the one whose data is the image. A mask of another size than the frames is ignored.
 *
 * The beam centre, distance and tilt come from the detector's transformations (NXmx), if they are
 * complete, otherwise from beam_center_x, distance and so on. If they change from frame to frame,
 * those of the first frame are given, and `doubt` is set if rings would change (0.5 pixel, 0.1 % of
 * the distance); with other doubts the beam centre is left out. Do not use rings if `doubt` is set.
 *
 * Missing items are not an error. Invalid ones are reported and left out, which is not an error
 * either. IO_FAILURE: out of memory; nothing is left to free.
 */
enum outcome metadata_read(hid_t file, const char *file_name, const char *image_path,
                           uint32_t height, uint32_t width, struct metadata *metadata);

void metadata_free(struct metadata *metadata);

#endif
