/* Function multiversioning for hot, branch-free pixel loops. */
#ifndef WN_COMMON_SIMD_H
#define WN_COMMON_SIMD_H

/* Also compiles the function for AVX2 and AVX-512; the version is chosen at load time. Fused
 * multiply-add is off (-ffp-contract=off in core/CMakeLists.txt), so that all versions give the
 * same results. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WN_MULTIVERSION __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define WN_MULTIVERSION
#endif

#endif
