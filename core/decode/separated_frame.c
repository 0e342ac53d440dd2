/* Frees a separated frame. */
#include "decode/separated_frame.h"

#include <stdlib.h>

#include "format/profile.h"

static void coded_counts_free(struct coded_counts *c)
{
    wn_kept_grid_free(&c->grid);
    free(c->mean);
    *c = (struct coded_counts){0};
}

void wn_separated_frame_free(struct separated_frame *frame)
{
    wn_profile_free(&frame->profile);
    free(frame->first_kept);
    wn_rect_list_free(&frame->flagged);
    free(frame->kept_index);
    free(frame->kept_bits);
    coded_counts_free(&frame->coded);
    *frame = (struct separated_frame){0};
}
