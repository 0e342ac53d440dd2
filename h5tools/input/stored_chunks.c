/*
 * Reads chunks with H5Dread_chunk(). The mask of skipped filters decides what the bytes are. Sizes
 * come from untrusted files and are checked before memory is allocated.
 */
#include "input/stored_chunks.h"

#include <stdlib.h>

/* Bytes that HDF5's checksum filter appends to a chunk. */
#define FLETCHER32_BYTES 4

herr_t stored_chunk_read_raw(hid_t dataset, const hsize_t *offset, uint32_t *skipped, void *bytes,
                             size_t size)
{
#if H5_VERSION_GE(2, 0, 0)
    return H5Dread_chunk2(dataset, H5P_DEFAULT, offset, skipped, bytes, &size);
#else
    (void)size;
    return H5Dread_chunk(dataset, H5P_DEFAULT, offset, skipped, bytes);
#endif
}

static void locate(const struct dataset_layout *stack, uint64_t number, struct stored_chunk *chunk)
{
    for (int i = stack->rank - 1; i >= 0; i--) {
        const uint64_t count = dataset_layout_chunks_along(stack, i);
        chunk->offset[i] = number % count * stack->chunk[i];
        number /= count;
    }
}

/* Upper bound of the size of a valid chunk. */
static hsize_t size_limit(const struct dataset_layout *stack)
{
    hsize_t file_size = 0;
    if (stack->filters == 1 && stack->array.type != 0)
        return wn_encode_bound(&stack->array);
    const hid_t file = H5Iget_file_id(stack->dataset);
    H5Fget_filesize(file, &file_size);
    H5Fclose(file);
    return file_size;
}

/* Whether a chunk reaches beyond the end of the dataset. */
static bool is_partial(const struct dataset_layout *stack, const struct stored_chunk *chunk)
{
    for (int i = 0; i < stack->rank; i++)
        if (stack->shape[i] - chunk->offset[i] < stack->chunk[i])
            return true;
    return false;
}

/* The state of a chunk, from the filters that were skipped for it. */
static enum stored_chunk_state state_of(const struct dataset_layout *stack, uint32_t skipped,
                                        struct stored_chunk *chunk)
{
    if ((stack->partial_raw && is_partial(stack, chunk)) || (skipped >> stack->winnow_at & 1) != 0)
        return CHUNK_RAW;
    int last = stack->filters - 1;
    if (stack->last_filter == H5Z_FILTER_FLETCHER32 && last > stack->winnow_at) {
        if ((skipped >> last & 1) == 0 && chunk->size >= FLETCHER32_BYTES)
            chunk->size -= FLETCHER32_BYTES;
        last--;
    }
    for (int i = stack->winnow_at + 1; i <= last; i++)
        if ((skipped >> i & 1) == 0)
            return CHUNK_HIDDEN;
    return CHUNK_STORED;
}

bool stored_chunk_read(const struct dataset_layout *stack, uint64_t number,
                       struct stored_chunk *chunk)
{
    hsize_t size = 0;
    uint32_t skipped = 0;
    locate(stack, number, chunk);
    chunk->size = 0;
    chunk->state = CHUNK_ABSENT;
    /* For a chunk never written, some versions of HDF5 return 0 bytes, others fail. */
    if (H5Dget_chunk_storage_size(stack->dataset, chunk->offset, &size) < 0 || size == 0)
        return true;
    chunk->state = CHUNK_UNREADABLE;
    if (size > size_limit(stack))
        return true;
    if (size > chunk->capacity) {
        free(chunk->bytes);
        chunk->capacity = 0;
        chunk->bytes = malloc((size_t)size);
        if (!chunk->bytes)
            return false;
        chunk->capacity = (size_t)size;
    }
    chunk->size = (size_t)size;
    if (stored_chunk_read_raw(stack->dataset, chunk->offset, &skipped, chunk->bytes,
                              chunk->capacity) >= 0)
        chunk->state = state_of(stack, skipped, chunk);
    return true;
}

void stored_chunk_free(struct stored_chunk *chunk)
{
    free(chunk->bytes);
}

haddr_t stored_chunk_address(const struct dataset_layout *stack, const struct stored_chunk *chunk)
{
    unsigned skipped;
    haddr_t address;
    hsize_t size;
    if (H5Dget_chunk_info_by_coord(stack->dataset, chunk->offset, &skipped, &address, &size) < 0)
        return HADDR_UNDEF;
    return address;
}

bool stored_chunk_frame(const struct dataset_layout *stack, const struct stored_chunk *chunk,
                        uint32_t image, uint64_t *frame)
{
    uint64_t number = 0, stride = 1, rest = image;
    for (int i = stack->rank - 3; i >= 0; i--) {
        const uint64_t at = chunk->offset[i] + rest % stack->chunk[i];
        rest /= stack->chunk[i];
        if (at >= stack->shape[i])
            return false;
        number += at * stride;
        stride *= stack->shape[i];
    }
    *frame = number;
    return true;
}
