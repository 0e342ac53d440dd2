/* The rings of the file become rings of winnow, up to MAX_REFINEMENT of them to one of the file's,
 * since the background of the file is linear between the middles of its rings, and that of winnow
 * within a ring. Frames are encoded one after the other from their kept pixels and these
 * statistics, with wn_encode_external(); nothing is estimated again. */
#include "pack/import_sparse.h"

#include <hdf5.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "base/progress.h"
#include "hdf5/winnow_filter.h"
#include "hdf5/write_small.h"
#include "input/sparse_reader.h"
#include "output/atomic_hdf5.h"

/* Tolerated distance between the rings of the file and ours, ring widths. */
#define RING_TOLERANCE 0.02

/* Most of our rings to one of the file. */
#define MAX_REFINEMENT 4

struct sparse_import {
    struct sparse_file sparse;
    size_t pixels, size; /* of a frame; bytes of an element */
    wn_map *map;
    struct sparse_pixels frame; /* the current one */
    uint8_t *kind;              /* [pixels] its pixels, as wn_external_frame classifies them */
    uint8_t *dense;             /* [pixels] its values; those of background pixels are undefined */
    uint8_t *chunk;
    size_t chunk_size; /* capacity, bytes */

    size_t refinement;
    double *average, *deviation; /* [points * refinement] of our rings */
};

static void import_free(struct sparse_import *m)
{
    wn_map_free(m->map);
    sparse_pixels_free(&m->frame);
    free(m->kind);
    free(m->dense);
    free(m->chunk);
    free(m->average);
    free(m->deviation);
    sparse_file_close(&m->sparse);
}

/* ---- rings --------------------------------------------------------------------------------- */

/* The largest refinement that can be stored, up to MAX_REFINEMENT. */
static size_t choose_refinement(const struct sparse_import *m, char *why, size_t why_size)
{
    wn_params params = m->sparse.params;
    size_t refinement = MAX_REFINEMENT;
    for (; refinement > 1; refinement /= 2) {
        const size_t rings = m->sparse.points * refinement;
        params.bins = rings <= INT32_MAX ? (int32_t)rings : -1;
        if (wn_params_fit(&params, &m->sparse.array, why, why_size) == WN_OK)
            break;
    }
    return refinement;
}

static size_t ring_of(const struct sparse_import *m, size_t pixel)
{
    return wn_map_region_of(m->map, pixel) / m->refinement;
}

/* Makes the map; its rings span the unmasked pixels. */
static enum outcome make_map(struct sparse_import *m)
{
    const wn_array *array = &m->sparse.array;
    char why[256];
    uint8_t *valid = malloc(m->pixels);
    if (!valid) {
        complain_memory();
        return IO_FAILURE;
    }
    for (size_t i = 0; i < m->pixels; i++) {
        const bool masked = isnan(m->sparse.coordinate[i]);
        valid[i] = !masked;
    }
    m->refinement = choose_refinement(m, why, sizeof why);
    const size_t rings = m->sparse.points * m->refinement;
    m->sparse.params.bins = rings <= INT32_MAX ? (int32_t)rings : -1;
    wn_status status = wn_params_fit(&m->sparse.params, array, why, sizeof why);
    if (status != WN_OK)
        complain("%s: winnow cannot store its background: %s", m->sparse.name, why);
    if (status == WN_OK) {
        status = wn_map_create(&m->sparse.params, array->height, array->width, valid, &m->map);
        if (status != WN_OK)
            complain("%s: winnow cannot store its background: %s", m->sparse.name,
                     wn_strerror(status));
    }
    free(valid);
    return status == WN_OK ? DONE : BAD_INPUT;
}

/* Whether all pixels lie in the same rings as in the file, whatever the unit of its radii. */
static bool rings_agree(const struct sparse_import *m)
{
    const struct sparse_file *s = &m->sparse;
    const size_t last = s->points - 1;
    const double step = last > 0 ? (s->radius[last] - s->radius[0]) / (double)last : 0;
    if (!(step > 0))
        return false;
    for (size_t i = 0; i < s->points; i++)
        if (!(fabs((s->radius[i] - s->radius[0]) / step - (double)i) < RING_TOLERANCE))
            return false;
    for (size_t i = 0; i < m->pixels; i++) {
        const double offset = (s->coordinate[i] - s->radius[0]) / step - (double)ring_of(m, i);
        if (!isnan(s->coordinate[i]) && !(fabs(offset) < 0.5 + RING_TOLERANCE))
            return false;
    }
    return true;
}

static enum outcome find_rings(struct sparse_import *m)
{
    const enum outcome outcome = make_map(m);
    if (outcome != DONE || rings_agree(m))
        return outcome;
    complain("%s: its rings are not equally wide ones in the plane of the detector about the beam "
             "centre that it gives; make it with --unit r_m, without --radial-range and tilt, or "
             "compress the frames that it was made of",
             m->sparse.name);
    return BAD_INPUT;
}

/* ---- frames -------------------------------------------------------------------------------- */

/* Backgrounds are float32 in the file. */
static bool is_dummy(const struct sparse_import *m, double value)
{
    const double dummy = m->sparse.dummy_value;
    return isnan(value) || (dummy != 0 && (float)value == (float)dummy);
}

/* Rings without a good pixel have the dummy as their mean: all their pixels are flagged in this
 * frame, of which pyFAI keeps no other record. */
static void flag_empty_rings(struct sparse_import *m)
{
    struct sparse_pixels *f = &m->frame;
    for (size_t i = 0; i < m->pixels; i++) {
        if (is_dummy(m, f->average[ring_of(m, i)]))
            m->kind[i] = WN_PIXEL_FLAGGED;
    }
}

/* Interpolates mean and deviation of our rings linearly between those of the file; next to an empty
 * ring and beyond the first and last, takes those of the nearest. */
static void refine(struct sparse_import *m)
{
    const struct sparse_pixels *f = &m->frame;
    const size_t points = m->sparse.points;
    for (size_t i = 0; i < points * m->refinement; i++) {
        const double at = ((double)i + 0.5) / (double)m->refinement - 0.5;
        const size_t own = i / m->refinement;
        const size_t next = at > (double)own ? own + 1 : own - 1; /* SIZE_MAX before the first */
        const bool alone = next >= points || is_dummy(m, f->average[next]);
        const double share = alone ? 0 : fabs(at - (double)own);
        m->average[i] = m->deviation[i] = 0;
        if (is_dummy(m, f->average[own]))
            continue;
        m->average[i] = f->average[own];
        m->deviation[i] = f->deviation[own];
        if (share > 0) {
            m->average[i] += share * (f->average[next] - f->average[own]);
            m->deviation[i] += share * (f->deviation[next] - f->deviation[own]);
        }
    }
}

static void mark_pixels(struct sparse_import *m)
{
    const struct sparse_pixels *f = &m->frame;
    memset(m->kind, WN_PIXEL_BACKGROUND, m->pixels);
    flag_empty_rings(m);
    refine(m);
    for (size_t i = 0; i < f->kept; i++)
        m->kind[f->index[i]] = WN_PIXEL_KEPT;
    for (size_t i = 0; i < m->pixels; i++) {
        if (isnan(m->sparse.coordinate[i]))
            m->kind[i] = WN_PIXEL_FLAGGED;
        if (m->kind[i] == WN_PIXEL_FLAGGED)
            memcpy(m->dense + i * m->size, &m->sparse.dummy, m->size);
    }
    for (size_t i = 0; i < f->kept; i++)
        if (m->kind[f->index[i]] == WN_PIXEL_KEPT)
            memcpy(m->dense + f->index[i] * m->size, f->intensity + i * m->size, m->size);
}

static enum outcome write_frame(struct sparse_import *m, uint64_t frame, hid_t dataset,
                                const struct atomic_hdf5 *output, size_t *written)
{
    const hsize_t offset[3] = {frame, 0, 0};
    const wn_external_frame external = {m->average, m->deviation, m->kind, m->dense};
    const wn_status status = wn_encode_external(m->map, &m->sparse.params, &m->sparse.array,
                                                &external, m->chunk, m->chunk_size, written);
    if (status != WN_OK) {
        complain("%s, frame %" PRIu64 ": it cannot be encoded: %s; its background may be damaged",
                 m->sparse.name, frame, wn_strerror(status));
        return BAD_INPUT;
    }
    if (H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, offset, *written, m->chunk) >= 0)
        return DONE;
    return h5_complain_unwritable(output->partial);
}

static enum outcome write_frames(struct sparse_import *m, hid_t dataset,
                                 const struct atomic_hdf5 *output)
{
    struct progress progress;
    enum outcome outcome = DONE;
    uint64_t stored = 0;
    progress_begin(&progress, m->sparse.frames);
    for (uint64_t i = 0; i < m->sparse.frames && outcome == DONE; i++) {
        size_t written = 0;
        outcome = interrupted() ? INTERRUPTED : sparse_file_frame(&m->sparse, i, &m->frame);
        if (outcome == DONE) {
            mark_pixels(m);
            outcome = write_frame(m, i, dataset, output, &written);
        }
        stored += written;
        progress_show(&progress, i + 1, (i + 1) * m->pixels * m->size, stored);
    }
    progress_end(&progress);
    return outcome;
}

/* ---- the file ------------------------------------------------------------------------------ */

static hid_t create_dataset(const struct sparse_import *m, hid_t group)
{
    const wn_array *a = &m->sparse.array;
    const hsize_t size[3] = {m->sparse.frames, a->height, a->width};
    const hsize_t chunk[3] = {1, a->height, a->width};
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t space = H5Screate_simple(3, size, NULL);
    const bool good = H5Pset_chunk(properties, 3, chunk) >= 0 &&
                      winnow_filter_register(WN_NOISE_AS_STORED) &&
                      winnow_filter_add(properties, &m->sparse.params, a);
    const hid_t dataset = good ? H5Dcreate2(group, "data", m->sparse.type, space, H5P_DEFAULT,
                                            properties, H5P_DEFAULT)
                               : -1;
    H5Sclose(space);
    H5Pclose(properties);
    return dataset;
}

/* Writes the geometry, for programs that process the frames. */
static bool write_detector(const struct placement *p, hid_t entry)
{
    const hid_t instrument = h5_create_group(entry, "instrument", "NXinstrument");
    const hid_t detector = h5_create_group(instrument, "detector", "NXdetector");
    bool good =
        detector >= 0 &&
        h5_write_quantity(detector, "beam_center_x", p->at[CENTRE_X].value + 0.5, "pixel") &&
        h5_write_quantity(detector, "beam_center_y", p->at[CENTRE_Y].value + 0.5, "pixel") &&
        h5_write_quantity(detector, "x_pixel_size", p->at[PIXEL_X].value * 1e-6, "m") &&
        h5_write_quantity(detector, "y_pixel_size", p->at[PIXEL_Y].value * 1e-6, "m");
    if (good && p->at[DISTANCE].from)
        good = h5_write_quantity(detector, "detector_distance", p->at[DISTANCE].value * 1e-3, "m");
    H5Gclose(detector);
    H5Gclose(instrument);
    return good;
}

static enum outcome write_file(struct sparse_import *m, const struct atomic_hdf5 *output)
{
    const hid_t entry = h5_create_group(output->file, "entry", "NXentry");
    const hid_t group = h5_create_group(entry, "data", "NXdata");
    const bool good = group >= 0 && h5_write_attribute(output->file, "default", "entry") &&
                      h5_write_attribute(output->file, "NX_class", "NXroot") &&
                      h5_write_attribute(entry, "default", "data") &&
                      h5_write_attribute(group, "signal", "data") &&
                      write_detector(&m->sparse.placement, entry);
    const hid_t dataset = good ? create_dataset(m, group) : -1;
    const enum outcome outcome =
        dataset >= 0 ? write_frames(m, dataset, output) : h5_complain_unwritable(output->partial);
    H5Dclose(dataset);
    H5Gclose(group);
    H5Gclose(entry);
    return outcome;
}

static enum outcome allocate(struct sparse_import *m)
{
    m->chunk_size = wn_encode_bound(&m->sparse.array);
    m->kind = malloc(m->pixels);
    m->dense = calloc(m->pixels, m->size);
    m->chunk = malloc(m->chunk_size);
    m->average = malloc(m->sparse.points * m->refinement * sizeof *m->average);
    m->deviation = malloc(m->sparse.points * m->refinement * sizeof *m->deviation);
    if (m->kind && m->dense && m->chunk && m->average && m->deviation)
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

enum outcome import_sparse(const char *input, const char *name, bool force)
{
    struct sparse_import m = {.map = NULL};
    struct atomic_hdf5 output;
    enum outcome outcome = sparse_file_open(input, &m.sparse);
    m.pixels = (size_t)m.sparse.array.height * m.sparse.array.width;
    m.size = wn_type_size(m.sparse.array.type);
    if (outcome == DONE)
        outcome = find_rings(&m);
    if (outcome == DONE)
        outcome = allocate(&m);
    if (outcome == DONE)
        outcome = atomic_hdf5_create(name, &input, 1, force, 0, -1, &output);
    if (outcome == DONE) {
        interrupt_catch();
        outcome = atomic_hdf5_finish(&output, write_file(&m, &output));
    }
    import_free(&m);
    return outcome;
}
