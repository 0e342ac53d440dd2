/*
 * Options are parsed by their rows of the table of parameters. Those that set several fields, or a
 * quantity of the placement, have a parser of their own in COMPOSITE. At the end the placement is
 * converted, then the quality level fills in whatever no option has set.
 */
#include "params/filter_options.h"

#include <limits.h>
#include <math.h>
#include <string.h>

#include "base/message.h"
#include "base/parse_numbers.h"
#include "geometry/poni.h"

#define WHY_SIZE 256

/* A number in the unit of a parameter. Where 0 stands for the default, 0 is not accepted. */
static bool read_number(const wn_param *param, const char *text, int32_t *stored)
{
    double value;
    if (!parse_real(text, &value) || (param->scale == 1 && value != floor(value)))
        return false;
    return parse_scaled(value, param->scale, stored) && (param->lowest <= 0 || *stored > 0);
}

static bool read_centre(struct filter_options *request, const char *text, const char *from)
{
    double x, y;
    if (!parse_pair(text, &x, &y))
        return false;
    placement_set(&request->placement, CENTRE_X, x, from);
    placement_set(&request->placement, CENTRE_Y, y, from);
    return true;
}

/* One size for square pixels, or width and height. */
static bool read_pixel_size(struct filter_options *request, const char *text, const char *from)
{
    double x, y;
    if (parse_real(text, &x))
        y = x;
    else if (!parse_pair(text, &x, &y))
        return false;
    placement_set(&request->placement, PIXEL_X, x, from);
    placement_set(&request->placement, PIXEL_Y, y, from);
    return x > 0 && y > 0;
}

static bool read_quantity(struct filter_options *request, enum placement_quantity quantity,
                          const char *text, const char *from)
{
    double value;
    if (!parse_real(text, &value))
        return false;
    placement_set(&request->placement, quantity, value, from);
    return quantity != DISTANCE || value > 0;
}

static bool read_distance(struct filter_options *request, const char *text, const char *from)
{
    return read_quantity(request, DISTANCE, text, from);
}

static bool read_rot1(struct filter_options *request, const char *text, const char *from)
{
    return read_quantity(request, ROT1, text, from);
}

static bool read_rot2(struct filter_options *request, const char *text, const char *from)
{
    return read_quantity(request, ROT2, text, from);
}

static bool read_frame(struct filter_options *request, const char *text, const char *from)
{
    (void)from;
    return parse_size(text, &request->params.width, &request->params.height);
}

/* "law", or "blocks:" and the edge of a block. */
static bool read_background(struct filter_options *request, const char *text, const char *from)
{
    static const char prefix[] = "blocks:";
    int edge = 0;
    (void)from;
    const bool good =
        strcmp(text, "law") == 0 || (strncmp(text, prefix, sizeof prefix - 1) == 0 &&
                                     parse_count(text + sizeof prefix - 1, INT_MAX, &edge));
    request->params.block = edge;
    return good;
}

static bool read_quality(struct filter_options *request, const char *text, const char *from)
{
    const wn_quality_level *level = wn_quality_table();
    (void)from;
    for (size_t i = 0; i < WN_QUALITY_LEVELS; i++) {
        if (strcmp(level[i].name, text) == 0) {
            request->quality = level[i].quality;
            return true;
        }
    }
    return false;
}

/* Options that do not simply set their field. */
static const struct {
    const char *option;
    bool (*read)(struct filter_options *request, const char *text, const char *from);
} COMPOSITE[] = {
    {"--centre", read_centre},
    {"--distance", read_distance},
    {"--pixel-size", read_pixel_size},
    {"--rot1", read_rot1},
    {"--rot2", read_rot2},
    {"--frame", read_frame},
    {"--background", read_background},
    {"--quality", read_quality},
};

/* Sets the field of a row. */
static bool read_field(wn_params *params, const wn_param *param, const char *text)
{
    int32_t value = true;
    if (param->argument && param->choices > 0 && !wn_param_word(param, text, &value))
        return false;
    if (param->kind == WN_PARAM_NUMBER && !read_number(param, text, &value))
        return false;
    wn_param_set(param, params, value);
    if (param->in_use)
        wn_param_set(wn_param_find(param->in_use, params), params, true);
    return true;
}

static bool read_option(struct filter_options *request, const wn_param *param, const char *text)
{
    for (size_t i = 0; i < sizeof COMPOSITE / sizeof COMPOSITE[0]; i++)
        if (strcmp(COMPOSITE[i].option, param->option) == 0)
            return COMPOSITE[i].read(request, text, param->option);
    return read_field(&request->params, param, text);
}

/* ---- sources ------------------------------------------------------------------------------- */

static bool has_option(const wn_param *param, const char *option)
{
    return param->option && strcmp(param->option, option) == 0;
}

static void set_from(struct filter_options *request, const char *option, const char *from)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (has_option(&table[i], option))
            request->from[i] = from;
}

const char *filter_options_source(const struct filter_options *request, const char *option)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (has_option(&table[i], option))
            return request->from[i];
    return NULL;
}

const char *filter_options_group_source(const struct filter_options *request, wn_param_group group)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (table[i].group == group && request->from[i])
            return request->from[i];
    return NULL;
}

/* A row with another meaning of the same field, which an option has set; NULL: none. */
static const wn_param *find_conflict(const struct filter_options *request, const wn_param *param)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (request->from[i] && strcmp(table[i].name, param->name) == 0 &&
            !has_option(&table[i], param->option))
            return &table[i];
    return NULL;
}

/* ---- finishing ----------------------------------------------------------------------------- */

/* Describes options that contradict each other or the background model; NULL: none. */
static const char *find_contradiction(const struct filter_options *request)
{
    const struct placed_quantity *at = request->placement.at;
    const bool has_centre = at[CENTRE_X].from;
    const bool radial = wn_params_model(&request->params) == WN_MODEL_RADIAL;
    bool placed = false;
    for (int i = 0; i < PLACEMENT_QUANTITIES; i++)
        placed = placed || at[i].from;
    if (radial && !has_centre)
        return "the radial model needs the beam centre: give --centre or --poni";
    if (request->params.model == WN_MODEL_TILES && placed)
        return "tiles have no use for a geometry: leave out --model tiles, or the geometry";
    if (!radial && placed)
        return "a geometry without the beam centre has no use: give --centre or --poni";
    if (radial && filter_options_source(request, "--tile"))
        return "--tile is for tiles: rings are numbered with --bins";
    if (!radial && filter_options_source(request, "--bins"))
        return "--bins is the number of rings: give --centre or --poni, or use --tile";
    return NULL;
}

/* Whether Rot3 rotates the polarisation against the rows and columns of the frame. */
static bool polarisation_is_rotated(const struct filter_options *request)
{
    return request->params.polarised && fabs(sin(request->placement.at[ROT3].value)) > 1e-3;
}

/* Records the source of each quantity of the placement. */
static void note_sources(struct filter_options *request)
{
    const struct placed_quantity *at = request->placement.at;
    set_from(request, "--centre", at[CENTRE_X].from);
    set_from(request, "--distance", at[DISTANCE].from);
    set_from(request, "--pixel-size", at[PIXEL_X].from);
    set_from(request, "--rot1", at[ROT1].from);
    set_from(request, "--rot2", at[ROT2].from);
}

static enum outcome apply_placement(struct filter_options *request)
{
    struct placement file;
    enum outcome outcome = DONE;
    if (request->poni) {
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

void filter_options_complete(struct filter_options *request, const struct placement *found)
{
    const struct placed_quantity *at = request->placement.at;
    const bool has_centre = at[CENTRE_X].from;
    const bool pixels_known = at[PIXEL_X].from || found->at[PIXEL_X].from;
    if (request->poni || request->params.model == WN_MODEL_TILES)
        return;
    if (!pixels_known || !(has_centre || found->at[CENTRE_X].from))
        return;
    placement_complete(&request->placement, found);
}

/* Sets from the level what no option has set. */
static void apply_quality(struct filter_options *request)
{
    const wn_param *table = wn_param_table();
    wn_params level = request->params;
    if (wn_params_quality(request->quality, request->type, &level) != WN_OK)
        return;
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        if (table[i].group != WN_GROUP_KEPT || table[i].kind == WN_PARAM_QUALITY ||
            request->from[i])
            continue;
        wn_param_set(&table[i], &request->params, wn_param_get(&table[i], &level));
        request->from[i] = filter_options_source(request, "--quality");
    }
}

void filter_options_init(struct filter_options *request)
{
    *request = (struct filter_options){.type = WN_U32};
    wn_params_init(&request->params);
}

void filter_options_default_quality(struct filter_options *request, wn_quality quality)
{
    static const char *const overriding[] = {"--quality",     "--keep",       "--pick",
                                             "--noise-floor", "--background", "--compat"};
    for (size_t i = 0; i < sizeof overriding / sizeof overriding[0]; i++)
        if (filter_options_source(request, overriding[i]))
            return;
    request->quality = quality;
    set_from(request, "--quality", "default");
}

enum outcome filter_options_take(struct filter_options *request, int option, const char *text)
{
    if (option == FILTER_OPTION_PONI) {
        request->poni = text;
        return DONE;
    }
    const wn_param *param = &wn_param_table()[option - FILTER_OPTION_FIRST];
    if (!read_option(request, param, text)) {
        complain("%s cannot be '%s'", param->option, text);
        return WRONG_USAGE;
    }
    const wn_param *other = find_conflict(request, param);
    if (other) {
        complain("%s and %s exclude each other: one is %s, the other %s", other->option,
                 param->option, wn_condition_words(other->meaning),
                 wn_condition_words(param->meaning));
        return WRONG_USAGE;
    }
    set_from(request, param->option, param->option);
    return DONE;
}

enum outcome filter_options_finish(struct filter_options *request)
{
    char why[WHY_SIZE];
    enum outcome outcome = apply_placement(request);
    if (outcome != DONE)
        return outcome;
    if (request->quality != 0)
        apply_quality(request);
    wn_params *params = &request->params;
    if (params->model == WN_MODEL_AUTO && request->placement.at[CENTRE_X].from &&
        params->centre_x == 0 && params->centre_y == 0)
        params->model = WN_MODEL_RADIAL;
    const char *wrong = find_contradiction(request);
    if (!wrong && wn_params_check(params, why, sizeof why) != WN_OK)
        wrong = why;
    if (wrong) {
        complain("%s", wrong);
        return WRONG_USAGE;
    }
    if (polarisation_is_rotated(request))
        complain("%s: Rot3 is left out, so --polarisation takes the polarisation to lie along the "
                 "rows of the frame",
                 request->poni);
    return DONE;
}
