// Settings with typed access, and what else the C++ layer is built from: errors and arrays of the
// host. Included by rcx/plugin.hpp, whose head states the rules of lifetimes and threads;
// everything here keeps them.
//
// Nothing in this header takes a lock or starts a thread. What can fail throws: rcx::Error for what
// the host could not do, rcx::SettingError for what the operator wrote. Neither has to be caught.
// One that leaves a constructor keeps the extension out, one that leaves a method makes that call a
// failure; in both cases the text reaches the operator.
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

// Something that the host could not do. Thrown, on the thread that asked, by the functions of this
// layer that ask the host for something and are not noexcept.
//
// `what()` is the host's reason, text for people. It may be empty: a function that is used on a
// thread that does not own the call cannot even ask for the reason.
class Error : public std::runtime_error {
 public:
  // Throw one yourself where a method cannot do its work and the reason matters more than a type.
  // `status` must not be RCX_OK: what leaves the method becomes its status, and the failure would
  // pass for success.
  Error(rcx_status status, const std::string& reason)
      : std::runtime_error(reason), status_(status) {}
  //  - RCX_MISUSED is a mistake in the extension: mend the code.
  //  - RCX_GONE: what was asked for is not in the repository. Go on without it.
  //  - RCX_LIMIT: a bound of the host is reached, and asking again changes nothing. A check that
  //    cannot see everything should fail, not pass.
  //  - RCX_UNAVAILABLE: this host, repository or call has no answer. Do without it, or fail.
  //  - RCX_FAILED: anything else, such as a damaged repository.
  rcx_status status() const noexcept { return status_; }

 private:
  rcx_status status_;
};

// A setting in rcx.yaml that is missing, of the wrong kind, or refused by Value::fail. `what()`
// begins with file:line:column (with the file alone where it has no section for the extension), so
// that letting it leave the constructor tells the operator what to mend; `rcx extensions list`
// shows it. Text from the file is quoted as it stands: the host makes it safe to print.
class SettingError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

namespace detail {

// No copy: lives as long as what `bytes` points at. Empty bytes may have a null pointer, from which
// a string_view must not be made.
inline std::string_view view(rcx_bytes bytes) noexcept {
  return bytes.size == 0 ? std::string_view()
                         : std::string_view(bytes.data, static_cast<std::size_t>(bytes.size));
}

// Borrows `text`, which must live until the host's function has returned.
inline rcx_bytes bytes(std::string_view text) noexcept {
  return {text.data(), text.size()};
}

// The element `index`, as RCX_AT finds it: by the array's own stride, which may be larger than
// sizeof(T). No check of bounds.
template <class T>
const T* at(const T* array, std::uint32_t stride, std::uint64_t index) noexcept {
  const void* element =
      reinterpret_cast<const char*>(array) + static_cast<std::size_t>(stride * index);
  return static_cast<const T*>(element);
}

// Turns a status into an exception. Must follow the function of the host at once, because the next
// one replaces the reason.
inline void check(const rcx_call* call, rcx_status status) {
  if (status == RCX_OK) return;
  rcx_bytes reason{nullptr, 0};
  call->host->error(call, &reason);
  throw Error(status, std::string(view(reason)));
}

}  // namespace detail

// A read-only range over an array of the host, which yields a `View` made from each `Raw` element.
// It owns nothing: copying it copies three words, and the copy is valid as long as what the array
// was obtained from. Access by index costs the same for each element; iterators are forward.
//
// An iterator points back at its Array, so name the array when iterators outlive the expression. A
// range-for over a function's result is fine, because the language keeps the array until the loop
// ends:
//
//     for (const rcx::RefUpdate& ref : push.refs()) ...     // fine
//     auto first = push.refs().begin();                     // wrong: the array is gone
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

  // For tests and for arrays of the C interface. `data` may be null when `count` is 0; `stride` is
  // the one that stands beside the array in its struct, never sizeof(Raw).
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
// What an Array of rcx_bytes yields: a string_view, into memory of the host.
struct BytesView : std::string_view {
  BytesView(const rcx_bytes& raw, std::uint64_t) noexcept : std::string_view(view(raw)) {}
};
}  // namespace detail

// Byte strings of the host, such as push options or ids of parents. Elements are views and may be
// empty; assign one to a std::string to keep it.
using BytesList = Array<detail::BytesView, rcx_bytes>;

// ---- Settings -----------------------------------------------------------------------------------

// One value of rcx.yaml, or the absence of one. An absent value can be asked for further keys and
// read with a fallback, so optional sections need no `if`:
//
//     const int limit = settings["subject"]["max_length"].as<int>(72);
//     const auto pattern = settings["pattern"].as<std::string>();   // required
//
// Copy freely, from any thread: the tree behind it is read-only. Values from rcx::Setup live as
// long as the instance, so an instance may keep them; those from Repository::field only until the
// method returns. Everything is read again only when the host starts again.
//
// Reading in the constructor is better than reading at each push: a mistake then shows when the
// host starts, and not as a refused push.
class Value {
 public:
  class Items;

  // `raw` may be null: an absent value, described in messages as `name` inside `where`. Both texts
  // are copied. Extensions seldom need this; they get values from Setup and Repository::field.
  Value(const rcx_value* raw, std::string name, std::string where)
      : raw_(raw), name_(std::move(name)), where_(std::move(where)) {}

  // False where the key is missing and where the file says `null`, `~` or nothing after the colon:
  // for an extension the two are the same, so that an operator can comment a value out.
  bool exists() const noexcept { return raw_ != nullptr && raw_->kind != RCX_VALUE_NULL; }
  // Both are false for an absent value.
  bool is_map() const noexcept { return raw_ != nullptr && raw_->kind == RCX_VALUE_MAP; }
  bool is_list() const noexcept { return raw_ != nullptr && raw_->kind == RCX_VALUE_LIST; }
  // One of RCX_VALUE_*, for settings that take values of several kinds; RCX_VALUE_NULL when absent.
  // A scalar in quotes is always RCX_VALUE_TEXT: `"72"` is no integer, and `"true"` no boolean.
  std::uint32_t kind() const noexcept { return raw_ == nullptr ? RCX_VALUE_NULL : raw_->kind; }
  // file:line:column, for messages; of the nearest map around it when the value is absent. Empty
  // only for an absent field of a repository. The reference lives as long as this Value, so do not
  // take it from a temporary.
  const std::string& where() const noexcept { return where_; }
  // The dotted path of this value below `settings`, for messages, such as `rules[2].name`; empty
  // for `settings` itself. For a field of a repository it is the key of the field. Lives as long as
  // this Value.
  const std::string& name() const noexcept { return name_; }
  // The last part of that path, when this is an item of a map: how to walk over a map whose keys
  // the operator chooses. Empty for items of lists. Lives as long as the tree, which is longer than
  // this Value.
  std::string_view key() const noexcept {
    return raw_ == nullptr ? std::string_view() : detail::view(raw_->key);
  }

  // The item `key`. Absent when there is no such key and when this value is absent itself. Throws
  // SettingError when this value is there and is no map. Keys are compared byte for byte; a dot in
  // `key` is part of it and no path. Looks at the items one after the other.
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

  // The value as bool, an integer type, a floating type, std::string or std::string_view. Throws
  // SettingError when it is absent, of another kind, or out of the range of T; nothing is converted
  // on the way, so 1 is no bool and 1.0 no integer. Two things are wider:
  //
  //  - A floating type takes integers as well.
  //  - Text takes every scalar, as the file has it: `version: 1.10` reads as "1.10" where double
  //    would give 1.1. It may hold any character of UTF-8, a NUL among them (YAML can write one),
  //    so beware of c_str().
  //
  // A std::string_view points into the tree, not into this Value: it may be taken from a temporary,
  // and from Setup it lives as long as the instance.
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

  // The same, or `fallback` when the value is absent. A value that is there and wrong still throws:
  // a typing mistake never turns into the default.
  template <class T>
  T as(T fallback) const {
    return exists() ? as<T>() : fallback;
  }

  // The items of a list or map; none when absent. Throws SettingError for a scalar.
  Items items() const;

  // The items of a list of scalars, each as T; a single scalar counts as a list of one, so that an
  // operator need not write the brackets. None when absent. Throws SettingError for a map, and for
  // an item that as<T>() refuses.
  template <class T>
  std::vector<T> list() const;

  // Throws SettingError when this map holds a key that is not among `known`, and names those that
  // are. Looks at this map only, not at the maps inside. Does nothing when the value is absent;
  // throws when it is no map. Call it once for every map: a misspelt key is otherwise a rule that
  // silently does not exist.
  void allow_only(std::initializer_list<std::string_view> known) const;

  // Throws SettingError: where, which setting, `wanted`, and what stands there. For checks of your
  // own, so that they read like those of this header:
  //
  //     if (limit < 1) settings["limit"].fail("a number of characters, at least 1");
  //     // rcx.yaml:7:14: limit: wanted a number of characters, at least 1, got '0'
  [[noreturn]] void fail(std::string_view wanted) const {
    std::string text = where_.empty() ? std::string() : where_ + ": ";
    text += name_.empty() ? "settings" : name_;
    text += ": wanted " + std::string(wanted) + ", got " + got();
    throw SettingError(text);
  }

 private:
  // What stands in the file, for the end of that message; the text of a scalar is not shortened.
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

// The items of a Value, in the order of the file. Owns a copy of the path for messages and refers
// to the tree for the rest, so it may outlive the Value it came from. Its iterators refer to it, as
// those of Array do to theirs.
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

  // `parent` may be null: no items.
  Items(const rcx_value* parent, std::string name) : parent_(parent), name_(std::move(name)) {}
  std::uint64_t size() const noexcept { return parent_ == nullptr ? 0 : parent_->count; }
  // `index` must be below size(); it is not checked. Copies two strings for messages, so keep the
  // result instead of asking twice.
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

}  // namespace rcx

#endif  // RCX_VALUE_HPP
