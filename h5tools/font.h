/*
 * font.h - a small bitmap font for pictures: printable ASCII, and the sign for angstrom.
 *
 * Letters are 5 pixels wide and 7 high, and reach 2 pixels below the line.
 */
#ifndef H5WINNOW_FONT_H
#define H5WINNOW_FONT_H

#include <stdint.h>

#define FONT_WIDTH  5
#define FONT_HEIGHT 9 /* of which 2 are below the line */

/* Takes the next character off a text in UTF-8, which must not be at its end. Returns its rows from
 * the top on; the bit of value 16 is the leftmost pixel. A box for what the font lacks. */
const uint8_t *font_next(const char **text);

#endif
