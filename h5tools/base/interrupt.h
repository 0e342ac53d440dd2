/* Ctrl-C and other requests to stop. */
#ifndef H5WINNOW_BASE_INTERRUPT_H
#define H5WINNOW_BASE_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP only set a flag; a second one of the same kind ends the
 * program. */
void interrupt_catch(void);

/* Whether a signal has arrived. */
bool interrupted(void);

#endif
