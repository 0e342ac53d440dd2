# Copying files object by object, which the verbs that write files do. To be included by
# tests/CMakeLists.txt after host.cmake, which finds a Python with h5py.
add_executable(h5tools_tree "${CMAKE_CURRENT_LIST_DIR}/h5tools_tree.c")
target_link_libraries(h5tools_tree PRIVATE h5tools)

add_test(NAME cli_tree COMMAND "${CMAKE_COMMAND}" -E env
    "HDF5_PLUGIN_PATH=${BITSHUFFLE_FOLDER}" PYTHONDONTWRITEBYTECODE=1
    "${HOST_PYTHON}" "${CMAKE_CURRENT_LIST_DIR}/cli_tree.py" $<TARGET_FILE:h5tools_tree>
    $<TARGET_FILE:make_series> "${WINNOW_SHARED_DATA}" "${CMAKE_CURRENT_BINARY_DIR}/cli_tree")
set_tests_properties(cli_tree PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300)
