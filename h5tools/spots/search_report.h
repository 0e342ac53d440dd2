/* Output of h5winnow spots about a finished search, as text or JSON. */
#ifndef H5WINNOW_SPOTS_SEARCH_REPORT_H
#define H5WINNOW_SPOTS_SEARCH_REPORT_H

#include "spots/search_file.h"
#include "spots/write_any.h"

/* Prints the result. IO_FAILURE: no memory. */
enum outcome search_report(const struct spot_search_file *search, const struct spot_output *output,
                           bool as_json);

#endif
