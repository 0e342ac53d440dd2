#include "format/count_context.h"

#include <stdlib.h>

#include "common/simd.h"
#include "format/count_stream.h"

WN_MULTIVERSION
static void class_all(const float *restrict expected, size_t n, unsigned steps,
                      uint8_t *restrict class)
{
    for (size_t i = 0; i < n; i++)
        class[i] = (uint8_t)count_context(expected[i], steps);
}

WN_MULTIVERSION
static void find_used(const float *restrict expected, size_t n, uint8_t *restrict used)
{
    for (size_t i = 0; i < n; i++)
        used[i] = expected[i] > 0;
}

uint8_t *wn_count_contexts_of_cells(const float *mean, size_t cells, unsigned steps)
{
    uint8_t *class = malloc(cells);
    if (class)
        class_all(mean, cells, steps, class);
    return class;
}

void wn_count_contexts_of_kept(const uint8_t *cell_class, const uint16_t *cell,
                               const uint16_t *kept, size_t n, uint8_t *class)
{
    for (size_t i = 0; i < n; i++)
        class[i] = cell_class[cell[kept[i]]];
}

size_t wn_count_contexts_of_blocks(const float *expected, size_t n, unsigned steps, uint8_t *class,
                                   uint8_t *used)
{
    size_t listed = 0;
    class_all(expected, n, steps, class);
    find_used(expected, n, used);
    for (size_t i = 0; i < n; i++) {
        class[listed] = class[i];
        listed += used[i];
    }
    return listed;
}
