/* Converts sparse files of pyFAI (sparsify-Bragg) to frames that winnow has compressed. */
#ifndef H5WINNOW_PACK_IMPORT_SPARSE_H
#define H5WINNOW_PACK_IMPORT_SPARSE_H

#include <stdbool.h>

#include "base/outcome.h"

/* Writes /entry/data/data of the file `output`, which appears when it is complete. BAD_INPUT: the
 * input is no such file, is damaged, or its rings are not equally wide ones about the beam centre.
 * WRONG_USAGE: the output exists, and force is not set. */
enum outcome import_sparse(const char *input, const char *output, bool force);

#endif
