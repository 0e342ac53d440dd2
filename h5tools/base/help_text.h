/*
 * Help texts in two columns: options on the left, words about them wrapped on the right.
 *
 * Lines have at most 80 columns. A text is begun with help_text_option(); help_text_words() and the
 * others then append to it, until help_text_new_line() ends it.
 */
#ifndef H5WINNOW_BASE_HELP_TEXT_H
#define H5WINNOW_BASE_HELP_TEXT_H

#include <stdio.h>

#define HELP_COLUMN 26 /* where the right column starts */

struct help_text {
    FILE *out;
    int indent; /* of the following lines */
    int column;
};

/* Begins the text of an option; the argument is NULL if it takes none. */
void help_text_option(struct help_text *text, const char *option, const char *argument, FILE *out);

/* Appends words, separated by blanks from what the line holds already. */
void help_text_words(struct help_text *text, const char *words);

/* Appends punctuation, which is neither separated nor wrapped. */
void help_text_mark(struct help_text *text, const char *mark);

/* Continues at a column, on the next line if this one has passed it. */
void help_text_move(struct help_text *text, int column);

void help_text_new_line(struct help_text *text);

#endif
