/* One file that follows the NeXus application definition NXmx. */
#include "parts.h"
#include "series.h"

#define DETECTOR      "/entry/instrument/detector"
#define MODULE        DETECTOR "/module"
#define MODULE_OFFSET MODULE "/module_offset"
#define DETECTOR_Z    DETECTOR "/transformations/det_z"
#define OMEGA         "/entry/sample/transformations/omega"
#define TIME          "2025-01-01T00:00:00Z"
#define MM_PER_M      1e3

/* Axes in the McStas frame of NeXus: z along the beam, y up. Seen from the sample, the fast axis
 * runs along -x and the slow one along -y. */
static const double FAST[] = {-1, 0, 0}, SLOW[] = {0, -1, 0}, BEAM[] = {0, 0, 1};
static const double NOWHERE[] = {0, 0, 0};

/* The attributes that make a dataset a step in a chain of transformations. */
static void describe_axis(struct output *o, const char *object, const char *type,
                          const double vector[3], const char *depends_on)
{
    output_text_attribute(o, object, "transformation_type", type);
    output_vector_attribute(o, object, "vector", vector);
    output_text_attribute(o, object, "depends_on", depends_on);
}

/* A translation by value along a vector, after an offset; lengths in mm. */
static void write_translation(struct output *o, const char *object, double value,
                              const double vector[3], const double offset[3],
                              const char *depends_on)
{
    output_real(o, object, value, "mm");
    describe_axis(o, object, "translation", vector, depends_on);
    output_vector_attribute(o, object, "offset", offset);
    output_text_attribute(o, object, "offset_units", "mm");
}

/* Where the pixels are: along the beam by the distance, then from the beam centre to the outer
 * corner of the first pixel. */
static void write_module(struct output *o, const struct experiment *e)
{
    const double pixel = e->pixel_size * MM_PER_M;
    const double corner[] = {(e->beam_x + 0.5) * pixel, (e->beam_y + 0.5) * pixel, 0};
    const int64_t origin[] = {0, 0}, size[] = {(int64_t)e->height, (int64_t)e->width};

    output_group(o, DETECTOR "/transformations", "NXtransformations");
    write_translation(o, DETECTOR_Z, e->distance * pixel, BEAM, NOWHERE, ".");
    output_text(o, DETECTOR "/depends_on", DETECTOR_Z);
    output_group(o, MODULE, "NXdetector_module");
    output_column(o, MODULE "/data_origin", H5T_NATIVE_INT64, 2, origin, NULL);
    output_column(o, MODULE "/data_size", H5T_NATIVE_INT64, 2, size, NULL);
    write_translation(o, MODULE_OFFSET, 0, BEAM, corner, DETECTOR_Z);
    write_translation(o, MODULE "/fast_pixel_direction", pixel, FAST, NOWHERE, MODULE_OFFSET);
    write_translation(o, MODULE "/slow_pixel_direction", pixel, SLOW, NOWHERE, MODULE_OFFSET);
}

/* Wavelength and polarisation. */
static void write_beam(struct output *o, const struct experiment *e)
{
    const double stokes[] = {1, 2 * e->polarisation - 1, 0, 0};
    output_group(o, "/entry/instrument/beam", "NXbeam");
    output_real(o, "/entry/instrument/beam/incident_wavelength", e->wavelength, "angstrom");
    output_column(o, "/entry/instrument/beam/incident_polarization_stokes", H5T_NATIVE_DOUBLE, 4,
                  stokes, NULL);
}

/* The crystal and how it turns. */
static void write_sample(struct output *o, const struct experiment *e)
{
    output_group(o, "/entry/sample", "NXsample");
    output_text(o, "/entry/sample/name", "simulated tetragonal crystal");
    output_text(o, "/entry/sample/depends_on", OMEGA);
    output_group(o, "/entry/sample/transformations", "NXtransformations");
    write_angles(o, OMEGA, e, 0);
    describe_axis(o, OMEGA, "rotation", FAST, ".");
    write_angles(o, OMEGA "_end", e, 1);
    output_real(o, OMEGA "_increment_set", e->oscillation, "deg");
}

bool series_write_nxmx(struct simulation *s, const char *path)
{
    const struct experiment *e = &s->experiment;
    struct output o = output_create(path);
    output_text_attribute(&o, "/", "default", "entry");
    output_group(&o, "/entry", "NXentry");
    output_text_attribute(&o, "/entry", "default", "data");
    output_text(&o, "/entry/definition", "NXmx");
    output_text(&o, "/entry/start_time", TIME);
    output_text(&o, "/entry/end_time_estimated", TIME);
    output_group(&o, "/entry/source", "NXsource");
    output_text(&o, "/entry/source/name", "simulation");
    output_group(&o, "/entry/instrument", "NXinstrument");
    output_text(&o, "/entry/instrument/name", "winnow make_series");
    write_beam(&o, e);
    write_detector(&o, e);
    output_text(&o, DETECTOR "/type", "Pixel");
    output_real(&o, DETECTOR "/distance", e->distance * e->pixel_size, "m");
    output_integer(&o, DETECTOR "/saturation_value", e->saturation);
    output_integer(&o, DETECTOR "/underload_value", 0);
    write_pixel_mask(&o, DETECTOR "/pixel_mask", s);
    write_module(&o, e);
    write_sample(&o, e);
    output_group(&o, "/entry/data", "NXdata");
    output_text_attribute(&o, "/entry/data", "signal", "data");
    write_frames(&o, s);
    write_truth(&o, s);
    return output_finish(&o, 1);
}
