/*
 * Cairo's "toy" text functions with fontconfig's sans-serif font. Grey antialiasing and unhinted
 * metrics make pictures independent of screen settings, and text equally wide in all formats.
 */
#include "plot/text.h"

#include <stdbool.h>
#include <string.h>

#include "base/message.h"

#define DIGIT_MIDDLE 0.365 /* height above the baseline, share of the font size */
#define MIN_SHRINK   0.75  /* smallest share of its size for a text that is too wide */
#define BORDER_WIDTH 3.5   /* pixels */

/* Length in bytes of the first character of a non-empty text; 0: not UTF-8. Well-formed sequences
 * are those of the Unicode Standard, 3.9, D92. */
static size_t character_size(const unsigned char *text)
{
    const unsigned char lead = text[0];
    if (lead < 0x80)
        return 1;
    const size_t size = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
    for (size_t i = 1; i < size; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    const bool wrong = (lead == 0xE0 && text[1] < 0xA0) || (lead == 0xED && text[1] > 0x9F) ||
                       (lead == 0xF0 && text[1] < 0x90) || (lead == 0xF4 && text[1] > 0x8F);
    return wrong ? 0 : size;
}

void text_clean(const char *text, char clean[TEXT_MAX])
{
    size_t n = 0;
    while (*text) {
        const size_t size = character_size((const unsigned char *)text), step = size > 0 ? size : 1;
        if (n + step >= TEXT_MAX)
            break;
        memcpy(clean + n, size > 0 ? text : "?", step);
        n += step;
        text += step;
    }
    clean[n] = '\0';
}

static void set_options(cairo_t *cairo)
{
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    cairo_set_font_options(cairo, options);
    cairo_font_options_destroy(options);
}

/* Cairo's built-in fallback is a user font; fonts of the system never are. */
static bool has_no_font(cairo_t *cairo)
{
    return cairo_scaled_font_get_type(cairo_get_scaled_font(cairo)) == CAIRO_FONT_TYPE_USER;
}

void text_prepare(cairo_t *cairo)
{
    set_options(cairo);
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, TEXT_SIZE);
    if (has_no_font(cairo))
        complain("there is no font for texts in pictures: install one, such as DejaVu "
                 "(fonts-dejavu-core)");
}

static double font_size(cairo_t *cairo)
{
    cairo_matrix_t matrix;
    cairo_get_font_matrix(cairo, &matrix);
    return matrix.yy;
}

double text_width(cairo_t *cairo, const char *text)
{
    cairo_text_extents_t extents;
    char clean[TEXT_MAX];
    text_clean(text, clean);
    cairo_text_extents(cairo, clean, &extents);
    return extents.x_advance;
}

/* Moves to the start of the text. */
static void move_to_start(cairo_t *cairo, double x, double y, enum text_align align,
                          const char *text)
{
    const double width = align == ALIGN_LEFT ? 0 : text_width(cairo, text);
    cairo_move_to(cairo, align == ALIGN_CENTRE ? x - width / 2 : x - width,
                  y + DIGIT_MIDDLE * font_size(cairo));
}

void text_draw(cairo_t *cairo, double x, double y, enum text_align align, struct colour colour,
               const char *text)
{
    char clean[TEXT_MAX];
    text_clean(text, clean);
    set_colour(cairo, colour);
    move_to_start(cairo, x, y, align, clean);
    cairo_show_text(cairo, clean);
    cairo_new_path(cairo);
}

void text_upwards(cairo_t *cairo, double x, double y, struct colour colour, const char *text)
{
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_rotate(cairo, -1.57079632679489661923);
    text_draw(cairo, 0, 0, ALIGN_CENTRE, colour, text);
    cairo_restore(cairo);
}

void text_bordered(cairo_t *cairo, double x, double y, struct colour colour, struct colour border,
                   const char *text)
{
    char clean[TEXT_MAX];
    text_clean(text, clean);
    move_to_start(cairo, x, y, ALIGN_CENTRE, clean);
    cairo_text_path(cairo, clean);
    set_colour(cairo, border);
    cairo_set_line_width(cairo, BORDER_WIDTH);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke(cairo);
    cairo_set_line_join(cairo, CAIRO_LINE_JOIN_MITER);
    text_draw(cairo, x, y, ALIGN_CENTRE, colour, clean);
}

static void draw_with_ellipsis(cairo_t *cairo, double x, double y, double width, const char *text)
{
    static const char ellipsis[] = "...";
    const double left = width - text_width(cairo, ellipsis);
    while (*text && text_width(cairo, text) > left)
        text += character_size((const unsigned char *)text);
    text_draw(cairo, x, y, ALIGN_LEFT, INK, ellipsis);
    text_draw(cairo, x + width - left, y, ALIGN_LEFT, INK, text);
}

void text_fitted(cairo_t *cairo, double x, double y, double width, double size, const char *text)
{
    char clean[TEXT_MAX];
    text_clean(text, clean);
    cairo_set_font_size(cairo, size);
    const double share = width / text_width(cairo, clean);
    if (share < 1)
        cairo_set_font_size(cairo, size * (share > MIN_SHRINK ? share : MIN_SHRINK));
    if (share < MIN_SHRINK)
        draw_with_ellipsis(cairo, x, y, width, clean);
    else
        text_draw(cairo, x, y, ALIGN_LEFT, INK, clean);
    cairo_set_font_size(cairo, TEXT_SIZE);
}
