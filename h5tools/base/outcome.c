/* Outcomes are ordered: the larger number is the worse outcome. */
#include "base/outcome.h"

enum outcome worse(enum outcome one, enum outcome other)
{
    return one > other ? one : other;
}
