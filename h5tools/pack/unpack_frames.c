/* Frames are read by the main thread, restored by the pipeline's threads and written in order
 * through the lossless filter of the output. The map of the first chunk serves all chunks that it
 * fits. */
#include "pack/unpack_frames.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/message.h"
#include "output/atomic_hdf5.h"
#include "parallel/pipeline.h"

struct unpack_item {
    uint64_t number; /* in the output */
    struct fetched_frame fetched;
};

struct unpack_job {
    struct frame_unpacker *unpacker;
    struct frame_source *source;
    wn_map *map; /* of the first chunk that needs one; others bring their own */
    bool map_tried;
    hid_t output;
    uint64_t next, count;
};

/* Makes the map once: nearly all chunks of a dataset share it. */
static void find_map(struct unpack_job *job, const struct fetched_frame *fetched)
{
    if (job->map || !fetched->is_stored || job->source->way != WHOLE_WINNOW)
        return;
    if (wn_map_for_chunk(fetched->stored, fetched->stored_size, &job->source->frame, &job->map) !=
        WN_OK)
        job->map = NULL;
}

static enum outcome read_frame(void *context, void *data, enum supply *supply)
{
    struct unpack_job *job = context;
    struct unpack_item *item = data;
    if (job->next == job->count) {
        *supply = NO_MORE;
        return DONE;
    }
    item->number = job->next++;
    const enum outcome outcome = frame_source_fetch(
        job->source, frame_range_at(&job->unpacker->range, item->number), &item->fetched);
    if (outcome == DONE)
        find_map(job, &item->fetched);
    return outcome;
}

static void work_on_frame(void *context, void *data)
{
    const struct unpack_job *job = context;
    struct unpack_item *item = data;
    fetched_frame_restore(job->source, &item->fetched, job->map, job->unpacker->noise);
}

static enum outcome complain_frame(struct unpack_job *job, const struct unpack_item *item)
{
    const struct frame_source *source = job->source;
    const bool skip = job->unpacker->skip_damaged;
    complain("%s::%s, frame %" PRIu64 ": %s; %s", source->file, source->path, item->fetched.number,
             item->fetched.problem,
             skip
                 ? "it is filled with the fill value"
                 : "--skip-damaged recovers the others, h5winnow check lists all that are damaged");
    job->unpacker->damaged++;
    return skip ? FINDING : BAD_INPUT;
}

static bool write_pixels(const struct unpack_job *job, const struct unpack_item *item)
{
    const struct dataset_layout *stack = &job->source->stack;
    hsize_t offset[H5S_MAX_RANK], count[H5S_MAX_RANK];
    frame_source_offset(job->source, item->number, offset);
    for (int i = 0; i < stack->rank; i++)
        count[i] = i < stack->rank - 2 ? 1 : stack->shape[i];
    const hid_t file_space = H5Dget_space(job->output);
    const hid_t memory_space = H5Screate_simple(stack->rank, count, NULL);
    const bool good =
        H5Sselect_hyperslab(file_space, H5S_SELECT_SET, offset, NULL, count, NULL) >= 0 &&
        H5Dwrite(job->output, job->source->type, memory_space, file_space, H5P_DEFAULT,
                 item->fetched.pixels) >= 0;
    if (!good)
        atomic_hdf5_complain(job->output, "cannot be written");
    H5Sclose(memory_space);
    H5Sclose(file_space);
    return good;
}

static enum outcome write_frame(void *context, void *data)
{
    struct unpack_job *job = context;
    const struct unpack_item *item = data;
    struct frame_unpacker *unpacker = job->unpacker;
    unpacker->frames++;
    unpacker->raw_bytes += job->source->bytes;
    unpacker->bytes += item->fetched.stored_size;
    if (item->fetched.problem)
        return complain_frame(job, item);
    if (!item->fetched.absent && !write_pixels(job, item))
        return IO_FAILURE;
    progress_show(unpacker->progress, unpacker->frames, unpacker->raw_bytes, unpacker->bytes);
    return DONE;
}

static void release(void *data)
{
    struct unpack_item *item = data;
    fetched_frame_free(&item->fetched);
}

static hid_t create_output(const struct frame_unpacker *unpacker, const struct frame_source *source,
                           hid_t group, const char *name, uint64_t count)
{
    const hid_t space = frame_source_space(source, count);
    const hid_t properties = frame_source_properties(source);
    hid_t output = -1;
    if (output_filter_add(unpacker->lossless, properties))
        output = H5Dcreate2(group, name, source->type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    if (output < 0)
        atomic_hdf5_complain(group, "the images in it cannot be created");
    H5Pclose(properties);
    H5Sclose(space);
    return output;
}

enum outcome unpack_frames(struct frame_unpacker *unpacker, struct frame_source *source,
                           hid_t group, const char *name)
{
    const uint64_t count = frame_range_count(&unpacker->range, source->frames);
    if (count != source->frames && source->stack.rank != 3) {
        complain("%s::%s: --frames is for stacks of three dimensions, this has %d", source->file,
                 source->path, source->stack.rank);
        return BAD_INPUT;
    }
    struct unpack_job job = {.unpacker = unpacker, .source = source, .count = count};
    const struct pipeline pipeline = {.read = read_frame,
                                      .work = work_on_frame,
                                      .write = write_frame,
                                      .context = &job,
                                      .item_size = sizeof(struct unpack_item),
                                      .release = release};
    job.output = create_output(unpacker, source, group, name, count);
    if (job.output < 0)
        return IO_FAILURE;
    enum outcome outcome = pipeline_run(&pipeline, unpacker->threads);
    wn_map_free(job.map);
    if (H5Dclose(job.output) < 0 && outcome <= FINDING) {
        atomic_hdf5_complain(group, "the images in it cannot be completed");
        outcome = IO_FAILURE;
    }
    return outcome;
}
