/* Parameters: what the files that check them share. */
#ifndef WN_PARAMS_PARAMS_H
#define WN_PARAMS_PARAMS_H

#include "winnow.h"

/* Say why, unless `why` is NULL, and be WN_ERR_PARAMS. */
__attribute__((format(printf, 3, 4))) wn_status wn_refuse(char *why, size_t size,
                                                          const char *format, ...);

/* Whether pixels of a type can be kept as asked for: clusters and blocks are for counts. */
bool wn_params_suit_type(const wn_params *params, wn_type type);

/* Whether frames of an array can be separated with a map of height x width: WN_ERR_PARAMS,
 * WN_ERR_SHAPE. */
wn_status wn_params_admit(const wn_params *params, const wn_array *array, uint32_t height,
                          uint32_t width);

#endif
