#include "file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"

static herr_t innermost(unsigned n, const H5E_error2_t *error, void *reason)
{
    if (n == 0)
        snprintf(reason, REASON_SIZE, "%s", error->desc);
    return 0;
}

bool address_read(const char *text, struct address *address)
{
    address->object = "/";
    address->file = strdup(text);
    if (address->file == NULL)
        return false;
    char *colons = strstr(address->file, "::");
    if (colons != NULL) {
        *colons = '\0';
        address->object = colons + 2;
    }
    return true;
}

const char *address_given(const struct address *address)
{
    return strcmp(address->object, "/") != 0 ? address->object : NULL;
}

void address_free(struct address *address)
{
    free(address->file);
}

enum outcome file_open(const char *path, hid_t *file)
{
    char reason[REASON_SIZE];
    FILE *probe = fopen(path, "rb");
    if (probe == NULL) {
        complain("%s: cannot be opened: %s", path, strerror(errno));
        return IO_FAILURE;
    }
    fclose(probe);
    *file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (*file >= 0)
        return DONE;
    hdf5_reason(reason);
    complain("%s: HDF5 cannot read it (%s): is it an HDF5 file, complete, and not being written?",
             path, reason);
    return BAD_INPUT;
}

void hdf5_reason(char reason[REASON_SIZE])
{
    snprintf(reason, REASON_SIZE, "HDF5 gives no reason");
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, reason);
    make_printable(reason);
}
