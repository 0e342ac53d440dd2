# What quality levels do: the measure, and the verb that prints it. To be included by
# tests/CMakeLists.txt after unit.cmake and pack.cmake.
winnow_unit_test(effect)
target_link_libraries(unit_effect PRIVATE h5tools)

winnow_pack_test(tune 300)
