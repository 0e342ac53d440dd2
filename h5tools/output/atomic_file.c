/* The protocol of output/atomic_hdf5.c for a stdio stream: flush, fsync, rename. */
#include "output/atomic_file.h"

#include <errno.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/message.h"

enum outcome atomic_file_create(const char *name, const char *input, bool force, uint64_t bytes,
                                struct atomic_file *outfile)
{
    const size_t inputs = input ? 1 : 0;
    const enum outcome outcome =
        atomic_hdf5_prepare(name, &input, inputs, force, bytes, &outfile->output);
    if (outcome != DONE)
        return outcome;
    outfile->stream = fopen(outfile->output.partial, "wb");
    if (outfile->stream) {
        flock(fileno(outfile->stream),
              LOCK_EX | LOCK_NB); /* advisory, so that another h5winnow notices */
        return DONE;
    }
    complain("%s: cannot be written: %s", outfile->output.partial, strerror(errno));
    return atomic_hdf5_finish(&outfile->output, IO_FAILURE);
}

enum outcome atomic_file_finish(struct atomic_file *outfile, enum outcome outcome)
{
    errno = 0;
    const bool written = !ferror(outfile->stream) && fflush(outfile->stream) == 0 &&
                         fsync(fileno(outfile->stream)) == 0;
    const int error = errno;
    if (fclose(outfile->stream) != 0 || !written) {
        complain("%s: cannot be written to its end (%s): is the disk full?",
                 outfile->output.partial, error != 0 ? strerror(error) : "write error");
        outcome = worse(outcome, IO_FAILURE);
    }
    return atomic_hdf5_finish(&outfile->output, outcome);
}
