/* A master and a data file as Dectris detectors write them. */
#include <stdio.h>
#include <string.h>

#include "parts.h"
#include "series.h"

#define DETECTOR    "/entry/instrument/detector"
#define SPECIFIC    DETECTOR "/detectorSpecific"
#define GONIOMETER  "/entry/sample/goniometer"
#define DATA_ENDING "_data_000001.h5"

/* The path of the file with the frames: that of the master with another ending. */
static void data_path(char *path, size_t size, const char *master)
{
    const size_t stem = strlen(master) - strlen(MASTER_ENDING);
    snprintf(path, size, "%.*s" DATA_ENDING, (int)stem, master);
}

/* The path without its folder. */
static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? path : slash + 1;
}

/* The file with the frames. */
static void write_data(struct output *o, struct simulation *s)
{
    output_group(o, "/entry", "NXentry");
    output_group(o, "/entry/data", "NXdata");
    write_frames(o, s);
    output_integer_attribute(o, "/entry/data/data", "image_nr_low", 1);
    output_integer_attribute(o, "/entry/data/data", "image_nr_high", (int64_t)s->experiment.frames);
}

/* Where the detector stands, the way Dectris writes it: two unit vectors, and the first pixel's
 * outer corner as seen from the sample. */
static void write_geometry(struct output *o, const struct experiment *e)
{
    const double axes[] = {-1, 0, 0, 0, -1, 0};
    const double corner[] = {(e->beam_x + 0.5) * e->pixel_size, (e->beam_y + 0.5) * e->pixel_size,
                             -e->distance * e->pixel_size};
    output_group(o, DETECTOR "/geometry", "NXgeometry");
    output_group(o, DETECTOR "/geometry/orientation", "NXorientation");
    output_column(o, DETECTOR "/geometry/orientation/value", H5T_NATIVE_DOUBLE, 6, axes, NULL);
    output_group(o, DETECTOR "/geometry/translation", "NXtranslation");
    output_column(o, DETECTOR "/geometry/translation/distances", H5T_NATIVE_DOUBLE, 3, corner, "m");
}

/* The file with everything else. */
static void write_master(struct output *o, const struct simulation *s, const char *data_name)
{
    const struct experiment *e = &s->experiment;
    output_group(o, "/entry", "NXentry");
    output_group(o, "/entry/data", "NXdata");
    output_link(o, "/entry/data/data_000001", data_name, "/entry/data/data");
    output_group(o, "/entry/instrument", "NXinstrument");
    output_group(o, "/entry/instrument/beam", "NXbeam");
    output_real(o, "/entry/instrument/beam/incident_wavelength", e->wavelength, "angstrom");
    write_detector(o, e);
    output_real(o, DETECTOR "/detector_distance", e->distance * e->pixel_size, "m");
    write_geometry(o, e);
    output_group(o, SPECIFIC, "NXcollection");
    output_integer(o, SPECIFIC "/nimages", (int64_t)e->frames);
    output_integer(o, SPECIFIC "/ntrigger", 1);
    output_integer(o, SPECIFIC "/x_pixels_in_detector", (int64_t)e->width);
    output_integer(o, SPECIFIC "/y_pixels_in_detector", (int64_t)e->height);
    output_integer(o, SPECIFIC "/countrate_correction_count_cutoff", e->saturation);
    output_integer(o, SPECIFIC "/saturation_value", e->saturation);
    write_pixel_mask(o, SPECIFIC "/pixel_mask", s);
    output_group(o, "/entry/sample", "NXsample");
    output_group(o, GONIOMETER, "NXtransformations");
    write_angles(o, GONIOMETER "/omega", e, 0);
    write_angles(o, GONIOMETER "/omega_end", e, 1);
    output_real(o, GONIOMETER "/omega_increment", e->oscillation, "deg");
    output_real(o, GONIOMETER "/omega_range_average", e->oscillation, "deg");
    write_truth(o, s);
}

bool series_write_eiger(struct simulation *s, const char *path)
{
    char frames_path[OUTPUT_PATH_SIZE];
    data_path(frames_path, sizeof frames_path, path);
    struct output files[] = {output_create(frames_path), output_create(path)};
    write_data(&files[0], s);
    write_master(&files[1], s, file_name(frames_path));
    return output_finish(files, 2);
}
