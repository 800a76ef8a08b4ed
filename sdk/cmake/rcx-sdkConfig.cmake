# find_package(rcx-sdk) gives the target rcx::sdk and the function rcx_add_plugin.
include(${CMAKE_CURRENT_LIST_DIR}/rcx-sdkTargets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/RcxAddPlugin.cmake)
