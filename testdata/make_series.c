/* Writes the test series: simulated diffraction frames whose truth is known. */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "series.h"
#include "simulate.h"

#define FRAMES_MAX 1000000
#define LENGTH_MIN 32
#define LENGTH_MAX 16384
#define LEVEL_MAX  10000

enum { EXIT_USAGE = 2, EXIT_IO = 4 };

static const char USAGE[] =
    "usage: make_series [options] OUTPUT.h5\n"
    "Writes simulated diffraction frames and their truth; the same options give the same data.\n"
    "  --frames N           number of frames, 0.1 degree each (default 10)\n"
    "  --size WIDTHxHEIGHT  of the detector in pixels, 32 to 16384 each (default 1030x1065)\n"
    "  --seed S             of intensities, defects and noise, 0 to 2^64-1 (default 1)\n"
    "  --level FACTOR       multiplies the background, 0 to 10000 (default 1.0)\n"
    "  --layout LAYOUT      nxmx: one file (default); eiger: OUTPUT, which must end in\n"
    "                       " MASTER_ENDING ", and beside it ..._data_000001.h5\n"
    "  --help               print this\n"
    "Exit status: 0 done, 2 wrong usage, 4 a file could not be written.\n";

struct options {
    size_t frames, width, height;
    uint64_t seed;
    double level;
    bool eiger;
    const char *output;
};

/* Reads a whole number and sets *end behind it. */
static bool parse_number(const char *text, uint64_t lowest, uint64_t highest, uint64_t *value,
                         const char **end)
{
    if (*text < '0' || *text > '9')
        return false;
    char *stop;
    errno = 0;
    const unsigned long long number = strtoull(text, &stop, 10);
    *value = number;
    *end = stop;
    return errno == 0 && number >= lowest && number <= highest;
}

/* A whole number and nothing else. */
static bool parse_count(const char *text, uint64_t lowest, uint64_t highest, uint64_t *value)
{
    const char *end;
    return parse_number(text, lowest, highest, value, &end) && *end == '\0';
}

/* WIDTHxHEIGHT. */
static bool parse_size(const char *text, size_t *width, size_t *height)
{
    uint64_t columns, rows;
    const char *end;
    if (!parse_number(text, LENGTH_MIN, LENGTH_MAX, &columns, &end) || *end != 'x' ||
        !parse_count(end + 1, LENGTH_MIN, LENGTH_MAX, &rows))
        return false;
    *width = (size_t)columns;
    *height = (size_t)rows;
    return true;
}

/* A finite factor. */
static bool parse_level(const char *text, double *level)
{
    char *end;
    *level = strtod(text, &end);
    return end != text && *end == '\0' && isfinite(*level) && *level >= 0 && *level <= LEVEL_MAX;
}

/* The name of a layout. */
static bool parse_layout(const char *text, bool *eiger)
{
    *eiger = strcmp(text, "eiger") == 0;
    return *eiger || strcmp(text, "nxmx") == 0;
}

/* The value of one option, by its letter. */
static bool parse_option(int option, const char *text, struct options *options)
{
    uint64_t frames;
    switch (option) {
    case 'f':
        if (!parse_count(text, 1, FRAMES_MAX, &frames))
            return false;
        options->frames = (size_t)frames;
        return true;
    case 's':
        return parse_size(text, &options->width, &options->height);
    case 'r':
        return parse_count(text, 0, UINT64_MAX, &options->seed);
    case 'l':
        return parse_level(text, &options->level);
    default:
        return parse_layout(text, &options->eiger);
    }
}

/* Whether a text is longer than an ending and ends with it. */
static bool ends_with(const char *text, const char *ending)
{
    const size_t length = strlen(text), tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

/* Reads the command line; reports what is wrong with it. Ends the program after --help. */
static bool parse_options(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {{"frames", required_argument, NULL, 'f'},
                                          {"size", required_argument, NULL, 's'},
                                          {"seed", required_argument, NULL, 'r'},
                                          {"level", required_argument, NULL, 'l'},
                                          {"layout", required_argument, NULL, 'y'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int option, index = 0;
    while ((option = getopt_long(argc, argv, "", names, &index)) != -1) {
        if (option == '?')
            return false;
        if (option == 'h') {
            fputs(USAGE, stdout);
            exit(EXIT_SUCCESS);
        }
        if (!parse_option(option, optarg, options)) {
            fprintf(stderr, "make_series: --%s cannot be '%s'\n", names[index].name, optarg);
            return false;
        }
    }
    if (argc - optind != 1) {
        fprintf(stderr, "make_series: give one output file\n");
        return false;
    }
    options->output = argv[optind];
    if (options->eiger && !ends_with(options->output, MASTER_ENDING)) {
        fprintf(stderr, "make_series: %s: the name must end in " MASTER_ENDING "\n",
                options->output);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    struct options options = {.frames = 10, .width = 1030, .height = 1065, .seed = 1, .level = 1};
    if (!parse_options(argc, argv, &options)) {
        fputs("Try make_series --help.\n", stderr);
        return EXIT_USAGE;
    }
    struct experiment experiment = experiment_new(options.frames, options.width, options.height);
    experiment.seed = options.seed;
    experiment.level = options.level;
    struct simulation *simulation = simulation_new(&experiment);
    if (!simulation) {
        fprintf(stderr, "make_series: not enough memory for frames of %zu x %zu pixels\n",
                options.width, options.height);
        return EXIT_IO;
    }
    const bool written = options.eiger ? series_write_eiger(simulation, options.output)
                                       : series_write_nxmx(simulation, options.output);
    simulation_free(simulation);
    return written ? EXIT_SUCCESS : EXIT_IO;
}
