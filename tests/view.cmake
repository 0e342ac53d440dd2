# The verbs that draw: view, stats. To be included by tests/CMakeLists.txt after pack.cmake. A program
# makes the tables of spots for them.
add_executable(cli_spot_table "${CMAKE_CURRENT_LIST_DIR}/cli_spot_table.c")
target_link_libraries(cli_spot_table PRIVATE h5tools)

foreach(topic view stats)
    winnow_pack_test(${topic} 300)
    set_property(TEST cli_${topic} APPEND PROPERTY
        ENVIRONMENT "SPOT_TABLE=$<TARGET_FILE:cli_spot_table>")
endforeach()
