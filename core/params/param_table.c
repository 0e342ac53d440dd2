/* The table of parameters: for every field of wn_params its unit, range, default, slot in the
 * stored list, option and help text. All code that checks, stores, reads, explains or documents
 * parameters is driven by this table: here, in h5winnow and in the Python module. */
#include "winnow.h"

#define COUNT(ARRAY) (sizeof(ARRAY) / sizeof(ARRAY)[0])

#define FIELD(NAME)                                                                                \
    .name = #NAME, .offset = offsetof(wn_params, NAME), .size = sizeof(((wn_params *)0)->NAME)

/* A field that has a slot to itself. */
#define SLOT(SLOT_NAME) .slot = WN_CD_##SLOT_NAME

/* A field that is one decimal digit of the method slot; PLACE = 1, 10, 100 ... */
#define METHOD_DIGIT(PLACE) .slot = WN_CD_METHOD, .place = (PLACE), .digit = 10

/* An enumeration with the values 1, 2, 3 ... in the order of ARRAY; 0 is the default. */
#define CHOICES(ARRAY)                                                                             \
    .kind = WN_PARAM_CHOICE, .scale = 1, .unit = "", .choice = (ARRAY), .choices = COUNT(ARRAY),   \
    .highest = COUNT(ARRAY)

#define SWITCH .kind = WN_PARAM_SWITCH, .scale = 1, .unit = "", .highest = 1

#define NUMBER(UNIT, SCALE, LOWEST, HIGHEST)                                                       \
    .kind = WN_PARAM_NUMBER, .unit = (UNIT), .scale = (SCALE), .lowest = (LOWEST),                 \
    .highest = (HIGHEST)

#define TEXT_OF(MACRO) #MACRO
#define TEXT(MACRO)    TEXT_OF(MACRO)

/* Largest tile edge. Even a frame of a single row of WN_ARRAY_MAX pixels then has no more cells
 * than 16-bit cell numbers allow. */
#define MAX_TILE 131072

/* Eight cells to a ring, numbered in 16 bits. */
#define MAX_RINGS 8191

static const wn_choice MODELS[] = {
    {WN_MODEL_RADIAL, "radial", "rings about the beam centre", "rings about the beam centre"},
    {WN_MODEL_TILES, "tiles", "no geometry needed", "square tiles; no geometry needed"},
};

static const wn_choice ERROR_MODELS[] = {
    {WN_ERROR_POISSON, "poisson", NULL, "square root of the mean"},
    {WN_ERROR_AZIMUTHAL, "azimuthal", NULL, "standard deviation of the pixels"},
    {WN_ERROR_HYBRID, "hybrid", NULL, "azimuthal for clipping, poisson for picking"},
};

static const wn_choice KEEP_RULES[] = {
    {WN_KEEP_OUTLIER, "outlier", "pixels above the cut-off",
     "each pixel that exceeds its background by the cut-off"},
    {WN_KEEP_CLUSTER, "cluster", "squares of pixels with signal",
     "small squares of pixels that contain signal, and a halo around it"},
    {WN_KEEP_ALL, "all", "every pixel, without loss", "every pixel, without loss"},
};

/* What is stored of the pixels that are not kept. The second row stands for all block sizes. */
static const wn_choice BACKGROUNDS[] = {
    {0, "law", "their distribution alone", "only the distribution of the background"},
    {2, "blocks:B", NULL, "also the sum of the counts of each block of B x B pixels, B 2 to 8"},
};

static const wn_choice NOISE[] = {
    {false, "on", "with noise", NULL},
    {true, "off", "without noise: the mean of the background", NULL},
};

static const wn_choice COMPATIBLE[] = {{true, "pyfai", NULL, NULL}};

/* clang-format off */
static const wn_param TABLE[] = {
    {FIELD(model), METHOD_DIGIT(1), CHOICES(MODELS), .group = WN_GROUP_BACKGROUND,
     .standard_text = "radial if there is a beam centre, otherwise tiles",
     .option = "--model", .argument = "MODEL", .help = "how the frame is divided into regions",
     .key = "model", .label = "background", .title = "background model"},

    {FIELD(centre_x), SLOT(CENTRE_X), NUMBER("pixel", 1000, INT32_MIN, INT32_MAX),
     .group = WN_GROUP_PLACE, .effect = WN_IF_RADIAL,
     .option = "--centre", .argument = "X,Y",
     .help = "beam centre, pixel; the first pixel's centre is 0,0",
     .key = "centre_pixel", .label = "beam centre", .title = "column of the beam centre"},

    {FIELD(centre_y), SLOT(CENTRE_Y), NUMBER("pixel", 1000, INT32_MIN, INT32_MAX),
     .group = WN_GROUP_PLACE, .effect = WN_IF_RADIAL, .title = "row of the beam centre"},

    {FIELD(distance), SLOT(DISTANCE), NUMBER("pixel widths", 1000, 1, INT32_MAX),
     .group = WN_GROUP_PLACE, .effect = WN_IF_RADIAL,
     .standard_text = "not given", .standard_json = "null",
     .option = "--distance", .argument = "MM",
     .help = "from sample to detector plane along its normal, mm",
     .key = "distance_pixel", .label = "distance", .title = "distance"},

    {FIELD(aspect), SLOT(ASPECT), NUMBER("pixel widths", 1000000, 10000, 100000000),
     .group = WN_GROUP_PLACE, .effect = WN_IF_RADIAL,
     .standard_text = "1 pixel width", .standard_json = "1",
     .option = "--pixel-size", .argument = "UM[,UM]",
     .help = "width and height of a pixel, micrometre; needed for a distance",
     .key = "pixel_aspect", .label = "pixel height", .title = "height of a pixel"},

    {FIELD(rot1), SLOT(ROT1), NUMBER("rad", 1000000, -1500000, 1500000),
     .group = WN_GROUP_PLACE, .effect = WN_IF_RADIAL,
     .option = "--rot1", .argument = "RAD",
     .help = "rotation of the detector about its slow axis as in a PONI file, radian",
     .key = "rot1_rad", .label = "rot1", .title = "rot1"},

    {FIELD(rot2), SLOT(ROT2), NUMBER("rad", 1000000, -1500000, 1500000),
     .group = WN_GROUP_PLACE, .effect = WN_IF_RADIAL,
     .option = "--rot2", .argument = "RAD", .help = "rotation about its fast axis likewise, radian",
     .key = "rot2_rad", .label = "rot2", .title = "rot2"},

    {FIELD(bins), SLOT(BINS), NUMBER("", 1, 1, MAX_RINGS),
     .group = WN_GROUP_BACKGROUND, .meaning = WN_IF_RADIAL,
     .standard_text = "one for every " TEXT(WN_DEFAULT_RING_WIDTH) " pixels of radius",
     .standard_json = "\"auto\"",
     .option = "--bins", .argument = "N", .help = "number of rings",
     .key = "rings", .label = "rings", .title = "number of rings"},

    {FIELD(bins), SLOT(BINS), NUMBER("pixel", 1, 4, MAX_TILE),
     .group = WN_GROUP_BACKGROUND, .meaning = WN_IF_TILES, .standard = WN_DEFAULT_TILE,
     .option = "--tile", .argument = "PIXELS", .help = "edge of a tile, pixel, a multiple of 4",
     .key = "tile_pixel", .label = "tile edge", .title = "tile edge"},

    {FIELD(error_model), METHOD_DIGIT(10), CHOICES(ERROR_MODELS), .group = WN_GROUP_BACKGROUND,
     .standard_text = "hybrid for integers, azimuthal for floats",
     .standard_json = "\"auto\"",
     .option = "--error-model", .argument = "MODEL",
     .help = "how the spread (sigma) of a region is obtained",
     .key = "error_model", .label = "error model", .title = "error model"},

    {FIELD(clip), SLOT(CLIP), NUMBER("sigma", 100, 1, 10000), .group = WN_GROUP_BACKGROUND,
     .standard_text = "Chauvenet's criterion", .standard_json = "\"chauvenet\"",
     .option = "--clip", .argument = "SIGMA", .help = "clipping cut-off, sigma",
     .key = "clip_sigma", .label = "clipping", .title = "clipping cut-off"},

    {FIELD(cycles), SLOT(CYCLES), NUMBER("", 1, 1, 100), .group = WN_GROUP_BACKGROUND,
     .standard = WN_DEFAULT_CYCLES,
     .option = "--cycles", .argument = "N", .help = "clipping cycles",
     .key = "cycles", .label = "clipping cycles", .title = "number of clipping cycles"},

    {.name = "quality", .kind = WN_PARAM_QUALITY, .scale = 1, .unit = "", .group = WN_GROUP_KEPT,
     .option = "--quality", .argument = "LEVEL",
     .help = "what the frames will be used for: a preset of the next six options; an option that "
             "is given as well overrides its part of the preset",
     .key = "quality", .label = "quality", .title = "quality"},

    {FIELD(keep), METHOD_DIGIT(100), CHOICES(KEEP_RULES), .group = WN_GROUP_KEPT,
     .standard = WN_KEEP_OUTLIER,
     .option = "--keep", .argument = "RULE", .help = "which pixels are kept bit for bit",
     .key = "keep", .label = "keep", .title = "keep"},

    {FIELD(pick), SLOT(PICK), NUMBER("sigma", 100, 1, 10000), .group = WN_GROUP_KEPT,
     .meaning = WN_IF_NO_CLUSTERS, .effect = WN_IF_PICKED, .standard = WN_DEFAULT_PICK,
     .option = "--pick", .argument = "SIGMA",
     .help = "cut-off above the background from which a pixel is signal, sigma",
     .key = "pick_sigma", .label = "picking", .title = "pick cut-off"},

    {FIELD(pick), SLOT(PICK), NUMBER("sigma", 100, 100, 3000), .group = WN_GROUP_KEPT,
     .meaning = WN_IF_CLUSTERS, .standard = WN_DEFAULT_SEED,
     .option = "--pick", .argument = "SIGMA",
     .help = "cut-off above the background from which a pixel is signal, sigma",
     .key = "pick_sigma", .label = "picking", .title = "pick cut-off of clusters"},

    {FIELD(halo), .slot = WN_CD_KEEP_DIGITS, .place = 10, .digit = 10, NUMBER("pixel", 1, 1, 9),
     .group = WN_GROUP_KEPT, .meaning = WN_IF_BLOCKS, .effect = WN_IF_CLUSTERS,
     .standard = WN_DEFAULT_HALO,
     .option = "--halo", .argument = "PIXELS",
     .help = "cluster: width of the border kept around signal, pixel, 1 to 9",
     .key = "halo_pixel", .label = "halo", .title = "halo"},

    {FIELD(halo), .slot = WN_CD_KEEP_DIGITS, .place = 10, .digit = 10, NUMBER("pixel", 1, 1, 9),
     .group = WN_GROUP_KEPT, .meaning = WN_IF_NO_BLOCKS, .effect = WN_IF_CLUSTERS,
     .option = "--halo", .argument = "PIXELS",
     .help = "cluster: width of the border kept around signal, pixel, 1 to 9",
     .key = "halo_pixel", .label = "halo", .title = "halo"},

    {FIELD(filter_width), .slot = WN_CD_KEEP_DIGITS, .place = 100, .digit = 100,
     NUMBER("pixel", 10, 1, 99), .group = WN_GROUP_KEPT, .effect = WN_IF_CLUSTERS,
     .standard_text = "box of 3 x 3 pixels", .standard_json = "null",
     .option = "--filter", .argument = "PIXELS",
     .help = "cluster: sigma of the Gaussian filter that finds signal, pixel, 0.1 to 9.9",
     .key = "filter_pixel", .label = "filter", .title = "filter width",
     .remark = ", sigma of a Gaussian"},

    {FIELD(noise_floor), SLOT(NOISE_FLOOR), NUMBER("counts", 100, 0, 100000000),
     .group = WN_GROUP_KEPT, .effect = WN_IF_OUTLIERS,
     .standard_text = "none", .standard_json = "0",
     .option = "--noise-floor", .argument = "COUNTS",
     .help = "outlier: noise floor of pyFAI's published rule, counts; without one, integers are "
             "compared with the quantile of their Poisson distribution",
     .key = "noise_floor_counts", .label = "noise floor", .title = "noise floor"},

    {FIELD(block), .slot = WN_CD_KEEP_DIGITS, .place = 1, .digit = 10, NUMBER("pixel", 1, 2, 8),
     .group = WN_GROUP_KEPT, .effect = WN_IF_PICKED,
     .choice = BACKGROUNDS, .choices = COUNT(BACKGROUNDS), .standard_json = "\"law\"",
     .option = "--background", .argument = "FORM",
     .help = "what is stored of the pixels that are not kept",
     .key = "background", .label = "not kept", .title = "edge of a block"},

    {FIELD(solid_angle), METHOD_DIGIT(100000), SWITCH,
     .group = WN_GROUP_BACKGROUND, .effect = WN_IF_RADIAL,
     .option = "--solid-angle", .help = "normalise by the solid angle; needs the distance",
     .key = "solid_angle", .label = "solid angle", .title = "solid angle"},

    {FIELD(polarisation), SLOT(POLARISATION), NUMBER("", 1000, -1000, 1000),
     .group = WN_GROUP_BACKGROUND, .effect = WN_IF_RADIAL, .in_use = "polarised",
     .standard_text = "no", .standard_json = "null",
     .option = "--polarisation", .argument = "FACTOR",
     .help = "normalise by the polarisation, factor -1 to 1; needs the distance",
     .key = "polarisation", .label = "polarisation", .title = "polarisation factor",
     .remark = " (factor)"},

    {FIELD(polarised), METHOD_DIGIT(1000000), SWITCH,
     .group = WN_GROUP_BACKGROUND, .effect = WN_IF_RADIAL, .title = "polarisation"},

    {FIELD(dummy), SLOT(DUMMY), NUMBER("", 1, INT32_MIN, INT32_MAX),
     .group = WN_GROUP_RESTORED, .in_use = "has_dummy",
     .standard_text = "none", .standard_json = "null",
     .option = "--dummy", .argument = "VALUE",
     .help = "a further value that marks invalid pixels, an integer",
     .key = "dummy", .label = "dummy", .title = "dummy"},

    {FIELD(has_dummy), METHOD_DIGIT(10000000), SWITCH, .group = WN_GROUP_RESTORED,
     .title = "dummy"},

    {FIELD(plain_mean), METHOD_DIGIT(1000), .kind = WN_PARAM_CHOICE, .scale = 1, .unit = "",
     .highest = true, .choice = NOISE, .choices = COUNT(NOISE), .group = WN_GROUP_RESTORED,
     .option = "--noise", .argument = "on|off",
     .help = "restore the background with or without noise",
     .key = "noise", .label = "restore", .title = "restore without noise"},

    {FIELD(compat_pyfai), METHOD_DIGIT(10000), SWITCH, .group = WN_GROUP_RESTORED,
     .choice = COMPATIBLE, .choices = COUNT(COMPATIBLE),
     .option = "--compat", .argument = "pyfai", .help = "clip and pick exactly as pyFAI does",
     .key = "compat_pyfai", .label = "as pyFAI", .title = "compatible with pyFAI"},

    {FIELD(width), SLOT(WIDTH), NUMBER("pixel", 1, 1, UINT32_MAX), .group = WN_GROUP_FRAME,
     .standard_text = "that of the chunk", .standard_json = "null",
     .option = "--frame", .argument = "WIDTHxHEIGHT",
     .help = "size of a frame, pixel; chunks that hold only part of a frame are then refused",
     .key = "frame_pixel", .label = "frame", .title = "width of a frame"},

    {FIELD(height), SLOT(HEIGHT), NUMBER("pixel", 1, 1, UINT32_MAX), .group = WN_GROUP_FRAME,
     .title = "height of a frame"},
};
/* clang-format on */

_Static_assert(COUNT(TABLE) == WN_PARAM_ROWS, "WN_PARAM_ROWS in winnow.h does not match TABLE");

const wn_param *wn_param_table(void)
{
    return TABLE;
}
