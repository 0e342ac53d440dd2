/* Walks all datasets of the object; a second one compressed by winnow is an error. */
#include "input/packed_dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/message.h"
#include "hdf5/walk_datasets.h"

static enum outcome visit_dataset(void *context, hid_t dataset, const char *path)
{
    struct packed_dataset *c = context;
    struct dataset_layout stack;
    enum outcome outcome = dataset_layout_describe(dataset, c->address.file, path, &stack);
    if (outcome != DONE || stack.winnow_at < 0)
        return outcome;
    if (c->path) {
        complain("%s: %s and %s are both compressed by winnow: say which one, as FILE::DATASET",
                 c->address.file, c->path, path);
        return BAD_INPUT;
    }
    c->path = strdup(path);
    if (c->path)
        return DONE;
    complain_memory();
    return IO_FAILURE;
}

static enum outcome find(struct packed_dataset *c)
{
    const enum outcome outcome =
        walk_datasets(c->file, c->address.file, c->address.object, visit_dataset, c);
    if (outcome > FINDING || c->path)
        return outcome;
    complain("%s::%s: nothing here is compressed by winnow", c->address.file, c->address.object);
    return BAD_INPUT;
}

enum outcome packed_dataset_open(const char *address, struct packed_dataset *c)
{
    *c = (struct packed_dataset){.file = -1, .dataset = -1};
    if (!address_read(address, &c->address)) {
        complain_memory();
        return IO_FAILURE;
    }
    enum outcome outcome = file_open(c->address.file, &c->file);
    if (outcome == DONE)
        outcome = find(c);
    if (outcome > FINDING)
        return outcome;
    c->dataset = H5Dopen2(c->file, c->path, H5P_DEFAULT);
    outcome = dataset_layout_describe(c->dataset, c->address.file, c->path, &c->stack);
    return outcome;
}

void packed_dataset_close(struct packed_dataset *c)
{
    H5Dclose(c->dataset);
    H5Fclose(c->file);
    free(c->path);
    address_free(&c->address);
}
