#include "doctor/findings.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/message.h"

#define TEXT_SIZE 8192

static const char *const SHOWN[] = {[FINE] = "ok", [NOTE] = "note", [WRONG] = "WRONG"};
static const char *const NAMES[] = {[FINE] = "ok", [NOTE] = "note", [WRONG] = "wrong"};

static void close_finding(struct findings *diagnosis)
{
    if (!diagnosis->open)
        return;
    json_end(diagnosis->json, ']');
    json_end(diagnosis->json, '}');
    diagnosis->open = false;
}

void findings_begin(struct findings *diagnosis, struct json *json)
{
    *diagnosis = (struct findings){.json = json};
    if (!json)
        return;
    json_begin(json, NULL, '{');
    json_begin(json, "findings", '[');
}

void findings_add(struct findings *diagnosis, enum finding_verdict verdict, const char *subject,
                  const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    make_printable(text);
    diagnosis->wrong += verdict == WRONG;
    if (!diagnosis->json) {
        printf("%-6s %-17s %s\n", SHOWN[verdict], subject, text);
        return;
    }
    close_finding(diagnosis);
    json_begin(diagnosis->json, NULL, '{');
    json_text(diagnosis->json, "subject", subject);
    json_text(diagnosis->json, "verdict", NAMES[verdict]);
    json_text(diagnosis->json, "text", text);
    json_begin(diagnosis->json, "advice", '[');
    diagnosis->open = true;
}

void findings_advise(struct findings *diagnosis, const char *format, ...)
{
    char text[TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    make_printable(text);
    if (diagnosis->json)
        json_text(diagnosis->json, NULL, text);
    else
        printf("         -> %s\n", text);
}

enum outcome findings_end(struct findings *diagnosis)
{
    if (!diagnosis->json) {
        if (diagnosis->wrong > 0)
            printf("\n%u wrong: what to do is said behind the arrows.\n", diagnosis->wrong);
        else
            puts("\nAll is well.");
        return DONE;
    }
    close_finding(diagnosis);
    json_end(diagnosis->json, ']');
    json_count(diagnosis->json, "wrong", diagnosis->wrong);
    json_end(diagnosis->json, '}');
    return json_print(diagnosis->json, stdout);
}
