# Unit tests: one Check program per topic. To be included by tests/CMakeLists.txt.
if(NOT CHECK_FOUND)
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(CHECK REQUIRED check)
endif()

add_library(unit_support STATIC
    "${CMAKE_CURRENT_LIST_DIR}/unit_plain.c"
    "${CMAKE_CURRENT_LIST_DIR}/unit_support.c")
target_include_directories(unit_support SYSTEM PUBLIC ${CHECK_INCLUDE_DIRS})
target_link_directories(unit_support PUBLIC ${CHECK_LIBRARY_DIRS})
target_link_libraries(unit_support PUBLIC winnow xxhash ${CHECK_LIBRARIES} m)

# The test unit_<topic> of unit_<topic>.c.
function(winnow_unit_test topic)
    add_executable(unit_${topic} "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/unit_${topic}.c")
    # The plain versions in the tests round like the library.
    target_compile_options(unit_${topic} PRIVATE -ffp-contract=off)
    target_link_libraries(unit_${topic} PRIVATE unit_support)
    add_test(NAME unit_${topic} COMMAND unit_${topic})
    set_tests_properties(unit_${topic} PROPERTIES LABELS unit TIMEOUT 900)
endfunction()

foreach(topic
    areas
    blocks
    clip
    cluster
    codec
    counts
    densify
    dispersion
    evenness
    find_in_chunk
    fixedmath
    geometry
    given
    keep
    lawfit
    laws
    linker
    lossless
    map
    param_table
    params
    philox
    pixels
    peakfinder8
    places
    pyfai_peaks
    quantiles
    ring_peaks
    samples
    sat
    sections
    separate
    split
    spots
    stored
    stream
    surface
    )
    winnow_unit_test(${topic})
endforeach()
target_sources(unit_ring_peaks PRIVATE "${CMAKE_CURRENT_LIST_DIR}/unit_plain_rings.c")
target_sources(unit_linker PRIVATE "${CMAKE_CURRENT_LIST_DIR}/unit_plain_spots.c")

# Fuzz targets: run with a fixed number of mutated inputs here; with WINNOW_LIBFUZZER (clang) there
# is libfuzzer_<target> as well, to be run by hand.
option(WINNOW_LIBFUZZER "Build the fuzz targets for libFuzzer as well (clang)" OFF)
if(WINNOW_LIBFUZZER)
    target_compile_options(winnow PRIVATE -fsanitize=fuzzer-no-link)
endif()

function(winnow_fuzz_test target inputs)
    set(source "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/fuzz_${target}.c")
    add_executable(fuzz_${target} ${source} "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/fuzz_driver.c")
    target_link_libraries(fuzz_${target} PRIVATE unit_support)
    add_test(NAME fuzz_${target} COMMAND fuzz_${target} ${inputs} fuzz_${target}.input)
    set_tests_properties(fuzz_${target} PROPERTIES LABELS unit TIMEOUT 900)
    if(WINNOW_LIBFUZZER)
        add_executable(libfuzzer_${target} ${source})
        target_compile_options(libfuzzer_${target} PRIVATE -fsanitize=fuzzer)
        target_link_options(libfuzzer_${target} PRIVATE -fsanitize=fuzzer)
        target_link_libraries(libfuzzer_${target} PRIVATE unit_support)
    endif()
endfunction()

winnow_fuzz_test(decode 20000)
winnow_fuzz_test(encode 2000)
winnow_fuzz_test(params 200000)
