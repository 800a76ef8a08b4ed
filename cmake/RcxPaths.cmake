# What is built names no folder of the machine that built it. Debuggers need the real ones in Debug.
add_compile_options(
  $<IF:$<CONFIG:Debug>,-fmacro-prefix-map,-ffile-prefix-map>=${PROJECT_SOURCE_DIR}/=)
