# Applies RCX_SANITIZE to everything that is configured after this point.
if(RCX_SANITIZE)
  add_compile_options(-fsanitize=${RCX_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RCX_SANITIZE})
endif()
