/* What the pixels of a frame are, line after line: those of a whole frame are much memory. */
#ifndef WN_KINDS_H
#define WN_KINDS_H

#include "places.h"

struct kinds {
    const struct places *places; /* NULL: all are kept */
    const struct area_list *flagged;
    uint32_t height, width;
    uint32_t y;    /* the next line */
    size_t begun;  /* areas of flags that begin above it */
    uint32_t *now; /* [n_now] those of them that do not end above it */
    size_t n_now;
    uint8_t *line; /* [width] the line without flags */
};

/* What is pointed to is not copied. Areas must lie within the frame. WN_ERR_MEMORY. */
wn_status kinds_create(const struct places *places, const struct area_list *flagged,
                       uint32_t height, uint32_t width, struct kinds *kinds);
void kinds_free(struct kinds *kinds);

/* The wn_pixel_kind of the pixels of the next lines. */
void kinds_next(struct kinds *kinds, size_t lines, uint8_t *kind);

#endif
