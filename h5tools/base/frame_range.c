/* Parses up to three numbers between colons, like a slice of Python without negative indices. */
#include "base/frame_range.h"

#include <errno.h>
#include <stdlib.h>

/* Parses one number; an empty part leaves *value alone. Returns the rest of the text, or NULL. */
static const char *read_part(const char *text, uint64_t *value)
{
    char *end;
    if (*text == ':' || *text == '\0')
        return text;
    if (*text < '0' || *text > '9')
        return NULL;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return errno == 0 ? end : NULL;
}

bool frame_range_read(const char *text, struct frame_range *range)
{
    *range = (struct frame_range){0, UINT64_MAX, 1};
    uint64_t *const parts[] = {&range->first, &range->end, &range->step};
    if (*text == '\0')
        return false;
    for (int i = 0; i < 3; i++) {
        text = read_part(text, parts[i]);
        if (!text)
            return false;
        if (*text == '\0')
            return i > 0 && range->step > 0;
        if (*text++ != ':')
            return false;
    }
    return false;
}

uint64_t frame_range_count(const struct frame_range *range, uint64_t frames)
{
    if (range->step == 0)
        return frames;
    const uint64_t end = range->end < frames ? range->end : frames;
    return end > range->first ? (end - range->first - 1) / range->step + 1 : 0;
}

uint64_t frame_range_at(const struct frame_range *range, uint64_t i)
{
    return range->step == 0 ? i : range->first + i * range->step;
}
