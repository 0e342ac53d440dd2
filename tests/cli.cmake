# The command line: h5winnow. To be included by tests/CMakeLists.txt.
add_executable(cli_files "${CMAKE_CURRENT_LIST_DIR}/cli_files.c")
target_compile_definitions(cli_files PRIVATE _POSIX_C_SOURCE=200809L ${HDF5_DEFINITIONS})
target_include_directories(cli_files SYSTEM PRIVATE ${HDF5_C_INCLUDE_DIRS})
target_link_libraries(cli_files PRIVATE winnow ${HDF5_C_LIBRARIES})

# The test cli_<topic> of cli_<topic>.sh; it gets h5winnow, the further arguments and a folder.
function(winnow_cli_test topic)
    add_test(NAME cli_${topic}
        COMMAND sh "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/cli_${topic}.sh" $<TARGET_FILE:h5winnow>
        ${ARGN} "${CMAKE_CURRENT_BINARY_DIR}/cli_${topic}")
    set_tests_properties(cli_${topic} PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300)
endfunction()

# Plugins that misbehave, in folders of their own.
add_library(cli_missing SHARED "${CMAKE_CURRENT_LIST_DIR}/cli_missing.c")
set(behaviour 0)
foreach(name crashes hangs exits refuses loses undefined dependent)
    add_library(cli_plugin_${name} MODULE "${CMAKE_CURRENT_LIST_DIR}/cli_plugin.c")
    target_compile_definitions(cli_plugin_${name} PRIVATE
        PLUGIN=${behaviour} _POSIX_C_SOURCE=200809L ${HDF5_DEFINITIONS})
    target_include_directories(cli_plugin_${name} SYSTEM PRIVATE ${HDF5_C_INCLUDE_DIRS})
    target_link_options(cli_plugin_${name} PRIVATE -Wl,-z,lazy)
    set_target_properties(cli_plugin_${name} PROPERTIES
        PREFIX "lib"
        OUTPUT_NAME h5zwinnow
        SKIP_BUILD_RPATH ON
        LIBRARY_OUTPUT_DIRECTORY "${CMAKE_CURRENT_BINARY_DIR}/plugins/${name}")
    math(EXPR behaviour "${behaviour} + 1")
endforeach()
target_link_libraries(cli_plugin_dependent PRIVATE cli_missing)

winnow_cli_test(params)
winnow_cli_test(doctor $<TARGET_FILE:h5zwinnow> "${CMAKE_CURRENT_BINARY_DIR}/plugins")
winnow_cli_test(info $<TARGET_FILE:cli_files>)
if(NOT WINNOW_SANITIZE)
    # h5repack could not load a plugin that needs the sanitizers.
    winnow_cli_test(series $<TARGET_FILE:make_series> $<TARGET_FILE_DIR:h5zwinnow>)
endif()

# Geometry and mask from the files of beamlines: a program that prints what was read, and a script
# that makes such files.
add_executable(h5tools_metadata "${CMAKE_CURRENT_LIST_DIR}/h5tools_metadata.c")
target_link_libraries(h5tools_metadata PRIVATE h5tools)
if(Python3_FOUND)
    add_test(NAME cli_metadata COMMAND "${Python3_EXECUTABLE}"
        "${CMAKE_CURRENT_LIST_DIR}/cli_metadata.py" $<TARGET_FILE:h5tools_metadata>
        $<TARGET_FILE:make_series> "${WINNOW_SHARED_DATA}"
        "${CMAKE_CURRENT_BINARY_DIR}/cli_metadata")
    set_tests_properties(cli_metadata PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300)
endif()
# The test cli_<topic> of cli_<topic>.py; it gets h5winnow, the plugin for h5py, and a folder.
function(winnow_cli_python_test topic)
    add_test(NAME cli_${topic} COMMAND "${Python3_EXECUTABLE}"
        "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/cli_${topic}.py" $<TARGET_FILE:h5winnow>
        $<TARGET_FILE_DIR:h5zwinnow> "${CMAKE_CURRENT_BINARY_DIR}/cli_${topic}")
    set_tests_properties(cli_${topic} PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
        ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1")
endfunction()

if(Python3_FOUND AND NOT WINNOW_SANITIZE)
    winnow_cli_python_test(export)
    winnow_cli_python_test(import)
endif()

# Spots in the formats of other programs: a program that writes a table that it reads from text, and
# a script that reads each format by itself.
add_executable(h5tools_spot_formats "${CMAKE_CURRENT_LIST_DIR}/h5tools_spot_formats.c")
target_link_libraries(h5tools_spot_formats PRIVATE h5tools)
if(Python3_FOUND)
    add_test(NAME cli_spot_formats COMMAND "${Python3_EXECUTABLE}"
        "${CMAKE_CURRENT_LIST_DIR}/cli_spot_formats.py" $<TARGET_FILE:h5tools_spot_formats>
        "${CMAKE_CURRENT_BINARY_DIR}/cli_spot_formats")
    set_tests_properties(cli_spot_formats PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
        ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1")
endif()

# Tables of spots: a program that writes and reads them, and a script that looks at what it wrote.
add_executable(h5tools_spots "${CMAKE_CURRENT_LIST_DIR}/h5tools_spots.c")
target_compile_definitions(h5tools_spots PRIVATE _GNU_SOURCE)
target_link_libraries(h5tools_spots PRIVATE h5tools)
if(Python3_FOUND)
    add_test(NAME cli_spot_table COMMAND "${Python3_EXECUTABLE}"
        "${CMAKE_CURRENT_LIST_DIR}/cli_spot_table.py" $<TARGET_FILE:h5tools_spots>
        "${CMAKE_CURRENT_BINARY_DIR}/cli_spot_table")
    set_tests_properties(cli_spot_table PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
        ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1")
endif()
