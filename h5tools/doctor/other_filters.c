/* Filters of other makers, which detectors use: without them h5winnow and others cannot read what
 * is to be compressed. */
#include <hdf5.h>
#include <stdio.h>

#include "doctor/advice.h"
#include "doctor/child_process.h"
#include "doctor/doctor.h"

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

static void diagnose_filter(struct findings *diagnosis, const struct doctor_environment *around,
                            const struct known_filter *filter, bool available)
{
    if (available) {
        findings_add(diagnosis, FINE, "input filter", "%s (%d) is there", filter->name,
                     filter->number);
        return;
    }
    findings_add(diagnosis, NOTE, "input filter",
                 "%s (%d) is not there: files compressed with it cannot be read", filter->name,
                 filter->number);
    if (!advice(diagnosis, around, filter->number))
        findings_advise(diagnosis, "if such files are to be read: apt-get install %s",
                        filter->package);
}

void doctor_other_filters(struct findings *diagnosis, const struct doctor_environment *around)
{
    struct child_process probe;
    child_process_run(look_for_all, NULL, SECONDS, &probe);
    if (probe.ended[0] != '\0') {
        findings_add(diagnosis, WRONG, "input filters",
                     "a program that looks for the filters of detectors %s", probe.ended);
        findings_advise(diagnosis, "first mend what is wrong above");
        return;
    }
    for (size_t i = 0; i < FILTER_COUNT; i++)
        diagnose_filter(diagnosis, around, &FILTERS[i], probe.answer[i] == '+');
}
