/*
 * libwinnow, the core of winnow: compression of diffraction frames that preserves the diffraction.
 *
 * A frame is separated into signal and background. The background is estimated by sigma clipping
 * along the Debye-Scherrer rings about the beam centre (or on a coarse grid of tiles where there
 * is no geometry). Pixels with signal are kept bit for bit; of the others only a small statistical
 * profile is stored, from which they are redrawn when the frame is read.
 *
 * Three artefacts share this library: the HDF5 filter plugin libh5zwinnow.so, the tool h5winnow,
 * and libwinnow itself, for other C programs. It does no input or output, knows no HDF5 and has no
 * global state. The usual way through it:
 *
 *     wn_params params;             the settings: geometry, clipping, picking
 *     wn_map_create(&params, ...)   which ring or tile each pixel belongs to; once per geometry
 *     wn_encode(map, ...)           frames -> chunk
 *     wn_decode(map, chunk, ...)    chunk -> frames
 *
 * Conventions: x is the column (fast axis), y the row (slow axis), pixel centres are at integers,
 * the centre of the first pixel is (0, 0). Frames are stored row by row. Masks say "valid": 1 means
 * that a pixel may be used. The byte layout of a chunk is documented in plugin/FORMAT.md.
 *
 * Thread safety: every function may be called from several threads at once, as long as no object
 * is written by one thread while another uses it. A wn_map is never written after its creation and
 * may be shared.
 *
 * Errors are values: functions that can fail return a wn_status, and leave their outputs untouched
 * unless they return WN_OK.
 */
#ifndef WINNOW_H
#define WINNOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- versions and identity ----------------------------------------------------------------- */

#define WN_VERSION_MAJOR 0
#define WN_VERSION_MINOR 1
#define WN_VERSION_PATCH 0
#define WN_VERSION       "0.1.0"

/* The HDF5 filter identifier. 32768-65535 is the range for use before registration. */
#define WN_FILTER_ID 47000

/* Its name: stored in every file, and what HDF5 shows where the plugin is missing. */
#define WN_FILTER_NAME "winnow (libh5zwinnow.so, see h5winnow doctor)"

/* Version of the parameter list, stored in cd_values[0]. */
#define WN_PARAMS_VERSION 1

/* Version of the chunk format, stored in every chunk. */
#define WN_FORMAT_VERSION 1

/* Length of the stored parameter list. h5dump, h5ls and h5repack have arrays of 20. */
#define WN_CD_VALUES 20

/* ---- errors -------------------------------------------------------------------------------- */

/* The numbers never change their meaning. */
typedef enum wn_status {
    WN_OK = 0,
    WN_ERR_MEMORY = 1,    /* an allocation failed */
    WN_ERR_ARGUMENT = 2,  /* an argument is out of its documented range */
    WN_ERR_PARAMS = 3,    /* the parameters contradict each other or are out of range */
    WN_ERR_SHAPE = 4,     /* the array is too small, too large or not what the map was made for */
    WN_ERR_SPACE = 5,     /* the destination is too small */
    WN_ERR_TRUNCATED = 6, /* the chunk ends before its contents do */
    WN_ERR_MAGIC = 7,     /* this is not a winnow chunk */
    WN_ERR_VERSION = 8,   /* the chunk or the parameters were written by a newer version */
    WN_ERR_CHECKSUM = 9,  /* the checksum of the chunk is wrong: the chunk is damaged */
    WN_ERR_CORRUPT = 10,  /* the checksum is right, but the contents make no sense */
    WN_ERR_MISMATCH = 11, /* the chunk holds another type or shape than was asked for */
    WN_ERR_BLOSC = 12,    /* Blosc failed */
} wn_status;

/* One English sentence for a status, never NULL. */
const char *wn_strerror(wn_status status);

/* The version of the library that is running, as "0.1.0". */
const char *wn_version(void);

/* ---- arrays -------------------------------------------------------------------------------- */

/* Element types. The number says what it is: 100 + bits for unsigned integers, 200 + bits for
 * signed integers, 300 + bits for IEEE 754 floats. */
typedef enum wn_type {
    WN_U8 = 108,
    WN_U16 = 116,
    WN_U32 = 132,
    WN_U64 = 164,
    WN_I8 = 208,
    WN_I16 = 216,
    WN_I32 = 232,
    WN_I64 = 264,
    WN_F32 = 332,
    WN_F64 = 364,
} wn_type;

/* Bytes of one element; 0 for an unknown type. */
size_t wn_type_size(wn_type type);

/* "uint32", "float64" and so on; "unknown" for an unknown type. */
const char *wn_type_name(wn_type type);

/* Whether it is one of the IEEE 754 floats. */
bool wn_type_is_float(wn_type type);

/* Layout of a stack of frames in memory: frames x height x width elements, contiguous. */
typedef struct wn_array {
    wn_type type;    /* element type */
    bool big_endian; /* byte order of the elements */
    uint32_t frames; /* >= 1 */
    uint32_t height; /* rows of a frame, >= 1 */
    uint32_t width;  /* columns of a frame, >= 1 */
} wn_array;

/* Whether this machine is big-endian: what wn_array.big_endian must be for native data. */
bool wn_native_big_endian(void);

/* Bytes of the whole stack; 0 if the type is unknown, a dimension is 0 or the stack is larger than
 * any chunk may be: WN_ARRAY_MAX bytes, or 2^24 frames. */
#define WN_ARRAY_MAX ((size_t)0x7fffffff - 65536)
size_t wn_array_bytes(const wn_array *array);

/* Convert n pixels of a frame, from `first` on (y * width + x), to doubles; NaN for those that are
 * flagged by their value: the maximum of integer types, negative numbers of signed ones, NaN and
 * infinities. */
void wn_pixel_values(const wn_array *array, const void *frame, size_t first, size_t n,
                     double *value);

/* ---- parameters ---------------------------------------------------------------------------- */

typedef enum wn_model {
    WN_MODEL_AUTO = 0,   /* radial if a beam centre is given, else tiles */
    WN_MODEL_RADIAL = 1, /* rings about the beam centre */
    WN_MODEL_TILES = 2,  /* square tiles: no geometry needed */
} wn_model;

typedef enum wn_error_model {
    WN_ERROR_AUTO = 0,      /* by the type of the pixels, see wn_params_error_model() */
    WN_ERROR_POISSON = 1,   /* the spread of a ring is the square root of its mean */
    WN_ERROR_AZIMUTHAL = 2, /* the spread of a ring is the standard deviation of its pixels */
    WN_ERROR_HYBRID = 3,    /* clip with the azimuthal spread, then pick with that of Poisson */
} wn_error_model;

typedef enum wn_keep {
    WN_KEEP_AUTO = 0,    /* outlier */
    WN_KEEP_OUTLIER = 1, /* keep each pixel that exceeds its background by the cut-off */
    WN_KEEP_CLUSTER = 2, /* keep squares of pixels with signal, and a halo; integers only */
    WN_KEEP_ALL = 3,     /* keep every pixel, its count coded relative to the background */
} wn_keep;

/* What 0 stands for in the fields below. */
#define WN_DEFAULT_PICK       100 /* 1/100 sigma */
#define WN_DEFAULT_CYCLES     5
#define WN_DEFAULT_TILE       64  /* pixels; more for frames of over 16 Mpixels */
#define WN_DEFAULT_RING_WIDTH 2   /* pixels */
#define WN_DEFAULT_SEED       300 /* pick with WN_KEEP_CLUSTER, 1/100 sigma */
#define WN_DEFAULT_HALO       2   /* pixels, with blocks */

/* What WN_ERROR_AUTO stands for, see wn_params_error_model(). */
#define WN_DEFAULT_ERROR_MODEL       WN_ERROR_HYBRID
#define WN_DEFAULT_FLOAT_ERROR_MODEL WN_ERROR_AZIMUTHAL

/*
 * Parameters. Every field is an integer with a unit, so that the structure and its stored form
 * (cd_values) are equivalent; 0 always means the default. For the stored form see
 * wn_params_to_cd().
 */
typedef struct wn_params {
    wn_model model;             /* background model */
    wn_error_model error_model; /* how the spread of a ring or tile is obtained */
    wn_keep keep;               /* which pixels are kept */
    bool plain_mean;            /* restore the background as its mean, without noise */
    bool compat_pyfai;          /* clip and pick exactly as pyFAI does, with its variance floor */
    bool solid_angle;           /* normalise by the solid angle; needs distance */
    bool polarised;             /* normalise by the polarisation; needs distance */
    bool has_dummy;             /* `dummy` is in use */

    int32_t centre_x;    /* beam centre, column, 1/1000 pixel */
    int32_t centre_y;    /* beam centre, row, 1/1000 pixel */
    int32_t pick;        /* pick cut-off, 1/100 sigma; 0: WN_DEFAULT_PICK, with WN_KEEP_CLUSTER,
                            where it is 100 to 3000, WN_DEFAULT_SEED */
    int32_t noise_floor; /* noise floor of the published pick rule, 1/100 count; 0: none, and
                            integers are picked by the Poisson quantile */
    int32_t bins;        /* radial: number of rings; 0: one for every WN_DEFAULT_RING_WIDTH pixels.
                            tiles: edge of a tile, pixels, a multiple of 4; 0: WN_DEFAULT_TILE */
    int32_t clip;        /* clipping cut-off, 1/100 sigma; 0: Chauvenet's criterion */
    int32_t cycles;      /* clipping cycles; 0: WN_DEFAULT_CYCLES */
    int32_t distance;    /* sample to detector plane, along the plane's normal, 1/1000 pixel
                            width; 0: not known */
    int32_t aspect;      /* pixel height / pixel width, 1/1000000; 0: square */
    int32_t rot1; /* rotation about the slow axis as in a PONI file, microradian, up to 1.5 rad
                     either way */
    int32_t rot2; /* rotation about the fast axis likewise */
    int32_t polarisation; /* polarisation factor, 1/1000, -1000 to 1000; used if `polarised` */
    int32_t dummy; /* one more value that flags a pixel; used if `has_dummy`. No other integer is
                      ever restored as the dummy; a float that is drawn may be, once in ten
                      million: flag floats by NaN */
    int32_t block; /* edge of blocks, 2 to 8 pixels: of the pixels that are not kept the sum of
                      the counts of each block is stored; 0: only their distribution */
    int32_t halo;  /* WN_KEEP_CLUSTER: pixels kept around a seed, up to 9; 0: WN_DEFAULT_HALO with
                      blocks, none without */
    int32_t filter_width; /* WN_KEEP_CLUSTER: sigma of the Gaussian filter, 1/10 pixel, up to 99;
                             0: a box of 3 x 3 pixels */
    uint32_t width;       /* columns of a frame; 0: those of the chunk */
    uint32_t height;      /* rows of a frame; 0: those of the chunk */
} wn_params;

/* All defaults. */
void wn_params_init(wn_params *params);

/* Quality levels, presets of the parameters. See wn_quality_table() for their meaning and
 * tests/quality/README.md for measurements. */
typedef enum wn_quality {
    WN_QUALITY_LOSSLESS = 1,
    WN_QUALITY_TRANSPARENT = 2,
    WN_QUALITY_HIGH = 3,
    WN_QUALITY_COMPACT = 4,
    WN_QUALITY_HITS = 5,
} wn_quality;

/* Number of quality levels. */
#define WN_QUALITY_LEVELS 5

/* Values that a level sets; the other parameters that determine the quality become 0. */
typedef struct wn_quality_choice {
    wn_keep keep;
    int32_t pick, halo, block;
} wn_quality_choice;

typedef struct wn_quality_level {
    wn_quality quality;
    const char *name;         /* "lossless" */
    const char *help;         /* what is exact, and what the level is for */
    wn_quality_choice counts; /* for integers */
    wn_quality_choice floats; /* for floats, of which no sums can be stored */
} wn_quality_level;

/* WN_QUALITY_LEVELS levels, best first. */
const wn_quality_level *wn_quality_table(void);

/* Set the parameters that determine the quality (keep, pick, noise_floor, block, halo,
 * filter_width) for pixels of a type. WN_ERR_ARGUMENT: unknown level or type. */
wn_status wn_params_quality(wn_quality quality, wn_type type, wn_params *params);

/* "lossless", "transparent" and so on; "unknown" for an unknown level. */
const char *wn_quality_name(wn_quality quality);

/* The background model that results from these parameters: radial or tiles, never auto. */
wn_model wn_params_model(const wn_params *params);

/* The error model that results from these parameters for pixels of a type, never auto. */
wn_error_model wn_params_error_model(const wn_params *params, wn_type type);

/* Whether the parameters are in range and consistent. On WN_ERR_PARAMS the reason, one English
 * sentence, is written to why[0..why_size); `why` may be NULL. */
wn_status wn_params_check(const wn_params *params, char *why, size_t why_size);

/* Whether frames of this array can be encoded with these parameters (the model, a chunk that holds
 * only part of a frame, sizes); `why` as in wn_params_check(). Includes wn_params_check(). */
wn_status wn_params_fit(const wn_params *params, const wn_array *array, char *why, size_t why_size);

/*
 * The stored form: the cd_values of the HDF5 filter. Slot by slot
 *
 *      0  version of this list, WN_PARAMS_VERSION (0: the current one)
 *      1  method, decimal digits from the right: background model; error model; keep;
 *         1 = restore without noise; 1 = pyFAI-compatible; 1 = solid angle; 1 = polarisation;
 *         1 = dummy in use
 *      2  centre_x        5  noise_floor      8  cycles       11  rot1             14  dummy
 *      3  centre_y        6  bins             9  distance     12  rot2             15  keeping
 *      4  pick            7  clip            10  aspect       13  polarisation
 *     16  width          17  height
 *     18  frames in a chunk            } added by the filter when a dataset is created; a list
 *     19  element type, + 1000 if      } that has them is complete
 *         big-endian                   }
 *
 * keeping: decimal digits from the right: block; halo; filter_width (two digits). Negative numbers
 * are stored as two's complement. Trailing zeros may be left out.
 */
enum wn_cd_slot {
    WN_CD_VERSION,
    WN_CD_METHOD,
    WN_CD_CENTRE_X,
    WN_CD_CENTRE_Y,
    WN_CD_PICK,
    WN_CD_NOISE_FLOOR,
    WN_CD_BINS,
    WN_CD_CLIP,
    WN_CD_CYCLES,
    WN_CD_DISTANCE,
    WN_CD_ASPECT,
    WN_CD_ROT1,
    WN_CD_ROT2,
    WN_CD_POLARISATION,
    WN_CD_DUMMY,
    WN_CD_KEEP_DIGITS,
    WN_CD_WIDTH,
    WN_CD_HEIGHT,
    WN_CD_FRAMES,
    WN_CD_TYPE,
};

/* Write the user's slots (0 to 17), followed by zeros. Returns the number of slots without trailing
 * zeros: 0 if all parameters have their defaults. */
size_t wn_params_to_cd(const wn_params *params, uint32_t cd[WN_CD_VALUES]);

/* Read a list of n values (cd may be NULL if n is 0). Their ranges and consistency are not checked;
 * see wn_params_check(). WN_ERR_VERSION: another version of the list; WN_ERR_PARAMS: too many
 * values, or an unknown digit in the slots 1 or 15; `why` as in wn_params_check(). */
wn_status wn_params_from_cd(const uint32_t *cd, size_t n, wn_params *params, char *why,
                            size_t why_size);

/* Complete a list with the properties of an array: width, height, frames and type. */
void wn_array_to_cd(const wn_array *array, uint32_t cd[WN_CD_VALUES]);

/* Read the array back from a complete list. WN_ERR_PARAMS: the list is not complete, or not of a
 * valid array. WN_ERR_VERSION: another version of the list. */
wn_status wn_array_from_cd(const uint32_t *cd, size_t n, wn_array *array);

/* ---- the table of parameters ---------------------------------------------------------------- */

/* Kinds of parameters. */
typedef enum wn_param_kind {
    WN_PARAM_NUMBER,  /* a number with a unit */
    WN_PARAM_SWITCH,  /* true or false */
    WN_PARAM_CHOICE,  /* one of some words */
    WN_PARAM_QUALITY, /* a quality level: sets several fields, is not itself a field */
} wn_param_kind;

/* Subjects of parameters. */
typedef enum wn_param_group {
    WN_GROUP_PLACE,      /* position of the detector */
    WN_GROUP_FRAME,      /* the size of a frame */
    WN_GROUP_BACKGROUND, /* how the background is estimated */
    WN_GROUP_KEPT,       /* which pixels are kept: set by a quality level */
    WN_GROUP_RESTORED,   /* how frames are restored, flags, compatibility */
} wn_param_group;

/* Conditions under which a row of the table applies. */
typedef enum wn_condition {
    WN_ALWAYS,
    WN_IF_RADIAL,      /* rings */
    WN_IF_TILES,       /* no rings */
    WN_IF_PICKED,      /* not all pixels are kept */
    WN_IF_OUTLIERS,    /* single pixels are kept */
    WN_IF_CLUSTERS,    /* squares with signal are kept */
    WN_IF_NO_CLUSTERS, /* single pixels, or all */
    WN_IF_BLOCKS,      /* sums of blocks are stored of the others */
    WN_IF_NO_BLOCKS,
    WN_CONDITIONS,
} wn_condition;

bool wn_condition_holds(wn_condition condition, const wn_params *params);

/* An identifier, such as "no clusters", and words for users, such as "with blocks". */
const char *wn_condition_name(wn_condition condition);
const char *wn_condition_words(wn_condition condition);

/* A value of a parameter that has a name. */
typedef struct wn_choice {
    int32_t value;     /* of the field */
    const char *word;  /* its name, as users write it */
    const char *brief; /* explanation in a listing; NULL: the name is enough */
    const char *help;  /* explanation in a help text; NULL likewise */
} wn_choice;

/*
 * Description of a field of wn_params, with which a program can check, store, read, explain and
 * document parameters generically. A field with several meanings has a row for each, exactly one of
 * which applies to given parameters. Strings are UTF-8 without line breaks, NULL if not applicable.
 */
typedef struct wn_param {
    const char *name; /* of the field; "quality" for WN_PARAM_QUALITY */
    wn_param_kind kind;
    wn_param_group group;
    wn_condition meaning;  /* the row applies if this holds */
    wn_condition effect;   /* and the field has an effect if this holds as well */
    const char *in_use;    /* name of the field that is true if this one is in use */
    size_t offset, size;   /* of the field in wn_params */
    enum wn_cd_slot slot;  /* where it is stored: the whole slot if `digit` is 0, else as */
    uint32_t place, digit; /* slot / place % digit */

    double scale;              /* the field is in 1/scale of the unit */
    const char *unit;          /* "sigma"; "": none */
    int64_t lowest, highest;   /* of the field; 0 is always allowed */
    int64_t standard;          /* the default, for which 0 stands; 0: it is not a number */
    const char *standard_text; /* the default in words; NULL: the number, or its choice */
    const char *standard_json; /* the default in JSON */
    const wn_choice *choice;   /* [choices] named values */
    size_t choices;

    const char *option;   /* of h5winnow, "--noise-floor"; NULL: none of its own */
    const char *argument; /* of the option, "COUNTS"; NULL: it takes none */
    const char *help;     /* what the option does */
    const char *key;      /* in JSON; NULL: included in that of another row */
    const char *label;    /* in a listing, at most 16 characters */
    const char *title;    /* in a sentence, "noise floor" */
    const char *remark;   /* follows the value and its unit in a listing */
} wn_param;

/* The table has WN_PARAM_ROWS rows, in the order of listings. */
#define WN_PARAM_ROWS 30
const wn_param *wn_param_table(void);

/* The row of a field that applies to these parameters; NULL: there is no such field. */
const wn_param *wn_param_find(const char *name, const wn_params *params);

/* Read or write the field of a row. The value must be one that the field can hold; see lowest,
 * highest. */
int64_t wn_param_get(const wn_param *param, const wn_params *params);
void wn_param_set(const wn_param *param, wn_params *params, int64_t value);

/* The field of a row, or its default if it is 0, for pixels of a type (0: not known; then the error
 * model may remain WN_ERROR_AUTO). 0: the default is not a number. */
int64_t wn_param_value(const wn_param *param, const wn_params *params, wn_type type);

/* The value with a name; false: it is not among the choices. */
bool wn_param_word(const wn_param *param, const char *word, int32_t *value);

/* The choice of a value; NULL: there is none. */
const wn_choice *wn_param_choice(const wn_param *param, int64_t value);

/* ---- maps: which ring or tile a pixel belongs to -------------------------------------------- */

typedef struct wn_map wn_map;

/*
 * Compute the map of a geometry for frames of height x width pixels. Costs about as much as
 * encoding one frame; meant to be made once and used for every frame.
 *
 *   valid   height * width bytes, 1 = valid, or NULL. Pixels that are not valid are restored
 *           exactly, whatever their value, and take no part in the background. As in pyFAI, the
 *           rings of a radial map span the radii of the valid pixels.
 *
 * The radius of a pixel is its distance from the beam centre in the detector plane, in pixel
 * widths. On a tilted detector (rot1 or rot2) it is 2 L sin(theta), L the distance and 2 theta the
 * scattering angle, so that rings are cones of constant scattering angle. Geometry conventions are
 * those of pyFAI (Kieffer & Karkoulis, J. Phys. Conf. Ser. 425 (2013) 202012): the detector is
 * first turned by rot1 about the slow axis, then by rot2 about the fast axis.
 *
 * Errors: WN_ERR_PARAMS, WN_ERR_SHAPE, WN_ERR_MEMORY.
 */
wn_status wn_map_create(const wn_params *params, uint32_t height, uint32_t width,
                        const uint8_t *valid, wn_map **map);
void wn_map_free(wn_map *map);

/* Replace the static mask of a map that is not in use yet, such as one without mask from
 * wn_map_for_chunk(). Rings and tiles do not change. `valid` as above. WN_ERR_MEMORY: the map
 * is unchanged. */
wn_status wn_map_mask(wn_map *map, const uint8_t *valid);

/* Number of regions (rings or tiles). */
size_t wn_map_regions(const wn_map *map);

/* The region a pixel belongs to; pixel = y * width + x. */
size_t wn_map_region_of(const wn_map *map, size_t pixel);

/* Radius of the middle of ring `region`, in pixel widths; NaN for tiles. */
double wn_map_radius(const wn_map *map, size_t region);

/*
 * Regions are divided into cells, within which the background has one distribution: rings into
 * narrower rings, with normalisation also by the norm of the pixels; tiles into 4 x 4 squares.
 */
size_t wn_map_cells(const wn_map *map);

/* The cell a pixel belongs to; pixel = y * width + x. */
size_t wn_map_cell_of(const wn_map *map, size_t pixel);

/* Radius of the middle of a cell, in pixel widths; NaN for tiles. */
double wn_map_cell_radius(const wn_map *map, size_t cell);

/* Bytes of memory that the map occupies. */
size_t wn_map_memory(const wn_map *map);

/* ---- separation: background and kept pixels of one frame ------------------------------------ */

/* The background of one ring or tile, from the pixels that remain after clipping. With
 * normalisation the values are normalised: counts / (solid angle x polarisation). */
typedef struct wn_background {
    double mean;
    double sigma;   /* spread of a pixel by the error model */
    uint32_t count; /* remaining pixels; 0: the region is empty, mean and sigma are 0 */
} wn_background;

/* One separated frame. */
typedef struct wn_separation {
    size_t regions;            /* number of rings or tiles */
    wn_background *background; /* [regions] */
    size_t kept;               /* number of kept pixels */
    uint32_t *kept_index;      /* [kept], ascending, y * width + x */
    size_t flagged;            /* number of flagged pixels */
} wn_separation;

/*
 * Separate one frame (array->frames must be 1): sigma clipping on each ring or tile, then picking.
 *
 * Flagged pixels are excluded: those at the maximum of an integer type, negative ones of a signed
 * integer type, NaN, infinities and +-maximum of floats, the dummy, those that are not valid in the
 * map, and 64-bit counts beyond 2^32 - 2. Unless compat_pyfai is set, blank areas are flagged too,
 * which are exactly zero where their surroundings are not (gaps of detectors that write 0 there),
 * and dark pixels, dead or in a shadow: below their background at the probability of 6 sigma.
 *
 * Clipping: up to `cycles` times, values further from the mean than c times the spread are
 * discarded on both sides, c = clip or Chauvenet's sqrt(2 ln(n / sqrt(2 pi))). Unless compat_pyfai
 * is set, clipping starts from the median, never discards a count within the Poisson quantile of
 * the same probability (so that low counts do not collapse), and keeps every pixel of a region
 * with fewer than 16 valid ones. Kieffer et al., J. Appl. Cryst. 58 (2025) 138.
 *
 * Picking: with mu and sigma interpolated between the rings or tiles, a pixel I is kept if
 *     I > q(mu, sigma), the quantile that a count exceeds with the one-sided probability of `pick`
 *     sigma of a Gaussian: integers, without noise floor, without normalisation; or
 *     I - mu > max(noise, pick * sqrt(sigma^2 + noise^2)), the published rule: all others.
 * With WN_KEEP_CLUSTER squares of the kept grid are kept as a whole (their edge is the smallest one
 * above 1 that divides the block; 2 without blocks). A square is kept if it has a pixel that
 * exceeds 5 sigma by itself, or is within the halo of a seed. A seed is a pixel around which the
 * counts, filtered by a box or a Gaussian, exceed their expectation at the one-sided probability of
 * `pick` sigma under a Poisson distribution (scaled to the dispersion). The expectation is the
 * background of rings or tiles times a local scale, that of tiles of 64 x 64 pixels (shadows,
 * polarisation). Blocks whose sum could be restored as a flag are kept as well. With WN_KEEP_ALL
 * every pixel that is not flagged is kept.
 *
 *   threads   >= 1. The result does not depend on it.
 */
wn_status wn_separate(const wn_map *map, const wn_params *params, const wn_array *array,
                      const void *frame, int threads, wn_separation **separation);
void wn_separation_free(wn_separation *separation);

/* ---- chunks -------------------------------------------------------------------------------- */

/* No chunk is larger than this: the array itself and a small header per frame. */
size_t wn_encode_bound(const wn_array *array);

/*
 * Encode a stack of frames into one chunk.
 *
 *   map       made from the same params for the same height and width
 *   src       the frames, wn_array_bytes(array) bytes
 *   dst       the chunk; dst_size >= wn_encode_bound(array) is always enough
 *   written   bytes of the chunk
 *
 * The same input gives the same chunk for every number of threads. A frame is stored losslessly if
 * that is smaller, if separation gains nothing, if all its pixels are equal, if it is still being
 * written (its first or last rows are zero although the next ones are not), or if its background
 * could be drawn as the dummy.
 */
wn_status wn_encode(const wn_map *map, const wn_params *params, const wn_array *array,
                    const void *src, int threads, void *dst, size_t dst_size, size_t *written);

/* Classes of pixels of an externally separated frame. */
typedef enum wn_pixel_kind {
    WN_PIXEL_BACKGROUND = 0,
    WN_PIXEL_KEPT = 1,
    WN_PIXEL_FLAGGED = 2, /* also restored exactly, but not signal */
} wn_pixel_kind;

/* One frame that was separated by another program, with the published rule of picking. */
typedef struct wn_external_frame {
    const double *mean;  /* [regions] background in the middle of each, normalised as in `params` */
    const double *sigma; /* [regions] spread of a background pixel likewise */
    const uint8_t *kind; /* [height * width] a wn_pixel_kind each */
    const void *pixels;  /* the frame, of which only kept and flagged pixels are read */
} wn_external_frame;

/*
 * Encode an externally separated frame (array->frames must be 1) as it is, with the given kept
 * pixels. The distribution of the background is the one that, truncated where `pick` and
 * `noise_floor` of the parameters begin to keep, has the given mean and spread. All else as
 * wn_encode(); a frame that does not gain is stored losslessly, with its background rounded.
 */
wn_status wn_encode_external(const wn_map *map, const wn_params *params, const wn_array *array,
                             const wn_external_frame *frame, void *dst, size_t dst_size,
                             size_t *written);

typedef enum wn_noise {
    WN_NOISE_AS_STORED = 0, /* what the writer chose */
    WN_NOISE_ON = 1,        /* draw the background from its distribution */
    WN_NOISE_OFF = 2,       /* the mean of the distribution, dithered for integers */
} wn_noise;

/*
 * Decode a chunk.
 *
 *   map        a map that wn_map_fits() the chunk, or NULL: then one is made for this call
 *   expected   what the reader expects; a chunk of anything else is WN_ERR_MISMATCH. No
 *              allocation exceeds what `expected` needs, whatever the chunk contains.
 *   dst        dst_size must be wn_array_bytes(expected). On an error the contents of dst are
 *              undefined.
 *
 * The result is the same on every machine, for every number of threads and every version of the
 * library. Background pixels are drawn from the distribution of their cell, truncated below the
 * values that were kept there (Panjer's class: Poisson, or negative binomial or binomial where the
 * spread is wider or narrower; a truncated Gaussian for floats and for large counts), by the
 * counter-based generator Philox4x32 (Salmon et al., SC'11) keyed by the chunk's seed, frame and
 * pixel. Where sums of blocks are stored, each sum is distributed over the background pixels of its
 * block instead, as a multinomial draw with their expected counts as weights; without noise in
 * proportion to these weights, rounded.
 */
wn_status wn_decode(const wn_map *map, const void *chunk, size_t chunk_size,
                    const wn_array *expected, wn_noise noise, int threads, void *dst,
                    size_t dst_size);

/* The map that a chunk was written with. WN_OK and a NULL map if it needs none: all its frames are
 * stored losslessly. */
wn_status wn_map_for_chunk(const void *chunk, size_t chunk_size, const wn_array *expected,
                           wn_map **map);

/* Whether wn_decode() can use this map for this chunk. Reads only the header, without verifying the
 * checksum. A chunk that needs no map fits every map; anything but a chunk fits no map. */
bool wn_map_fits(const wn_map *map, const void *chunk, size_t chunk_size);

/* How one frame is stored. */
typedef enum wn_form {
    WN_FORM_RAW = 0,       /* as it is */
    WN_FORM_LOSSLESS = 1,  /* Blosc */
    WN_FORM_SEPARATED = 2, /* background and kept pixels */
    WN_FORM_COUNTED = 3,   /* every pixel, coded relative to the background */
} wn_form;

typedef struct wn_chunk_info {
    unsigned version; /* of the format */
    wn_array array;
    wn_model model; /* WN_MODEL_AUTO if no frame is separated */
    bool noise;     /* restored with noise unless the reader says otherwise */
    uint64_t seed;
} wn_chunk_info;

typedef struct wn_frame_info {
    wn_form form;
    size_t bytes;   /* stored */
    size_t kept;    /* kept pixels; 0 unless separated or counted */
    size_t flagged; /* flagged pixels; 0 likewise */
} wn_frame_info;

/* Read the header of a chunk. The checksum is verified first. */
wn_status wn_chunk_inspect(const void *chunk, size_t chunk_size, wn_chunk_info *info);

/* Read the headers of n of its frames, from the first on, into info[0] to info[n - 1]. The checksum
 * is verified first. WN_ERR_ARGUMENT: the chunk has not so many frames. */
wn_status wn_chunk_frames(const void *chunk, size_t chunk_size, uint32_t n, wn_frame_info *info);

/*
 * One frame of a chunk as it is stored, with signal and background separate. Pixels are y * width +
 * x, ascending; their values are those that wn_decode() restores, which are exact for kept and
 * flagged pixels. Unless the frame is separated there are neither pixels nor cells.
 */
typedef struct wn_stored_frame {
    wn_form form;
    size_t kept;
    uint32_t *kept_index; /* [kept] */
    size_t flagged;
    uint32_t *flagged_index; /* [flagged] */
    size_t cells;            /* those of the map */
    double *mean;            /* [cells] of a background pixel: its value when restored without
                                noise, before rounding; 0 in cells without such pixels */
    double *sigma;           /* [cells] its spread when restored with noise; 0 likewise */
    uint32_t block;          /* edge of the blocks whose background sums are stored; 0: none */
} wn_stored_frame;

/*
 * Read frame number `frame` of a chunk as it is stored.
 *
 *   map, expected   as in wn_decode()
 *
 * Errors: those of wn_decode(), except for damage to the kept counts of the kept grid and to the
 * sums of blocks, which are not read; WN_ERR_ARGUMENT: the chunk has no such frame. All indices in
 * the result are within the frame, whatever the chunk contains.
 */
wn_status wn_chunk_stored_frame(const wn_map *map, const void *chunk, size_t chunk_size,
                                const wn_array *expected, uint32_t frame, wn_stored_frame **stored);
void wn_stored_frame_free(wn_stored_frame *frame);

/* ---- spots ---------------------------------------------------------------------------------- */

/* Methods of finding strong pixels. Those of other programs have the names they have there. */
typedef enum wn_spot_method {
    WN_SPOTS_RING = 0,       /* peaks above the background of rings or tiles */
    WN_SPOTS_DISPERSION = 1, /* DIALS: index of dispersion and local mean of a small window */
    WN_SPOTS_DISPERSION_EXTENDED = 2, /* DIALS's default: the local mean without other signal */
    WN_SPOTS_PEAKFINDER8 = 3,         /* CrystFEL: mean and spread of rings one pixel wide */
    WN_SPOTS_PYFAI = 4,               /* pyFAI's peak finder, exactly */
} wn_spot_method;

/* Parameters of spot finding. */
typedef struct wn_spot_params {
    wn_spot_method method;

    /* ring and pyfai */
    int patch;           /* edge of the patch of a peak, pixels: 3 or 5 */
    int connected;       /* minimum number of pixels of the patch that are above the cut-off; ring:
                            and connected */
    double cutoff;       /* of a pixel above the background, sigma */
    double significance; /* ring: of the patch above the background, sigma, 1 to 30 */
    double noise;        /* pyfai: added to sigma in quadrature, counts */
    double pixel_size;   /* pyfai: width of a pixel, m: radii are rounded to float32 in this unit */

    /* dispersion, dispersion-extended */
    int kernel_x, kernel_y;    /* half-width of the window, pixels: 3 is a window of 7 */
    double gain;               /* counts per photon */
    double sigma_background;   /* cut-off of the index of dispersion */
    double sigma_strong;       /* cut-off of a pixel above the local mean */
    int min_local;             /* minimum number of valid pixels in the window; 0: all of it */
    double global_threshold;   /* strong pixels are above this, counts */
    bool masked_is_background; /* dispersion-extended up to DIALS 3.23: no signal within reach of a
                                  masked pixel */

    /* peakfinder8 */
    double threshold;           /* minimum value of a pixel, counts */
    double min_snr;             /* of pixels, and of peaks */
    int min_pixels, max_pixels; /* of a peak */
    int local_background;       /* radius of the background around a peak, pixels */
} wn_spot_params;

/* The defaults of a method: those of DIALS 3.24, of CrystFEL, of the newest pyFAI. */
void wn_spot_params_init(wn_spot_method method, wn_spot_params *params);

/* "ring", "dispersion", "dispersion-extended", "peakfinder8", "pyfai"; "unknown" for an unknown
 * method. */
const char *wn_spot_method_name(wn_spot_method method);

/* Whether the parameters are in range; `why` as in wn_params_check(). */
wn_status wn_spot_params_check(const wn_spot_params *params, char *why, size_t why_size);

/* Properties of a pixel of a spot. */
enum wn_found_bits {
    WN_FOUND_STRONG = 1,    /* strong pixels determine which pixels form one spot; the others only
                               add to its sums */
    WN_FOUND_MASKED = 2,    /* one of its eight neighbours is flagged or not valid */
    WN_FOUND_SATURATED = 4, /* at or above the saturation */
    WN_FOUND_EDGE = 8,      /* on the edge of the frame */
};

/* One pixel of a spot. */
typedef struct wn_found_pixel {
    uint32_t index;  /* y * width + x */
    uint32_t spot;   /* number on this frame, 0 to height * width - 1; or WN_SPOT_BY_NEIGHBOURS, for
                        strong pixels: those that share an edge are one spot */
    double value;    /* counts, as they are in the frame */
    double expected; /* background there */
    double variance; /* of value - expected, when there is a spot */
    unsigned bits;   /* wn_found_bits */
} wn_found_pixel;

#define WN_SPOT_BY_NEIGHBOURS UINT32_MAX

/* Position of a spot, for methods that determine it better than by its centroid. */
typedef struct wn_found_peak {
    double x, y, variance_x, variance_y;
} wn_found_peak;

/* What was found on one frame. */
typedef struct wn_found {
    size_t n;
    wn_found_pixel *pixel; /* [n] ascending by index, then by spot; patches of pyfai may share
                              pixels, spots of all other methods do not */
    size_t strong;         /* those with WN_FOUND_STRONG */
    size_t peaks;
    wn_found_peak *peak; /* [peaks] by the number of the spot; NULL: spots are at their centroids */
    double background;   /* mean of the frame's background, counts per pixel; NaN: the method does
                            not determine it */
} wn_found;

void wn_found_free(wn_found *found);

/* Finds spots on frames of one shape. Never written after its creation: threads may share it. */
typedef struct wn_finder wn_finder;

/*
 *   map, map_params   of the frames, with their static mask. Ring and pyfai take the background
 *                     from it (pyfai: radial, map_params.compat_pyfai), peakfinder8 the beam
 *                     centre (radial); dispersion only the mask. Both must outlive the finder.
 *   saturation        pixels from this value on are saturated; NaN: none are. Dispersion masks
 *                     those above it, as DIALS does
 *
 * Errors: WN_ERR_PARAMS (out of range, or the map is not suited to the method), WN_ERR_MEMORY.
 */
wn_status wn_finder_create(const wn_spot_params *params, const wn_map *map,
                           const wn_params *map_params, double saturation, wn_finder **finder);
void wn_finder_free(wn_finder *finder);

/* Find spots on a frame (array->frames must be 1). */
wn_status wn_find(const wn_finder *finder, const wn_array *array, const void *frame,
                  wn_found **found);

/*
 * Find spots on frame number `frame` of a chunk: the same as wn_find() finds on the frame restored
 * without noise, except that ring takes the background from the chunk where it is stored there. Of
 * frames that are stored as distributions and kept pixels, single rows are restored as they are
 * needed, unless ring has to detect blank areas. WN_ERR_MISMATCH: the map of the finder does not
 * fit the chunk; otherwise as wn_decode().
 */
wn_status wn_find_in_chunk(const wn_finder *finder, const void *chunk, size_t chunk_size,
                           const wn_array *expected, uint32_t frame, wn_found **found);

/* ---- spots of several frames ------------------------------------------------------------------
 */

enum wn_spot_flags {
    WN_SPOT_MASKED = 1,    /* beside a pixel that is flagged or not valid */
    WN_SPOT_SATURATED = 2, /* has a saturated pixel */
    WN_SPOT_EDGE = 4,      /* at the edge of the frame; across frames also on a frame that has no
                              previous or no next one: first, last, or beside a gap */
    WN_SPOT_SPLIT = 8,     /* joined from several spots that were found on one frame */
};

/*
 * Pixel centres and the middles of frames are at integers: the first pixel of frame 0 is at
 * (0, 0, 0).
 *
 * Centroid, its variance and the moments are weighted with the counts w of the pixels, minus the
 * expected background if the rule says so. With W = sum w the variance along x is, as in DIALS,
 *
 *     sum w (x - centroid)^2 / (W^2 - sum w^2) + 1/12
 *
 * Some of the weights may be negative. If W is not positive, the centroid is outside of the box, or
 * a variance would be negative, negative weights are replaced by 0; if none is positive, all are
 * equal.
 */
typedef struct wn_spot {
    double x, y, z; /* centroid; if peaks have positions, their mean weighted by intensity */
    double variance_x, variance_y, variance_z; /* of the centroid */
    double intensity;          /* sum of the values of its pixels, minus the expected background if
                                  the rule says so */
    double intensity_variance; /* sum of the variances of its pixels; if nothing is subtracted
                                  |intensity|, as in DIALS */
    double background;         /* mean expected background of its pixels, counts */
    double snr;                /* intensity / sqrt(intensity_variance); 0 if there is no variance */
    double maximum;            /* highest value of a strong pixel; below, the first pixel with it in
                                  order of z, y, x */
    uint32_t maximum_x, maximum_y;
    uint64_t maximum_z;
    double xx, xy, yy;       /* second moments about the centroid: weighted means, pixel^2 */
    uint32_t x0, x1, y0, y1; /* box of its pixels, half-open */
    uint64_t z0, z1;
    uint32_t pixels; /* number of strong pixels */
    unsigned flags;  /* wn_spot_flags */
    size_t first;    /* index of its first pixel in the list */
    size_t n;        /* number of its pixels in the list; 0 without shoeboxes */
} wn_spot;

/* A pixel of a spot's shoebox. */
typedef struct wn_shoebox_pixel {
    uint32_t x, y;
    uint64_t z;
    float value, expected;
    bool strong;
} wn_shoebox_pixel;

typedef struct wn_spot_list {
    size_t n, pixels;
    wn_spot *spot;           /* [n] ascending by z0, y0, x0, first pixel; if all are equal, in order
                                of completion */
    wn_shoebox_pixel *pixel; /* [pixels] spot by spot, in order of z, y, x */
} wn_spot_list;

void wn_spot_list_free(wn_spot_list *list);

/* How pixels are joined to spots. Spots without a strong pixel are always left out, as small. */
typedef struct wn_spot_rule {
    bool across_frames;  /* rotation: strong pixels at the same x, y on consecutive frames belong to
                            one spot, and so do spots of a frame that share a strong pixel */
    bool subtract;       /* subtract the expected background in sums, centroids and moments */
    bool raw_weights;    /* but not in centroids and moments: peakfinder8 */
    bool shoeboxes;      /* keep the pixels */
    uint32_t min_pixels; /* strong ones; spots with fewer are left out */
    uint32_t max_pixels; /* strong ones; 0: no limit, and memory for all connected pixels */
    double max_separation; /* of the centroid from the middle of the highest pixel, pixels and
                              frames; 0: no limit */
} wn_spot_rule;

/* Links the pixels found on the frames of a series to spots. Its memory holds spots that may still
 * grow or were not taken yet. Not to be used by two threads at once. After WN_ERR_MEMORY it can
 * only be freed. */
typedef struct wn_linker wn_linker;

/* For frames of height x width pixels, up to 2^32 - 1. Errors: WN_ERR_ARGUMENT (the size; limits
 * that exclude each other or are negative), WN_ERR_MEMORY. */
wn_status wn_linker_create(const wn_spot_rule *rule, uint32_t height, uint32_t width,
                           wn_linker **linker);
void wn_linker_free(wn_linker *linker);

/* Add a frame. Numbers must ascend; spots do not reach across a number that is left out: a frame
 * without spots has to be added as well. Errors: WN_ERR_ARGUMENT (numbers do not ascend, the end
 * was announced, or `found` is invalid; nothing was added), WN_ERR_MEMORY. */
wn_status wn_linker_add(wn_linker *linker, uint64_t frame, const wn_found *found);

/* No more frames will come: all spots are complete. */
wn_status wn_linker_end(wn_linker *linker);

/* Take the spots that are complete and were not taken yet. Across frames a spot is complete when a
 * frame was added that it does not reach, or the end was announced; else with its frame. Each list
 * is sorted, but a long spot may come in a later list than one that begins after it: sort them if
 * you need one global order, or take all at once, after the end. */
wn_status wn_linker_take(wn_linker *linker, wn_spot_list **list);

/* Numbers of spots left out because of their size or separation. */
typedef struct wn_left_out {
    uint64_t small, large, separated;
} wn_left_out;

wn_left_out wn_linker_left_out(const wn_linker *linker);

#ifdef __cplusplus
}
#endif

#endif
