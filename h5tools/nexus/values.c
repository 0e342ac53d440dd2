/*
 * Datasets and attributes share one path: a value_source is described first, then checked, then
 * read as double or as a string. Sizes come from untrusted files and are limited.
 */
#include "nexus/values.h"

#include <ctype.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "base/parse_numbers.h"
#include "hdf5/file.h"

#define NUMBERS_MAX   ((uint64_t)1 << 20) /* as one per frame */
#define TEXT_SIZE_MAX 65536
#define UNIT_SIZE     64
#define NAME_SIZE     256

/* A dataset or an attribute. */
struct value_source {
    const struct nexus_node *node;
    char name[NAME_SIZE]; /* prefix of messages: "" or "its attribute X: " */
    hid_t id;
    bool attribute;
    hid_t type;
    uint64_t count; /* elements */
    int long_sides; /* dimensions that are longer than 1 */
};

static void measure(struct value_source *s)
{
    const hid_t space = s->attribute ? H5Aget_space(s->id) : H5Dget_space(s->id);
    hsize_t shape[H5S_MAX_RANK];
    s->count = 0;
    s->long_sides = 0;
    if (space < 0)
        return;
    const int rank = H5Sget_simple_extent_dims(space, shape, NULL);
    if (rank >= 0 && H5Sget_simple_extent_type(space) != H5S_NULL)
        s->count = 1;
    for (int i = 0; i < rank; i++) {
        s->count = saturating_product(s->count, shape[i]);
        s->long_sides += shape[i] > 1;
    }
    H5Sclose(space);
}

static enum lookup source_of_dataset(const struct nexus_node *node, struct value_source *s)
{
    *s = (struct value_source){.node = node, .id = node->id};
    if (!node_exists(node))
        return MISSING;
    if (H5Iget_type(node->id) != H5I_DATASET) {
        node_complain(node, "this is no dataset, but should be: left out");
        return NONSENSE;
    }
    s->type = H5Dget_type(s->id);
    measure(s);
    return FOUND;
}

static enum lookup source_of_attribute(const struct nexus_node *node, const char *name,
                                       struct value_source *s)
{
    *s = (struct value_source){.node = node, .attribute = true};
    if (!node_exists(node) || H5Aexists(node->id, name) <= 0)
        return MISSING;
    snprintf(s->name, sizeof s->name, "its attribute %s: ", name);
    s->id = H5Aopen(node->id, name, H5P_DEFAULT);
    if (s->id < 0) {
        node_complain(node, "%scannot be opened: left out", s->name);
        return NONSENSE;
    }
    s->type = H5Aget_type(s->id);
    measure(s);
    return FOUND;
}

static void source_close(struct value_source *s)
{
    if (s->type >= 0)
        H5Tclose(s->type);
    if (s->attribute)
        H5Aclose(s->id);
}

static bool source_read(const struct value_source *s, hid_t type, void *into)
{
    char reason[REASON_SIZE];
    if ((s->attribute ? H5Aread(s->id, type, into)
                      : H5Dread(s->id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, into)) >= 0)
        return true;
    hdf5_reason(reason);
    node_complain(s->node, "%scannot be read (%s): left out", s->name, reason);
    return false;
}

/* Why the elements are not one number or a row of numbers; NULL: they are. */
static const char *why_no_numbers(const struct value_source *s)
{
    const H5T_class_t class = H5Tget_class(s->type);
    if (class == H5T_STRING)
        return "a text, but should be a number";
    if (class != H5T_INTEGER && class != H5T_FLOAT)
        return "of a type that is no number";
    if (s->count == 0)
        return "empty";
    if (s->long_sides > 1)
        return "a table, but should be one number, or one for each frame";
    if (s->count > NUMBERS_MAX)
        return "too long for one number per frame";
    return NULL;
}

/* All numbers, for free(). NULL: invalid, or out of memory; reported. */
static double *read_numbers(const struct value_source *s)
{
    const char *why = why_no_numbers(s);
    if (why) {
        node_complain(s->node, "%sthis is %s: left out", s->name, why);
        return NULL;
    }
    double *numbers = malloc((size_t)s->count * sizeof *numbers);
    if (!numbers) {
        complain_memory();
        return NULL;
    }
    bool good = source_read(s, H5T_NATIVE_DOUBLE, numbers);
    for (uint64_t i = 0; i < s->count && good; i++) {
        good = isfinite(numbers[i]);
        if (!good)
            node_complain(s->node, "%sa value is %g, but must be finite: left out", s->name,
                          numbers[i]);
    }
    if (good)
        return numbers;
    free(numbers);
    return NULL;
}

enum lookup reading_of(const struct nexus_node *dataset, struct nexus_reading *reading)
{
    struct value_source s;
    const enum lookup found = source_of_dataset(dataset, &s);
    if (found != FOUND)
        return found;
    double *numbers = read_numbers(&s);
    if (numbers) {
        *reading = (struct nexus_reading){numbers[0], numbers[0], numbers[0]};
        for (uint64_t i = 1; i < s.count; i++) {
            reading->lowest = fmin(reading->lowest, numbers[i]);
            reading->highest = fmax(reading->highest, numbers[i]);
        }
    }
    source_close(&s);
    const bool good = numbers;
    free(numbers);
    return good ? FOUND : NONSENSE;
}

static enum lookup copy_exactly(struct value_source *s, size_t count, double *numbers)
{
    enum lookup found = NONSENSE;
    double *all = read_numbers(s);
    if (all && s->count == count) {
        memcpy(numbers, all, count * sizeof *numbers);
        found = FOUND;
    } else if (all) {
        node_complain(s->node, "%sthere should be %zu numbers, not %llu: left out", s->name, count,
                      (unsigned long long)s->count);
    }
    source_close(s);
    free(all);
    return found;
}

enum lookup numbers_of(const struct nexus_node *dataset, size_t count, double *numbers)
{
    struct value_source s;
    const enum lookup found = source_of_dataset(dataset, &s);
    return found != FOUND ? found : copy_exactly(&s, count, numbers);
}

enum lookup numbers_of_attribute(const struct nexus_node *node, const char *name, size_t count,
                                 double *numbers)
{
    struct value_source s;
    const enum lookup found = source_of_attribute(node, name, &s);
    return found != FOUND ? found : copy_exactly(&s, count, numbers);
}

/* A variable-length string, which HDF5 allocates. */
static bool copy_variable(const struct value_source *s, char *text, size_t size)
{
    char *read = NULL;
    if (!source_read(s, s->type, &read))
        return false;
    const int length = snprintf(text, size, "%s", read ? read : "");
    H5free_memory(read);
    return (size_t)length < size;
}

static bool copy_fixed(const struct value_source *s, char *text, size_t size)
{
    const size_t stored = H5Tget_size(s->type);
    char *read = stored <= TEXT_SIZE_MAX ? calloc(stored + 1, 1) : NULL;
    const bool good =
        read && source_read(s, s->type, read) && (size_t)snprintf(text, size, "%s", read) < size;
    free(read);
    return good;
}

static void trim_end(char *text)
{
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    text[length] = '\0';
}

static enum lookup read_text(struct value_source *s, char *text, size_t size)
{
    bool good = false;
    if (H5Tget_class(s->type) != H5T_STRING || s->count != 1)
        node_complain(s->node, "%sthis should be one text, but is not: left out", s->name);
    else if (H5Tis_variable_str(s->type) > 0 ? copy_variable(s, text, size)
                                             : copy_fixed(s, text, size))
        good = true;
    else
        node_complain(s->node, "%sthe text cannot be used, it may be too long: left out", s->name);
    source_close(s);
    if (good)
        trim_end(text);
    return good ? FOUND : NONSENSE;
}

enum lookup text_of(const struct nexus_node *dataset, char *text, size_t size)
{
    struct value_source s;
    const enum lookup found = source_of_dataset(dataset, &s);
    return found != FOUND ? found : read_text(&s, text, size);
}

enum lookup text_of_attribute(const struct nexus_node *node, const char *name, char *text,
                              size_t size)
{
    struct value_source s;
    const enum lookup found = source_of_attribute(node, name, &s);
    return found != FOUND ? found : read_text(&s, text, size);
}

static enum lookup unit_of(const struct nexus_node *dataset, int wanted, const char *standard,
                           struct nexus_unit *unit)
{
    char text[UNIT_SIZE] = "";
    if (text_of_attribute(dataset, "units", text, sizeof text) == NONSENSE)
        return NONSENSE;
    if (text[0] == '\0' && !standard) {
        node_complain(dataset, "its unit is not known: left out");
        return NONSENSE;
    }
    *unit = nexus_unit_read(text[0] != '\0' ? text : standard);
    if (((int)unit->dimension & wanted) != 0)
        return FOUND;
    node_complain(dataset, "its unit is '%s', which %s: left out", text,
                  unit->dimension == IN_NOTHING ? "is not known" : "makes no sense here");
    return NONSENSE;
}

enum lookup field_of(const struct nexus_node *dataset, int wanted, const char *standard,
                     struct nexus_field *field)
{
    struct nexus_reading reading;
    struct nexus_unit unit;
    enum lookup found = reading_of(dataset, &reading);
    if (found == FOUND)
        found = unit_of(dataset, wanted, standard, &unit);
    if (found != FOUND)
        return found;
    field->reading = (struct nexus_reading){reading.first * unit.size, reading.lowest * unit.size,
                                            reading.highest * unit.size};
    field->dimension = unit.dimension;
    snprintf(field->path, sizeof field->path, "%s", dataset->path);
    return FOUND;
}

enum lookup field_read(const struct nexus_node *group, const char *name, int wanted,
                       const char *standard, struct nexus_field *field)
{
    struct nexus_node dataset = node_child(group, name);
    const enum lookup found = field_of(&dataset, wanted, standard, field);
    node_close(&dataset);
    return found;
}
