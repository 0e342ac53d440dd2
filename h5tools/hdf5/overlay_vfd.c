/*
 * A virtual file driver (H5FD_class_t) that forwards reads and writes to a page overlay. It lets
 * HDF5 aggregate metadata and small data and use its sieve buffer.
 */
#include "hdf5/overlay_vfd.h"

#include <stdlib.h>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

#define ADDRESS_MAX (((haddr_t)1 << 63) - 1)

/* An open file of this driver. */
struct overlay_file {
    H5FD_t file; /* must be first */
    struct page_overlay *overlay;
    haddr_t end; /* of the addresses that HDF5 has allocated */
};

static H5FD_t *open_file(const char *name, unsigned flags, hid_t access, haddr_t max_address)
{
    struct page_overlay *const *overlay = H5Pget_driver_info(access);
    struct overlay_file *opened = overlay ? calloc(1, sizeof *opened) : NULL;
    (void)name;
    (void)flags;
    (void)max_address;
    if (!opened)
        return NULL;
    opened->overlay = *overlay;
    return &opened->file;
}

static herr_t close_file(H5FD_t *file)
{
    struct overlay_file *opened = (struct overlay_file *)file;
    opened->overlay->length = opened->end;
    opened->overlay->complete = true;
    free(opened);
    return 0;
}

static herr_t query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

static haddr_t get_end(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const struct overlay_file *)file)->end;
}

static herr_t set_end(H5FD_t *file, H5FD_mem_t type, haddr_t end)
{
    (void)type;
    ((struct overlay_file *)file)->end = end;
    return 0;
}

static haddr_t get_length(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const struct overlay_file *)file)->overlay->length;
}

static herr_t get_handle(H5FD_t *file, hid_t access, void **handle)
{
    (void)access;
    *handle = ((struct overlay_file *)file)->overlay;
    return 0;
}

static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                         void *bytes)
{
    (void)type;
    (void)transfer;
    return page_overlay_read(((struct overlay_file *)file)->overlay, at, size, bytes) ? 0 : -1;
}

static herr_t write_bytes(H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t at, size_t size,
                          const void *bytes)
{
    (void)type;
    (void)transfer;
    return page_overlay_write(((struct overlay_file *)file)->overlay, at, size, bytes) ? 0 : -1;
}

static const H5FD_class_t DRIVER = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = H5_VFD_RESERVED + 70,
#endif
    .name = "winnow_overlay",
    .maxaddr = ADDRESS_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(struct page_overlay *),
    .open = open_file,
    .close = close_file,
    .query = query,
    .get_eoa = get_end,
    .set_eoa = set_end,
    .get_eof = get_length,
    .get_handle = get_handle,
    .read = read_bytes,
    .write = write_bytes,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

hid_t overlay_vfd_open(const char *name, struct page_overlay *overlay)
{
    hid_t file = -1;
    const hid_t driver = H5FDregister(&DRIVER), access = H5Pcreate(H5P_FILE_ACCESS);
    if (driver >= 0 && H5Pset_driver(access, driver, &overlay) >= 0)
        file = H5Fopen(name, H5F_ACC_RDWR, access);
    H5Pclose(access);
    if (driver >= 0)
        H5FDunregister(driver);
    return file;
}

struct page_overlay *overlay_vfd_overlay(hid_t file)
{
    void *overlay = NULL;
    return H5Fget_vfd_handle(file, H5P_DEFAULT, &overlay) >= 0 ? overlay : NULL;
}
