/* Checks of parameters that are shared inside the library. */
#ifndef WN_PARAMS_PARAMS_H
#define WN_PARAMS_PARAMS_H

#include "winnow.h"

/* Stores the reason in why[0..size), unless `why` is NULL, and returns WN_ERR_PARAMS. */
__attribute__((format(printf, 3, 4))) wn_status wn_refuse(char *why, size_t size,
                                                          const char *format, ...);

/* Whether the rule of keeping can be applied to pixels of a type: clusters and blocks are for
 * integers. */
bool wn_params_suit_type(const wn_params *params, wn_type type);

/* Whether frames of an array can be separated with these parameters and a map of height x width:
 * WN_OK, WN_ERR_PARAMS or WN_ERR_SHAPE. */
wn_status wn_params_admit(const wn_params *params, const wn_array *array, uint32_t height,
                          uint32_t width);

#endif
