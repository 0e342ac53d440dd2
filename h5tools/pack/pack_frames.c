#define _GNU_SOURCE
#include "pack/pack_frames.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/swmr.h"
#include "hdf5/winnow_filter.h"
#include "hdf5/write_small.h"
#include "output/atomic_hdf5.h"
#include "parallel/pipeline.h"

/* One frame on its way through the workers. */
struct pack_item {
    uint64_t number; /* in the output */
    struct fetched_frame fetched;
    uint8_t *chunk;
    size_t size;
    wn_status status;
    wn_frame_info info;
    struct spot_found spots;
    bool left_out; /* it has too few spots */
};

struct pack_job {
    const struct frame_packer *packer;
    struct frame_source *source;
    hid_t output;
    uint64_t next, count; /* frames of the output, if none is left out */
    uint64_t kept;        /* those that are written; with hits_only: */
    uint64_t *number;     /* [kept] what they were in the source */
    double grown;         /* when the input was last seen to grow */
};

/* ---- the steps of a frame ------------------------------------------------------------------ */

/* Whether a live dataset has grown; the output then grows with it. */
static bool has_grown(struct pack_job *job)
{
    const uint64_t before = job->count;
    job->count = frame_source_grow(job->source);
    if (job->count == before)
        return false;
    job->grown = progress_clock();
    return H5Dset_extent(job->output, job->source->stack.shape) >= 0;
}

/* No frame is there: it is yet to come, or the writer has ended, or seems to. */
static enum outcome wait_for_frame(struct pack_job *job, enum supply *supply)
{
    const bool written = swmr_is_written(job->source->dataset);
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
    struct pack_job *job = context;
    struct pack_item *item = data;
    if (job->next == job->count && job->packer->follow)
        return wait_for_frame(job, supply);
    if (job->next == job->count) {
        *supply = NO_MORE;
        return DONE;
    }
    const enum outcome outcome = frame_source_fetch(
        job->source, frame_range_at(&job->packer->range, job->next), &item->fetched);
    /* A writer makes room for a frame before it writes it. */
    if (outcome == DONE && job->packer->follow && item->fetched.absent &&
        swmr_is_written(job->source->dataset)) {
        *supply = NOTHING_YET;
        has_grown(job);
        return DONE;
    }
    item->number = job->next++;
    return outcome;
}

/* Finds the spots of a frame, and whether there are too few. */
static void find_spots(const struct frame_packer *packer, const wn_array *frame,
                       struct pack_item *item)
{
    uint64_t count = 0;
    spot_search_pixels(&packer->spots->search, frame, item->fetched.pixels, &item->spots);
    item->status = item->spots.status;
    if (item->status != WN_OK || packer->hits_only == 0)
        return;
    item->status = spot_search_pass_count(packer->spots, item->spots.found, &count);
    item->left_out = count < (uint64_t)packer->hits_only;
}

static void work_on_frame(void *context, void *data)
{
    const struct pack_job *job = context;
    struct pack_item *item = data;
    const wn_array *frame = &job->source->frame;
    const size_t bound = wn_encode_bound(frame);
    fetched_frame_restore(job->source, &item->fetched, NULL, WN_NOISE_AS_STORED);
    item->status = WN_OK;
    item->left_out = item->fetched.absent && job->packer->hits_only > 0;
    if (item->fetched.problem || item->fetched.absent)
        return;
    if (job->packer->spots)
        find_spots(job->packer, frame, item);
    if (item->status != WN_OK || item->left_out)
        return;
    if (!item->chunk)
        item->chunk = malloc(bound);
    item->status = !item->chunk
                       ? WN_ERR_MEMORY
                       : wn_encode(job->packer->map, job->packer->params, frame,
                                   item->fetched.pixels, 1, item->chunk, bound, &item->size);
    if (item->status == WN_OK)
        item->status = wn_chunk_frames(item->chunk, item->size, 1, &item->info);
}

static void count_frame(struct pack_tally *tally, const struct frame_source *source,
                        const struct pack_item *item)
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

static enum outcome complain_frame(const struct frame_source *source, const struct pack_item *item)
{
    const uint64_t frame = item->fetched.number;
    if (item->fetched.problem) {
        complain("%s::%s, frame %" PRIu64 ": %s; read the file again from its origin, or leave the "
                 "frame out with --frames",
                 source->file, source->path, frame, item->fetched.problem);
        return BAD_INPUT;
    }
    complain("%s::%s, frame %" PRIu64 ": cannot be compressed: %s", source->file, source->path,
             frame, wn_strerror(item->status));
    return IO_FAILURE;
}

/* Adds the spots of a frame to the table. */
static enum outcome collect_spots(const struct pack_job *job, uint64_t number,
                                  const struct pack_item *item)
{
    const struct frame_packer *packer = job->packer;
    if (!packer->spots)
        return DONE;
    if (item->fetched.absent) {
        packer->spots->absent++;
        return DONE;
    }
    return spot_search_pass_add(packer->spots, packer->spots_first + number, job->source,
                                &item->fetched, &item->spots);
}

/* Notes what a frame was in the source, for those that are left out before it. */
static bool note_number(struct pack_job *job, uint64_t number)
{
    if ((job->kept & (job->kept + 1)) == 0) { /* room for twice as many */
        uint64_t *more = realloc(job->number, 2 * (job->kept + 1) * sizeof *more);
        if (!more)
            return false;
        job->number = more;
    }
    job->number[job->kept] = number;
    return true;
}

static enum outcome write_chunk(struct pack_job *job, const struct pack_item *item)
{
    const struct frame_source *source = job->source;
    struct pack_tally *tally = job->packer->tally;
    const uint64_t number = job->packer->hits_only > 0 ? job->kept : item->number;
    hsize_t offset[H5S_MAX_RANK];
    frame_source_offset(source, number, offset);
    if (!item->fetched.absent &&
        H5Dwrite_chunk(job->output, H5P_DEFAULT, 0, offset, item->size, item->chunk) < 0) {
        atomic_hdf5_complain(job->output, "cannot be written");
        return IO_FAILURE;
    }
    if (job->packer->hits_only > 0 && !note_number(job, item->fetched.number)) {
        complain_memory();
        return IO_FAILURE;
    }
    job->kept++;
    count_frame(tally, source, item);
    return collect_spots(job, number, item);
}

static enum outcome write_frame(void *context, void *data)
{
    struct pack_job *job = context;
    struct pack_item *item = data;
    struct pack_tally *tally = job->packer->tally;
    enum outcome outcome = DONE;
    if (item->fetched.problem || item->status != WN_OK)
        return complain_frame(job->source, item);
    if (item->left_out)
        tally->left_out++;
    else
        outcome = write_chunk(job, item);
    wn_found_free(item->spots.found);
    item->spots.found = NULL;
    progress_show(job->packer->progress, tally->frames + tally->left_out, tally->raw_bytes,
                  tally->bytes);
    return outcome;
}

static void release(void *data)
{
    struct pack_item *item = data;
    fetched_frame_free(&item->fetched);
    wn_found_free(item->spots.found);
    free(item->chunk);
}

/* ---- the dataset --------------------------------------------------------------------------- */

static hid_t create_output(const struct frame_packer *packer, const struct frame_source *source,
                           hid_t group, const char *name, uint64_t count)
{
    const hid_t space = frame_source_space(source, count);
    const hid_t properties = frame_source_properties(source);
    hid_t output = -1;
    if (winnow_filter_add(properties, packer->params, &source->frame))
        output = H5Dcreate2(group, name, source->type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    if (output < 0)
        atomic_hdf5_complain(group, "the images in it cannot be created");
    H5Pclose(properties);
    H5Sclose(space);
    return output;
}

/* Takes away the room for the frames that are left out, and writes which ones are there. */
static enum outcome finish_hits(const struct pack_job *job, hid_t group, const char *name)
{
    hsize_t shape[3] = {job->kept, job->source->frame.height, job->source->frame.width};
    char *numbers = NULL;
    if (asprintf(&numbers, "frame_numbers_%s", name) < 0) {
        complain_memory();
        return IO_FAILURE;
    }
    const hid_t space = H5Screate_simple(1, shape, NULL);
    const hid_t dataset =
        H5Dcreate2(group, numbers, H5T_STD_U64LE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const bool good =
        H5Dset_extent(job->output, shape) >= 0 && dataset >= 0 &&
        (job->kept == 0 ||
         H5Dwrite(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, job->number) >= 0) &&
        h5_write_attribute(dataset, "long_name", "number of the frame before others were left out");
    if (!good)
        atomic_hdf5_complain(group, "the numbers of its frames cannot be written");
    if (dataset >= 0)
        H5Dclose(dataset);
    H5Sclose(space);
    free(numbers);
    return good ? DONE : IO_FAILURE;
}

enum outcome pack_frames(const struct frame_packer *packer, struct frame_source *source,
                         hid_t group, const char *name)
{
    const uint64_t count = frame_range_count(&packer->range, source->frames);
    const bool partly = count != source->frames || packer->follow || packer->hits_only > 0;
    if (partly && source->stack.rank != 3) {
        complain("%s::%s: --frames, --follow and --hits-only are for stacks of three dimensions, "
                 "this has %d",
                 source->file, source->path, source->stack.rank);
        return BAD_INPUT;
    }
    struct pack_job job = {
        .packer = packer, .source = source, .count = count, .grown = progress_clock()};
    const struct pipeline pipeline = {.read = read_frame,
                                      .work = work_on_frame,
                                      .write = write_frame,
                                      .context = &job,
                                      .item_size = sizeof(struct pack_item),
                                      .release = release};
    job.output = create_output(packer, source, group, name, count);
    if (job.output < 0)
        return IO_FAILURE;
    enum outcome outcome = pipeline_run(&pipeline, packer->threads);
    if (outcome <= FINDING && packer->hits_only > 0)
        outcome = worse(outcome, finish_hits(&job, group, name));
    free(job.number);
    if (H5Dclose(job.output) < 0 && outcome <= FINDING) {
        atomic_hdf5_complain(group, "the images in it cannot be completed");
        outcome = IO_FAILURE;
    }
    return outcome;
}
