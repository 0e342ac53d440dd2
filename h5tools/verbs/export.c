/* h5winnow export: writes compressed frames in the sparse layout of pyFAI and FabIO. */
#include <getopt.h>

#include "input/packed_dataset.h"
#include "pack/export_sparse.h"
#include "verbs/simple_options.h"
#include "verbs/verbs.h"

static const char USAGE[] =
    "usage: h5winnow export [--force] INPUT[::DATASET] OUTPUT\n"
    "Writes frames that winnow has compressed in the sparse layout of pyFAI (sparsify-Bragg),\n"
    "which FabIO opens as dense frames. Kept and flagged pixels are exact; background pixels are,\n"
    "apart from rounding, those that winnow restores without noise. DATASET may be omitted if "
    "only\n"
    "one is compressed. The filter plugin is not needed.\n"
    "\n"
    "  --force  replace OUTPUT if it exists\n"
    "  --help   print this\n"
    "\n"
    "Exit status: 3 if nothing was compressed by winnow, or a chunk is damaged.\n";

static const struct simple_options OPTIONS = {USAGE, "force", 2,
                                              "export takes INPUT or INPUT::DATASET, and OUTPUT"};

enum outcome verb_export(int argc, char **argv)
{
    bool force;
    enum outcome outcome;
    if (!simple_options_read(&OPTIONS, argc, argv, &force, &outcome))
        return outcome;
    struct packed_dataset input;
    outcome = packed_dataset_open(argv[optind], &input);
    if (outcome == DONE)
        outcome = export_sparse(&input.stack, argv[optind + 1], force);
    packed_dataset_close(&input);
    return outcome;
}
