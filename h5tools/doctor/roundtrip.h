/* A small dataset through the winnow filter and back, in memory. */
#ifndef H5WINNOW_DOCTOR_ROUNDTRIP_H
#define H5WINNOW_DOCTOR_ROUNDTRIP_H

#include <stdbool.h>

#define ROUNDTRIP_SIZE 640

/* Writes frames through the filter, as any program does, and reads them back. False: HDF5 or the
 * filter failed, or a pixel that must be exact is not; `wrong` then says so. */
bool roundtrip(char wrong[ROUNDTRIP_SIZE]);

#endif
