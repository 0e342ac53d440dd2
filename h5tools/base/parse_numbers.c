/* strtod() and strtoull(), with the range and the end of the text checked. */
#include "base/parse_numbers.h"

#include <math.h>
#include <stdlib.h>

/* Reads a finite number and sets *end behind it. */
static bool read_real(const char *text, double *value, const char **end)
{
    char *stop;
    const double number = strtod(text, &stop);
    if (stop == text || !isfinite(number))
        return false;
    *value = number;
    *end = stop;
    return true;
}

/* Reads a whole number above 0 and sets *end behind it. */
static bool read_length(const char *text, uint32_t *value, const char **end)
{
    if (*text < '0' || *text > '9')
        return false;
    char *stop;
    const unsigned long long number = strtoull(text, &stop, 10);
    *value = (uint32_t)number;
    *end = stop;
    return number > 0 && number <= UINT32_MAX;
}

bool parse_real(const char *text, double *value)
{
    const char *end;
    return read_real(text, value, &end) && *end == '\0';
}

bool parse_pair(const char *text, double *first, double *second)
{
    const char *end;
    return read_real(text, first, &end) && *end == ',' && parse_real(end + 1, second);
}

bool parse_size(const char *text, uint32_t *width, uint32_t *height)
{
    const char *end;
    return read_length(text, width, &end) && *end == 'x' && read_length(end + 1, height, &end) &&
           *end == '\0';
}

bool parse_scaled(double value, double per_unit, int32_t *scaled)
{
    const double nearest = round(value * per_unit);
    if (!(nearest >= INT32_MIN && nearest <= INT32_MAX))
        return false;
    *scaled = (int32_t)nearest;
    return true;
}

bool parse_count(const char *text, int max, int *count)
{
    double value;
    if (!parse_real(text, &value) || value < 1 || value > max || value != (int)value)
        return false;
    *count = (int)value;
    return true;
}

uint64_t saturating_product(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}
