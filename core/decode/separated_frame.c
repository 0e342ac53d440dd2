/* A separated frame as it comes out of a chunk: what it consists of is freed here. */
#include "decode/separated_frame.h"

#include <stdlib.h>

#include "format/profile.h"

static void counted_free(struct counted *c)
{
    wn_kept_grid_free(&c->grid);
    free(c->mean);
    *c = (struct counted){0};
}

void wn_separated_frame_free(struct separated_frame *frame)
{
    wn_profile_free(&frame->profile);
    free(frame->first_kept);
    wn_rect_list_free(&frame->flagged);
    free(frame->kept_index);
    free(frame->kept_bits);
    counted_free(&frame->counted);
    *frame = (struct separated_frame){0};
}
