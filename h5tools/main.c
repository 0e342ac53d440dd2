/*
 * h5winnow, the companion of the winnow HDF5 filter: finds the verb, runs it, and makes its outcome
 * the exit status.
 *
 *     verb      input                            output
 *     ------    -----------------------------    ----------------------------------------------
 *     pack      NeXus or Dectris file, stack     the same file, images compressed
 *     unpack    output of pack                   the same file, images dense again
 *     check     output of pack                   which chunks are damaged, and whether it agrees
 *                                                with the original
 *     info      HDF5 file, group or dataset      what its chunks hold, and with which parameters
 *     spots     NeXus or Dectris file, stack     table of spots, in HDF5 or another format
 *     tune      NeXus or Dectris file, stack     bytes and losses at every quality level
 *     view      a frame of any of these          a picture of it
 *     stats     table of spots                   quantities of each frame: text, NeXus, plot
 *     params    options in physical units,       the filter's parameters, for h5repack, h5py
 *               a PONI file                      and programs (JSON)
 *     export    compressed dataset               sparse file, as of pyFAI; FabIO reads it
 *     import    sparse file of pyFAI             compressed dataset
 *     doctor    the environment                  why HDF5 cannot use the plugin
 */
#include <hdf5.h>
#include <stdio.h>
#include <string.h>

#include "base/message.h"
#include "verbs/verbs.h"
#include "winnow.h"

static const struct verb {
    const char *name;
    enum outcome (*run)(int argc, char **argv);
    const char *summary;
} VERBS[] = {
    {"pack", verb_pack, "compress the images of a file, and copy everything else"},
    {"unpack", verb_unpack, "restore the images of a file, for programs without the plugin"},
    {"salvage", verb_salvage, "unpack what can be recovered of a damaged file"},
    {"check", verb_check, "verify every chunk of a file, and compare it with the original"},
    {"info", verb_info, "explain what is stored in a file, and find damaged chunks"},
    {"spots", verb_spots, "find the spots of a series; write them for DIALS, XDS, CrystFEL"},
    {"tune", verb_tune, "try the quality levels on some frames: size and loss"},
    {"view", verb_view, "make a picture of a frame, with its spots and resolution rings"},
    {"stats", verb_stats, "list, plot or map the spots of each frame"},
    {"params", verb_params, "convert readable options to the parameters of the filter"},
    {"export", verb_export, "write frames in the sparse layout of pyFAI and FabIO"},
    {"import", verb_import, "convert sparse files of pyFAI to compressed frames"},
    {"doctor", verb_doctor, "find out why a program cannot read compressed files"},
};

#define VERB_COUNT (sizeof VERBS / sizeof VERBS[0])

static void print_help(FILE *out)
{
    fputs("usage: h5winnow VERB [options] INPUT [OUTPUT]\n"
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
          "Exit status: 0 done, 1 done and something is wrong (a damaged chunk, no plugin),\n"
          "2 wrong usage, 3 bad input, 4 failure of the system (no such file, no permission),\n"
          "130 interrupted.\n",
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
    if (verb)
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
    H5dont_atexit(); /* at exit, HDF5 would crash if it could not close a file */
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    enum outcome outcome = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        complain("the output cannot be written: is the disk full?");
        outcome = worse(outcome, IO_FAILURE);
    }
    return (int)outcome;
}
