/* h5winnow spots - find the spots of a series, or write a table of them in another format. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/json_write.h"
#include "base/message.h"
#include "base/parse_numbers.h"
#include "hdf5/winnow_filter.h"
#include "parallel/pipeline.h"
#include "spots/search_file.h"
#include "spots/table_read.h"
#include "spots/write_any.h"
#include "verbs/verbs.h"

/* clang-format off */
static const char USAGE[] =
    "usage: h5winnow spots [options] INPUT[::DATASET] OUTPUT\n"
    "       h5winnow spots [options] --in-place INPUT[::DATASET]\n"
    "       h5winnow spots --convert [options] FILE[::TABLE] OUTPUT\n"
    "Finds the spots of diffraction images (NeXus, Dectris master, or any stack of images, compressed\n"
    "or not) and writes a table of them. Geometry, pixel mask, saturation and rotation are found in\n"
    "the file; options replace what it says. With --convert, a table that was written as HDF5 before\n"
    "is written in another format.\n"
    "\n"
    "  --format FORMAT         of OUTPUT; default by its ending:\n";

static const char USAGE_REST[] =
    "  --in-place              add the table to INPUT itself\n"
    "  --name NAME             of the table in HDF5; default spots\n"
    "  --replace               with --in-place: replace a table of this name\n"
    "  --force                 replace OUTPUT if it is there already\n"
    "  --shoeboxes             store the pixels of every spot as well\n"
    "  --frames A:B:STEP       only these frames, as in Python; spots do not reach across those\n"
    "                          that are left out\n"
    "  --threads N             threads; default one for each processor\n"
    "  --json                  say what was found as JSON\n"
    "  --help                  print this\n"
    "\n"
    SPOT_USAGE
    "\n";

static const char EXIT_USAGE[] =
    "\n"
    "Exit status: 1 if frames are damaged or cannot be searched, which are named; the others are.\n";
/* clang-format on */

enum {
    OPTION_FORMAT = 1,
    OPTION_IN_PLACE,
    OPTION_NAME,
    OPTION_REPLACE,
    OPTION_FORCE,
    OPTION_SHOEBOXES,
    OPTION_CONVERT,
    OPTION_FRAMES,
    OPTION_THREADS,
    OPTION_JSON,
    OPTION_HELP
};

static const struct option OPTIONS[] = {
    SPOT_OPTIONS,
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"in-place", no_argument, NULL, OPTION_IN_PLACE},
    {"name", required_argument, NULL, OPTION_NAME},
    {"replace", no_argument, NULL, OPTION_REPLACE},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"shoeboxes", no_argument, NULL, OPTION_SHOEBOXES},
    {"convert", no_argument, NULL, OPTION_CONVERT},
    {"frames", required_argument, NULL, OPTION_FRAMES},
    {"threads", required_argument, NULL, OPTION_THREADS},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

struct spots_command {
    struct spot_order order;
    struct spot_output output;
    bool in_place, convert, json, help;
    bool searching; /* options that only a search has a use for are given */
    const char *input;
};

/* ---- the command line ---------------------------------------------------------------------- */

static bool name_is_good(const char *name)
{
    return name[0] != '\0' && !strchr(name, '/') && strcmp(name, ".") != 0;
}

static bool read_own(struct spots_command *s, int option, const char *text)
{
    switch (option) {
    case OPTION_FORMAT:
        s->output.format = spot_format_named(text);
        return s->output.format;
    case OPTION_NAME:
        s->output.table = text;
        return name_is_good(text);
    case OPTION_FRAMES:
        s->searching = true;
        return frame_range_read(text, &s->order.frames);
    case OPTION_THREADS:
        s->searching = true;
        return parse_count(text, 1024, &s->order.threads);
    case OPTION_SHOEBOXES:
        s->searching = true;
        s->order.shoeboxes = true;
        return true;
    case OPTION_IN_PLACE:
        s->in_place = true;
        return true;
    case OPTION_REPLACE:
        s->output.replace = true;
        return true;
    case OPTION_FORCE:
        s->output.force = true;
        return true;
    case OPTION_CONVERT:
        s->convert = true;
        return true;
    case OPTION_JSON:
        s->json = true;
        return true;
    default:
        s->help = true;
        return true;
    }
}

static enum outcome read_option(struct spots_command *s, int option, const char *text, int index)
{
    if (option == '?')
        return WRONG_USAGE;
    s->searching = s->searching || option >= FILTER_OPTION_FIRST;
    if (option >= SPOT_FIRST)
        return spot_option(&s->order.options, option, text);
    if (option >= FILTER_OPTION_FIRST)
        return filter_options_take(&s->order.request, option, text);
    if (read_own(s, option, text))
        return DONE;
    complain("--%s cannot be '%s'", OPTIONS[index].name, text);
    return WRONG_USAGE;
}

/* What contradicts each other; NULL: nothing does. */
static const char *contradiction(const struct spots_command *s, int arguments)
{
    if (arguments == 0)
        return "spots needs an input, and an output or --in-place";
    if (s->convert && (s->searching || s->in_place))
        return "--convert writes a table as it is: only --format, --name, --force and --json go "
               "with it";
    if (s->in_place && arguments == 2)
        return "--in-place writes into the input: leave out the output";
    if (!s->in_place && arguments != 2)
        return "spots needs one input and one output, or --in-place";
    if (s->in_place && s->output.format && s->output.format != spot_format_table())
        return "--in-place writes a table as HDF5: leave out --format, or give an output";
    if (s->output.replace && !s->in_place)
        return "--replace is for a table in the input: give --force to replace a file";
    return NULL;
}

static enum outcome choose_format(struct spots_command *s)
{
    struct spot_output *o = &s->output;
    if (!o->name)
        o->format = spot_format_table();
    else if (!o->format)
        o->format = spot_format_of_file(o->name);
    if (!o->format) {
        complain("%s: its ending does not tell its format: give --format", o->name);
        return WRONG_USAGE;
    }
    if (spot_format_has_shoeboxes(o->format))
        s->order.shoeboxes = true;
    return DONE;
}

static enum outcome read_command_line(int argc, char **argv, struct spots_command *s)
{
    enum outcome outcome = DONE;
    struct option options[FILTER_OPTIONS_GETOPT_MAX];
    int option, index = 0;
    filter_options_init(&s->order.request);
    filter_options_getopt(OPTIONS, FILTER_OPTIONS_ALL, options);
    while (outcome == DONE && !s->help &&
           (option = getopt_long(argc, argv, "", options, &index)) != -1)
        outcome = read_option(s, option, optarg, index);
    if (outcome != DONE || s->help)
        return outcome;
    const char *wrong = contradiction(s, argc - optind);
    if (wrong) {
        complain("%s", wrong);
        return WRONG_USAGE;
    }
    s->input = argv[optind];
    s->output.name = s->in_place ? NULL : argv[optind + 1];
    outcome = choose_format(s);
    return outcome == DONE && !s->convert
               ? spot_options_finish(&s->order.options, &s->order.request)
               : outcome;
}

/* ---- saying what was found ----------------------------------------------------------------- */

struct summary {
    uint64_t strong, most, hits;
    double median; /* spots per frame */
};

static int compare_counts(const void *one, const void *other)
{
    const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;
    return (a > b) - (a < b);
}

static bool summarize(const struct spot_table *t, struct summary *summary)
{
    uint64_t *spots = malloc((t->frames + 1) * sizeof *spots);
    *summary = (struct summary){0};
    if (!spots)
        return false;
    for (size_t i = 0; i < t->frames; i++) {
        spots[i] = t->frame[i].spots;
        summary->strong += t->frame[i].strong;
        summary->hits += t->frame[i].hit;
    }
    qsort(spots, t->frames, sizeof *spots, compare_counts);
    if (t->frames > 0) {
        const size_t half = t->frames / 2;
        summary->most = spots[t->frames - 1];
        summary->median = t->frames % 2 == 1 ? (double)spots[half]
                                             : ((double)spots[half - 1] + (double)spots[half]) / 2;
    }
    free(spots);
    return true;
}

static void print_geometry(const struct spot_search_file *f)
{
    const struct placed_quantity *at = f->settings.request.placement.at;
    if (wn_params_model(&f->params) == WN_MODEL_TILES)
        puts("  background on tiles");
    else if (f->stored_params)
        printf("  background on rings about %.2f, %.2f, as it was compressed\n",
               f->params.centre_x / 1000.0, f->params.centre_y / 1000.0);
    else
        printf("  background on rings about %.2f, %.2f (%s)\n", at[CENTRE_X].value,
               at[CENTRE_Y].value, at[CENTRE_X].from);
}

static void print_found(const struct spot_search_file *f, const struct spot_output *output,
                        const struct summary *summary)
{
    const struct spot_table *t = &f->pass.table;
    printf("%s::%s: %zu spots on %zu frames, by the method %s\n", t->file, t->dataset, t->spots,
           t->frames, wn_spot_method_name(f->order->options.params.method));
    print_geometry(f);
    puts(t->rotation ? "  spots reach across frames: the sample turns" : "  each frame by itself");
    if (f->pass.absent > 0)
        printf("  %" PRIu64 " frames were never written\n", f->pass.absent);
    printf("  per frame %.6g spots (median), %" PRIu64 " at most; %" PRIu64
           " frames have %d or more\n",
           summary->median, summary->most, summary->hits, f->order->options.hits);
    printf("  %" PRIu64 " strong pixels; left out: %" PRIu64 " too small, %" PRIu64
           " too large, %" PRIu64 " with their peak aside\n",
           summary->strong, f->left_out.small, f->left_out.large, f->left_out.separated);
    printf("  written to %s\n", output->name ? output->name : output->input);
    printf("  %.2f s, %.1f frames/s\n", f->seconds, (double)f->wanted / f->seconds);
}

static enum outcome print_json(const struct spot_search_file *f, const struct spot_output *output,
                               const struct summary *summary)
{
    const struct spot_table *t = &f->pass.table;
    struct json json = {.depth = 0};
    json_begin(&json, NULL, '{');
    json_text(&json, "input", t->file);
    json_text(&json, "dataset", t->dataset);
    json_text(&json, "output", output->name ? output->name : output->input);
    json_text(&json, "method", wn_spot_method_name(f->order->options.params.method));
    json_text(&json, "background_model",
              wn_params_model(&f->params) == WN_MODEL_TILES ? "tiles" : "radial");
    json_bool(&json, "rotation", t->rotation);
    json_count(&json, "frames", t->frames);
    json_count(&json, "frames_absent", f->pass.absent);
    json_count(&json, "frames_damaged", f->damaged);
    json_count(&json, "frames_without_good_pixel", f->pass.unusable);
    json_count(&json, "spots", t->spots);
    json_real(&json, "spots_per_frame_median", summary->median);
    json_count(&json, "spots_per_frame_most", summary->most);
    json_count(&json, "hits", summary->hits);
    json_count(&json, "strong_pixels", summary->strong);
    json_count(&json, "left_out_small", f->left_out.small);
    json_count(&json, "left_out_large", f->left_out.large);
    json_count(&json, "left_out_separated", f->left_out.separated);
    json_real(&json, "seconds", f->seconds);
    json_end(&json, '}');
    return json_print(&json, stdout);
}

static enum outcome report(const struct spots_command *s, const struct spot_search_file *f)
{
    struct summary summary;
    if (!summarize(&f->pass.table, &summary)) {
        complain_memory();
        return IO_FAILURE;
    }
    if (s->json)
        return print_json(f, &s->output, &summary);
    print_found(f, &s->output, &summary);
    return DONE;
}

/* ---- what is done -------------------------------------------------------------------------- */

static enum outcome search(struct spots_command *s)
{
    struct spot_search_file finding;
    struct address address;
    if (!address_read(s->input, &address)) {
        complain_memory();
        return IO_FAILURE;
    }
    s->output.input = address.file;
    enum outcome outcome = spot_writer_check(&s->output);
    if (outcome == DONE) {
        outcome = spot_search_file_open(&s->order, s->input, &finding);
        if (outcome == DONE)
            outcome = spot_search_file_run(&finding);
        spot_search_file_close(&finding);
        if (outcome <= FINDING)
            outcome = worse(outcome, spot_writer_write(&s->output, &finding.pass.table,
                                                       finding.series.first[finding.series.n]));
        if (outcome <= FINDING)
            outcome = worse(outcome, report(s, &finding));
        spot_search_file_free(&finding);
    }
    address_free(&address);
    return outcome;
}

static enum outcome say_converted(const struct spots_command *s, const struct spot_table *table)
{
    struct json json = {.depth = 0};
    if (!s->json) {
        printf("%s: %zu spots of %zu frames\n", s->output.name, table->spots, table->frames);
        return DONE;
    }
    json_begin(&json, NULL, '{');
    json_text(&json, "input", s->output.input);
    json_text(&json, "output", s->output.name);
    json_count(&json, "frames", table->frames);
    json_count(&json, "spots", table->spots);
    json_end(&json, '}');
    return json_print(&json, stdout);
}

/* Writes a table of an open file in another format. */
static enum outcome convert_table(struct spots_command *s, hid_t file, const char *object)
{
    struct spot_table table = {0};
    const char *name = strcmp(object, "/") != 0 ? object : NULL;
    enum outcome outcome = spot_table_read(file, s->output.input, name, &table);
    if (outcome == DONE) {
        const uint64_t frames = table.frames > 0 ? table.frame[table.frames - 1].number + 1 : 0;
        outcome = spot_writer_write(&s->output, &table, frames);
    }
    if (outcome == DONE)
        outcome = say_converted(s, &table);
    spot_table_free(&table);
    return outcome;
}

static enum outcome convert(struct spots_command *s)
{
    struct address address;
    hid_t file;
    if (!address_read(s->input, &address)) {
        complain_memory();
        return IO_FAILURE;
    }
    s->output.input = address.file;
    enum outcome outcome = spot_writer_check(&s->output);
    if (outcome == DONE)
        outcome = file_open(address.file, &file);
    if (outcome == DONE) {
        outcome = convert_table(s, file, address.object);
        H5Fclose(file);
    }
    address_free(&address);
    return outcome;
}

static void print_usage(void)
{
    fputs(USAGE, stdout);
    spot_formats_print(28, stdout);
    fputs(USAGE_REST, stdout);
    filter_options_usage(FILTER_OPTIONS_DETECTOR, stdout);
    filter_options_usage_of("--dummy", stdout);
    fputs(EXIT_USAGE, stdout);
}

enum outcome verb_spots(int argc, char **argv)
{
    struct spots_command s = {.order = {.threads = processors()}, .output = {.table = "spots"}};
    const enum outcome outcome = read_command_line(argc, argv, &s);
    if (outcome != DONE)
        return outcome;
    if (s.help) {
        print_usage();
        return DONE;
    }
    interrupt_catch();
    if (!winnow_filter_register(WN_NOISE_OFF))
        return IO_FAILURE;
    return s.convert ? convert(&s) : search(&s);
}
