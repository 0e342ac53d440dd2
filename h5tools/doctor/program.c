/* Versions of the program and of its HDF5 library; dladdr() tells the file of the latter. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <hdf5.h>

#include "doctor/doctor.h"
#include "winnow.h"

/* The file that the HDF5 library was loaded from. */
static const char *library_file(void)
{
    static Dl_info info;
    const void *function = dlsym(RTLD_DEFAULT, "H5get_libversion");
    if (!function || dladdr(function, &info) == 0 || !info.dli_fname)
        return "part of this program";
    return info.dli_fname;
}

void doctor_program(struct doctor_report *report)
{
    unsigned major = 0, minor = 0, release = 0;
    hbool_t thread_safe = false;
    H5get_libversion(&major, &minor, &release);
    H5is_library_threadsafe(&thread_safe);
    doctor_report_add(report, FINE, "h5winnow", "version %s", wn_version());
    doctor_report_add(report, FINE, "HDF5", "version %u.%u.%u, %s, %s", major, minor, release,
                      library_file(), thread_safe ? "thread-safe" : "not thread-safe");
}
