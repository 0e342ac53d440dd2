/* Choosing the code of a context: the symbols for its counts, and their frequencies. */
#ifndef WN_ENCODE_COUNT_CODE_FIT_H
#define WN_ENCODE_COUNT_CODE_FIT_H

#include "format/count_code.h"

/* The code of the least estimated size, table included, for n >= 1 counts. Every symbol that occurs
 * has a frequency of 1 to SLOTS - 1. */
void wn_count_code_choose(const uint32_t *count, size_t n, struct count_code *code);

/* The same for counts below COUNT_BINS by their histogram: times[i] of them are i; they are not all
 * 0. */
#define COUNT_BINS 4096
void wn_count_code_of_histogram(const uint32_t times[COUNT_BINS], struct count_code *code);

#endif
