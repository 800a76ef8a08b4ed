# What new_test.cpp needs: where the SDK is installed from, and with what.
set_source_files_properties(new_test.cpp PROPERTIES COMPILE_DEFINITIONS
  "RCX_TEST_BUILD=\"${CMAKE_BINARY_DIR}\";RCX_TEST_CMAKE=\"${CMAKE_COMMAND}\";RCX_TEST_CTEST=\"${CMAKE_CTEST_COMMAND}\"")
