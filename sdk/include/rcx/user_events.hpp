// Users who are created and deleted: what handlers for these events receive. Included by
// rcx/plugin.hpp; rcx/repo_events.hpp says where such events come from, and what is not told.
//
// Who is asked about is UserInfo, who asks for it Event::caller(): the administrator, or the user
// who registers. Forges that let a directory vouch for people create users when these log in; then
// the caller is mostly an account of the forge itself, and extern_type() tells.
//
//     struct Addresses {
//       void check(const rcx::PreCreateUser& user) {
//         if (user.email().find("@example.org") == std::string_view::npos) {
//           user.reject("only addresses of example.org");
//         }
//       }
//     };
//
// No secret is among it: a forge that tells a password or a key is refused by `rcx emit`, so that
// nothing of the kind can end in a log. Users are not in any repository: `repositories` in rcx.yaml
// keeps no extension from hearing of them, and Event::repository() is empty.
#ifndef RCX_USER_EVENTS_HPP
#define RCX_USER_EVENTS_HPP

#include <rcx/abi.h>
#include <rcx/detail/emitted_event.hpp>
#include <rcx/event.hpp>
#include <rcx/repo_events.hpp>
#include <rcx/value.hpp>

#include <cstdint>
#include <string_view>

namespace rcx {

// A user of the forge: as they shall be, are, or were. Only username() is always told; a rule about
// addresses or names has to say what it makes of a user without one. Event::caller() is who does
// this to them. Everything is text.
class UserInfo {
 public:
  explicit UserInfo(const rcx_user* raw) noexcept : user_(raw) {}
  // What they log in with. Never empty.
  std::string_view username() const noexcept { return detail::view(user_->username); }
  // The main address. Not checked to be one.
  std::string_view email() const noexcept { return detail::view(user_->email); }
  // As they wrote them, or as a directory has them; forges that know one name give firstname().
  std::string_view firstname() const noexcept { return detail::view(user_->firstname); }
  std::string_view lastname() const noexcept { return detail::view(user_->lastname); }
  // They may log in. False where a forge does not tell, as administrators are not then either.
  bool active() const noexcept { return user_->active != 0; }
  // They may do everything on the forge.
  bool admin() const noexcept { return user_->admin != 0; }
  // The user name of who makes or made them; themselves, where people register.
  std::string_view created_by() const noexcept { return detail::view(user_->created_by); }

  // Before a user is created, most forges do not tell what follows.
  Time created_on() const noexcept { return detail::time_of(user_->created_on); }
  Time last_login() const noexcept { return detail::time_of(user_->last_login); }
  // The id of the forge, which stays when the user name changes.
  std::string_view user_id() const noexcept { return detail::view(user_->user_id); }
  // As forges call the first name elsewhere.
  std::string_view name() const noexcept { return detail::view(user_->name); }
  // For people: both names; those or the user name; and the same with the address.
  std::string_view full_name() const noexcept { return detail::view(user_->full_name); }
  std::string_view full_name_or_username() const noexcept {
    return detail::view(user_->full_name_or_username);
  }
  // Such as `Ada Lovelace <ada@example.org>`.
  std::string_view full_contact() const noexcept { return detail::view(user_->full_contact); }
  std::string_view short_contact() const noexcept { return detail::view(user_->short_contact); }
  // All addresses, the main one among them where the forge does it so.
  BytesList emails() const noexcept {
    return {user_->emails, user_->email_count, user_->email_stride};
  }
  // From where they may log in; empty: from anywhere.
  BytesList ip_addresses() const noexcept {
    return {user_->ip_addresses, user_->ip_address_count, user_->ip_address_stride};
  }
  // Who vouches for them, such as `ldap`, and what they are called there.
  std::string_view extern_type() const noexcept { return detail::view(user_->extern_type); }
  std::string_view extern_name() const noexcept { return detail::view(user_->extern_name); }
  // They have what everybody has, besides what they are given.
  bool inherit_default_permissions() const noexcept {
    return user_->inherit_default_permissions != 0;
  }

 private:
  const rcx_user* user_;
};

// A user shall be created, by an administrator, by themselves, or because a directory knows them
// who logs in for the first time: then the person at the other end waits to be let in.
class PreCreateUser : public detail::EmittedEvent<PreEvent, UserInfo, &rcx_pre_create_user::user,
                                                  RCX_EVENT_PRE_CREATE_USER> {
 public:
  using EmittedEvent::EmittedEvent;
};

// A user was created, and may log in where active() says so.
class CreateUser
    : public detail::EmittedEvent<Event, UserInfo, &rcx_create_user::user, RCX_EVENT_CREATE_USER> {
 public:
  using EmittedEvent::EmittedEvent;
};

// A user shall be deleted. What becomes of what they own is the forge's business.
class PreDeleteUser : public detail::EmittedEvent<PreEvent, UserInfo, &rcx_pre_delete_user::user,
                                                  RCX_EVENT_PRE_DELETE_USER> {
 public:
  using EmittedEvent::EmittedEvent;
  // Text: the user name of who does it, which is the caller's where the forge does not say.
  std::string_view deleted_by() const noexcept { return detail::view(raw_->deleted_by); }
};

// A user was deleted; who it was. The same user name may be somebody else's tomorrow: what is kept
// of a person belongs under user_id().
class DeleteUser
    : public detail::EmittedEvent<Event, UserInfo, &rcx_delete_user::user, RCX_EVENT_DELETE_USER> {
 public:
  using EmittedEvent::EmittedEvent;
  // Text: the user name of who did it, which is the caller's where the forge does not say.
  std::string_view deleted_by() const noexcept { return detail::view(raw_->deleted_by); }
  // When, by the clock of the forge.
  Time deleted_on() const noexcept { return detail::time_of(raw_->deleted_on); }
};

}  // namespace rcx

#endif  // RCX_USER_EVENTS_HPP
