/* h5winnow params: converts readable options to the parameters of the filter. */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "base/message.h"
#include "params/explain.h"
#include "params/filter_options.h"
#include "params/param_json.h"
#include "verbs/verbs.h"
#include "winnow.h"

/* clang-format off */
static const char USAGE[] =
    "usage: h5winnow params [options]\n"
    "Converts readable options to the parameters of the winnow filter, for h5repack, h5py and other\n"
    "programs. Omitted options have the filter's defaults; without a beam centre the background is\n"
    "estimated on tiles. --quality is meant for integers: for floats, give --keep all or a cut-off\n"
    "with --pick instead.\n"
    "\n";

static const char OUTPUT_USAGE[] =
    "\n"
    "Output:\n"
    "  --format FORMAT         only one form: h5repack (for its option -f), h5py (the tuple for\n"
    "                          compression_opts) or json; default all of them, explained\n"
    "  --table                 instead: the table of all parameters and quality levels, as JSON,\n"
    "                          for programs\n"
    "  --help                  print this\n"
    "\n"
    "Example:\n"
    "  h5repack -f /entry/data/data:$(h5winnow params --poni my.poni --format h5repack) IN OUT\n";
/* clang-format on */

enum { OPTION_FORMAT = 1, OPTION_TABLE, OPTION_HELP };

static const struct option OPTIONS[] = {
    {"format", required_argument, NULL, OPTION_FORMAT},
    {"table", no_argument, NULL, OPTION_TABLE},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

/* Prints the values with a separator. */
static void print_values(const uint32_t *cd, size_t n, const char *separator)
{
    for (size_t i = 0; i < n; i++)
        printf("%s%" PRIu32, i > 0 ? separator : "", cd[i]);
}

static enum outcome print_h5repack(const struct filter_options *request)
{
    uint32_t cd[WN_CD_VALUES];
    const size_t n = wn_params_to_cd(&request->params, cd);
    printf("UD=%d,0,%zu%s", WN_FILTER_ID, n, n > 0 ? "," : "");
    print_values(cd, n, ",");
    putchar('\n');
    return DONE;
}

static enum outcome print_h5py(const struct filter_options *request)
{
    uint32_t cd[WN_CD_VALUES];
    const size_t n = wn_params_to_cd(&request->params, cd);
    putchar('(');
    print_values(cd, n, ", ");
    puts(")");
    return DONE;
}

static enum outcome print_json(const struct filter_options *request)
{
    uint32_t cd[WN_CD_VALUES];
    const size_t n = wn_params_to_cd(&request->params, cd);
    struct explanation topics[WN_PARAM_ROWS];
    struct json json = {.depth = 0};
    explain(&request->params, NULL, topics);
    json_begin(&json, NULL, '{');
    json_count(&json, "filter", WN_FILTER_ID);
    json_begin(&json, "cd_values", '[');
    for (size_t i = 0; i < n; i++)
        json_count(&json, NULL, cd[i]);
    json_end(&json, ']');
    explain_json(topics, &json);
    json_end(&json, '}');
    return json_print(&json, stdout);
}

static enum outcome print_explained(const struct filter_options *request)
{
    struct explanation topics[WN_PARAM_ROWS];
    explain(&request->params, NULL, topics);
    printf("Parameters of winnow, HDF5 filter %d:\n", WN_FILTER_ID);
    explain_print(topics, request->from, stdout);
    puts("\nh5repack, option -f, after the name of the dataset and a colon:");
    print_h5repack(request);
    puts("\nh5py, compression_opts:");
    print_h5py(request);
    puts("\nJSON:");
    return print_json(request);
}

static const struct {
    const char *name;
    enum outcome (*print)(const struct filter_options *request);
} FORMATS[] = {
    {"h5repack", print_h5repack},
    {"h5py", print_h5py},
    {"json", print_json},
};

/* How to print a format; NULL: there is no such format. */
static enum outcome (*find_format(const char *name))(const struct filter_options *)
{
    for (size_t i = 0; i < sizeof FORMATS / sizeof FORMATS[0]; i++)
        if (strcmp(FORMATS[i].name, name) == 0)
            return FORMATS[i].print;
    complain("--format cannot be '%s'", name);
    return NULL;
}

static enum outcome print_help(void)
{
    fputs(USAGE, stdout);
    filter_options_usage(FILTER_OPTIONS_ALL, stdout);
    fputs(OUTPUT_USAGE, stdout);
    return DONE;
}

static enum outcome print_table(int argc)
{
    if (argc != 2) {
        complain("--table is the same for all parameters: leave out everything else");
        return WRONG_USAGE;
    }
    return param_json_print(stdout);
}

enum outcome verb_params(int argc, char **argv)
{
    enum outcome (*print)(const struct filter_options *) = print_explained;
    struct filter_options request;
    enum outcome outcome = DONE;
    struct option options[FILTER_OPTIONS_GETOPT_MAX];
    int option;
    filter_options_init(&request);
    filter_options_getopt(OPTIONS, FILTER_OPTIONS_ALL, options);
    while (outcome == DONE && (option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (option == OPTION_HELP)
            return print_help();
        if (option == OPTION_TABLE)
            return print_table(argc);
        if (option == OPTION_FORMAT)
            print = find_format(optarg);
        if (option == '?' || !print)
            return WRONG_USAGE;
        if (option >= FILTER_OPTION_FIRST)
            outcome = filter_options_take(&request, option, optarg);
    }
    if (outcome == DONE && optind < argc) {
        complain("params takes no input, but got '%s'", argv[optind]);
        return WRONG_USAGE;
    }
    if (outcome == DONE)
        outcome = filter_options_finish(&request);
    if (outcome == DONE)
        outcome = print(&request);
    return outcome;
}
