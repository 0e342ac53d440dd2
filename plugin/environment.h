/* Environment variables: settings for programs that do not know winnow. */
#ifndef H5ZWINNOW_ENVIRONMENT_H
#define H5ZWINNOW_ENVIRONMENT_H

#include "winnow.h"

#include <stdbool.h>

/* WINNOW_VERBOSE=1: messages go to stderr. */
bool environment_verbose(void);

/* WINNOW_NOISE=0|1: restore the background without or with noise, whatever the writer chose. */
wn_noise environment_noise(void);

/* WINNOW_THREADS=N: threads within one chunk; 1 unless set, because the program may run threads
 * of its own. Never more than there are processors online. */
int environment_threads(void);

#endif
