/*
 * Layout as written by pyFAI's sparsify-Bragg (see output/sparse_writer.h). The parameters of
 * clipping and picking come from the JSON text sparsify/configuration/data; the geometry from its
 * PONI values, or else from a group NXdetector. Sizes and indices are checked: the file is not
 * trusted.
 */
#include "input/sparse_reader.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_read.h"
#include "base/message.h"
#include "base/parse_numbers.h"
#include "hdf5/file.h"
#include "hdf5/read_small.h"
#include "input/dataset_layout.h"

#define MM_PER_M 1e3
#define UM_PER_M 1e6

/* pyFAI's detector orientation for frames in storage order; 0: not given. */
#define ORIENTATION_AS_STORED 3

#define PATH_SIZE 512

static enum outcome refuse(const struct sparse_file *s, const char *what, const char *next)
{
    complain("%s: %s; %s", s->name, what, next);
    return BAD_INPUT;
}

static enum outcome not_sparse(const struct sparse_file *s, const char *what)
{
    return refuse(s, what, "is it a file of sparsify-Bragg?");
}

/* ---- groups -------------------------------------------------------------------------------- */

/* Opens the group that an attribute of `parent` names. */
static hid_t open_named(hid_t parent, const char *attribute)
{
    char *path = h5_read_attribute(parent, attribute);
    const hid_t group = path ? H5Gopen2(parent, path, H5P_DEFAULT) : -1;
    free(path);
    return group;
}

static enum outcome open_group(struct sparse_file *s, hid_t entry)
{
    s->group = open_named(entry, "pyFAI_sparse_frames");
    if (s->group < 0)
        s->group = open_named(entry, "default");
    return s->group >= 0 ? DONE : not_sparse(s, "its default entry names no group of frames");
}

/* ---- datasets ------------------------------------------------------------------------------ */

static enum outcome open_frames(struct sparse_file *s)
{
    hsize_t pointers, kept, intensities, average[2], deviation[2];
    s->frame_ptr = h5_open_numbers(s->group, "frame_ptr", 1, &pointers);
    s->index = h5_open_numbers(s->group, "index", 1, &kept);
    s->intensity = h5_open_numbers(s->group, "intensity", 1, &intensities);
    s->average = h5_open_numbers(s->group, "background_avg", 2, average);
    s->deviation = h5_open_numbers(s->group, "background_std", 2, deviation);
    if (s->frame_ptr < 0 || s->index < 0 || s->intensity < 0)
        return not_sparse(s, "frame_ptr, index or intensity is missing");
    if (s->average < 0 || s->deviation < 0)
        return not_sparse(s, "it has no background");
    if (pointers < 2 || kept != intensities || average[0] != pointers - 1 ||
        deviation[0] != average[0] || deviation[1] != average[1])
        return not_sparse(s, "the sizes of its datasets contradict each other");
    s->frames = pointers - 1;
    s->points = (size_t)average[1];
    return DONE;
}

static enum outcome read_type(struct sparse_file *s)
{
    const hid_t type = H5Dget_type(s->intensity);
    s->type = H5Tget_native_type(type, H5T_DIR_DEFAULT);
    H5Tclose(type);
    return dataset_layout_element(s->type, &s->array)
               ? DONE
               : not_sparse(s, "its intensities are no numbers that "
                               "winnow knows");
}

static enum outcome read_mask(struct sparse_file *s)
{
    hsize_t size[2];
    const hid_t dataset = h5_open_numbers(s->group, "mask", 2, size);
    enum outcome outcome = DONE;
    if (dataset < 0)
        return not_sparse(s, "it has no mask");
    s->array.frames = 1;
    s->array.height = size[0] <= UINT32_MAX ? (uint32_t)size[0] : 0;
    s->array.width = size[1] <= UINT32_MAX ? (uint32_t)size[1] : 0;
    if (wn_array_bytes(&s->array) == 0) {
        outcome = not_sparse(s, "its frames are larger than winnow can take");
    } else {
        s->coordinate = malloc((size_t)(size[0] * size[1]) * sizeof *s->coordinate);
        if (!s->coordinate) {
            complain_memory();
            outcome = IO_FAILURE;
        } else if (!h5_read_rows(dataset, H5T_NATIVE_FLOAT, 0, size[0], s->coordinate)) {
            outcome = not_sparse(s, "its mask cannot be read");
        }
    }
    H5Dclose(dataset);
    return outcome;
}

static enum outcome read_radius(struct sparse_file *s)
{
    hsize_t points = 0;
    const hid_t dataset = h5_open_numbers(s->group, "radius", 1, &points);
    enum outcome outcome = DONE;
    if (dataset < 0 || points != s->points || points == 0)
        outcome = not_sparse(s, "its radii are not as many as its background has points");
    if (outcome == DONE)
        s->radius = malloc(s->points * sizeof *s->radius);
    if (outcome == DONE && !s->radius) {
        complain_memory();
        outcome = IO_FAILURE;
    }
    if (outcome == DONE && !h5_read_rows(dataset, H5T_NATIVE_DOUBLE, 0, points, s->radius))
        outcome = not_sparse(s, "its radii cannot be read");
    H5Dclose(dataset);
    return outcome;
}

/* The dummy has a datatype of its own and may be NaN; if missing it is 0. */
static enum outcome read_dummy(struct sparse_file *s)
{
    const hid_t dataset = H5Dopen2(s->group, "dummy", H5P_DEFAULT);
    if (dataset < 0)
        return DONE;
    const hid_t space = H5Dget_space(dataset);
    const bool good = H5Sget_simple_extent_npoints(space) == 1 &&
                      H5Dread(dataset, s->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &s->dummy) >= 0 &&
                      h5_read_number(s->group, "dummy", &s->dummy_value);
    H5Sclose(space);
    H5Dclose(dataset);
    return good ? DONE : not_sparse(s, "its dummy is no number");
}

/* ---- geometry ------------------------------------------------------------------------------ */

static void set_quantity(struct sparse_file *s, const cJSON *object, const char *key,
                         enum placement_quantity quantity, double unit)
{
    double value;
    if (json_read_number(object, key, &value))
        placement_set(&s->placement, quantity, value * unit, s->name);
}

static enum outcome read_poni(struct sparse_file *s, const cJSON *geometry)
{
    const cJSON *config = cJSON_GetObjectItemCaseSensitive(geometry, "detector_config");
    double orientation = 0;
    set_quantity(s, geometry, "dist", DISTANCE, MM_PER_M);
    set_quantity(s, geometry, "poni1", PONI_Y, MM_PER_M);
    set_quantity(s, geometry, "poni2", PONI_X, MM_PER_M);
    set_quantity(s, geometry, "rot1", ROT1, 1);
    set_quantity(s, geometry, "rot2", ROT2, 1);
    set_quantity(s, config, "pixel1", PIXEL_Y, UM_PER_M);
    set_quantity(s, config, "pixel2", PIXEL_X, UM_PER_M);
    json_read_number(config, "orientation", &orientation);
    if (orientation == 0 || orientation == ORIENTATION_AS_STORED)
        return DONE;
    return refuse(s, "the orientation of its detector is not 3",
                  "only frames that lie as they are stored can be imported");
}

/* Fills in unknown quantities from an NXdetector group. */
static void read_detector(struct sparse_file *s, hid_t group)
{
    const struct {
        const char *path;
        enum placement_quantity quantity;
        double unit, offset;
    } fields[] = {
        {"distance", DISTANCE, MM_PER_M, 0},    {"x_pixel_size", PIXEL_X, UM_PER_M, 0},
        {"y_pixel_size", PIXEL_Y, UM_PER_M, 0}, {"beam_center_x", CENTRE_X, 1, -0.5},
        {"beam_center_y", CENTRE_Y, 1, -0.5},
    };
    struct placement found = {.at = {{0, NULL}}};
    double value;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        if (h5_read_number(group, fields[i].path, &value))
            placement_set(&found, fields[i].quantity, value * fields[i].unit + fields[i].offset,
                          s->name);
    placement_complete(&s->placement, &found);
}

/* Searches a group and its subgroups, down to `depth`, for NXdetector. */
static void search_detector(struct sparse_file *s, hid_t group, int depth)
{
    H5G_info_t info;
    char *class = h5_read_attribute(group, "NX_class");
    if (class && strcmp(class, "NXdetector") == 0)
        read_detector(s, group);
    free(class);
    if (depth == 0 || H5Gget_info(group, &info) < 0)
        return;
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char name[PATH_SIZE];
        if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name, sizeof name,
                               H5P_DEFAULT) < 0)
            continue;
        const hid_t child = H5Gopen2(group, name, H5P_DEFAULT);
        if (child >= 0)
            search_detector(s, child, depth - 1);
        H5Gclose(child);
    }
}

/* NXdetector gives the beam centre of an untilted detector, so a PONI takes precedence. */
static enum outcome read_geometry(struct sparse_file *s, hid_t entry, const cJSON *json)
{
    enum outcome outcome = read_poni(s, cJSON_GetObjectItemCaseSensitive(json, "geometry"));
    if (outcome == DONE && s->placement.at[PONI_X].from && s->placement.at[PIXEL_X].from)
        outcome = placement_find_centre(&s->placement);
    if (outcome != DONE)
        return outcome;
    const struct placed_quantity poni_x = s->placement.at[PONI_X];
    search_detector(s, entry, 2);
    if (poni_x.from && s->placement.at[PIXEL_X].from) {
        s->placement.at[CENTRE_X].from = NULL;
        outcome = placement_find_centre(&s->placement);
    }
    if (outcome != DONE)
        return BAD_INPUT;
    if (!s->placement.at[CENTRE_X].from || !s->placement.at[PIXEL_X].from)
        return refuse(s, "it does not say where the beam centre and how large a pixel is",
                      "without them its rings cannot be found");
    return placement_to_params(&s->placement, &s->params) == DONE ? DONE : BAD_INPUT;
}

/* ---- parameters ---------------------------------------------------------------------------- */

static wn_error_model error_model_of(const cJSON *json)
{
    char name[32] = "";
    int32_t model = WN_ERROR_AUTO;
    wn_params params;
    wn_params_init(&params);
    json_read_text(json, "error_model", name, sizeof name);
    wn_param_word(wn_param_find("error_model", &params), name, &model);
    return (wn_error_model)model;
}

/* Reads a parameter in its unit; a missing one is left unchanged. */
static bool read_param(const cJSON *json, const char *key, const char *name, wn_params *params)
{
    const wn_param *param = wn_param_find(name, params);
    double value;
    int32_t scaled;
    if (!json_read_number(json, key, &value) || !parse_scaled(value, param->scale, &scaled))
        return false;
    wn_param_set(param, params, scaled);
    return true;
}

static enum outcome read_picking(struct sparse_file *s, const cJSON *json)
{
    wn_params *p = &s->params;
    p->compat_pyfai = true;
    p->error_model = error_model_of(json);
    read_param(json, "cutoff_clip", "clip", p);
    read_param(json, "cycle", "cycles", p);
    json_read_bool(json, "correctSolidAngle", &p->solid_angle);
    p->polarised = read_param(json, "polarization_factor", "polarisation", p);
    if (!read_param(json, "cutoff_pick", "pick", p) || !read_param(json, "noise", "noise_floor", p))
        return refuse(s, "it does not say by what cut-off and noise its pixels were picked",
                      "the distribution of its background cannot be found");
    p->polarised = p->polarised && s->normalised;
    p->solid_angle = p->solid_angle && s->normalised;
    if (s->normalised && !p->polarised && !p->solid_angle)
        return refuse(s, "its background is multiplied by an image of unknown origin",
                      "winnow can store the solid angle and the polarisation only");
    return DONE;
}

static enum outcome read_configuration(struct sparse_file *s, hid_t entry)
{
    char *text = h5_read_text(entry, "sparsify/configuration/data");
    cJSON *json = json_parse(text);
    free(text);
    if (!json)
        return refuse(s, "its configuration is missing or is no JSON",
                      "without it the distribution of its background cannot be found");
    enum outcome outcome = read_picking(s, cJSON_GetObjectItemCaseSensitive(json, "sparsify"));
    if (outcome == DONE)
        outcome = read_geometry(s, entry, json);
    cJSON_Delete(json);
    return outcome;
}

/* ---- opening ------------------------------------------------------------------------------- */

static enum outcome read_common(struct sparse_file *s, hid_t entry)
{
    enum outcome outcome = open_group(s, entry);
    if (outcome == DONE)
        outcome = open_frames(s);
    if (outcome == DONE)
        outcome = read_type(s);
    if (outcome == DONE)
        outcome = read_mask(s);
    if (outcome == DONE)
        outcome = read_radius(s);
    if (outcome == DONE)
        outcome = read_dummy(s);
    if (outcome != DONE)
        return outcome;
    s->normalised = H5Lexists(s->group, "normalization", H5P_DEFAULT) > 0;
    return read_configuration(s, entry);
}

enum outcome sparse_file_open(const char *name, struct sparse_file *s)
{
    *s = (struct sparse_file){.name = name,
                              .file = -1,
                              .group = -1,
                              .frame_ptr = -1,
                              .index = -1,
                              .intensity = -1,
                              .average = -1,
                              .deviation = -1,
                              .type = -1};
    wn_params_init(&s->params);
    enum outcome outcome = file_open(name, &s->file);
    if (outcome != DONE)
        return outcome;
    const hid_t entry = open_named(s->file, "default");
    outcome = entry >= 0 ? read_common(s, entry) : not_sparse(s, "it names no default entry");
    H5Gclose(entry);
    return outcome;
}

void sparse_file_close(struct sparse_file *s)
{
    const hid_t datasets[] = {s->frame_ptr, s->index, s->intensity, s->average, s->deviation};
    for (size_t i = 0; i < sizeof datasets / sizeof datasets[0]; i++)
        H5Dclose(datasets[i]);
    H5Tclose(s->type);
    H5Gclose(s->group);
    H5Fclose(s->file);
    free(s->radius);
    free(s->coordinate);
}

/* ---- frames -------------------------------------------------------------------------------- */

void sparse_pixels_free(struct sparse_pixels *p)
{
    free(p->index);
    free(p->intensity);
    free(p->average);
    free(p->deviation);
}

static bool make_room(const struct sparse_file *s, struct sparse_pixels *p)
{
    if (p->kept > p->capacity || !p->average) {
        sparse_pixels_free(p);
        p->capacity = p->kept;
        p->index = malloc((p->kept + 1) * sizeof *p->index);
        p->intensity = malloc((p->kept + 1) * wn_type_size(s->array.type));
        p->average = malloc(s->points * sizeof *p->average);
        p->deviation = malloc(s->points * sizeof *p->deviation);
    }
    return p->index && p->intensity && p->average && p->deviation;
}

static enum outcome bad_frame(const struct sparse_file *s, uint64_t frame, const char *what)
{
    complain("%s, frame %" PRIu64 ": %s; copy the file again from where it comes from", s->name,
             frame, what);
    return BAD_INPUT;
}

enum outcome sparse_file_frame(const struct sparse_file *s, uint64_t frame, struct sparse_pixels *p)
{
    const size_t pixels = (size_t)s->array.height * s->array.width;
    uint64_t end[2];
    if (!h5_read_rows(s->frame_ptr, H5T_NATIVE_UINT64, frame, 2, end) || end[1] < end[0] ||
        end[1] - end[0] > pixels)
        return bad_frame(s, frame, "the number of its pixels makes no sense");
    p->kept = (size_t)(end[1] - end[0]);
    if (!make_room(s, p)) {
        complain_memory();
        return IO_FAILURE;
    }
    if (!h5_read_rows(s->index, H5T_NATIVE_UINT32, end[0], p->kept, p->index) ||
        !h5_read_rows(s->intensity, s->type, end[0], p->kept, p->intensity))
        return bad_frame(s, frame, "its pixels cannot be read");
    for (size_t i = 0; i < p->kept; i++)
        if (p->index[i] >= pixels)
            return bad_frame(s, frame, "a pixel lies outside of it");
    if (!h5_read_rows(s->average, H5T_NATIVE_DOUBLE, frame, 1, p->average) ||
        !h5_read_rows(s->deviation, H5T_NATIVE_DOUBLE, frame, 1, p->deviation))
        return bad_frame(s, frame, "its background cannot be read");
    return DONE;
}
