/* h5winnow spots: finds the spots of a series, or writes a table of them in another format. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/interrupt.h"
#include "base/json_write.h"
#include "base/message.h"
#include "base/parse_numbers.h"
#include "hdf5/winnow_filter.h"
#include "parallel/pipeline.h"
#include "spots/search_file.h"
#include "spots/search_report.h"
#include "spots/table_read.h"
#include "spots/write_any.h"
#include "verbs/verbs.h"

/* clang-format off */
static const char USAGE[] =
    "usage: h5winnow spots [options] INPUT[::DATASET] OUTPUT\n"
    "       h5winnow spots [options] --in-place INPUT[::DATASET]\n"
    "       h5winnow spots --convert [options] FILE[::TABLE] OUTPUT\n"
    "Finds the spots of diffraction images (NeXus, Dectris master, or any stack of images, compressed\n"
    "or not) and writes a table of them. Geometry, pixel mask, saturation and rotation are read from\n"
    "the file; options override them. With --convert, an existing table in HDF5 is written in\n"
    "another format.\n"
    "\n"
    "  --format FORMAT         of OUTPUT; default by its ending:\n";

static const char USAGE_REST[] =
    "  --in-place              add the table to INPUT itself\n"
    "  --name NAME             of the table in HDF5; default spots\n"
    "  --replace               with --in-place: replace a table of this name\n"
    "  --force                 replace OUTPUT if it exists\n"
    "  --shoeboxes             also store the pixels of every spot\n"
    "  --frames A:B:STEP       only these frames, as in Python; spots do not reach across\n"
    "                          skipped frames\n"
    "  --threads N             threads; default one per processor\n"
    "  --json                  print the result as JSON\n"
    "  --help                  print this\n"
    "\n";

static const char EXIT_USAGE[] =
    "\n"
    "Exit status: 1 if frames are damaged or cannot be searched; they are reported, and skipped.\n";
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
    bool searching; /* an option was given that only a search uses */
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
    if (option >= SPOT_OPTION_FIRST)
        return spot_options_take(&s->order.options, option, text);
    if (option >= FILTER_OPTION_FIRST)
        return filter_options_take(&s->order.request, option, text);
    if (read_own(s, option, text))
        return DONE;
    complain("--%s cannot be '%s'", OPTIONS[index].name, text);
    return WRONG_USAGE;
}

/* What is contradictory in the command line; NULL: nothing. */
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
    struct option own[SPOT_GETOPT_MAX], options[FILTER_OPTIONS_GETOPT_MAX];
    int option, index = 0;
    filter_options_init(&s->order.request);
    spot_options_getopt(OPTIONS, own);
    filter_options_getopt(own, FILTER_OPTIONS_ALL, options);
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

/* ---- searching and converting
 * -------------------------------------------------------------------------- */

static enum outcome search_input(struct spots_command *s)
{
    struct spot_search_file search;
    struct address address;
    if (!address_read(s->input, &address)) {
        complain_memory();
        return IO_FAILURE;
    }
    s->output.input = address.file;
    enum outcome outcome = spot_writer_check(&s->output);
    if (outcome == DONE) {
        outcome = spot_search_file_open(&s->order, s->input, &search);
        if (outcome == DONE)
            outcome = spot_search_file_run(&search);
        spot_search_file_close(&search);
        if (outcome <= FINDING)
            outcome = worse(outcome, spot_writer_write(&s->output, &search.pass.table,
                                                       search.series.first[search.series.n]));
        if (outcome <= FINDING)
            outcome = worse(outcome, search_report(&search, &s->output, s->json));
        spot_search_file_free(&search);
    }
    address_free(&address);
    return outcome;
}

static enum outcome report_conversion(const struct spots_command *s, const struct spot_table *table)
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
        outcome = report_conversion(s, &table);
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
    spot_options_usage(stdout);
    putchar('\n');
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
    return s.convert ? convert(&s) : search_input(&s);
}
