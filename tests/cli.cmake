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

winnow_cli_test(params)
winnow_cli_test(info $<TARGET_FILE:cli_files>)
if(NOT WINNOW_SANITIZE)
    # h5repack could not load a plugin that needs the sanitizers.
    winnow_cli_test(series $<TARGET_FILE:make_series> $<TARGET_FILE_DIR:h5zwinnow>)
endif()
