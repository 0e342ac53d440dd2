/* One separated frame as bytes. */
#ifndef WN_FRAME_H
#define WN_FRAME_H

#include "codec.h"
#include "densify.h"
#include "separation.h"
#include "stream.h"

/* Sections of a frame: a tag, a length, the contents. Readers skip sections with an unknown tag of
 * ANCILLARY or above, and refuse others that they do not know. */
enum section {
    SECTION_PROFILE = 1,
    SECTION_LIMITS = 2,
    SECTION_FLAGGED = 3,
    SECTION_POSITIONS = 4,
    SECTION_VALUES = 5,
    SECTION_PLACES = 6,
    SECTION_COUNTS = 7,
    SECTION_SUMS = 8,
    SECTION_END = 9, /* number of sections known, plus one */
};
#define ANCILLARY 128

/* Write a separated frame, or one that is kept whole. If it does not fit, or cannot be stored in
 * this form, the writer is full afterwards. */
wn_status frame_write(struct writer *w, const struct separation *separation,
                      const struct pixels *pixels);

/* Read a frame that is separated or, of the form WN_FORM_COUNTED, kept whole. Everything that is
 * read is checked against the map; memory is bounded by the map's frame. */
wn_status frame_read(const struct record *record, const wn_map *map, wn_type type,
                     struct separated_frame *frame);

#endif
