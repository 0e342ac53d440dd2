/* Contexts of counts, by quantising sqrt(expected count), in which Poisson noise has the same width
 * everywhere (variance-stabilising transform: Anscombe, Biometrika 35 (1948) 246). Linear;
 * branch-free. */
#include "format/count_context.h"

#include <stdlib.h>

#include "common/simd.h"
#include "format/count_stream.h"

WN_MULTIVERSION
static void find_contexts(const float *restrict expected, size_t n, unsigned steps,
                          uint8_t *restrict context)
{
    for (size_t i = 0; i < n; i++)
        context[i] = (uint8_t)count_context(expected[i], steps);
}

WN_MULTIVERSION
static void find_used(const float *restrict expected, size_t n, uint8_t *restrict used)
{
    for (size_t i = 0; i < n; i++)
        used[i] = expected[i] > 0;
}

uint8_t *wn_count_contexts_of_cells(const float *mean, size_t cells, unsigned steps)
{
    uint8_t *context = malloc(cells);
    if (context)
        find_contexts(mean, cells, steps, context);
    return context;
}

void wn_count_contexts_of_kept(const uint8_t *cell_context, const uint16_t *cell,
                               const uint16_t *kept, size_t n, uint8_t *context)
{
    for (size_t i = 0; i < n; i++)
        context[i] = cell_context[cell[kept[i]]];
}

size_t wn_count_contexts_of_blocks(const float *expected, size_t n, unsigned steps,
                                   uint8_t *context, uint8_t *used)
{
    size_t listed = 0;
    find_contexts(expected, n, steps, context);
    find_used(expected, n, used);
    for (size_t i = 0; i < n; i++) {
        context[listed] = context[i];
        listed += used[i];
    }
    return listed;
}
