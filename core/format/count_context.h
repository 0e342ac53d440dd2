/* The contexts of the counts of a frame (format/count_stream.h), from the expected counts of pixels
 * and blocks. */
#ifndef WN_FORMAT_COUNT_CONTEXT_H
#define WN_FORMAT_COUNT_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

/* The context of the pixels of each cell, mean[] being their expected counts. To be freed; NULL if
 * out of memory. */
uint8_t *wn_count_contexts_of_cells(const float *mean, size_t cells, unsigned steps);

/* The contexts of n kept pixels. kept[] are their offsets, as wn_kept_pixels_of() lists them, from
 * the pixel that *cell belongs to. */
void wn_count_contexts_of_kept(const uint8_t *cell_context, const uint16_t *cell,
                               const uint16_t *kept, size_t n, uint8_t *context);

/* The contexts of those of n blocks that have background pixels, that is expected counts above 0:
 * used[i] is 1 for these, else 0. Returns how many they are; `context` has room for n. */
size_t wn_count_contexts_of_blocks(const float *expected, size_t n, unsigned steps,
                                   uint8_t *context, uint8_t *used);

#endif
