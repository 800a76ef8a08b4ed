// Values of rcx.yaml with typed access, and what else the C++ layer is built from: errors, arrays
// of the host, the log. Included by rcx/plugin.hpp, whose head states the rules of lifetimes and
// threads.
#ifndef RCX_VALUE_HPP
#define RCX_VALUE_HPP

#include <rcx/abi.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace rcx {

// Something that the host could not do. `status()` is one of RCX_FAILED, RCX_MISUSED, RCX_GONE,
// RCX_LIMIT and RCX_UNAVAILABLE; `what()` is the host's reason.
class Error : public std::runtime_error {
 public:
  Error(rcx_status status, const std::string& reason)
      : std::runtime_error(reason), status_(status) {}
  rcx_status status() const noexcept { return status_; }

 private:
  rcx_status status_;
};

// A setting in rcx.yaml that is missing or of the wrong kind. `what()` begins with
// file:line:column, so that letting it leave the constructor tells the operator what to mend.
class SettingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

inline std::string_view view(rcx_bytes bytes) noexcept {
  return bytes.size == 0 ? std::string_view()
                         : std::string_view(bytes.data, static_cast<std::size_t>(bytes.size));
}

inline rcx_bytes bytes(std::string_view text) noexcept {
  return {text.data(), text.size()};
}

template <class T>
const T* at(const T* array, std::uint32_t stride, std::uint64_t index) noexcept {
  const void* element =
      reinterpret_cast<const char*>(array) + static_cast<std::size_t>(stride * index);
  return static_cast<const T*>(element);
}

inline void check(const rcx_call* call, rcx_status status) {
  if (status == RCX_OK) return;
  rcx_bytes reason{nullptr, 0};
  call->host->error(call, &reason);
  throw Error(status, std::string(view(reason)));
}

}  // namespace detail

// A read-only range over an array of the host, which yields a `View` made from each `Raw` element.
// Random access by index; iterators are forward. Copying it copies three words.
template <class View, class Raw>
class Array {
 public:
  class iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = View;
    using difference_type = std::ptrdiff_t;
    using pointer = const View*;
    using reference = View;

    iterator() = default;
    iterator(const Array* array, std::uint64_t index) : array_(array), index_(index) {}
    View operator*() const { return (*array_)[index_]; }
    iterator& operator++() {
      ++index_;
      return *this;
    }
    iterator operator++(int) {
      iterator before = *this;
      ++index_;
      return before;
    }
    bool operator==(const iterator& other) const { return index_ == other.index_; }
    bool operator!=(const iterator& other) const { return index_ != other.index_; }

   private:
    const Array* array_ = nullptr;
    std::uint64_t index_ = 0;
  };

  Array(const Raw* data, std::uint64_t count, std::uint32_t stride)
      : data_(data), count_(count), stride_(stride) {}

  std::uint64_t size() const noexcept { return count_; }
  bool empty() const noexcept { return count_ == 0; }
  // `index` must be below size().
  View operator[](std::uint64_t index) const {
    return View(*detail::at(data_, stride_, index), index);
  }
  iterator begin() const { return {this, 0}; }
  iterator end() const { return {this, count_}; }

 private:
  const Raw* data_;
  std::uint64_t count_;
  std::uint32_t stride_;
};

namespace detail {
// What an Array of rcx_bytes yields: a string_view.
struct BytesView : std::string_view {
  BytesView(const rcx_bytes& raw, std::uint64_t) noexcept : std::string_view(view(raw)) {}
};
}  // namespace detail

// A list of byte strings.
using BytesList = Array<detail::BytesView, rcx_bytes>;

// ---- Settings -----------------------------------------------------------------------------------

// One value of rcx.yaml, or the absence of one. Copy freely.
//
//     const int limit = settings["subject"]["max_length"].as<int>(72);
//     const auto pattern = settings["pattern"].as<std::string>();   // required
class Value {
 public:
  class Items;

  // `raw` may be null: an absent value, described in messages as `name` inside `where`.
  Value(const rcx_value* raw, std::string name, std::string where)
      : raw_(raw), name_(std::move(name)), where_(std::move(where)) {}

  // False where the key is missing and where the file says `null` or nothing.
  bool exists() const noexcept { return raw_ != nullptr && raw_->kind != RCX_VALUE_NULL; }
  bool is_map() const noexcept { return raw_ != nullptr && raw_->kind == RCX_VALUE_MAP; }
  bool is_list() const noexcept { return raw_ != nullptr && raw_->kind == RCX_VALUE_LIST; }
  // One of RCX_VALUE_*, for settings that take values of several kinds; RCX_VALUE_NULL when absent.
  std::uint32_t kind() const noexcept { return raw_ == nullptr ? RCX_VALUE_NULL : raw_->kind; }
  // file:line:column, for messages; of the nearest map around it when the value is absent.
  const std::string& where() const noexcept { return where_; }
  // The dotted path of this value below `settings`, for messages.
  const std::string& name() const noexcept { return name_; }
  // The last part of that path, when this is an item of a map.
  std::string_view key() const noexcept {
    return raw_ == nullptr ? std::string_view() : detail::view(raw_->key);
  }

  // The item `key`. Absent when this value is absent. Throws SettingError when it is no map.
  Value operator[](std::string_view key) const {
    if (exists() && !is_map()) fail("a map");
    const std::string path = name_.empty() ? std::string(key) : name_ + "." + std::string(key);
    for (std::uint64_t i = 0; is_map() && i < raw_->count; ++i) {
      const rcx_value* item = detail::at(raw_->items, raw_->stride, i);
      if (detail::view(item->key) == key) {
        return {item, path, std::string(detail::view(item->where))};
      }
    }
    return {nullptr, path, where_};
  }

  // The value as bool, an integer type, a floating type, std::string or std::string_view.
  // Throws SettingError when it is absent, of another kind, or out of the range of T.
  template <class T>
  T as() const {
    if constexpr (std::is_same_v<T, bool>) {
      if (raw_ == nullptr || raw_->kind != RCX_VALUE_BOOLEAN) fail("true or false");
      return raw_->integer != 0;
    } else if constexpr (std::is_integral_v<T>) {
      if (raw_ == nullptr || raw_->kind != RCX_VALUE_INTEGER) fail("an integer");
      const auto narrow = static_cast<T>(raw_->integer);
      if (static_cast<std::int64_t>(narrow) != raw_->integer ||
          (raw_->integer < 0) != (narrow < T{})) {
        fail("an integer in range");
      }
      return narrow;
    } else if constexpr (std::is_floating_point_v<T>) {
      if (raw_ == nullptr || (raw_->kind != RCX_VALUE_INTEGER && raw_->kind != RCX_VALUE_NUMBER)) {
        fail("a number");
      }
      return static_cast<T>(raw_->number);
    } else {
      static_assert(std::is_constructible_v<T, std::string_view>,
                    "as<T>: bool, an integer, a floating type, std::string or std::string_view");
      if (!exists() || is_map() || is_list()) fail("text");
      return T(detail::view(raw_->text));
    }
  }

  // The same, or `fallback` when the value is absent.
  template <class T>
  T as(T fallback) const {
    return exists() ? as<T>() : fallback;
  }

  // The items of a list or map; none when absent. Throws SettingError for a scalar.
  Items items() const;

  // The items of a list of scalars, each as T; a single scalar counts as a list of one.
  template <class T>
  std::vector<T> list() const;

  // Throws SettingError when this map holds a key that is not among `known`.
  void allow_only(std::initializer_list<std::string_view> known) const;

  // Throws SettingError: where, which setting, `wanted`, and what stands there.
  [[noreturn]] void fail(std::string_view wanted) const {
    std::string text = where_.empty() ? std::string() : where_ + ": ";
    text += name_.empty() ? "settings" : name_;
    text += ": wanted " + std::string(wanted) + ", got " + got();
    throw SettingError(text);
  }

 private:
  std::string got() const {
    if (!exists()) return "nothing";
    if (is_map()) return "a map";
    if (is_list()) return "a list";
    return "'" + std::string(detail::view(raw_->text)) + "'";
  }

  const rcx_value* raw_;
  std::string name_;
  std::string where_;
};

// The items of a Value, in the order of the file.
class Value::Items {
 public:
  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Value;
    using difference_type = std::ptrdiff_t;
    using pointer = const Value*;
    using reference = Value;

    iterator(const Items* items, std::uint64_t index) : items_(items), index_(index) {}
    Value operator*() const { return (*items_)[index_]; }
    iterator& operator++() {
      ++index_;
      return *this;
    }
    bool operator==(const iterator& other) const { return index_ == other.index_; }
    bool operator!=(const iterator& other) const { return index_ != other.index_; }

   private:
    const Items* items_;
    std::uint64_t index_;
  };

  Items(const rcx_value* parent, std::string name) : parent_(parent), name_(std::move(name)) {}
  std::uint64_t size() const noexcept { return parent_ == nullptr ? 0 : parent_->count; }
  Value operator[](std::uint64_t index) const {
    const rcx_value* item = detail::at(parent_->items, parent_->stride, index);
    const std::string part = parent_->kind == RCX_VALUE_MAP
                                 ? (name_.empty() ? "" : ".") + std::string(detail::view(item->key))
                                 : "[" + std::to_string(index) + "]";
    return {item, name_ + part, std::string(detail::view(item->where))};
  }
  iterator begin() const { return {this, 0}; }
  iterator end() const { return {this, size()}; }

 private:
  const rcx_value* parent_;
  std::string name_;
};

inline Value::Items Value::items() const {
  if (!exists()) return {nullptr, name_};
  if (!is_map() && !is_list()) fail("a list or a map");
  return {raw_, name_};
}

template <class T>
std::vector<T> Value::list() const {
  std::vector<T> all;
  if (!exists()) return all;
  if (!is_list()) {
    all.push_back(as<T>());
    return all;
  }
  for (const Value& item : items()) all.push_back(item.as<T>());
  return all;
}

inline void Value::allow_only(std::initializer_list<std::string_view> known) const {
  if (!exists()) return;
  if (!is_map()) fail("a map");
  for (const Value& item : items()) {
    bool found = false;
    std::string names;
    for (const std::string_view name : known) {
      found = found || name == item.key();
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    if (!found) {
      throw SettingError(item.where_ + ": " + item.name_ + ": unknown setting; known: " + names);
    }
  }
}

// ---- What an instance is made with
// ---------------------------------------------------------------

// Writes lines into the host's log. Copy freely; valid on any thread while the instance lives.
class Logger {
 public:
  explicit Logger(const rcx_call* call) noexcept : host_(call->host), extension_(call->extension) {}
  void debug(std::string_view text) const { write(RCX_LOG_DEBUG, text); }
  void info(std::string_view text) const { write(RCX_LOG_INFO, text); }
  void warning(std::string_view text) const { write(RCX_LOG_WARNING, text); }
  void error(std::string_view text) const { write(RCX_LOG_ERROR, text); }

 private:
  void write(std::uint32_t level, std::string_view text) const {
    host_->log(extension_, level, detail::bytes(text));
  }
  const rcx_host* host_;
  const rcx_extension* extension_;
};

// Handed to the constructor of an extension that takes `const rcx::Setup&`. Do not keep it: keep
// what it returns. A constructor that throws keeps the extension out, with the exception's reason.
class Setup {
 public:
  explicit Setup(const rcx_call* call) noexcept : call_(call) {}
  // The extension's `settings` in rcx.yaml; an empty map where there are none.
  Value settings() const {
    return {call_->settings, "", std::string(detail::view(call_->settings->where))};
  }
  // An existing directory of this extension's own, which survives restarts. Lives with the
  // instance.
  std::string_view data_directory() const noexcept { return detail::view(call_->data_directory); }
  Logger logger() const noexcept { return Logger(call_); }
  const rcx_call* raw() const noexcept { return call_; }

 private:
  const rcx_call* call_;
};

}  // namespace rcx

#endif  // RCX_VALUE_HPP
