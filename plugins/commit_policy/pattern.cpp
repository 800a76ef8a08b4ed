#include "pattern.hpp"

#include <text/utf8.hpp>

namespace commit_policy {
namespace {

std::optional<std::string> search(const RE2& expression, std::string_view utf8) {
  re2::StringPiece found;
  const re2::StringPiece text(utf8.data(), utf8.size());
  if (!expression.Match(text, 0, text.size(), RE2::UNANCHORED, &found, 1)) return std::nullopt;
  return std::string(found.data(), found.size());
}

}  // namespace

Pattern::Pattern(const rcx::Value& setting) {
  const auto source = setting.as<std::string>();
  if (source.empty()) setting.fail("a pattern; the empty one matches everything");
  expression_ = std::make_unique<const RE2>(source, RE2::Quiet);
  if (!expression_->ok()) {
    setting.fail("a pattern in RE2 syntax (" + expression_->error() + ")");
  }
}

std::optional<std::string> Pattern::find(std::string_view bytes) const {
  if (text::is_utf8(bytes)) return search(*expression_, bytes);
  auto found = search(*expression_, text::replace_invalid(bytes));
  return found ? found : search(*expression_, text::from_latin1(bytes));
}

}  // namespace commit_policy
