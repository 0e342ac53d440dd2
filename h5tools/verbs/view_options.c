/* The window and the picture are chosen later, when the size of the frame is known (view.c). */
#include "verbs/view_options.h"

#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/message.h"
#include "base/parse_numbers.h"
#include "plot/canvas.h"

/* clang-format off */
const char VIEW_USAGE[] =
    "usage: h5winnow view [options] --frame N FILE[::DATASET] [OUTPUT]\n"
    "Makes a picture of a frame: high counts are dark, masked pixels blue, spots circled if the\n"
    "file has a table of them, and resolution rings drawn if geometry and wavelength are known.\n"
    "The suffix of OUTPUT, .png, .svg or .pdf, selects the format; the default is FILE_N.png in\n"
    "the current folder.\n"
    "\n"
    "  --frame N               number of the frame in the file, counted from 0\n"
    "  --scale log|linear      colour scale; default log, of counts + 1\n"
    "  --range LOW,HIGH        counts of the lightest and the darkest colour; by default\n"
    "                          the background is light and strong spots are dark\n"
    "  --colour grey|heat      default grey; in heat (the map inferno) high counts are bright\n"
    "  --zoom X,Y,SIZE         only SIZE x SIZE pixels about pixel X,Y\n"
    "  --bin N                 show the maximum of N x N pixels; by default such that the frame\n"
    "                          has at most 1300 pixels; small frames are magnified\n"
    "  --spots FILE[::NAME]    the table of spots in another file; none: no circles\n"
    "  --rings D,D,..          resolutions of the rings, angstrom; auto: evenly spread; none\n"
    "  --wavelength ANGSTROM   for the rings; default as the file says\n"
    "  --force                 replace OUTPUT if it exists\n"
    "  --help                  print this\n"
    "\n";
/* clang-format on */

enum {
    OPTION_FRAME = 1,
    OPTION_SCALE,
    OPTION_RANGE,
    OPTION_COLOUR,
    OPTION_ZOOM,
    OPTION_BIN,
    OPTION_SPOTS,
    OPTION_RINGS,
    OPTION_WAVELENGTH,
    OPTION_FORCE,
    OPTION_HELP,
};

static const struct option OPTIONS[] = {
    {"frame", required_argument, NULL, OPTION_FRAME},
    {"scale", required_argument, NULL, OPTION_SCALE},
    {"range", required_argument, NULL, OPTION_RANGE},
    {"colour", required_argument, NULL, OPTION_COLOUR},
    {"zoom", required_argument, NULL, OPTION_ZOOM},
    {"bin", required_argument, NULL, OPTION_BIN},
    {"spots", required_argument, NULL, OPTION_SPOTS},
    {"rings", required_argument, NULL, OPTION_RINGS},
    {"wavelength", required_argument, NULL, OPTION_WAVELENGTH},
    {"force", no_argument, NULL, OPTION_FORCE},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0},
};

static bool read_whole(const char *text, uint64_t *number)
{
    char *end;
    *number = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && *number < UINT64_MAX;
}

static bool read_zoom(struct view_options *options, const char *text)
{
    int end = -1;
    if (strspn(text, "0123456789,") != strlen(text) || strlen(text) > 30)
        return false;
    const int n = sscanf(text, "%9" SCNu32 ",%9" SCNu32 ",%9" SCNu32 "%n", &options->zoom_x,
                         &options->zoom_y, &options->zoom_size, &end);
    options->has_zoom = n == 3 && end == (int)strlen(text) && options->zoom_size > 0;
    return options->has_zoom;
}

static bool read_rings(struct view_options *options, const char *text)
{
    options->rings = RINGS_GIVEN;
    options->ring_count = 0;
    if (strcasecmp(text, "auto") == 0)
        options->rings = RINGS_AUTO;
    if (strcmp(text, "none") == 0)
        options->rings = RINGS_NONE;
    while (options->rings == RINGS_GIVEN) {
        char *end;
        const double d = strtod(text, &end);
        if (end == text || !(d > 0 && isfinite(d)) || options->ring_count == RESOLUTION_RINGS_MAX)
            return false;
        options->d[options->ring_count++] = d;
        if (*end == '\0')
            return true;
        if (*end != ',')
            return false;
        text = end + 1;
    }
    return true;
}

static bool read_scale(struct view_options *options, const char *text)
{
    options->logarithmic = strcmp(text, "log") == 0;
    return options->logarithmic || strcmp(text, "linear") == 0;
}

static bool read_value(struct view_options *options, int option, const char *text)
{
    switch (option) {
    case OPTION_FRAME:
        options->has_frame = true;
        return read_whole(text, &options->frame);
    case OPTION_SCALE:
        return read_scale(options, text);
    case OPTION_RANGE:
        options->has_range = true;
        return parse_pair(text, &options->low, &options->high) && options->low < options->high;
    case OPTION_COLOUR:
        options->colours = colours_find(text);
        return options->colours;
    case OPTION_ZOOM:
        return read_zoom(options, text);
    case OPTION_BIN:
        return parse_count(text, PICTURE_EDGE_MAX, &options->bin);
    case OPTION_SPOTS:
        options->no_spots = strcmp(text, "none") == 0;
        options->spots = text;
        return true;
    case OPTION_RINGS:
        return read_rings(options, text);
    case OPTION_WAVELENGTH:
        return parse_real(text, &options->wavelength) && options->wavelength > 0;
    case OPTION_FORCE:
        options->force = true;
        return true;
    default: /* OPTION_HELP */
        options->help = true;
        return true;
    }
}

static enum outcome read_option(struct view_options *options, int option, int index,
                                const char *text)
{
    if (option >= FILTER_OPTION_FIRST)
        return filter_options_take(&options->request, option, text);
    if (option == '?')
        return WRONG_USAGE;
    if (read_value(options, option, text))
        return DONE;
    complain("--%s cannot be '%s'", OPTIONS[index].name, text);
    return WRONG_USAGE;
}

enum outcome view_options_read(int argc, char **argv, struct view_options *options)
{
    enum outcome outcome = DONE;
    enum picture_format format;
    struct option all[FILTER_OPTIONS_GETOPT_MAX];
    int option, index = 0;
    *options = (struct view_options){.logarithmic = true, .colours = colours_find("grey")};
    filter_options_init(&options->request);
    filter_options_getopt(OPTIONS, FILTER_OPTIONS_GEOMETRY, all);
    while (outcome == DONE && !options->help &&
           (option = getopt_long(argc, argv, "", all, &index)) != -1)
        outcome = read_option(options, option, index, optarg);
    if (outcome != DONE || options->help)
        return outcome;
    if (argc - optind < 1 || argc - optind > 2 || !options->has_frame) {
        complain("view takes --frame N, one FILE or FILE::DATASET, and perhaps an OUTPUT");
        return WRONG_USAGE;
    }
    if (argv[optind + 1] && picture_format_of(argv[optind + 1], &format) != DONE)
        return WRONG_USAGE;
    if (options->has_range && options->logarithmic && options->low < 0) {
        complain("--range: a logarithmic scale begins at 0 or above: add --scale linear");
        return WRONG_USAGE;
    }
    return DONE;
}
