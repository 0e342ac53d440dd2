/* The outcome of a job, which is the exit status of the program. */
#ifndef H5WINNOW_BASE_OUTCOME_H
#define H5WINNOW_BASE_OUTCOME_H

/* From best to worst. */
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

#endif
