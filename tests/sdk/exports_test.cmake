# cmake -D NM=nm -D LIBRARY=x.so -P exports_test.cmake: fails unless the library exports exactly the
# entry of an extension.
execute_process(COMMAND ${NM} -D --defined-only ${LIBRARY}
  OUTPUT_VARIABLE symbols OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
if(NOT symbols MATCHES "^[0-9a-f]+ [DR] rcx_plugin_entry$")
  message(FATAL_ERROR "${LIBRARY}: wanted the one symbol rcx_plugin_entry, got:\n${symbols}")
endif()
