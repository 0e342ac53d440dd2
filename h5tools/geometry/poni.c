/*
 * Line by line, "key: value"; of the JSON object in Detector_config only the numbers of three keys
 * are searched for. Format: pyFAI's documentation of PONI files, versions 1 to 3.
 */
#include "geometry/poni.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/message.h"
#include "base/parse_numbers.h"

#define LINE_SIZE      4096
#define NEWEST_VERSION 3

#define MM_PER_M 1e3
#define UM_PER_M 1e6

/* pyFAI's detector orientation for frames in storage order; 0: not given. */
#define ORIENTATION_AS_STORED 3

/* The numbers in a PONI file. */
enum poni_key {
    VERSION,
    FILE_DISTANCE,
    PONI1,
    PONI2,
    FILE_ROT1,
    FILE_ROT2,
    FILE_ROT3,
    PIXEL1,
    PIXEL2,
    ORIENTATION,
    KEYS,
};

/* Their keys on lines of their own, and in the JSON object of Detector_config. */
static const char *const LINE_KEYS[KEYS] = {
    [VERSION] = "poni_version", [FILE_DISTANCE] = "Distance", [PONI1] = "Poni1",
    [PONI2] = "Poni2",          [FILE_ROT1] = "Rot1",         [FILE_ROT2] = "Rot2",
    [FILE_ROT3] = "Rot3",       [PIXEL1] = "PixelSize1",      [PIXEL2] = "PixelSize2",
};
static const char *const CONFIG_KEYS[KEYS] = {
    [PIXEL1] = "\"pixel1\"",
    [PIXEL2] = "\"pixel2\"",
    [ORIENTATION] = "\"orientation\"",
};

/* Pixel sizes for older files, which only name the detector. Matched by prefix; the first match
 * wins. */
static const struct {
    const char *name;
    double pixel; /* metre */
} DETECTORS[] = {
    {"Eiger", 75e-6},  {"Jungfrau", 75e-6}, {"Pilatus4", 150e-6}, {"Pilatus", 172e-6},
    {"Lambda", 55e-6}, {"Maxipix", 55e-6},  {"Timepix", 55e-6},
};

struct poni {
    const char *path;
    unsigned line;
    char detector[64];
    double value[KEYS];
    bool known[KEYS];
};

static void set(struct poni *poni, enum poni_key key, double value)
{
    poni->value[key] = value;
    poni->known[key] = true;
}

/* Trims white space at both ends. */
static char *trim(char *text)
{
    text += strspn(text, " \t\r\n");
    size_t length = strlen(text);
    while (length > 0 && strchr(" \t\r\n", text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

static void read_config(struct poni *poni, const char *json)
{
    for (int i = 0; i < KEYS; i++) {
        const char *at = CONFIG_KEYS[i] ? strstr(json, CONFIG_KEYS[i]) : NULL;
        if (!at)
            continue;
        at += strlen(CONFIG_KEYS[i]);
        at += strspn(at, " \t:");
        char *end;
        const double value = strtod(at, &end);
        if (end != at)
            set(poni, (enum poni_key)i, value);
    }
}

/* One "key: value". A later calibration in the same file replaces an earlier one. */
static enum outcome read_entry(struct poni *poni, const char *key, const char *text)
{
    if (strcasecmp(key, "Detector") == 0)
        snprintf(poni->detector, sizeof poni->detector, "%s", text);
    if (strcasecmp(key, "Detector_config") == 0)
        read_config(poni, text);
    for (int i = 0; i < KEYS; i++) {
        double value;
        if (!LINE_KEYS[i] || strcasecmp(key, LINE_KEYS[i]) != 0 || strcasecmp(text, "None") == 0)
            continue;
        if (!parse_real(text, &value)) {
            complain("%s: line %u: %s must be a number", poni->path, poni->line, LINE_KEYS[i]);
            return BAD_INPUT;
        }
        set(poni, (enum poni_key)i, value);
    }
    return DONE;
}

static enum outcome read_lines(struct poni *poni, FILE *file)
{
    char line[LINE_SIZE];
    enum outcome outcome = DONE;
    while (outcome == DONE && fgets(line, sizeof line, file)) {
        poni->line++;
        char *colon = strchr(line, ':');
        if (line[0] == '#' || !colon)
            continue;
        *colon = '\0';
        outcome = read_entry(poni, trim(line), trim(colon + 1));
    }
    if (ferror(file)) {
        complain("%s: cannot be read: %s", poni->path, strerror(errno));
        return IO_FAILURE;
    }
    return outcome;
}

static enum outcome check(const struct poni *poni)
{
    for (int i = FILE_DISTANCE; i <= PONI2; i++) {
        if (!poni->known[i]) {
            complain("%s: no %s: is this a PONI file?", poni->path, LINE_KEYS[i]);
            return BAD_INPUT;
        }
    }
    if (poni->value[FILE_DISTANCE] <= 0) {
        complain("%s: the distance is %g m, but must be above 0", poni->path,
                 poni->value[FILE_DISTANCE]);
        return BAD_INPUT;
    }
    if (poni->known[VERSION] && poni->value[VERSION] > NEWEST_VERSION) {
        complain("%s: PONI version %g is newer than this program knows (%d): give --centre and "
                 "--distance instead",
                 poni->path, poni->value[VERSION], NEWEST_VERSION);
        return BAD_INPUT;
    }
    const double orientation = poni->value[ORIENTATION];
    if (orientation != 0 && orientation != ORIENTATION_AS_STORED) {
        complain("%s: detector orientation %g is not supported, only %d: give --centre, "
                 "--distance, --rot1 and --rot2 for the frame as it is stored",
                 poni->path, orientation, ORIENTATION_AS_STORED);
        return BAD_INPUT;
    }
    return DONE;
}

/* The size of the pixels, if the file gives only the name of the detector. */
static void recognise_detector(struct poni *poni)
{
    for (size_t i = 0; i < sizeof DETECTORS / sizeof DETECTORS[0]; i++) {
        if (strncasecmp(poni->detector, DETECTORS[i].name, strlen(DETECTORS[i].name)) == 0) {
            set(poni, PIXEL1, DETECTORS[i].pixel);
            set(poni, PIXEL2, DETECTORS[i].pixel);
            return;
        }
    }
}

static enum outcome check_pixels(struct poni *poni)
{
    if (!poni->known[PIXEL1] && !poni->known[PIXEL2])
        recognise_detector(poni);
    if (!poni->known[PIXEL1] && !poni->known[PIXEL2])
        return DONE;
    for (int i = PIXEL1; i <= PIXEL2; i++) {
        if (!(poni->value[i] > 0 && isfinite(poni->value[i]))) {
            complain("%s: the pixels are %g x %g m, but must be above 0", poni->path,
                     poni->value[PIXEL2], poni->value[PIXEL1]);
            return BAD_INPUT;
        }
    }
    return DONE;
}

static void to_placement(const struct poni *poni, struct placement *placement)
{
    const struct {
        enum poni_key key;
        enum placement_quantity quantity;
        double factor;
    } meaning[] = {
        {FILE_DISTANCE, DISTANCE, MM_PER_M},
        {PONI1, PONI_Y, MM_PER_M},
        {PONI2, PONI_X, MM_PER_M},
        {FILE_ROT1, ROT1, 1},
        {FILE_ROT2, ROT2, 1},
        {FILE_ROT3, ROT3, 1},
        {PIXEL1, PIXEL_Y, UM_PER_M},
        {PIXEL2, PIXEL_X, UM_PER_M},
    };
    *placement = (struct placement){0};
    for (size_t i = 0; i < sizeof meaning / sizeof meaning[0]; i++)
        if (poni->known[meaning[i].key])
            placement_set(placement, meaning[i].quantity,
                          poni->value[meaning[i].key] * meaning[i].factor, poni->path);
}

enum outcome poni_read(const char *path, struct placement *placement)
{
    struct poni poni = {.path = path};
    FILE *file = fopen(path, "r");
    if (!file) {
        complain("%s: cannot be opened: %s", path, strerror(errno));
        return IO_FAILURE;
    }
    enum outcome outcome = read_lines(&poni, file);
    fclose(file);
    if (outcome == DONE)
        outcome = check(&poni);
    if (outcome == DONE)
        outcome = check_pixels(&poni);
    if (outcome == DONE)
        to_placement(&poni, placement);
    return outcome;
}
