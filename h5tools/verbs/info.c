/* h5winnow info: explains what is stored in a file and how, and lists damaged chunks. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/json_write.h"
#include "base/message.h"
#include "hdf5/file.h"
#include "hdf5/walk_datasets.h"
#include "input/dataset_layout.h"
#include "inspect/chunk_survey.h"
#include "inspect/report.h"
#include "verbs/simple_options.h"
#include "verbs/verbs.h"
#include "winnow.h"

static const char USAGE[] =
    "usage: h5winnow info [--json] FILE[::OBJECT]\n"
    "Explains every dataset that winnow has compressed in a file, or the group or dataset OBJECT:\n"
    "its parameters, how its frames are stored and what that saves. The checksum of every chunk "
    "is\n"
    "verified; damaged ones are listed. Soft and external links are followed. The filter plugin "
    "is\n"
    "not needed.\n"
    "\n"
    "  --json  print one JSON object, for programs\n"
    "  --help  print this\n"
    "\n"
    "Exit status: 1 if a chunk is damaged or an external link leads nowhere, 3 if nothing was\n"
    "compressed by winnow.\n";

#define NAME_SIZE 4096

static const struct simple_options OPTIONS = {USAGE, "json", 1,
                                              "info takes one FILE or FILE::OBJECT"};

/* State of the walk through a file. */
struct inspection {
    const char *name;            /* of the file, as given */
    char true_name[NAME_SIZE];   /* as HDF5 opened it */
    struct json *json;           /* NULL: print text */
    size_t compressed, virtuals; /* datasets so far */
};

static void find_sources(hid_t dataset, struct virtual_sources *sources)
{
    char file[sizeof sources->first / 2] = "", name[sizeof sources->first / 2 - 2] = "";
    const hid_t properties = H5Dget_create_plist(dataset);
    *sources = (struct virtual_sources){.count = 0};
    if (H5Pget_virtual_count(properties, &sources->count) >= 0 && sources->count > 0 &&
        H5Pget_virtual_filename(properties, 0, file, sizeof file) >= 0 &&
        H5Pget_virtual_dsetname(properties, 0, name, sizeof name) >= 0)
        snprintf(sources->first, sizeof sources->first, "%s::%s", file, name);
    make_printable(sources->first);
    H5Pclose(properties);
}

static void report_virtual(struct inspection *inspection, const struct dataset_layout *stack)
{
    struct virtual_sources sources;
    find_sources(stack->dataset, &sources);
    inspection->virtuals++;
    if (inspection->json)
        report_virtual_json(stack, &sources, inspection->json);
    else
        report_virtual_text(stack, &sources, stdout);
}

static enum outcome report_compressed(struct inspection *inspection,
                                      const struct dataset_layout *stack)
{
    char file[NAME_SIZE] = "";
    struct chunk_survey survey;
    enum outcome outcome = chunk_survey_make(stack, &survey);
    struct dataset_report finding = {stack, &survey, NULL, NULL};
    H5Fget_name(stack->dataset, file, sizeof file);
    if (strcmp(file, inspection->true_name) != 0)
        finding.stored_in = file;
    make_printable(file);
    if (chunk_survey_filtered(&survey))
        finding.unreadable = dataset_layout_why_unreadable(stack);
    if (inspection->json)
        report_json(&finding, inspection->json);
    else
        report_text(&finding, stdout);
    if (finding.unreadable) {
        complain("%s::%s: the filter refuses to read it: %s", stack->file, stack->path,
                 finding.unreadable);
        outcome = worse(outcome, FINDING);
    }
    if (survey.damage_count > 0)
        complain("%s::%s: damaged chunks: %zu, listed above; all others can be read. Copy the file "
                 "again from where it comes from",
                 stack->file, stack->path, survey.damage_count);
    chunk_survey_free(&survey);
    return outcome;
}

static enum outcome inspect(void *context, hid_t dataset, const char *path)
{
    struct inspection *inspection = context;
    struct dataset_layout stack;
    enum outcome outcome = dataset_layout_describe(dataset, inspection->name, path, &stack);
    if (outcome != DONE)
        return outcome;
    if (stack.layout == H5D_VIRTUAL) {
        report_virtual(inspection, &stack);
    } else if (stack.winnow_at >= 0) {
        inspection->compressed++;
        outcome = report_compressed(inspection, &stack);
    }
    return outcome;
}

static enum outcome inspect_file(const struct address *address, struct json *json)
{
    struct inspection inspection = {.name = address->file, .json = json};
    hid_t file;
    enum outcome outcome = file_open(address->file, &file);
    if (outcome != DONE)
        return outcome;
    H5Fget_name(file, inspection.true_name, NAME_SIZE);
    if (json) {
        json_begin(json, NULL, '{');
        json_text(json, "file", address->file);
        json_begin(json, "datasets", '[');
    }
    outcome = walk_datasets(file, address->file, address->object, inspect, &inspection);
    if (json) {
        json_end(json, ']');
        json_end(json, '}');
        outcome = worse(outcome, json_print(json, stdout));
    }
    H5Fclose(file);
    if (inspection.compressed == 0 && outcome < BAD_INPUT) {
        complain("%s::%s: nothing here is compressed by winnow%s", address->file, address->object,
                 inspection.virtuals > 0 ? ": look at the datasets that the virtual one is made of"
                                         : "");
        outcome = BAD_INPUT;
    }
    return outcome;
}

enum outcome verb_info(int argc, char **argv)
{
    struct json json = {.depth = 0};
    struct address address;
    bool wants_json;
    enum outcome outcome;
    if (!simple_options_read(&OPTIONS, argc, argv, &wants_json, &outcome))
        return outcome;
    if (!address_read(argv[optind], &address)) {
        complain_memory();
        return IO_FAILURE;
    }
    outcome = inspect_file(&address, wants_json ? &json : NULL);
    address_free(&address);
    return outcome;
}
