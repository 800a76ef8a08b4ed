// rcx-api: the HTTP interface of a host, which starts it where rcx.yaml has `api:`.
#include <iostream>
#include <string_view>

#include "host/api/server.hpp"
#include "host/cli/desk.hpp"

int main(int argc, char** argv) {
  using rcx::host::cli::installer;
  if (argc == 2 && std::string_view(argv[1]) == "--role=api") {
    return rcx::host::api::run_api(&installer);
  }
  std::cerr << "rcx-api: rcxd starts this where rcx.yaml has  api: {listen: 127.0.0.1:8480}\n";
  return 2;
}
