/*
 * doctor/child_process.h - trying something that may crash, hang or end the program: in a child
 * process.
 *
 * Libraries from a plugin folder are code of strangers, which runs as soon as they are opened.
 */
#ifndef H5WINNOW_DOCTOR_CHILD_PROCESS_H
#define H5WINNOW_DOCTOR_CHILD_PROCESS_H

#include <stdio.h>

struct child_process {
    char ended[96];    /* "" if all is well, or how the child ended: "dies of signal 11 (...)" */
    char answer[4352]; /* what the work has written; "" unless all is well */
    char said[1024];   /* what was said on stdout and stderr meanwhile, on one line */
};

/* What is to be tried. It must write something to `answer`. */
typedef void (*probe_work)(void *what, FILE *answer);

/* Tries it, for so many seconds at most. */
void child_process_run(probe_work work, void *what, unsigned seconds, struct child_process *probe);

#endif
