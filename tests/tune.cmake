# What quality levels do: the spots that show it, the measure, and the verb that prints it. To be
# included by tests/CMakeLists.txt after unit.cmake and pack.cmake.
foreach(topic planted effect)
    winnow_unit_test(${topic})
    target_link_libraries(unit_${topic} PRIVATE h5tools)
endforeach()

winnow_pack_test(tune 300)
