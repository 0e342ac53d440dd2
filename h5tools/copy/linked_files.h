/* copy/linked_files.h - the files that belong to a file: those that its external links and virtual
 * datasets lead to. */
#ifndef H5WINNOW_COPY_LINKED_FILES_H
#define H5WINNOW_COPY_LINKED_FILES_H

#include <stddef.h>

#include "base/outcome.h"
#include "input/image_datasets.h"

struct linked_files {
    char **name; /* as the file that leads there has it: relative to the folder of the first */
    char **path; /* how it can be opened */
    size_t n;
};

/* Lists a file and all that belong to it, itself first. Datasets that virtual images are made of
 * join the images. BAD_INPUT, with a message: a file is not there, or lies outside the folder of
 * the first one or below, so that it cannot keep its place. */
enum outcome linked_files_find(const char *path, struct image_list *images,
                               struct linked_files *files);
void linked_files_free(struct linked_files *files);

#endif
