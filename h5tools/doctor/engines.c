/* OpenMP is always there. OpenCL is not used yet; its loader and the list of its drivers are
 * examined, the loader in a child process. */
#include <dlfcn.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "doctor/child_process.h"
#include "doctor/doctor.h"

#define SECONDS 10
#define LOADER  "libOpenCL.so.1"
#define VENDORS "/etc/OpenCL/vendors"

/* In the child: answers "ok", or why the OpenCL library cannot be loaded. */
static void load_opencl(void *unused, FILE *answer)
{
    (void)unused;
    fprintf(answer, "%s\n", dlopen(LOADER, RTLD_LAZY | RTLD_LOCAL) ? "ok" : dlerror());
}

/* The folder in which the OpenCL library looks for drivers. */
static const char *vendor_folder(void)
{
    struct stat status;
    const char *folder = getenv("OCL_ICD_VENDORS");
    return folder && stat(folder, &status) == 0 && S_ISDIR(status.st_mode) ? folder : VENDORS;
}

static size_t count_drivers(const char *folder)
{
    char pattern[4096];
    glob_t found = {.gl_pathc = 0};
    snprintf(pattern, sizeof pattern, "%s/*.icd", folder);
    glob(pattern, 0, NULL, &found);
    const size_t count = found.gl_pathc;
    globfree(&found);
    return count;
}

static void diagnose_loader(struct doctor_report *report)
{
    struct child_process probe;
    child_process_run(load_opencl, NULL, SECONDS, &probe);
    if (strcmp(probe.answer, "ok") == 0) {
        doctor_report_add(report, FINE, "OpenCL library", LOADER " is there");
        return;
    }
    doctor_report_add(report, NOTE, "OpenCL library", "no OpenCL: %s",
                      probe.ended[0] != '\0' ? probe.ended : probe.answer);
    doctor_report_advise(report, "if it is wanted: apt-get install ocl-icd-libopencl1");
}

static void diagnose_drivers(struct doctor_report *report)
{
    const char *folder = vendor_folder();
    const size_t drivers = count_drivers(folder);
    if (drivers > 0) {
        doctor_report_add(report, FINE, "OpenCL drivers", "%zu in %s", drivers, folder);
        return;
    }
    doctor_report_add(report, NOTE, "OpenCL drivers", "no OpenCL: no driver in %s", folder);
    doctor_report_advise(
        report, "if it is wanted: apt-get install nvidia-opencl-icd (non-free), "
                "mesa-opencl-icd (AMD), intel-opencl-icd, or pocl-opencl-icd (processors)");
}

void doctor_engines(struct doctor_report *report)
{
    doctor_report_add(report, FINE, "engine openmp", "built in");
    doctor_report_add(report, NOTE, "engine opencl",
                      "not in this version: openmp does all the work");
    diagnose_loader(report);
    diagnose_drivers(report);
}
