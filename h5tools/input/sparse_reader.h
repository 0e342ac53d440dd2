/* Reading files in the sparse layout of pyFAI, see output/sparse_writer.h. */
#ifndef H5WINNOW_INPUT_SPARSE_READER_H
#define H5WINNOW_INPUT_SPARSE_READER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/outcome.h"
#include "geometry/placement.h"
#include "winnow.h"

struct sparse_file {
    const char *name;
    hid_t file, group;
    hid_t frame_ptr, index, intensity, average, deviation; /* datasets */
    hid_t type;                                            /* of the intensities, in memory */
    wn_array array;                                        /* one frame, of that type */
    uint64_t frames;
    size_t points;      /* of the background */
    double *radius;     /* [points] */
    float *coordinate;  /* [height * width], NaN where all frames have the dummy */
    uint64_t dummy;     /* one element, in its first bytes */
    double dummy_value; /* its value */
    bool normalised;    /* the background is multiplied by an image in the file */

    wn_params params;           /* geometry, clipping and picking from the file */
    struct placement placement; /* position of the detector */
};

/* One frame; initialise to zero. */
struct sparse_pixels {
    size_t kept, capacity;
    uint32_t *index;
    uint8_t *intensity;
    double *average, *deviation; /* [points] */
};

/* Opens a file and reads what is common to all frames. sparse_file_close() must be called whatever
 * the outcome. `name` must outlive the struct. */
enum outcome sparse_file_open(const char *name, struct sparse_file *sparse);
void sparse_file_close(struct sparse_file *sparse);

/* Reads one frame; its indices have been checked. */
enum outcome sparse_file_frame(const struct sparse_file *sparse, uint64_t frame,
                               struct sparse_pixels *pixels);
void sparse_pixels_free(struct sparse_pixels *pixels);

#endif
