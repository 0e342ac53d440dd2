# The experiment of this folder is run by hand; its parts are tested without DIALS. To be included by
# tests/CMakeLists.txt after pack.cmake.
if(NOT WINNOW_SANITIZE)
    add_test(NAME quality_selftest COMMAND "${HOST_PYTHON}"
        "${CMAKE_CURRENT_LIST_DIR}/selftest.py" $<TARGET_FILE:h5winnow> "${WINNOW_PLUGIN_FOLDER}"
        "${BITSHUFFLE_FOLDER}" $<TARGET_FILE:make_series> "${WINNOW_SHARED_DATA}"
        "${CMAKE_CURRENT_BINARY_DIR}/quality")
    set_tests_properties(quality_selftest PROPERTIES LABELS cli SKIP_RETURN_CODE 77 TIMEOUT 300
        ENVIRONMENT "${HOST_ENVIRONMENT}")
endif()
