/* Joining paths, and copying files byte for byte. */
#ifndef H5WINNOW_OUTPUT_COPY_FILE_H
#define H5WINNOW_OUTPUT_COPY_FILE_H

#include <stdbool.h>

#include "base/outcome.h"

/* FOLDER/NAME, for free(); NULL, with a message: out of memory. */
char *path_join(const char *folder, const char *name);

/* Copies a file byte for byte, as NAME.partial, which is renamed when complete. Refuses to replace
 * a file without force. */
enum outcome copy_file(const char *from, const char *to, bool force);

#endif
