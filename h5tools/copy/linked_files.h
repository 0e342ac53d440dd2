/* The files that belong to a file: targets of its external links and source files of its virtual
 * datasets. */
#ifndef H5WINNOW_COPY_LINKED_FILES_H
#define H5WINNOW_COPY_LINKED_FILES_H

#include <stddef.h>

#include "base/outcome.h"
#include "input/image_datasets.h"

struct linked_files {
    char **name; /* as in the link: relative to the folder of the first file */
    char **path; /* for opening it */
    size_t n;
};

/* Lists a file, itself first, and all that belong to it. The source datasets of virtual images are
 * added to `images`. BAD_INPUT, with a message: a file is missing, or not in the folder of the
 * first one or below it, so that its relative path cannot be kept. */
enum outcome linked_files_find(const char *path, struct image_list *images,
                               struct linked_files *files);
void linked_files_free(struct linked_files *files);

#endif
