// Reads of each push what the setting `what` says, and does nothing with it: for reading.py.
#include <rcx/plugin.hpp>

#ifndef RCX_BENCH_ID
#define RCX_BENCH_ID "read_push"
#endif

namespace {

class ReadPush {
 public:
  explicit ReadPush(const rcx::Setup& setup)
      : what_(setup.settings()["what"].as<std::string>("paths")) {}

  void before(const rcx::PrePush& push) const {
    std::uint64_t sum = 0;
    for (const rcx::Commit& commit : push.commits()) {
      sum += commit.message().size();
      if (what_ == "commits") continue;
      for (const rcx::Change& change : commit.changes()) {
        sum += change.path().size();
        if (what_ == "sizes") sum += change.new_size();
        if (what_ == "lines") sum += change.added_lines().text().size();
      }
    }
    push.logger().debug(std::to_string(sum));
  }

 private:
  std::string what_;
};

}  // namespace

RCX_PLUGIN(ReadPush, RCX_BENCH_ID, "Read push", "1.0.0", "MIT", rcx::on<&ReadPush::before>())
