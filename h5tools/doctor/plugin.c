/* The plugin that HDF5 actually loads, found among the loaded modules of a child process, and a
 * round trip through it in another one. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <hdf5.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <H5PLextern.h>

#include "doctor/child_process.h"
#include "doctor/doctor.h"
#include "doctor/plugin_path_advice.h"
#include "doctor/roundtrip.h"
#include "hdf5/file.h"
#include "winnow.h"

#define SECONDS     10
#define MODULES_MAX 256

static const char SUBJECT[] = "plugin";

/* The modules of this process. */
struct loaded_modules {
    const char *names[MODULES_MAX];
    size_t count;
};

static int note_module(struct dl_phdr_info *info, size_t size, void *data)
{
    struct loaded_modules *modules = data;
    (void)size;
    if (modules->count < MODULES_MAX && info->dlpi_name && info->dlpi_name[0] != '\0')
        modules->names[modules->count++] = info->dlpi_name;
    return 0;
}

/* Whether a module is the winnow plugin; dladdr() excludes one that merely depends on it. */
static bool is_winnow(const char *name)
{
    typedef const void *(*plugin_get_info)(void);
    Dl_info place;
    void *handle = dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
    void *symbol = handle ? dlsym(handle, "H5PLget_plugin_info") : NULL;
    if (!symbol || dladdr(symbol, &place) == 0 || strcmp(place.dli_fname, name) != 0)
        return false;
    const H5Z_class2_t *filter = ((plugin_get_info)symbol)();
    return filter && filter->id == WN_FILTER_ID;
}

/* Why HDF5 does not find the filter, from its error stack. */
static void answer_missing(FILE *answer)
{
    char reason[REASON_SIZE];
    const bool reasoned = H5Eget_num(H5E_DEFAULT) > 0;
    hdf5_reason(reason);
    fprintf(answer, "missing %s\n", reasoned ? reason : "none of the folders has it");
}

/* In the child: makes HDF5 load the filter, and answers from which file. */
static void load(void *unused, FILE *answer)
{
    struct loaded_modules modules = {.count = 0};
    (void)unused;
    if (H5Zfilter_avail(WN_FILTER_ID) <= 0) {
        answer_missing(answer);
        return;
    }
    dl_iterate_phdr(note_module, &modules);
    for (size_t i = 0; i < modules.count; i++) {
        if (is_winnow(modules.names[i])) {
            fprintf(answer, "loaded %s\n", modules.names[i]);
            return;
        }
    }
    fputs("missing the filter is registered, but no plugin is loaded\n", answer);
}

/* The rest of an answer after its first word; NULL: it starts with another word. */
static const char *rest_of(const char *answer, const char *word)
{
    const size_t length = strlen(word);
    return strncmp(answer, word, length) == 0 ? answer + length : NULL;
}

static void diagnose_version(struct doctor_report *report, const struct plugin_paths *paths,
                             const char *path)
{
    char version[VERSION_SIZE];
    plugin_library_version(path, version);
    if (strcmp(version, wn_version()) == 0) {
        doctor_report_add(report, FINE, SUBJECT, "HDF5 loads %s, version %s", path, version);
        return;
    }
    doctor_report_add(report, WRONG, SUBJECT,
                      "HDF5 loads %s, whose version is %s, but h5winnow has version %s", path,
                      version[0] != '\0' ? version : "not known", wn_version());
    doctor_report_advise(report,
                         "install h5winnow and the plugin from the same source, the newer one");
    advise_plugin_path(report, paths, WN_FILTER_ID);
}

/* Whether HDF5 finds the plugin. */
static bool diagnose_loading(struct doctor_report *report, const struct plugin_paths *paths)
{
    struct child_process probe;
    child_process_run(load, NULL, SECONDS, &probe);
    const char *path = rest_of(probe.answer, "loaded ");
    if (path) {
        diagnose_version(report, paths, path);
        return true;
    }
    if (probe.ended[0] != '\0')
        doctor_report_add(report, WRONG, SUBJECT, "a program in which HDF5 looks for filter %d %s",
                          WN_FILTER_ID, probe.ended);
    else
        doctor_report_add(report, WRONG, SUBJECT, "HDF5 does not find filter %d (%s)", WN_FILTER_ID,
                          rest_of(probe.answer, "missing "));
    doctor_report_advise(report, "first mend what is wrong above");
    return false;
}

/* In the child: answers "exact", or what went wrong. */
static void try_round_trip(void *unused, FILE *answer)
{
    char wrong[ROUNDTRIP_SIZE];
    (void)unused;
    setenv("WINNOW_VERBOSE", "1", 1);
    fprintf(answer, "%s\n", roundtrip(wrong) ? "exact" : wrong);
}

static void diagnose_round_trip(struct doctor_report *report)
{
    static const char subject[] = "round trip";
    struct child_process probe;
    child_process_run(try_round_trip, NULL, SECONDS, &probe);
    if (strcmp(probe.answer, "exact") == 0) {
        doctor_report_add(report, FINE, subject,
                          "a dataset in memory was compressed and read back");
        return;
    }
    if (probe.ended[0] != '\0')
        doctor_report_add(report, WRONG, subject, "a program that uses the plugin %s", probe.ended);
    else
        doctor_report_add(report, WRONG, subject, "%s", probe.answer);
    if (probe.output[0] != '\0')
        doctor_report_advise(report, "it says: %s", probe.output);
    doctor_report_advise(
        report, "install winnow again; if that does not help, report a bug with this text");
}

void doctor_plugin(struct doctor_report *report, const struct plugin_paths *paths)
{
    if (diagnose_loading(report, paths))
        diagnose_round_trip(report);
}
