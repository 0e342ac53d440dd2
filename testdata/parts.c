/* Frames are written one at a time, as chunks; the truth follows from the peaks collected
 * meanwhile. */
#include "parts.h"

#include <stdlib.h>

#define DESCRIPTION_SIZE 8192
#define EDGE_CONVENTION  0.5 /* beam_center_x/y count from the outer edge of the first pixel */

/* Makes one frame and writes it as one chunk. */
static void write_frame(struct output *o, hid_t dataset, struct simulation *s, size_t frame,
                        uint32_t *counts)
{
    const struct experiment *e = &s->experiment;
    if (!simulation_frame(s, frame, counts)) {
        output_fail(o, "/entry/data/data", "not enough memory for the peaks");
        return;
    }
    const hsize_t start[] = {frame, 0, 0}, shape[] = {1, e->height, e->width};
    const hid_t memory = H5Screate_simple(3, shape, NULL), file = H5Dget_space(dataset);
    H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, shape, NULL);
    if (H5Dwrite(dataset, H5T_NATIVE_UINT32, memory, file, H5P_DEFAULT, counts) < 0)
        output_fail(o, "/entry/data/data", NULL);
    H5Sclose(file);
    H5Sclose(memory);
}

/* The list of peaks, a column at a time. */
static void write_peaks(struct output *o, const struct peak_list *list)
{
    const size_t n = list->count;
    double *column = malloc((n + 1) * sizeof *column);
    uint32_t *frame = malloc((n + 1) * sizeof *frame);
    if (!column || !frame) {
        output_fail(o, "/truth/peaks", "not enough memory");
        free(column);
        free(frame);
        return;
    }
    output_group(o, "/truth/peaks", NULL);
    for (size_t i = 0; i < n; i++)
        frame[i] = list->peaks[i].frame;
    output_column(o, "/truth/peaks/frame", H5T_NATIVE_UINT32, n, frame, NULL);
    for (size_t i = 0; i < n; i++)
        column[i] = list->peaks[i].x;
    output_column(o, "/truth/peaks/x", H5T_NATIVE_DOUBLE, n, column, "pixel");
    for (size_t i = 0; i < n; i++)
        column[i] = list->peaks[i].y;
    output_column(o, "/truth/peaks/y", H5T_NATIVE_DOUBLE, n, column, "pixel");
    for (size_t i = 0; i < n; i++)
        column[i] = list->peaks[i].counts;
    output_column(o, "/truth/peaks/counts", H5T_NATIVE_DOUBLE, n, column, "counts");
    for (size_t i = 0; i < n; i++)
        column[i] = list->peaks[i].sigma;
    output_column(o, "/truth/peaks/sigma", H5T_NATIVE_DOUBLE, n, column, "pixel");
    free(column);
    free(frame);
}

void write_frames(struct output *o, struct simulation *s)
{
    if (o->failed)
        return;
    const struct experiment *e = &s->experiment;
    const hsize_t shape[] = {e->frames, e->height, e->width};
    const hsize_t chunk[] = {1, e->height, e->width};
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(properties, false);
    H5Pset_chunk(properties, 3, chunk);
    const hid_t space = H5Screate_simple(3, shape, NULL);
    const hid_t dataset = H5Dcreate2(o->file, "/entry/data/data", H5T_NATIVE_UINT32, space,
                                     H5P_DEFAULT, properties, H5P_DEFAULT);
    uint32_t *counts = malloc(e->width * e->height * sizeof *counts);
    if (dataset < 0)
        output_fail(o, "/entry/data/data", NULL);
    if (!counts)
        output_fail(o, "/entry/data/data", "not enough memory for a frame");
    for (size_t frame = 0; frame < e->frames && !o->failed; frame++)
        write_frame(o, dataset, s, frame, counts);
    if (dataset >= 0 && H5Dclose(dataset) < 0)
        output_fail(o, "/entry/data/data", NULL);
    free(counts);
    H5Sclose(space);
    H5Pclose(properties);
}

void write_truth(struct output *o, const struct simulation *s)
{
    const struct experiment *e = &s->experiment;
    const struct defects *d = &s->defects;
    char description[DESCRIPTION_SIZE];
    simulation_describe(s, description, sizeof description);
    output_group(o, "/truth", NULL);
    output_text_attribute(o, "/truth", "description", description);
    const hsize_t shape[] = {e->height, e->width};
    output_array(o, "/truth/background", H5T_NATIVE_FLOAT, 2, shape, s->background);
    output_text_attribute(o, "/truth/background", "units", "counts");
    write_peaks(o, &s->peaks);
    output_column(o, "/truth/hot_pixels", H5T_NATIVE_UINT64, d->hot_count, d->hot, NULL);
    output_column(o, "/truth/hot_counts", H5T_NATIVE_DOUBLE, d->hot_count, d->hot_counts, "counts");
    output_column(o, "/truth/flickering_pixels", H5T_NATIVE_UINT64, d->flickering_count,
                  d->flickering, NULL);
}

void write_pixel_mask(struct output *o, const char *object, const struct simulation *s)
{
    const hsize_t shape[] = {s->experiment.height, s->experiment.width};
    output_array(o, object, H5T_NATIVE_UINT32, 2, shape, s->defects.pixel_mask);
}

void write_detector(struct output *o, const struct experiment *e)
{
    output_group(o, "/entry/instrument/detector", "NXdetector");
    output_text(o, "/entry/instrument/detector/description",
                "Dectris EIGER, simulated by winnow's make_series");
    output_text(o, "/entry/instrument/detector/detector_number", "SIMULATED");
    output_text(o, "/entry/instrument/detector/sensor_material", "CdTe");
    output_real(o, "/entry/instrument/detector/sensor_thickness", 750e-6, "m");
    output_real(o, "/entry/instrument/detector/x_pixel_size", e->pixel_size, "m");
    output_real(o, "/entry/instrument/detector/y_pixel_size", e->pixel_size, "m");
    output_real(o, "/entry/instrument/detector/beam_center_x", e->beam_x + EDGE_CONVENTION,
                "pixel");
    output_real(o, "/entry/instrument/detector/beam_center_y", e->beam_y + EDGE_CONVENTION,
                "pixel");
    output_real(o, "/entry/instrument/detector/count_time", e->frame_time, "s");
    output_real(o, "/entry/instrument/detector/frame_time", e->frame_time, "s");
    output_integer(o, "/entry/instrument/detector/bit_depth_image", 32);
    output_integer(o, "/entry/instrument/detector/bit_depth_readout", 32);
}

void write_angles(struct output *o, const char *object, const struct experiment *e, double fraction)
{
    double *angles = malloc(e->frames * sizeof *angles);
    if (!angles) {
        output_fail(o, object, "not enough memory");
        return;
    }
    for (size_t i = 0; i < e->frames; i++)
        angles[i] = ((double)i + fraction) * e->oscillation;
    output_column(o, object, H5T_NATIVE_DOUBLE, e->frames, angles, "deg");
    free(angles);
}
