/*
 * verbs.h - the verbs of h5winnow. Each has a file of its own with the verb's name.
 *
 * A verb gets its own command line: argv[0] is its name, as messages of getopt_long() show it. It
 * writes results to stdout and messages to stderr, and reports with its outcome what became of it.
 */
#ifndef H5WINNOW_VERBS_H
#define H5WINNOW_VERBS_H

/* The exit status of the program, from best to worst. */
enum outcome {
    DONE = 0,
    FINDING = 1,     /* done, and something is wrong: a damaged chunk, no plugin */
    WRONG_USAGE = 2, /* the command line makes no sense */
    BAD_INPUT = 3,   /* the input is not what the verb needs */
    IO_FAILURE = 4,  /* the system refuses: no such file, no permission, no space, no memory */
    INTERRUPTED = 130,
};

/* The worse of two outcomes. */
enum outcome worse(enum outcome one, enum outcome other);

enum outcome verb_export(int argc, char **argv);
enum outcome verb_import(int argc, char **argv);
enum outcome verb_check(int argc, char **argv);
enum outcome verb_doctor(int argc, char **argv);
enum outcome verb_info(int argc, char **argv);
enum outcome verb_pack(int argc, char **argv);
enum outcome verb_params(int argc, char **argv);
enum outcome verb_salvage(int argc, char **argv);
enum outcome verb_stats(int argc, char **argv);
enum outcome verb_spots(int argc, char **argv);
enum outcome verb_tune(int argc, char **argv);
enum outcome verb_unpack(int argc, char **argv);
enum outcome verb_view(int argc, char **argv);

#endif
