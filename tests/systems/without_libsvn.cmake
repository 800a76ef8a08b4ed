# Where libsvn is missing, configuring says what is off and how to turn it on, and the host is built without it.
# Run with -D SOURCE=, -D BUILD= (a directory of its own), -D HEADERS= (where those of libsvn are).
file(REMOVE_RECURSE ${BUILD})
execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${BUILD} -G Ninja -DRCX_TESTS=OFF -DCMAKE_IGNORE_PATH=${HEADERS}
  OUTPUT_VARIABLE said ERROR_VARIABLE said RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "it does not configure:\n${said}")
endif()
string(FIND "${said}" "Subversion is off: no libsvn; turn it on with:  apt install libsvn-dev" found)
if(found EQUAL -1)
  message(FATAL_ERROR "it does not say what is off:\n${said}")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} --build ${BUILD} --target help OUTPUT_VARIABLE targets RESULT_VARIABLE status)
if(NOT status EQUAL 0 OR NOT targets MATCHES "\nrcxd: " OR targets MATCHES "\nrcx-svn: ")
  message(FATAL_ERROR "wanted the host without the module of Subversion, got:\n${targets}")
endif()
file(REMOVE_RECURSE ${BUILD})
