/* base/interrupt.h - Ctrl-C and other requests to stop. */
#ifndef H5WINNOW_BASE_INTERRUPT_H
#define H5WINNOW_BASE_INTERRUPT_H

#include <stdbool.h>

/* From now on SIGINT, SIGTERM and SIGHUP are noted instead of ending the program; a second one ends
 * it. */
void interrupt_catch(void);

/* Whether one has come. */
bool interrupted(void);

#endif
