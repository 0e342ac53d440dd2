# Functions that add tests. A test is named FOLDER.TOPIC, with dots for further folders.

# The long ones start first, the longest of them at once: none runs alone at the end.
set(LONG_TESTS core.spots.find_in_chunk cli.pack cli.interrupted core.encode.chunks promises.P3
    promises.P9 promises.P1 promises.P2 promises.P4 core.spots.find_in_chunk_errors fuzz.decode
    plugin.wheel oracles.spots oracles.fidelity fuzz.encode cli.faults cli.spots h5tools.copy.tree
    style.cppcheck)

function(winnow_start_early name)
    list(FIND LONG_TESTS "${name}" place)
    if(place GREATER_EQUAL 0)
        math(EXPR cost "100 - ${place}")
        set_tests_properties(${name} PROPERTIES COST ${cost})
    endif()
endfunction()

# winnow_unit_test(FOLDER TOPIC...): the Check programs FOLDER/TOPIC of the calling folder. TOPIC
# frame/rects in core/ is the program core_frame_rects of frame/test_rects.c and the test
# core.frame.rects.
function(winnow_unit_test folder)
    foreach(topic ${ARGN})
        get_filename_component(path "${topic}" DIRECTORY)
        get_filename_component(name "${topic}" NAME)
        string(REPLACE "/" "_" program "${folder}_${topic}")
        string(REPLACE "/" "." test "${folder}.${topic}")
        add_executable(${program} "${path}/test_${name}.c")
        # The plain versions in the tests round like the library.
        target_compile_options(${program} PRIVATE -ffp-contract=off)
        target_link_libraries(${program} PRIVATE unit_support)
        add_test(NAME ${test} COMMAND ${program})
        set_tests_properties(${test} PROPERTIES LABELS unit TIMEOUT 900)
        winnow_start_early(${test})
    endforeach()
endfunction()

# winnow_program(NAME SOURCE...): a program of the tests that reads and writes HDF5 by itself.
function(winnow_program name)
    add_executable(${name} ${ARGN})
    target_compile_definitions(${name} PRIVATE _GNU_SOURCE ${HDF5_DEFINITIONS})
    target_include_directories(${name} SYSTEM PRIVATE ${HDF5_C_INCLUDE_DIRS} ${CHECK_INCLUDE_DIRS})
    target_link_libraries(${name} PRIVATE winnow ${HDF5_C_LIBRARIES} m)
endfunction()

# winnow_frame_reader(NAME SOURCE...): one that reads detector frames, and sees the core's inside.
function(winnow_frame_reader name)
    winnow_program(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE h5frames)
endfunction()

# winnow_tool_program(NAME SOURCE...): a program on parts of h5winnow.
function(winnow_tool_program name)
    add_executable(${name} ${ARGN})
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}/h5tools"
        "${CMAKE_SOURCE_DIR}/core" "${CMAKE_SOURCE_DIR}/tests")
    target_link_libraries(${name} PRIVATE h5tools)
endfunction()

# winnow_script_test(NAME LABEL SECONDS SCRIPT ARGUMENT...): a script of the calling folder, by sh or
# by Python. Exit status 77: skipped.
function(winnow_script_test name label seconds script)
    get_filename_component(ending "${script}" EXT)
    set(interpreter sh)
    if(ending STREQUAL ".py")
        set(interpreter "${HOST_PYTHON}")
    endif()
    add_test(NAME ${name}
        COMMAND "${interpreter}" "${CMAKE_CURRENT_SOURCE_DIR}/${script}" ${ARGN}
        COMMAND_EXPAND_LISTS)
    set_tests_properties(${name} PROPERTIES LABELS ${label} SKIP_RETURN_CODE 77 TIMEOUT ${seconds}
        ENVIRONMENT "${SCRIPT_ENVIRONMENT}")
    winnow_start_early(${name})
endfunction()

# winnow_verb_test(NAME SECONDS SCRIPT): a script on the verbs that read and write files, which also
# loads the plugin; see support/packing.py for its arguments.
function(winnow_verb_test name seconds script)
    winnow_script_test(${name} cli ${seconds} "${script}" $<TARGET_FILE:h5winnow>
        "${WINNOW_PLUGIN_FOLDER}" "${BITSHUFFLE_FOLDER}" $<TARGET_FILE:make_series>
        "${WINNOW_SHARED_DATA}" "${CMAKE_CURRENT_BINARY_DIR}/${name}")
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "${HOST_ENVIRONMENT}")
endfunction()

# winnow_host_test(NAME SECONDS SCRIPT): a real program that finds the plugin through
# HDF5_PLUGIN_PATH alone; see support/hosts.py for the arguments.
function(winnow_host_test name seconds script)
    winnow_script_test(${name} host ${seconds} "${script}" "${WINNOW_PLUGIN_FOLDER}"
        $<TARGET_FILE:make_series> "${HOST_PYTHON}" "${CMAKE_BINARY_DIR}/tests/host")
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "${HOST_ENVIRONMENT}")
endfunction()

# winnow_shared_test(NAME SECONDS COMMAND...): a check on data from outside the tree.
function(winnow_shared_test name seconds)
    add_test(NAME ${name} COMMAND ${ARGN})
    set_tests_properties(${name} PROPERTIES LABELS shared SKIP_RETURN_CODE 77 TIMEOUT ${seconds}
        ENVIRONMENT "HDF5_PLUGIN_PATH=${BITSHUFFLE_FOLDER};MULTIARCH=${CMAKE_LIBRARY_ARCHITECTURE}")
    winnow_start_early(${name})
endfunction()
