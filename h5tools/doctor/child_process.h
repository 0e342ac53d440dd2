/*
 * Runs work that may crash, hang or exit in a child process.
 *
 * Opening a library from a plugin folder runs its code, which may do any of these.
 */
#ifndef H5WINNOW_DOCTOR_CHILD_PROCESS_H
#define H5WINNOW_DOCTOR_CHILD_PROCESS_H

#include <stdio.h>

struct child_process {
    char ended[96];    /* "" on success, or how the child ended: "dies of signal 11 (...)" */
    char answer[4352]; /* what the work has written; "" on failure */
    char output[1024]; /* on stdout and stderr, as one line */
};

/* The work. It must write something to `answer`. */
typedef void (*probe_work)(void *what, FILE *answer);

/* Runs the work for at most so many seconds. */
void child_process_run(probe_work work, void *what, unsigned seconds, struct child_process *probe);

#endif
