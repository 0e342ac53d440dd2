#include "explain.h"

#include <stdarg.h>

__attribute__((format(printf, 2, 3))) static void say(struct explanation *e, const char *format,
                                                      ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(e->text, sizeof e->text, format, arguments);
    va_end(arguments);
}

__attribute__((format(printf, 2, 3))) static void write_json(struct explanation *e,
                                                             const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(e->json, sizeof e->json, format, arguments);
    va_end(arguments);
}

/* A topic that applies. */
static struct explanation *topic(struct explanation *topics, enum topic which, const char *label,
                                 const char *key, bool by_default)
{
    struct explanation *e = &topics[which];
    *e =
        (struct explanation){.applies = true, .by_default = by_default, .label = label, .key = key};
    return e;
}

/* A number and its unit, or the words for what is there by default. */
static void number(struct explanation *e, double value, const char *unit, const char *words,
                   const char *json)
{
    if (e->by_default) {
        say(e, "%s", words);
        write_json(e, "%s", json);
    } else {
        say(e, "%.10g%s", value, unit);
        write_json(e, "%.10g", value);
    }
}

/* The same where the default is a number of that unit as well. */
static void number_or(struct explanation *e, double value, double standard, const char *unit)
{
    say(e, "%.10g%s", e->by_default ? standard : value, unit);
    write_json(e, "%.10g", e->by_default ? standard : value);
}

static void answer(struct explanation *e, bool yes)
{
    say(e, "%s", yes ? "yes" : "no");
    write_json(e, "%s", yes ? "true" : "false");
}

static void explain_radial(const wn_params *p, struct explanation *topics)
{
    struct explanation *e = topic(topics, ON_CENTRE, "beam centre", "centre_pixel", false);
    say(e, "x %.10g, y %.10g pixel", p->centre_x / 1e3, p->centre_y / 1e3);
    write_json(e, "[%.10g,%.10g]", p->centre_x / 1e3, p->centre_y / 1e3);

    e = topic(topics, ON_DISTANCE, "distance", "distance_pixel", p->distance == 0);
    number(e, p->distance / 1e3, " pixel widths", "not given", "null");
    e = topic(topics, ON_ASPECT, "pixel height", "pixel_aspect", p->aspect == 0);
    number(e, p->aspect / 1e6, " pixel widths", "1 pixel width", "1");
    e = topic(topics, ON_ROT1, "rot1", "rot1_rad", p->rot1 == 0);
    number_or(e, p->rot1 / 1e6, 0, " rad");
    e = topic(topics, ON_ROT2, "rot2", "rot2_rad", p->rot2 == 0);
    number_or(e, p->rot2 / 1e6, 0, " rad");
    e = topic(topics, ON_REGIONS, "rings", "rings", p->bins == 0);
    number(e, p->bins, "", "", "\"auto\"");
    if (e->by_default)
        say(e, "one for every %d pixels of radius", WN_DEFAULT_RING_WIDTH);

    e = topic(topics, ON_SOLID_ANGLE, "solid angle", "solid_angle", !p->solid_angle);
    answer(e, p->solid_angle);
    e = topic(topics, ON_POLARISATION, "polarisation", "polarisation", !p->polarised);
    number(e, p->polarisation / 1e3, " (factor)", "no", "null");
}

static void explain_clipping(const wn_params *p, const wn_array *array, struct explanation *topics)
{
    static const char *const names[] = {"auto", "poisson", "azimuthal", "hybrid"};
    wn_error_model error_model = p->error_model;
    if (error_model == WN_ERROR_AUTO && array != NULL)
        error_model = wn_type_is_float(array->type) ? WN_ERROR_AZIMUTHAL : WN_ERROR_HYBRID;
    struct explanation *e = topic(topics, ON_ERROR_MODEL, "error model", "error_model",
                                  p->error_model == WN_ERROR_AUTO);
    say(e, "%s",
        error_model == WN_ERROR_AUTO ? "hybrid for integers, azimuthal for floats"
                                     : names[error_model]);
    write_json(e, "\"%s\"", names[error_model]);

    e = topic(topics, ON_CLIP, "clipping", "clip_sigma", p->clip == 0);
    number(e, p->clip / 1e2, " sigma", "Chauvenet's criterion", "\"chauvenet\"");
    e = topic(topics, ON_CYCLES, "clipping cycles", "cycles", p->cycles == 0);
    number_or(e, p->cycles, WN_DEFAULT_CYCLES, "");
}

/* The parameters that decide the quality, defaults filled in; all others 0. */
static wn_params decisive(const wn_params *p)
{
    wn_params d;
    wn_params_init(&d);
    const bool cluster = p->keep == WN_KEEP_CLUSTER;
    d.keep = p->keep == WN_KEEP_AUTO ? WN_KEEP_OUTLIER : p->keep;
    d.block = p->block;
    if (p->keep == WN_KEEP_ALL)
        return d;
    d.pick = p->pick != 0 ? p->pick : cluster ? WN_DEFAULT_SEED : WN_DEFAULT_PICK;
    d.noise_floor = p->noise_floor;
    d.filter_width = p->filter_width;
    d.halo = cluster && p->halo == 0 && p->block > 0 ? WN_DEFAULT_HALO : p->halo;
    return d;
}

/* The quality level that these parameters are, best first; 0: none. */
static wn_quality level_of(const wn_params *params, wn_type type)
{
    const wn_params here = decisive(params);
    for (int i = WN_QUALITY_LOSSLESS; i <= WN_QUALITY_HITS; i++) {
        wn_params level;
        wn_params_init(&level);
        if (wn_params_quality((wn_quality)i, type, &level) != WN_OK)
            continue;
        level = decisive(&level);
        if (here.keep == level.keep && here.pick == level.pick && here.halo == level.halo &&
            here.filter_width == level.filter_width && here.noise_floor == level.noise_floor &&
            here.block == level.block)
            return (wn_quality)i;
    }
    return (wn_quality)0;
}

static void explain_quality(const wn_params *p, const wn_array *array, struct explanation *topics)
{
    const wn_quality level = level_of(p, array != NULL ? array->type : WN_U32);
    struct explanation *e = topic(topics, ON_QUALITY, "quality", "quality", false);
    write_json(e, "null");
    if (level != 0) {
        say(e, "%s", wn_quality_name(level));
        write_json(e, "\"%s\"", wn_quality_name(level));
    }
}

/* How places that stand out are found, and how much is kept around them. */
static void explain_clusters(const wn_params *p, struct explanation *topics)
{
    struct explanation *e = topic(topics, ON_HALO, "halo", "halo_pixel", p->halo == 0);
    number_or(e, p->halo, p->block > 0 ? WN_DEFAULT_HALO : 0, " pixel");
    e = topic(topics, ON_FILTER, "filter", "filter_pixel", p->filter_width == 0);
    number(e, p->filter_width / 1e1, " pixel, sigma of a Gaussian", "box of 3 x 3 pixels", "null");
}

static void explain_background(const wn_params *p, struct explanation *topics)
{
    struct explanation *e = topic(topics, ON_BACKGROUND, "not kept", "background", p->block == 0);
    say(e, "stored as their law alone");
    write_json(e, "\"law\"");
    if (!e->by_default) {
        say(e, "their law, and counts in blocks of %ld x %ld", (long)p->block, (long)p->block);
        write_json(e, "\"blocks:%ld\"", (long)p->block);
    }
}

static void explain_picking(const wn_params *p, const wn_array *array, struct explanation *topics)
{
    static const struct {
        const char *text, *json;
    } names[] = {
        [WN_KEEP_AUTO] = {"outlier: pixels that stand out alone", "\"outlier\""},
        [WN_KEEP_OUTLIER] = {"outlier: pixels that stand out alone", "\"outlier\""},
        [WN_KEEP_CLUSTER] = {"cluster: places that stand out", "\"cluster\""},
        [WN_KEEP_ALL] = {"all: every pixel, without loss", "\"all\""},
    };
    explain_quality(p, array, topics);
    struct explanation *e = topic(topics, ON_KEEP, "keep", "keep", p->keep == WN_KEEP_AUTO);
    say(e, "%s", names[p->keep].text);
    write_json(e, "%s", names[p->keep].json);
    if (p->keep == WN_KEEP_ALL)
        return;
    e = topic(topics, ON_PICK, "picking", "pick_sigma", p->pick == 0);
    number_or(e, p->pick / 1e2,
              (p->keep == WN_KEEP_CLUSTER ? WN_DEFAULT_SEED : WN_DEFAULT_PICK) / 1e2, " sigma");
    if (p->keep == WN_KEEP_CLUSTER) {
        explain_clusters(p, topics);
    } else {
        e = topic(topics, ON_NOISE_FLOOR, "noise floor", "noise_floor_counts", p->noise_floor == 0);
        number(e, p->noise_floor / 1e2, " counts", "none", "0");
    }
    explain_background(p, topics);
}

static void explain_rest(const wn_params *p, struct explanation *topics)
{
    struct explanation *e = topic(topics, ON_DUMMY, "dummy", "dummy", !p->has_dummy);
    number(e, p->dummy, "", "none", "null");
    e = topic(topics, ON_NOISE, "restore", "noise", !p->plain_mean);
    say(e, "%s", p->plain_mean ? "without noise: the mean of the background" : "with noise");
    write_json(e, "%s", p->plain_mean ? "false" : "true");
    e = topic(topics, ON_COMPAT, "as pyFAI", "compat_pyfai", !p->compat_pyfai);
    answer(e, p->compat_pyfai);
    e = topic(topics, ON_FRAME, "frame", "frame_pixel", p->width == 0 && p->height == 0);
    say(e, "that of the chunk");
    write_json(e, "null");
    if (!e->by_default) {
        say(e, "%lu x %lu pixel", (unsigned long)p->width, (unsigned long)p->height);
        write_json(e, "[%lu,%lu]", (unsigned long)p->width, (unsigned long)p->height);
    }
}

void explain(const wn_params *params, const wn_array *array, struct explanation topics[TOPICS])
{
    const bool radial = wn_params_model(params) == WN_MODEL_RADIAL;
    for (int i = 0; i < TOPICS; i++)
        topics[i] = (struct explanation){.applies = false};
    struct explanation *e =
        topic(topics, ON_MODEL, "background", "model", params->model == WN_MODEL_AUTO);
    say(e, "%s", radial ? "radial: rings about the beam centre" : "tiles: no geometry needed");
    write_json(e, "%s", radial ? "\"radial\"" : "\"tiles\"");
    if (radial) {
        explain_radial(params, topics);
    } else {
        e = topic(topics, ON_REGIONS, "tile edge", "tile_pixel", params->bins == 0);
        number_or(e, params->bins, WN_DEFAULT_TILE, " pixel");
    }
    explain_clipping(params, array, topics);
    explain_picking(params, array, topics);
    explain_rest(params, topics);
}

void explain_print(const struct explanation topics[TOPICS], const char *const *from, FILE *out)
{
    for (int i = 0; i < TOPICS; i++) {
        const struct explanation *e = &topics[i];
        if (!e->applies || e->text[0] == '\0')
            continue;
        const char *source = from != NULL && from[i] != NULL ? from[i]
                             : e->by_default                 ? "default"
                                                             : "";
        if (*source != '\0')
            fprintf(out, "  %-16s %-42s %s\n", e->label, e->text, source);
        else
            fprintf(out, "  %-16s %s\n", e->label, e->text);
    }
}

void explain_json(const struct explanation topics[TOPICS], struct json *json)
{
    json_begin(json, "parameters", '{');
    for (int i = 0; i < TOPICS; i++)
        if (topics[i].applies)
            json_raw(json, topics[i].key, topics[i].json);
    json_end(json, '}');
}
