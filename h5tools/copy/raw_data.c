/*
 * Chunks are moved with H5Dread_chunk() and H5Dwrite_chunk(), one at a time; other layouts and
 * elements of variable length are read and written block by block.
 */
#include "copy/raw_data.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "hdf5/hyperslabs.h"
#include "hdf5/object_id.h"

struct data_transfer {
    hid_t in, out, type;
    enum outcome outcome;
    char *reason;
};

static bool fail(struct data_transfer *t, enum outcome outcome)
{
    t->outcome = outcome;
    hdf5_reason(t->reason);
    return false;
}

/* ---- element by element ---------------------------------------------------------------------- */

static bool move_elements(struct data_transfer *t, hid_t memory, hid_t file, void *elements)
{
    if (H5Dread(t->in, t->type, memory, file, H5P_DEFAULT, elements) < 0)
        return fail(t, BAD_INPUT);
    if (H5Dwrite(t->out, t->type, memory, file, H5P_DEFAULT, elements) < 0)
        return fail(t, IO_FAILURE);
    return true;
}

static bool move_block(void *context, hid_t memory, hid_t file)
{
    struct data_transfer *t = context;
    const size_t count = (size_t)H5Sget_simple_extent_npoints(memory);
    void *elements = calloc(count, H5Tget_size(t->type));
    if (!elements)
        return false;
    const bool good = move_elements(t, memory, file, elements);
    H5Dvlen_reclaim(t->type, memory, H5P_DEFAULT, elements);
    free(elements);
    return good;
}

/* ---- chunk by chunk -------------------------------------------------------------------------- */

static herr_t read_raw(hid_t dataset, const hsize_t *offset, uint32_t *skipped, void *bytes,
                       size_t size)
{
#if H5_VERSION_GE(2, 0, 0)
    return H5Dread_chunk2(dataset, H5P_DEFAULT, offset, skipped, bytes, &size);
#else
    (void)size;
    return H5Dread_chunk(dataset, H5P_DEFAULT, offset, skipped, bytes);
#endif
}

/* Stored bytes of a chunk; 0 if that is more than the file has. */
static size_t stored_size(hid_t dataset, const hsize_t *offset)
{
    hsize_t size = 0, file_size = 0;
    const hid_t file = H5Iget_file_id(dataset);
    H5Fget_filesize(file, &file_size);
    H5Fclose(file);
    if (H5Dget_chunk_storage_size(dataset, offset, &size) < 0 || size > file_size)
        return 0;
    return (size_t)size;
}

static bool move_bytes(struct data_transfer *t, const hsize_t *offset, void *bytes, size_t size)
{
    uint32_t skipped = 0;
    if (read_raw(t->in, offset, &skipped, bytes, size) < 0)
        return fail(t, BAD_INPUT);
    if (H5Dwrite_chunk(t->out, H5P_DEFAULT, skipped, offset, size, bytes) < 0)
        return fail(t, IO_FAILURE);
    return true;
}

static bool move_chunk(void *context, hid_t memory, hid_t file)
{
    struct data_transfer *t = context;
    hsize_t offset[H5S_MAX_RANK], last[H5S_MAX_RANK];
    (void)memory;
    H5Sget_select_bounds(file, offset, last);
    const size_t size = stored_size(t->in, offset);
    void *bytes = size > 0 ? malloc(size) : NULL;
    const bool good = bytes && move_bytes(t, offset, bytes, size);
    free(bytes);
    return good;
}

/* ---- any dataset ----------------------------------------------------------------------------- */

/* Whether elements hold pointers into the global heap: variable-length sequences and strings. */
static bool has_variable_length(hid_t type)
{
    bool variable = false;
    const H5T_class_t kind = H5Tget_class(type);
    if (kind == H5T_STRING)
        return H5Tis_variable_str(type) > 0;
    if (kind == H5T_ARRAY) {
        const hid_t base = H5Tget_super(type);
        variable = has_variable_length(base);
        H5Tclose(base);
    } else if (kind == H5T_COMPOUND) {
        const int members = H5Tget_nmembers(type);
        for (int i = 0; i < members && !variable; i++) {
            const hid_t member = H5Tget_member_type(type, (unsigned)i);
            variable = has_variable_length(member);
            H5Tclose(member);
        }
    }
    return variable || kind == H5T_VLEN;
}

/* The data of a virtual dataset are in other files. */
static bool has_data(hid_t dataset, H5D_layout_t layout)
{
    H5D_space_status_t status = H5D_SPACE_STATUS_ALLOCATED;
    H5Dget_space_status(dataset, &status);
    return layout != H5D_VIRTUAL && status != H5D_SPACE_STATUS_NOT_ALLOCATED;
}

enum outcome raw_data_copy(hid_t in, hid_t out, char reason[REASON_SIZE])
{
    struct data_transfer t = {in, out, memory_type_of(in), BAD_INPUT, reason};
    const hid_t properties = H5Dget_create_plist(in);
    const H5D_layout_t layout = H5Pget_layout(properties);
    const bool raw = layout == H5D_CHUNKED && !has_variable_length(t.type);
    snprintf(reason, REASON_SIZE, "memory is lacking, or the file is damaged");
    if (holds_references(in) || !has_data(in, layout) ||
        hyperslabs_visit(in, raw ? move_chunk : move_block, &t))
        t.outcome = DONE;
    H5Pclose(properties);
    H5Tclose(t.type);
    return t.outcome;
}
