#include "host/vcs/git/objects/commits_ahead.hpp"

#include <algorithm>
#include <numeric>

namespace rcx::host::git {
namespace {

// Below, a second thread does not pay.
constexpr std::size_t kFewest = 1000;
// Of texts. What comes behind is read when it is asked for.
constexpr std::size_t kMostBytes = std::size_t{32} * 1024 * 1024;

}  // namespace

std::vector<CommitsAhead::Commit> CommitsAhead::list(const PackFile& pack) {
  struct Place {
    Offset offset = 0;
    std::uint32_t place = 0;
  };
  // Sorted roughly: of what does not come first, nothing more is needed.
  constexpr std::size_t kParts = 4096;
  const std::size_t width = pack.size() / kParts + 1;
  std::vector<Offset> offsets(pack.count());
  std::vector<std::size_t> ends(kParts + 1);
  for (std::size_t place = 0; place < offsets.size(); ++place) {
    offsets[place] = std::min<Offset>(pack.offset(place).value_or(0), pack.size());
    ++ends[offsets[place] / width];
  }
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  std::vector<std::size_t> next(ends);
  std::vector<Place> all(offsets.size());
  for (std::size_t place = 0; place < offsets.size(); ++place) {
    all[--next[offsets[place] / width]] = {offsets[place], static_cast<std::uint32_t>(place)};
  }
  std::vector<Commit> commits;
  std::size_t bytes = 0;
  for (std::size_t part = 0; part <= kParts; ++part) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(next[part]);
    const auto last = all.begin() + static_cast<std::ptrdiff_t>(ends[part]);
    std::sort(first, last, [](const Place& a, const Place& b) { return a.offset < b.offset; });
    for (auto one = first; one != last; ++one) {
      const auto entry = pack.entry(one->offset);
      if (!entry) continue;
      const auto is = [&](ObjectType type) { return entry->kind == static_cast<unsigned>(type); };
      if (is(ObjectType::kTree) || is(ObjectType::kBlob)) return commits;
      if (!is(ObjectType::kCommit)) continue;
      if (entry->size > kMostBytes - bytes) return commits;
      commits.push_back({one->place, entry->data, bytes, static_cast<std::size_t>(entry->size)});
      bytes += entry->size;
    }
  }
  return commits;
}

std::unique_ptr<CommitsAhead> CommitsAhead::of(const PackFile& pack) {
  if (pack.count() < kFewest) return nullptr;
  std::vector<Commit> commits = list(pack);
  if (commits.size() < kFewest) return nullptr;
  std::unique_ptr<CommitsAhead> ahead(new CommitsAhead(std::move(commits), pack.count()));
  ahead->start();
  return ahead;
}

CommitsAhead::CommitsAhead(std::vector<Commit> commits, std::size_t places)
    : commits_(std::move(commits)),
      states_(commits_.size()),
      numbers_(places),
      texts_(new char[commits_.back().begin + commits_.back().size]) {
  for (std::size_t i = 0; i < commits_.size(); ++i) {
    numbers_[commits_[i].place] = static_cast<std::uint32_t>(i + 1);
  }
}

void CommitsAhead::start() {
  helper_.start([this](const HelperThread::Stopped& stopped) {
    for (std::size_t i = commits_.size(); i-- > 0 && !stopped;) inflate(i, there_);
  });
}

void CommitsAhead::inflate(std::size_t number, Inflate& inflate) noexcept {
  State waiting = State::kWaiting;
  if (!states_[number].compare_exchange_strong(waiting, State::kTaken)) return;
  const Commit& commit = commits_[number];
  const bool whole = inflate.whole(commit.data, commit.size, &texts_[commit.begin]);
  states_[number] = whole ? State::kDone : State::kDamaged;
}

std::optional<std::string_view> CommitsAhead::find(std::size_t place) noexcept {
  if (numbers_[place] == 0) return std::nullopt;
  const std::size_t number = numbers_[place] - 1;
  inflate(number, here_);
  // The other thread may hold it while it does not run: it is not waited for.
  if (states_[number] != State::kDone) return std::nullopt;
  return std::string_view(&texts_[commits_[number].begin], commits_[number].size);
}

}  // namespace rcx::host::git
