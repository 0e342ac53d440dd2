/* Text is printed as it comes. JSON is built up with json_write and printed at the end; the object
 * of the last finding stays open for further advice. */
#include "doctor/report.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/message.h"

#define TEXT_MAX 8192

static const char *const TEXT_LABEL[] = {[FINE] = "ok", [NOTE] = "note", [WRONG] = "WRONG"};
static const char *const JSON_LABEL[] = {[FINE] = "ok", [NOTE] = "note", [WRONG] = "wrong"};

static void close_finding(struct doctor_report *report)
{
    if (!report->open)
        return;
    json_end(report->json, ']');
    json_end(report->json, '}');
    report->open = false;
}

void doctor_report_begin(struct doctor_report *report, struct json *json)
{
    *report = (struct doctor_report){.json = json};
    if (!json)
        return;
    json_begin(json, NULL, '{');
    json_begin(json, "findings", '[');
}

void doctor_report_add(struct doctor_report *report, enum finding_verdict verdict,
                       const char *subject, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    make_printable(text);
    report->wrong += verdict == WRONG;
    if (!report->json) {
        printf("%-6s %-17s %s\n", TEXT_LABEL[verdict], subject, text);
        return;
    }
    close_finding(report);
    json_begin(report->json, NULL, '{');
    json_text(report->json, "subject", subject);
    json_text(report->json, "verdict", JSON_LABEL[verdict]);
    json_text(report->json, "text", text);
    json_begin(report->json, "advice", '[');
    report->open = true;
}

void doctor_report_advise(struct doctor_report *report, const char *format, ...)
{
    char text[TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    make_printable(text);
    if (report->json)
        json_text(report->json, NULL, text);
    else
        printf("         -> %s\n", text);
}

enum outcome doctor_report_end(struct doctor_report *report)
{
    if (!report->json) {
        if (report->wrong > 0)
            printf("\n%u wrong: what to do is said behind the arrows.\n", report->wrong);
        else
            puts("\nAll is well.");
        return DONE;
    }
    close_finding(report);
    json_end(report->json, ']');
    json_count(report->json, "wrong", report->wrong);
    json_end(report->json, '}');
    return json_print(report->json, stdout);
}
