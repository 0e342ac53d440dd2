/* A table of spellings, searched linearly. */
#include "nexus/units.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define DEGREE 0.017453292519943295

static const struct {
    const char *text;
    struct nexus_unit unit;
} UNITS[] = {
    {"pixel", {IN_PIXELS, 1}},
    {"pixels", {IN_PIXELS, 1}},
    {"px", {IN_PIXELS, 1}},
    {"m", {IN_METRES, 1}},
    {"meter", {IN_METRES, 1}},
    {"meters", {IN_METRES, 1}},
    {"metre", {IN_METRES, 1}},
    {"metres", {IN_METRES, 1}},
    {"cm", {IN_METRES, 1e-2}},
    {"centimeter", {IN_METRES, 1e-2}},
    {"centimetre", {IN_METRES, 1e-2}},
    {"mm", {IN_METRES, 1e-3}},
    {"millimeter", {IN_METRES, 1e-3}},
    {"millimeters", {IN_METRES, 1e-3}},
    {"millimetre", {IN_METRES, 1e-3}},
    {"millimetres", {IN_METRES, 1e-3}},
    {"um", {IN_METRES, 1e-6}},
    {"\xc2\xb5m", {IN_METRES, 1e-6}}, /* micro sign */
    {"\xce\xbcm", {IN_METRES, 1e-6}}, /* Greek letter mu */
    {"micron", {IN_METRES, 1e-6}},
    {"microns", {IN_METRES, 1e-6}},
    {"micrometer", {IN_METRES, 1e-6}},
    {"micrometers", {IN_METRES, 1e-6}},
    {"micrometre", {IN_METRES, 1e-6}},
    {"micrometres", {IN_METRES, 1e-6}},
    {"nm", {IN_METRES, 1e-9}},
    {"nanometer", {IN_METRES, 1e-9}},
    {"nanometre", {IN_METRES, 1e-9}},
    {"angstrom", {IN_METRES, 1e-10}},
    {"angstroms", {IN_METRES, 1e-10}},
    {"A", {IN_METRES, 1e-10}},
    {"\xc3\x85", {IN_METRES, 1e-10}},     /* letter A with ring */
    {"\xe2\x84\xab", {IN_METRES, 1e-10}}, /* angstrom sign */
    {"pm", {IN_METRES, 1e-12}},
    {"deg", {IN_RADIANS, DEGREE}},
    {"degree", {IN_RADIANS, DEGREE}},
    {"degrees", {IN_RADIANS, DEGREE}},
    {"\xc2\xb0", {IN_RADIANS, DEGREE}}, /* degree sign */
    {"rad", {IN_RADIANS, 1}},
    {"radian", {IN_RADIANS, 1}},
    {"radians", {IN_RADIANS, 1}},
    {"mrad", {IN_RADIANS, 1e-3}},
};

/* Symbols are case-sensitive: Mm is not a millimetre. Words are not: Angstrom. */
static int compare(const char *text, const char *unit)
{
    return strlen(unit) > 2 ? strcasecmp(text, unit) : strcmp(text, unit);
}

struct nexus_unit nexus_unit_read(const char *text)
{
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
        if (compare(text, UNITS[i].text) == 0)
            return UNITS[i].unit;
    return (struct nexus_unit){IN_NOTHING, 0};
}
