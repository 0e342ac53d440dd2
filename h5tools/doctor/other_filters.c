/* Filters of other makers that detectors use, without which h5winnow cannot read their files. HDF5
 * looks for them in a child process, since it opens every library on its way. */
#include <hdf5.h>
#include <stdio.h>

#include "doctor/child_process.h"
#include "doctor/doctor.h"
#include "doctor/plugin_path_advice.h"

#define SECONDS 10

static const struct known_filter {
    int number;
    const char *name, *package;
} FILTERS[] = {
    {32008, "bitshuffle", "bitshuffle"},
    {32004, "LZ4", "hdf5-filter-plugin"},
    {32001, "Blosc", "hdf5-filter-plugin-blosc-serial"},
};

#define FILTER_COUNT (sizeof FILTERS / sizeof FILTERS[0])

/* In the child: lets HDF5 look for the filters, and answers + or - for each. */
static void look_for_all(void *unused, FILE *answer)
{
    (void)unused;
    for (size_t i = 0; i < FILTER_COUNT; i++)
        fputc(H5Zfilter_avail(FILTERS[i].number) > 0 ? '+' : '-', answer);
}

static void diagnose_filter(struct doctor_report *report, const struct plugin_paths *paths,
                            const struct known_filter *filter, bool available)
{
    if (available) {
        doctor_report_add(report, FINE, "input filter", "%s (%d) is there", filter->name,
                          filter->number);
        return;
    }
    doctor_report_add(report, NOTE, "input filter",
                      "%s (%d) is not there: files compressed with it cannot be read", filter->name,
                      filter->number);
    if (!advise_plugin_path(report, paths, filter->number))
        doctor_report_advise(report, "if such files are to be read: apt-get install %s",
                             filter->package);
}

void doctor_other_filters(struct doctor_report *report, const struct plugin_paths *paths)
{
    struct child_process probe;
    child_process_run(look_for_all, NULL, SECONDS, &probe);
    if (probe.ended[0] != '\0') {
        doctor_report_add(report, WRONG, "input filters",
                          "a program that looks for the filters of detectors %s", probe.ended);
        doctor_report_advise(report, "first mend what is wrong above");
        return;
    }
    for (size_t i = 0; i < FILTER_COUNT; i++)
        diagnose_filter(report, paths, &FILTERS[i], probe.answer[i] == '+');
}
