#include "spot_finding.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "pipeline.h"

/* No spots take more of the good pixels of a frame. */
#define CROWDED 0.25

#define UM_PER_M 1e6

/* Damaged frames that are named. */
#define NAMED 10

static enum outcome out_of_memory(void)
{
    complain_memory();
    return IO_FAILURE;
}

/* ---- the table before the search ----------------------------------------------------------- */

static bool reaches_across(const struct spot_finding *f)
{
    const enum reach reach = f->order->options.reach;
    return reach == REACH_ACROSS_FRAMES ||
           (reach == REACH_AS_FILE && f->settings.metadata.scan.rotation);
}

/* What was searched. The mask moves into the table, and loses the regions that are left out. */
static enum outcome describe(struct spot_finding *f)
{
    const struct spot_options *options = &f->order->options;
    struct metadata *metadata = &f->settings.metadata;
    struct spot_table *t = &f->table;
    t->file = strdup(f->address.file);
    t->dataset = strdup(f->series.name);
    if (t->file == NULL || t->dataset == NULL)
        return out_of_memory();
    t->height = f->series.frame.height;
    t->width = f->series.frame.width;
    t->valid = metadata->valid;
    metadata->valid = NULL;
    t->placement = f->settings.request.placement;
    t->wavelength = options->wavelength > 0 ? options->wavelength : metadata->wavelength;
    t->saturation = isnan(options->saturation) ? metadata->saturation : options->saturation;
    t->rotation = reaches_across(f);
    t->phi_start = metadata->scan.start;
    t->phi_step = metadata->scan.step;
    const enum outcome outcome = spot_regions_mask(&options->regions, t);
    for (size_t i = 0; i < (size_t)t->height * t->width; i++)
        f->good_pixels += t->valid == NULL || t->valid[i];
    return outcome;
}

/* ---- the background ------------------------------------------------------------------------ */

/* Whether options say how the background is found: else that of a compressed file serves. */
static bool asks_for_background(const struct request *request)
{
    static const enum topic topics[] = {ON_MODEL, ON_CENTRE, ON_DISTANCE,    ON_ASPECT,
                                        ON_ROT1,  ON_ROT2,   ON_REGIONS,     ON_ERROR_MODEL,
                                        ON_CLIP,  ON_CYCLES, ON_SOLID_ANGLE, ON_POLARISATION,
                                        ON_DUMMY, ON_COMPAT};
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
        if (request->from[topics[i]] != NULL)
            return true;
    return request->poni != NULL;
}

static bool serves(wn_spot_method method, const wn_params *params)
{
    return method != WN_SPOTS_PEAKFINDER8 || wn_params_model(params) == WN_MODEL_RADIAL;
}

/* The parameters that a dataset was compressed with, if they serve. */
static void take_stored_params(struct spot_finding *f, const struct stack *stack)
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

static enum outcome make_map(struct spot_finding *f)
{
    const struct spot_table *t = &f->table;
    f->search.map = f->settings.map;
    if (!f->stored_params && !spot_regions_any(&f->order->options.regions))
        return DONE;
    const wn_status status = wn_map_create(&f->params, t->height, t->width, t->valid, &f->map);
    if (status == WN_ERR_MEMORY)
        return out_of_memory();
    if (status != WN_OK) {
        complain("%s::%s: no map of its rings or tiles can be made: %s", t->file, t->dataset,
                 wn_strerror(status));
        return BAD_INPUT;
    }
    f->search.map = f->map;
    return DONE;
}

/* The map of the first chunk, for frames that must be restored. */
static enum outcome make_stored_map(struct spot_finding *f, struct source *source)
{
    struct fetched fetched = {0};
    wn_status status = WN_OK;
    const enum outcome outcome =
        source_fetch(source, frame_range_at(&f->order->frames, 0) % source->frames, &fetched);
    if (outcome == DONE && fetched.is_stored &&
        !wn_map_fits(f->search.map, fetched.stored, fetched.stored_size))
        status =
            wn_map_for_chunk(fetched.stored, fetched.stored_size, &source->frame, &f->stored_map);
    fetched_free(&fetched);
    if (status != WN_OK) /* of a damaged chunk; others may be good */
        f->stored_map = NULL;
    f->search.stored_map = f->stored_map;
    return status == WN_ERR_MEMORY ? out_of_memory() : outcome;
}

static enum outcome prepare_map(struct spot_finding *f)
{
    struct source source;
    const hid_t dataset = H5Dopen2(f->file, f->series.path[0], H5P_DEFAULT);
    enum outcome outcome = source_open(dataset, f->address.file, f->series.path[0], &source);
    if (outcome == DONE) {
        f->params = f->settings.request.params;
        if (source.stack.winnow_at >= 0)
            take_stored_params(f, &source.stack);
        outcome = make_map(f);
        if (outcome == DONE && source.way == WHOLE_WINNOW)
            outcome = make_stored_map(f, &source);
        source_close(&source);
    }
    H5Dclose(dataset);
    return outcome;
}

/* ---- opening ------------------------------------------------------------------------------- */

static enum outcome make_finder(struct spot_finding *f)
{
    const struct spot_table *t = &f->table;
    const struct quantity *pixel = &t->placement.at[PIXEL_X];
    wn_spot_params params = f->order->options.params;
    if (pixel->from != NULL)
        params.pixel_size = pixel->value / UM_PER_M;
    const wn_status status =
        wn_finder_create(&params, f->search.map, &f->params, t->saturation, &f->finder);
    if (status == WN_ERR_MEMORY)
        return out_of_memory();
    if (status != WN_OK) {
        complain("%s::%s: the method %s needs the beam centre, which the file does not say: give "
                 "--centre X,Y or --poni FILE, or choose another --method",
                 t->file, t->dataset, wn_spot_method_name(params.method));
        return BAD_INPUT;
    }
    f->search.finder = f->finder;
    f->search.valid = t->valid;
    return DONE;
}

/* Parameters for the record, but for those of packing. */
static bool record(struct spot_finding *f)
{
    const bool radial = wn_params_model(&f->params) == WN_MODEL_RADIAL;
    return spot_options_record(&f->order->options, &f->table) &&
           spot_table_text(&f->table, "background_model", radial ? "radial" : "tiles");
}

static enum outcome check_frames(struct spot_finding *f)
{
    const uint64_t frames = f->series.first[f->series.n];
    f->wanted = frame_range_count(&f->order->frames, frames);
    if (f->wanted > 0)
        return DONE;
    complain("%s::%s: has %" PRIu64 " frames, none of which --frames wants", f->address.file,
             f->series.name, frames);
    return frames == 0 ? BAD_INPUT : WRONG_USAGE;
}

static enum outcome begin_collecting(struct spot_finding *f)
{
    wn_spot_rule rule = f->order->options.rule;
    rule.across_frames = f->table.rotation;
    rule.shoeboxes = f->order->shoeboxes;
    const enum outcome outcome = spot_collector_begin(&f->collector, &rule, &f->table);
    if (outcome == DONE && !record(f))
        return out_of_memory();
    return outcome;
}

enum outcome spot_finding_open(const struct spot_order *order, const char *input,
                               struct spot_finding *f)
{
    *f = (struct spot_finding){.order = order, .file = -1};
    if (!address_read(input, &f->address))
        return out_of_memory();
    enum outcome outcome = file_open(f->address.file, &f->file);
    if (outcome == DONE)
        outcome = spot_series_find(f->file, f->address.file, f->address.object, &f->series);
    if (outcome == DONE)
        outcome = check_frames(f);
    if (outcome == DONE)
        outcome = settings_make(&order->request, f->file, f->address.file, f->series.path[0],
                                &f->series.frame, &f->settings);
    f->has_settings = f->settings.map != NULL;
    if (outcome == DONE)
        outcome = describe(f);
    if (outcome == DONE)
        outcome = prepare_map(f);
    if (outcome == DONE)
        outcome = make_finder(f);
    if (outcome == DONE)
        outcome = begin_collecting(f);
    return outcome;
}

/* ---- the steps of a frame ------------------------------------------------------------------ */

struct item {
    uint64_t number; /* in the series */
    struct fetched fetched;
    struct spot_found found;
};

struct job {
    struct spot_finding *finding;
    struct source source;
    uint64_t first;     /* frame of the series that is the first of the source */
    uint64_t next, end; /* of the frames that are wanted */
};

static enum outcome read_frame(void *context, void *data, enum supply *supply)
{
    struct job *job = context;
    struct item *item = data;
    if (job->next == job->end) {
        *supply = NO_MORE;
        return DONE;
    }
    item->number = frame_range_at(&job->finding->order->frames, job->next++);
    return source_fetch(&job->source, item->number - job->first, &item->fetched);
}

static void work_on_frame(void *context, void *data)
{
    const struct job *job = context;
    struct item *item = data;
    spot_search_frame(&job->finding->search, &job->source, &item->fetched, &item->found);
}

/* Says so of the first crowded frame. */
static enum outcome look_for_crowd(struct spot_finding *f, const struct source *source,
                                   const struct item *item)
{
    const double share = (double)item->found.found->strong / (double)f->good_pixels;
    if (share <= CROWDED || f->crowded++ > 0)
        return DONE;
    complain("%s::%s, frame %" PRIu64 ": %.0f %% of its pixels are strong, which are no spots: "
             "choose higher cut-offs, or mask what is no diffraction",
             source->file, source->path, item->fetched.number, 100 * share);
    return FINDING;
}

static enum outcome complain_frame(struct spot_finding *f, const struct source *source,
                                   const struct item *item)
{
    const uint64_t frame = item->fetched.number;
    if (item->fetched.problem == NULL) {
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
    const struct job *job = context;
    struct item *item = data;
    struct spot_finding *f = job->finding;
    const struct spot_found *found = &item->found;
    enum outcome outcome = DONE;
    if (item->fetched.problem != NULL || found->status != WN_OK) {
        outcome = complain_frame(f, &job->source, item);
    } else if (item->fetched.absent) {
        f->absent++;
    } else {
        f->unusable += found->unusable;
        outcome = worse(look_for_crowd(f, &job->source, item),
                        spot_collector_add(&f->collector, item->number, found->found));
    }
    wn_found_free(item->found.found);
    item->found.found = NULL;
    progress_show(&f->progress, f->table.frames + f->absent + f->damaged, 0, 0);
    return outcome;
}

static void release(void *data)
{
    struct item *item = data;
    fetched_free(&item->fetched);
    wn_found_free(item->found.found);
}

/* ---- searching ----------------------------------------------------------------------------- */

/* Searches the frames that are wanted of one dataset of the series. */
static enum outcome search_dataset(struct spot_finding *f, size_t number)
{
    const struct frame_range *range = &f->order->frames;
    const uint64_t first = f->series.first[number];
    struct job job = {.finding = f,
                      .first = first,
                      .next = frame_range_count(range, first),
                      .end = frame_range_count(range, f->series.first[number + 1])};
    const struct pipeline pipeline = {.read = read_frame,
                                      .work = work_on_frame,
                                      .write = collect_frame,
                                      .context = &job,
                                      .item_size = sizeof(struct item),
                                      .release = release};
    if (job.next == job.end)
        return DONE;
    const char *path = f->series.path[number];
    const hid_t dataset = H5Dopen2(f->file, path, H5P_DEFAULT);
    enum outcome outcome = source_open(dataset, f->address.file, path, &job.source);
    if (outcome == DONE) {
        outcome = pipeline_run(&pipeline, f->order->threads);
        source_close(&job.source);
    }
    H5Dclose(dataset);
    return outcome;
}

/* What is to be said of the frames in the end. */
static enum outcome sum_up(const struct spot_finding *f)
{
    const struct spot_table *t = &f->table;
    enum outcome outcome = f->crowded > 0 ? FINDING : DONE;
    if (f->damaged > 0) {
        complain("%s::%s: %" PRIu64 " of %" PRIu64
                 " frames are damaged and were left out: read the "
                 "file again from its origin",
                 t->file, t->dataset, f->damaged, f->wanted);
        outcome = FINDING;
    }
    if (t->frames == 0) {
        complain("%s::%s: none of %" PRIu64 " frames could be searched", t->file, t->dataset,
                 f->wanted);
        return BAD_INPUT;
    }
    if (f->unusable > 0) {
        complain("%s::%s: %" PRIu64 " of %zu frames have no good pixel: all are masked, or flagged "
                 "by their value",
                 t->file, t->dataset, f->unusable, t->frames);
        outcome = f->unusable == t->frames ? BAD_INPUT : FINDING;
    }
    return outcome;
}

enum outcome spot_finding_run(struct spot_finding *f)
{
    const double begun = progress_clock();
    enum outcome outcome = DONE;
    progress_begin(&f->progress, f->wanted);
    for (size_t i = 0; i < f->series.n && outcome <= FINDING; i++)
        outcome = worse(outcome, search_dataset(f, i));
    progress_end(&f->progress);
    if (outcome <= FINDING)
        outcome = worse(outcome, sum_up(f));
    if (outcome <= FINDING)
        outcome =
            worse(outcome, spot_collector_end(&f->collector, (uint64_t)f->order->options.hits));
    f->left_out = wn_linker_left_out(f->collector.linker);
    f->seconds = progress_clock() - begun;
    return outcome;
}

void spot_finding_close(struct spot_finding *f)
{
    if (f->file >= 0)
        H5Fclose(f->file);
    f->file = -1;
}

void spot_finding_free(struct spot_finding *f)
{
    spot_collector_free(&f->collector);
    wn_finder_free(f->finder);
    wn_map_free(f->stored_map);
    wn_map_free(f->map);
    spot_table_free(&f->table);
    if (f->has_settings)
        settings_free(&f->settings);
    spot_series_free(&f->series);
    spot_finding_close(f);
    address_free(&f->address);
}
