#include "request.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "message.h"
#include "numbers.h"
#include "poni.h"

#define WHY_SIZE 256

/* How the options are shown, and what they decide. */
static const struct subject {
    const char *name;
    enum topic topic;
} SUBJECTS[] = {
    [REQUEST_CENTRE - REQUEST_FIRST] = {"--centre", ON_CENTRE},
    [REQUEST_DISTANCE - REQUEST_FIRST] = {"--distance", ON_DISTANCE},
    [REQUEST_PIXEL_SIZE - REQUEST_FIRST] = {"--pixel-size", ON_ASPECT},
    [REQUEST_ROT1 - REQUEST_FIRST] = {"--rot1", ON_ROT1},
    [REQUEST_ROT2 - REQUEST_FIRST] = {"--rot2", ON_ROT2},
    [REQUEST_PONI - REQUEST_FIRST] = {"--poni", ON_CENTRE},
    [REQUEST_FRAME - REQUEST_FIRST] = {"--frame", ON_FRAME},
    [REQUEST_MODEL - REQUEST_FIRST] = {"--model", ON_MODEL},
    [REQUEST_BINS - REQUEST_FIRST] = {"--bins", ON_REGIONS},
    [REQUEST_TILE - REQUEST_FIRST] = {"--tile", ON_REGIONS},
    [REQUEST_ERROR_MODEL - REQUEST_FIRST] = {"--error-model", ON_ERROR_MODEL},
    [REQUEST_CLIP - REQUEST_FIRST] = {"--clip", ON_CLIP},
    [REQUEST_CYCLES - REQUEST_FIRST] = {"--cycles", ON_CYCLES},
    [REQUEST_SOLID_ANGLE - REQUEST_FIRST] = {"--solid-angle", ON_SOLID_ANGLE},
    [REQUEST_POLARISATION - REQUEST_FIRST] = {"--polarisation", ON_POLARISATION},
    [REQUEST_QUALITY - REQUEST_FIRST] = {"--quality", ON_QUALITY},
    [REQUEST_KEEP - REQUEST_FIRST] = {"--keep", ON_KEEP},
    [REQUEST_PICK - REQUEST_FIRST] = {"--pick", ON_PICK},
    [REQUEST_HALO - REQUEST_FIRST] = {"--halo", ON_HALO},
    [REQUEST_FILTER - REQUEST_FIRST] = {"--filter", ON_FILTER},
    [REQUEST_NOISE_FLOOR - REQUEST_FIRST] = {"--noise-floor", ON_NOISE_FLOOR},
    [REQUEST_BACKGROUND - REQUEST_FIRST] = {"--background", ON_BACKGROUND},
    [REQUEST_DUMMY - REQUEST_FIRST] = {"--dummy", ON_DUMMY},
    [REQUEST_NOISE - REQUEST_FIRST] = {"--noise", ON_NOISE},
    [REQUEST_COMPAT - REQUEST_FIRST] = {"--compat", ON_COMPAT},
};

/* Options that are one of some words, and what each means. */
static const struct {
    int option;
    const char *word;
    int meaning;
} WORDS[] = {
    {REQUEST_MODEL, "radial", WN_MODEL_RADIAL},
    {REQUEST_MODEL, "tiles", WN_MODEL_TILES},
    {REQUEST_ERROR_MODEL, "poisson", WN_ERROR_POISSON},
    {REQUEST_ERROR_MODEL, "azimuthal", WN_ERROR_AZIMUTHAL},
    {REQUEST_ERROR_MODEL, "hybrid", WN_ERROR_HYBRID},
    {REQUEST_QUALITY, "lossless", WN_QUALITY_LOSSLESS},
    {REQUEST_QUALITY, "transparent", WN_QUALITY_TRANSPARENT},
    {REQUEST_QUALITY, "high", WN_QUALITY_HIGH},
    {REQUEST_QUALITY, "compact", WN_QUALITY_COMPACT},
    {REQUEST_QUALITY, "hits", WN_QUALITY_HITS},
    {REQUEST_KEEP, "outlier", WN_KEEP_OUTLIER},
    {REQUEST_KEEP, "cluster", WN_KEEP_CLUSTER},
    {REQUEST_KEEP, "all", WN_KEEP_ALL},
    {REQUEST_NOISE, "on", true},
    {REQUEST_NOISE, "off", false},
    {REQUEST_COMPAT, "pyfai", true},
};

/* A whole number, or a multiple of 1/per_unit, that is at least `lowest` as an integer: where 0
 * stands for the default, nobody can ask for 0. */
static bool read_scalar(const char *text, double per_unit, int32_t lowest, int32_t *scaled)
{
    double value;
    if (!number_real(text, &value) || (per_unit == 1 && value != floor(value)))
        return false;
    return number_scaled(value, per_unit, scaled) && *scaled >= lowest;
}

static bool read_word(int option, const char *text, int *meaning)
{
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++) {
        if (WORDS[i].option == option && strcmp(WORDS[i].word, text) == 0) {
            *meaning = WORDS[i].meaning;
            return true;
        }
    }
    return false;
}

static bool read_centre(struct placement *placement, const char *text, const char *from)
{
    double x, y;
    if (!number_pair(text, &x, &y))
        return false;
    placement_set(placement, CENTRE_X, x, from);
    placement_set(placement, CENTRE_Y, y, from);
    return true;
}

/* One size for square pixels, or width and height. */
static bool read_pixel_size(struct placement *placement, const char *text, const char *from)
{
    double x, y;
    if (number_real(text, &x))
        y = x;
    else if (!number_pair(text, &x, &y))
        return false;
    placement_set(placement, PIXEL_X, x, from);
    placement_set(placement, PIXEL_Y, y, from);
    return x > 0 && y > 0;
}

static bool read_place(struct placement *placement, enum place place, const char *text,
                       const char *from)
{
    double value;
    if (!number_real(text, &value))
        return false;
    placement_set(placement, place, value, from);
    return place != DISTANCE || value > 0;
}

/* "law", or "blocks:" and the edge of a block. */
static bool read_background(const char *text, int32_t *block)
{
    static const char prefix[] = "blocks:";
    int edge = 0;
    const bool good =
        strcmp(text, "law") == 0 || (strncmp(text, prefix, sizeof prefix - 1) == 0 &&
                                     number_count(text + sizeof prefix - 1, INT_MAX, &edge));
    *block = edge;
    return good;
}

static bool read_option(struct request *request, int option, const char *text, const char *from)
{
    wn_params *p = &request->params;
    struct placement *placement = &request->placement;
    int meaning = 0;
    bool good = true;
    switch (option) {
    case REQUEST_CENTRE:
        return read_centre(placement, text, from);
    case REQUEST_DISTANCE:
        return read_place(placement, DISTANCE, text, from);
    case REQUEST_PIXEL_SIZE:
        return read_pixel_size(placement, text, from);
    case REQUEST_ROT1:
        return read_place(placement, ROT1, text, from);
    case REQUEST_ROT2:
        return read_place(placement, ROT2, text, from);
    case REQUEST_PONI:
        request->poni = text;
        return true;
    case REQUEST_FRAME:
        return number_size(text, &p->width, &p->height);
    case REQUEST_MODEL:
        good = read_word(option, text, &meaning);
        p->model = (wn_model)meaning;
        return good;
    case REQUEST_ERROR_MODEL:
        good = read_word(option, text, &meaning);
        p->error_model = (wn_error_model)meaning;
        return good;
    case REQUEST_QUALITY:
        good = read_word(option, text, &meaning);
        request->quality = (wn_quality)meaning;
        return good;
    case REQUEST_KEEP:
        good = read_word(option, text, &meaning);
        p->keep = (wn_keep)meaning;
        return good;
    case REQUEST_NOISE:
        good = read_word(option, text, &meaning);
        p->plain_mean = !meaning;
        return good;
    case REQUEST_COMPAT:
        good = read_word(option, text, &meaning);
        p->compat_pyfai = meaning;
        return good;
    case REQUEST_SOLID_ANGLE:
        p->solid_angle = true;
        return true;
    case REQUEST_POLARISATION:
        p->polarised = true;
        return read_scalar(text, 1000, INT32_MIN, &p->polarisation);
    case REQUEST_DUMMY:
        p->has_dummy = true;
        return read_scalar(text, 1, INT32_MIN, &p->dummy);
    case REQUEST_BINS:
    case REQUEST_TILE:
        return read_scalar(text, 1, 1, &p->bins);
    case REQUEST_CLIP:
        return read_scalar(text, 100, 1, &p->clip);
    case REQUEST_CYCLES:
        return read_scalar(text, 1, 1, &p->cycles);
    case REQUEST_PICK:
        return read_scalar(text, 100, 1, &p->pick);
    case REQUEST_HALO:
        return read_scalar(text, 1, 1, &p->halo);
    case REQUEST_FILTER:
        return read_scalar(text, 10, 1, &p->filter_width);
    case REQUEST_BACKGROUND:
        return read_background(text, &p->block);
    case REQUEST_NOISE_FLOOR:
        return read_scalar(text, 100, INT32_MIN, &p->noise_floor);
    default:
        return false;
    }
}

/* Options that contradict each other, or the background model that comes of them. */
static const char *contradiction(const struct request *request)
{
    const struct quantity *at = request->placement.at;
    const char *regions = request->from[ON_REGIONS];
    const bool has_centre = at[CENTRE_X].from != NULL;
    const bool radial = wn_params_model(&request->params) == WN_MODEL_RADIAL;
    bool placed = false;
    for (int i = 0; i < PLACES; i++)
        placed = placed || at[i].from != NULL;
    if (radial && !has_centre)
        return "the radial model needs the beam centre: give --centre or --poni";
    if (request->params.model == WN_MODEL_TILES && placed)
        return "tiles have no use for a geometry: leave out --model tiles, or the geometry";
    if (!radial && placed)
        return "a geometry without the beam centre has no use: give --centre or --poni";
    if (regions != NULL && radial != (strcmp(regions, "--bins") == 0))
        return radial ? "--tile is for tiles: rings are numbered with --bins"
                      : "--bins is the number of rings: give --centre or --poni, or use --tile";
    return NULL;
}

/* Whether Rot3 turns the polarisation away from the rows and columns of the frame. */
static bool is_turned(const struct request *request)
{
    return request->params.polarised && fabs(sin(request->placement.at[ROT3].value)) > 1e-3;
}

/* Notes for every topic of the placement who decides it. */
static void note_sources(struct request *request)
{
    const struct quantity *at = request->placement.at;
    request->from[ON_CENTRE] = at[CENTRE_X].from;
    request->from[ON_DISTANCE] = at[DISTANCE].from;
    request->from[ON_ASPECT] = at[PIXEL_X].from;
    request->from[ON_ROT1] = at[ROT1].from;
    request->from[ON_ROT2] = at[ROT2].from;
}

static enum outcome place(struct request *request)
{
    struct placement file;
    enum outcome outcome = DONE;
    if (request->poni != NULL) {
        outcome = poni_read(request->poni, &file);
        if (outcome == DONE)
            placement_complete(&request->placement, &file);
    }
    if (outcome == DONE)
        outcome = placement_find_centre(&request->placement);
    if (outcome == DONE)
        outcome = placement_to_params(&request->placement, &request->params);
    if (outcome == DONE)
        note_sources(request);
    return outcome;
}

void request_complete(struct request *request, const struct placement *found)
{
    const struct quantity *at = request->placement.at;
    const bool has_centre = at[CENTRE_X].from != NULL;
    const bool pixels_known = at[PIXEL_X].from != NULL || found->at[PIXEL_X].from != NULL;
    if (request->poni != NULL || request->params.model == WN_MODEL_TILES)
        return;
    if (!pixels_known || !(has_centre || found->at[CENTRE_X].from != NULL))
        return;
    placement_complete(&request->placement, found);
}

/* Whether a parameter is left to the quality level, which then decides it. */
static bool left_to_quality(struct request *request, enum topic topic)
{
    const char **from = &request->from[topic];
    if (*from != NULL)
        return false;
    *from = request->from[ON_QUALITY];
    return true;
}

static void apply_quality(struct request *request)
{
    wn_params *p = &request->params, level = *p;
    if (wn_params_quality(request->quality, request->type, &level) != WN_OK)
        return;
    if (left_to_quality(request, ON_KEEP))
        p->keep = level.keep;
    if (left_to_quality(request, ON_PICK))
        p->pick = level.pick;
    if (left_to_quality(request, ON_HALO))
        p->halo = level.halo;
    if (left_to_quality(request, ON_FILTER))
        p->filter_width = level.filter_width;
    if (left_to_quality(request, ON_NOISE_FLOOR))
        p->noise_floor = level.noise_floor;
    if (left_to_quality(request, ON_BACKGROUND))
        p->block = level.block;
}

void request_init(struct request *request)
{
    *request = (struct request){.type = WN_U32};
    wn_params_init(&request->params);
}

void request_default_quality(struct request *request, wn_quality quality)
{
    const char *const *from = request->from;
    if (from[ON_QUALITY] != NULL || from[ON_KEEP] != NULL || from[ON_PICK] != NULL ||
        from[ON_NOISE_FLOOR] != NULL || from[ON_BACKGROUND] != NULL || from[ON_COMPAT] != NULL)
        return;
    request->quality = quality;
    request->from[ON_QUALITY] = "default";
}

enum outcome request_option(struct request *request, int option, const char *text)
{
    const struct subject *subject = &SUBJECTS[option - REQUEST_FIRST];
    const char **from = &request->from[subject->topic];
    if (!read_option(request, option, text, subject->name)) {
        complain("%s cannot be '%s'", subject->name, text);
        return WRONG_USAGE;
    }
    if (subject->topic == ON_REGIONS && *from != NULL && *from != subject->name) {
        complain("--bins and --tile exclude each other: one is for rings, the other for tiles");
        return WRONG_USAGE;
    }
    *from = subject->name;
    return DONE;
}

enum outcome request_finish(struct request *request)
{
    char why[WHY_SIZE];
    enum outcome outcome = place(request);
    if (outcome != DONE)
        return outcome;
    if (request->quality != 0)
        apply_quality(request);
    wn_params *params = &request->params;
    if (params->model == WN_MODEL_AUTO && request->placement.at[CENTRE_X].from != NULL &&
        params->centre_x == 0 && params->centre_y == 0)
        params->model = WN_MODEL_RADIAL;
    const char *wrong = contradiction(request);
    if (wrong == NULL && wn_params_check(params, why, sizeof why) != WN_OK)
        wrong = why;
    if (wrong != NULL) {
        complain("%s", wrong);
        return WRONG_USAGE;
    }
    if (is_turned(request))
        complain("%s: Rot3 is left out, so --polarisation takes the polarisation to lie along the "
                 "rows of the frame",
                 request->poni);
    return DONE;
}
