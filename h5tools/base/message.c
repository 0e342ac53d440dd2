/* Messages go to stderr after stdout is flushed, so that both keep their order on a terminal. */
#include "base/message.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>

void complain(const char *format, ...)
{
    fflush(stdout);
    fputs("h5winnow: ", stderr);
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void complain_memory(void)
{
    complain("not enough memory");
}

void make_printable(char *text)
{
    for (; *text != '\0'; text++)
        if (iscntrl((unsigned char)*text))
            *text = '?';
}
