#include "host/vcs/svn/module/tree.hpp"

#include <svn_checksum.h>
#include <svn_hash.h>
#include <svn_io.h>
#include <svn_props.h>
#include <sys/stat.h>

#include <algorithm>

#include "host/vcs/svn/module/pool.hpp"

namespace rcx::host::svn {
namespace {

constexpr std::uint32_t kDirectory = S_IFDIR;
constexpr std::uint32_t kLink = S_IFLNK;
constexpr std::uint32_t kFile = S_IFREG | 0644U;
constexpr std::uint32_t kProgram = S_IFREG | 0755U;

ChangeKind kind_of(svn_fs_path_change_kind_t kind) {
  switch (kind) {
    case svn_fs_path_change_add:
      return ChangeKind::kAdded;
    case svn_fs_path_change_delete:
      return ChangeKind::kDeleted;
    case svn_fs_path_change_replace:
      return ChangeKind::kReplaced;
    default:
      return ChangeKind::kModified;
  }
}

std::map<std::string, std::string> texts(apr_hash_t* table, apr_pool_t* pool) {
  std::map<std::string, std::string> all;
  for (apr_hash_index_t* at = apr_hash_first(pool, table); at != nullptr; at = apr_hash_next(at)) {
    const auto* value = static_cast<const svn_string_t*>(apr_hash_this_val(at));
    all.emplace(static_cast<const char*>(apr_hash_this_key(at)),
                std::string(value->data, value->len));
  }
  return all;
}

std::string whole(const std::string& path) {
  return "/" + path;
}

class FsTree : public Tree {
 public:
  FsTree(svn_fs_t* fs, std::uint64_t number) : fs_(fs), number_(number) {
    check(svn_fs_revision_root(&root_, fs, static_cast<svn_revnum_t>(number), pool_));
  }
  FsTree(svn_fs_t* fs, const std::string& name) : fs_(fs) {
    check(svn_fs_open_txn(&transaction_, fs, name.c_str(), pool_));
    check(svn_fs_txn_root(&root_, transaction_, pool_));
  }

  std::uint64_t base() override {
    if (transaction_ == nullptr) return number_ == 0 ? 0 : number_ - 1;
    return static_cast<std::uint64_t>(svn_fs_txn_base_revision(transaction_));
  }

  std::map<std::string, std::string> properties() override {
    const Pool pool;
    apr_hash_t* table = nullptr;
    check(transaction_ != nullptr
              ? svn_fs_txn_proplist(&table, transaction_, pool)
              : svn_fs_revision_proplist2(&table, fs_, static_cast<svn_revnum_t>(number_), TRUE,
                                          pool, pool));
    return texts(table, pool);
  }

  std::map<std::string, std::string> properties_of(const std::string& path) override {
    const Pool pool;
    const std::string name = whole(path);
    if (check_path(name, pool) == svn_node_none) return {};
    apr_hash_t* table = nullptr;
    check(svn_fs_node_proplist(&table, root_, name.c_str(), pool));
    return texts(table, pool);
  }

  std::vector<PathChange> changes() override {
    const Pool pool;
    const Pool scratch;
    svn_fs_path_change_iterator_t* at = nullptr;
    check(svn_fs_paths_changed3(&at, root_, pool, scratch));
    std::vector<PathChange> all;
    for (;;) {
      svn_fs_path_change3_t* change = nullptr;
      check(svn_fs_path_change_get(&change, at));
      if (change == nullptr) break;
      all.push_back(told(*change));
    }
    std::sort(all.begin(), all.end(),
              [](const PathChange& a, const PathChange& b) { return a.path < b.path; });
    return all;
  }

  Node node(const std::string& path) override {
    const Pool pool;
    const std::string name = whole(path);
    const svn_node_kind_t kind = check_path(name, pool);
    Node node;
    if (kind == svn_node_dir) node.mode = kDirectory;
    if (kind != svn_node_file) return node;
    svn_checksum_t* sum = nullptr;
    check(svn_fs_file_checksum(&sum, svn_checksum_sha1, root_, name.c_str(), TRUE, pool));
    node.sha1 = svn_checksum_to_cstring(sum, pool);
    node.mode = has(name, SVN_PROP_SPECIAL, pool)      ? kLink
                : has(name, SVN_PROP_EXECUTABLE, pool) ? kProgram
                                                       : kFile;
    return node;
  }

  std::vector<std::pair<std::string, bool>> list(const std::string& directory) override {
    const Pool pool;
    std::vector<std::pair<std::string, bool>> all;
    const std::string name = whole(directory);
    if (check_path(name, pool) != svn_node_dir) return all;
    apr_hash_t* table = nullptr;
    check(svn_fs_dir_entries(&table, root_, name.c_str(), pool));
    for (apr_hash_index_t* at = apr_hash_first(pool, table); at != nullptr;
         at = apr_hash_next(at)) {
      const auto* entry = static_cast<const svn_fs_dirent_t*>(apr_hash_this_val(at));
      all.emplace_back(entry->name, entry->kind == svn_node_dir);
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  std::uint64_t size(const std::string& file) override {
    const Pool pool;
    svn_filesize_t bytes = 0;
    check(svn_fs_file_length(&bytes, root_, whole(file).c_str(), pool));
    return static_cast<std::uint64_t>(bytes);
  }

  std::string content(const std::string& file) override {
    const Pool pool;
    std::string text(size(file), '\0');
    svn_stream_t* stream = nullptr;
    apr_size_t got = text.size();
    check(svn_fs_file_contents(&stream, root_, whole(file).c_str(), pool));
    check(svn_stream_read_full(stream, text.data(), &got));
    text.resize(got);
    return text;
  }

 private:
  svn_node_kind_t check_path(const std::string& name, apr_pool_t* pool) {
    svn_node_kind_t kind = svn_node_none;
    check(svn_fs_check_path(&kind, root_, name.c_str(), pool));
    return kind;
  }

  bool has(const std::string& name, const char* property, apr_pool_t* pool) {
    svn_string_t* value = nullptr;
    check(svn_fs_node_prop(&value, root_, name.c_str(), property, pool));
    return value != nullptr;
  }

  PathChange told(const svn_fs_path_change3_t& change) {
    PathChange one;
    one.path.assign(change.path.data + 1, change.path.len - 1);
    one.kind = kind_of(change.change_kind);
    one.directory = change.node_kind == svn_node_dir;
    one.content = change.text_mod != FALSE;
    one.properties = change.prop_mod != FALSE;
    const char* from = change.copyfrom_path;
    svn_revnum_t revision = change.copyfrom_rev;
    const Pool pool;
    const bool comes = one.kind == ChangeKind::kAdded || one.kind == ChangeKind::kReplaced;
    if (!change.copyfrom_known && comes) {
      check(svn_fs_copied_from(&revision, &from, root_, change.path.data, pool));
    }
    if (from == nullptr || !SVN_IS_VALID_REVNUM(revision)) return one;
    one.copied = true;
    one.from = from + 1;
    one.from_revision = static_cast<std::uint64_t>(revision);
    return one;
  }

  const Pool pool_;
  svn_fs_t* fs_;
  svn_fs_txn_t* transaction_ = nullptr;
  svn_fs_root_t* root_ = nullptr;
  std::uint64_t number_ = 0;
};

}  // namespace

std::unique_ptr<Tree> open_revision(svn_fs_t* fs, std::uint64_t number) {
  return std::make_unique<FsTree>(fs, number);
}

std::unique_ptr<Tree> open_transaction(svn_fs_t* fs, const std::string& name) {
  return std::make_unique<FsTree>(fs, name);
}

}  // namespace rcx::host::svn
