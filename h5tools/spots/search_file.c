#include "spots/search_file.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/message.h"
#include "parallel/pipeline.h"

/* Damaged frames that are named. */
#define NAMED 10

static enum outcome out_of_memory(void)
{
    complain_memory();
    return IO_FAILURE;
}

/* ---- the background ------------------------------------------------------------------------ */

/* Whether options say how the background is found: else that of a compressed file serves. */
static bool asks_for_background(const struct filter_options *request)
{
    return request->poni || filter_options_group_source(request, WN_GROUP_PLACE) ||
           filter_options_group_source(request, WN_GROUP_BACKGROUND) ||
           filter_options_source(request, "--dummy") || filter_options_source(request, "--compat");
}

static bool serves(wn_spot_method method, const wn_params *params)
{
    return method != WN_SPOTS_PEAKFINDER8 || wn_params_model(params) == WN_MODEL_RADIAL;
}

/* The parameters that a dataset was compressed with, if they serve. */
static void take_stored_params(struct spot_search_file *f, const struct dataset_layout *stack)
{
    wn_params params;
    if (asks_for_background(&f->order->request) ||
        wn_params_from_cd(stack->cd, stack->cd_count, &params, NULL, 0) != WN_OK ||
        wn_params_check(&params, NULL, 0) != WN_OK)
        return;
    f->stored_params = serves(f->order->options.params.method, &params);
    if (f->stored_params)
        f->params = params;
}

static enum outcome make_map(struct spot_search_file *f)
{
    const struct spot_table *t = &f->pass.table;
    if (!f->stored_params && !excluded_regions_any(&f->order->options.regions))
        return DONE;
    const wn_status status = wn_map_create(&f->params, t->height, t->width, t->valid, &f->map);
    if (status == WN_ERR_MEMORY)
        return out_of_memory();
    if (status != WN_OK) {
        complain("%s::%s: no map of its rings or tiles can be made: %s", t->file, t->dataset,
                 wn_strerror(status));
        return BAD_INPUT;
    }
    return DONE;
}

/* The map of the first chunk. */
static enum outcome read_stored_map(struct spot_search_file *f, struct frame_source *source)
{
    struct fetched_frame fetched = {0};
    wn_status status = WN_OK;
    const enum outcome outcome =
        frame_source_fetch(source, frame_range_at(&f->order->frames, 0) % source->frames, &fetched);
    if (outcome == DONE && fetched.is_stored)
        status =
            wn_map_for_chunk(fetched.stored, fetched.stored_size, &source->frame, &f->stored_map);
    fetched_frame_free(&fetched);
    if (status != WN_OK) /* of a damaged chunk; others may be good */
        f->stored_map = NULL;
    return status == WN_ERR_MEMORY ? out_of_memory() : outcome;
}

/* Frames are searched on the rings or tiles that they were compressed with, and with the mask of
 * the search, which is another one where the filter alone made them. */
static enum outcome take_stored_map(struct spot_search_file *f)
{
    f->map = f->stored_map;
    f->stored_map = NULL;
    return wn_map_mask(f->map, f->pass.table.valid) == WN_OK ? DONE : out_of_memory();
}

static enum outcome choose_map(struct spot_search_file *f, struct frame_source *source)
{
    enum outcome outcome = DONE;
    f->params = f->settings.request.params;
    if (source->stack.winnow_at >= 0)
        take_stored_params(f, &source->stack);
    if (source->way == WHOLE_WINNOW && source->frames > 0)
        outcome = read_stored_map(f, source);
    if (outcome != DONE)
        return outcome;
    return f->stored_params && f->stored_map ? take_stored_map(f) : make_map(f);
}

static enum outcome prepare_map(struct spot_search_file *f)
{
    struct frame_source source;
    const hid_t dataset = H5Dopen2(f->file, f->series.path[0], H5P_DEFAULT);
    enum outcome outcome = frame_source_open(dataset, f->address.file, f->series.path[0], &source);
    if (outcome == DONE) {
        outcome = choose_map(f, &source);
        frame_source_close(&source);
    }
    H5Dclose(dataset);
    return outcome;
}

/* ---- opening ------------------------------------------------------------------------------- */

static enum outcome check_frames(struct spot_search_file *f)
{
    const uint64_t frames = f->series.first[f->series.n];
    f->wanted = frame_range_count(&f->order->frames, frames);
    if (f->wanted > 0)
        return DONE;
    complain("%s::%s: has %" PRIu64 " frames, none of which --frames wants", f->address.file,
             f->series.name, frames);
    return frames == 0 ? BAD_INPUT : WRONG_USAGE;
}

static bool reaches_across(const struct spot_search_file *f)
{
    const enum reach reach = f->order->options.reach;
    return reach == REACH_ACROSS_FRAMES ||
           (reach == REACH_AS_FILE && f->settings.metadata.scan.rotation);
}

static enum outcome make_pass(struct spot_search_file *f)
{
    struct spot_search_pass *pass = &f->pass;
    enum outcome outcome = spot_search_pass_describe(
        pass, &f->order->options, f->address.file, f->series.name, &f->series.frame, &f->settings);
    if (outcome == DONE)
        outcome = prepare_map(f);
    if (outcome == DONE)
        outcome = spot_search_pass_begin(pass, f->map ? f->map : f->settings.map, &f->params,
                                         reaches_across(f), f->order->shoeboxes);
    pass->search.stored_map = f->stored_map;
    return outcome;
}

enum outcome spot_search_file_open(const struct spot_order *order, const char *input,
                                   struct spot_search_file *f)
{
    *f = (struct spot_search_file){.order = order, .file = -1};
    if (!address_read(input, &f->address))
        return out_of_memory();
    enum outcome outcome = file_open(f->address.file, &f->file);
    if (outcome == DONE)
        outcome = image_series_find(f->file, f->address.file, f->address.object, &f->series);
    if (outcome == DONE)
        outcome = check_frames(f);
    if (outcome == DONE)
        outcome = image_settings_make(&order->request, f->file, f->address.file, f->series.path[0],
                                      &f->series.frame, &f->settings);
    f->has_settings = f->settings.map;
    return outcome == DONE ? make_pass(f) : outcome;
}

/* ---- the steps of a frame ------------------------------------------------------------------ */

struct search_item {
    uint64_t number; /* in the series */
    struct fetched_frame fetched;
    struct spot_found found;
};

struct search_job {
    struct spot_search_file *finding;
    struct frame_source source;
    uint64_t first;     /* frame of the series that is the first of the source */
    uint64_t next, end; /* of the frames that are wanted */
};

static enum outcome read_frame(void *context, void *data, enum supply *supply)
{
    struct search_job *job = context;
    struct search_item *item = data;
    if (job->next == job->end) {
        *supply = NO_MORE;
        return DONE;
    }
    item->number = frame_range_at(&job->finding->order->frames, job->next++);
    return frame_source_fetch(&job->source, item->number - job->first, &item->fetched);
}

static void work_on_frame(void *context, void *data)
{
    const struct search_job *job = context;
    struct search_item *item = data;
    spot_search_frame(&job->finding->pass.search, &job->source, &item->fetched, &item->found);
}

static enum outcome complain_frame(struct spot_search_file *f, const struct frame_source *source,
                                   const struct search_item *item)
{
    const uint64_t frame = item->fetched.number;
    if (!item->fetched.problem) {
        complain("%s::%s, frame %" PRIu64 ": cannot be searched: %s", source->file, source->path,
                 frame, wn_strerror(item->found.status));
        return item->found.status == WN_ERR_MEMORY ? IO_FAILURE : BAD_INPUT;
    }
    if (f->damaged++ < NAMED)
        complain("%s::%s, frame %" PRIu64 ": %s; it is left out", source->file, source->path, frame,
                 item->fetched.problem);
    return FINDING;
}

static enum outcome collect_frame(void *context, void *data)
{
    const struct search_job *job = context;
    struct search_item *item = data;
    struct spot_search_file *f = job->finding;
    const struct spot_found *found = &item->found;
    enum outcome outcome = DONE;
    if (item->fetched.problem || found->status != WN_OK) {
        outcome = complain_frame(f, &job->source, item);
    } else if (item->fetched.absent) {
        f->pass.absent++;
    } else {
        outcome = spot_search_pass_add(&f->pass, item->number, &job->source, &item->fetched, found);
    }
    wn_found_free(item->found.found);
    item->found.found = NULL;
    progress_show(&f->progress, f->pass.table.frames + f->pass.absent + f->damaged, 0, 0);
    return outcome;
}

static void release(void *data)
{
    struct search_item *item = data;
    fetched_frame_free(&item->fetched);
    wn_found_free(item->found.found);
}

/* ---- searching ----------------------------------------------------------------------------- */

/* Searches the frames that are wanted of one dataset of the series. */
static enum outcome search_dataset(struct spot_search_file *f, size_t number)
{
    const struct frame_range *range = &f->order->frames;
    const uint64_t first = f->series.first[number];
    struct search_job job = {.finding = f,
                             .first = first,
                             .next = frame_range_count(range, first),
                             .end = frame_range_count(range, f->series.first[number + 1])};
    const struct pipeline pipeline = {.read = read_frame,
                                      .work = work_on_frame,
                                      .write = collect_frame,
                                      .context = &job,
                                      .item_size = sizeof(struct search_item),
                                      .release = release};
    if (job.next == job.end)
        return DONE;
    const char *path = f->series.path[number];
    const hid_t dataset = H5Dopen2(f->file, path, H5P_DEFAULT);
    enum outcome outcome = frame_source_open(dataset, f->address.file, path, &job.source);
    if (outcome == DONE) {
        outcome = pipeline_run(&pipeline, f->order->threads);
        frame_source_close(&job.source);
    }
    H5Dclose(dataset);
    return outcome;
}

static enum outcome sum_up(struct spot_search_file *f)
{
    if (f->damaged > 0)
        complain("%s::%s: %" PRIu64 " of %" PRIu64
                 " frames are damaged and were left out: read the "
                 "file again from its origin",
                 f->address.file, f->series.name, f->damaged, f->wanted);
    return worse(f->damaged > 0 ? FINDING : DONE, spot_search_pass_end(&f->pass));
}

enum outcome spot_search_file_run(struct spot_search_file *f)
{
    const double begun = progress_clock();
    enum outcome outcome = DONE;
    progress_begin(&f->progress, f->wanted);
    for (size_t i = 0; i < f->series.n && outcome <= FINDING; i++)
        outcome = worse(outcome, search_dataset(f, i));
    progress_end(&f->progress);
    if (outcome <= FINDING)
        outcome = worse(outcome, sum_up(f));
    f->left_out = wn_linker_left_out(f->pass.collector.linker);
    f->seconds = progress_clock() - begun;
    return outcome;
}

void spot_search_file_close(struct spot_search_file *f)
{
    if (f->file >= 0)
        H5Fclose(f->file);
    f->file = -1;
}

void spot_search_file_free(struct spot_search_file *f)
{
    spot_search_pass_free(&f->pass);
    wn_map_free(f->stored_map);
    wn_map_free(f->map);
    if (f->has_settings)
        image_settings_free(&f->settings);
    image_series_free(&f->series);
    spot_search_file_close(f);
    address_free(&f->address);
}
