/* Functions that are the time of a program: loops over many pixels, without a branch. */
#ifndef WN_MANYPIXELS_H
#define WN_MANYPIXELS_H

/* Built for AVX2 and AVX-512 as well. Products are not added in one rounding (see
 * CMakeLists.txt), so that the results are the same. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MANY_PIXELS __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MANY_PIXELS
#endif

#endif
