/* Redirecting references to the copies of their targets. */
#ifndef H5WINNOW_COPY_REFERENCES_H
#define H5WINNOW_COPY_REFERENCES_H

#include "copy/state.h"

/* Translates the references in the attributes and data of all copied objects marked as holding any.
 * To be called when everything is copied. */
void references_translate(struct copy_state *c);

#endif
