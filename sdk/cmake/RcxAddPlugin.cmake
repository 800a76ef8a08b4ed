# rcx_add_plugin(NAME SOURCE...): builds the extension NAME.so (NAME.dll) against the SDK.
#
# The library exports one symbol, its entry; everything else is hidden, also what templates of the
# standard library leave behind. Unresolved symbols are errors when it is linked, not when a push
# arrives. Link further libraries with target_link_libraries(NAME PRIVATE ...).
function(rcx_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE rcx::sdk)
  set_target_properties(${name} PROPERTIES
    PREFIX ""
    C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON)
  if(NOT WIN32)
    set(version_script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
    set_target_properties(${name} PROPERTIES LINK_DEPENDS ${version_script})
    target_link_options(${name} PRIVATE
      LINKER:--version-script=${version_script}
      LINKER:-z,now LINKER:-z,relro)
    # Sanitizers of clang leave their runtime to the program, so the check cannot hold for them.
    if(NOT RCX_SANITIZE)
      target_link_options(${name} PRIVATE LINKER:-z,defs)
    endif()
  endif()
endfunction()
