/* What the tests of parameters share. */
#ifndef TEST_CORE_PARAMS_TEST_PARAMS_H
#define TEST_CORE_PARAMS_TEST_PARAMS_H

#include <string.h>

#include "support/unit.h"

#define WHY 200

/* Expect a sentence of some words, terminated within its buffer. */
static inline void expect_sentence(const char *why, size_t size)
{
    EXPECT(memchr(why, 0, size), "no end within %zu bytes", size);
    EXPECT(strlen(why) >= 20 && strchr(why, ' '), "\"%s\"", why);
}

#endif
