/*
 * The verbs of h5winnow. Each has a file of its own with the verb's name.
 *
 * A verb gets its own command line; argv[0] is its name, as messages of getopt_long() show it. It
 * writes results to stdout and messages to stderr; its outcome becomes the exit status.
 */
#ifndef H5WINNOW_VERBS_VERBS_H
#define H5WINNOW_VERBS_VERBS_H

#include "base/outcome.h"

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
