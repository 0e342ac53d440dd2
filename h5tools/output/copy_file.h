/* output/copy_file.h - names and bytes of files. */
#ifndef H5WINNOW_OUTPUT_COPY_FILE_H
#define H5WINNOW_OUTPUT_COPY_FILE_H

#include <stdbool.h>

#include "base/outcome.h"

/* FOLDER/NAME, to be freed; NULL, with a message: no memory. */
char *path_join(const char *folder, const char *name);

/* Copies a file byte for byte: written as NAME.partial, and renamed when it is complete. Refuses to
 * replace a file without force. */
enum outcome copy_file(const char *from, const char *to, bool force);

#endif
