#include "host/vcs/git/objects/commits_ahead.hpp"

#include <algorithm>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <new>

namespace rcx::host::git {
namespace {

// Below, a second thread does not pay.
constexpr std::size_t kFewest = 1000;

// Whether a tree or a blob comes before all commits from `offset` on. Deltas do not say what they
// are of: of a run of them that is longer than this it is not found out.
template <class Records>
bool is_behind_commits(const PackFile& pack, const Records& records, std::size_t first) {
  constexpr std::size_t kLooked = 64;
  for (std::size_t i = first; i < records.size() && i < first + kLooked; ++i) {
    const auto entry = pack.entry(records[i].offset);
    const auto is = [&](ObjectType type) {
      return entry && entry->kind == static_cast<unsigned>(type);
    };
    if (is(ObjectType::kCommit) || is(ObjectType::kTag)) return false;
    if (is(ObjectType::kTree) || is(ObjectType::kBlob)) return true;
  }
  return true;
}

}  // namespace

std::vector<CommitsAhead::Record> CommitsAhead::below(const PackFile& pack, Offset limit) {
  std::vector<Record> records;
  for (std::size_t place = 0; place < pack.count(); ++place) {
    const Offset offset = pack.offset(place).value_or(limit);
    if (offset < limit) records.push_back({offset, static_cast<std::uint32_t>(place)});
  }
  boost::sort::spreadsort::integer_sort(
      records.begin(), records.end(),
      [](const Record& record, unsigned shift) { return record.offset >> shift; },
      [](const Record& a, const Record& b) { return a.offset < b.offset; });
  return records;
}

std::vector<CommitsAhead::Record> CommitsAhead::list(const PackFile& pack) {
  // To put all of a large pack in order takes longer than what is read ahead saves. Commits are
  // small, and most packs have them all at the very beginning.
  constexpr std::size_t kFirst = 8;
  for (std::size_t part = kFirst;; part /= 2) {
    std::vector<Record> records = below(pack, pack.size() / part + 1);
    std::size_t low = 0;
    std::size_t high = records.size();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      if (is_behind_commits(pack, records, middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    if (low == records.size() && part > 1) continue;
    records.resize(low);
    return records;
  }
}

std::unique_ptr<CommitsAhead> CommitsAhead::of(const PackFile& pack) {
  if (pack.count() < kFewest) return nullptr;
  std::vector<Record> records = list(pack);
  if (records.size() < kFewest) return nullptr;
  std::unique_ptr<CommitsAhead> ahead(new CommitsAhead(pack, std::move(records)));
  ahead->start();
  return ahead;
}

CommitsAhead::CommitsAhead(const PackFile& pack, std::vector<Record> records)
    : pack_(pack),
      records_(std::move(records)),
      states_(records_.size()),
      texts_(records_.size()),
      numbers_(pack.count()) {
  for (std::size_t i = 0; i < records_.size(); ++i) {
    numbers_[records_[i].place] = static_cast<std::uint32_t>(i + 1);
  }
}

void CommitsAhead::start() {
  helper_.start([this](const HelperThread::Stopped& stopped) {
    for (std::size_t i = records_.size(); i-- > 0 && !stopped;) inflate(i, there_);
  });
}

void CommitsAhead::inflate(std::size_t number, Side& side) noexcept {
  State waiting = State::kWaiting;
  if (!states_[number].compare_exchange_strong(waiting, State::kTaken)) return;
  std::optional<std::string_view> text;
  try {
    text = text_of(records_[number], side);
  } catch (const std::bad_alloc&) {
    // Whoever asks may have more luck, or is who says so.
  }
  if (text) texts_[number] = *text;
  states_[number] = text ? State::kDone : State::kNotHere;
}

std::optional<std::string_view> CommitsAhead::text_of(const Record& record, Side& side) const {
  const auto entry = pack_.entry(record.offset);
  if (!entry || entry->kind != static_cast<unsigned>(ObjectType::kCommit)) return std::nullopt;
  if (entry->size > side.room) return std::nullopt;
  const auto size = static_cast<std::size_t>(entry->size);
  side.room -= size;
  auto* const text = static_cast<char*>(side.memory.allocate(size, 1));
  if (!side.inflate.whole(entry->data, size, text)) return std::nullopt;
  return std::string_view(text, size);
}

std::optional<std::string_view> CommitsAhead::find(std::size_t place) noexcept {
  if (numbers_[place] == 0) return std::nullopt;
  const std::size_t number = numbers_[place] - 1;
  inflate(number, here_);
  // The other thread may hold it while it does not run: it is not waited for.
  if (states_[number] != State::kDone) return std::nullopt;
  return texts_[number];
}

}  // namespace rcx::host::git
