/*
 * h5winnow - the companion of the winnow HDF5 filter.
 *
 *     verb      input                            output
 *     ------    -----------------------------    ----------------------------------------------
 *     params    options in physical units,       the filter's parameters, for h5repack, h5py
 *               a PONI file                      and programs (JSON)
 *     info      HDF5 file, group or dataset      what its chunks hold, how they were made, and
 *                                                which of them are damaged
 */
#include <hdf5.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "verbs.h"
#include "winnow.h"

static const struct verb {
    const char *name;
    enum outcome (*run)(int argc, char **argv);
    const char *summary;
} VERBS[] = {
    {"params", verb_params, "turn readable options into the parameters of the filter"},
    {"info", verb_info, "explain what is stored in a file, and find damaged chunks"},
};

#define VERB_COUNT (sizeof VERBS / sizeof VERBS[0])

enum outcome worse(enum outcome one, enum outcome other)
{
    return one > other ? one : other;
}

static void print_help(FILE *out)
{
    fputs("usage: h5winnow VERB [options] INPUT\n"
          "The companion of winnow, the HDF5 filter for diffraction images.\n"
          "\n"
          "Verbs:\n",
          out);
    for (size_t i = 0; i < VERB_COUNT; i++)
        fprintf(out, "  %-10s %s\n", VERBS[i].name, VERBS[i].summary);
    fputs("\n"
          "Options:\n"
          "  --help     print this; after a verb: how to use the verb\n"
          "  --version  print the version\n"
          "\n"
          "Exit status: 0 done, 1 done and something is wrong with the data (a damaged chunk),\n"
          "2 wrong usage, 3 bad input, 4 the system refuses (no such file, no permission).\n",
          out);
}

static void print_version(void)
{
    unsigned major, minor, release;
    H5get_libversion(&major, &minor, &release);
    printf("h5winnow %s, HDF5 %u.%u.%u\n", wn_version(), major, minor, release);
}

static const struct verb *find_verb(const char *name)
{
    for (size_t i = 0; i < VERB_COUNT; i++)
        if (strcmp(VERBS[i].name, name) == 0)
            return &VERBS[i];
    return NULL;
}

static enum outcome run_verb(const struct verb *verb, int argc, char **argv)
{
    char name[64];
    snprintf(name, sizeof name, "h5winnow %s", verb->name);
    argv[0] = name;
    const enum outcome outcome = verb->run(argc, argv);
    if (outcome == WRONG_USAGE)
        fprintf(stderr, "Try %s --help.\n", name);
    return outcome;
}

static enum outcome run(int argc, char **argv)
{
    const char *first = argc > 1 ? argv[1] : "";
    const struct verb *verb = find_verb(first);
    if (verb != NULL)
        return run_verb(verb, argc - 1, argv + 1);
    if (strcmp(first, "--help") == 0) {
        print_help(stdout);
        return DONE;
    }
    if (strcmp(first, "--version") == 0) {
        print_version();
        return DONE;
    }
    if (argc > 1)
        complain("there is no verb '%s'", first);
    print_help(stderr);
    return WRONG_USAGE;
}

int main(int argc, char **argv)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    enum outcome outcome = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("the output cannot be written: is the disk full?");
        outcome = worse(outcome, IO_FAILURE);
    }
    return (int)outcome;
}
