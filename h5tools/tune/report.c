/* The same numbers as a table and as JSON, with the recommended levels of tune/trial.c. */
#include "tune/report.h"

#include <inttypes.h>
#include <math.h>

/* A number in a column, or a dash where there is none. */
static void print_number(FILE *out, int width, int digits, double value)
{
    if (isnan(value))
        fprintf(out, " %*s", width, "-");
    else
        fprintf(out, " %*.*f", width, digits, value);
}

/* Rounds to 0 without a sign. */
static void print_loss(FILE *out, double loss)
{
    print_number(out, 6, 1, fabs(loss) < 0.05 ? 0 : loss);
}

static void print_trial(const struct tune_report *t, const struct trial *trial, FILE *out)
{
    const double n = (double)t->trials.frames, bytes = (double)trial->bytes;
    fprintf(out, "  %-12s", wn_quality_name(trial->quality));
    print_number(out, 11, 0, bytes / n);
    print_number(out, 8, 2, (double)t->trials.raw_bytes / bytes);
    print_number(out, 8, 2, t->file_bytes_known ? t->file_bytes / bytes : NAN);
    print_number(out, 8, 2, 100 * (double)trial->kept / (double)t->trials.pixels);
    for (int i = 0; i < STRENGTHS; i++)
        print_loss(out, loss_of_spots(&trial->loss, (enum strength)i));
    print_number(out, 11, 4, loss_of_background(&trial->loss));
    fputc('\n', out);
}

static void print_recommendations(const struct trials *trials, FILE *out)
{
    const struct trial *integration = trials_for_integration(trials);
    const struct trial *finding = trials_for_finding(trials);
    if (!integration || !finding) {
        fputs("Nothing is recommended: too few spots could be planted in these frames.\n", out);
        return;
    }
    fprintf(out,
            "For integration: %s, the smallest that loses less than 3 %% at I/sigma 3 and 5 %% at "
            "1.5.\n",
            wn_quality_name(integration->quality));
    fprintf(out,
            "For finding and indexing: %s, the smallest that loses less than 10 %% at I/sigma "
            "12.\n",
            wn_quality_name(finding->quality));
    fputs("Spots were planted to measure this; the real experiment is tests/quality.\n", out);
}

void tune_report_print(const struct tune_report *t, FILE *out)
{
    const struct trials *trials = &t->trials;
    const double n = (double)trials->frames;
    fprintf(out, "%s: %" PRIu64 " of %" PRIu64 " frames, %.0f bytes each", t->file, trials->frames,
            t->total, (double)trials->raw_bytes / n);
    if (t->file_bytes_known)
        fprintf(out, ", in the file %.0f", t->file_bytes / n);
    if (t->absent > 0)
        fprintf(out, "; %" PRIu64 " more were never written", t->absent);
    fprintf(out, "\n  %-12s %11s %8s %8s %8s %27s %11s\n", "", "bytes", "ratio", "ratio", "kept",
            "lost, %, at I/sigma", "background");
    fprintf(out, "  %-12s %11s %8s %8s %8s", "quality", "per frame", "to raw", "to file", "%");
    for (int i = 0; i < STRENGTHS; i++)
        fprintf(out, " %6g", strength_sigmas((enum strength)i));
    fprintf(out, " %11s\n", "restored");
    for (int i = 0; i < WN_QUALITY_LEVELS; i++)
        print_trial(t, &trials->of[i], out);
    print_recommendations(trials, out);
}

static void write_loss(const struct loss *loss, enum strength strength, struct json *json)
{
    json_begin(json, NULL, '{');
    json_real(json, "i_over_sigma", strength_sigmas(strength));
    json_count(json, "spots", loss->of[strength].spots);
    json_real(json, "percent", loss_of_spots(loss, strength));
    json_real(json, "error", loss_error(loss, strength));
    json_end(json, '}');
}

static void write_level_name(const struct trial *trial, const char *key, struct json *json)
{
    if (trial)
        json_text(json, key, wn_quality_name(trial->quality));
    else
        json_raw(json, key, "null");
}

static void write_trial(const struct tune_report *t, const struct trial *trial, struct json *json)
{
    const double n = (double)t->trials.frames, bytes = (double)trial->bytes;
    json_begin(json, NULL, '{');
    json_text(json, "quality", wn_quality_name(trial->quality));
    json_real(json, "bytes_per_frame", bytes / n);
    json_real(json, "ratio_to_raw", (double)t->trials.raw_bytes / bytes);
    json_real(json, "ratio_to_file", t->file_bytes_known ? t->file_bytes / bytes : NAN);
    json_real(json, "kept_percent", 100 * (double)trial->kept / (double)t->trials.pixels);
    json_begin(json, "lost", '[');
    for (int i = 0; i < STRENGTHS; i++)
        write_loss(&trial->loss, (enum strength)i, json);
    json_end(json, ']');
    json_real(json, "background_restored", loss_of_background(&trial->loss));
    json_end(json, '}');
}

void tune_report_json(const struct tune_report *t, struct json *json)
{
    const struct trials *trials = &t->trials;
    json_begin(json, NULL, '{');
    json_text(json, "file", t->file);
    json_count(json, "frames", trials->frames);
    json_count(json, "frames_absent", t->absent);
    json_count(json, "frames_in_file", t->total);
    json_real(json, "raw_bytes_per_frame", (double)trials->raw_bytes / (double)trials->frames);
    json_real(json, "file_bytes_per_frame",
              t->file_bytes_known ? t->file_bytes / (double)trials->frames : NAN);
    json_begin(json, "levels", '[');
    for (int i = 0; i < WN_QUALITY_LEVELS; i++)
        write_trial(t, &trials->of[i], json);
    json_end(json, ']');
    write_level_name(trials_for_integration(trials), "for_integration", json);
    write_level_name(trials_for_finding(trials), "for_finding", json);
    json_end(json, '}');
}
