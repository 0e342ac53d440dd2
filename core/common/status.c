/* Messages for the status codes, and the version. */
#include "winnow.h"

const char *wn_strerror(wn_status status)
{
    switch (status) {
    case WN_OK:
        return "no error";
    case WN_ERR_MEMORY:
        return "out of memory";
    case WN_ERR_ARGUMENT:
        return "an argument is out of range";
    case WN_ERR_PARAMS:
        return "the parameters are out of range or contradict each other";
    case WN_ERR_SHAPE:
        return "the frames do not have the shape that is needed here";
    case WN_ERR_SPACE:
        return "the destination is too small";
    case WN_ERR_TRUNCATED:
        return "the chunk is cut short";
    case WN_ERR_MAGIC:
        return "this is not a winnow chunk";
    case WN_ERR_VERSION:
        return "written by a newer version of winnow: update the plugin";
    case WN_ERR_CHECKSUM:
        return "the checksum is wrong: the chunk is damaged";
    case WN_ERR_CORRUPT:
        return "the contents of the chunk make no sense";
    case WN_ERR_MISMATCH:
        return "the chunk holds another type or shape than the dataset";
    case WN_ERR_BLOSC:
        return "Blosc failed";
    }
    return "unknown error";
}

const char *wn_version(void)
{
    return WN_VERSION;
}
