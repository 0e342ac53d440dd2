/* The sections of a separated frame as bytes. */
#ifndef WN_FORMAT_SECTIONS_H
#define WN_FORMAT_SECTIONS_H

/* Sections of a frame: a tag, a length, the contents. Readers skip sections with an unknown tag of
 * ANCILLARY or above, and refuse others that they do not know. */
enum section {
    SECTION_PROFILE = 1,
    SECTION_LIMITS = 2,
    SECTION_FLAGGED = 3,
    SECTION_POSITIONS = 4,
    SECTION_VALUES = 5,
    SECTION_KEPT_GRID = 6,
    SECTION_COUNTS = 7,
    SECTION_SUMS = 8,
    SECTION_END = 9, /* number of sections known, plus one */
};
#define ANCILLARY 128

#endif
