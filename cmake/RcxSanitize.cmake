# Applies RCX_SANITIZE to everything that is configured after this point.
if(RCX_SANITIZE)
  add_compile_options(-fsanitize=${RCX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RCX_SANITIZE})
  # ThreadSanitizer does not follow fences, which Boost.Asio has; GCC warns of each.
  if(RCX_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan)
  endif()
endif()
