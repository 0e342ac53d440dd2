/* Chunks are read in the order of their offsets until all that the index of HDF5 lists were found.
 * One chunk is in memory at a time; checksums are verified, pixels are not restored. */
#include "inspect/chunk_survey.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/parse_numbers.h"

/* Most offsets without a chunk that are tried: guards against absurd shapes. */
#define ABSENT_MAX ((uint64_t)1 << 20)

/* Most damaged chunks whose address is looked up, for which HDF5 reads its whole index each time.
 */
#define ADDRESSES_MAX 1000

static void add_to_spread(struct count_spread *spread, uint64_t pixels, bool first)
{
    spread->sum += pixels;
    if (first || pixels < spread->least)
        spread->least = pixels;
    if (first || pixels > spread->most)
        spread->most = pixels;
}

/* The images of a chunk that lie within the dataset. */
static uint64_t count_images(const struct dataset_layout *stack, const struct stored_chunk *chunk)
{
    uint64_t images = 1;
    for (int i = 0; i < stack->rank - 2; i++) {
        const hsize_t left = stack->shape[i] - chunk->offset[i];
        images *= left < stack->chunk[i] ? left : stack->chunk[i];
    }
    return images;
}

static bool add_damage(const struct dataset_layout *stack, struct chunk_survey *survey,
                       const struct stored_chunk *chunk, const char *reason)
{
    struct damage *grown =
        realloc(survey->damages, (survey->damage_count + 1) * sizeof *survey->damages);
    if (!grown)
        return false;
    survey->damages = grown;
    const bool look_up = survey->damage_count < ADDRESSES_MAX;
    struct damage *damage = &grown[survey->damage_count++];
    *damage = (struct damage){.images = count_images(stack, chunk),
                              .address = look_up ? stored_chunk_address(stack, chunk) : HADDR_UNDEF,
                              .size = chunk->size,
                              .reason = reason};
    memcpy(damage->offset, chunk->offset, sizeof damage->offset);
    stored_chunk_frame(stack, chunk, 0, &damage->frame);
    survey->images[IMAGE_DAMAGED] += damage->images;
    return true;
}

static enum image_kind kind_of(wn_form form)
{
    switch (form) {
    case WN_FORM_RAW:
        return IMAGE_RAW;
    case WN_FORM_LOSSLESS:
        return IMAGE_LOSSLESS;
    case WN_FORM_SEPARATED:
        return IMAGE_SEPARATED;
    case WN_FORM_COUNTED:
        return IMAGE_COUNTED;
    }
    return IMAGE_RAW;
}

static void add_frame(struct chunk_survey *survey, const wn_frame_info *frame)
{
    const enum image_kind kind = kind_of(frame->form);
    if (kind == IMAGE_SEPARATED) {
        const bool first = survey->images[kind] == 0;
        add_to_spread(&survey->kept, frame->kept, first);
        add_to_spread(&survey->flagged, frame->flagged, first);
    }
    survey->images[kind]++;
}

/* Adds a chunk of winnow, if it is intact. */
static wn_status add_stored(const struct dataset_layout *stack, struct chunk_survey *survey,
                            const struct stored_chunk *chunk)
{
    wn_chunk_info info;
    wn_status status = wn_chunk_inspect(chunk->bytes, chunk->size, &info);
    if (status == WN_OK && !dataset_layout_holds(stack, &info.array))
        status = WN_ERR_MISMATCH;
    if (status == WN_OK && info.array.frames > chunk->size) /* before memory is allocated */
        status = WN_ERR_TRUNCATED;
    if (status != WN_OK)
        return status;
    wn_frame_info *frames = malloc(info.array.frames * sizeof *frames);
    if (!frames)
        return WN_ERR_MEMORY;
    status = wn_chunk_frames(chunk->bytes, chunk->size, info.array.frames, frames);
    for (uint32_t i = 0; i < info.array.frames && status == WN_OK; i++) {
        uint64_t number;
        if (stored_chunk_frame(stack, chunk, i, &number))
            add_frame(survey, &frames[i]);
    }
    free(frames);
    if (status != WN_OK)
        return status;
    *(info.noise ? &survey->chunks_with_noise : &survey->chunks_without_noise) += 1;
    if (survey->oldest_version == 0 || info.version < survey->oldest_version)
        survey->oldest_version = info.version;
    if (info.version > survey->newest_version)
        survey->newest_version = info.version;
    return WN_OK;
}

static bool add_chunk(const struct dataset_layout *stack, struct chunk_survey *survey,
                      const struct stored_chunk *chunk)
{
    wn_status status;
    if (chunk->state == CHUNK_ABSENT)
        return true;
    survey->stored_chunks++;
    survey->stored_bytes += chunk->size;
    switch (chunk->state) {
    case CHUNK_STORED:
        status = add_stored(stack, survey, chunk);
        return status == WN_OK || add_damage(stack, survey, chunk, wn_strerror(status));
    case CHUNK_RAW:
        survey->images[IMAGE_SKIPPED] += count_images(stack, chunk);
        return true;
    case CHUNK_HIDDEN:
        survey->images[IMAGE_HIDDEN] += count_images(stack, chunk);
        return true;
    default:
        return add_damage(stack, survey, chunk, "HDF5 cannot read the chunk");
    }
}

/* The number of chunks that share a frame. */
static uint64_t parts_of_frame(const struct dataset_layout *stack)
{
    uint64_t parts = 1;
    for (int i = stack->rank < 2 ? 0 : stack->rank - 2; i < stack->rank; i++)
        parts = saturating_product(parts, dataset_layout_chunks_along(stack, i));
    return parts;
}

static uint64_t written_images(const struct chunk_survey *survey)
{
    uint64_t written = 0;
    for (int i = 0; i < IMAGE_KINDS; i++)
        if (i != IMAGE_ABSENT)
            written += survey->images[i];
    return written;
}

/* Reports chunks that the index lists but that were not read. */
static enum outcome complain_missing(const struct dataset_layout *stack, uint64_t missing,
                                     bool at_end)
{
    if (at_end)
        complain("%s::%s: chunks that its index lists, but that cannot be found: %" PRIu64
                 "; copy the file again from where it comes from",
                 stack->file, stack->path, missing);
    else
        complain("%s::%s: chunks that are not looked at: %" PRIu64 ", since more than %" PRIu64
                 " before them were never written",
                 stack->file, stack->path, missing, ABSENT_MAX);
    return FINDING;
}

static bool count_listed(const struct dataset_layout *stack, hsize_t *listed)
{
    const hid_t space = H5Dget_space(stack->dataset);
    const bool good = H5Dget_num_chunks(stack->dataset, space, listed) >= 0;
    H5Sclose(space);
    return good;
}

enum outcome chunk_survey_make(const struct dataset_layout *stack, struct chunk_survey *survey)
{
    const uint64_t offsets = dataset_layout_chunks(stack);
    struct stored_chunk chunk = {.size = 0};
    hsize_t listed = 0;
    uint64_t number = 0;
    *survey = (struct chunk_survey){.damages = NULL};
    if (!count_listed(stack, &listed)) {
        complain("%s::%s: the index of its chunks cannot be read: copy the file again from where "
                 "it comes from",
                 stack->file, stack->path);
        return FINDING;
    }
    bool enough_memory = true;
    while (number < offsets && survey->stored_chunks < listed &&
           number - survey->stored_chunks < ABSENT_MAX && enough_memory)
        enough_memory =
            stored_chunk_read(stack, number++, &chunk) && add_chunk(stack, survey, &chunk);
    stored_chunk_free(&chunk);
    survey->images[IMAGE_ABSENT] =
        saturating_product(dataset_layout_frames(stack), parts_of_frame(stack)) -
        written_images(survey);
    if (!enough_memory) {
        complain("%s::%s: not enough memory for its chunks", stack->file, stack->path);
        return IO_FAILURE;
    }
    if (survey->stored_chunks < listed)
        return complain_missing(stack, listed - survey->stored_chunks, number == offsets);
    return survey->damage_count > 0 ? FINDING : DONE;
}

void chunk_survey_free(struct chunk_survey *survey)
{
    free(survey->damages);
}

bool chunk_survey_filtered(const struct chunk_survey *survey)
{
    return written_images(survey) > survey->images[IMAGE_SKIPPED];
}

uint64_t chunk_survey_raw_bytes(const struct dataset_layout *stack,
                                const struct chunk_survey *survey)
{
    double bytes = (double)stack->element_size;
    for (int i = stack->rank < 2 ? 0 : stack->rank - 2; i < stack->rank; i++)
        bytes *= (double)stack->shape[i] / (double)dataset_layout_chunks_along(stack, i);
    const uint64_t written = written_images(survey);
    return written > 0 ? (uint64_t)(bytes * (double)written + 0.5) : 0;
}
