/* The attribute `units` of NeXus files. */
#ifndef H5WINNOW_NEXUS_UNITS_H
#define H5WINNOW_NEXUS_UNITS_H

/* What a unit measures; the values can be combined to a set. */
enum dimension {
    IN_NOTHING = 0, /* unknown unit */
    IN_PIXELS = 1,
    IN_METRES = 2,
    IN_RADIANS = 4,
};

struct nexus_unit {
    enum dimension dimension;
    double size; /* in pixels, metres or radians */
};

/* Parses the usual spellings: um, micron, mm, meter, deg, angstrom and so on. */
struct nexus_unit nexus_unit_read(const char *text);

#endif
