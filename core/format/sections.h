/* Tags of the sections of a separated frame. */
#ifndef WN_FORMAT_SECTIONS_H
#define WN_FORMAT_SECTIONS_H

/* A section is a tag, a length and the contents. Readers skip sections with an unknown tag of
 * FIRST_ANCILLARY_TAG or above, and refuse other unknown tags. */
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
#define FIRST_ANCILLARY_TAG 128

#endif
