/* Choosing the code of a class of counts. */
#ifndef WN_ENCODE_COUNT_CODE_FIT_H
#define WN_ENCODE_COUNT_CODE_FIT_H

#include "format/count_code.h"

/* The code that is thought to be the cheapest, table included, for these n >= 1 counts. Whatever
 * occurs among them has a frequency; none is above SLOTS - 1. */
void wn_count_code_choose(const uint32_t *count, size_t n, struct count_code *code);

/* The same for counts below COUNT_BINS, of which times[i] are i, and any is more than 0. */
#define COUNT_BINS 4096
void wn_count_code_of_histogram(const uint32_t times[COUNT_BINS], struct count_code *code);

#endif
