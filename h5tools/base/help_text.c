/* Greedy wrapping: a word that does not fit goes to the next line. */
#include "base/help_text.h"

#include <string.h>

#define COLUMNS 79 /* and one for punctuation */

void help_text_new_line(struct help_text *text)
{
    fputc('\n', text->out);
    text->column = 0;
}

void help_text_move(struct help_text *text, int column)
{
    if (text->column >= column)
        help_text_new_line(text);
    text->column += fprintf(text->out, "%*s", column - text->column, "");
}

void help_text_mark(struct help_text *text, const char *mark)
{
    text->column += fprintf(text->out, "%s", mark);
}

void help_text_words(struct help_text *text, const char *words)
{
    while (*words != '\0') {
        const int length = (int)strcspn(words, " ");
        if (text->column > text->indent) {
            if (text->column + 1 + length > COLUMNS)
                help_text_move(text, text->indent);
            else
                help_text_mark(text, " ");
        }
        text->column += fprintf(text->out, "%.*s", length, words);
        words += length + (words[length] == ' ');
    }
}

void help_text_option(struct help_text *text, const char *option, const char *argument, FILE *out)
{
    *text = (struct help_text){.out = out, .indent = HELP_COLUMN};
    text->column = fprintf(out, "  %s%s%s", option, argument ? " " : "", argument ? argument : "");
    help_text_move(text, HELP_COLUMN);
}
