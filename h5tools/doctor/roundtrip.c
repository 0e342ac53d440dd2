/* A file in memory (core driver) with two frames of random background, signal and flagged pixels;
 * what must be exact is compared, and the size checked. */
#include "doctor/roundtrip.h"

#include <hdf5.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "hdf5/file.h"
#include "winnow.h"

#define FRAMES 2
#define EDGE   64
#define PIXELS (FRAMES * EDGE * EDGE)

/* Distance from one signal or flagged pixel to the next. */
#define SIGNAL_STEP  97
#define FLAGGED_STEP 211
#define SIGNAL       5000
#define FLAGGED      UINT16_MAX

static const char NAME[] = "frames";

static bool is_exact(size_t pixel)
{
    return pixel % SIGNAL_STEP == 0 || pixel % FLAGGED_STEP == 0;
}

/* A background of 2 to 8 counts, signal, and flagged pixels. */
static void make_frames(uint16_t *frames)
{
    uint32_t random = 1;
    for (size_t i = 0; i < PIXELS; i++) {
        random = random * 1664525u + 1013904223u;
        frames[i] = (uint16_t)(2 + (random >> 24) % 4 + (random >> 16) % 4);
        if (i % SIGNAL_STEP == 0)
            frames[i] = (uint16_t)(SIGNAL + i % 1000);
        if (i % FLAGGED_STEP == 0)
            frames[i] = FLAGGED;
    }
}

/* Creation properties: one frame per chunk, with the filter as mandatory. */
static hid_t make_properties(void)
{
    const hsize_t chunk[3] = {1, EDGE, EDGE};
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    if (H5Pset_chunk(properties, 3, chunk) >= 0 &&
        H5Pset_filter(properties, WN_FILTER_ID, H5Z_FLAG_MANDATORY, 0, NULL) >= 0)
        return properties;
    H5Pclose(properties);
    return -1;
}

static bool write_frames(hid_t file, const uint16_t *frames)
{
    const hsize_t shape[3] = {FRAMES, EDGE, EDGE};
    const hid_t space = H5Screate_simple(3, shape, NULL);
    const hid_t properties = make_properties();
    const hid_t dataset = properties < 0 ? -1
                                         : H5Dcreate2(file, NAME, H5T_STD_U16LE, space, H5P_DEFAULT,
                                                      properties, H5P_DEFAULT);
    bool good = dataset >= 0 &&
                H5Dwrite(dataset, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, frames) >= 0 &&
                H5Dflush(dataset) >= 0;
    if (dataset >= 0)
        good = H5Dclose(dataset) >= 0 && good;
    if (properties >= 0)
        H5Pclose(properties);
    H5Sclose(space);
    return good;
}

/* Since the dataset was closed, HDF5 has no decoded chunk in its cache. */
static bool read_frames(hid_t file, uint16_t *frames, hsize_t *stored)
{
    const hid_t dataset = H5Dopen2(file, NAME, H5P_DEFAULT);
    if (dataset < 0)
        return false;
    *stored = H5Dget_storage_size(dataset);
    const bool good =
        H5Dread(dataset, H5T_NATIVE_UINT16, H5S_ALL, H5S_ALL, H5P_DEFAULT, frames) >= 0;
    H5Dclose(dataset);
    return good;
}

static void explain_failure(const char *what, char wrong[ROUNDTRIP_SIZE])
{
    char reason[REASON_SIZE];
    hdf5_reason(reason);
    snprintf(wrong, ROUNDTRIP_SIZE, "%s: %s", what, reason);
}

static bool compare(const uint16_t *before, const uint16_t *after, hsize_t stored,
                    char wrong[ROUNDTRIP_SIZE])
{
    size_t differ = 0, exact = 0;
    for (size_t i = 0; i < PIXELS; i++) {
        exact += is_exact(i);
        differ += is_exact(i) && before[i] != after[i];
    }
    if (differ > 0)
        snprintf(wrong, ROUNDTRIP_SIZE, "%zu of %zu pixels that must be exact are not", differ,
                 exact);
    else if (stored >= PIXELS * sizeof *before)
        snprintf(wrong, ROUNDTRIP_SIZE, "nothing was compressed: %d bytes became %llu",
                 (int)(PIXELS * sizeof *before), (unsigned long long)stored);
    return wrong[0] == '\0';
}

bool roundtrip(char wrong[ROUNDTRIP_SIZE])
{
    static uint16_t before[PIXELS], after[PIXELS];
    hsize_t stored = 0;
    wrong[0] = '\0';
    make_frames(before);
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, sizeof before, false);
    const hid_t file = H5Fcreate("h5winnow_doctor.h5", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (file < 0 || !write_frames(file, before))
        explain_failure("the filter cannot compress", wrong);
    else if (!read_frames(file, after, &stored))
        explain_failure("what was compressed cannot be read", wrong);
    if (file >= 0)
        H5Fclose(file);
    H5Pclose(access);
    return wrong[0] == '\0' && compare(before, after, stored, wrong);
}
