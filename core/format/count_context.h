/* The classes of the counts of a frame, see format/count_stream.h: by what is expected of a pixel
 * or a block. */
#ifndef WN_FORMAT_COUNT_CONTEXT_H
#define WN_FORMAT_COUNT_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

/* The class of a pixel of each cell, of which mean[] is expected; to be freed. NULL if there is no
 * memory for them. */
uint8_t *wn_count_contexts_of_cells(const float *mean, size_t cells, unsigned steps);

/* The classes of n kept pixels, as wn_kept_pixels_of() lists them, of which the first has *cell. */
void wn_count_contexts_of_kept(const uint8_t *cell_class, const uint16_t *cell,
                               const uint16_t *kept, size_t n, uint8_t *class);

/* The classes of those of n blocks that have background pixels, of which anything is expected:
 * used[i] is then 1, else 0. Returns how many these are; class has room for n. */
size_t wn_count_contexts_of_blocks(const float *expected, size_t n, unsigned steps, uint8_t *class,
                                   uint8_t *used);

#endif
