/* The outcome of a job, which is the exit status of the program. */
#ifndef H5WINNOW_BASE_OUTCOME_H
#define H5WINNOW_BASE_OUTCOME_H

/* From best to worst. */
enum outcome {
    DONE = 0,
    FINDING = 1,     /* done, but something is wrong: a damaged chunk, no plugin */
    WRONG_USAGE = 2, /* invalid command line */
    BAD_INPUT = 3,   /* the input is not what the verb needs */
    IO_FAILURE = 4,  /* the system fails: no such file, no permission, no space, out of memory */
    INTERRUPTED = 130,
};

/* The worse of two outcomes. */
enum outcome worse(enum outcome one, enum outcome other);

#endif
