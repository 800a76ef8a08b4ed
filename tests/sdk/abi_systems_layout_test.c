/* The released layout of the structs of one system each; see abi_layout_test.c. */
#include <rcx/abi.h>

#if !defined(__LP64__)
#error "add the layout of this system"
#endif

#define AT(type, member, offset) \
  _Static_assert(offsetof(type, member) == (offset), #type "." #member " has moved")
#define SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), #type " has another size")

AT(rcx_hg_extra, size, 0);
AT(rcx_hg_extra, reserved, 4);
AT(rcx_hg_extra, key, 8);
AT(rcx_hg_extra, value, 24);
SIZE(rcx_hg_extra, 40);
AT(rcx_hg_changeset, size, 0);
AT(rcx_hg_changeset, phase, 4);
AT(rcx_hg_changeset, flags, 8);
AT(rcx_hg_changeset, bookmark_stride, 12);
AT(rcx_hg_changeset, branch, 16);
AT(rcx_hg_changeset, bookmarks, 32);
AT(rcx_hg_changeset, bookmark_count, 40);
AT(rcx_hg_changeset, extras, 48);
AT(rcx_hg_changeset, extra_count, 56);
AT(rcx_hg_changeset, extra_stride, 64);
AT(rcx_hg_changeset, reserved, 68);
SIZE(rcx_hg_changeset, 72);
AT(rcx_mercurial, size, 0);
AT(rcx_mercurial, reserved, 4);
AT(rcx_mercurial, changeset, 8);
SIZE(rcx_mercurial, 16);
AT(rcx_svn_path, size, 0);
AT(rcx_svn_path, kind, 4);
AT(rcx_svn_path, flags, 8);
AT(rcx_svn_path, reserved, 12);
AT(rcx_svn_path, path, 16);
AT(rcx_svn_path, copied_from, 32);
AT(rcx_svn_path, copied_revision, 48);
SIZE(rcx_svn_path, 56);
AT(rcx_svn_property, size, 0);
AT(rcx_svn_property, change, 4);
AT(rcx_svn_property, name, 8);
AT(rcx_svn_property, old_value, 24);
AT(rcx_svn_property, new_value, 40);
SIZE(rcx_svn_property, 56);
AT(rcx_svn_lock, size, 0);
AT(rcx_svn_lock, flags, 4);
AT(rcx_svn_lock, comment, 8);
AT(rcx_svn_lock, holder, 24);
SIZE(rcx_svn_lock, 40);
AT(rcx_subversion, size, 0);
AT(rcx_subversion, reserved, 4);
AT(rcx_subversion, path, 8);
AT(rcx_subversion, property, 16);
AT(rcx_subversion, revision_property, 24);
AT(rcx_subversion, lock, 32);
SIZE(rcx_subversion, 40);

/* Numbers that libraries were compiled with. */
#define NUMBER(name, value) _Static_assert((name) == (value), #name " has changed")

NUMBER(RCX_PHASE_PUBLIC, 0u);
NUMBER(RCX_PHASE_DRAFT, 1u);
NUMBER(RCX_PHASE_SECRET, 2u);
NUMBER(RCX_HG_CLOSES_BRANCH, 0x1u);
NUMBER(RCX_HG_OBSOLETE, 0x2u);
NUMBER(RCX_SVN_REPLACED, 5u);
NUMBER(RCX_SVN_DIRECTORY, 0x1u);
NUMBER(RCX_SVN_CONTENT, 0x2u);
NUMBER(RCX_SVN_PROPERTIES, 0x4u);
NUMBER(RCX_SVN_FORCED, 0x1u);
