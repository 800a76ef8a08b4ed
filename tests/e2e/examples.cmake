# What tests of examples need: the examples, the SDK, and where to find them.
get_property(examples GLOBAL PROPERTY RCX_EXAMPLES)
add_dependencies(test_e2e ${examples})
target_link_libraries(test_e2e PRIVATE rcx::sdk ${CMAKE_DL_LIBS})
set_source_files_properties(examples_test.cpp web_post_test.cpp PROPERTIES COMPILE_DEFINITIONS
  "RCX_TEST_EXAMPLES=\"${CMAKE_BINARY_DIR}/examples\";RCX_TEST_BUILD=\"${CMAKE_BINARY_DIR}\";RCX_TEST_CMAKE=\"${CMAKE_COMMAND}\";RCX_TEST_CTEST=\"${CMAKE_CTEST_COMMAND}\"")
