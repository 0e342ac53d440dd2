#include "spots/table_layout.h"

#include <stdio.h>

static const char *const SUFFIX[SPOT_PARTS] = {"", "_frames", "_process", "_shoeboxes"};

#define AT(member) offsetof(wn_spot, member)

const struct table_column SPOT_COLUMN[SPOT_COLUMNS] = {
    {"observed_px_x", COLUMN_F64, AT(x), 0, "pixel",
     "centroid along a row; the middle of the first pixel is at 0"},
    {"observed_px_x_var", COLUMN_F64, AT(variance_x), 0, "pixel^2", "variance of observed_px_x"},
    {"observed_px_y", COLUMN_F64, AT(y), 0, "pixel",
     "centroid along a column; the middle of the first pixel is at 0"},
    {"observed_px_y_var", COLUMN_F64, AT(variance_y), 0, "pixel^2", "variance of observed_px_y"},
    {"observed_frame", COLUMN_F64, AT(z), 0, "frame",
     "centroid across frames; the middle of the first frame is at 0"},
    {"observed_frame_var", COLUMN_F64, AT(variance_z), 0, "frame^2", "variance of observed_frame"},
    {"int_sum", COLUMN_F64, AT(intensity), 0, "counts",
     "sum of the values of the spot's pixels, less their background if the settings say so"},
    {"int_sum_var", COLUMN_F64, AT(intensity_variance), 0, "counts^2", "variance of int_sum"},
    {"background_mean", COLUMN_F64, AT(background), 0, "counts",
     "mean background of the spot's pixels, per pixel"},
    {"snr", COLUMN_F64, AT(snr), 0, "", "int_sum in units of its standard deviation"},
    {"maximum", COLUMN_F64, AT(maximum), 0, "counts", "highest value of a strong pixel"},
    {"maximum_px_x", COLUMN_U32, AT(maximum_x), 0, "pixel", "column of that pixel"},
    {"maximum_px_y", COLUMN_U32, AT(maximum_y), 0, "pixel", "row of that pixel"},
    {"maximum_frame", COLUMN_U64, AT(maximum_z), 0, "frame", "number of the frame of that pixel"},
    {"moment_xx", COLUMN_F64, AT(xx), 0, "pixel^2", "second moment about the centroid"},
    {"moment_xy", COLUMN_F64, AT(xy), 0, "pixel^2", "second moment about the centroid"},
    {"moment_yy", COLUMN_F64, AT(yy), 0, "pixel^2", "second moment about the centroid"},
    {"pixels", COLUMN_U32, AT(pixels), 0, "pixel", "number of strong pixels"},
    {"quality", COLUMN_U32, AT(flags), 0, "",
     "bits: 1 beside a masked pixel, 2 has a saturated pixel, 4 at the edge of the frame or of the "
     "scan, 8 split from a neighbour"},
};

const struct table_column SPOT_FRAME_COLUMN = {
    "frame", COLUMN_U64, 0, 0, "frame", "number of the frame that is nearest to the centroid"};
const struct table_column SPOT_D_COLUMN = {
    "d", COLUMN_F64, 0, 0, "angstrom", "resolution at the centroid; NaN: not known"};
const struct table_column SPOT_BOX_COLUMN = {"bounding_box",
                                             COLUMN_I64,
                                             0,
                                             6,
                                             "pixel",
                                             "first column, column behind the last, first row, row "
                                             "behind the last, first frame, frame behind the last"};
const struct table_column SPOT_FRAME_PTR_COLUMN = {
    "frame_ptr",
    COLUMN_U64,
    0,
    0,
    "",
    "the spots of frame frame_number[i] are those from frame_ptr[i] to frame_ptr[i + 1] - 1"};

const struct table_column SPOT_FLAGS_COLUMN = {
    "flags", COLUMN_U64, 0, 0, "", "bits as DIALS sets them: 32 strong, 1024 overloaded"};
const struct table_column SPOT_PHI_COLUMN = {
    "observed_phi", COLUMN_F64, 0, 0, "degree", "rotation angle at observed_frame"};
const struct table_column SPOT_PHI_VARIANCE_COLUMN = {
    "observed_phi_var", COLUMN_F64, 0, 0, "degree^2", "variance of observed_phi"};
const struct table_column SPOT_ID_COLUMN = {"id", COLUMN_I64, 0,
                                            0,    "",         "number of the experiment: always 0"};
const struct table_column SPOT_MODULE_COLUMN = {
    "det_module",
    COLUMN_I64,
    0,
    0,
    "",
    "number of the detector module: always 0, coordinates are those of the whole frame"};

#undef AT
#define AT(member) offsetof(struct spot_frame, member)

const struct table_column FRAME_COLUMN[FRAME_COLUMNS] = {
    {"number", COLUMN_U64, AT(number), 0, "frame", "number of the frame in the dataset, from 0 on"},
    {"spots", COLUMN_U64, AT(spots), 0, "", "spots whose centroid is nearest to this frame"},
    {"strong", COLUMN_U64, AT(strong), 0, "pixel", "strong pixels"},
    {"background", COLUMN_F64, AT(background), 0, "counts",
     "mean background, per pixel; NaN: not known"},
    {"resolution", COLUMN_F64, AT(resolution), 0, "angstrom",
     "resolution that the spots reach; NaN: not known"},
    {"hit", COLUMN_BOOL, AT(hit), 0, "", "1: it has as many spots as were asked for"},
};

#undef AT
#define AT(member) offsetof(wn_shoebox_pixel, member)

const struct table_column SHOEBOX_COLUMN[SHOEBOX_COLUMNS] = {
    {"x", COLUMN_U32, AT(x), 0, "pixel", "column"},
    {"y", COLUMN_U32, AT(y), 0, "pixel", "row"},
    {"z", COLUMN_U64, AT(z), 0, "frame", "number of the frame"},
    {"value", COLUMN_F32, AT(value), 0, "counts", "value in the frame"},
    {"background", COLUMN_F32, AT(expected), 0, "counts",
     "value that is expected there without the spot"},
    {"strong", COLUMN_BOOL, AT(strong), 0, "", "1: it is a strong pixel"},
};

const struct table_column SHOEBOX_PTR_COLUMN = {
    "spot_ptr", COLUMN_U64,
    0,          0,
    "",         "the pixels of spot i are those from spot_ptr[i] to spot_ptr[i + 1] - 1"};

const struct spot_quantity SPOT_PLACE[PLACEMENT_QUANTITIES] = {
    [CENTRE_X] =
        {"beam_centre_x", "pixel",
         "column where the direct beam meets the detector; the middle of the first pixel is at 0"},
    [CENTRE_Y] =
        {"beam_centre_y", "pixel",
         "row where the direct beam meets the detector; the middle of the first pixel is at 0"},
    [DISTANCE] = {"distance", "mm",
                  "from the sample to the plane of the detector, along its normal"},
    [PIXEL_X] = {"x_pixel_size", "um", "width of a pixel"},
    [PIXEL_Y] = {"y_pixel_size", "um", "height of a pixel"},
    [ROT1] = {"rot1", "radian", "rotation of the detector as in a PONI file"},
    [ROT2] = {"rot2", "radian", "rotation of the detector as in a PONI file"},
    [ROT3] = {"rot3", "radian", "rotation of the detector as in a PONI file"},
    [PONI_Y] = {"poni1", "mm", "point of normal incidence, from the outer edge of the first row"},
    [PONI_X] = {"poni2", "mm",
                "point of normal incidence, from the outer edge of the first column"},
};

bool spot_part_name(const char *table, enum spot_part part, char name[SPOT_NAME_SIZE])
{
    return snprintf(name, SPOT_NAME_SIZE, "%s%s", table, SUFFIX[part]) < SPOT_NAME_SIZE;
}

double spot_phi(const struct spot_table *table, double z)
{
    return table->phi_start + (z + 0.5) * table->phi_step;
}
