/* copy/references.h - making references lead to the copies of what they led to in the input. */
#ifndef H5WINNOW_COPY_REFERENCES_H
#define H5WINNOW_COPY_REFERENCES_H

#include "copy/state.h"

/* Translates the references in the attributes and data of all copied objects that are marked to
 * hold some. To be called when all is copied. */
void references_translate(struct copy_state *c);

#endif
