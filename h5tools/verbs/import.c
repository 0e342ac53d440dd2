/* h5winnow import: converts sparse files of pyFAI to frames compressed by winnow. */
#include <getopt.h>

#include "pack/import_sparse.h"
#include "verbs/simple_options.h"
#include "verbs/verbs.h"

static const char USAGE[] =
    "usage: h5winnow import [--force] INPUT OUTPUT\n"
    "Converts a sparse file of pyFAI (sparsify-Bragg) to frames compressed by winnow, at\n"
    "/entry/data/data. Nothing is estimated again: kept pixels are those of INPUT, the background\n"
    "has the mean and the standard deviation that INPUT gives for every ring. INPUT must contain\n"
    "the beam centre and how pixels were picked. The filter plugin is not needed.\n"
    "\n"
    "  --force  replace OUTPUT if it exists\n"
    "  --help   print this\n"
    "\n"
    "Exit status: 3 if INPUT is no such file, or its rings are not of equal width about the beam\n"
    "centre.\n";

static const struct simple_options OPTIONS = {USAGE, "force", 2, "import takes INPUT and OUTPUT"};

enum outcome verb_import(int argc, char **argv)
{
    bool force;
    enum outcome outcome;
    if (!simple_options_read(&OPTIONS, argc, argv, &force, &outcome))
        return outcome;
    return import_sparse(argv[optind], argv[optind + 1], force);
}
