#include "packer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"
#include "message.h"
#include "output.h"
#include "ownfilter.h"
#include "pipeline.h"

/* One frame on its way through the workers. */
struct item {
    uint64_t number; /* in the output */
    struct fetched fetched;
    uint8_t *chunk;
    size_t size;
    wn_status status;
    wn_frame_info info;
};

struct job {
    const struct packer *packer;
    struct source *source;
    hid_t output;
    uint64_t next, count; /* frames of the output */
    double grown;         /* when the input was last seen to grow */
};

/* ---- the steps of a frame ------------------------------------------------------------------ */

/* Whether a live dataset has grown; the output then grows with it. */
static bool has_grown(struct job *job)
{
    const uint64_t before = job->count;
    job->count = source_grow(job->source);
    if (job->count == before)
        return false;
    job->grown = progress_clock();
    return H5Dset_extent(job->output, job->source->stack.shape) >= 0;
}

/* No frame is there: it is yet to come, or the writer has ended, or seems to. */
static enum outcome wait_for_frame(struct job *job, enum supply *supply)
{
    const bool written = live_is_written(job->source->dataset);
    *supply = NOTHING_YET;
    if (has_grown(job))
        return DONE;
    if (!written) {
        *supply = NO_MORE;
    } else if (progress_clock() - job->grown > job->packer->patience) {
        complain("%s::%s: no new frame for %g s, and the file says that it is still being written: "
                 "its writer has ended without closing it, or wait longer with --patience",
                 job->source->file, job->source->path, job->packer->patience);
        *supply = NO_MORE;
        return FINDING;
    }
    return DONE;
}

static enum outcome read_frame(void *context, void *data, enum supply *supply)
{
    struct job *job = context;
    struct item *item = data;
    if (job->next == job->count && job->packer->follow)
        return wait_for_frame(job, supply);
    if (job->next == job->count) {
        *supply = NO_MORE;
        return DONE;
    }
    const enum outcome outcome =
        source_fetch(job->source, frame_range_at(&job->packer->range, job->next), &item->fetched);
    /* A writer makes room for a frame before it writes it. */
    if (outcome == DONE && job->packer->follow && item->fetched.absent &&
        live_is_written(job->source->dataset)) {
        *supply = NOTHING_YET;
        has_grown(job);
        return DONE;
    }
    item->number = job->next++;
    return outcome;
}

static void work_on_frame(void *context, void *data)
{
    const struct job *job = context;
    struct item *item = data;
    const wn_array *frame = &job->source->frame;
    const size_t bound = wn_encode_bound(frame);
    fetched_restore(job->source, &item->fetched, NULL, WN_NOISE_AS_STORED);
    item->status = WN_OK;
    if (item->fetched.problem != NULL || item->fetched.absent)
        return;
    if (item->chunk == NULL)
        item->chunk = malloc(bound);
    item->status = item->chunk == NULL
                       ? WN_ERR_MEMORY
                       : wn_encode(job->packer->map, job->packer->params, frame,
                                   item->fetched.pixels, 1, item->chunk, bound, &item->size);
    if (item->status == WN_OK)
        item->status = wn_chunk_frames(item->chunk, item->size, 1, &item->info);
}

static void count_frame(struct tally *tally, const struct source *source, const struct item *item)
{
    tally->frames++;
    tally->raw_bytes += source->bytes;
    if (item->fetched.absent) {
        tally->absent++;
        return;
    }
    tally->read_bytes += item->fetched.stored_size;
    tally->bytes += item->size;
    if (item->info.form == WN_FORM_SEPARATED) {
        tally->separated++;
        tally->kept += item->info.kept;
        tally->flagged += item->info.flagged;
    }
}

static enum outcome complain_frame(const struct source *source, const struct item *item)
{
    const uint64_t frame = item->fetched.number;
    if (item->fetched.problem != NULL) {
        complain("%s::%s, frame %" PRIu64 ": %s; read the file again from its origin, or leave the "
                 "frame out with --frames",
                 source->file, source->path, frame, item->fetched.problem);
        return BAD_INPUT;
    }
    complain("%s::%s, frame %" PRIu64 ": cannot be compressed: %s", source->file, source->path,
             frame, wn_strerror(item->status));
    return IO_FAILURE;
}

static enum outcome write_frame(void *context, void *data)
{
    struct job *job = context;
    const struct item *item = data;
    const struct source *source = job->source;
    hsize_t offset[H5S_MAX_RANK];
    if (item->fetched.problem != NULL || item->status != WN_OK)
        return complain_frame(source, item);
    source_offset(source, item->number, offset);
    if (!item->fetched.absent &&
        H5Dwrite_chunk(job->output, H5P_DEFAULT, 0, offset, item->size, item->chunk) < 0) {
        output_complain(job->output, "cannot be written");
        return IO_FAILURE;
    }
    struct tally *tally = job->packer->tally;
    count_frame(tally, source, item);
    progress_show(job->packer->progress, tally->frames, tally->raw_bytes, tally->bytes);
    return DONE;
}

static void release(void *data)
{
    struct item *item = data;
    fetched_free(&item->fetched);
    free(item->chunk);
}

/* ---- the dataset --------------------------------------------------------------------------- */

static hid_t create_output(const struct packer *packer, const struct source *source, hid_t group,
                           const char *name, uint64_t count)
{
    const hid_t space = source_space(source, count);
    const hid_t properties = source_properties(source);
    hid_t output = -1;
    if (ownfilter_add(properties, packer->params, &source->frame))
        output = H5Dcreate2(group, name, source->type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    if (output < 0)
        output_complain(group, "the images in it cannot be created");
    H5Pclose(properties);
    H5Sclose(space);
    return output;
}

enum outcome pack_stack(const struct packer *packer, struct source *source, hid_t group,
                        const char *name)
{
    const uint64_t count = frame_range_count(&packer->range, source->frames);
    if ((count != source->frames || packer->follow) && source->stack.rank != 3) {
        complain("%s::%s: --frames and --follow are for stacks of three dimensions, this has %d",
                 source->file, source->path, source->stack.rank);
        return BAD_INPUT;
    }
    struct job job = {
        .packer = packer, .source = source, .count = count, .grown = progress_clock()};
    const struct pipeline pipeline = {.read = read_frame,
                                      .work = work_on_frame,
                                      .write = write_frame,
                                      .context = &job,
                                      .item_size = sizeof(struct item),
                                      .release = release};
    job.output = create_output(packer, source, group, name, count);
    if (job.output < 0)
        return IO_FAILURE;
    enum outcome outcome = pipeline_run(&pipeline, packer->threads);
    if (H5Dclose(job.output) < 0 && outcome <= FINDING) {
        output_complain(group, "the images in it cannot be completed");
        outcome = IO_FAILURE;
    }
    return outcome;
}
