# The verbs that write files: pack, unpack, check. To be included by tests/CMakeLists.txt after
# host.cmake, which finds a Python with h5py.

# The test cli_<topic> of cli_<topic>.py; it gets h5winnow, two folders of plugins (winnow's and
# bitshuffle's), make_series, the shared data and a folder.
function(winnow_pack_test topic seconds)
    add_test(NAME cli_${topic} COMMAND "${HOST_PYTHON}"
        "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/cli_${topic}.py" $<TARGET_FILE:h5winnow>
        "${WINNOW_PLUGIN_FOLDER}" "${BITSHUFFLE_FOLDER}" $<TARGET_FILE:make_series>
        "${WINNOW_SHARED_DATA}" "${CMAKE_CURRENT_BINARY_DIR}/cli_${topic}")
    set_tests_properties(cli_${topic} PROPERTIES LABELS cli SKIP_RETURN_CODE 77
        TIMEOUT ${seconds} ENVIRONMENT "${HOST_ENVIRONMENT}")
endfunction()

winnow_pack_test(pack 600)
winnow_pack_test(faults 600)
winnow_pack_test(interrupted 600)
winnow_pack_test(follow 300)

# The decoder of bitshuffle, on what the filter itself makes.
add_executable(h5tools_bitshuffle "${CMAKE_CURRENT_LIST_DIR}/h5tools_bitshuffle.c")
target_link_libraries(h5tools_bitshuffle PRIVATE h5tools)
add_test(NAME cli_bitshuffle COMMAND "${HOST_PYTHON}"
    "${CMAKE_CURRENT_LIST_DIR}/cli_bitshuffle.py" $<TARGET_FILE:h5tools_bitshuffle>
    "${BITSHUFFLE_FOLDER}" "${CMAKE_CURRENT_BINARY_DIR}/cli_bitshuffle")
set_tests_properties(cli_bitshuffle PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
    ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)

# The decoder of deflate and shuffle, on what HDF5 makes.
add_executable(h5tools_deflate "${CMAKE_CURRENT_LIST_DIR}/h5tools_deflate.c")
target_link_libraries(h5tools_deflate PRIVATE h5tools)
add_test(NAME cli_deflate COMMAND "${HOST_PYTHON}"
    "${CMAKE_CURRENT_LIST_DIR}/cli_deflate.py" $<TARGET_FILE:h5tools_deflate>
    "${CMAKE_CURRENT_BINARY_DIR}/cli_deflate")
set_tests_properties(cli_deflate PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
    ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
