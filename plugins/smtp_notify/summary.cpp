#include "summary.hpp"

#include <text/utf8.hpp>

#include <boost/json.hpp>

namespace smtp_notify {
namespace {

namespace json = boost::json;

constexpr std::size_t kMostCommits = 50;
constexpr std::size_t kMostRefs = 50;
constexpr std::size_t kLongestLine = 300;        // characters
constexpr std::size_t kLongestText = 64 * 1024;  // bytes

std::string about(const rcx::Event& event) {
  const std::string_view name = event.repository().name();
  return name.empty() ? "" : "[" + std::string(name) + "] ";
}

void add_line(std::string& text, std::string_view line) {
  if (text.size() < kLongestText) text += text::excerpt(line, kLongestLine) + "\n";
}

void add_end(std::string& text, const rcx::Event& event) {
  text += "\n-- \n";
  if (!event.server_url().empty()) add_line(text, event.server_url());
  text += "event " + std::string(event.id()) + "\n";
}

std::string ref_line(const rcx::RefUpdate& ref) {
  const std::string what(ref.forced() ? "forced update" : ref.change());
  return std::string(ref.kind()) + " " + std::string(ref.short_name()) + ": " + what + " " +
         std::string(ref.old_id().substr(0, 10)) + (ref.updated() ? ".." : "") +
         std::string(ref.new_id().substr(0, 10));
}

std::string commit_line(const rcx::Commit& commit) {
  const std::string_view message = commit.message();
  return std::string(commit.short_id()) + " " + std::string(commit.author().name()) + ": " +
         std::string(message.substr(0, message.find('\n')));
}

// How many there are, as far as they were read.
std::size_t add_commits(std::string& text, const rcx::Push& push) {
  std::size_t count = 0;
  try {
    for (const rcx::Commit& commit : push.commits()) {
      if (++count <= kMostCommits) add_line(text, commit_line(commit));
    }
    if (count > kMostCommits) {
      add_line(text, "and " + std::to_string(count - kMostCommits) + " more commits");
    }
  } catch (const rcx::Error& failure) {
    // Where another try brings nothing, the mail goes without.
    if (failure.status() == RCX_FAILED) throw;
    add_line(text, "the commits cannot be read: " + std::string(failure.what()));
  }
  return count;
}

void add_value(std::string& text, std::string_view name, const json::value& value) {
  if (value.is_object()) {
    for (const auto& [key, item] : value.as_object()) {
      if (name == "repository" && key == "fields") continue;  // some may be secrets
      add_value(text, std::string(name) + "." + std::string(key), item);
    }
    return;
  }
  if (value.is_array() && value.as_array().empty()) return;
  const std::string shown =
      value.is_string() ? std::string(value.as_string()) : json::serialize(value);
  add_line(text, std::string(name) + ": " + shown);
}

}  // namespace

Summary summary_of(const rcx::Push& push) {
  Summary out;
  const rcx::Refs refs = push.refs();
  const std::string who(push.caller().name());
  out.text = who + " pushed to " + std::string(push.repository().name()) + "\n\n";
  for (const rcx::RefUpdate& ref : refs) {
    if (ref.index() < kMostRefs) add_line(out.text, ref_line(ref));
  }
  if (refs.size() > kMostRefs) {
    add_line(out.text, "and " + std::to_string(refs.size() - kMostRefs) + " more references");
  }
  out.text += "\n";
  const std::size_t commits = add_commits(out.text, push);
  add_end(out.text, push);
  const std::string where = refs.size() == 1 ? std::string(refs[0].short_name())
                                             : std::to_string(refs.size()) + " references";
  out.subject = about(push) + who + " pushed " + where + " (" + std::to_string(commits) +
                (commits == 1 ? " commit)" : " commits)");
  return out;
}

Summary summary_of(const rcx::Event& event, std::string_view name) {
  Summary out;
  out.subject = about(event) + std::string(name) + " by " + std::string(event.caller().name());
  const std::string_view text = event.json();
  const json::value known = json::parse({text.data(), text.size()});
  for (const auto& [key, value] : known.as_object()) {
    add_value(out.text, key, value);
  }
  add_end(out.text, event);
  return out;
}

}  // namespace smtp_notify
