/* A row for each frame, as long as the most peaks on one; chunks without peaks are never written,
 * so that sparse rows cost nothing. */
#include "spots/write_cxi.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/interrupt.h"
#include "base/message.h"
#include "hdf5/table_column.h"
#include "hdf5/write_small.h"
#include "output/copy_file.h"
#include "spots/table_check.h"

#define CXI_VERSION 160

/* Elements of a chunk. */
#define CHUNK_COLUMNS  1024
#define CHUNK_ELEMENTS 16384
#define CHUNK_COUNTS   65536

enum peak_dataset { X, Y, INTENSITY, PIXELS, MAXIMUM, SNR, PEAK_DATASETS };

static const struct {
    const char *name, *units;
} PEAK_DATASET[PEAK_DATASETS] = {
    [X] = {"peakXPosRaw", "pixel"},
    [Y] = {"peakYPosRaw", "pixel"},
    [INTENSITY] = {"peakTotalIntensity", "counts"},
    [PIXELS] = {"peakNPixels", "pixel"},
    [MAXIMUM] = {"peakMaximumValue", "counts"},
    [SNR] = {"peakSNR", ""},
};

static float value_of(const wn_spot *spot, enum peak_dataset dataset)
{
    switch (dataset) {
    case X:
        return (float)spot->x;
    case Y:
        return (float)spot->y;
    case INTENSITY:
        return (float)spot->intensity;
    case PIXELS:
        return (float)spot->pixels;
    case MAXIMUM:
        return (float)spot->maximum;
    default:
        return (float)spot->snr;
    }
}

/* A peak list being written. */
struct cxi_list {
    const struct spot_table *table;
    hid_t entry, group, counts, peaks[PEAK_DATASETS];
    hsize_t frames, columns; /* columns: largest number of peaks on a frame, at least 1 */
    float *row;              /* [columns] */
};

/* ---- datasets ------------------------------------------------------------------------------ */

static hsize_t smaller(hsize_t one, hsize_t other)
{
    return one < other ? one : other;
}

static hid_t create(hid_t group, const char *name, hid_t type, int rank, const hsize_t *size,
                    const hsize_t *chunk)
{
    const hid_t space = H5Screate_simple(rank, size, NULL);
    const hid_t properties = table_column_compression(rank, chunk);
    const hid_t dataset =
        H5Dcreate2(group, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Pclose(properties);
    H5Sclose(space);
    return dataset;
}

static bool create_peaks(struct cxi_list *list)
{
    const hsize_t size[2] = {list->frames, list->columns};
    const hsize_t columns = smaller(size[1], CHUNK_COLUMNS);
    const hsize_t chunk[2] = {smaller(size[0], CHUNK_ELEMENTS / columns), columns};
    for (int i = 0; i < PEAK_DATASETS; i++) {
        list->peaks[i] =
            create(list->group, PEAK_DATASET[i].name, H5T_NATIVE_FLOAT, 2, size, chunk);
        if (list->peaks[i] < 0 ||
            !h5_write_attribute(list->peaks[i], "units", PEAK_DATASET[i].units))
            return false;
    }
    return true;
}

static bool create_list(hid_t file, struct cxi_list *list)
{
    const int64_t version = CXI_VERSION;
    const hsize_t chunk = smaller(list->frames, CHUNK_COUNTS);
    list->entry = h5_create_group(file, "entry_1", "NXentry");
    list->group = list->entry >= 0 ? h5_create_group(list->entry, "result_1", "NXdata") : -1;
    if (list->group < 0)
        return false;
    list->counts = create(list->group, "nPeaks", H5T_NATIVE_INT32, 1, &list->frames, &chunk);
    return list->counts >= 0 && h5_write_number(file, "cxi_version", H5T_NATIVE_INT64, &version) &&
           h5_write_attribute(file, "NX_class", "NXroot") &&
           h5_write_attribute(file, "default", "entry_1") &&
           h5_write_attribute(list->entry, "default", "result_1") &&
           h5_write_text(list->entry, "program_name", "h5winnow spots") &&
           h5_write_attribute(list->group, "signal", "nPeaks") &&
           h5_write_attribute(list->group, "pixel_origin",
                              "the middle of the first pixel is at (0, 0)") &&
           h5_write_attribute(list->counts, "units", "") && create_peaks(list);
}

static bool close_list(struct cxi_list *list)
{
    bool good = list->counts < 0 || H5Dclose(list->counts) >= 0;
    for (int i = 0; i < PEAK_DATASETS; i++)
        good = (list->peaks[i] < 0 || H5Dclose(list->peaks[i]) >= 0) && good;
    H5Gclose(list->group);
    H5Gclose(list->entry);
    free(list->row);
    return good;
}

/* ---- rows ---------------------------------------------------------------------------------- */

static bool write_part(hid_t dataset, int rank, const hsize_t *start, const hsize_t *count,
                       hid_t type, const void *data)
{
    const hid_t memory = H5Screate_simple(rank, count, NULL), space = H5Dget_space(dataset);
    const bool good = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
                      H5Dwrite(dataset, type, memory, space, H5P_DEFAULT, data) >= 0;
    H5Sclose(space);
    H5Sclose(memory);
    return good;
}

static bool write_frame(const struct cxi_list *list, const struct spot_frame *frame,
                        const wn_spot *spot)
{
    const int32_t peaks = (int32_t)frame->spots;
    const hsize_t start[2] = {frame->number, 0}, count[2] = {1, frame->spots};
    if (peaks == 0)
        return true;
    for (int k = 0; k < PEAK_DATASETS; k++) {
        for (size_t i = 0; i < frame->spots; i++)
            list->row[i] = value_of(&spot[i], (enum peak_dataset)k);
        if (!write_part(list->peaks[k], 2, start, count, H5T_NATIVE_FLOAT, list->row))
            return false;
    }
    return write_part(list->counts, 1, start, count, H5T_NATIVE_INT32, &peaks);
}

static bool write_frames(const struct cxi_list *list)
{
    const struct spot_table *table = list->table;
    const wn_spot *spot = table->spot;
    for (size_t i = 0; i < table->frames; i++) {
        if (interrupted() || !write_frame(list, &table->frame[i], spot))
            return false;
        spot += table->frame[i].spots;
    }
    return true;
}

/* ---- all together -------------------------------------------------------------------------- */

static enum outcome check(hid_t file, const char *file_name, const struct spot_table *table,
                          uint64_t frames)
{
    const char *flaw = spot_table_flaw(table);
    if (!flaw && table->spots > INT32_MAX)
        flaw = "it has more spots than a peak list can count";
    if (!flaw && table->frames > 0 && table->frame[table->frames - 1].number >= frames)
        flaw = "it has frames that the dataset has not";
    if (!flaw && frames == 0)
        flaw = "the dataset has no frames";
    if (flaw) {
        complain("%s: this table of spots is not written: %s", file_name, flaw);
        return BAD_INPUT;
    }
    if (H5Lexists(file, "entry_1", H5P_DEFAULT) > 0) {
        complain("%s: has an entry_1 already: write the peak list to a file of its own", file_name);
        return WRONG_USAGE;
    }
    return DONE;
}

/* ---- images -------------------------------------------------------------------------------- */

/* The folder that a file is in; NULL: no memory. */
static char *folder_of(const char *name)
{
    const char *slash = strrchr(name, '/');
    if (!slash)
        return strdup(".");
    return strndup(name, slash == name ? 1 : (size_t)(slash - name));
}

static bool are_same_folder(const char *one, const char *other)
{
    struct stat a, b;
    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* The target of a link to a file: its bare name if it is in the folder of the linking file, else
 * its full path. NULL: no memory, or no such folder. */
static char *link_to(const char *images, const char *file_name)
{
    const char *slash = strrchr(images, '/');
    char *folder = folder_of(images), *own = folder_of(file_name), *here = NULL, *link = NULL;
    if (folder && own && are_same_folder(folder, own))
        link = strdup(!slash ? images : slash + 1);
    else if (images[0] == '/')
        link = strdup(images);
    else if ((here = getcwd(NULL, 0)))
        link = path_join(here, images);
    free(folder);
    free(own);
    free(here);
    return link;
}

/* CrystFEL expects images and peaks in one file, for which an external link suffices. (For several
 * datasets the link leads to their group, which CrystFEL does not read as a stack.) */
static bool link_images(const struct cxi_list *list, const char *file_name)
{
    const struct spot_table *table = list->table;
    if (!table->file || !table->dataset)
        return true;
    char *path = link_to(table->file, file_name);
    if (!path)
        return false;
    const hid_t group = h5_create_group(list->entry, "data_1", "NXdata");
    const bool good =
        group >= 0 && h5_write_attribute(group, "signal", "data") &&
        H5Lcreate_external(path, table->dataset, group, "data", H5P_DEFAULT, H5P_DEFAULT) >= 0;
    if (group >= 0)
        H5Gclose(group);
    free(path);
    return good;
}

static enum outcome write_list(hid_t file, const char *file_name, struct cxi_list *list)
{
    list->row = malloc(list->columns * sizeof *list->row);
    if (!list->row) {
        complain_memory();
        return IO_FAILURE;
    }
    if (create_list(file, list) && link_images(list, file_name) && write_frames(list))
        return DONE;
    return interrupted() ? INTERRUPTED : h5_complain_unwritable(file_name);
}

enum outcome spot_cxi_write(hid_t file, const char *file_name, const struct spot_table *table,
                            uint64_t frames_in_dataset)
{
    struct cxi_list list = {.table = table, .entry = -1, .group = -1, .counts = -1};
    list.frames = frames_in_dataset;
    list.columns = 1;
    enum outcome outcome = check(file, file_name, table, frames_in_dataset);
    if (outcome != DONE)
        return outcome;
    for (int i = 0; i < PEAK_DATASETS; i++)
        list.peaks[i] = -1;
    for (size_t i = 0; i < table->frames; i++)
        if (table->frame[i].spots > list.columns)
            list.columns = table->frame[i].spots;
    outcome = write_list(file, file_name, &list);
    if (!close_list(&list) && outcome == DONE)
        outcome = h5_complain_unwritable(file_name);
    return outcome;
}
