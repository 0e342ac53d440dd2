/* h5winnow tune: tries the quality levels on the images of a file. */
#include <getopt.h>
#include <stdio.h>

#include "base/message.h"
#include "base/parse_numbers.h"
#include "parallel/pipeline.h"
#include "tune/tune_file.h"
#include "verbs/verbs.h"

/* clang-format off */
static const char USAGE[] =
    "usage: h5winnow tune [options] FILE[::DATASET]\n"
    "Compresses some frames of a file at every quality level, in memory, restores them, and prints\n"
    "size and loss. Geometry and pixel mask are read from the file; options override them.\n"
    "\n"
    "The loss is measured on spots that are planted into copies of the frames: Gaussians with a\n"
    "sigma of 1 pixel, whose counts in 7 x 7 pixels of one frame are 1.5, 3, 6 and 12 times their\n"
    "standard error. Bytes, kept pixels and background are those of the frames without them. The\n"
    "effect on merged intensities is measured by tests/quality.\n"
    "\n"
    "  --frames N              number of frames, evenly spread; default 8\n"
    "  --threads N             threads; default one per processor\n"
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

/* ---- the command line ---------------------------------------------------------------------- */

/* The option that decides what is kept, which tune varies; NULL: none. */
static const char *fixed_by(const struct filter_options *request)
{
    const char *kept = filter_options_group_source(request, WN_GROUP_KEPT);
    return kept ? kept : filter_options_source(request, "--compat");
}

static enum outcome read_option(struct tune_order *order, int option, const char *text)
{
    switch (option) {
    case OPTION_FRAMES:
        if (parse_count(text, 1000000, &order->frames))
            return DONE;
        complain("--frames cannot be '%s'", text);
        return WRONG_USAGE;
    case OPTION_THREADS:
        if (parse_count(text, 1024, &order->threads))
            return DONE;
        complain("--threads cannot be '%s'", text);
        return WRONG_USAGE;
    case OPTION_JSON:
        order->json = true;
        return DONE;
    case OPTION_HELP:
        order->help = true;
        return DONE;
    default:
        return option >= FILTER_OPTION_FIRST ? filter_options_take(&order->request, option, text)
                                             : WRONG_USAGE;
    }
}

static enum outcome read_command_line(int argc, char **argv, struct tune_order *order)
{
    enum outcome outcome = DONE;
    struct option options[FILTER_OPTIONS_GETOPT_MAX];
    int option;
    filter_options_init(&order->request);
    filter_options_getopt(OPTIONS, FILTER_OPTIONS_ALL, options);
    while (outcome == DONE && !order->help &&
           (option = getopt_long(argc, argv, "", options, NULL)) != -1)
        outcome = read_option(order, option, optarg);
    if (outcome != DONE || order->help)
        return outcome;
    if (fixed_by(&order->request)) {
        complain("tune tries all quality levels: leave out %s", fixed_by(&order->request));
        return WRONG_USAGE;
    }
    if (argc - optind != 1) {
        complain("tune takes one FILE or FILE::DATASET");
        return WRONG_USAGE;
    }
    return DONE;
}

static enum outcome print_json(const struct tune_report *report)
{
    struct json json = {.depth = 0};
    tune_report_json(report, &json);
    return json_print(&json, stdout);
}

enum outcome verb_tune(int argc, char **argv)
{
    struct tune_order order = {.frames = 8, .threads = processors()};
    struct file_tuning tuning;
    enum outcome outcome = read_command_line(argc, argv, &order);
    if (outcome != DONE)
        return outcome;
    if (order.help) {
        fputs(USAGE, stdout);
        filter_options_usage(FILTER_OPTIONS_DETECTOR, stdout);
        return DONE;
    }
    outcome = tune_file(&order, argv[optind], &tuning);
    if (outcome == DONE && order.json)
        outcome = print_json(&tuning.result);
    else if (outcome == DONE)
        tune_report_print(&tuning.result, stdout);
    tune_file_free(&tuning);
    return outcome;
}
