/* h5winnow tune - what each quality level would make of the images of a file. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/message.h"
#include "base/parse_numbers.h"
#include "base/progress.h"
#include "hdf5/file.h"
#include "input/frame_source.h"
#include "input/image_datasets.h"
#include "parallel/pipeline.h"
#include "params/filter_options.h"
#include "params/image_settings.h"
#include "tune/report.h"
#include "verbs/verbs.h"

/* clang-format off */
static const char USAGE[] =
    "usage: h5winnow tune [options] FILE[::DATASET]\n"
    "Compresses some frames of a file at every quality level, in memory, restores them, and prints\n"
    "what that takes and what it loses. Geometry and pixel mask are found in the file; options\n"
    "replace what it says.\n"
    "\n"
    "What is lost is measured at spots that are planted into copies of the frames: Gaussians with a\n"
    "sigma of 1 pixel, whose counts in 7 x 7 pixels of one frame are 1.5, 3, 6 and 12 times their\n"
    "standard error. Bytes, kept pixels and the background are those of the frames without them. The\n"
    "real experiment, what becomes of merged intensities, is tests/quality.\n"
    "\n"
    "  --frames N              so many frames, evenly spread; default 8\n"
    "  --threads N             threads; default one for each processor\n"
    "  --json                  print one JSON object, for programs\n"
    "  --help                  print this\n"
    "\n";
/* clang-format on */

enum { OPTION_FRAMES = 1, OPTION_THREADS, OPTION_JSON, OPTION_HELP };

static const struct option OPTIONS[] = {
    {"frames", required_argument, NULL, OPTION_FRAMES},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

struct tuning {
    struct filter_options request;
    int wanted; /* frames */
    int threads;
    bool json, help;

    struct address address;
    hid_t file;
    struct image_list images;
    uint64_t next; /* of the frames that are wanted */

    bool has_settings; /* for frames like this one: */
    struct image_settings settings;
    wn_array frame;
    const char *path;

    struct tune_report result;
    struct progress progress;
};

/* ---- the command line ---------------------------------------------------------------------- */

/* An option that says what is kept, which is what tune tries out; NULL: none does. */
static const char *fixed_by(const struct filter_options *request)
{
    const char *kept = filter_options_group_source(request, WN_GROUP_KEPT);
    return kept ? kept : filter_options_source(request, "--compat");
}

static enum outcome read_option(struct tuning *t, int option, const char *text)
{
    switch (option) {
    case OPTION_FRAMES:
        if (parse_count(text, 1000000, &t->wanted))
            return DONE;
        complain("--frames cannot be '%s'", text);
        return WRONG_USAGE;
    case OPTION_THREADS:
        if (parse_count(text, 1024, &t->threads))
            return DONE;
        complain("--threads cannot be '%s'", text);
        return WRONG_USAGE;
    case OPTION_JSON:
        t->json = true;
        return DONE;
    case OPTION_HELP:
        t->help = true;
        return DONE;
    default:
        return option >= FILTER_OPTION_FIRST ? filter_options_take(&t->request, option, text)
                                             : WRONG_USAGE;
    }
}

static enum outcome read_command_line(int argc, char **argv, struct tuning *t)
{
    enum outcome outcome = DONE;
    struct option options[FILTER_OPTIONS_GETOPT_MAX];
    int option;
    filter_options_init(&t->request);
    filter_options_getopt(OPTIONS, FILTER_OPTIONS_ALL, options);
    while (outcome == DONE && !t->help &&
           (option = getopt_long(argc, argv, "", options, NULL)) != -1)
        outcome = read_option(t, option, optarg);
    if (outcome != DONE || t->help)
        return outcome;
    if (fixed_by(&t->request)) {
        complain("tune tries all quality levels: leave out %s", fixed_by(&t->request));
        return WRONG_USAGE;
    }
    if (argc - optind != 1) {
        complain("tune takes one FILE or FILE::DATASET");
        return WRONG_USAGE;
    }
    return DONE;
}

/* ---- frames -------------------------------------------------------------------------------- */

static bool is_like(const struct tuning *t, const struct frame_source *source)
{
    const wn_array *one = &t->frame, *other = &source->frame;
    return t->has_settings && one->type == other->type && one->height == other->height &&
           one->width == other->width && image_list_same_group(t->path, source->path);
}

static enum outcome make_settings(struct tuning *t, const struct frame_source *source)
{
    if (is_like(t, source))
        return DONE;
    if (t->has_settings)
        image_settings_free(&t->settings);
    t->has_settings = false;
    const enum outcome outcome = image_settings_make(&t->request, t->file, t->address.file,
                                                     source->path, &source->frame, &t->settings);
    if (outcome != DONE)
        return outcome;
    t->has_settings = true;
    t->frame = source->frame;
    t->path = source->path;
    return DONE;
}

/* Adds what a frame takes in the file; its share, where it is not stored alone. */
static void add_file_bytes(struct tuning *t, const struct frame_source *source,
                           const struct fetched_frame *fetched)
{
    const double share = (double)H5Dget_storage_size(source->dataset) / (double)source->frames;
    const double bytes = source->way == BY_HDF5 ? share : (double)fetched->stored_size;
    t->result.file_bytes += bytes;
    t->result.file_bytes_told = t->result.file_bytes_told && bytes > 0;
}

static enum outcome try_frame(struct tuning *t, struct frame_source *source, uint64_t number,
                              struct fetched_frame *fetched)
{
    const enum outcome outcome = frame_source_fetch(source, number, fetched);
    if (outcome != DONE)
        return outcome;
    fetched_frame_restore(source, fetched, NULL, WN_NOISE_AS_STORED);
    if (fetched->problem) {
        complain("%s::%s, frame %" PRIu64 ": %s; read the file again from its origin", source->file,
                 source->path, number, fetched->problem);
        return BAD_INPUT;
    }
    if (fetched->absent) {
        t->result.absent++;
        return DONE;
    }
    const wn_status status =
        trials_add(&t->settings, &source->frame, fetched->pixels, t->threads, &t->result.trials);
    if (status != WN_OK) {
        complain("%s::%s, frame %" PRIu64 ": cannot be compressed: %s", source->file, source->path,
                 number, wn_strerror(status));
        return IO_FAILURE;
    }
    add_file_bytes(t, source, fetched);
    return DONE;
}

/* The number of the next wanted frame among all of the file: the middle of its share of them. */
static uint64_t next_frame(const struct tuning *t)
{
    const uint64_t wanted = (uint64_t)t->wanted;
    return t->result.total / wanted * t->next + t->result.total % wanted * t->next / wanted +
           t->result.total / wanted / 2;
}

/* Tries those of the wanted frames that are in a dataset; `first` is the number of its first frame
 * among all of the file. */
static enum outcome try_frames(struct tuning *t, struct frame_source *source, uint64_t first)
{
    struct fetched_frame fetched = {0};
    enum outcome outcome = DONE;
    while (outcome == DONE && t->next < (uint64_t)t->wanted &&
           next_frame(t) - first < source->frames) {
        outcome = make_settings(t, source);
        if (outcome == DONE)
            outcome = try_frame(t, source, next_frame(t) - first, &fetched);
        t->next++;
        progress_show(&t->progress, t->next, 0, 0);
    }
    fetched_frame_free(&fetched);
    return outcome;
}

/* ---- files --------------------------------------------------------------------------------- */

/* Opens an image by its path and does something with it; `*frames` grows by its frames. */
static enum outcome with_image(struct tuning *t, const char *path, uint64_t *frames,
                               enum outcome (*act)(struct tuning *, struct frame_source *,
                                                   uint64_t))
{
    struct frame_source source;
    const hid_t dataset = H5Dopen2(t->file, path, H5P_DEFAULT);
    if (dataset < 0) {
        complain("%s::%s: cannot be opened", t->address.file, path);
        return BAD_INPUT;
    }
    enum outcome outcome = frame_source_open(dataset, t->address.file, path, &source);
    if (outcome == DONE) {
        outcome = act(t, &source, *frames);
        *frames += source.frames;
        frame_source_close(&source);
    }
    H5Dclose(dataset);
    return outcome;
}

static enum outcome refuse_packed(struct tuning *t, struct frame_source *source, uint64_t first)
{
    (void)t;
    (void)first;
    if (source->stack.winnow_at < 0)
        return DONE;
    complain("%s::%s: is compressed by winnow already: what it has lost cannot be seen; give the "
             "original",
             source->file, source->path);
    return WRONG_USAGE;
}

static enum outcome try_images(struct tuning *t)
{
    uint64_t first = 0;
    enum outcome outcome = image_list_find(t->file, t->address.file, t->address.object, &t->images);
    for (size_t i = 0; i < t->images.n && outcome == DONE; i++)
        outcome = with_image(t, t->images.path[i], &t->result.total, refuse_packed);
    if (t->result.total < (uint64_t)t->wanted)
        t->wanted = (int)t->result.total;
    progress_begin(&t->progress, (uint64_t)t->wanted);
    for (size_t i = 0; i < t->images.n && outcome == DONE && t->next < (uint64_t)t->wanted; i++)
        outcome = with_image(t, t->images.path[i], &first, try_frames);
    progress_end(&t->progress);
    if (outcome == DONE && t->result.trials.frames == 0) {
        complain("%s::%s: none of %" PRIu64 " frames was ever written", t->address.file,
                 t->address.object, t->result.total);
        outcome = BAD_INPUT;
    }
    return outcome;
}

static enum outcome print_json(const struct tune_report *tuned)
{
    struct json json = {.depth = 0};
    tune_report_json(tuned, &json);
    return json_print(&json, stdout);
}

enum outcome verb_tune(int argc, char **argv)
{
    struct tuning t = {.wanted = 8, .threads = processors(), .result = {.file_bytes_told = true}};
    enum outcome outcome = read_command_line(argc, argv, &t);
    if (outcome != DONE)
        return outcome;
    if (t.help) {
        fputs(USAGE, stdout);
        filter_options_usage(FILTER_OPTIONS_DETECTOR, stdout);
        return DONE;
    }
    if (!address_read(argv[optind], &t.address)) {
        complain_memory();
        return IO_FAILURE;
    }
    trials_begin(&t.result.trials);
    t.result.file = t.address.file;
    outcome = file_open(t.address.file, &t.file);
    if (outcome == DONE) {
        outcome = try_images(&t);
        if (outcome == DONE && t.json)
            outcome = print_json(&t.result);
        else if (outcome == DONE)
            tune_report_print(&t.result, stdout);
        if (t.has_settings)
            image_settings_free(&t.settings);
        image_list_free(&t.images);
        H5Fclose(t.file);
    }
    address_free(&t.address);
    return outcome;
}
