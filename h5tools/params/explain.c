/*
 * One pass over the table of parameters: a row's unit, words and scale suffice for most parameters;
 * the few that are shown otherwise have a function of their own in SPECIAL.
 */
#include "params/explain.h"

#include <stdarg.h>
#include <string.h>

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

static void explain_switch(struct explanation *e, bool yes)
{
    say(e, "%s", yes ? "yes" : "no");
    write_json(e, "%s", yes ? "true" : "false");
}

/* A choice: its word and meaning. */
static void explain_choice(const wn_param *row, int64_t value, struct explanation *e)
{
    const wn_choice *choice = wn_param_choice(row, value);
    if (!choice) {
        say(e, "%s", row->standard_text);
        write_json(e, "%s", row->standard_json);
        return;
    }
    say(e, "%s%s%s", choice->word, choice->brief ? ": " : "", choice->brief ? choice->brief : "");
    write_json(e, "\"%s\"", choice->word);
}

/* A number and its unit, or the words for its default. */
static void explain_number(const wn_param *row, int64_t stored, struct explanation *e)
{
    const double value = (double)stored / row->scale;
    if (e->by_default && row->standard_text) {
        say(e, "%s", row->standard_text);
        write_json(e, "%s", row->standard_json);
        return;
    }
    say(e, "%.10g%s%s%s", value, *row->unit != '\0' ? " " : "", row->unit,
        row->remark ? row->remark : "");
    write_json(e, "%.10g", value);
}

static void explain_centre(const wn_params *p, wn_type type, struct explanation *e)
{
    const wn_param *x = wn_param_find("centre_x", p), *y = wn_param_find("centre_y", p);
    const double at_x = p->centre_x / x->scale, at_y = p->centre_y / y->scale;
    (void)type;
    e->by_default = false;
    say(e, "x %.10g, y %.10g %s", at_x, at_y, x->unit);
    write_json(e, "[%.10g,%.10g]", at_x, at_y);
}

/* Whether two sets of parameters agree in all that a quality level sets and that has an effect. */
static bool same_quality(const wn_params *a, const wn_params *b, wn_type type)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        const wn_param *row = &table[i];
        if (row->group != WN_GROUP_KEPT || row->kind == WN_PARAM_QUALITY)
            continue;
        const bool in_a = wn_condition_holds(row->meaning, a) && wn_condition_holds(row->effect, a);
        const bool in_b = wn_condition_holds(row->meaning, b) && wn_condition_holds(row->effect, b);
        if ((in_a ? wn_param_value(row, a, type) : 0) != (in_b ? wn_param_value(row, b, type) : 0))
            return false;
    }
    return true;
}

/* The first level that is equivalent to these parameters, if there is one. */
static void explain_quality(const wn_params *p, wn_type type, struct explanation *e)
{
    const wn_quality_level *levels = wn_quality_table();
    const wn_type of_levels = type != 0 ? type : WN_U32;
    e->by_default = false;
    write_json(e, "null");
    for (size_t i = 0; i < WN_QUALITY_LEVELS; i++) {
        wn_params level;
        wn_params_init(&level);
        if (wn_params_quality(levels[i].quality, of_levels, &level) != WN_OK ||
            !same_quality(p, &level, of_levels))
            continue;
        say(e, "%s", levels[i].name);
        write_json(e, "\"%s\"", levels[i].name);
        return;
    }
}

static void explain_background(const wn_params *p, wn_type type, struct explanation *e)
{
    (void)type;
    if (e->by_default) {
        say(e, "%s", wn_param_choice(wn_param_find("block", p), 0)->brief);
        write_json(e, "\"%s\"", wn_param_choice(wn_param_find("block", p), 0)->word);
        return;
    }
    say(e, "their distribution, sums of %ld x %ld blocks", (long)p->block, (long)p->block);
    write_json(e, "\"blocks:%ld\"", (long)p->block);
}

static void explain_noise(const wn_params *p, wn_type type, struct explanation *e)
{
    (void)type;
    say(e, "%s", wn_param_choice(wn_param_find("plain_mean", p), p->plain_mean)->brief);
    write_json(e, "%s", p->plain_mean ? "false" : "true");
}

static void explain_frame(const wn_params *p, wn_type type, struct explanation *e)
{
    const wn_param *width = wn_param_find("width", p);
    (void)type;
    e->by_default = p->width == 0 && p->height == 0;
    if (e->by_default) {
        say(e, "%s", width->standard_text);
        write_json(e, "%s", width->standard_json);
        return;
    }
    say(e, "%lu x %lu %s", (unsigned long)p->width, (unsigned long)p->height, width->unit);
    write_json(e, "[%lu,%lu]", (unsigned long)p->width, (unsigned long)p->height);
}

/* Fields that are not shown as they are stored. */
static const struct {
    const char *name;
    void (*explain)(const wn_params *p, wn_type type, struct explanation *e);
} SPECIAL[] = {
    {"centre_x", explain_centre},  {"quality", explain_quality}, {"block", explain_background},
    {"plain_mean", explain_noise}, {"width", explain_frame},
};

static void explain_row(const wn_param *row, const wn_params *p, wn_type type,
                        struct explanation *e)
{
    const wn_param *switch_row = row->in_use ? wn_param_find(row->in_use, p) : row;
    *e = (struct explanation){.applies = true,
                              .by_default = wn_param_get(switch_row, p) == 0,
                              .label = row->label,
                              .key = row->key};
    for (size_t i = 0; i < sizeof SPECIAL / sizeof SPECIAL[0]; i++) {
        if (strcmp(SPECIAL[i].name, row->name) == 0) {
            SPECIAL[i].explain(p, type, e);
            return;
        }
    }
    if (row->kind == WN_PARAM_CHOICE)
        explain_choice(row, wn_param_value(row, p, type), e);
    else if (row->kind == WN_PARAM_SWITCH)
        explain_switch(e, wn_param_get(row, p) != 0);
    else
        explain_number(row, wn_param_value(row, p, type), e);
}

void explain(const wn_params *params, const wn_array *array,
             struct explanation topics[WN_PARAM_ROWS])
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        topics[i] = (struct explanation){.applies = false};
        if (table[i].key && wn_condition_holds(table[i].meaning, params) &&
            wn_condition_holds(table[i].effect, params))
            explain_row(&table[i], params, array ? array->type : (wn_type)0, &topics[i]);
    }
}

void explain_print(const struct explanation topics[WN_PARAM_ROWS], const char *const *from,
                   FILE *out)
{
    for (size_t i = 0; i < WN_PARAM_ROWS; i++) {
        const struct explanation *e = &topics[i];
        if (!e->applies || e->text[0] == '\0')
            continue;
        const char *source = from && from[i] ? from[i] : e->by_default ? "default" : "";
        if (*source != '\0')
            fprintf(out, "  %-16s %-42s %s\n", e->label, e->text, source);
        else
            fprintf(out, "  %-16s %s\n", e->label, e->text);
    }
}

void explain_json(const struct explanation topics[WN_PARAM_ROWS], struct json *json)
{
    json_begin(json, "parameters", '{');
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (topics[i].applies)
            json_raw(json, topics[i].key, topics[i].json);
    json_end(json, '}');
}
