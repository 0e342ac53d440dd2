/* Functions that are the time of a program: loops over many pixels, without a branch. */
#ifndef WN_COMMON_SIMD_H
#define WN_COMMON_SIMD_H

/* Built for AVX2 and AVX-512 as well. Products are not added in one rounding (see
 * CMakeLists.txt), so that the results are the same. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WN_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WN_MULTIVERSION
#endif

#endif
