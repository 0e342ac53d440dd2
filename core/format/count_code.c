/* Storage for the codes of all contexts that occur: one block of memory. */
#include "format/count_code.h"

#include <stdlib.h>

wn_status wn_count_codes_create(struct count_codes *codes, const size_t occurs[COUNT_CONTEXTS])
{
    *codes = (struct count_codes){.n = 0};
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++)
        codes->n += occurs[c] > 0;
    codes->all = calloc(codes->n + 1, sizeof *codes->all);
    if (!codes->all)
        return WN_ERR_MEMORY;
    struct count_code *next = codes->all;
    for (unsigned c = 0; c < COUNT_CONTEXTS; c++)
        codes->of[c] = occurs[c] > 0 ? next++ : NULL;
    return WN_OK;
}
