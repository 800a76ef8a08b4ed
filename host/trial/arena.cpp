#include "host/trial/arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <new>

namespace rcx::host {
namespace {

// One range of addresses for all arenas, so that a signal handler can tell them by comparing.
// Reserved, not used: pages exist once they are written.
constexpr std::size_t kArenaBytes = std::size_t{16} * 1024 * 1024;
constexpr std::size_t kArenas = 32768;

std::atomic<char*> range_begin{nullptr};       // NOLINT: read by a signal handler
std::atomic<std::size_t> arenas_given_out{0};  // NOLINT

char* reserve() {
  char* begin = range_begin.load();
  if (begin != nullptr) return begin;
  void* mapped = ::mmap(nullptr, kArenaBytes * kArenas, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  begin = static_cast<char*>(mapped);
  range_begin.store(begin);
  return begin;
}

template <class T>
T* at(T* first, std::size_t stride, std::size_t index) {
  return static_cast<T*>(
      static_cast<void*>(static_cast<char*>(static_cast<void*>(first)) + stride * index));
}

const rcx_person* copy_person(Arena& arena, const rcx_person& person) {
  rcx_person* copy = arena.make(person);
  copy->name = arena.copy(person.name);
  copy->email = arena.copy(person.email);
  return copy;
}

const rcx_bytes* copy_list(Arena& arena, const rcx_bytes* first, std::size_t count,
                           std::size_t stride) {
  if (count == 0) return nullptr;
  rcx_bytes* copies = arena.copy_array(first, count, stride);
  for (std::size_t i = 0; i < count; ++i) {
    rcx_bytes* one = at(copies, stride, i);
    *one = arena.copy(*one);
  }
  return copies;
}

const rcx_caller* copy_caller(Arena& arena, const rcx_caller& caller) {
  rcx_caller* copy = arena.make(caller);
  for (rcx_bytes* bytes :
       {&copy->name, &copy->source, &copy->ip, &copy->user_agent, &copy->auth_method}) {
    *bytes = arena.copy(*bytes);
  }
  return copy;
}

const rcx_repository* copy_repository(Arena& arena, const rcx_repository& repository) {
  rcx_repository* copy = arena.make(repository);
  for (rcx_bytes* bytes : {&copy->name, &copy->path, &copy->id}) *bytes = arena.copy(*bytes);
  if (copy->field_count == 0) return copy;
  rcx_field* fields = arena.copy_array(repository.fields, copy->field_count, copy->field_stride);
  for (std::size_t i = 0; i < copy->field_count; ++i) {
    rcx_field* field = at(fields, copy->field_stride, i);
    for (rcx_bytes* bytes : {&field->key, &field->label, &field->description}) {
      *bytes = arena.copy(*bytes);
    }
    field->value = copy_value(arena, *field->value);
  }
  copy->fields = fields;
  return copy;
}

template <class Event>
const Event* copy_push(Arena& arena, const Event& event) {
  Event* copy = arena.make(event);
  copy->event = copy_common(arena, *event.event);
  rcx_ref_update* refs = arena.copy_array(event.refs, event.ref_count, event.ref_stride);
  for (std::size_t i = 0; i < event.ref_count; ++i) {
    rcx_ref_update* ref = at(refs, event.ref_stride, i);
    for (rcx_bytes* bytes : {&ref->name, &ref->short_name, &ref->old_id, &ref->new_id}) {
      *bytes = arena.copy(*bytes);
    }
  }
  copy->refs = refs;
  return copy;
}

template <class Event>
const Event* copy_pull(Arena& arena, const Event& event) {
  Event* copy = arena.make(event);
  copy->event = copy_common(arena, *event.event);
  copy->filter = arena.copy(event.filter);
  if (event.wanted_count == 0) return copy;
  rcx_wanted* all = arena.copy_array(event.wanted, event.wanted_count, event.wanted_stride);
  for (std::size_t i = 0; i < event.wanted_count; ++i) {
    rcx_wanted* one = at(all, event.wanted_stride, i);
    for (rcx_bytes* bytes : {&one->id, &one->name, &one->short_name}) *bytes = arena.copy(*bytes);
  }
  copy->wanted = all;
  return copy;
}

}  // namespace

Arena::Arena() : begin_(reserve()) {
  const std::size_t index = arenas_given_out.fetch_add(1);
  if (index >= kArenas) throw std::bad_alloc();
  begin_ += index * kArenaBytes;
  if (::mprotect(begin_, kArenaBytes, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
}

void* Arena::take(std::size_t size) {
  constexpr std::size_t kAlignment = alignof(std::max_align_t);
  const std::size_t whole = (size + kAlignment - 1) / kAlignment * kAlignment;
  if (whole > kArenaBytes - used_) throw std::bad_alloc();
  void* place = begin_ + used_;
  used_ += whole;
  return place;
}

void* Arena::copy_raw(const void* from, std::size_t size) {
  void* to = take(size);
  if (size != 0) std::memcpy(to, from, size);
  return to;
}

rcx_bytes Arena::copy(rcx_bytes bytes) {
  if (bytes.size == 0) return {nullptr, 0};
  return {static_cast<const char*>(copy_raw(bytes.data, bytes.size)), bytes.size};
}

void Arena::close() noexcept {
  ::madvise(begin_, kArenaBytes, MADV_DONTNEED);
  ::mprotect(begin_, kArenaBytes, PROT_NONE);
}

bool Arena::close_so_far(std::size_t size) noexcept {
  constexpr std::size_t kPage = 4096;
  // An empty one takes a page as well: nothing may lie where something lay before.
  const std::size_t end = std::min(kArenaBytes, (used_ / kPage + 1) * kPage);
  ::madvise(begin_, end, MADV_DONTNEED);
  ::mprotect(begin_, end, PROT_NONE);
  used_ = end;
  return size <= kArenaBytes - used_;
}

rcx_bytes Loan::give(std::string_view bytes) {
  if (arena_ == nullptr || !arena_->close_so_far(bytes.size() + alignof(std::max_align_t))) {
    close();
    arena_ = std::make_unique<Arena>();
  }
  return arena_->copy({bytes.data(), bytes.size()});
}

void Loan::close() noexcept {
  if (arena_ != nullptr) arena_->close();
}

bool Arena::owns(const void* address) noexcept {
  const char* begin = range_begin.load();
  const auto* place = static_cast<const char*>(address);
  return begin != nullptr && place >= begin && place < begin + kArenaBytes * kArenas;
}

const rcx_value* copy_value(Arena& arena, const rcx_value& value) {
  rcx_value* copy = arena.make(value);
  for (rcx_bytes* bytes : {&copy->where, &copy->key, &copy->text}) *bytes = arena.copy(*bytes);
  if (value.count == 0) return copy;
  rcx_value* items = arena.copy_array(value.items, value.count, value.stride);
  for (std::size_t i = 0; i < value.count; ++i) {
    rcx_value* item = at(items, value.stride, i);
    *item = *copy_value(arena, *item);
  }
  copy->items = items;
  return copy;
}

const rcx_event* copy_common(Arena& arena, const rcx_event& event) {
  rcx_event* copy = arena.make(event);
  for (rcx_bytes* bytes : {&copy->id_text, &copy->push_id, &copy->hook_type, &copy->server_url}) {
    *bytes = arena.copy(*bytes);
  }
  copy->caller = copy_caller(arena, *event.caller);
  copy->repository = copy_repository(arena, *event.repository);
  copy->push_options =
      copy_list(arena, event.push_options, event.push_option_count, event.push_option_stride);
  return copy;
}

const rcx_pre_push* copy_event(Arena& arena, const rcx_pre_push& event) {
  return copy_push(arena, event);
}

const rcx_push* copy_event(Arena& arena, const rcx_push& event) {
  return copy_push(arena, event);
}

const rcx_pre_pull* copy_event(Arena& arena, const rcx_pre_pull& event) {
  return copy_pull(arena, event);
}

const rcx_pull* copy_event(Arena& arena, const rcx_pull& event) {
  return copy_pull(arena, event);
}

const rcx_commit* copy_commit(Arena& arena, const rcx_commit& commit) {
  rcx_commit* copy = arena.make(commit);
  copy->id = arena.copy(commit.id);
  copy->message = arena.copy(commit.message);
  copy->parents = copy_list(arena, commit.parents, commit.parent_count, commit.parent_stride);
  copy->author = copy_person(arena, *commit.author);
  copy->committer = copy_person(arena, *commit.committer);
  return copy;
}

const rcx_change* copy_change(Arena& arena, const rcx_change& change) {
  rcx_change* copy = arena.make(change);
  for (rcx_bytes* bytes : {&copy->path, &copy->old_id, &copy->new_id}) *bytes = arena.copy(*bytes);
  return copy;
}

const rcx_entry* copy_entry(Arena& arena, const rcx_entry& entry) {
  rcx_entry* copy = arena.make(entry);
  copy->name = arena.copy(entry.name);
  copy->id = arena.copy(entry.id);
  return copy;
}

const rcx_added* copy_added(Arena& arena, const rcx_added& added) {
  rcx_added* copy = arena.make(added);
  copy->text = arena.copy(added.text);
  if (added.run_count > 0) {
    copy->runs = arena.copy_array(added.runs, added.run_count, added.run_stride);
  }
  return copy;
}

const rcx_trailer* copy_trailer(Arena& arena, const rcx_trailer& trailer) {
  rcx_trailer* copy = arena.make(trailer);
  for (rcx_bytes* bytes : {&copy->key, &copy->value}) *bytes = arena.copy(*bytes);
  return copy;
}

const rcx_signature* copy_signature(Arena& arena, const rcx_signature& signature) {
  rcx_signature* copy = arena.make(signature);
  for (rcx_bytes* bytes : {&copy->key, &copy->fingerprint, &copy->signer}) {
    *bytes = arena.copy(*bytes);
  }
  return copy;
}

const rcx_push_certificate* copy_certificate(Arena& arena, const rcx_push_certificate& from) {
  rcx_push_certificate* copy = arena.make(from);
  for (rcx_bytes* bytes :
       {&copy->id, &copy->key, &copy->signer, &copy->nonce, &copy->nonce_status}) {
    *bytes = arena.copy(*bytes);
  }
  return copy;
}

}  // namespace rcx::host
