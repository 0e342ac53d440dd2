/*
 * The sparse NeXus layout of pyFAI (sparsify-Bragg), which FabIO reads as
 * dense frames.
 *
 * A background pixel of frame i is background_avg[i] at the pixel's coordinate, interpolated
 * linearly between the values of `radius`; the coordinate is in the image `mask`, NaN where all
 * frames have the dummy. The kept pixels of frame i, elements frame_ptr[i] to frame_ptr[i + 1] of
 * `index` (y * width + x) and `intensity`, replace it.
 *
 *     /entry_0000/sparse_frames   all of these
 *     /entry_0000/sparsify        how they were made
 */
#ifndef H5WINNOW_OUTPUT_SPARSE_WRITER_H
#define H5WINNOW_OUTPUT_SPARSE_WRITER_H

#include <hdf5.h>
#include <stdbool.h>
#include <stdint.h>

/* A dataset that grows by rows. */
struct growing_dataset {
    hid_t dataset;
    hid_t type; /* of the elements in memory; not owned */
    hsize_t rows;
    hsize_t width; /* elements in a row; 0: the dataset has one dimension */
};

struct sparse_writer {
    hid_t file, entry, group;
    struct growing_dataset frame_ptr, index, intensity, average, deviation;
};

/* What is common to all frames. */
struct sparse_frame {
    uint32_t height, width;
    size_t points;       /* at least 2: readers interpolate between them */
    const float *radius; /* [points], ascending, equally spaced */
    const float *mask;   /* [height * width] */
    const char *unit, *long_name;
    hid_t type;        /* of the intensities, in memory */
    const void *dummy; /* one of them */
};

/* Creates the growing datasets, for intensities of a type (which must stay open) and backgrounds of
 * `points` points. False here and below: see HDF5's error stack. */
bool sparse_writer_create(hid_t file, hid_t type, size_t points, struct sparse_writer *sparse);

/* Adds a frame. False also if that makes more than SPARSE_KEPT_MAX kept pixels in total. */
#define SPARSE_KEPT_MAX UINT32_MAX
bool sparse_writer_add(struct sparse_writer *sparse, size_t kept, const uint32_t *index,
                       const void *intensity, const float *average, const float *deviation);

/* Writes the common datasets at the end; `configuration`: JSON text, `time`: ISO 8601. */
bool sparse_writer_finish(struct sparse_writer *sparse, const struct sparse_frame *frame,
                          const char *configuration, const char *time);

void sparse_writer_close(struct sparse_writer *sparse);

#endif
