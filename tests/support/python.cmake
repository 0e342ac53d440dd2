# HOST_PYTHON, the first Python that has h5py, and the environment of test scripts: HOST_ENVIRONMENT
# for those that load the plugin into Python, SCRIPT_ENVIRONMENT for others.
set(WINNOW_HOST_PYTHON "" CACHE FILEPATH "Python with h5py for the tests")
set(HOST_PYTHON "${WINNOW_HOST_PYTHON}")
foreach(candidate "${Python3_EXECUTABLE}" /usr/bin/python3)
    if(NOT HOST_PYTHON AND candidate)
        execute_process(COMMAND "${candidate}" -c "import h5py"
            RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
        if(failed STREQUAL "0")
            set(HOST_PYTHON "${candidate}")
        endif()
    endif()
endforeach()
if(NOT HOST_PYTHON)
    set(HOST_PYTHON python3) # the scripts say that h5py is missing
endif()

set(SCRIPT_ENVIRONMENT "PYTHONDONTWRITEBYTECODE=1"
    "PYTHONPATH=${CMAKE_CURRENT_SOURCE_DIR}/support:${CMAKE_CURRENT_SOURCE_DIR}/format")
set(HOST_ENVIRONMENT "HDF5_PLUGIN_PATH=${WINNOW_PLUGIN_FOLDER}" ${SCRIPT_ENVIRONMENT})
if(WINNOW_SANITIZE)
    # The sanitizers must be there before Python is.
    foreach(name asan ubsan)
        execute_process(COMMAND "${CMAKE_C_COMPILER}" -print-file-name=lib${name}.so
            OUTPUT_VARIABLE library OUTPUT_STRIP_TRAILING_WHITESPACE)
        list(APPEND HOST_PRELOAD "${library}")
    endforeach()
    list(JOIN HOST_PRELOAD ":" HOST_PRELOAD)
    list(APPEND HOST_ENVIRONMENT "LD_PRELOAD=${HOST_PRELOAD}" "ASAN_OPTIONS=detect_leaks=0")
endif()
