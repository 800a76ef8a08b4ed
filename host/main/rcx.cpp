// rcx: the tool of operators and authors.
#include "host/cli/cli.hpp"

int main(int argc, char** argv) {
  return rcx::host::cli::run(argc, argv);
}
