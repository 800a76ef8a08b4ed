// Repositories and groups of repositories that are created, deleted and renamed: what handlers for
// these events receive. Included by rcx/plugin.hpp, whose head states the rules of lifetimes and
// threads; rcx/event.hpp has what all events offer, rcx/abi_repo_events.h where these come from.
//
//     struct Names {
//       void check(const rcx::PreCreateRepo& repo) {
//         if (repo.repo_name().find(' ') != std::string_view::npos) repo.reject("no blanks");
//       }
//     };
//     RCX_PLUGIN(Names, "names", "Names", "1.0.0", "MIT", rcx::on<&Names::check>())
//
// A forge tells of them with `rcx emit`: before it acts it asks with a pre event and obeys the
// verdict, afterwards it tells that it has acted. What it does not tell is empty, false or 1970, so
// a rule that needs something rejects where that is missing. Accessors have the names of the fields
// in the forge's JSON.
//
// `repositories` in rcx.yaml chooses by the name of the repository or group. When a repository is
// renamed, both names count: an extension hears of what leaves its repositories and of what comes.
//
// None of them has references or commits: Event::commits and its like throw rcx::Error with
// RCX_UNAVAILABLE, and there is no reject(ref, reason).
//
// Hosts that are older than these events load an extension that handles them, and never call it:
// where that would be a hole, write the descriptor by hand, with `abi_required` 1.
#ifndef RCX_REPO_EVENTS_HPP
#define RCX_REPO_EVENTS_HPP

#include <rcx/abi.h>
#include <rcx/detail/emitted_event.hpp>
#include <rcx/event.hpp>
#include <rcx/value.hpp>

#include <chrono>
#include <cstdint>
#include <string_view>

namespace rcx {

// A moment that the forge has told; 1970-01-01 where it has not.
using Time = std::chrono::system_clock::time_point;

// What the events before an action offer: a handler may object. It must not act on the world, since
// others may still object, and because it may be called again.
class PreEvent : public Event {
 public:
  using Event::Event;
  // Objects, and returns; see PrePush::reject, all of which holds here. The forge shows the reason
  // to the person, and does not act.
  void reject(std::string_view reason) const {
    detail::check(call_, call_->host->reject(call_, detail::bytes(reason)));
  }
};

// A repository as the forge describes it: as it shall be, is, or was. Event::repository() is the
// same one as rcx.yaml knows it, with its extra fields.
class RepoInfo {
 public:
  explicit RepoInfo(const rcx_repo* raw) noexcept : repo_(raw) {}
  // Bytes: with its groups, separated by `/`, such as `team/app`. Never empty.
  std::string_view repo_name() const noexcept { return detail::view(repo_->repo_name); }
  // `git`, `hg`, `svn`, or `none` where it is not told.
  std::string_view repo_type() const noexcept { return vcs_name(repo_->repo_type); }
  // Text, in one line or many: what people read of it.
  std::string_view description() const noexcept { return detail::view(repo_->description); }
  // Not everybody may read it. In JSON it is `private`, which C++ keeps for itself.
  bool is_private() const noexcept { return repo_->is_private != 0; }
  // Archives of it may be fetched; and the forge counts what people commit to it.
  bool enable_downloads() const noexcept { return repo_->enable_downloads != 0; }
  bool enable_statistics() const noexcept { return repo_->enable_statistics != 0; }
  // Text: what it is a mirror of; credentials are cut out.
  std::string_view clone_uri() const noexcept { return detail::view(repo_->clone_uri); }
  // Text: ids of the forge. Those of a repository that does not exist yet are empty.
  std::string_view repo_id() const noexcept { return detail::view(repo_->repo_id); }
  // Of its owner.
  std::string_view user_id() const noexcept { return detail::view(repo_->user_id); }
  // Of the group that it lies in; empty at the root.
  std::string_view group_id() const noexcept { return detail::view(repo_->group_id); }
  // Of the repository that it is a fork of, and the name of that (bytes); empty for none.
  std::string_view fork_id() const noexcept { return detail::view(repo_->fork_id); }
  std::string_view fork_of() const noexcept { return detail::view(repo_->fork_of); }
  // Text: the user name of who made it, not always of who owns it. Event::caller() is who acts now.
  std::string_view created_by() const noexcept { return detail::view(repo_->created_by); }
  // When it was made, by the clock of the forge.
  Time created_on() const noexcept { return detail::time_of(repo_->created_on); }

 private:
  const rcx_repo* repo_;
};

// A group of repositories. Groups lie in each other as directories do.
class RepoGroupInfo {
 public:
  explicit RepoGroupInfo(const rcx_repo_group* raw) noexcept : group_(raw) {}
  // Bytes: with the groups above it, such as `team/apps`. Never empty.
  std::string_view group_name() const noexcept { return detail::view(group_->group_name); }
  // Text, as all that follows.
  std::string_view group_description() const noexcept {
    return detail::view(group_->group_description);
  }
  std::string_view group_id() const noexcept { return detail::view(group_->group_id); }
  // Empty at the root.
  std::string_view group_parent_id() const noexcept {
    return detail::view(group_->group_parent_id);
  }
  // Of its owner.
  std::string_view user_id() const noexcept { return detail::view(group_->user_id); }
  // Its repositories can be locked by who pulls.
  bool enable_locking() const noexcept { return group_->enable_locking != 0; }
  // User name.
  std::string_view created_by() const noexcept { return detail::view(group_->created_by); }
  Time created_on() const noexcept { return detail::time_of(group_->created_on); }

 private:
  const rcx_repo_group* group_;
};

// A repository shall be created. Nothing of it exists yet, so its ids are empty, and path() of
// repository() is too. A name that is taken is the forge's business.
class PreCreateRepo : public detail::EmittedEvent<PreEvent, RepoInfo, &rcx_pre_create_repo::repo,
                                                  RCX_EVENT_PRE_CREATE_REPO> {
 public:
  using EmittedEvent::EmittedEvent;
};

// A repository was created, perhaps as a fork: fork_of() tells. It may be empty, and hooks need not
// be installed in it yet.
class CreateRepo
    : public detail::EmittedEvent<Event, RepoInfo, &rcx_create_repo::repo, RCX_EVENT_CREATE_REPO> {
 public:
  using EmittedEvent::EmittedEvent;
};

// A repository shall be deleted. All of it is still there.
class PreDeleteRepo : public detail::EmittedEvent<PreEvent, RepoInfo, &rcx_pre_delete_repo::repo,
                                                  RCX_EVENT_PRE_DELETE_REPO> {
 public:
  using EmittedEvent::EmittedEvent;
  // Text: the user name of who does it, which is the caller's where the forge does not say.
  std::string_view deleted_by() const noexcept { return detail::view(raw_->deleted_by); }
};

// A repository was deleted; what it was. What an extension keeps of it by its name can go: another
// one may get that name.
class DeleteRepo
    : public detail::EmittedEvent<Event, RepoInfo, &rcx_delete_repo::repo, RCX_EVENT_DELETE_REPO> {
 public:
  using EmittedEvent::EmittedEvent;
  // Text: the user name of who did it, which is the caller's where the forge does not say.
  std::string_view deleted_by() const noexcept { return detail::view(raw_->deleted_by); }
  // When, by the clock of the forge.
  Time deleted_on() const noexcept { return detail::time_of(raw_->deleted_on); }
};

// A repository shall get another name, or move into another group, which is the same. repo_name()
// is the old name. A rule about names of new repositories should look at new_name() as well, or
// this is the way around it.
class PreRenameRepo : public detail::EmittedEvent<PreEvent, RepoInfo, &rcx_pre_rename_repo::repo,
                                                  RCX_EVENT_PRE_RENAME_REPO> {
 public:
  using EmittedEvent::EmittedEvent;
  // Bytes: the new name, whole, with its groups. Never empty.
  std::string_view new_name() const noexcept { return detail::view(raw_->new_name); }
  // Text: the user name of who does it, which is the caller's where the forge does not say.
  std::string_view renamed_by() const noexcept { return detail::view(raw_->renamed_by); }
};

// A repository got another name. repo_name() is the old one; repository() has the new one, and the
// extra fields that rcx.yaml gives to that.
class RenameRepo
    : public detail::EmittedEvent<Event, RepoInfo, &rcx_rename_repo::repo, RCX_EVENT_RENAME_REPO> {
 public:
  using EmittedEvent::EmittedEvent;
  // Bytes: the new name, whole, with its groups. Never empty.
  std::string_view new_name() const noexcept { return detail::view(raw_->new_name); }
  // Text: the user name of who did it, which is the caller's where the forge does not say.
  std::string_view renamed_by() const noexcept { return detail::view(raw_->renamed_by); }
};

// A group shall be created. repository() is empty in all events of groups.
class PreCreateRepoGroup
    : public detail::EmittedEvent<PreEvent, RepoGroupInfo, &rcx_pre_create_repo_group::group,
                                  RCX_EVENT_PRE_CREATE_REPO_GROUP> {
 public:
  using EmittedEvent::EmittedEvent;
};

// A group was created; it is empty.
class CreateRepoGroup
    : public detail::EmittedEvent<Event, RepoGroupInfo, &rcx_create_repo_group::group,
                                  RCX_EVENT_CREATE_REPO_GROUP> {
 public:
  using EmittedEvent::EmittedEvent;
};

// A group shall be deleted. Whether that takes its repositories along is the forge's business: it
// tells of each of them by itself.
class PreDeleteRepoGroup
    : public detail::EmittedEvent<PreEvent, RepoGroupInfo, &rcx_pre_delete_repo_group::group,
                                  RCX_EVENT_PRE_DELETE_REPO_GROUP> {
 public:
  using EmittedEvent::EmittedEvent;
  // Text: the user name of who does it, which is the caller's where the forge does not say.
  std::string_view deleted_by() const noexcept { return detail::view(raw_->deleted_by); }
};

// A group was deleted.
class DeleteRepoGroup
    : public detail::EmittedEvent<Event, RepoGroupInfo, &rcx_delete_repo_group::group,
                                  RCX_EVENT_DELETE_REPO_GROUP> {
 public:
  using EmittedEvent::EmittedEvent;
  // Text: the user name of who did it, which is the caller's where the forge does not say.
  std::string_view deleted_by() const noexcept { return detail::view(raw_->deleted_by); }
  // When, by the clock of the forge.
  Time deleted_on() const noexcept { return detail::time_of(raw_->deleted_on); }
};

}  // namespace rcx

#endif  // RCX_REPO_EVENTS_HPP
