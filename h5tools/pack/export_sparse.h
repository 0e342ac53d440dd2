/* Writes frames that winnow has compressed in the sparse layout of pyFAI and FabIO. */
#ifndef H5WINNOW_PACK_EXPORT_SPARSE_H
#define H5WINNOW_PACK_EXPORT_SPARSE_H

#include <stdbool.h>

#include "base/outcome.h"
#include "input/dataset_layout.h"

/* Writes all frames of a dataset to the file `output`, which appears when it is complete.
 * BAD_INPUT: a chunk is damaged, or the layout cannot hold the frames. WRONG_USAGE: the output
 * exists, and force is not set. */
enum outcome export_sparse(const struct dataset_layout *stack, const char *output, bool force);

#endif
