/*
 * Keeps one decoded chunk: frames of the same chunk cost one decoding. The map is made from the
 * first chunk and must fit all others.
 */
#include "input/decoded_frames.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"

static enum outcome refuse(const struct decoded_frames *r, uint64_t frame, const char *why,
                           const char *next)
{
    complain("%s::%s, frame %" PRIu64 ": %s; %s", r->stack->file, r->stack->path, frame, why, next);
    return BAD_INPUT;
}

enum outcome decoded_frames_open(const struct dataset_layout *stack, struct decoded_frames *r)
{
    *r = (struct decoded_frames){.stack = stack, .frames = dataset_layout_frames(stack)};
    r->file_type = H5Dget_type(stack->dataset);
    r->type = H5Tget_native_type(r->file_type, H5T_DIR_DEFAULT);
    if (stack->winnow_at < 0 || stack->array.type == 0 || dataset_layout_cuts_frames(stack)) {
        complain("%s::%s: its frames are not compressed by winnow as whole frames: compress it "
                 "first",
                 stack->file, stack->path);
        return BAD_INPUT;
    }
    r->pixels = malloc(wn_array_bytes(&stack->array));
    if (!r->pixels) {
        complain_memory();
        return IO_FAILURE;
    }
    return DONE;
}

void decoded_frames_close(struct decoded_frames *r)
{
    wn_stored_frame_free(r->stored);
    wn_map_free(r->map);
    stored_chunk_free(&r->chunk);
    free(r->pixels);
    H5Tclose(r->type);
    H5Tclose(r->file_type);
}

/* ---- chunks -------------------------------------------------------------------------------- */

/* The number of the chunk that holds a frame, and the index of the frame in it. */
static uint64_t find_chunk(const struct dataset_layout *stack, uint64_t frame, uint32_t *image)
{
    uint64_t at[H5S_MAX_RANK] = {0}, number = 0;
    *image = 0;
    for (int i = stack->rank - 3; i >= 0; i--) {
        at[i] = frame % stack->shape[i];
        frame /= stack->shape[i];
    }
    for (int i = 0; i < stack->rank; i++)
        number = number * dataset_layout_chunks_along(stack, i) + at[i] / stack->chunk[i];
    for (int i = 0; i < stack->rank - 2; i++)
        *image = *image * (uint32_t)stack->chunk[i] + (uint32_t)(at[i] % stack->chunk[i]);
    return number;
}

/* Fills the chunk with the fill value. */
static void fill(struct decoded_frames *r)
{
    const size_t bytes = wn_array_bytes(&r->stack->array), size = r->stack->element_size;
    const hid_t properties = H5Dget_create_plist(r->stack->dataset);
    memset(r->pixels, 0, bytes);
    if (H5Pget_fill_value(properties, r->type, r->pixels) < 0)
        memset(r->pixels, 0, size);
    for (size_t i = size; i < bytes; i += size)
        memcpy(r->pixels + i, r->pixels, size);
    H5Pclose(properties);
}

static bool to_memory_order(struct decoded_frames *r)
{
    const size_t elements = wn_array_bytes(&r->stack->array) / r->stack->element_size;
    return H5Tconvert(r->file_type, r->type, elements, r->pixels, NULL, H5P_DEFAULT) >= 0;
}

/* Makes the map from the first chunk; it must fit all others. */
static wn_status find_map(struct decoded_frames *r)
{
    const struct stored_chunk *c = &r->chunk;
    if (!r->map)
        return wn_map_for_chunk(c->bytes, c->size, &r->stack->array, &r->map);
    return wn_map_fits(r->map, c->bytes, c->size) ? WN_OK : WN_ERR_PARAMS;
}

static enum outcome decode_chunk(struct decoded_frames *r, uint64_t frame)
{
    const wn_array *array = &r->stack->array;
    const struct stored_chunk *c = &r->chunk;
    wn_status status = find_map(r);
    if (status == WN_ERR_PARAMS)
        return refuse(r, frame, "it has another background model than the frames before",
                      "the layout can hold only one: compress all frames with the same parameters");
    if (status == WN_OK)
        status = wn_decode(r->map, c->bytes, c->size, array, WN_NOISE_OFF, 1, r->pixels,
                           wn_array_bytes(array));
    return status == WN_OK ? DONE
                           : refuse(r, frame, wn_strerror(status),
                                    "copy the file again from where it comes from");
}

static enum outcome copy_raw(struct decoded_frames *r, uint64_t frame)
{
    const size_t bytes = wn_array_bytes(&r->stack->array);
    if (r->stack->filters > 1 || r->chunk.size != bytes)
        return refuse(r, frame, "winnow was skipped for it, but not the other filters",
                      "compress the dataset again");
    memcpy(r->pixels, r->chunk.bytes, bytes);
    return DONE;
}

static enum outcome read_chunk(struct decoded_frames *r, uint64_t number, uint64_t frame)
{
    enum outcome outcome = DONE;
    r->read = false;
    if (!stored_chunk_read(r->stack, number, &r->chunk)) {
        complain_memory();
        return IO_FAILURE;
    }
    switch (r->chunk.state) {
    case CHUNK_STORED:
        outcome = decode_chunk(r, frame);
        break;
    case CHUNK_RAW:
        outcome = copy_raw(r, frame);
        break;
    case CHUNK_ABSENT:
        fill(r);
        return DONE;
    case CHUNK_HIDDEN:
        return refuse(r, frame, "another filter came after winnow",
                      "compress the dataset again, with winnow as the last filter");
    case CHUNK_UNREADABLE:
        return refuse(r, frame, "HDF5 cannot read its chunk",
                      "copy the file again from where it comes from");
    }
    if (outcome == DONE && !to_memory_order(r))
        return refuse(r, frame, "HDF5 cannot change the byte order", "there may be no memory");
    return outcome;
}

/* ---- frames -------------------------------------------------------------------------------- */

static enum outcome find_stored(struct decoded_frames *r, uint32_t image, uint64_t frame)
{
    wn_stored_frame_free(r->stored);
    r->stored = NULL;
    wn_status status = WN_OK;
    if (r->chunk.state == CHUNK_STORED)
        status = wn_chunk_stored_frame(r->map, r->chunk.bytes, r->chunk.size, &r->stack->array,
                                       image, &r->stored);
    else
        r->stored = calloc(1, sizeof *r->stored);
    if (status != WN_OK)
        return refuse(r, frame, wn_strerror(status),
                      "copy the file again from where it comes from");
    if (r->stored)
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

enum outcome decoded_frames_read(struct decoded_frames *r, uint64_t frame)
{
    const wn_array *array = &r->stack->array;
    uint32_t image;
    const uint64_t number = find_chunk(r->stack, frame, &image);
    enum outcome outcome = DONE;
    if (!r->read || r->number != number)
        outcome = read_chunk(r, number, frame);
    if (outcome == DONE)
        outcome = find_stored(r, image, frame);
    if (outcome != DONE)
        return outcome;
    r->read = true;
    r->number = number;
    r->frame = r->pixels + image * (wn_array_bytes(array) / array->frames);
    return DONE;
}
