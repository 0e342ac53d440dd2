/*
 * The table for getopt_long() and the help texts, both generated from the table of parameters. Help
 * is wrapped to 80 columns.
 */
#include <assert.h>
#include <string.h>

#include "params/filter_options.h"

#define COLUMNS     79 /* and one for punctuation */
#define HELP_COLUMN 26

/* ---- wrapped text -------------------------------------------------------------------------- */

struct wrapped_text {
    FILE *out;
    int indent; /* of the lines that follow */
    int column;
};

static void new_line(struct wrapped_text *text)
{
    fputc('\n', text->out);
    text->column = 0;
}

static void move_to(struct wrapped_text *text, int column)
{
    if (text->column >= column)
        new_line(text);
    text->column += fprintf(text->out, "%*s", column - text->column, "");
}

/* Prints words, wrapped; a blank separates them from text already on the line. */
static void print_words(struct wrapped_text *text, const char *words)
{
    while (*words != '\0') {
        const int length = (int)strcspn(words, " ");
        if (text->column > text->indent) {
            if (text->column + 1 + length > COLUMNS)
                move_to(text, text->indent);
            else
                text->column += fprintf(text->out, " ");
        }
        text->column += fprintf(text->out, "%.*s", length, words);
        words += length + (words[length] == ' ');
    }
}

/* ---- one option ---------------------------------------------------------------------------- */

/* Whether an earlier row has the same option. */
static bool is_repeated(const wn_param *row)
{
    for (const wn_param *other = wn_param_table(); other < row; other++)
        if (other->option && strcmp(other->option, row->option) == 0)
            return true;
    return false;
}

static bool has_default(const wn_param *row)
{
    const bool constant_default = row->group != WN_GROUP_PLACE && row->group != WN_GROUP_FRAME;
    return constant_default && !row->in_use && row->kind != WN_PARAM_SWITCH &&
           row->kind != WN_PARAM_QUALITY;
}

static void print_default_of(const wn_param *row, struct wrapped_text *text)
{
    char number[32];
    const wn_choice *choice = wn_param_choice(row, row->standard);
    snprintf(number, sizeof number, "%.10g", (double)row->standard / row->scale);
    print_words(text, choice ? choice->word : row->standard_text ? row->standard_text : number);
}

/* The default, which may depend on other parameters. */
static void print_default(const wn_param *row, struct wrapped_text *text)
{
    print_words(text, "default");
    print_default_of(row, text);
    const wn_param *end = wn_param_table() + WN_PARAM_ROWS;
    const wn_param *other = row + 1;
    if (other == end || !other->option || strcmp(other->option, row->option) != 0)
        return;
    print_words(text, wn_condition_words(row->meaning));
    for (; other < end && other->option && strcmp(other->option, row->option) == 0; other++) {
        text->column += fprintf(text->out, ",");
        print_default_of(other, text);
        print_words(text, wn_condition_words(other->meaning));
    }
}

static void print_item(const char *word, const char *help, int width, struct wrapped_text *text)
{
    move_to(text, HELP_COLUMN + 2);
    text->column += fprintf(text->out, "%-*s  ", width, word);
    text->indent = text->column;
    print_words(text, help);
    text->indent = HELP_COLUMN;
}

static bool print_choices(const wn_param *row, struct wrapped_text *text)
{
    int width = 0;
    bool any = false;
    for (size_t i = 0; i < row->choices; i++)
        width = (int)strlen(row->choice[i].word) > width ? (int)strlen(row->choice[i].word) : width;
    for (size_t i = 0; i < row->choices; i++) {
        if (!row->choice[i].help)
            continue;
        text->column += any ? 0 : fprintf(text->out, ":");
        print_item(row->choice[i].word, row->choice[i].help, width, text);
        any = true;
    }
    return any;
}

static void print_levels(struct wrapped_text *text)
{
    const wn_quality_level *level = wn_quality_table();
    int width = 0;
    for (size_t i = 0; i < WN_QUALITY_LEVELS; i++)
        width = (int)strlen(level[i].name) > width ? (int)strlen(level[i].name) : width;
    text->column += fprintf(text->out, ":");
    for (size_t i = 0; i < WN_QUALITY_LEVELS; i++)
        print_item(level[i].name, level[i].help, width, text);
}

static void print_head(const char *option, const char *argument, struct wrapped_text *text)
{
    text->column =
        fprintf(text->out, "  %s%s%s", option, argument ? " " : "", argument ? argument : "");
    move_to(text, HELP_COLUMN);
}

static void print_option(const wn_param *row, FILE *out)
{
    struct wrapped_text text = {.out = out, .indent = HELP_COLUMN};
    print_head(row->option, row->argument, &text);
    print_words(&text, row->help);
    const bool listed = print_choices(row, &text);
    if (row->kind == WN_PARAM_QUALITY)
        print_levels(&text);
    if (has_default(row)) {
        if (listed)
            move_to(&text, HELP_COLUMN);
        else
            text.column += fprintf(out, ";");
        print_default(row, &text);
    }
    new_line(&text);
}

/* ---- all of them --------------------------------------------------------------------------- */

static void print_group(wn_param_group group, FILE *out)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (table[i].group == group && table[i].option && !is_repeated(&table[i]))
            print_option(&table[i], out);
}

static void print_poni(FILE *out)
{
    struct wrapped_text text = {.out = out, .indent = HELP_COLUMN};
    print_head("--poni", "FILE", &text);
    print_words(&text, "read all of these from a PONI file; the options above replace what it "
                       "says");
    new_line(&text);
}

void filter_options_usage(enum filter_options_part part, FILE *out)
{
    fputs("Where the detector stands:\n", out);
    print_group(WN_GROUP_PLACE, out);
    print_poni(out);
    if (part == FILTER_OPTIONS_GEOMETRY)
        return;
    print_group(WN_GROUP_FRAME, out);
    fputs("\nBackground:\n", out);
    print_group(WN_GROUP_BACKGROUND, out);
    if (part == FILTER_OPTIONS_DETECTOR)
        return;
    fputs("\nWhat is kept, and how it is restored:\n", out);
    print_group(WN_GROUP_KEPT, out);
    print_group(WN_GROUP_RESTORED, out);
}

void filter_options_usage_of(const char *option, FILE *out)
{
    const wn_param *table = wn_param_table();
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (table[i].option && strcmp(table[i].option, option) == 0 && !is_repeated(&table[i]))
            print_option(&table[i], out);
}

static bool is_in_part(const wn_param *row, enum filter_options_part part)
{
    return part == FILTER_OPTIONS_GEOMETRY   ? row->group == WN_GROUP_PLACE
           : part == FILTER_OPTIONS_DETECTOR ? row->group <= WN_GROUP_BACKGROUND
                                             : true;
}

void filter_options_getopt(const struct option *own, enum filter_options_part part,
                           struct option all[FILTER_OPTIONS_GETOPT_MAX])
{
    const wn_param *table = wn_param_table();
    size_t n = 0;
    for (; own[n].name; n++)
        all[n] = own[n];
    assert(n + WN_PARAM_ROWS + 2 <= FILTER_OPTIONS_GETOPT_MAX);
    for (size_t i = 0; i < WN_PARAM_ROWS; i++)
        if (table[i].option && !is_repeated(&table[i]) && is_in_part(&table[i], part))
            all[n++] = (struct option){table[i].option + strlen("--"),
                                       table[i].argument ? required_argument : no_argument, NULL,
                                       FILTER_OPTION_FIRST + (int)i};
    all[n++] = (struct option){"poni", required_argument, NULL, FILTER_OPTION_PONI};
    all[n] = (struct option){NULL, 0, NULL, 0};
}
