/* What computes: OpenMP in every version, OpenCL not yet. */
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

static void diagnose_loader(struct findings *diagnosis)
{
    struct child_process probe;
    child_process_run(load_opencl, NULL, SECONDS, &probe);
    if (strcmp(probe.answer, "ok") == 0) {
        findings_add(diagnosis, FINE, "OpenCL library", LOADER " is there");
        return;
    }
    findings_add(diagnosis, NOTE, "OpenCL library", "no OpenCL: %s",
                 probe.ended[0] != '\0' ? probe.ended : probe.answer);
    findings_advise(diagnosis, "if it is wanted: apt-get install ocl-icd-libopencl1");
}

static void diagnose_drivers(struct findings *diagnosis)
{
    const char *folder = vendor_folder();
    const size_t drivers = count_drivers(folder);
    if (drivers > 0) {
        findings_add(diagnosis, FINE, "OpenCL drivers", "%zu in %s", drivers, folder);
        return;
    }
    findings_add(diagnosis, NOTE, "OpenCL drivers", "no OpenCL: no driver in %s", folder);
    findings_advise(diagnosis,
                    "if it is wanted: apt-get install nvidia-opencl-icd (non-free), "
                    "mesa-opencl-icd (AMD), intel-opencl-icd, or pocl-opencl-icd (processors)");
}

void doctor_engines(struct findings *diagnosis)
{
    findings_add(diagnosis, FINE, "engine openmp", "built in");
    findings_add(diagnosis, NOTE, "engine opencl", "not in this version: openmp does all the work");
    diagnose_loader(diagnosis);
    diagnose_drivers(diagnosis);
}
