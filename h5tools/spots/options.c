/* Options are only noted while they are read, since their defaults and meaning depend on the
 * method: all are evaluated at the end, by the rows of spots/option_table.c. */
#include "spots/options.h"

#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/parse_numbers.h"

#define WHY_SIZE 256

/* Up to this minor version of DIALS 3, masked pixels count as background. */
#define LAST_MASKED_IS_BACKGROUND 23

enum outcome spot_options_take(struct spot_options *options, int option, const char *text)
{
    options->text[option - SPOT_OPTION_FIRST] = text ? text : "";
    return DONE;
}

static const char *text_of_option(const struct spot_options *options, int option)
{
    return options->text[option];
}

static bool is_given(const struct spot_options *options, int option)
{
    return text_of_option(options, option);
}

/* ---- the method ---------------------------------------------------------------------------- */

static bool find_method(const char *name, wn_spot_method *method)
{
    for (int i = WN_SPOTS_RING; i <= WN_SPOTS_PEAKFINDER8; i++) {
        *method = (wn_spot_method)i;
        if (strcmp(name, wn_spot_method_name(*method)) == 0)
            return true;
    }
    return false;
}

static enum outcome read_method(const char *name, wn_spot_method *method)
{
    *method = WN_SPOTS_RING;
    if (!name || find_method(name, method))
        return DONE;
    complain("the method cannot be '%s': ring, dispersion, dispersion-extended or peakfinder8",
             name);
    return WRONG_USAGE;
}

static enum outcome choose_method(const struct spot_options *options,
                                  const struct filter_options *request, wn_spot_method *method)
{
    const char *name = text_of_option(options, SPOT_METHOD);
    const enum outcome outcome = read_method(name, method);
    if (outcome != DONE || !request->params.compat_pyfai)
        return outcome;
    if (*method != WN_SPOTS_RING) {
        complain("--compat pyfai belongs to the method ring, not to %s", name);
        return WRONG_USAGE;
    }
    *method = WN_SPOTS_PYFAI;
    return DONE;
}

/* The first option given that is about compression, not about spots; NULL: none. */
static const char *packing_option(const struct filter_options *request, wn_spot_method method)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        const bool noise_floor = strcmp(table[i].name, "noise_floor") == 0;
        const bool packing =
            table[i].group == WN_GROUP_KEPT || strcmp(table[i].name, "plain_mean") == 0;
        if (request->from[i] && packing && !noise_floor)
            return request->from[i];
    }
    return method != WN_SPOTS_PYFAI ? filter_options_source(request, "--noise-floor") : NULL;
}

static enum outcome refuse_other_options(const struct spot_options *options,
                                         const struct filter_options *request,
                                         wn_spot_method method)
{
    const char *packing = packing_option(request, method);
    if (packing) {
        complain("%s has no meaning for spots%s", packing,
                 filter_options_source(request, "--noise-floor") ? " without --compat pyfai" : "");
        return WRONG_USAGE;
    }
    for (int i = 0; i < SPOT_ROWS; i++) {
        if (!options->text[i] || (SPOT_OPTION[i].methods & 1U << method) != 0)
            continue;
        complain("%s does not belong to the method %s", SPOT_OPTION[i].option,
                 wn_spot_method_name(method));
        return WRONG_USAGE;
    }
    return DONE;
}

/* ---- reading arguments --------------------------------------------------------------------- */

static bool read_int(const char *text, int *value)
{
    double number;
    if (!parse_real(text, &number) || number != floor(number) || fabs(number) > INT_MAX)
        return false;
    *value = (int)number;
    return true;
}

/* An integer of at least 1; the value is unchanged if the option is not given. */
static bool read_count(const struct spot_options *options, int option, uint32_t *value)
{
    const char *text = text_of_option(options, option);
    int number;
    if (!text)
        return true;
    if (!parse_count(text, INT_MAX, &number))
        return false;
    *value = (uint32_t)number;
    return true;
}

/* A positive number, likewise. */
static bool read_positive(const struct spot_options *options, int option, double *value)
{
    const char *text = text_of_option(options, option);
    return !text || (parse_real(text, value) && *value > 0);
}

static bool read_kernel(const char *text, wn_spot_params *params)
{
    double x, y;
    if (!parse_pair(text, &x, &y) || x != floor(x) || y != floor(y) || fabs(x) > INT_MAX ||
        fabs(y) > INT_MAX)
        return false;
    params->kernel_x = (int)x;
    params->kernel_y = (int)y;
    return true;
}

/* MAJOR.MINOR, optionally followed by a point and more. */
static bool read_version(const char *text, bool *masked_is_background)
{
    char *end;
    const long major = strtol(text, &end, 10);
    if (major < 1 || *end != '.' || end[1] < '0' || end[1] > '9')
        return false;
    const long minor = strtol(end + 1, &end, 10);
    *masked_is_background = major < 3 || (major == 3 && minor <= LAST_MASKED_IS_BACKGROUND);
    return *end == '\0' || *end == '.';
}

static bool read_parameter(const struct spot_option_row *row, const char *text,
                           wn_spot_params *params)
{
    void *field = (char *)params + row->offset;
    return row->kind == OPTION_INT ? read_int(text, field) : parse_real(text, field);
}

static bool read_other(struct spot_options *o, int option)
{
    const char *text = text_of_option(o, option);
    switch (option) {
    case SPOT_KERNEL:
        return read_kernel(text, &o->params);
    case SPOT_DIALS:
        return read_version(text, &o->params.masked_is_background);
    case SPOT_MIN_PIXELS:
        return read_count(o, option, &o->rule.min_pixels);
    case SPOT_MAX_PIXELS:
        return read_count(o, option, &o->rule.max_pixels);
    case SPOT_MAX_SEPARATION:
        return read_positive(o, option, &o->rule.max_separation);
    case SPOT_D_MIN:
        return read_positive(o, option, &o->regions.d_min);
    case SPOT_D_MAX:
        return read_positive(o, option, &o->regions.d_max);
    case SPOT_POWDER_RINGS:
        return excluded_regions_powder(text, &o->regions);
    case SPOT_WAVELENGTH:
        return read_positive(o, option, &o->wavelength);
    case SPOT_SATURATION:
        return read_positive(o, option, &o->saturation);
    case SPOT_HITS:
        return parse_count(text, INT_MAX, &o->hits);
    default:
        return true;
    }
}

static enum outcome read_arguments(struct spot_options *o)
{
    for (int option = 0; option < SPOT_ROWS; option++) {
        const struct spot_option_row *row = &SPOT_OPTION[option];
        if (!is_given(o, option))
            continue;
        const bool good = row->kind == OPTION_OTHER
                              ? read_other(o, option)
                              : read_parameter(row, text_of_option(o, option), &o->params);
        if (good)
            continue;
        complain("%s cannot be '%s'", row->option, text_of_option(o, option));
        return WRONG_USAGE;
    }
    return DONE;
}

/* ---- all options --------------------------------------------------------------------------- */

static wn_spot_rule rule_of(wn_spot_method method)
{
    const bool dials = method == WN_SPOTS_DISPERSION || method == WN_SPOTS_DISPERSION_EXTENDED;
    return (wn_spot_rule){.subtract = !dials,
                          .raw_weights = method == WN_SPOTS_PEAKFINDER8,
                          .min_pixels = dials ? 3 : 1,
                          .max_pixels = dials ? 1000 : 0,
                          .max_separation = dials ? 2 : 0};
}

static enum reach reach_of(const struct spot_options *o)
{
    if (is_given(o, SPOT_ROTATION))
        return REACH_ACROSS_FRAMES;
    if (is_given(o, SPOT_STILLS) || o->params.method == WN_SPOTS_PEAKFINDER8 ||
        o->params.method == WN_SPOTS_PYFAI)
        return REACH_ONE_FRAME;
    return REACH_AS_FILE;
}

static const char *contradiction(const struct spot_options *o)
{
    if (is_given(o, SPOT_ROTATION) && is_given(o, SPOT_STILLS))
        return "--rotation and --stills exclude each other";
    if (o->rule.max_pixels > 0 && o->rule.max_pixels < o->rule.min_pixels)
        return "--max-pixels is below --min-pixels: no spot would be left";
    if (o->regions.d_max > 0 && o->regions.d_max <= o->regions.d_min)
        return "--d-max must be above --d-min: it is the limit of low resolution";
    return NULL;
}

static void set_defaults(struct spot_options *o, wn_spot_method method)
{
    wn_spot_params_init(method, &o->params);
    o->rule = rule_of(method);
    o->regions = (struct excluded_regions){.ice_rings = is_given(o, SPOT_ICE_RINGS)};
    o->wavelength = 0;
    o->saturation = NAN;
    o->hits = 1;
}

enum outcome spot_options_default(struct spot_options *o, const char *name)
{
    wn_spot_method method;
    const enum outcome outcome = read_method(name, &method);
    *o = (struct spot_options){0};
    set_defaults(o, method);
    o->reach = reach_of(o);
    return outcome;
}

enum outcome spot_options_finish(struct spot_options *o, struct filter_options *request)
{
    char why[WHY_SIZE];
    wn_spot_method method;
    enum outcome outcome = choose_method(o, request, &method);
    if (outcome == DONE)
        outcome = refuse_other_options(o, request, method);
    if (outcome != DONE)
        return outcome;
    set_defaults(o, method);
    outcome = read_arguments(o);
    if (outcome != DONE)
        return outcome;
    o->reach = reach_of(o);
    if (method == WN_SPOTS_PYFAI && filter_options_source(request, "--noise-floor"))
        o->params.noise = request->params.noise_floor / 100.0;
    const char *wrong = contradiction(o);
    if (!wrong && wn_spot_params_check(&o->params, why, sizeof why) != WN_OK)
        wrong = why;
    if (wrong)
        complain("%s", wrong);
    return wrong ? WRONG_USAGE : DONE;
}

/* ---- the record ---------------------------------------------------------------------------- */

static bool record_parameters(const wn_spot_params *params, struct spot_table *table)
{
    bool good = true;
    for (int i = 0; i < SPOT_ROWS && good; i++) {
        const struct spot_option_row *row = &SPOT_OPTION[i];
        const void *field = (const char *)params + row->offset;
        if (!row->name || (row->methods & 1U << params->method) == 0)
            continue;
        const double value = row->kind == OPTION_INT ? *(const int *)field : *(const double *)field;
        good = spot_table_number(table, row->name, value, row->units);
    }
    if (good && params->method == WN_SPOTS_PYFAI)
        good = spot_table_number(table, "noise", params->noise, "counts");
    if (good && (METHOD_DISPERSION & 1U << params->method) != 0)
        good = spot_table_number(table, "kernel_x", params->kernel_x, "pixels") &&
               spot_table_number(table, "kernel_y", params->kernel_y, "pixels");
    if (good && params->method == WN_SPOTS_DISPERSION_EXTENDED)
        good = spot_table_text(table, "masked_pixels",
                               params->masked_is_background ? "background, as in DIALS up to 3.23"
                                                            : "no background, as in DIALS 3.24");
    return good;
}

static bool record_regions(const struct excluded_regions *regions, struct spot_table *table)
{
    char name[40];
    bool good = true;
    if (regions->d_min > 0)
        good = spot_table_number(table, "d_min", regions->d_min, "angstrom");
    if (good && regions->d_max > 0)
        good = spot_table_number(table, "d_max", regions->d_max, "angstrom");
    if (good && regions->ice_rings)
        good = spot_table_number(table, "ice_ring_width", RING_WIDTH, "1/angstrom^2");
    for (size_t i = 0; i < regions->powder_rings && good; i++) {
        snprintf(name, sizeof name, "powder_ring_%zu", i + 1);
        good = spot_table_number(table, name, regions->powder[i], "angstrom");
    }
    if (good && regions->powder_rings > 0)
        good = spot_table_number(table, "powder_ring_width", regions->powder_width, "1/angstrom^2");
    return good;
}

bool spot_options_record(const struct spot_options *o, struct spot_table *table)
{
    const wn_spot_rule *rule = &o->rule;
    return spot_table_text(table, "method", wn_spot_method_name(o->params.method)) &&
           record_parameters(&o->params, table) &&
           spot_table_text(table, "connected_across",
                           table->rotation ? "pixels and frames" : "pixels") &&
           spot_table_number(table, "min_pixels", rule->min_pixels, "pixels") &&
           spot_table_number(table, "max_pixels", rule->max_pixels, "pixels") &&
           spot_table_number(table, "max_separation", rule->max_separation, "pixels") &&
           record_regions(&o->regions, table) &&
           spot_table_number(table, "hit_threshold", o->hits, "");
}
