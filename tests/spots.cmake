# Finding spots in files. To be included by tests/CMakeLists.txt after pack.cmake.
winnow_pack_test(spots 300)
