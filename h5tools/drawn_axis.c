#include "drawn_axis.h"

#include <math.h>

#include "font.h"

#define GAP            3  /* pixels between a tick and its label */
#define CAPITAL        7  /* height of digits in the font */
#define BAR_TICK_WIDTH 48 /* pixels for one at least */

void tick_below(struct picture *picture, int32_t x, int32_t y, int32_t size, struct colour colour,
                const char *label)
{
    picture_fill(picture, (struct area){x, y, 1, TICK_LENGTH}, colour);
    picture_text(picture, x - text_width(label, size) / 2, y + TICK_LENGTH + GAP, size, colour,
                 label);
}

void tick_left(struct picture *picture, int32_t x, int32_t y, int32_t size, struct colour colour,
               const char *label)
{
    picture_fill(picture, (struct area){x - TICK_LENGTH, y, TICK_LENGTH, 1}, colour);
    picture_text(picture, x - TICK_LENGTH - GAP - text_width(label, size), y - CAPITAL * size / 2,
                 size, colour, label);
}

void colour_bar(struct picture *picture, struct area bar, const struct scale *scale,
                const struct colours *colours, int32_t size, struct colour ink)
{
    struct ticks ticks;
    for (int32_t i = 0; i < bar.width; i++)
        picture_fill(picture, (struct area){bar.x + i, bar.y, 1, bar.height},
                     colours->of((double)i / bar.width));
    picture_outline(picture, (struct area){bar.x - 1, bar.y - 1, bar.width + 2, bar.height + 2},
                    ink);
    if (scale->logarithmic)
        ticks_logarithmic(scale->low, scale->high, bar.width / BAR_TICK_WIDTH, &ticks);
    else
        ticks_even(scale->low, scale->high, bar.width / BAR_TICK_WIDTH, false, &ticks);
    for (size_t i = 0; i < ticks.n; i++)
        tick_below(picture,
                   bar.x + (int32_t)lround((bar.width - 1) * scale_place(scale, ticks.at[i])),
                   bar.y + bar.height, size, ink, ticks.label[i]);
}

void text_fitted(struct picture *picture, int32_t x, int32_t y, int32_t width, int32_t size,
                 struct colour colour, const char *text)
{
    static const char points[] = "...";
    if (text_width(text, size) <= width) {
        picture_text(picture, x, y, size, colour, text);
        return;
    }
    const int32_t taken = text_width(points, size) + size;
    while (*text != '\0' && text_width(text, size) > width - taken)
        font_next(&text);
    picture_text(picture, x, y, size, colour, points);
    picture_text(picture, x + taken, y, size, colour, text);
}
