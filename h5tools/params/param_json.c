/*
 * The Python module ships this output as a file and learns all it knows of parameters from it, so
 * that it needs no compiler.
 */
#include "params/param_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/message.h"
#include "winnow.h"

static void write_text(struct json *json, const char *key, const char *text)
{
    if (text)
        json_text(json, key, text);
}

static const char *kind_name(wn_param_kind kind)
{
    return kind == WN_PARAM_NUMBER   ? "number"
           : kind == WN_PARAM_SWITCH ? "switch"
           : kind == WN_PARAM_CHOICE ? "choice"
                                     : "quality";
}

static const char *group_name(wn_param_group group)
{
    return group == WN_GROUP_PLACE        ? "place"
           : group == WN_GROUP_FRAME      ? "frame"
           : group == WN_GROUP_BACKGROUND ? "background"
           : group == WN_GROUP_KEPT       ? "kept"
                                          : "restored";
}

static void write_choices(struct json *json, const wn_param *row)
{
    if (row->choices == 0)
        return;
    json_begin(json, "choices", '[');
    for (size_t i = 0; i < row->choices; i++) {
        json_begin(json, NULL, '{');
        json_real(json, "value", row->choice[i].value);
        json_text(json, "word", row->choice[i].word);
        write_text(json, "help", row->choice[i].help);
        json_end(json, '}');
    }
    json_end(json, ']');
}

/* What 0 stands for, in stored units; for floats as well, where that differs. */
static void write_default(struct json *json, const wn_param *row)
{
    wn_params params;
    wn_params_init(&params);
    const int64_t of_counts = wn_param_value(row, &params, WN_U32);
    const int64_t of_floats = wn_param_value(row, &params, WN_F32);
    const bool depends_on_geometry = row->offset == offsetof(wn_params, model);
    json_real(json, "default", depends_on_geometry ? 0 : (double)of_counts);
    if (of_floats != of_counts)
        json_real(json, "default_of_floats", (double)of_floats);
    write_text(json, "default_text", row->standard_text);
    if (row->standard_json)
        json_raw(json, "default_json", row->standard_json);
}

static void write_storage(struct json *json, const wn_param *row)
{
    json_begin(json, "stored", '{');
    json_count(json, "slot", row->slot);
    if (row->digit > 0) {
        json_count(json, "place", row->place);
        json_count(json, "digit", row->digit);
    }
    json_end(json, '}');
}

static void write_field(struct json *json, const wn_param *row)
{
    if (row->kind == WN_PARAM_QUALITY)
        return;
    write_storage(json, row);
    json_text(json, "unit", row->unit);
    json_real(json, "scale", row->scale);
    json_real(json, "lowest", (double)row->lowest);
    json_real(json, "highest", (double)row->highest);
    write_default(json, row);
    write_choices(json, row);
}

static void write_row(struct json *json, const wn_param *row)
{
    json_begin(json, NULL, '{');
    json_text(json, "name", row->name);
    json_text(json, "kind", kind_name(row->kind));
    json_text(json, "group", group_name(row->group));
    json_text(json, "meaning", wn_condition_name(row->meaning));
    json_text(json, "effect", wn_condition_name(row->effect));
    write_text(json, "in_use", row->in_use);
    write_field(json, row);
    write_text(json, "option", row->option);
    write_text(json, "argument", row->argument);
    write_text(json, "help", row->help);
    write_text(json, "key", row->key);
    write_text(json, "label", row->label);
    write_text(json, "title", row->title);
    json_end(json, '}');
}

static void write_choice(struct json *json, const char *key, const wn_quality_choice *choice)
{
    json_begin(json, key, '{');
    json_real(json, "keep", choice->keep);
    json_real(json, "pick", choice->pick);
    json_real(json, "halo", choice->halo);
    json_real(json, "block", choice->block);
    json_end(json, '}');
}

static void write_level(struct json *json, const wn_quality_level *level)
{
    json_begin(json, NULL, '{');
    json_text(json, "name", level->name);
    json_text(json, "help", level->help);
    write_choice(json, "integers", &level->counts);
    write_choice(json, "floats", &level->floats);
    json_end(json, '}');
}

static void write_conditions(struct json *json)
{
    json_begin(json, "conditions", '{');
    for (int i = 0; i < WN_CONDITIONS; i++)
        json_text(json, wn_condition_name((wn_condition)i), wn_condition_words((wn_condition)i));
    json_end(json, '}');
}

/* Prints an object and what follows it, but for its last `cut` characters. */
static enum outcome print_object(struct json *json, size_t cut, const char *then, FILE *out)
{
    char *text = json_finish(json);
    if (!text) {
        complain_memory();
        return IO_FAILURE;
    }
    fprintf(out, "%.*s%s", (int)(strlen(text) - cut), text, then);
    free(text);
    return DONE;
}

static enum outcome print_head(FILE *out)
{
    struct json json = {.depth = 0};
    json_begin(&json, NULL, '{');
    json_count(&json, "filter", WN_FILTER_ID);
    json_count(&json, "version", WN_PARAMS_VERSION);
    json_count(&json, "slots", WN_CD_VALUES);
    write_conditions(&json);
    json_end(&json, '}');
    return print_object(&json, 1, ",\n\"parameters\":[", out);
}

/* Each row is an object of its own on a line of its own. */
static enum outcome print_rows(FILE *out)
{
    enum outcome outcome = DONE;
    for (size_t i = 0; i < WN_PARAM_ROWS && outcome == DONE; i++) {
        struct json json = {.depth = 0};
        fputc('\n', out);
        write_row(&json, &wn_param_table()[i]);
        outcome = print_object(&json, 0, i + 1 < WN_PARAM_ROWS ? "," : "],\n\"quality\":[", out);
    }
    return outcome;
}

static enum outcome print_levels(FILE *out)
{
    enum outcome outcome = DONE;
    for (size_t i = 0; i < WN_QUALITY_LEVELS && outcome == DONE; i++) {
        struct json json = {.depth = 0};
        fputc('\n', out);
        write_level(&json, &wn_quality_table()[i]);
        outcome = print_object(&json, 0, i + 1 < WN_QUALITY_LEVELS ? "," : "]}\n", out);
    }
    return outcome;
}

enum outcome param_json_print(FILE *out)
{
    enum outcome outcome = print_head(out);
    if (outcome == DONE)
        outcome = print_rows(out);
    return outcome == DONE ? print_levels(out) : outcome;
}
