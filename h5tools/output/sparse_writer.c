/*
 * Datasets of one row per frame or one element per kept pixel, extended as frames arrive; what is
 * common to all frames is written at the end.
 */
#include "output/sparse_writer.h"

#include "hdf5/write_small.h"
#include "winnow.h"

/* FabIO recognises sparse files by a creator that starts with "pyFAI". */
#define CREATOR "pyFAI layout, h5winnow " WN_VERSION

/* Elements in a chunk of a growing dataset, and rows in a chunk of the mask. */
#define CHUNK_ELEMENTS 65536
#define CHUNK_ROWS     64

#define DEFLATE_LEVEL 1

/* Shows how to densify without FabIO; its variables are the datasets of the group. */
static const char SCRIPT[] =
    "# Dense frames, without noise, from the datasets of this group as numpy arrays.\n"
    "import numpy\n"
    "masked = ~numpy.isfinite(mask)\n"
    "frames = []\n"
    "for i in range(len(background_avg)):\n"
    "    frame = numpy.interp(mask, radius, background_avg[i])\n"
    "    if numpy.issubdtype(intensity.dtype, numpy.integer):\n"
    "        frame = numpy.floor(frame + 0.5)\n"
    "    frame[masked] = 0\n"
    "    frame = frame.astype(intensity.dtype)\n"
    "    frame[masked] = dummy\n"
    "    pixels = slice(frame_ptr[i], frame_ptr[i + 1])\n"
    "    frame.ravel()[index[pixels]] = intensity[pixels]\n"
    "    frames.append(frame)\n";

/* ---- datasets ------------------------------------------------------------------------------ */

/* Creation properties of a compressed dataset. */
static hid_t compressed(int rank, const hsize_t *chunk)
{
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(properties, rank, chunk);
    if (H5Zfilter_avail(H5Z_FILTER_DEFLATE) > 0) {
        H5Pset_shuffle(properties);
        H5Pset_deflate(properties, DEFLATE_LEVEL);
    }
    return properties;
}

static bool series_create(hid_t group, const char *name, hid_t type, size_t width,
                          struct growing_dataset *series)
{
    const int rank = width > 0 ? 2 : 1;
    const hsize_t size[2] = {0, width}, most[2] = {H5S_UNLIMITED, width};
    const hsize_t chunk[2] = {width > 0 ? 1 : CHUNK_ELEMENTS, width};
    const hid_t space = H5Screate_simple(rank, size, most);
    const hid_t properties = compressed(rank, chunk);
    const hid_t dataset =
        H5Dcreate2(group, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    *series = (struct growing_dataset){.dataset = dataset, .type = type, .width = width};
    H5Pclose(properties);
    H5Sclose(space);
    return dataset >= 0;
}

static bool series_append(struct growing_dataset *s, size_t rows, const void *data)
{
    const int rank = s->width > 0 ? 2 : 1;
    const hsize_t size[2] = {s->rows + rows, s->width};
    const hsize_t start[2] = {s->rows, 0}, count[2] = {rows, s->width};
    if (rows == 0)
        return true;
    if (H5Dset_extent(s->dataset, size) < 0)
        return false;
    const hid_t from = H5Screate_simple(rank, count, NULL), to = H5Dget_space(s->dataset);
    const bool good = H5Sselect_hyperslab(to, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                      H5Dwrite(s->dataset, s->type, from, to, H5P_DEFAULT, data) >= 0;
    H5Sclose(from);
    H5Sclose(to);
    s->rows += rows;
    return good;
}

static bool spectrum_create(hid_t group, const char *name, size_t points, const char *long_name,
                            struct growing_dataset *series)
{
    return series_create(group, name, H5T_NATIVE_FLOAT, points, series) &&
           h5_write_attribute(series->dataset, "interpretation", "spectrum") &&
           h5_write_attribute(series->dataset, "long_name", long_name);
}

static bool mark_signal(hid_t dataset)
{
    const int64_t one = 1;
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute =
        H5Acreate2(dataset, "signal", H5T_NATIVE_INT64, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool good = attribute >= 0 && H5Awrite(attribute, H5T_NATIVE_INT64, &one) >= 0;
    H5Aclose(attribute);
    H5Sclose(space);
    return good;
}

/* ---- frames -------------------------------------------------------------------------------- */

static bool create_groups(hid_t file, struct sparse_writer *s)
{
    const char *const axes[] = {".", "radius"};
    s->entry = h5_create_group(file, "entry_0000", "NXentry");
    s->group = s->entry >= 0 ? h5_create_group(s->entry, "sparse_frames", "NXdata") : -1;
    return s->group >= 0 && h5_write_attribute(file, "NX_class", "NXroot") &&
           h5_write_attribute(file, "default", "entry_0000") &&
           h5_write_attribute(file, "creator", CREATOR) &&
           h5_write_attribute(s->entry, "default", "sparse_frames") &&
           h5_write_attribute(s->entry, "pyFAI_sparse_frames", "/entry_0000/sparse_frames") &&
           h5_write_attribute(s->group, "signal", "background_avg") &&
           h5_write_attribute_list(s->group, "axes", axes, 2);
}

bool sparse_writer_create(hid_t file, hid_t type, size_t points, struct sparse_writer *s)
{
    const uint32_t none = 0;
    const struct growing_dataset closed = {.dataset = -1};
    *s = (struct sparse_writer){file, -1, -1, closed, closed, closed, closed, closed};
    return create_groups(file, s) &&
           series_create(s->group, "frame_ptr", H5T_NATIVE_UINT32, 0, &s->frame_ptr) &&
           series_append(&s->frame_ptr, 1, &none) &&
           series_create(s->group, "index", H5T_NATIVE_UINT32, 0, &s->index) &&
           series_create(s->group, "intensity", type, 0, &s->intensity) &&
           spectrum_create(s->group, "background_avg", points, "Average value of background",
                           &s->average) &&
           mark_signal(s->average.dataset) &&
           spectrum_create(s->group, "background_std", points, "Standard deviation of background",
                           &s->deviation) &&
           H5Lcreate_hard(s->group, "background_std", s->group, "errors", H5P_DEFAULT,
                          H5P_DEFAULT) >= 0;
}

bool sparse_writer_add(struct sparse_writer *s, size_t kept, const uint32_t *index,
                       const void *intensity, const float *average, const float *deviation)
{
    if (kept > SPARSE_KEPT_MAX - s->index.rows)
        return false;
    const uint32_t end = (uint32_t)(s->index.rows + kept);
    return series_append(&s->index, kept, index) && series_append(&s->intensity, kept, intensity) &&
           series_append(&s->average, 1, average) && series_append(&s->deviation, 1, deviation) &&
           series_append(&s->frame_ptr, 1, &end);
}

/* ---- common to all frames ------------------------------------------------------------------ */

static bool write_radius(hid_t group, const struct sparse_frame *frame)
{
    const hsize_t size = frame->points;
    const hid_t space = H5Screate_simple(1, &size, NULL);
    const hid_t dataset =
        H5Dcreate2(group, "radius", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const bool good =
        dataset >= 0 &&
        H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, frame->radius) >= 0 &&
        h5_write_attribute(dataset, "interpretation", "spectrum") &&
        h5_write_attribute(dataset, "unit", frame->unit) &&
        h5_write_attribute(dataset, "long_name", frame->long_name);
    H5Dclose(dataset);
    H5Sclose(space);
    return good;
}

static bool write_mask(hid_t group, const struct sparse_frame *frame)
{
    const hsize_t size[2] = {frame->height, frame->width};
    const hsize_t chunk[2] = {size[0] < CHUNK_ROWS ? size[0] : CHUNK_ROWS, size[1]};
    const hid_t space = H5Screate_simple(2, size, NULL);
    const hid_t properties = compressed(2, chunk);
    const hid_t dataset =
        H5Dcreate2(group, "mask", H5T_NATIVE_FLOAT, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    const bool good =
        dataset >= 0 &&
        H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, frame->mask) >= 0 &&
        h5_write_attribute(dataset, "interpretation", "image") &&
        h5_write_attribute(dataset, "unit", frame->unit);
    H5Dclose(dataset);
    H5Pclose(properties);
    H5Sclose(space);
    return good;
}

static bool write_process(hid_t entry, const char *configuration, const char *time)
{
    const int64_t first = 1;
    const hid_t process = h5_create_group(entry, "sparsify", "NXprocess");
    const hid_t note = process >= 0 ? h5_create_group(process, "configuration", "NXnote") : -1;
    const bool good =
        note >= 0 && h5_write_text(process, "program", "h5winnow") &&
        h5_write_text(process, "version", wn_version()) && h5_write_text(process, "date", time) &&
        h5_write_number(process, "sequence_index", H5T_NATIVE_INT64, &first) &&
        h5_write_text(note, "type", "text/json") && h5_write_text(note, "data", configuration);
    H5Gclose(note);
    H5Gclose(process);
    return good;
}

bool sparse_writer_finish(struct sparse_writer *s, const struct sparse_frame *frame,
                          const char *configuration, const char *time)
{
    return write_radius(s->group, frame) && write_mask(s->group, frame) &&
           h5_write_number(s->group, "dummy", frame->type, frame->dummy) &&
           h5_write_text(s->group, "script", SCRIPT) &&
           h5_write_text(s->entry, "program_name", "h5winnow export") &&
           h5_write_text(s->entry, "start_time", time) &&
           h5_write_text(s->entry, "end_time", time) &&
           write_process(s->entry, configuration, time);
}

void sparse_writer_close(struct sparse_writer *s)
{
    const struct growing_dataset *all[] = {&s->frame_ptr, &s->index, &s->intensity, &s->average,
                                           &s->deviation};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        H5Dclose(all[i]->dataset);
    H5Gclose(s->group);
    H5Gclose(s->entry);
}
