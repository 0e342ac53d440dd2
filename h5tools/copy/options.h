/* Options of tree_copy(). */
#ifndef H5WINNOW_COPY_OPTIONS_H
#define H5WINNOW_COPY_OPTIONS_H

#include <hdf5.h>
#include <stdbool.h>

#include "base/outcome.h"

/* Called once for each dataset, however many links it has. `in` is open; `in_path` is its path from
 * the root of the input (through external links too). To take it over, write a dataset named `name`
 * into the group `out` and set *taken; its attributes are copied afterwards, except those that it
 * then has. Otherwise the dataset is copied unchanged: same type, layout, filters and raw bytes.
 * Anything worse than FINDING ends the copying. */
typedef enum outcome (*tree_dataset)(void *context, hid_t in, const char *in_path, hid_t out,
                                     const char *name, bool *taken);

struct tree_options {
    tree_dataset dataset; /* NULL: all datasets are copied as they are */
    void *context;        /* for `dataset` */
    const char *replaces; /* NULL, or the file that the output will replace in the end: nothing is
                             copied out of that */
    bool keep_external;   /* external links stay links; otherwise their targets become part of
                             the output */
};

#endif
