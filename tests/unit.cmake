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
target_link_libraries(unit_support PUBLIC winnow ${CHECK_LIBRARIES} m)

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
    clip
    codec
    densify
    fixedmath
    geometry
    lawfit
    laws
    map
    params
    philox
    pixels
    quantiles
    samples
    separate
    stream
    surface
    xxh64
    )
    winnow_unit_test(${topic})
endforeach()
