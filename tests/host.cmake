# The plugin in real programs, which find it through HDF5_PLUGIN_PATH alone. Each script gets the
# same arguments: plugin folder, make_series, a Python with h5py, a scratch folder.

# The first Python that has h5py.
set(WINNOW_HOST_PYTHON "" CACHE FILEPATH "Python with h5py for the host tests")
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

set(HOST_ENVIRONMENT "HDF5_PLUGIN_PATH=${WINNOW_PLUGIN_FOLDER}" "PYTHONDONTWRITEBYTECODE=1")
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

# winnow_host_test(SCRIPT SECONDS)
function(winnow_host_test script seconds)
    get_filename_component(name "${script}" NAME_WE)
    get_filename_component(ending "${script}" EXT)
    set(interpreter sh)
    if(ending STREQUAL ".py")
        set(interpreter "${HOST_PYTHON}")
    endif()
    add_test(NAME ${name} COMMAND "${interpreter}" "${CMAKE_CURRENT_SOURCE_DIR}/${script}"
        "${WINNOW_PLUGIN_FOLDER}" "$<TARGET_FILE:make_series>" "${HOST_PYTHON}"
        "${CMAKE_CURRENT_BINARY_DIR}/host")
    set_tests_properties(${name} PROPERTIES
        LABELS host
        SKIP_RETURN_CODE 77
        TIMEOUT ${seconds}
        ENVIRONMENT "${HOST_ENVIRONMENT}")
endfunction()

winnow_host_test(host_h5py.py 300)
winnow_host_test(host_parts.py 300)
winnow_host_test(host_refusals.py 300)
winnow_host_test(host_damage.py 300)
winnow_host_test(host_fork.py 600)
winnow_host_test(host_symbols.sh 60)
winnow_host_test(format_blocks.py 120)
if(NOT WINNOW_SANITIZE)
    winnow_host_test(host_h5repack.sh 900)
    winnow_host_test(host_static.sh 300)
    winnow_host_test(host_wheel.py 1200)
    winnow_host_test(host_two_libraries.py 600)
    winnow_host_test(cli_python.py 900)
endif()
