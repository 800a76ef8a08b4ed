// Feeds a fuzzer the files of directories: fuzz_NAME DIRECTORY... An end other than by returning is
// the finding; the last file that was named is the one.
#include <algorithm>
#include <boost/filesystem.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace {

namespace fs = boost::filesystem;

std::vector<fs::path> files(const fs::path& directory) {
  std::vector<fs::path> found;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
    found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void feed(const fs::path& file) {
  std::cout << file.filename().string() << std::endl;
  std::ifstream stream(file.string(), std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(stream), {}};
  // Of exactly that size, so that a sanitizer sees what is read beyond it.
  std::vector<std::uint8_t> data(bytes.begin(), bytes.end());
  data.shrink_to_fit();
  LLVMFuzzerTestOneInput(data.data(), data.size());
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const fs::path& file : files(argv[i])) {
      feed(file);
      ++count;
    }
  }
  // Nothing at all is an input as well.
  LLVMFuzzerTestOneInput(nullptr, 0);
  if (count > 0) return 0;
  std::cerr << "wanted directories that hold a corpus, found no file" << std::endl;
  return 1;
}
