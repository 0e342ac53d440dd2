/*
 * Plugins that pretend to be winnow and misbehave, for the tests of h5winnow doctor.
 * PLUGIN says how: see cli.cmake.
 */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <H5PLextern.h>

enum behaviour { CRASHES, HANGS, EXITS, REFUSES, LOSES, UNDEFINED, DEPENDENT };

#define FILTER 47000

int cli_plugin_missing(void);

__attribute__((constructor)) static void begin(void)
{
    if (PLUGIN == CRASHES)
        abort();
    if (PLUGIN == EXITS)
        exit(0);
    while (PLUGIN == HANGS)
        pause();
}

static size_t filter(unsigned flags, size_t cd_nelmts, const unsigned cd_values[], size_t nbytes,
                     size_t *buf_size, void **buf)
{
    (void)cd_nelmts;
    (void)cd_values;
    (void)buf_size;
    if (PLUGIN == REFUSES) {
        fputs("winnow: today I do not want to\n", stderr);
        return 0;
    }
#if PLUGIN == 5 || PLUGIN == 6
    return (size_t)cli_plugin_missing();
#endif
    /* One pixel comes back changed. */
    if (flags & H5Z_FLAG_REVERSE)
        ((unsigned char *)*buf)[0] ^= 1;
    return nbytes;
}

static const H5Z_class2_t filter_class = {
    .version = H5Z_CLASS_T_VERS,
    .id = FILTER,
    .encoder_present = 1,
    .decoder_present = 1,
    .name = "a bad winnow",
    .filter = filter,
};

H5PL_type_t H5PLget_plugin_type(void)
{
    return H5PL_TYPE_FILTER;
}

const void *H5PLget_plugin_info(void)
{
    return &filter_class;
}
