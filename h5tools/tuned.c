#include "tuned.h"

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

static void print_trial(const struct tuned *t, const struct trial *trial, FILE *out)
{
    const double n = (double)t->trials.frames, bytes = (double)trial->bytes;
    fprintf(out, "  %-12s", wn_quality_name(trial->quality));
    print_number(out, 11, 0, bytes / n);
    print_number(out, 8, 2, (double)t->trials.raw_bytes / bytes);
    print_number(out, 8, 2, t->file_bytes_told ? t->file_bytes / bytes : NAN);
    print_number(out, 8, 2, 100 * (double)trial->kept / (double)t->trials.pixels);
    for (int i = 0; i < EXCESS_CLASSES; i++)
        print_number(out, 8, 2, effect_loss(&trial->effect, (enum excess)i));
    print_number(out, 11, 4, effect_background(&trial->effect));
    fputc('\n', out);
}

static void print_recommendation(const struct tuned *t, FILE *out)
{
    const struct trial *best = trials_recommended(&t->trials);
    if (best == NULL) {
        fputs("Nothing is recommended: no signal above 4 sigma is in these frames.\n", out);
        return;
    }
    fprintf(out,
            "Recommended: %s, the smallest that loses less than 1 %% of the signal above 4 sigma",
            wn_quality_name(best->quality));
    fputs(best->quality >= WN_QUALITY_COMPACT ? ";\nit is for finding and indexing: to integrate, "
                                                "take high or transparent.\n"
                                              : ".\n",
          out);
}

void tuned_print(const struct tuned *t, FILE *out)
{
    const struct trials *trials = &t->trials;
    const double n = (double)trials->frames;
    fprintf(out, "%s: %" PRIu64 " of %" PRIu64 " frames, %.0f bytes each", t->file, trials->frames,
            t->total, (double)trials->raw_bytes / n);
    if (t->file_bytes_told)
        fprintf(out, ", in the file %.0f", t->file_bytes / n);
    if (t->absent > 0)
        fprintf(out, "; %" PRIu64 " more were never written", t->absent);
    fprintf(out, "\n  %-12s %11s %8s %8s %8s %26s %11s\n", "", "bytes", "ratio", "ratio", "kept",
            "signal lost, %, of sigma", "background");
    fprintf(out, "  %-12s %11s %8s %8s %8s %8s %8s %8s %11s\n", "quality", "per frame", "to raw",
            "to file", "%", "2-4", "4-8", "above 8", "restored");
    for (int i = 0; i < QUALITY_LEVELS; i++)
        print_trial(t, &trials->of[i], out);
    print_recommendation(t, out);
}

static void write_trial(const struct tuned *t, const struct trial *trial, struct json *json)
{
    static const char *const keys[] = {"2_to_4_sigma", "4_to_8_sigma", "above_8_sigma"};
    const double n = (double)t->trials.frames, bytes = (double)trial->bytes;
    json_begin(json, NULL, '{');
    json_text(json, "quality", wn_quality_name(trial->quality));
    json_real(json, "bytes_per_frame", bytes / n);
    json_real(json, "ratio_to_raw", (double)t->trials.raw_bytes / bytes);
    json_real(json, "ratio_to_file", t->file_bytes_told ? t->file_bytes / bytes : NAN);
    json_real(json, "kept_percent", 100 * (double)trial->kept / (double)t->trials.pixels);
    json_begin(json, "signal_lost_percent", '{');
    for (int i = 0; i < EXCESS_CLASSES; i++)
        json_real(json, keys[i], effect_loss(&trial->effect, (enum excess)i));
    json_end(json, '}');
    json_begin(json, "places", '{');
    for (int i = 0; i < EXCESS_CLASSES; i++)
        json_count(json, keys[i], trial->effect.of[i].places);
    json_end(json, '}');
    json_real(json, "background_restored", effect_background(&trial->effect));
    json_end(json, '}');
}

void tuned_json(const struct tuned *t, struct json *json)
{
    const struct trials *trials = &t->trials;
    const struct trial *best = trials_recommended(trials);
    json_begin(json, NULL, '{');
    json_text(json, "file", t->file);
    json_count(json, "frames", trials->frames);
    json_count(json, "frames_absent", t->absent);
    json_count(json, "frames_in_file", t->total);
    json_real(json, "raw_bytes_per_frame", (double)trials->raw_bytes / (double)trials->frames);
    json_real(json, "file_bytes_per_frame",
              t->file_bytes_told ? t->file_bytes / (double)trials->frames : NAN);
    json_begin(json, "levels", '[');
    for (int i = 0; i < QUALITY_LEVELS; i++)
        write_trial(t, &trials->of[i], json);
    json_end(json, ']');
    if (best != NULL)
        json_text(json, "recommended", wn_quality_name(best->quality));
    else
        json_raw(json, "recommended", "null");
    json_end(json, '}');
    fputc('\n', json->out);
}
