/*
 * Chunks of a known filter pipeline are read raw and decoded by the caller's threads. Otherwise
 * frames that share a chunk are read through HDF5 as one block, unless it is too large, so that the
 * chunk is decoded once in a sequential pass.
 */
#include "input/frame_source.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/file.h"
#include "hdf5/virtual_parts.h"
#include "input/bitshuffle.h"
#include "input/deflate.h"
#include "input/stored_chunks.h"

/* Largest block of frames of one chunk that is read at once, bytes. */
#define BLOCK_BYTES_MAX ((size_t)256 << 20)

#define WRONG_SIZE "its chunk has not the size of a frame"

/* ---- opening ------------------------------------------------------------------------------- */

/* Describes one frame; dataset_layout_describe() has described chunks only. False: not a type or
 * size that winnow supports. */
static bool describe_frame(struct frame_source *source)
{
    const struct dataset_layout *stack = &source->stack;
    const hsize_t *shape = stack->shape;
    const int rank = stack->rank;
    if (rank < 2 || shape[rank - 1] > UINT32_MAX || shape[rank - 2] > UINT32_MAX)
        return false;
    source->frame.frames = 1;
    source->frame.height = (uint32_t)shape[rank - 2];
    source->frame.width = (uint32_t)shape[rank - 1];
    return dataset_layout_element(source->type, &source->frame) &&
           wn_array_bytes(&source->frame) > 0;
}

/* Whether the first filter is bitshuffle with LZ4 for this element size. */
static bool is_bitshuffle_lz4(const struct frame_source *source)
{
    enum { ELEMENT_SIZE = 2, COMPRESSION = 4, LZ4 = 2 };
    unsigned flags, config, cd[5] = {0};
    size_t n = 5;
    const hid_t properties = H5Dget_create_plist(source->dataset);
    const H5Z_filter_t filter = H5Pget_filter2(properties, 0, &flags, &n, cd, 0, NULL, &config);
    H5Pclose(properties);
    return filter == BITSHUFFLE_FILTER && n >= 5 && cd[COMPRESSION] == LZ4 &&
           cd[ELEMENT_SIZE] == wn_type_size(source->frame.type);
}

/* Whether the first filter is shuffle for this element size. */
static bool begins_with_shuffle(const struct frame_source *source)
{
    unsigned flags, config, element_size = 0;
    size_t n = 1;
    const hid_t properties = H5Dget_create_plist(source->dataset);
    const H5Z_filter_t filter =
        H5Pget_filter2(properties, 0, &flags, &n, &element_size, 0, NULL, &config);
    H5Pclose(properties);
    return filter == H5Z_FILTER_SHUFFLE && n == 1 &&
           element_size == wn_type_size(source->frame.type);
}

/* Deflate alone, or after shuffle. */
static bool is_deflate(const struct frame_source *source)
{
    const struct dataset_layout *stack = &source->stack;
    return stack->last_filter == H5Z_FILTER_DEFLATE &&
           (stack->filters == 1 || (stack->filters == 2 && begins_with_shuffle(source)));
}

static bool chunk_is_a_frame(const struct dataset_layout *stack)
{
    if (stack->layout != H5D_CHUNKED)
        return false;
    for (int i = 0; i < stack->rank; i++) {
        const hsize_t wanted = i < stack->rank - 2 ? 1 : stack->shape[i];
        if (stack->chunk[i] != wanted)
            return false;
    }
    return true;
}

static void choose_way(struct frame_source *source)
{
    const struct dataset_layout *stack = &source->stack;
    source->way = BY_HDF5;
    if (!chunk_is_a_frame(stack))
        return;
    if (stack->filters == 0)
        source->way = WHOLE_RAW;
    else if (stack->filters == 1 && stack->winnow_at == 0)
        source->way = WHOLE_WINNOW;
    else if (stack->filters == 1 && is_bitshuffle_lz4(source))
        source->way = WHOLE_BITSHUFFLE;
    else if (is_deflate(source))
        source->way = WHOLE_DEFLATE;
}

/* Frames in one chunk along the dimension just before those of the frame. */
static uint64_t frames_in_block(const struct frame_source *source)
{
    const struct dataset_layout *stack = &source->stack;
    if (source->way != BY_HDF5 || stack->layout != H5D_CHUNKED || stack->rank < 3)
        return 1;
    const uint64_t frames = stack->chunk[stack->rank - 3];
    return frames <= BLOCK_BYTES_MAX / source->bytes ? frames : 1;
}

/* Makes a frame of fill values. */
static enum outcome make_filler(struct frame_source *source)
{
    const hid_t properties = H5Dget_create_plist(source->dataset);
    const size_t element = wn_type_size(source->frame.type);
    H5D_fill_value_t defined = H5D_FILL_VALUE_UNDEFINED;
    uint8_t value[8] = {0};
    source->filler = calloc(source->bytes, 1);
    if (H5Pfill_value_defined(properties, &defined) >= 0 && defined != H5D_FILL_VALUE_UNDEFINED)
        H5Pget_fill_value(properties, source->type, value);
    H5Pclose(properties);
    if (!source->filler) {
        complain_memory();
        return IO_FAILURE;
    }
    for (size_t i = 0; i < source->bytes; i += element)
        memcpy(source->filler + i, value, element);
    return DONE;
}

enum outcome frame_source_open(hid_t dataset, const char *file, const char *path,
                               struct frame_source *source)
{
    *source = (struct frame_source){.dataset = dataset, .file = file, .path = path};
    enum outcome outcome = dataset_layout_describe(dataset, file, path, &source->stack);
    if (outcome == DONE)
        outcome = virtual_parts_check(dataset, file, path);
    if (outcome != DONE)
        return BAD_INPUT;
    source->type = H5Dget_type(dataset);
    if (!describe_frame(source)) {
        complain("%s::%s: no stack of images of 8 to 64 bit integers or floats", file, path);
        H5Tclose(source->type);
        return BAD_INPUT;
    }
    source->bytes = wn_array_bytes(&source->frame);
    source->frames = dataset_layout_frames(&source->stack);
    choose_way(source);
    source->block_frames = frames_in_block(source);
    outcome = make_filler(source);
    if (outcome != DONE)
        frame_source_close(source);
    return outcome;
}

void frame_source_close(struct frame_source *source)
{
    H5Tclose(source->type);
    free(source->filler);
    free(source->block);
}

hid_t frame_source_space(const struct frame_source *source, uint64_t count)
{
    hsize_t shape[H5S_MAX_RANK], max[H5S_MAX_RANK];
    const hid_t old = H5Dget_space(source->dataset);
    const int rank = H5Sget_simple_extent_dims(old, shape, max);
    H5Sclose(old);
    if (count != source->frames) {
        shape[0] = count;
        max[0] = max[0] == H5S_UNLIMITED ? H5S_UNLIMITED : count;
    }
    return H5Screate_simple(rank, shape, max);
}

hid_t frame_source_properties(const struct frame_source *source)
{
    const struct dataset_layout *stack = &source->stack;
    hsize_t chunk[H5S_MAX_RANK];
    unsigned order = 0, compact, dense;
    for (int i = 0; i < stack->rank; i++)
        chunk[i] = i < stack->rank - 2 ? 1 : stack->shape[i];
    const hid_t old = H5Dget_create_plist(source->dataset);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(properties, stack->rank, chunk);
    H5Pset_fill_value(properties, source->type, source->filler);
    if (H5Pget_attr_creation_order(old, &order) >= 0)
        H5Pset_attr_creation_order(properties, order);
    if (H5Pget_attr_phase_change(old, &compact, &dense) >= 0)
        H5Pset_attr_phase_change(properties, compact, dense);
    H5Pclose(old);
    return properties;
}

uint64_t frame_source_grow(struct frame_source *source)
{
    H5Drefresh(source->dataset);
    const hid_t space = H5Dget_space(source->dataset);
    if (H5Sget_simple_extent_ndims(space) == source->stack.rank)
        H5Sget_simple_extent_dims(space, source->stack.shape, NULL);
    H5Sclose(space);
    source->frames = dataset_layout_frames(&source->stack);
    return source->frames;
}

/* ---- fetching ------------------------------------------------------------------------------ */

void frame_source_offset(const struct frame_source *source, uint64_t number,
                         hsize_t offset[H5S_MAX_RANK])
{
    const struct dataset_layout *stack = &source->stack;
    offset[stack->rank - 1] = offset[stack->rank - 2] = 0;
    for (int i = stack->rank - 3; i >= 0; i--) {
        offset[i] = number % stack->shape[i];
        number /= stack->shape[i];
    }
}

/* Reads n consecutive frames along the dimension just before those of the frame. */
static bool read_frames(const struct frame_source *source, const hsize_t *offset, uint64_t n,
                        void *pixels)
{
    const struct dataset_layout *stack = &source->stack;
    hsize_t count[H5S_MAX_RANK];
    for (int i = 0; i < stack->rank; i++)
        count[i] = i < stack->rank - 2 ? 1 : stack->shape[i];
    if (stack->rank > 2)
        count[stack->rank - 3] = n;
    const hid_t file_space = H5Dget_space(source->dataset);
    const hid_t memory_space = H5Screate_simple(stack->rank, count, NULL);
    const bool good =
        file_space >= 0 && memory_space >= 0 &&
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, offset, NULL, count, NULL) >= 0 &&
        H5Dread(source->dataset, source->type, memory_space, file_space, H5P_DEFAULT, pixels) >= 0;
    H5Sclose(memory_space);
    H5Sclose(file_space);
    return good;
}

/* Copies a frame out of its block, which is read first if it is not in memory. */
static enum outcome fetch_from_block(struct frame_source *source, uint64_t number,
                                     struct fetched_frame *fetched)
{
    const struct dataset_layout *stack = &source->stack;
    hsize_t offset[H5S_MAX_RANK];
    frame_source_offset(source, number, offset);
    const uint64_t along = stack->shape[stack->rank - 3], at = offset[stack->rank - 3];
    const uint64_t in_block = at % source->block_frames, left = along - (at - in_block);
    const uint64_t n = left < source->block_frames ? left : source->block_frames;
    if (!source->block)
        source->block = malloc(source->block_frames * source->bytes);
    if (!source->block) {
        complain_memory();
        return IO_FAILURE;
    }
    if (!source->block_read || source->block_first != number - in_block) {
        offset[stack->rank - 3] = at - in_block;
        source->block_first = number - in_block;
        source->block_read = true;
        source->block_good = read_frames(source, offset, n, source->block);
    }
    if (source->block_good)
        memcpy(fetched->pixels, source->block + in_block * source->bytes, source->bytes);
    else
        fetched->problem = "HDF5 cannot read the chunk that it is in";
    return DONE;
}

static enum outcome reserve(struct fetched_frame *fetched, size_t size)
{
    if (size <= fetched->stored_capacity)
        return DONE;
    free(fetched->stored);
    fetched->stored_capacity = 0;
    fetched->stored = malloc(size);
    if (!fetched->stored) {
        complain_memory();
        return IO_FAILURE;
    }
    fetched->stored_capacity = size;
    return DONE;
}

/* Reads a stored chunk; straight to the pixels if all filters were skipped. */
static enum outcome fetch_chunk(const struct frame_source *source, const hsize_t *offset,
                                hsize_t size, struct fetched_frame *fetched)
{
    const uint32_t all = (1u << source->stack.filters) - 1;
    if (size > 2 * source->bytes + 65536) {
        fetched->problem = "its chunk is larger than it can be";
        return DONE;
    }
    const enum outcome outcome = reserve(fetched, (size_t)size);
    if (outcome != DONE)
        return outcome;
    fetched->stored_size = (size_t)size;
    if (stored_chunk_read_raw(source->dataset, offset, &fetched->skipped, fetched->stored,
                              (size_t)size) < 0)
        fetched->problem = "HDF5 cannot read its chunk";
    else if ((fetched->skipped & all) != all)
        fetched->is_stored = true;
    else if (size == source->bytes)
        memcpy(fetched->pixels, fetched->stored, source->bytes);
    else
        fetched->problem = WRONG_SIZE;
    return DONE;
}

enum outcome frame_source_fetch(struct frame_source *source, uint64_t number,
                                struct fetched_frame *fetched)
{
    hsize_t offset[H5S_MAX_RANK], size = 0;
    fetched->number = number;
    fetched->is_stored = fetched->absent = false;
    fetched->problem = NULL;
    if (!fetched->pixels)
        fetched->pixels = malloc(source->bytes);
    if (!fetched->pixels) {
        complain_memory();
        return IO_FAILURE;
    }
    frame_source_offset(source, number, offset);
    if (source->way == BY_HDF5) {
        if (source->block_frames > 1)
            return fetch_from_block(source, number, fetched);
        if (!read_frames(source, offset, 1, fetched->pixels))
            fetched->problem = "HDF5 cannot read it";
        return DONE;
    }
    /* For a chunk never written, some versions of HDF5 return 0 bytes, others fail. */
    if (H5Dget_chunk_storage_size(source->dataset, offset, &size) < 0 || size == 0) {
        fetched->absent = true;
        memcpy(fetched->pixels, source->filler, source->bytes);
        return DONE;
    }
    return fetch_chunk(source, offset, size, fetched);
}

/* ---- restoring ----------------------------------------------------------------------------- */

static const char *restore_winnow(const struct frame_source *source,
                                  const struct fetched_frame *fetched, const wn_map *map,
                                  wn_noise noise)
{
    const wn_status status = wn_decode(map, fetched->stored, fetched->stored_size, &source->frame,
                                       noise, 1, fetched->pixels, source->bytes);
    return status == WN_OK ? NULL : wn_strerror(status);
}

static const char *restore_bitshuffle(const struct frame_source *source,
                                      const struct fetched_frame *fetched)
{
    const bool good =
        bitshuffle_decode(fetched->stored, fetched->stored_size, wn_type_size(source->frame.type),
                          fetched->pixels, source->bytes);
    return good ? NULL : "its chunk is damaged (bitshuffle, LZ4)";
}

static const char *inflate_frame(const struct frame_source *source,
                                 const struct fetched_frame *fetched, uint8_t *bytes)
{
    const bool good = deflate_decode(fetched->stored, fetched->stored_size, bytes, source->bytes);
    return good ? NULL : "its chunk is damaged (deflate)";
}

static const char *inflate_and_unshuffle(const struct frame_source *source,
                                         const struct fetched_frame *fetched)
{
    uint8_t *planes = malloc(source->bytes);
    if (!planes)
        return "not enough memory";
    const char *problem = inflate_frame(source, fetched, planes);
    if (!problem)
        shuffle_decode(planes, wn_type_size(source->frame.type), fetched->pixels, source->bytes);
    free(planes);
    return problem;
}

/* Either of the two filters may have been skipped. */
static const char *restore_deflate(const struct frame_source *source,
                                   const struct fetched_frame *fetched)
{
    const int last = source->stack.filters - 1;
    const bool shuffled = last == 1 && (fetched->skipped & 1) == 0;
    const bool deflated = (fetched->skipped >> last & 1) == 0;
    if (!shuffled)
        return inflate_frame(source, fetched, fetched->pixels);
    if (deflated)
        return inflate_and_unshuffle(source, fetched);
    if (fetched->stored_size != source->bytes)
        return WRONG_SIZE;
    shuffle_decode(fetched->stored, wn_type_size(source->frame.type), fetched->pixels,
                   source->bytes);
    return NULL;
}

void fetched_frame_restore(const struct frame_source *source, struct fetched_frame *fetched,
                           const wn_map *map, wn_noise noise)
{
    if (!fetched->is_stored || fetched->problem)
        return;
    if (source->way == WHOLE_WINNOW)
        fetched->problem = restore_winnow(source, fetched, map, noise);
    else if (source->way == WHOLE_DEFLATE)
        fetched->problem = restore_deflate(source, fetched);
    else
        fetched->problem = restore_bitshuffle(source, fetched);
}

void fetched_frame_free(struct fetched_frame *fetched)
{
    free(fetched->pixels);
    free(fetched->stored);
}
