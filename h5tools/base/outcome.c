#include "base/outcome.h"

enum outcome worse(enum outcome one, enum outcome other)
{
    return one > other ? one : other;
}
