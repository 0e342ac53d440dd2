/* Telling the user what is wrong, on stderr. */
#ifndef H5WINNOW_BASE_MESSAGE_H
#define H5WINNOW_BASE_MESSAGE_H

/* Prints one line: the subject (file::dataset, frame), what is wrong, what to do next. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

void complain_memory(void);

/* Replaces control characters, so that a name from a file cannot steer the terminal. */
void make_printable(char *text);

#endif
